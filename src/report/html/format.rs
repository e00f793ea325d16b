//! Numbers, times and labels as people read them.

use maud::{Markup, html};
use promql_syntax::format_duration;

/// A time since the start of a replay.
pub(super) fn time(ms: i64) -> String {
    format_duration(ms)
}

/// A span from one time to another; one time where they are the same.
pub(super) fn span(from_ms: i64, to_ms: i64) -> String {
    if from_ms == to_ms {
        time(from_ms)
    } else {
        format!("{} – {}", time(from_ms), time(to_ms))
    }
}

/// A number with up to six digits that count.
pub(super) fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    let text = if (-5.0..15.0).contains(&magnitude) {
        let decimals = (5.0 - magnitude).max(0.0) as usize;
        let text = format!("{value:.decimals$}");
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    } else {
        let text = format!("{value:.4e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
    };
    text.replace('-', "−")
}

/// A number with its unit.
pub(super) fn quantity(value: f64, unit: Option<&str>) -> String {
    match unit {
        Some(unit) if unit.starts_with('/') => format!("{}{unit}", number(value)),
        Some(unit) => format!("{} {unit}", number(value)),
        None => number(value),
    }
}

/// A share as `98.7 %`, never rounded up to what it is not.
pub(super) fn percent(percent: f64) -> String {
    format!("{} %", (percent * 10.0).floor() / 10.0)
}

/// A name that may be broken where its words end.
pub(super) fn breakable(name: &str) -> Markup {
    let mut words: Vec<&str> = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in name.char_indices() {
        if before.is_lowercase() && c.is_uppercase() || "/_-.:".contains(before) {
            words.push(&name[start..at]);
            start = at;
        }
        before = c;
    }
    words.push(&name[start..]);
    html! {
        @for (number, word) in words.iter().enumerate() {
            @if number > 0 { wbr; }
            (word)
        }
    }
}

/// `1 test`, `2 tests`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    crate::report::counted(count, noun)
}

/// Labels as `{job="api", code="500"}`; empty braces where there are none.
pub(super) fn labels(labels: &[(String, String)]) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (0.05, "0.05"),
            (1.0 / 3.0, "0.333333"),
            (-2.5, "−2.5"),
            (1234567.0, "1234567"),
            (1e20, "1e20"),
            (1.25e-7, "1.25e−7"),
            (100.0, "100"),
            (f64::INFINITY, "∞"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(quantity(0.05, Some("/s")), "0.05/s");
        assert_eq!(quantity(2.0, Some("B/s")), "2 B/s");
    }

    #[test]
    fn names_break_where_words_end() {
        assert_eq!(
            breakable("rules/HighErrorRate_é.yml").into_string(),
            "rules/<wbr>High<wbr>Error<wbr>Rate_<wbr>é.<wbr>yml"
        );
        assert_eq!(breakable("").into_string(), "");
    }
}

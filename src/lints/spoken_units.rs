//! Numbers with units as people write them: `more than 500ms`, `90 %`, `2 GB`.

use std::ops::Range;

use crate::analysis::quantity::Dimension;

/// A number with a unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spoken {
    /// The number.
    pub(super) value: f64,
    /// What the unit measures, and how much of the usual one it is.
    pub(super) unit: (Dimension, f64),
    /// Where it stands.
    pub(super) range: Range<usize>,
}

/// The unit that a text begins with, how much of the usual one it is, and how long the word is.
pub(super) fn unit(text: &str) -> Option<(Dimension, f64, usize)> {
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic() && c != '%')
        .unwrap_or(text.len());
    let word = &text[..end];
    let (dimension, scale) = match word {
        "%" | "percent" => (Dimension::Part, 0.01),
        "ms" | "millisecond" | "milliseconds" => (Dimension::Time, 1e-3),
        "us" | "microseconds" => (Dimension::Time, 1e-6),
        "s" | "sec" | "secs" | "second" | "seconds" => (Dimension::Time, 1.0),
        "min" | "mins" | "minute" | "minutes" => (Dimension::Time, 60.0),
        "h" | "hour" | "hours" => (Dimension::Time, 3600.0),
        "d" | "day" | "days" => (Dimension::Time, 86_400.0),
        "B" | "bytes" => (Dimension::Data, 1.0),
        "kB" | "KB" | "KiB" => (Dimension::Data, 1e3),
        "MB" | "MiB" => (Dimension::Data, 1e6),
        "GB" | "GiB" => (Dimension::Data, 1e9),
        "TB" | "TiB" => (Dimension::Data, 1e12),
        _ => return None,
    };
    Some((dimension, scale, end))
}

/// Words before a number that make a limit of it.
const LIMITS: [&str; 12] = [
    "above",
    "below",
    "under",
    "than",
    "exceeds",
    "exceed",
    "exceeding",
    "exceeded",
    ">",
    "<",
    ">=",
    "<=",
];

/// The numbers with units in a text that are said to be limits: "latency is above 500ms".
pub(super) fn limits(text: &str) -> Vec<Spoken> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..]
        .find(|c: char| c.is_ascii_digit())
        .map(|start| at + start)
    {
        let digits = text[start..]
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len() - start);
        let end = start + digits;
        at = end;
        let before = text[..start].trim_end();
        let word = before
            .rsplit(|c: char| c.is_whitespace() || c == '(')
            .next()
            .unwrap_or("");
        let is_limit = LIMITS.contains(&word.to_ascii_lowercase().as_str());
        let gap = text[end..].len() - text[end..].trim_start_matches(' ').len();
        let number = text[start..end].trim_end_matches('.');
        if let (true, Ok(value), Some((dimension, scale, length))) =
            (is_limit && gap <= 1, number.parse(), unit(&text[end + gap..]))
        {
            found.push(Spoken {
                value,
                unit: (dimension, scale),
                range: start..end + gap + length,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_numbers_with_units_behind_words_that_say_so() {
        let said = |text: &str| -> Vec<(f64, f64, String)> {
            let all = limits(text).into_iter();
            all.map(|spoken| (spoken.value, spoken.unit.1, text[spoken.range].to_owned()))
                .collect()
        };
        assert_eq!(said("P95 is above 500ms"), [(500.0, 1e-3, "500ms".to_owned())]);
        assert_eq!(said("(> 2.5 GB) for 5m"), [(2.5, 1e9, "2.5 GB".to_owned())]);
        assert_eq!(said("more than 90%."), [(90.0, 0.01, "90%".to_owned())]);
        assert_eq!(
            said("for more than 5 minutes"),
            [(5.0, 60.0, "5 minutes".to_owned())]
        );
        assert!(said("in the last 5 minutes, above 3 errors, over 9000").is_empty());
        assert!(said("größer als 5 % ist überall: 5").is_empty());
    }
}

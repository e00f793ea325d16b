//! Skeletons as a test file.

use promql_syntax::format_duration;

use super::{Check, Skeleton, SkeletonTest};

/// A test file for a rule file, as text. `rules` is the path of the rule file from the folder of the test file.
pub fn test_file(rules: &str, skeletons: &[Skeleton]) -> String {
    let mut text = format!(
        "rule_files:\n  - {}\n\nevaluation_interval: 1m\n\ntests:",
        scalar(rules)
    );
    let mut any = false;
    for skeleton in skeletons {
        match &skeleton.test {
            Ok(test) => {
                any = true;
                text.push_str(&format!("\n  - name: {}\n", scalar(&title(skeleton))));
                push_test(&mut text, &skeleton.alert, test);
            }
            Err(none) => {
                let known = if none.proved {
                    "no data makes it fire"
                } else {
                    "no data was found that makes it fire"
                };
                text.push_str(&format!(
                    "\n  # {}: {known}: {}.\n",
                    title(skeleton),
                    none.reason.replace('\n', " ")
                ));
            }
        }
    }
    if !any {
        // A list without entries is written as such.
        text = text.replacen("\ntests:", "\ntests: []", 1);
    }
    text
}

/// The name of the test.
fn title(skeleton: &Skeleton) -> String {
    match skeleton.namesakes {
        0 | 1 => skeleton.alert.clone(),
        _ => format!(
            "{} ({} of {})",
            skeleton.alert,
            skeleton.number + 1,
            skeleton.namesakes
        ),
    }
}

fn push_test(text: &mut String, alert: &str, test: &SkeletonTest) {
    if test.interval_ms != 60_000 {
        text.push_str(&format!("    interval: {}\n", format_duration(test.interval_ms)));
    }
    if test.start_ms != 0 {
        let start = jiff::Timestamp::from_millisecond(test.start_ms).map_or(String::new(), |t| t.to_string());
        text.push_str(&format!("    start_timestamp: {start}\n"));
    }
    if !test.series.is_empty() {
        text.push_str("    input_series:\n");
    }
    for (metric, values) in &test.series {
        text.push_str(&format!("      - series: {}\n", single_quoted(metric)));
        text.push_str(&format!("        values: {}\n", single_quoted(values)));
    }
    text.push_str("    alert_rule_test:\n");
    for check in &test.checks {
        push_check(text, alert, check);
    }
}

fn push_check(text: &mut String, alert: &str, check: &Check) {
    let time = match check.eval_time_ms {
        0 => "0s".to_owned(),
        ms => format_duration(ms),
    };
    text.push_str(&format!("      - eval_time: {time} # {}\n", check.state));
    text.push_str(&format!("        alertname: {}\n", scalar(alert)));
    if check.firing.is_empty() {
        return text.push_str("        exp_alerts: []\n");
    }
    text.push_str("        exp_alerts:\n");
    for firing in &check.firing {
        let labels: Vec<_> = firing
            .labels
            .iter()
            .filter(|(label, _)| label != "alertname")
            .collect();
        let mut dash = "- ";
        if labels.is_empty() && firing.annotations.is_empty() {
            text.push_str("          - exp_labels: {}\n");
        }
        for (key, pairs) in [
            ("exp_labels", labels),
            ("exp_annotations", firing.annotations.iter().collect()),
        ] {
            if pairs.is_empty() {
                continue;
            }
            text.push_str(&format!("          {dash}{key}:\n"));
            dash = "  ";
            for (name, value) in pairs {
                text.push_str(&format!("              {}: {}\n", scalar(name), block(value)));
            }
        }
    }
}

/// A text as YAML: as it is where that means the text, in quotes otherwise.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    let mistaken = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str());
    let first = text
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if first && text.chars().all(plain) && !mistaken && !text.ends_with(':') {
        return text.to_owned();
    }
    let printable = |c: char| !c.is_control() && c != '\u{feff}' && c != '\u{2028}' && c != '\u{2029}';
    match text.chars().all(printable) {
        true if !text.contains('\'') || text.contains('"') => single_quoted(text),
        // JSON's escapes are YAML's.
        _ => serde_json::to_string(text).unwrap_or_default(),
    }
}

/// A text of several lines as a block where it can be one, any other as a scalar.
fn block(text: &str) -> String {
    let (body, indicator) = match text.strip_suffix('\n') {
        Some(body) => (body, "|"),
        None => (text, "|-"),
    };
    let simple = |line: &str| {
        !line
            .chars()
            .any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}' || c == '\u{85}')
    };
    let starts = !body.starts_with([' ', '\n']) && !body.ends_with('\n');
    if !body.contains('\n') || !starts || !body.lines().all(simple) {
        return scalar(text);
    }
    let mut block = indicator.to_owned();
    for line in body.split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.push_str("                ");
            block.push_str(line);
        }
    }
    block
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_what_they_are() {
        let cases = [
            "plain",
            "two words",
            "yes",
            "12",
            "it's",
            "a\"b'c",
            "",
            "a: b",
            "# no",
            "tab\there",
            "é",
            "{x}",
            "a\nb",
            "a\n\nb\n",
            " a\nb",
            "a\n b\n",
            "\nb",
            "a\nb\n\n",
            "x \ny",
            "-",
            "a:",
        ];
        for text in cases {
            for written in [scalar(text), block(text)] {
                let document = format!("              key: {written}\n");
                let read: std::collections::HashMap<String, String> =
                    serde_yaml::from_str(&document).unwrap_or_else(|e| panic!("{document}: {e}"));
                assert_eq!(read["key"], text, "{document}");
            }
        }
    }
}

//! Promtool as the judge: two runs for any number of templates.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::table::unescape;
use crate::world::{ALERTS, EXTERNAL_LABELS, EXTERNAL_URL, SERIES};
use crate::{Outcome, Question};

/// The promtool to ask: the environment's, or the one on the path.
pub(crate) fn promtool() -> Option<PathBuf> {
    let path = std::env::var_os("PROMTOOL").map_or_else(|| "promtool".into(), PathBuf::from);
    let version = Command::new(&path).arg("--version").output();
    version
        .is_ok_and(|output| output.status.success())
        .then_some(path)
}

/// A YAML string.
fn yaml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' || c == '\u{7f}' => write!(out, "\\x{:02x}", u32::from(c)).expect("a string"),
            c if !c.is_ascii() => write!(out, "\\U{:08x}", u32::from(c)).expect("a string"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A rule file with an annotation for each template.
fn rules<'q>(questions: impl Iterator<Item = (usize, &'q Question)> + Clone) -> String {
    let mut out = String::from("groups:\n- name: g\n  rules:\n");
    for (alert, expression, _) in ALERTS {
        writeln!(
            out,
            "  - alert: {alert}\n    expr: {expression}\n    annotations:"
        )
        .expect("a string");
        for (index, question) in questions.clone().filter(|(_, question)| question.alert == alert) {
            writeln!(out, "      c{index}: {}", yaml(&question.template)).expect("a string");
        }
        writeln!(out, "      own: \"\"").expect("a string");
    }
    out
}

/// A unit test that expects no alerts, so that promtool shows those that there are.
fn unit_test() -> String {
    let mut out = String::from("rule_files: [rules.yml]\nevaluation_interval: 90m\ntests:\n- interval: 1m\n");
    out.push_str("  external_labels:\n");
    for (name, value) in EXTERNAL_LABELS {
        writeln!(out, "    {name}: {value}").expect("a string");
    }
    writeln!(out, "  external_url: {EXTERNAL_URL}\n  input_series:").expect("a string");
    for (series, values) in SERIES {
        writeln!(out, "  - series: {}\n    values: {}", yaml(series), yaml(values)).expect("a string");
    }
    out.push_str("  alert_rule_test:\n");
    for (alert, ..) in ALERTS {
        writeln!(
            out,
            "  - eval_time: 90m\n    alertname: {alert}\n    exp_alerts: []"
        )
        .expect("a string");
    }
    out
}

/// The annotations in promtool's output, by name.
fn annotations(output: &str) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    for line in output.lines() {
        let Some(mut rest) = line.trim().strip_prefix("Annotations:{") else {
            continue;
        };
        while let Some((name, value)) = rest.split_once("=\"") {
            let mut end = 0;
            while !value[end..].starts_with('"') {
                end += if value[end..].starts_with('\\') { 2 } else { 1 };
                while !value.is_char_boundary(end) {
                    end += 1;
                }
            }
            if let Some(index) = index(name.trim_start_matches([',', ' '])) {
                found.insert(index, unescape(&value[..end]));
            }
            rest = &value[end + 1..];
        }
    }
    found
}

/// Which template an annotation is.
fn index(annotation: &str) -> Option<usize> {
    annotation.strip_prefix('c')?.parse().ok()
}

/// What promtool makes of templates. `room` keeps the files of several tests apart.
pub(crate) fn ask(promtool: &Path, room: &str, questions: &[Question]) -> Vec<Outcome> {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(room);
    std::fs::create_dir_all(&directory).expect("a directory");
    let write = |name: &str, text: String| std::fs::write(directory.join(name), text).expect("a file");
    let run = |arguments: &[&str]| {
        let output = Command::new(promtool)
            .args(arguments)
            .current_dir(&directory)
            .output()
            .expect("promtool runs");
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).into_owned()
    };
    write("rules.yml", rules(questions.iter().enumerate()));
    let mut bad = BTreeMap::new();
    for line in run(&["check", "rules", "rules.yml"]).lines() {
        if let Some((_, error)) = line.split_once("annotation \"")
            && let Some((annotation, message)) = error.split_once("\": ")
            && let Some(index) = index(annotation)
        {
            bad.insert(index, message.to_owned());
        }
    }
    let good = questions
        .iter()
        .enumerate()
        .filter(|(index, _)| !bad.contains_key(index));
    write("rules.yml", rules(good));
    write("test.yml", unit_test());
    let tested = run(&["test", "rules", "test.yml"]);
    assert!(tested.contains("Annotations:"), "promtool says: {tested}");
    let mut texts = annotations(&tested);
    let answer = |index| match bad.remove(&index) {
        Some(message) => Outcome::Bad(message),
        // An annotation without text is left out.
        None => outcome(texts.remove(&index).unwrap_or_default()),
    };
    (0..questions.len()).map(answer).collect()
}

/// Takes an error out of the text that Prometheus puts it in.
fn outcome(text: String) -> Outcome {
    let error = text.strip_prefix("<error expanding template: error executing template __alert_");
    let error = error.and_then(|error| error.strip_suffix('>')?.split_once(": "));
    match error {
        Some((_, message)) => Outcome::Error(message.to_owned()),
        None => Outcome::Text(text),
    }
}

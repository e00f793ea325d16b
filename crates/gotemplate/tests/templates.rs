//! The table of cases, held against this crate and against promtool.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use gotemplate::prometheus::{AlertContext, AlertTemplate, Histogram, Sample, SampleValue};

/// A case of the table.
#[derive(Debug, Default)]
struct Case {
    name: String,
    alert: String,
    template: String,
    expected: Expected,
    /// Promtool 3.5 does not know what it uses.
    newer: bool,
}

#[derive(Debug, Default, PartialEq)]
enum Expected {
    #[default]
    Nothing,
    Text(String),
    /// The message of a template that fails while it runs.
    Error(String),
    /// The message of a template that cannot be read.
    Bad(String),
}

impl Case {
    fn is_bad(&self) -> bool {
        matches!(self.expected, Expected::Bad(_))
    }
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut key = "";
    for line in include_str!("cases.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let text = match line.strip_prefix("     |") {
            Some(text) => format!("\n{text}"),
            None => {
                let (name, text) = line.split_once(':').unwrap_or_else(|| panic!("no key: {line}"));
                key = name;
                // Text begins in the seventh column.
                text.get(5 - name.len()..).unwrap_or_default().to_owned()
            }
        };
        if key == "case" {
            cases.push(Case {
                name: text,
                alert: "X".to_owned(),
                ..Case::default()
            });
            continue;
        }
        let case = cases.last_mut().expect("a case");
        match key {
            "on" => case.alert = text,
            "new" => case.newer = true,
            "in" => case.template.push_str(&text),
            "out" => match &mut case.expected {
                Expected::Text(before) => before.push_str(&text),
                place => *place = Expected::Text(text),
            },
            "err" => case.expected = Expected::Error(text),
            "bad" => case.expected = Expected::Bad(text),
            other => panic!("unknown key {other:?}"),
        }
    }
    for case in &mut cases {
        if let Expected::Text(text) = &mut case.expected {
            *text = unescape(text);
        }
        assert_ne!(case.expected, Expected::Nothing, "{}", case.name);
    }
    cases
}

/// Resolves Go's escapes. Bytes that are no UTF-8 become replacement characters.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => chars.next().expect("an escape"),
            c => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code: String = chars.by_ref().take(digits).collect();
        let code = u32::from_str_radix(&code, 16).unwrap_or_default();
        let c = match c {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' => {
                bytes.push(code as u8);
                continue;
            }
            'u' | 'U' => char::from_u32(code).expect("a character"),
            c => c,
        };
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The alerts: name, expression, and what it gives.
const ALERTS: [(&str, &str, f64); 6] = [
    ("X", "x", 12345.678),
    ("Zero", "x * 0", 0.0),
    ("Small", "x * 0 + 0.00001234", 0.00001234),
    ("Infinite", "x * Inf", f64::INFINITY),
    ("Broken", "x * NaN", f64::NAN),
    ("Histogram", "h", 0.0),
];

/// The series: labels in promtool's notation, and the value at all times.
const SERIES: [(&str, &str); 6] = [
    (
        r#"x{job="api",instance="web-1.example.org:9090"}"#,
        "12345.678x120",
    ),
    (
        r#"h{job="api",instance="web-1.example.org:9090"}"#,
        "{{schema:0 count:4 sum:10 buckets:[1 2 1]}}x120",
    ),
    (r#"up{job="db",instance="c"}"#, "1x120"),
    (r#"up{job="db",instance="a"}"#, "0x120"),
    (r#"up{job="db",instance="b"}"#, "1x120"),
    (r#"disk{instance="a",__value__="odd"}"#, "0.25x120"),
];

const TIME_MS: i64 = 5_400_000;
const EXTERNAL_URL: &str = "http://prom.example:9090/path";
const EXTERNAL_LABELS: [(&str, &str); 2] = [("region", "eu"), ("replica", "r1")];

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

/// What the queries of the table give. Promtool confirms it, since it has the same series.
fn query(expression: &str, timestamp_ms: i64) -> Result<Vec<Sample>, String> {
    assert_eq!(timestamp_ms, TIME_MS);
    let sample = |labels: &[(&str, &str)], value: f64| Sample {
        labels: pairs(labels),
        value: SampleValue::Float(value),
    };
    let up = |instance| [("__name__", "up"), ("instance", instance), ("job", "db")];
    Ok(match expression {
        "sort_desc(up)" | "sort_by_label_desc(up, \"instance\")" => vec![
            sample(&up("c"), 1.0),
            sample(&up("b"), 1.0),
            sample(&up("a"), 0.0),
        ],
        "up{instance='b'}" => vec![sample(&up("b"), 1.0)],
        "sum(up)" => vec![sample(&[], 2.0)],
        "disk" => vec![sample(
            &[("__name__", "disk"), ("instance", "a"), ("__value__", "odd")],
            0.25,
        )],
        "h" => vec![Sample {
            labels: pairs(&[
                ("__name__", "h"),
                ("instance", "web-1.example.org:9090"),
                ("job", "api"),
            ]),
            value: histogram(),
        }],
        "nothing" => Vec::new(),
        "up +" => return Err("1:5: parse error: unexpected end of input".to_owned()),
        other => panic!("the table has no answer to {other}"),
    })
}

fn histogram() -> SampleValue {
    SampleValue::Histogram(Box::new(Histogram {
        text: "{count:4, sum:10, (0.5,1]:1, (1,2]:2, (2,4]:1}".to_owned(),
        count: 4.0,
        sum: 10.0,
        ..Histogram::default()
    }))
}

fn run(case: &Case) -> Expected {
    let (_, expression, value) = ALERTS
        .iter()
        .find(|(name, ..)| *name == case.alert)
        .unwrap_or_else(|| panic!("no alert {}", case.alert));
    let template = match AlertTemplate::parse(&case.alert, &case.template) {
        Ok(template) => template,
        Err(errors) => return Expected::Bad(errors[0].message.clone()),
    };
    let mut labels = pairs(&[("instance", "web-1.example.org:9090"), ("job", "api")]);
    if !expression.contains('*') {
        labels.insert(0, ("__name__".to_owned(), (*expression).to_owned()));
    }
    let value = match case.alert.as_str() {
        "Histogram" => histogram(),
        _ => SampleValue::Float(*value),
    };
    let context = AlertContext {
        labels: &labels,
        external_labels: &pairs(&EXTERNAL_LABELS),
        external_url: EXTERNAL_URL,
        server_url: None,
        value: &value,
        timestamp_ms: TIME_MS,
    };
    match template.expand(&context, &mut query) {
        Ok(text) => Expected::Text(text),
        Err(error) => Expected::Error(error.message),
    }
}

#[test]
fn the_table_holds() {
    let mut failures = String::new();
    let cases = cases();
    for case in &cases {
        let got = run(case);
        if got != case.expected {
            writeln!(
                failures,
                "{}\n  in:       {}\n  expected: {:?}\n  got:      {got:?}",
                case.name, case.template, case.expected
            )
            .expect("a string");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The promtool to ask: the environment's, or the one on the path.
fn promtool() -> Option<PathBuf> {
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

/// A rule file with an annotation for each case.
fn rules(cases: &[(String, &Case)]) -> String {
    let mut out = String::from("groups:\n- name: g\n  rules:\n");
    for (alert, expression, _) in ALERTS {
        writeln!(
            out,
            "  - alert: {alert}\n    expr: {expression}\n    annotations:"
        )
        .expect("a string");
        for (key, case) in cases.iter().filter(|(_, case)| case.alert == alert) {
            writeln!(out, "      {key}: {}", yaml(&case.template)).expect("a string");
        }
        writeln!(out, "      own: \"\"").expect("a string");
    }
    out
}

/// A unit test that expects no alerts, so that promtool shows those that there are.
fn unit_test() -> String {
    let mut out = String::from("rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n");
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
fn annotations(output: &str) -> BTreeMap<String, String> {
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
            found.insert(
                name.trim_start_matches([',', ' ']).to_owned(),
                unescape(&value[..end]),
            );
            rest = &value[end + 1..];
        }
    }
    found
}

/// Promtool's answer to each case, by key.
fn answers(promtool: &Path, cases: &[(String, &Case)]) -> BTreeMap<String, Expected> {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("promtool");
    std::fs::create_dir_all(&directory).expect("a directory");
    let write = |name: &str, text: String| std::fs::write(directory.join(name), text).expect("a file");
    let select = |bad: bool| -> Vec<(String, &Case)> {
        let wanted = cases.iter().filter(|(_, case)| case.is_bad() == bad);
        wanted.map(|(key, case)| (key.clone(), *case)).collect()
    };
    write("rules.yml", rules(&select(false)));
    write("test.yml", unit_test());
    write("bad.yml", rules(&select(true)));
    let ask = |arguments: &[&str]| {
        let output = Command::new(promtool)
            .args(arguments)
            .current_dir(&directory)
            .output()
            .expect("promtool runs");
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).into_owned()
    };
    let tested = ask(&["test", "rules", "test.yml"]);
    let mut answers = BTreeMap::new();
    for (key, text) in annotations(&tested) {
        let error = text.strip_prefix("<error expanding template: error executing template __alert_");
        let error = error.and_then(|error| error.strip_suffix('>')?.split_once(": "));
        let answer = match error {
            Some((_, message)) => Expected::Error(message.to_owned()),
            None => Expected::Text(text),
        };
        answers.insert(key, answer);
    }
    assert!(answers.len() > 1, "promtool says: {tested}");
    for line in ask(&["check", "rules", "bad.yml"]).lines() {
        if let Some((_, error)) = line.split_once("annotation \"")
            && let Some((key, message)) = error.split_once("\": ")
        {
            answers.insert(key.to_owned(), Expected::Bad(message.to_owned()));
        }
    }
    answers
}

#[test]
fn promtool_agrees_with_the_table() {
    let Some(promtool) = promtool() else {
        println!("skipped: no promtool; set PROMTOOL or put it on the path");
        return;
    };
    let cases = cases();
    let keyed: Vec<(String, &Case)> = cases
        .iter()
        .enumerate()
        .filter(|(_, case)| !case.newer)
        .map(|(index, case)| (format!("c{index:03}"), case))
        .collect();
    let answers = answers(&promtool, &keyed);
    let mut failures = String::new();
    for (key, case) in &keyed {
        // An annotation without text is left out.
        let empty = Expected::Text(String::new());
        let answer = answers.get(key).unwrap_or(&empty);
        if *answer != case.expected {
            writeln!(
                failures,
                "{}\n  in:       {}\n  expected: {:?}\n  promtool: {answer:?}",
                case.name, case.template, case.expected
            )
            .expect("a string");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

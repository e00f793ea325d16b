//! The alerts and series that templates see.

use gotemplate::prometheus::{AlertContext, AlertTemplate, Histogram, Sample, SampleValue};

use crate::{Outcome, Question};

/// The alerts: name, expression, and what it gives.
pub(crate) const ALERTS: [(&str, &str, f64); 6] = [
    ("X", "x", 12345.678),
    ("Zero", "x * 0", 0.0),
    ("Small", "x * 0 + 0.00001234", 0.00001234),
    ("Infinite", "x * Inf", f64::INFINITY),
    ("Broken", "x * NaN", f64::NAN),
    ("Histogram", "h", 0.0),
];

/// The series: labels in promtool's notation, and the value at all times.
pub(crate) const SERIES: [(&str, &str); 6] = [
    (
        r#"x{job="api",instance="web-1.example.org:9090"}"#,
        "12345.678x120",
    ),
    (
        r#"h{job="api",instance="web-1.example.org:9090"}"#,
        "{{schema:0 count:4 sum:10 buckets:[1 2 1]}}x120",
    ),
    (r#"up{job="db",instance="c"}"#, "2x120"),
    (r#"up{job="db",instance="a"}"#, "0x120"),
    (r#"up{job="db",instance="b"}"#, "1x120"),
    (r#"disk{instance="a",__value__="odd"}"#, "0.25x120"),
];

const TIME_MS: i64 = 5_400_000;
pub(crate) const EXTERNAL_URL: &str = "http://prom.example:9090/path";
pub(crate) const EXTERNAL_LABELS: [(&str, &str); 2] = [("region", "eu"), ("replica", "r1")];

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

/// What a query fails with that is not known here.
pub(crate) const NO_ANSWER: &str = "no answer is known to";

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
            sample(&up("c"), 2.0),
            sample(&up("b"), 1.0),
            sample(&up("a"), 0.0),
        ],
        "up{instance='b'}" => vec![sample(&up("b"), 1.0)],
        "sum(up)" => vec![sample(&[], 3.0)],
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
        other => return Err(format!("{NO_ANSWER} {other}")),
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

/// What this crate makes of a template.
pub(crate) fn answer(question: &Question) -> Outcome {
    let (_, expression, value) = ALERTS
        .iter()
        .find(|(name, ..)| *name == question.alert)
        .unwrap_or_else(|| panic!("no alert {}", question.alert));
    let template = match AlertTemplate::parse(&question.alert, &question.template) {
        Ok(template) => template,
        Err(errors) => return Outcome::Bad(errors[0].message.clone()),
    };
    let mut labels = pairs(&[("instance", "web-1.example.org:9090"), ("job", "api")]);
    if !expression.contains('*') {
        labels.insert(0, ("__name__".to_owned(), (*expression).to_owned()));
    }
    let value = match question.alert.as_str() {
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
        Ok(text) => Outcome::Text(text),
        Err(error) => Outcome::Error(error.message),
    }
}

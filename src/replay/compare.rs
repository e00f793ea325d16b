//! What was expected beside what happened, as values that compare like promtool's and as texts made for
//! reading.

use promql_engine::gofmt;
use promql_engine::series_notation::histogram;
use promql_engine::{Labels, Sample, SampleValue};
use promql_syntax::series::{SequenceValues, parse_metric, parse_series_description};

use super::alerting::AlertingRule;
use crate::model::reader::nearest;
use crate::model::unit_tests::{ExpectedAlert, ExpectedSample};
use crate::outcome::AlertState;

/// Milliseconds since the start as a duration.
pub(super) fn duration(ms: i64) -> String {
    promql_syntax::format_duration(ms)
}

/// A firing alert: labels and annotations, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FiringAlert {
    labels: Vec<(String, String)>,
    annotations: Vec<(String, String)>,
}

impl FiringAlert {
    /// An alert that fires.
    pub(super) fn actual(labels: &Labels, annotations: &[(String, String)]) -> Self {
        let labels = labels
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        FiringAlert {
            labels,
            annotations: annotations.to_vec(),
        }
    }

    /// An alert that is to fire; its name counts as a label.
    pub(super) fn expected(name: &str, alert: &ExpectedAlert) -> Self {
        let sorted = |pairs: &[(crate::model::text::Text, crate::model::text::Text)]| {
            let mut pairs: Vec<(String, String)> = pairs
                .iter()
                .map(|(n, v)| (n.as_str().to_owned(), v.as_str().to_owned()))
                .collect();
            pairs.sort();
            pairs
        };
        let mut labels = sorted(&alert.labels);
        labels.retain(|(label, _)| label != "alertname");
        labels.push(("alertname".to_owned(), name.to_owned()));
        labels.sort();
        FiringAlert {
            labels,
            annotations: sorted(&alert.annotations),
        }
    }
}

/// Alerts as text: a line for each label and annotation.
pub(super) fn alerts_text(alerts: &[FiringAlert]) -> String {
    if alerts.is_empty() {
        return "no alert fires\n".to_owned();
    }
    let mut text = String::new();
    for alert in alerts {
        text.push_str("alert:\n  labels:\n");
        push_pairs(&mut text, &alert.labels);
        if !alert.annotations.is_empty() {
            text.push_str("  annotations:\n");
            push_pairs(&mut text, &alert.annotations);
        }
    }
    text
}

fn push_pairs(text: &mut String, pairs: &[(String, String)]) {
    for (name, value) in pairs {
        // A value of several lines is written as its escapes, so that each label keeps to its line.
        let value = value.replace('\n', "\\n");
        text.push_str(&format!("    {name}: {value}\n"));
    }
}

/// What differs between the alerts that were to fire and those that do.
pub(super) fn alerts_message(name: &str, time: &str, expected: usize, actual: usize) -> String {
    match (expected, actual) {
        (0, 1) => format!("{name} fires at {time}, and was expected not to"),
        (0, n) => format!("{name} fires {n} times at {time}, and was expected not to"),
        (_, 0) => format!("{name} does not fire at {time}"),
        (e, a) if e == a => format!("{name} fires at {time} with other labels or annotations than expected"),
        (e, a) => format!("{name} fires {a} times at {time}, {e} times was expected"),
    }
}

/// Why no alert of these rules fires.
pub(super) fn why_silent<'r>(rules: impl Iterator<Item = &'r AlertingRule>, start: i64) -> String {
    for rule in rules {
        let pending = rule
            .active()
            .filter(|(_, alert)| alert.state == AlertState::Pending);
        if let Some((_, alert)) = pending.min_by_key(|(_, alert)| alert.active_at) {
            let since = alert.active_at - start;
            let fires = duration(since + rule.hold_ms);
            return format!(
                ": it is pending since {} and would fire at {fires}",
                duration(since)
            );
        }
    }
    ": its expression returns nothing then".to_owned()
}

/// That no rule defines the alert, with the name that was probably meant.
pub(super) fn no_such_alert(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!("; no rule file defines {name}, did you mean {near}?"),
        None => format!("; no rule file of this test defines {name}"),
    }
}

/// A sample as promtool compares it.
#[derive(Clone, Debug)]
pub(super) struct SampleLine {
    /// The labels.
    pub(super) labels: Labels,
    value: f64,
    /// The histogram in series notation; empty for a float.
    histogram: String,
}

impl SampleLine {
    /// A sample that an expression returned.
    pub(super) fn actual(sample: Sample) -> Self {
        let (value, histogram) = match &sample.value {
            SampleValue::Float(value) => (*value, String::new()),
            SampleValue::Histogram(histogram) => (0.0, histogram.test_expression()),
        };
        SampleLine {
            labels: sample.labels,
            value,
            histogram,
        }
    }

    /// A sample that is to be returned.
    pub(super) fn expected(sample: &ExpectedSample) -> Result<Self, String> {
        let labels = sample.labels.as_ref().map_or("", |l| l.as_str());
        let place = |reason: String| format!("labels {labels:?}: {reason}");
        let parsed = parse_metric(labels).map_err(|e| place(e.to_string()))?;
        let histogram = match &sample.histogram {
            None => String::new(),
            Some(text) => {
                let series = parse_series_description(&format!("v {}", text.as_str()))
                    .map_err(|e| place(e.to_string()))?;
                match &series.items[..] {
                    [item] => match &item.values {
                        SequenceValues::Histograms {
                            start,
                            step: None,
                            repeat: 0,
                            ..
                        } => histogram(start).test_expression(),
                        _ => return Err(place(format!("expected one histogram, got {}", text.as_str()))),
                    },
                    items => return Err(place(format!("expected 1 value, got {}", items.len()))),
                }
            }
        };
        Ok(SampleLine {
            labels: Labels::new(parsed),
            value: sample.value,
            histogram,
        })
    }
}

/// Whether two lists of samples, sorted by labels, are the same; where `fuzzy`, values may be neighbours.
/// NaN equals nothing, as for promtool.
pub(super) fn samples_agree(expected: &[SampleLine], actual: &[SampleLine], fuzzy: bool) -> bool {
    let close = |a: f64, b: f64| a == b || (fuzzy && (a.next_down() == b || a.next_up() == b));
    expected.len() == actual.len()
        && expected
            .iter()
            .zip(actual)
            .all(|(e, a)| e.labels == a.labels && e.histogram == a.histogram && close(e.value, a.value))
}

/// What differs between the samples.
pub(super) fn samples_message(place: &str, expected: usize, actual: usize) -> String {
    if expected == actual {
        return format!("{place} returns other samples than expected");
    }
    let count = |n: usize| match n {
        0 => "nothing".to_owned(),
        1 => "1 sample".to_owned(),
        n => format!("{n} samples"),
    };
    format!("{place} returns {}, expected {}", count(actual), count(expected))
}

/// Samples as text, one a line.
pub(super) fn samples_text(samples: &[SampleLine]) -> String {
    if samples.is_empty() {
        return "nothing\n".to_owned();
    }
    let line = |sample: &SampleLine| {
        let value = match sample.histogram.as_str() {
            "" => gofmt::float_g(sample.value),
            histogram => histogram.to_owned(),
        };
        format!("{} {value}\n", sample.labels.metric_form())
    };
    samples.iter().map(line).collect()
}

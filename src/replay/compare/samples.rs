//! What an expression was to return beside what it returned, compared as promtool compares it.

use promql_engine::gofmt;
use promql_engine::series_notation::histogram;
use promql_engine::{Labels, Sample, SampleValue};
use promql_syntax::series::{SequenceValues, parse_metric, parse_series_description};

use crate::model::unit_tests::ExpectedSample;

/// A sample as promtool compares it.
#[derive(Clone, Debug)]
pub(in crate::replay) struct SampleLine {
    /// The labels.
    pub(in crate::replay) labels: Labels,
    value: f64,
    /// The histogram in series notation; empty for a float.
    histogram: String,
    /// The metric as written, where it has an empty label: promtool finds no series that is the same.
    odd: Option<String>,
}

impl SampleLine {
    /// A sample that an expression returned.
    pub(in crate::replay) fn actual(sample: Sample) -> Self {
        let (value, histogram) = match &sample.value {
            SampleValue::Float(value) => (*value, String::new()),
            SampleValue::Histogram(histogram) => (0.0, histogram.test_expression()),
        };
        SampleLine {
            labels: sample.labels,
            value,
            histogram,
            odd: None,
        }
    }

    /// A sample that is to be returned.
    pub(in crate::replay) fn expected(sample: &ExpectedSample) -> Result<Self, String> {
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
        // Behind a name in front of the braces promtool drops empty labels itself.
        let empty = labels.trim_start().starts_with('{') && parsed.iter().any(|(_, value)| value.is_empty());
        Ok(SampleLine {
            odd: empty.then(|| labels.trim().to_owned()),
            labels: Labels::new(parsed),
            value: sample.value,
            histogram,
        })
    }
}

/// Whether two lists of samples, sorted by labels, are the same; where `fuzzy`, values may be neighbours.
/// NaN equals nothing, as for promtool.
pub(in crate::replay) fn agree(expected: &[SampleLine], actual: &[SampleLine], fuzzy: bool) -> bool {
    let close = |a: f64, b: f64| a == b || (fuzzy && (a.next_down() == b || a.next_up() == b));
    expected.len() == actual.len()
        && expected.iter().zip(actual).all(|(e, a)| {
            e.odd.is_none() && e.labels == a.labels && e.histogram == a.histogram && close(e.value, a.value)
        })
}

/// What differs between the samples.
pub(in crate::replay) fn message(place: &str, expected: usize, actual: usize) -> String {
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
pub(in crate::replay) fn text(samples: &[SampleLine]) -> String {
    if samples.is_empty() {
        return "nothing\n".to_owned();
    }
    let line = |sample: &SampleLine| {
        let value = match sample.histogram.as_str() {
            "" => gofmt::float_g(sample.value),
            histogram => histogram.to_owned(),
        };
        let metric = sample.odd.clone();
        format!(
            "{} {value}\n",
            metric.unwrap_or_else(|| sample.labels.metric_form())
        )
    };
    samples.iter().map(line).collect()
}

#[cfg(test)]
mod tests;

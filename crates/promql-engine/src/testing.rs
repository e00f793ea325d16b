//! What tests of the evaluator share: a storage from a few lines of text, and results as text.

use promql_syntax::series::{parse_metric, parse_series_description};
use promql_syntax::{ParseOptions, parse_valid};

use crate::gofmt::float_f;
use crate::labels::Labels;
use crate::query::Query;
use crate::sample::SampleValue;
use crate::series_notation::expand;
use crate::storage::Storage;
use crate::value::Value;

/// A parsed query.
pub(crate) fn query(text: &str) -> Query {
    match parse_valid(text, &ParseOptions::ALL) {
        Ok(expr) => Query::new(text, expr),
        Err(errors) => panic!("{text}: {errors:?}"),
    }
}

/// The labels of a series as written: `name{label="value"}`.
pub(crate) fn labels(text: &str) -> Labels {
    match parse_metric(text) {
        Ok(labels) => Labels::new(labels),
        Err(error) => panic!("{text}: {error:?}"),
    }
}

/// Series of one sample every `interval` seconds from 0 on, one series a line, in series notation.
pub(crate) fn load(interval: i64, lines: &str) -> Storage {
    let mut storage = Storage::new();
    load_into(&mut storage, interval, lines);
    storage
}

/// Adds series, or samples behind those that series have.
pub(crate) fn load_into(storage: &mut Storage, interval: i64, lines: &str) {
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let series = parse_series_description(line).unwrap_or_else(|error| panic!("{line}: {error:?}"));
        let labels = Labels::new(series.labels);
        for (index, value) in expand(&series.items).enumerate() {
            let value = value.unwrap_or_else(|error| panic!("{line}: {error}")).value;
            if let Some(value) = value {
                let added = storage.append(&labels, index as i64 * interval * 1000, value);
                assert!(added.is_ok(), "{line}: {added:?}");
            }
        }
    }
}

/// A value as text: the elements of a vector in their order, one a line.
pub(crate) fn show(value: &Value) -> String {
    let sample = |value: &SampleValue| match value {
        SampleValue::Float(value) => float_f(*value),
        SampleValue::Histogram(histogram) => histogram.to_string(),
    };
    match value {
        Value::Scalar { value, .. } => float_f(*value),
        Value::String { value, .. } => value.clone(),
        Value::Vector(samples) => {
            let lines = samples
                .iter()
                .map(|element| format!("{} {}", element.labels.metric_form(), sample(&element.value)));
            lines.collect::<Vec<_>>().join("\n")
        }
        Value::Matrix(series) => {
            let lines = series.iter().map(|series| {
                let floats = series.floats.iter().map(|(time, value)| (*time, float_f(*value)));
                let histograms = series
                    .histograms
                    .iter()
                    .map(|(time, value)| (*time, value.to_string()));
                let mut points: Vec<_> = floats.chain(histograms).collect();
                points.sort_by_key(|(time, _)| *time);
                let points = points
                    .iter()
                    .map(|(time, value)| format!("{value}@{}", *time as f64 / 1000.0));
                format!(
                    "{} {}",
                    series.labels.metric_form(),
                    points.collect::<Vec<_>>().join(" ")
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

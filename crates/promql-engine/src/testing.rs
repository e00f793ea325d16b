//! What tests of the evaluator share: a storage from a few lines of text, and results as text.

use promql_syntax::ast::{ExprKind, MatchOp};
use promql_syntax::{ParseOptions, parse_valid};

use crate::gofmt::float_f;
use crate::labels::{Labels, LabelsBuilder, METRIC_NAME};
use crate::query::Query;
use crate::sample::{STALE_NAN, SampleValue};
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
    let mut labels = LabelsBuilder::default();
    match parse_valid(text, &ParseOptions::ALL).map(|expr| expr.kind) {
        Ok(ExprKind::VectorSelector(selector)) => {
            if let Some(name) = &selector.name {
                labels.set(METRIC_NAME, &name.name);
            }
            for matcher in &selector.matchers {
                assert_eq!(matcher.op, MatchOp::Equal, "{text}");
                labels.set(&matcher.name.name, &matcher.value);
            }
        }
        other => panic!("{text}: {other:?}"),
    }
    labels.build()
}

/// Series of one sample every `interval` seconds from 0 on, one series a line: `name{label="value"} 1 2 _ stale 3`,
/// where `_` is a gap and `0+2x5` counts on from 0 by 2 five times.
pub(crate) fn load(interval: i64, lines: &str) -> Storage {
    let mut storage = Storage::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (series, values) = match line.rfind('}') {
            Some(end) => line.split_at(end + 1),
            None => line.split_once(' ').unwrap_or((line, "")),
        };
        let id = storage.series_id(&labels(series));
        let mut time = 0;
        for value in values.split_whitespace().flat_map(expand) {
            if let Some(value) = value {
                storage
                    .append_to(id, time, SampleValue::Float(value), 0)
                    .expect("samples in order of time");
            }
            time += interval * 1000;
        }
    }
    storage
}

fn expand(text: &str) -> Vec<Option<f64>> {
    let number = |text: &str| {
        text.parse::<f64>()
            .unwrap_or_else(|_| panic!("{text:?} is no number"))
    };
    match text {
        "_" => vec![None],
        "stale" => vec![Some(STALE_NAN)],
        _ => match text.split_once('x') {
            None => vec![Some(number(text))],
            Some((line, times)) => {
                let (start, step) = line.split_once('+').unwrap_or((line, "0"));
                let times = number(times) as usize;
                (0..=times)
                    .map(|i| Some(number(start) + number(step) * i as f64))
                    .collect()
            }
        },
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

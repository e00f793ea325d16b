//! Values in the notation of scripts, for people to compare.

use promql_engine::gofmt::float_g;
use promql_engine::sample::is_stale;
use promql_engine::{Labels, SampleValue, Series, Value};

use crate::model::script::Steps;

/// A sample.
pub(super) fn sample(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) if is_stale(*value) => "stale".to_owned(),
        SampleValue::Float(value) => float_g(*value),
        SampleValue::Histogram(histogram) => histogram.test_expression(),
    }
}

/// Runs of more equal values than this are shown as a repetition.
const MAX_RUN: usize = 10;

/// How many values and repetitions of a series are shown.
const MAX_SHOWN: usize = 500;

/// A series and its values.
pub(super) fn line<'a>(labels: &Labels, values: impl IntoIterator<Item = Option<&'a SampleValue>>) -> String {
    let mut line = match labels.metric_form() {
        form if form.is_empty() => "{}".to_owned(),
        form => form,
    };
    let mut values = values
        .into_iter()
        .map(|value| value.map_or_else(|| "_".to_owned(), sample))
        .peekable();
    let mut shown = 0;
    while let Some(value) = values.next() {
        let mut run = 1;
        while values.next_if_eq(&value).is_some() {
            run += 1;
        }
        shown += 1;
        if shown > MAX_SHOWN {
            line.push_str(" …");
            break;
        }
        match run {
            // Of a sample the first does not count as a repetition.
            _ if run > MAX_RUN => line.push_str(&format!(" {value}x{}", run - usize::from(value != "_"))),
            _ => (0..run).for_each(|_| line.push_str(&format!(" {value}"))),
        }
    }
    line
}

/// A result, one line for each series; `steps` are the times of a matrix.
pub(super) fn value(value: &Value, steps: Option<Steps>) -> String {
    match value {
        Value::Scalar { value, .. } => float_g(*value),
        Value::String { value, .. } => promql_syntax::go_quote(value),
        Value::Vector(samples) => {
            let lines: Vec<_> = samples
                .iter()
                .map(|s| line(&s.labels, [Some(&s.value)]))
                .collect();
            lines.join("\n")
        }
        Value::Matrix(series) => {
            let lines: Vec<_> = series.iter().map(|series| matrix_line(series, steps)).collect();
            lines.join("\n")
        }
    }
}

/// A series of a matrix: a value for each step, or, where a sample is at no step, values with their times.
fn matrix_line(series: &Series, steps: Option<Steps>) -> String {
    let samples = samples(series);
    let Some(Steps { start, step, .. }) = steps.filter(|steps| fits(&samples, *steps)) else {
        let mut line = line(&series.labels, []);
        for (time, value) in &samples {
            line.push_str(&format!(
                " {}@{}",
                sample(value),
                promql_syntax::format_duration(*time)
            ));
        }
        return line;
    };
    let mut values = Vec::new();
    for (time, value) in &samples {
        let position = (time - start).checked_div(step).unwrap_or(0);
        values.resize(position as usize, None);
        values.push(Some(value));
    }
    line(&series.labels, values)
}

/// More than this many values are not filled up with gaps.
const MAX_VALUES: i64 = 10_000;

fn fits(samples: &[(i64, SampleValue)], Steps { start, end, step }: Steps) -> bool {
    samples.iter().all(|(time, _)| {
        (start..=end).contains(time)
            && (time - start).checked_rem(step).unwrap_or(time - start) == 0
            && (time - start).checked_div(step).unwrap_or(0) < MAX_VALUES
    })
}

/// Floats and histograms of a series in order of time.
pub(super) fn samples(series: &Series) -> Vec<(i64, SampleValue)> {
    let floats = series
        .floats
        .iter()
        .map(|(time, value)| (*time, SampleValue::Float(*value)));
    let histograms = series
        .histograms
        .iter()
        .map(|(time, value)| (*time, SampleValue::Histogram(value.clone())));
    let mut samples: Vec<_> = floats.chain(histograms).collect();
    samples.sort_by_key(|(time, _)| *time);
    samples
}

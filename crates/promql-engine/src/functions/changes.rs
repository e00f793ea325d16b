//! `changes` and `resets`: how often consecutive samples differ or a counter begins anew.

use std::sync::Arc;

use promql_syntax::ast::RangeExtension;

use crate::call::{RangeCall, RangeSeries, Samples, Window};
use crate::columns::ColumnWriter;
use crate::error::EvalError;
use crate::histogram::FloatHistogram;

use super::rate::is_start_reset;
use super::windows::SlidingCount;

/// `changes`
pub(super) fn changes(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Result<(), EvalError> {
    count(call, series, out, |before, sample| {
        match (before.value, sample.value) {
            (Value::Float(a), Value::Float(b)) => a != b && !(a.is_nan() && b.is_nan()),
            (Value::Histogram(a), Value::Histogram(b)) => a != b,
            _ => true,
        }
    })
}

/// `resets`
pub(super) fn resets(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Result<(), EvalError> {
    count(call, series, out, |before, sample| {
        let restarted = || is_start_reset((before.start, before.time), (sample.start, sample.time));
        match (before.value, sample.value) {
            (Value::Float(a), Value::Float(b)) => b < a || restarted(),
            (Value::Histogram(a), Value::Histogram(b)) => restarted() || b.detect_reset(a),
            _ => true,
        }
    })
}

/// A sample of either kind.
#[derive(Clone, Copy)]
struct Sample<'a> {
    time: i64,
    start: i64,
    value: Value<'a>,
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Float(f64),
    Histogram(&'a Arc<FloatHistogram>),
}

/// Counts the pairs of neighbouring samples that satisfy a condition.
fn count(
    call: &RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
    condition: fn(Sample<'_>, Sample<'_>) -> bool,
) -> Result<(), EvalError> {
    let mut sliding = SlidingCount::default();
    for (step, window, samples) in series.steps() {
        let (mut floats, mut histograms) = (window.floats, window.histograms);
        if call.extension == Some(RangeExtension::Anchored) {
            let Some((first_float, first_histogram)) = anchor(samples, window) else {
                continue;
            };
            floats.0 += first_float;
            histograms.0 += first_histogram;
        }
        let count = if samples.histograms.is_empty() {
            // Position i stands for the pair i - 1, i.
            sliding.advance(floats.0 + 1..floats.1.max(floats.0 + 1), |i| {
                condition(float(series.samples, i - 1), float(series.samples, i))
            })
        } else {
            let mut merged = merge(series.samples, floats, histograms);
            let first = merged.next();
            let pairs = merged.scan(first, |before, sample| {
                before.replace(sample).map(|before| (before, sample))
            });
            pairs
                .filter(|(before, sample)| condition(*before, *sample))
                .count()
        };
        out.set(step, count as f64);
    }
    Ok(())
}

fn float(samples: Samples<'_>, i: usize) -> Sample<'_> {
    Sample {
        time: samples.times[i],
        start: samples.starts.get(i).copied().unwrap_or(0),
        value: Value::Float(samples.floats[i]),
    }
}

fn histogram(samples: Samples<'_>, i: usize) -> Sample<'_> {
    Sample {
        time: samples.histogram_times[i],
        start: samples.histogram_starts.get(i).copied().unwrap_or(0),
        value: Value::Histogram(&samples.histograms[i]),
    }
}

/// Floats and histograms in order of time.
fn merge(
    samples: Samples<'_>,
    floats: (usize, usize),
    histograms: (usize, usize),
) -> impl Iterator<Item = Sample<'_>> {
    let mut floats = (floats.0..floats.1).map(move |i| float(samples, i)).peekable();
    let mut histograms = (histograms.0..histograms.1)
        .map(move |i| histogram(samples, i))
        .peekable();
    std::iter::from_fn(move || match (floats.peek(), histograms.peek()) {
        (Some(float), Some(histogram)) if float.time < histogram.time => floats.next(),
        (_, Some(_)) => histograms.next(),
        (_, None) => floats.next(),
    })
}

/// Of an anchored window: how many floats and histograms to skip so that it begins with the latest sample at or
/// before the start of the range. `None` where no sample lies within the range.
fn anchor(samples: Samples<'_>, window: &Window) -> Option<(usize, usize)> {
    let before = |times: &[i64]| times.partition_point(|time| *time <= window.start);
    let (floats, histograms) = (before(samples.times), before(samples.histogram_times));
    if floats == samples.times.len() && histograms == samples.histogram_times.len() {
        return None;
    }
    let last_float = floats.checked_sub(1).map(|i| samples.times[i]);
    let last_histogram = histograms.checked_sub(1).map(|i| samples.histogram_times[i]);
    Some(match (last_float, last_histogram) {
        (None, None) => (0, 0),
        // The later one is the anchor.
        (float, histogram) if float >= histogram => (floats - 1, histograms),
        _ => (floats, histograms - 1),
    })
}

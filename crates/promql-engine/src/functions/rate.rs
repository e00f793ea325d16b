//! `rate`, `increase` and `delta`: the difference between the ends of a range, extrapolated to the whole range.
//!
//! Resets of a counter are found once for a series; each window adds up those within it. What `anchored` and
//! `smoothed` ranges do instead is in `extended_rate`, histograms are in `histogram_rate`.

use crate::annotations::Annotation;
use crate::call::{RangeCall, RangeSeries, Samples, Window};
use crate::columns::ColumnWriter;
use crate::error::EvalError;

use super::extrapolate::{Extrapolation, start_within};
use super::histogram_rate::HistogramBreaks;
use super::remarks::Remarks;
use super::windows::covered_floats;
use super::{extended_histogram_rate, extended_rate, histogram_rate};

type Outcome = Result<(), EvalError>;

/// What distinguishes the three functions.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// Whether a decrease is a reset.
    pub(super) counter: bool,
    /// Whether the result is divided by the length of the range.
    pub(super) per_second: bool,
}

/// `rate`
pub(super) fn rate(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let kind = Kind {
        counter: true,
        per_second: true,
    };
    difference(kind, call, series, out)
}

/// `increase`
pub(super) fn increase(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let kind = Kind {
        counter: true,
        per_second: false,
    };
    difference(kind, call, series, out)
}

/// `delta`
pub(super) fn delta(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let kind = Kind {
        counter: false,
        per_second: false,
    };
    difference(kind, call, series, out)
}

fn difference(
    kind: Kind,
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let divisor = kind.per_second.then_some(call.range_seconds);
    let extrapolation = call.scratch.get(|| Extrapolation::new(divisor));
    let (mut breaks, mut histogram_breaks) = Default::default();
    if kind.counter && call.extension.is_none() {
        breaks = Breaks::of(series);
    }
    if kind.counter && call.extension.is_none() && !series.samples.histograms.is_empty() {
        histogram_breaks = HistogramBreaks::of(series);
    }
    let mut mixed = false;
    for (step, window, samples) in series.steps() {
        match (samples.floats.is_empty(), call.extension) {
            _ if !samples.floats.is_empty() && !samples.histograms.is_empty() => mixed = true,
            (false, None) => {
                if breaks.overlap_in(window.floats) {
                    let name = series.labels.metric_name();
                    call.annotations
                        .add(Annotation::start_time_overlap(name, call.spans[0]));
                }
                if let Some(value) = of_floats(kind, extrapolation, series, window, samples, &breaks) {
                    out.set(step, value);
                }
            }
            (false, Some(extension)) => {
                if let Some(value) = extended_rate::of_floats(kind, divisor, extension, window, samples) {
                    out.set(step, value);
                }
            }
            (true, extension) => {
                let mut remarks = Remarks {
                    annotations: call.annotations,
                    span: call.spans[0],
                    metric: series.labels.metric_name(),
                };
                let result = match extension {
                    None => histogram_rate::of_histograms(
                        kind,
                        extrapolation,
                        &mut remarks,
                        window,
                        samples,
                        &histogram_breaks,
                    ),
                    Some(extension) => extended_histogram_rate::of_histograms(
                        kind,
                        divisor,
                        extension,
                        &mut remarks,
                        window,
                        samples,
                    ),
                };
                if let Some(histogram) = result {
                    out.set_histogram(step, histogram.into());
                }
            }
        }
    }
    if mixed {
        let name = series.labels.metric_name();
        call.annotations
            .add(Annotation::mixed_floats_histograms(name, call.spans[0]));
    }
    Ok(())
}

/// The extrapolated increase, or rate, of the floats in a window.
#[inline]
fn of_floats(
    kind: Kind,
    extrapolation: &mut Extrapolation,
    series: &RangeSeries<'_>,
    window: &Window,
    samples: Samples<'_>,
    breaks: &Breaks,
) -> Option<f64> {
    let (first, last) = (*samples.floats.first()?, *samples.floats.last()?);
    let mut increase = last - first;
    if !kind.counter {
        return Some(increase * extrapolation.multiplier(window, samples.times, None)?);
    }
    for reset in breaks.resets_in(window.floats) {
        increase += series.samples.floats[*reset - 1];
    }
    if let Some(start) = start_within(window, samples.times, samples.starts) {
        let multiplier = extrapolation.multiplier_since(start, window, samples.times)?;
        return Some((increase + first) * multiplier);
    }
    let quotient = (increase > 0.0 && first >= 0.0).then(|| first / increase);
    Some(increase * extrapolation.multiplier(window, samples.times, quotient)?)
}

/// Where a counter's floats do not continue one another: positions in the whole series, ascending.
#[derive(Default)]
struct Breaks {
    /// The counter has begun anew: the value before it is lost.
    resets: Vec<usize>,
    /// The sample claims to have begun before the sample before it was taken.
    overlaps: Vec<usize>,
}

impl Breaks {
    fn of(series: &RangeSeries<'_>) -> Self {
        let covered = covered_floats(series);
        let Samples {
            floats,
            times,
            starts,
            ..
        } = series.samples;
        let mut breaks = Breaks::default();
        let falls = |i: usize| floats[i] < floats[i - 1];
        let later = covered.start + 1..covered.end;
        if starts.is_empty() {
            // Most counters have no reset; that much is seen at a glance.
            let covered = &floats[covered];
            let pairs = covered.iter().zip(covered.iter().skip(1));
            if pairs.fold(false, |any, (before, value)| any | (value < before)) {
                breaks.resets.extend(later.filter(|i| falls(*i)));
            }
            return breaks;
        }
        let sample = |i: usize| (starts[i], times[i]);
        for i in later {
            if falls(i) || is_start_reset(sample(i - 1), sample(i)) {
                breaks.resets.push(i);
            }
            if is_start_overlap(sample(i - 1), starts[i]) {
                breaks.overlaps.push(i);
            }
        }
        breaks
    }

    fn resets_in(&self, window: (usize, usize)) -> &[usize] {
        within(&self.resets, window)
    }

    fn overlap_in(&self, window: (usize, usize)) -> bool {
        !within(&self.overlaps, window).is_empty()
    }
}

/// The positions after the first of a window.
fn within(positions: &[usize], (from, to): (usize, usize)) -> &[usize] {
    if positions.is_empty() {
        return positions;
    }
    let start = positions.partition_point(|position| *position <= from);
    let length = positions[start..].partition_point(|position| *position < to);
    &positions[start..start + length]
}

/// Whether a sample's start timestamp says that its counter began anew after the sample before it. Both samples
/// are given as start timestamp and time.
pub(super) fn is_start_reset(before: (i64, i64), sample: (i64, i64)) -> bool {
    let ((start_before, time_before), (start, time)) = (before, sample);
    // Unknown, or not before the sample.
    if start == 0 || start >= time {
        return false;
    }
    if start != time_before {
        return start > time_before;
    }
    // It began with the sample before it: a series of differences, unless that one's own start is unknown or wrong.
    start_before != 0 && start_before < time_before
}

/// Whether a sample's start timestamp lies before the sample before it without being that one's too.
pub(super) fn is_start_overlap((start_before, time_before): (i64, i64), start: i64) -> bool {
    start != 0 && start < time_before && start != start_before
}

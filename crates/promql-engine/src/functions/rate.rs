//! `rate`, `increase` and `delta`: the difference between the ends of a range, extrapolated to the whole range.
//!
//! Resets of a counter are found once for a series; each window adds up those within it. What `anchored` and
//! `smoothed` ranges do instead is in `extended_rate`, histograms are in `histogram_rate`.

use crate::annotations::Annotation;
use crate::call::{RangeCall, RangeSeries, Samples, Window};
use crate::columns::ColumnWriter;
use crate::error::EvalError;

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
    let (mut breaks, mut histogram_breaks) = Default::default();
    if kind.counter && call.extension.is_none() {
        breaks = Breaks::of(series);
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
                if let Some(value) = of_floats(kind, divisor, series, window, samples, &breaks) {
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
                        divisor,
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
fn of_floats(
    kind: Kind,
    divisor: Option<f64>,
    series: &RangeSeries<'_>,
    window: &Window,
    samples: Samples<'_>,
    breaks: &Breaks,
) -> Option<f64> {
    let (first, last) = (*samples.floats.first()?, *samples.floats.last()?);
    let mut increase = last - first;
    for reset in breaks.resets_in(window.floats) {
        increase += series.samples.floats[*reset - 1];
    }
    let zero = kind
        .counter
        .then(|| (increase > 0.0 && first >= 0.0).then(|| first / increase));
    let starts = if kind.counter { samples.starts } else { &[] };
    let scale = Scale::of(window, samples.times, starts, zero)?;
    if scale.from_start {
        increase += first;
    }
    Some(increase * scale.divided_by(divisor))
}

/// By what the difference between the first and the last sample is multiplied to stand for the whole range.
pub(super) struct Scale {
    factor: f64,
    /// The counter has started within the range, from zero: the first sample is part of the increase.
    pub(super) from_start: bool,
}

impl Scale {
    /// The scale for samples at `times` in a window. `starts` are the start timestamps of a counter's samples, if
    /// known. `zero` is set for a counter: the quotient of its first value and its increase, where it has
    /// increased from no negative value. `None` where nothing can be said.
    pub(super) fn of(
        window: &Window,
        times: &[i64],
        starts: &[i64],
        zero: Option<Option<f64>>,
    ) -> Option<Self> {
        let (first, last) = (*times.first()?, *times.last()?);
        let gaps = times.len() - 1;
        let mut to_start = (first - window.start) as f64 / 1000.0;
        let mut to_end = (window.end - last) as f64 / 1000.0;
        let mut sampled = (last - first) as f64 / 1000.0;
        let average = if gaps > 0 { sampled / gaps as f64 } else { 0.0 };
        // Up to a tenth more than the average distance counts as no more than a gap between two samples.
        let threshold = average * 1.1;

        let start = starts.first().copied().unwrap_or(0);
        let from_start = start != 0 && start > window.start && start < first;
        if from_start {
            to_start = 0.0;
            sampled = (last - start) as f64 / 1000.0;
        } else if gaps == 0 {
            return None;
        } else {
            if to_start >= threshold {
                to_start = average / 2.0;
            }
            // A counter cannot have been below zero: where the line through its samples meets zero, it began.
            if let Some(quotient) = zero.flatten() {
                let to_zero = sampled * quotient;
                if to_zero < to_start {
                    to_start = to_zero;
                }
            }
        }
        if to_end >= threshold {
            to_end = average / 2.0;
        }
        let factor = if sampled == 0.0 {
            1.0
        } else {
            (sampled + to_start + to_end) / sampled
        };
        Some(Scale { factor, from_start })
    }

    /// The factor, by the length of the range where the result is per second.
    pub(super) fn divided_by(&self, divisor: Option<f64>) -> f64 {
        divisor.map_or(self.factor, |divisor| self.factor / divisor)
    }
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
        for i in covered.start + 1..covered.end {
            let mut reset = floats[i] < floats[i - 1];
            if !starts.is_empty() {
                reset |= is_start_reset((starts[i - 1], times[i - 1]), (starts[i], times[i]));
                if is_start_overlap((starts[i - 1], times[i - 1]), starts[i]) {
                    breaks.overlaps.push(i);
                }
            }
            if reset {
                breaks.resets.push(i);
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

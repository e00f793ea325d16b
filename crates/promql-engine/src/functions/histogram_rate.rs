//! `rate`, `increase` and `delta` of native histograms.

use crate::annotations::HistogramOperation::{Addition, Subtraction};
use crate::call::{RangeSeries, Samples, Window};
use crate::histogram::{CounterResetHint, FloatHistogram, IncompatibleSchemas};

use super::extrapolate::{Extrapolation, start_within};
use super::rate::{Kind, is_start_overlap, is_start_reset};
use super::remarks::Remarks;

/// Where a counter's histograms do not continue one another, found once for a series.
#[derive(Default)]
pub(super) struct HistogramBreaks {
    /// The position in the series that the lists begin with.
    first: usize,
    /// The counter has begun anew.
    resets: Vec<bool>,
    /// The sample claims to have begun before the sample before it was taken.
    overlaps: Vec<bool>,
}

impl HistogramBreaks {
    pub(super) fn of(series: &RangeSeries<'_>) -> Self {
        let windows = series.windows.iter().map(|window| window.histograms);
        let Some((first, end)) = windows
            .filter(|(from, to)| from < to)
            .reduce(|(from, to), (later_from, later_to)| (from.min(later_from), to.max(later_to)))
        else {
            return HistogramBreaks::default();
        };
        let Samples {
            histogram_times: times,
            histograms,
            histogram_starts: starts,
            ..
        } = series.samples;
        let sample = |i: usize| (starts[i], times[i]);
        let known = !starts.is_empty();
        let pairs = || first + 1..end;
        let reset = |i: usize| {
            known && is_start_reset(sample(i - 1), sample(i))
                || histograms[i].detect_reset(&histograms[i - 1])
        };
        HistogramBreaks {
            first: first + 1,
            resets: pairs().map(reset).collect(),
            overlaps: pairs()
                .map(|i| known && is_start_overlap(sample(i - 1), starts[i]))
                .collect(),
        }
    }

    /// Whether the counter has begun anew with the sample at a position.
    fn reset_at(&self, position: usize) -> bool {
        self.resets[position - self.first]
    }

    fn overlap_at(&self, position: usize) -> bool {
        self.overlaps[position - self.first]
    }
}

/// The extrapolated increase, or rate, of the histograms in a window.
pub(super) fn of_histograms(
    kind: Kind,
    extrapolation: &mut Extrapolation,
    remarks: &mut Remarks<'_>,
    window: &Window,
    samples: Samples<'_>,
    breaks: &HistogramBreaks,
) -> Option<FloatHistogram> {
    let first = samples.histograms.first()?;
    let times = samples.histogram_times;
    let increase = if samples.histograms.len() > 1 {
        Some(increase(kind, remarks, window.histograms.0, samples, breaks)?)
    } else {
        None
    };
    let start = if kind.counter {
        start_within(window, times, samples.histogram_starts)
    } else {
        None
    };
    let (mut result, multiplier) = match (increase, start) {
        (Some(mut increase), Some(start)) => {
            remarks.add(&mut increase, first)?;
            (increase, extrapolation.multiplier_since(start, window, times)?)
        }
        (None, Some(start)) => {
            let multiplier = extrapolation.multiplier_since(start, window, times)?;
            (FloatHistogram::clone(first), multiplier)
        }
        (Some(increase), None) => {
            let rises = kind.counter && increase.count > 0.0 && first.count >= 0.0;
            let quotient = rises.then(|| first.count / increase.count);
            (increase, extrapolation.multiplier(window, times, quotient)?)
        }
        (None, None) => return None,
    };
    result.mul(multiplier);
    Some(result)
}

/// The difference between the first and the last of several histograms, with what was lost in resets added. `start`
/// is the position of the first in its series.
fn increase(
    kind: Kind,
    remarks: &mut Remarks<'_>,
    start: usize,
    samples: Samples<'_>,
    breaks: &HistogramBreaks,
) -> Option<FloatHistogram> {
    let [first, between @ .., last] = samples.histograms else {
        return None;
    };
    let gauge = CounterResetHint::Gauge;
    let ends_are_gauges = first.counter_reset_hint == gauge || last.counter_reset_hint == gauge;
    // Where the counter begins anew with the second sample, the first does not matter, nor does its layout.
    let nothing;
    let base = if kind.counter && breaks.reset_at(start + 1) {
        let second = &samples.histograms[1];
        nothing = FloatHistogram {
            schema: second.schema,
            custom_values: second.custom_values.clone(),
            ..FloatHistogram::default()
        };
        &nothing
    } else {
        &**first
    };
    if last.uses_custom_buckets() != base.uses_custom_buckets() {
        if kind.counter && ends_are_gauges {
            remarks.not_counter();
        }
        remarks.mixed_layouts();
        return None;
    }
    remarks.unless_mixed(|remarks| {
        let mut schema = last.schema.min(base.schema);
        if kind.counter {
            if ends_are_gauges {
                remarks.not_counter();
            }
            for histogram in between {
                if histogram.counter_reset_hint == gauge {
                    remarks.not_counter();
                }
                schema = schema.min(histogram.schema);
                if histogram.uses_custom_buckets() != base.uses_custom_buckets() {
                    return Err(IncompatibleSchemas);
                }
            }
        }
        let mut increase = last.to_schema(schema);
        if increase.sub(base)?.custom_buckets_reconciled {
            remarks.reconciled(Subtraction);
        }
        if kind.counter {
            let mut overlap = false;
            for i in 1..samples.histograms.len() {
                overlap |= breaks.overlap_at(start + i);
                if breaks.reset_at(start + i) && i > 1 {
                    let lost = &samples.histograms[i - 1];
                    if increase.add(lost)?.custom_buckets_reconciled {
                        remarks.reconciled(Addition);
                    }
                }
            }
            if overlap {
                remarks.start_overlap();
            }
        } else if first.counter_reset_hint != gauge || last.counter_reset_hint != gauge {
            remarks.not_gauge();
        }
        increase.counter_reset_hint = gauge;
        increase.compact(0);
        Ok(increase)
    })
}

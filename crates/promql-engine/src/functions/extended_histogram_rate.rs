//! `rate`, `increase` and `delta` of native histograms over `anchored` and `smoothed` ranges.

use std::sync::Arc;

use promql_syntax::ast::RangeExtension;

use crate::call::{Samples, Window};
use crate::histogram::{CounterResetHint, FloatHistogram};

use super::extended_rate::ends;
use super::rate::Kind;
use super::remarks::Remarks;

/// The increase, or rate, of the histograms in an extended window.
pub(super) fn of_histograms(
    kind: Kind,
    divisor: Option<f64>,
    extension: RangeExtension,
    remarks: &mut Remarks<'_>,
    window: &Window,
    samples: Samples<'_>,
) -> Option<FloatHistogram> {
    let Samples {
        histogram_times: times,
        histograms,
        ..
    } = samples;
    let (first, last) = ends(times, window, extension)?;
    check(kind, remarks, &histograms[first..=last])?;

    let smoothed = extension == RangeExtension::Smoothed;
    let point = |i: usize| (times[i], &*histograms[i]);
    let before_start = smoothed && times[first] < window.start;
    let left = if before_start {
        interpolate(
            point(first),
            point(first + 1),
            window.start,
            kind.counter,
            remarks,
        )?
    } else {
        FloatHistogram::clone(&histograms[first])
    };
    let right = if smoothed && last > 0 && times[last] > window.end {
        interpolate(point(last - 1), point(last), window.end, kind.counter, remarks)?
    } else {
        FloatHistogram::clone(&histograms[last])
    };
    let gauge = CounterResetHint::Gauge;
    if !kind.counter && (left.counter_reset_hint != gauge || right.counter_reset_hint != gauge) {
        remarks.not_gauge();
    }

    let mut result = right.clone();
    remarks.subtract(&mut result, &left)?;
    if kind.counter {
        // A reset that the interpolation at the start has dealt with is not counted again.
        let dealt_with = before_start && histograms[first + 1].detect_reset(&histograms[first]);
        let (before, next) = match dealt_with {
            true => (&*histograms[first + 1], first + 2),
            false => (&left, first + 1),
        };
        if next <= last
            && let Some(lost) = lost_in_resets(before, &histograms[next..last], &right, remarks)?
        {
            remarks.add(&mut result, &lost)?;
        }
    }
    if let Some(divisor) = divisor {
        result.div(divisor);
    }
    result.counter_reset_hint = gauge;
    result.compact(0);
    Some(result)
}

/// Refuses a mix of exponential and custom buckets, and warns of gauges among counters.
fn check(kind: Kind, remarks: &mut Remarks<'_>, histograms: &[Arc<FloatHistogram>]) -> Option<()> {
    let custom = histograms.first()?.uses_custom_buckets();
    for histogram in histograms {
        if histogram.uses_custom_buckets() != custom {
            remarks.mixed_layouts();
            return None;
        }
        if kind.counter && histogram.counter_reset_hint == CounterResetHint::Gauge {
            remarks.not_counter();
        }
    }
    Some(())
}

/// What a counter had reached before each of its resets; nothing where there was none. The outer `None`: the layouts
/// do not go together.
fn lost_in_resets<'a>(
    mut before: &'a FloatHistogram,
    between: &'a [Arc<FloatHistogram>],
    right: &'a FloatHistogram,
    remarks: &mut Remarks<'_>,
) -> Option<Option<FloatHistogram>> {
    let mut lost: Option<FloatHistogram> = None;
    for histogram in between.iter().map(|histogram| &**histogram).chain([right]) {
        if histogram.detect_reset(before) {
            match &mut lost {
                None => lost = Some(before.clone()),
                Some(lost) => remarks.add(lost, before)?,
            }
        }
        before = histogram;
    }
    Some(lost)
}

/// The histogram at time `t` on the line between two samples. A counter that was reset between them has begun at
/// nothing with the first.
pub(crate) fn interpolate(
    from: (i64, &FloatHistogram),
    to: (i64, &FloatHistogram),
    t: i64,
    counter: bool,
    remarks: &mut Remarks<'_>,
) -> Option<FloatHistogram> {
    if t == from.0 {
        return Some(from.1.clone());
    }
    let mut result = to.1.clone();
    if t == to.0 {
        return Some(result);
    }
    let fraction = (t - from.0) as f64 / (to.0 - from.0) as f64;
    if counter && to.1.detect_reset(from.1) {
        result.mul(fraction);
        return Some(result);
    }
    remarks.subtract(&mut result, from.1)?;
    result.mul(fraction);
    remarks.add(&mut result, from.1)?;
    Some(result)
}

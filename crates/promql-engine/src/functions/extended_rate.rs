//! `rate`, `increase` and `delta` over `anchored` and `smoothed` ranges: nothing is extrapolated; samples around the
//! range say what the values at its ends are.

use promql_syntax::ast::RangeExtension;

use crate::call::{Samples, Window};

use super::rate::Kind;

/// Which samples of an extended window stand for the ends of the range. `None` where nothing lies within it.
pub(super) fn ends(times: &[i64], window: &Window, extension: RangeExtension) -> Option<(usize, usize)> {
    let (_, others) = times.split_last()?;
    let first = others
        .partition_point(|time| *time <= window.start)
        .saturating_sub(1);
    let smoothed = extension == RangeExtension::Smoothed;
    let last = match smoothed {
        true => others.partition_point(|time| *time < window.end),
        false => times.len() - 1,
    };
    let outside = times[last] <= window.start || smoothed && times[first] > window.end;
    (!outside).then_some((first, last))
}

/// The increase, or rate, of the floats in an extended window.
pub(super) fn of_floats(
    kind: Kind,
    divisor: Option<f64>,
    extension: RangeExtension,
    window: &Window,
    samples: Samples<'_>,
) -> Option<f64> {
    let Samples { times, floats, .. } = samples;
    let (mut first, mut last) = ends(times, window, extension)?;
    let (left, right) = values_at_ends(times, floats, (first, last), window, extension, kind.counter);
    let mut result = right - left;
    if kind.counter {
        // The ends have been dealt with; what remains are the samples between them.
        first += usize::from(times[first] <= window.start);
        let end = last + usize::from(times[last] < window.end);
        last = end.max(first);
        result += lost_in_resets(left, &floats[first..last], right);
    }
    Some(divisor.map_or(result, |divisor| result / divisor))
}

/// The values at the ends of a range, for which the samples at these two places stand.
pub(crate) fn values_at_ends(
    times: &[i64],
    floats: &[f64],
    (first, last): (usize, usize),
    window: &Window,
    extension: RangeExtension,
    counter: bool,
) -> (f64, f64) {
    let smoothed = extension == RangeExtension::Smoothed;
    let between = |from: usize, to: usize, time: i64| {
        interpolate(
            (times[from], floats[from]),
            (times[to], floats[to]),
            time,
            counter,
        )
    };
    let left = if smoothed && times[first] < window.start {
        between(first, first + 1, window.start)
    } else {
        floats[first]
    };
    let right = if smoothed && last > 0 && times[last] > window.end {
        between(last - 1, last, window.end)
    } else {
        floats[last]
    };
    (left, right)
}

/// The value at time `t` on the line between two samples. A counter that decreases has begun anew at zero with
/// the first.
pub(crate) fn interpolate(from: (i64, f64), to: (i64, f64), t: i64, counter: bool) -> f64 {
    let start = if counter && to.1 < from.1 { 0.0 } else { from.1 };
    start + (to.1 - start) * (t - from.0) as f64 / (to.0 - from.0) as f64
}

/// What a counter had reached before each of its resets.
fn lost_in_resets(left: f64, between: &[f64], right: f64) -> f64 {
    let mut lost = 0.0;
    let mut before = left;
    for value in between.iter().chain([&right]) {
        if *value < before {
            lost += before;
        }
        before = *value;
    }
    lost
}

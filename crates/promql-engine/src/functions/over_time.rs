//! `…_over_time`: aggregates of the samples in a range. This room knows floats; the sums and averages of
//! histograms are in `over_time_histograms`.

use std::sync::Arc;

use crate::annotations::Annotation;
use crate::call::{RangeCall, RangeSeries, Samples};
use crate::columns::ColumnWriter;
use crate::error::EvalError;
use crate::histogram::FloatHistogram;
use crate::kahan::KahanSum;

use super::over_time_histograms;
use super::quantile::quantile;
use super::remarks::Remarks;
use super::windows::SlidingExtreme;

type Outcome = Result<(), EvalError>;

/// Computes a float from the floats of each window. Histograms among them are ignored, with an info.
fn of_floats(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
    mut compute: impl FnMut(usize, (usize, usize), Samples<'_>) -> f64,
) -> Outcome {
    let mut mixed = false;
    for (step, window, samples) in series.steps() {
        if samples.floats.is_empty() {
            continue;
        }
        mixed |= !samples.histograms.is_empty();
        out.set(step, compute(step, window.floats, samples));
    }
    if mixed {
        ignored_histograms(call, series);
    }
    Ok(())
}

/// Says that histograms in a range of floats were ignored.
pub(super) fn ignored_histograms(call: &mut RangeCall<'_>, series: &RangeSeries<'_>) {
    let name = series.labels.metric_name();
    call.annotations
        .add(Annotation::histogram_ignored_in_range(name, call.spans[0]));
}

/// `count_over_time`
pub(super) fn count(_: &mut RangeCall<'_>, series: &RangeSeries<'_>, out: &mut ColumnWriter<'_>) -> Outcome {
    for (step, _, samples) in series.steps() {
        out.set(step, (samples.floats.len() + samples.histograms.len()) as f64);
    }
    Ok(())
}

/// `present_over_time`
pub(super) fn present(
    _: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    for (step, _, _) in series.steps() {
        out.set(step, 1.0);
    }
    Ok(())
}

/// `first_over_time`
pub(super) fn first(_: &mut RangeCall<'_>, series: &RangeSeries<'_>, out: &mut ColumnWriter<'_>) -> Outcome {
    for (step, _, samples) in series.steps() {
        match (samples.histogram_times.first(), samples.times.first()) {
            (Some(histogram), float) if float.is_none_or(|float| float >= histogram) => {
                out.set_histogram(step, samples.histograms[0].clone());
            }
            _ => out.set(step, samples.floats[0]),
        }
    }
    Ok(())
}

/// `last_over_time`
pub(super) fn last(_: &mut RangeCall<'_>, series: &RangeSeries<'_>, out: &mut ColumnWriter<'_>) -> Outcome {
    for (step, _, samples) in series.steps() {
        match (
            samples.histograms.last(),
            samples.histogram_times.last(),
            samples.times.last(),
        ) {
            (Some(histogram), Some(time), float) if float.is_none_or(|float| float <= time) => {
                out.set_histogram(step, histogram.clone());
            }
            _ => out.set(step, samples.floats[samples.floats.len() - 1]),
        }
    }
    Ok(())
}

/// `ts_of_first_over_time`
pub(super) fn time_of_first(
    _: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    for (step, _, samples) in series.steps() {
        let times = samples
            .times
            .first()
            .into_iter()
            .chain(samples.histogram_times.first());
        if let Some(time) = times.min() {
            out.set(step, *time as f64 / 1000.0);
        }
    }
    Ok(())
}

/// `ts_of_last_over_time`
pub(super) fn time_of_last(
    _: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    for (step, _, samples) in series.steps() {
        // Where there are samples of one kind only, the other kind's last time counts as 0.
        let last = |times: &[i64]| times.last().copied().unwrap_or(0);
        out.set(
            step,
            last(samples.times).max(last(samples.histogram_times)) as f64 / 1000.0,
        );
    }
    Ok(())
}

/// `min_over_time`: NaN only where there is nothing else.
pub(super) fn min(call: &mut RangeCall<'_>, series: &RangeSeries<'_>, out: &mut ColumnWriter<'_>) -> Outcome {
    extreme(call, series, out, |new, old| new < old)
}

/// `max_over_time`: NaN only where there is nothing else.
pub(super) fn max(call: &mut RangeCall<'_>, series: &RangeSeries<'_>, out: &mut ColumnWriter<'_>) -> Outcome {
    extreme(call, series, out, |new, old| new > old)
}

fn extreme(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
    displaces: fn(f64, f64) -> bool,
) -> Outcome {
    let values = series.samples.floats;
    let mut extreme = SlidingExtreme::new(displaces);
    of_floats(call, series, out, |_, (from, to), _| {
        extreme.advance(from..to, values).map_or(f64::NAN, |i| values[i])
    })
}

/// `ts_of_min_over_time`: the latest of several minima counts.
pub(super) fn time_of_min(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    time_of_extreme(call, series, out, |new, old| new <= old)
}

/// `ts_of_max_over_time`: the latest of several maxima counts.
pub(super) fn time_of_max(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    time_of_extreme(call, series, out, |new, old| new >= old)
}

fn time_of_extreme(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
    displaces: fn(f64, f64) -> bool,
) -> Outcome {
    let Samples { floats, times, .. } = series.samples;
    let mut extreme = SlidingExtreme::new(displaces);
    of_floats(call, series, out, |_, (from, to), _| {
        times[extreme.advance(from..to, floats).unwrap_or(to - 1)] as f64 / 1000.0
    })
}

/// `sum_over_time`
pub(super) fn sum(call: &mut RangeCall<'_>, series: &RangeSeries<'_>, out: &mut ColumnWriter<'_>) -> Outcome {
    combined(call, series, out, sum_of, over_time_histograms::sum)
}

/// `avg_over_time`
pub(super) fn average(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    combined(call, series, out, average_of, over_time_histograms::average)
}

/// Combines the samples of each window, all of which must be of one kind.
fn combined(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
    of_floats: fn(&[f64]) -> f64,
    of_histograms: fn(&[Arc<FloatHistogram>], &mut Remarks<'_>) -> Option<FloatHistogram>,
) -> Outcome {
    let mut mixed = false;
    for (step, _, samples) in series.steps() {
        match (samples.floats, samples.histograms) {
            (floats, []) => out.set(step, of_floats(floats)),
            ([], histograms) => {
                let mut remarks = Remarks {
                    annotations: call.annotations,
                    span: call.spans[0],
                    metric: series.labels.metric_name(),
                };
                if let Some(histogram) = of_histograms(histograms, &mut remarks) {
                    out.set_histogram(step, histogram.into());
                }
            }
            _ => mixed = true,
        }
    }
    if mixed {
        let name = series.labels.metric_name();
        call.annotations
            .add(Annotation::mixed_floats_histograms(name, call.spans[0]));
    }
    Ok(())
}

/// `sum_over_time` of floats.
fn sum_of(values: &[f64]) -> f64 {
    let mut sum = KahanSum::default();
    for value in values {
        sum.add(*value);
    }
    if sum.sum.is_infinite() {
        sum.sum
    } else {
        sum.total()
    }
}

/// `avg_over_time` of floats: sum by count while the sum is finite, from there on the mean is carried along.
fn average_of(values: &[f64]) -> f64 {
    let Some((first, rest)) = values.split_first() else {
        return f64::NAN;
    };
    let mut sum = KahanSum::new(*first);
    for (i, value) in rest.iter().enumerate() {
        let longer = sum.plus(*value);
        if longer.sum.is_infinite() {
            return running_average(sum, i + 1, &rest[i..]);
        }
        sum = longer;
    }
    let count = values.len() as f64;
    sum.sum / count + sum.compensation / count
}

/// The mean of `count` values that add up to `sum` and of further values, without a sum that could overflow.
fn running_average(sum: KahanSum, count: usize, further: &[f64]) -> f64 {
    let mut mean = KahanSum {
        sum: sum.sum / count as f64,
        compensation: sum.compensation / count as f64,
    };
    for (i, value) in further.iter().enumerate() {
        let count = (count + i + 1) as f64;
        let share = (count - 1.0) / count;
        mean = KahanSum {
            sum: share * mean.sum,
            compensation: share * mean.compensation,
        }
        .plus(value / count);
    }
    mean.total()
}

/// `stdvar_over_time`
pub(super) fn variance(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    of_floats(call, series, out, |_, _, samples| variance_of(samples.floats))
}

/// `stddev_over_time`
pub(super) fn deviation(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    of_floats(call, series, out, |_, _, samples| {
        variance_of(samples.floats).sqrt()
    })
}

/// The population variance by Welford's method with compensated sums.
fn variance_of(values: &[f64]) -> f64 {
    let mut count = 0.0;
    let mut mean = KahanSum::default();
    let mut squares = KahanSum::default();
    for value in values {
        count += 1.0;
        let delta = value - mean.total();
        mean.add(delta / count);
        squares.add(delta * (value - mean.total()));
    }
    squares.total() / count
}

/// `quantile_over_time`: the quantile is the first argument, the range the second.
pub(super) fn quantile_over_time(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let scalars = call.scalars;
    let mut invalid: Vec<f64> = Vec::new();
    let mut scratch = Vec::new();
    of_floats(call, series, out, |step, _, samples| {
        let q = scalars[0].at(step);
        if !(0.0..=1.0).contains(&q) && invalid.last().is_none_or(|last| last.to_bits() != q.to_bits()) {
            invalid.push(q);
        }
        scratch.clear();
        scratch.extend_from_slice(samples.floats);
        quantile(q, &mut scratch)
    })?;
    for q in invalid {
        call.annotations
            .add(Annotation::invalid_quantile(q, call.spans[0]));
    }
    Ok(())
}

/// `mad_over_time`: the median of the distances from the median.
pub(super) fn median_deviation(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let mut scratch = Vec::new();
    of_floats(call, series, out, |_, _, samples| {
        if samples.floats.iter().any(|value| value.is_nan()) {
            return f64::NAN;
        }
        scratch.clear();
        scratch.extend_from_slice(samples.floats);
        let median = quantile(0.5, &mut scratch);
        for value in &mut scratch {
            *value = (*value - median).abs();
        }
        quantile(0.5, &mut scratch)
    })
}

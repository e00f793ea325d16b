//! Functions that fit a line or a smoothed curve to the floats in a range.

use crate::call::{RangeCall, RangeSeries, Samples};
use crate::columns::ColumnWriter;
use crate::error::EvalError;
use crate::gofmt::float_f;
use crate::kahan;

use super::over_time::ignored_histograms;

type Outcome = Result<(), EvalError>;

/// Computes a float from each window with two floats or more. Histograms among the floats are ignored, with an info.
fn of_two_floats(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
    mut compute: impl FnMut(usize, Samples<'_>) -> Result<f64, EvalError>,
) -> Outcome {
    let mut mixed = false;
    for (step, _, samples) in series.steps() {
        mixed |= !samples.floats.is_empty() && !samples.histograms.is_empty();
        if samples.floats.len() >= 2 {
            out.set(step, compute(step, samples)?);
        }
    }
    if mixed {
        ignored_histograms(call, series);
    }
    Ok(())
}

/// `deriv`: the slope per second.
pub(super) fn derivative(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    // Times relative to the first sample are small numbers, which keeps the products accurate.
    of_two_floats(call, series, out, |_, samples| {
        Ok(fit(samples, samples.times[0]).slope)
    })
}

/// `predict_linear`: the value expected so many seconds after the evaluation.
pub(super) fn predict(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let (steps, scalars) = (call.steps, call.scalars);
    of_two_floats(call, series, out, |step, samples| {
        let line = fit(samples, steps.at(step));
        Ok(line.slope * scalars[0].at(step) + line.intercept)
    })
}

/// A straight line over seconds.
struct Line {
    slope: f64,
    intercept: f64,
}

/// The least-squares line through the samples, with the intercept at `origin` milliseconds.
fn fit(samples: Samples<'_>, origin: i64) -> Line {
    let (mut sums, mut compensations) = ([0.0; 4], [0.0; 4]);
    let mut count = 0.0;
    let first = samples.floats[0];
    let mut constant = true;
    for (time, y) in samples.times.iter().zip(samples.floats) {
        constant &= count == 0.0 || *y == first;
        count += 1.0;
        let x = (time - origin) as f64 / 1e3;
        let terms = [x, *y, x * y, x * x];
        for lane in 0..4 {
            (sums[lane], compensations[lane]) = kahan::add(terms[lane], sums[lane], compensations[lane]);
        }
    }
    if constant {
        return if first.is_infinite() {
            Line {
                slope: f64::NAN,
                intercept: f64::NAN,
            }
        } else {
            Line {
                slope: 0.0,
                intercept: first,
            }
        };
    }
    let [x, y, xy, xx] = std::array::from_fn(|lane| sums[lane] + compensations[lane]);
    let covariance = xy - x * y / count;
    let variance = xx - x * x / count;
    let slope = covariance / variance;
    Line {
        slope,
        intercept: y / count - slope * x / count,
    }
}

/// `double_exponential_smoothing`: the smoothing factor and the trend factor follow the range.
pub(super) fn smooth(
    call: &mut RangeCall<'_>,
    series: &RangeSeries<'_>,
    out: &mut ColumnWriter<'_>,
) -> Outcome {
    let scalars = call.scalars;
    for (step, _, _) in series.steps() {
        factor("smoothing", "sf", scalars[0].at(step))?;
        factor("trend", "tf", scalars[1].at(step))?;
    }
    of_two_floats(call, series, out, |step, samples| {
        Ok(smoothed(samples.floats, scalars[0].at(step), scalars[1].at(step)))
    })
}

/// Refuses a factor outside of 0 and 1. (NaN is let through.)
fn factor(name: &str, symbol: &str, value: f64) -> Result<(), EvalError> {
    if value <= 0.0 || value >= 1.0 {
        let got = if value.is_finite() {
            format!("{value:.6}")
        } else {
            float_f(value)
        };
        return Err(EvalError::new(format!(
            "invalid {name} factor. Expected: 0 < {symbol} < 1, got: {got}"
        )));
    }
    Ok(())
}

/// The last value of Holt's double exponential smoothing.
fn smoothed(values: &[f64], smoothing: f64, trending: f64) -> f64 {
    let mut level = values[0];
    let mut trend = values[1] - values[0];
    let mut before = 0.0;
    for (i, value) in values.iter().enumerate().skip(1) {
        let observed = smoothing * value;
        if i > 1 {
            trend = trending * (level - before) + (1.0 - trending) * trend;
        }
        let expected = (1.0 - smoothing) * (level + trend);
        before = level;
        level = observed + expected;
    }
    level
}

//! Functions of range vectors.

use promql_syntax::ast::{ExprKind, RangeExtension};

use super::{Arguments, Rule, rounded};
use crate::analysis::Trust;
use crate::analysis::aggregate::{MOST_SAMPLES, average, quantile, spread, sum};
use crate::analysis::facts::Facts;
use crate::analysis::interval::Interval;
use crate::analysis::quantity::{Kind, Quantity};

pub(super) fn rule(name: &str) -> Option<Rule> {
    Some(match name {
        "rate" | "increase" | "irate" => growth,
        "delta" | "idelta" => difference,
        "deriv" => |call| fitted(call, |_| Interval::ANY),
        "predict_linear" => |call| fitted(call, |_| Interval::ANY),
        "double_exponential_smoothing" => |call| fitted(call, |_| Interval::ANY),
        "changes" | "resets" => |call| number(call, 0.0),
        "count_over_time" => |call| number(call, 1.0),
        "present_over_time" => present,
        "avg_over_time" => |call| combined(call, average),
        "sum_over_time" => |call| combined(call, |samples, trust| sum(samples, MOST_SAMPLES, trust)),
        "min_over_time" | "max_over_time" => |call| floats(call, 0, |samples, _| samples),
        "first_over_time" | "last_over_time" => picked,
        "stddev_over_time" => |call| floats(call, 0, |samples, _| spread(samples, true)),
        "stdvar_over_time" => |call| floats(call, 0, |samples, _| spread(samples, false)),
        "mad_over_time" => |call| floats(call, 0, |samples, _| deviation(samples)),
        "quantile_over_time" => |call| {
            let q = call.scalar(0);
            floats(call, 1, |samples, trust| quantile(q, samples, trust))
        },
        _ => return None,
    })
}

/// `rate`, `increase` and `irate`: what is below the sample before it counts from zero.
fn growth(call: &Arguments<'_, '_>) -> Facts {
    let mut facts = call.over_range(0);
    let mut samples = facts.value;
    let by_use = samples.and(Interval::COUNTER);
    if call.trust == Trust::Likely && by_use.has_numbers() {
        // Who takes a rate means a counter.
        samples = by_use;
    }
    facts.value = match (samples.has_numbers(), samples.has_nan() || samples.has_infinity()) {
        (false, false) => Interval::NONE,
        (_, true) => Interval::ANY,
        (true, false) => {
            let most = samples.magnitude() * MOST_SAMPLES;
            let least = match call.trust == Trust::Proven && extension(call).is_some() {
                // Between two samples the value is a matter of interpolation, and of rounding.
                true => -most,
                false if samples.lo() < 0.0 => -most,
                false if samples.lo().is_sign_negative() => -0.0,
                false => 0.0,
            };
            Interval::new(least, most)
        }
    };
    let name = call.call.name.as_str();
    facts.quantity = match name {
        "increase" => facts.quantity.as_kind(Kind::Increase),
        _ => facts.quantity.rate(),
    };
    if facts.value.is_not_negative() {
        let reason = format!("`{name}` of what is not negative is not negative");
        facts.why_value = facts.why_value.then(call.span, reason);
    }
    facts
}

fn extension(call: &Arguments<'_, '_>) -> Option<RangeExtension> {
    match &call.nodes.first()?.expr.bare().kind {
        ExprKind::MatrixSelector(matrix) => matrix.selector.extension.map(|(extension, _)| extension),
        _ => None,
    }
}

/// `delta` and `idelta`: what lies between two samples, extrapolated to at most four times that.
fn difference(call: &Arguments<'_, '_>) -> Facts {
    let mut facts = call.over_range(0);
    let samples = facts.value;
    let width = samples.hi() - samples.lo();
    facts.value = if samples.is_none() {
        Interval::NONE
    } else if !samples.has_numbers() {
        Interval::NAN
    } else if samples.has_infinity() || !(4.0 * width).is_finite() {
        Interval::ANY
    } else {
        let smoothing = samples.magnitude() * 1e-9;
        let width = if width == 0.0 {
            0.0
        } else {
            4.0 * width + smoothing
        };
        Interval::new(-width, width).or_nan(samples.has_nan())
    };
    facts.quantity = facts.quantity.as_kind(Kind::Unknown);
    facts
}

/// A line or a curve through the samples.
fn fitted(call: &Arguments<'_, '_>, value: fn(Interval) -> Interval) -> Facts {
    let mut facts = floats(call, 0, |samples, _| match samples.is_none() {
        true => Interval::NONE,
        false => value(samples),
    });
    if call.call.name == "deriv" {
        facts.quantity.per_second = true;
    }
    facts.quantity = facts.quantity.as_kind(Kind::Unknown);
    facts
}

/// How many samples there are, or changes between them, of floats or histograms.
fn number(call: &Arguments<'_, '_>, least: f64) -> Facts {
    let mut facts = call.over_range(0);
    facts.value = Interval::new(least, MOST_SAMPLES);
    facts.histograms = false;
    facts.quantity = Quantity::number();
    facts.why_value = facts
        .why_value
        .then(call.span, format!("`{}` is a number of samples", call.call.name));
    facts
}

fn present(call: &Arguments<'_, '_>) -> Facts {
    let mut facts = call.over_range(0);
    facts.value = Interval::point(1.0);
    facts.histograms = false;
    facts.quantity = Quantity::default();
    facts.why_value = facts.why_value.then(call.span, "`present_over_time` is always 1");
    facts
}

/// A function of the floats of a range or of its histograms, all of which must be of one kind.
fn combined(call: &Arguments<'_, '_>, of_floats: fn(Interval, Trust) -> Interval) -> Facts {
    let mut facts = call.over_range(0);
    facts.value = of_floats(facts.value, call.trust);
    facts
}

/// A function of the floats of a range that leaves histograms out.
fn floats(
    call: &Arguments<'_, '_>,
    index: usize,
    of_floats: impl FnOnce(Interval, Trust) -> Interval,
) -> Facts {
    let mut facts = call.over_range(index).floats_only();
    facts.value = of_floats(facts.value, call.trust);
    facts
}

/// `first_over_time` and `last_over_time`: a sample as it is, so that it keeps its name.
fn picked(call: &Arguments<'_, '_>) -> Facts {
    Facts {
        labels: call.facts(0).labels,
        ..call.over_range(0)
    }
}

/// The median of the distances from the median.
fn deviation(samples: Interval) -> Interval {
    if samples.is_none() {
        return Interval::NONE;
    }
    let strange = samples.has_nan() || samples.has_infinity();
    let width = if samples.has_numbers() {
        samples.hi() - samples.lo()
    } else {
        0.0
    };
    let most = if strange { f64::INFINITY } else { width };
    rounded(Interval::new(0.0, most), Trust::Proven).or_nan(strange || !width.is_finite())
}

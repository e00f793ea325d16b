//! Aggregations.

use promql_syntax::ast::{AggregateExpr, AggregateOp, Expr, ExprKind, Grouping, ValueType};

use super::Trust;
use super::facts::{Facts, Presence};
use super::interval::Interval;
use super::labels::{LabelFacts, METRIC_NAME};
use super::quantity::{Kind, Quantity};
use super::values::LabelValues;
use super::walk::Node;

/// No vector has more series, and no range more samples, than this.
pub(super) const MOST_SAMPLES: f64 = 1e18;

/// Compensated sums of so many numbers are as good as exact.
const MOST_EXACT: f64 = 1e6;

/// What is known of an aggregation. The operands are what is aggregated and the parameter.
pub(super) fn facts(expr: &Expr, aggregate: &AggregateExpr, operands: &[Node<'_>], trust: Trust) -> Facts {
    let input = &*operands[0].facts;
    let param = operands.get(1);
    let number = param.map_or(Interval::ANY, |param| param.facts.value);
    let mut facts = Facts {
        value_type: Some(ValueType::InstantVector),
        verdict: None,
        mismatches: Vec::new(),
        ..input.clone()
    };
    let picks = matches!(
        aggregate.op,
        AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk | AggregateOp::LimitRatio
    );
    if !picks {
        facts.labels = grouped(&input.labels, aggregate.grouping.as_ref());
    }
    let samples = input.value;
    // There is at least one value in a group, and not more than there can be series.
    let most = input
        .labels
        .most_series()
        .map_or(MOST_SAMPLES, |most| most as f64);
    let says = |facts: &mut Facts, reason: &str| facts.why_value = input.why_value.then(expr.span, reason);
    match aggregate.op {
        AggregateOp::Sum => {
            facts.value = sum(samples, most, trust);
            facts.quantity = input.quantity.clone();
            if input.histograms {
                // A group that holds both has no result.
                facts.presence = not_always(facts.presence);
            }
        }
        AggregateOp::Avg => {
            facts.value = average(samples, trust);
            if input.histograms {
                facts.presence = not_always(facts.presence);
            }
        }
        AggregateOp::Min | AggregateOp::Max => facts = facts.floats_only(),
        AggregateOp::Count => {
            facts.value = Interval::new(1.0, most.max(1.0));
            facts.histograms = false;
            facts.quantity = Quantity::number();
            says(
                &mut facts,
                "a count is at least 1: without series there is no count",
            );
        }
        AggregateOp::Group => {
            facts.value = Interval::point(1.0);
            facts.histograms = false;
            facts.quantity = Quantity::default();
            says(&mut facts, "`group` is always 1");
        }
        AggregateOp::Stddev | AggregateOp::Stdvar => {
            facts.value = spread(samples, aggregate.op == AggregateOp::Stddev);
            facts.quantity = input.quantity.as_kind(Kind::Unknown);
            facts = facts.floats_only();
        }
        AggregateOp::Quantile => {
            facts.value = quantile(number, samples, trust);
            facts = facts.floats_only();
        }
        AggregateOp::Topk | AggregateOp::Bottomk => {
            facts = facts.floats_only();
            facts.presence = picked(facts.presence, number);
        }
        AggregateOp::Limitk => facts.presence = picked(facts.presence, number),
        AggregateOp::LimitRatio => {
            facts.presence = match number.single() {
                Some(ratio) if ratio <= -1.0 => facts.presence,
                Some(0.0) => Presence::Never,
                _ => not_always(facts.presence),
            }
        }
        AggregateOp::CountValues => {
            facts.value = Interval::new(1.0, most.max(1.0));
            facts.histograms = false;
            facts.quantity = Quantity::number();
            match param.and_then(|param| string(param.expr)) {
                Some(label) => {
                    let without = aggregate.grouping.as_ref().filter(|grouping| grouping.without);
                    let taken = without.is_some_and(|g| g.labels.iter().any(|l| l.name == label))
                        || without.is_some() && label == METRIC_NAME;
                    if !taken {
                        facts.labels.set(label, LabelValues::present());
                    }
                }
                None => facts.labels.open(),
            }
        }
    }
    facts.quantity.together = !picks;
    if facts.presence == Presence::Always {
        facts.why_presence = input.why_presence.clone();
    }
    facts
}

/// The labels that a grouping leaves.
fn grouped(labels: &LabelFacts, grouping: Option<&Grouping>) -> LabelFacts {
    let Some(grouping) = grouping else {
        return LabelFacts::none();
    };
    let names = grouping.labels.iter().map(|label| label.name.as_str());
    if !grouping.without {
        return labels.only(names);
    }
    let mut kept = labels.clone();
    names.chain([METRIC_NAME]).for_each(|name| kept.remove(name));
    kept
}

/// The text of a string, in brackets or not.
pub(super) fn string(expr: &Expr) -> Option<&str> {
    match &expr.bare().kind {
        ExprKind::String(string) => Some(&string.value),
        _ => None,
    }
}

fn not_always(presence: Presence) -> Presence {
    match presence {
        Presence::Always => Presence::Maybe,
        other => other,
    }
}

/// Whether something is left where so many are picked.
fn picked(presence: Presence, number: Interval) -> Presence {
    if number.has_numbers() && number.lo() >= 1.0 {
        presence
    } else if number.has_numbers() && number.hi() < 1.0 {
        Presence::Never
    } else {
        not_always(presence)
    }
}

/// Sums begin with zero, and `0 + -0` is `0`.
fn from_zero(samples: Interval) -> Interval {
    match samples.contains(-0.0) {
        true => samples.hull(Interval::point(0.0)),
        false => samples,
    }
}

/// The sum of one value or more, up to `most`.
pub(super) fn sum(samples: Interval, most: f64, trust: Trust) -> Interval {
    if !samples.has_numbers() {
        return samples;
    }
    let samples = from_zero(samples);
    let lo = if samples.lo() < 0.0 {
        samples.lo() * most
    } else {
        samples.lo()
    };
    let hi = if samples.hi() > 0.0 {
        samples.hi() * most
    } else {
        samples.hi()
    };
    let opposite = lo == f64::NEG_INFINITY && hi == f64::INFINITY;
    let mut sum = Interval::new(lo, hi);
    if trust == Trust::Proven && samples.lo() < 0.0 && samples.hi() > 0.0 {
        sum = sum.widened_by(sum.magnitude());
    } else if trust == Trust::Proven && most > MOST_EXACT {
        // Fewer numbers of one sign are added up exactly but for one rounding at the end.
        sum = sum.widened();
    }
    sum.or_nan(samples.has_nan() || opposite)
}

/// The average of some values.
pub(super) fn average(samples: Interval, trust: Trust) -> Interval {
    if !samples.has_numbers() {
        return samples;
    }
    let samples = from_zero(samples);
    let mut average = samples;
    if trust == Trust::Proven {
        average = match samples.lo() < 0.0 && samples.hi() > 0.0 {
            true => average.widened_by(samples.magnitude()),
            false => average.widened(),
        };
    }
    average.or_nan(samples.has_infinity())
}

/// The standard deviation of values, or its square. Of what is infinite or no number there is none.
pub(super) fn spread(samples: Interval, root: bool) -> Interval {
    if samples.is_none() {
        return Interval::NONE;
    }
    let width = if samples.has_numbers() {
        samples.hi() - samples.lo()
    } else {
        0.0
    };
    // Half the width at most, with room for rounding, which goes by the size of the values.
    let most = width + samples.magnitude() * 1e-6;
    let square = most * most;
    let strange = samples.has_nan() || samples.has_infinity() || !square.is_finite();
    let hi = match (square.is_finite(), root) {
        (false, _) => f64::INFINITY,
        (true, true) => most,
        (true, false) => square,
    };
    Interval::new(0.0, hi).or_nan(strange)
}

/// A quantile of values: between the least and the greatest, infinite where it is none.
pub(super) fn quantile(q: Interval, samples: Interval, trust: Trust) -> Interval {
    if samples.is_none() {
        return Interval::NONE;
    }
    let mut value = Interval::NONE.or_nan(q.has_nan() || samples.has_nan() || samples.has_infinity());
    if q.has_numbers() {
        if q.lo() < 0.0 {
            value = value.hull(Interval::point(f64::NEG_INFINITY));
        }
        if q.hi() > 1.0 {
            value = value.hull(Interval::point(f64::INFINITY));
        }
        if q.lo() <= 1.0 && q.hi() >= 0.0 {
            value = value.hull(average(samples, trust));
        }
    }
    value
}

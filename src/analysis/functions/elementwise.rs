//! Functions of each float alone.

use promql_engine::gomath;

use super::{Arguments, Rule, rounded};
use crate::analysis::Trust;
use crate::analysis::facts::{Facts, Presence};
use crate::analysis::interval::{Interval, Verdict};
use crate::analysis::quantity::{Kind, Quantity, Unit};
use promql_syntax::ast::BinaryOp;

/// What Prometheus' own functions of angles and logarithms are defined on.
const FROM_ZERO: Interval = Interval::new(-0.0, f64::INFINITY);
const FROM_ONE: Interval = Interval::new(1.0, f64::INFINITY);
const TO_ONE: Interval = Interval::new(-1.0, 1.0);

pub(super) fn rule(name: &str) -> Option<Rule> {
    Some(match name {
        "abs" => |call| call.mapped(0, Interval::absolute),
        "ceil" => |call| call.mapped(0, |x| x.rising(f64::ceil)),
        "floor" => |call| call.mapped(0, |x| x.rising(f64::floor)),
        "exp" => |call| approximated(call, Interval::ANY, gomath::exp, FROM_ZERO),
        "sqrt" => |call| measureless(call, |x| x.rising_on(FROM_ZERO, f64::sqrt)),
        "ln" => |call| approximated(call, FROM_ZERO, gomath::ln, Interval::ANY),
        "log2" => |call| approximated(call, FROM_ZERO, gomath::log2, Interval::ANY),
        "log10" => |call| approximated(call, FROM_ZERO, gomath::log10, Interval::ANY),
        "sin" | "cos" => |call| measureless(call, wave),
        "tan" => |call| measureless(call, |x| either(x, Interval::ANY)),
        "asin" => |call| approximated(call, TO_ONE, gomath::asin, Interval::ANY),
        // It falls with its argument, so it rises with the argument's negative.
        "acos" => |call| measureless(call, |x| approximate(-x, TO_ONE, |x| gomath::acos(-x), FROM_ZERO)),
        "atan" => |call| approximated(call, Interval::ANY, gomath::atan, Interval::ANY),
        "sinh" => |call| approximated(call, Interval::ANY, gomath::sinh, Interval::ANY),
        "cosh" => |call| {
            measureless(call, |x| {
                approximate(x.absolute(), Interval::ANY, gomath::cosh, FROM_ZERO)
            })
        },
        "tanh" => |call| approximated(call, Interval::ANY, gomath::tanh, Interval::ANY),
        "asinh" => |call| approximated(call, Interval::ANY, gomath::asinh, Interval::ANY),
        "acosh" => |call| approximated(call, FROM_ONE, gomath::acosh, FROM_ZERO),
        "atanh" => |call| approximated(call, TO_ONE, gomath::atanh, Interval::ANY),
        "deg" => |call| measureless(call, |x| x.rising(|x| x * 180.0 / std::f64::consts::PI)),
        "rad" => |call| measureless(call, |x| x.rising(|x| x * std::f64::consts::PI / 180.0)),
        "sgn" => |call| measureless(call, |x| x.rising(sign)),
        "round" => round,
        "clamp" => |call| clamp(call, call.scalar(1), call.scalar(2)),
        "clamp_min" => |call| clamp(call, call.scalar(1), Interval::point(f64::INFINITY)),
        "clamp_max" => |call| clamp(call, Interval::point(f64::NEG_INFINITY), call.scalar(1)),
        _ => return None,
    })
}

/// A function that rises on its domain and never leaves its range, computed by an approximation.
fn approximated(call: &Arguments<'_, '_>, domain: Interval, f: fn(f64) -> f64, range: Interval) -> Facts {
    measureless(call, |x| approximate(x, domain, f, range))
}

fn approximate(x: Interval, domain: Interval, f: impl Fn(f64) -> f64, range: Interval) -> Interval {
    x.rising_on(domain, f).widened_by(1.0).and(range.or_nan(true))
}

/// A function whose result measures something else than its argument.
fn measureless(call: &Arguments<'_, '_>, map: impl FnOnce(Interval) -> Interval) -> Facts {
    Facts {
        quantity: Quantity::default(),
        ..call.mapped(0, map)
    }
}

/// Values where there are any to compute them from.
fn either(x: Interval, result: Interval) -> Interval {
    match (x.has_numbers(), x.has_nan()) {
        (true, nan) => result.or_nan(nan),
        (false, true) => Interval::NAN,
        (false, false) => Interval::NONE,
    }
}

fn wave(x: Interval) -> Interval {
    either(x, TO_ONE.widened().or_nan(x.has_infinity()))
}

fn sign(value: f64) -> f64 {
    if value < 0.0 {
        -1.0
    } else if value > 0.0 {
        1.0
    } else {
        value
    }
}

/// To the nearest multiple: every operation on the way rises with the value where the multiple is positive.
fn round(call: &Arguments<'_, '_>) -> Facts {
    let nearest = match call.nodes.len() {
        1 => Some(1.0),
        _ => call.scalar(1).single(),
    };
    let usual =
        nearest.filter(|nearest| *nearest > 0.0 && nearest.is_finite() && (1.0 / nearest).is_finite());
    call.mapped(0, |x| match usual {
        Some(nearest) => {
            let inverse = 1.0 / nearest;
            let step = |value: f64| (value * inverse + 0.5).floor() / inverse;
            let result = x.rising(step);
            result.or_nan(x.has_nan())
        }
        None => either(x, Interval::ANY),
    })
}

fn clamp(call: &Arguments<'_, '_>, min: Interval, max: Interval) -> Facts {
    let mut facts = call.mapped(0, |x| min.max(max.min(x)));
    // Where the limits contradict each other nothing is left.
    facts.presence = match (facts.presence, max.compare(BinaryOp::Lt, min)) {
        (_, Verdict::Always) => Presence::Never,
        (presence, Verdict::Never) => presence,
        (Presence::Always, Verdict::Depends) => Presence::Maybe,
        (presence, Verdict::Depends) => presence,
    };
    if let (Some(min), Some(max)) = (min.single(), max.single()) {
        let reason = match (min.is_finite(), max.is_finite()) {
            (true, true) => format!("clamped to {min}…{max}"),
            (true, false) => format!("clamped to {min} or more"),
            _ => format!("clamped to {max} or less"),
        };
        facts.why_value = facts.why_value.then(call.span, reason);
    }
    facts
}

/// Values of `scalar`, `min_of` and `max_of`.
pub(super) fn choice(call: &Arguments<'_, '_>, greater: bool) -> Facts {
    let (a, b) = (call.scalar(0), call.scalar(1));
    Facts::scalar(if greater { a.max(b) } else { a.min(b) })
}

/// The part of something between zero and one.
pub(super) fn part(trust: Trust) -> (Interval, Quantity) {
    let quantity = Quantity::certain(Kind::Ratio, Unit::Ratio);
    (rounded(Interval::UNIT, trust), quantity)
}

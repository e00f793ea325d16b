//! Functions of time: when an evaluation is, when samples are from, and what the calendar says.

use promql_syntax::ast::ExprKind;

use super::{Arguments, Rule};
use crate::analysis::facts::{Facts, Presence};
use crate::analysis::interval::Interval;
use crate::analysis::labels::LabelFacts;
use crate::analysis::quantity::{Kind, Quantity, Unit};
use crate::analysis::walk::LATEST;

pub(super) fn rule(name: &str) -> Option<Rule> {
    Some(match name {
        "time" => |call| moment(Interval::new(call.env.earliest, LATEST), call),
        // Subqueries have the bounds of the query around them.
        "start" | "end" => |call| moment(Interval::new(0.0, LATEST), call),
        "range" | "step" => |_| Facts {
            quantity: Quantity::certain(Kind::Duration, Unit::Named("seconds")),
            ..Facts::scalar(Interval::new(0.0, LATEST))
        },
        "timestamp" | "start_timestamp" => timestamp,
        "ts_of_first_over_time" | "ts_of_last_over_time" => |call| time_of_sample(call, true),
        "ts_of_max_over_time" | "ts_of_min_over_time" => |call| time_of_sample(call, false),
        "minute" => |call| calendar(call, 0.0, 59.0),
        "hour" => |call| calendar(call, 0.0, 23.0),
        "day_of_week" => |call| calendar(call, 0.0, 6.0),
        "day_of_month" => |call| calendar(call, 1.0, 31.0),
        "day_of_year" => |call| calendar(call, 1.0, 366.0),
        "days_in_month" => |call| calendar(call, 28.0, 31.0),
        "month" => |call| calendar(call, 1.0, 12.0),
        // Any number of seconds has a year.
        "year" => |call| calendar(call, -3e11, 3e11),
        _ => return None,
    })
}

fn moment(value: Interval, call: &Arguments<'_, '_>) -> Facts {
    let mut facts = Facts::scalar(value);
    facts.quantity = Quantity::timestamp();
    facts.why_value = facts
        .why_value
        .then(call.span, "a time is a number of seconds since 1970");
    facts
}

/// When samples are from: of a selector the time of its samples, of anything else that of the evaluation.
fn timestamp(call: &Arguments<'_, '_>) -> Facts {
    let starts = call.call.name == "start_timestamp";
    let is_selector = call
        .nodes
        .first()
        .is_some_and(|node| matches!(node.expr.kind, ExprKind::VectorSelector(_) | ExprKind::Paren(_)));
    let earliest = if is_selector {
        call.env.earliest.min(0.0)
    } else {
        call.env.earliest
    };
    let mut facts = call.facts(0);
    facts.labels.remove_metadata();
    facts.value = Interval::new(earliest, LATEST);
    if starts {
        facts.presence = match facts.presence {
            Presence::Always => Presence::Maybe,
            other => other,
        };
        facts.value = Interval::new(0.0, LATEST);
    }
    facts.histograms = false;
    facts.quantity = Quantity::timestamp();
    facts
}

fn time_of_sample(call: &Arguments<'_, '_>, of_histograms_too: bool) -> Facts {
    let mut facts = call.over_range(0);
    let none = facts.value.is_none() && (!of_histograms_too || !facts.histograms);
    // A subquery looks back beyond the earliest evaluation; its samples are its steps.
    facts.value = match none {
        true => Interval::NONE,
        false => Interval::new(earliest_sample(call), LATEST),
    };
    facts.histograms = false;
    facts.quantity = Quantity::timestamp();
    facts
}

fn earliest_sample(call: &Arguments<'_, '_>) -> f64 {
    let mut expr = call.nodes.first().map(|node| node.expr);
    while let Some(ExprKind::Paren(inner)) = expr.map(|expr| &expr.kind) {
        expr = Some(inner);
    }
    match expr.map(|expr| &expr.kind) {
        Some(ExprKind::MatrixSelector(_)) => 0.0,
        _ => f64::NEG_INFINITY,
    }
}

/// A part of a date: of each value as seconds since the epoch, or of the time of the evaluation.
fn calendar(call: &Arguments<'_, '_>, lo: f64, hi: f64) -> Facts {
    let mut facts = match call.nodes.is_empty() {
        true => Facts::vector(LabelFacts::none(), Interval::NONE, Presence::Always),
        false => call.mapped(0, |x| x),
    };
    facts.value = match facts.presence == Presence::Never {
        true => Interval::NONE,
        false => Interval::new(lo, hi),
    };
    facts.quantity = Quantity::number();
    let reason = format!("`{}` is a number from {lo} to {hi}", call.call.name);
    facts.why_value = facts.why_value.then(call.span, reason);
    facts
}

//! Between scalars and vectors, absence, order.

use promql_syntax::ast::{Expr, ExprKind, MatchOp, ValueType};

use super::{Arguments, Rule, elementwise};
use crate::analysis::facts::{Facts, Presence};
use crate::analysis::interval::Interval;
use crate::analysis::labels::{LabelFacts, METRIC_NAME};
use crate::analysis::quantity::Quantity;
use crate::analysis::values::LabelValues;
use crate::analysis::why::Why;

pub(super) fn rule(name: &str) -> Option<Rule> {
    Some(match name {
        "scalar" => scalar,
        "vector" => vector,
        "absent" | "absent_over_time" => absent,
        "sort" | "sort_desc" => |call| call.facts(0).floats_only(),
        "sort_by_label" | "sort_by_label_desc" => |call| call.facts(0),
        "pi" => |_| Facts::scalar(Interval::point(std::f64::consts::PI)),
        "max_of" => |call| elementwise::choice(call, true),
        "min_of" => |call| elementwise::choice(call, false),
        _ => return None,
    })
}

/// The only float of a vector; NaN where there are several or none.
fn scalar(call: &Arguments<'_, '_>) -> Facts {
    let vector = call.facts(0);
    let surely_one = vector.is_surely_present() && vector.at_most_one_series() && !vector.histograms;
    let mut facts = Facts::scalar(vector.value.or_nan(!surely_one));
    facts.quantity = vector.quantity;
    facts.why_value = vector.why_value;
    facts
}

fn vector(call: &Arguments<'_, '_>) -> Facts {
    let scalar = call.facts(0);
    let mut facts = Facts::vector(LabelFacts::none(), scalar.value, Presence::Always);
    facts.quantity = scalar.quantity;
    facts.why_value = scalar.why_value;
    facts.why_presence = Why::new(call.span, "`vector` always returns something");
    facts
}

/// 1 where there is nothing, nothing where there is something.
fn absent(call: &Arguments<'_, '_>) -> Facts {
    let input = call.facts(0);
    let presence = match input.presence {
        Presence::Always => Presence::Never,
        Presence::Never => Presence::Always,
        Presence::Maybe => Presence::Maybe,
    };
    let labels = call
        .nodes
        .first()
        .map_or_else(LabelFacts::none, |node| absent_labels(node.expr));
    let mut facts = Facts::vector(labels, Interval::point(1.0), presence);
    facts.value_type = Some(ValueType::InstantVector);
    facts.quantity = Quantity::boolean();
    facts.why_value = Why::new(
        call.span,
        format!("`{}` is 1 where it is anything", call.call.name),
    );
    let reason = match presence {
        Presence::Never => "what `absent` looks for is always there",
        _ => "what `absent` looks for is never there",
    };
    if presence != Presence::Maybe {
        facts.why_presence = input.why_presence.then(call.span, reason);
    }
    facts
}

/// The labels of what is missing: those that exactly one matcher fixes.
fn absent_labels(expr: &Expr) -> LabelFacts {
    let mut labels = LabelFacts::none();
    let selector = match &expr.bare().kind {
        ExprKind::VectorSelector(selector) => selector,
        ExprKind::MatrixSelector(matrix) => &matrix.selector,
        _ => return labels,
    };
    let mut fixed = Vec::new();
    for matcher in selector.matchers.iter().filter(|m| m.name.name != METRIC_NAME) {
        let name = matcher.name.name.as_str();
        if matcher.op == MatchOp::Equal && !fixed.contains(&name) {
            labels.set(name, LabelValues::only(matcher.value.as_str()));
            fixed.push(name);
        } else {
            labels.remove(name);
        }
    }
    labels
}

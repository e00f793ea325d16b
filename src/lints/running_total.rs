//! What shows that series are running totals of counters, and what that they are not.

use promql_syntax::ast::{AggregateOp, Expr, ExprKind, VectorSelector};

use super::analyses::Known;
use crate::analysis::Quantity;
use crate::analysis::quantity::{Confidence, Kind};

/// Ends of names that only counters have: what happened, in the plural, and the `_total` that libraries append. Names
/// that end in `_total` alone are often sizes of something: `swap_bytes_total`.
const EVENTS: [&str; 26] = [
    "calls",
    "drops",
    "dropped",
    "errors",
    "evictions",
    "exceptions",
    "failed",
    "failures",
    "hits",
    "kills",
    "messages",
    "misses",
    "operations",
    "ops",
    "panics",
    "queries",
    "rejected",
    "rejections",
    "requests",
    "responses",
    "restarts",
    "retries",
    "timeouts",
    "transactions",
    "violations",
    "seconds",
];

/// The selector whose running total an expression is, or aggregates.
pub(super) fn running_total<'e>(known: &Known<'_>, expr: &'e Expr) -> Option<&'e VectorSelector> {
    let mut expr = expr.bare();
    while let ExprKind::Aggregate(aggregate) = &expr.kind {
        if !keeps_totals(aggregate.op) {
            return None;
        }
        expr = aggregate.expr.bare();
    }
    let ExprKind::VectorSelector(selector) = &expr.kind else {
        return None;
    };
    is_running_total(&known.likely.facts(expr).quantity, selector).then_some(selector)
}

/// Whether the aggregate of running totals grows as they do.
fn keeps_totals(op: AggregateOp) -> bool {
    matches!(
        op,
        AggregateOp::Sum
            | AggregateOp::Avg
            | AggregateOp::Min
            | AggregateOp::Max
            | AggregateOp::Topk
            | AggregateOp::Bottomk
    )
}

/// Whether series are surely, or by a name that says so clearly, running totals.
pub(super) fn is_running_total(quantity: &Quantity, selector: &VectorSelector) -> bool {
    quantity.is_running_total() && (quantity.confidence == Confidence::Certain || says_so(selector))
}

fn says_so(selector: &VectorSelector) -> bool {
    let Some(name) = &selector.name else { return false };
    let events = |stem: &str| stem.rsplit('_').next().is_some_and(|word| EVENTS.contains(&word));
    name.name.ends_with("_bucket") || name.name.strip_suffix("_total").is_some_and(events)
}

/// What series are that are surely no running totals, in a word.
pub(super) fn known_otherwise(quantity: &Quantity) -> Option<&'static str> {
    match quantity.kind {
        Kind::Rate | Kind::Increase if !quantity.is_running_total() => Some("a rate already"),
        _ if quantity.confidence != Confidence::Certain => None,
        Kind::Gauge | Kind::Timestamp | Kind::Ratio | Kind::Boolean | Kind::Info => Some("a gauge"),
        _ => None,
    }
}

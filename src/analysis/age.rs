//! How long ago something was: the time of the evaluation less a time that is not after it.

use promql_syntax::ast::{AggregateOp, BinaryExpr, BinaryOp, DurationKind, Expr, ExprKind, VectorSelector};

use super::Trust;
use super::quantity::{Kind, Quantity};

/// Words in the names of times that are over: `process_start_time_seconds`, `…_last_success_timestamp_seconds`. Others
/// may lie ahead: `…_expiry_timestamp_seconds`.
const OVER: [&str; 12] = [
    "boot",
    "completed",
    "completion",
    "created",
    "finished",
    "last",
    "modified",
    "reload",
    "start",
    "started",
    "success",
    "updated",
];

/// Whether an operation is `time()` less a time that is over, so that nothing negative comes of it.
pub(super) fn is_age(binary: &BinaryExpr, trust: Trust) -> bool {
    let now = matches!(&binary.lhs.bare().kind, ExprKind::Call(call) if call.name == "time");
    binary.op == BinaryOp::Sub && now && is_over(&binary.rhs, trust)
}

fn is_over(expr: &Expr, trust: Trust) -> bool {
    match &expr.bare().kind {
        ExprKind::Aggregate(picked) => {
            matches!(picked.op, AggregateOp::Max | AggregateOp::Min) && is_over(&picked.expr, trust)
        }
        // Samples are not read before they are there.
        ExprKind::Call(call) if call.name == "timestamp" => match call.args.first().map(|arg| &arg.kind) {
            Some(ExprKind::VectorSelector(selector)) => selector.at.is_none() && !looks_ahead(selector),
            _ => false,
        },
        ExprKind::VectorSelector(selector) if trust == Trust::Likely => {
            let name = selector.name.as_ref().map_or("", |name| name.name.as_str());
            let is_time = Quantity::of_name(name).kind == Kind::Timestamp;
            is_time && selector.at.is_none() && name.split('_').any(|word| OVER.contains(&word))
        }
        _ => false,
    }
}

fn looks_ahead(selector: &VectorSelector) -> bool {
    let offset = selector.offset.as_ref();
    offset.is_some_and(|offset| match &offset.value.kind {
        DurationKind::Number(number) => number.value < 0.0,
        _ => true,
    })
}

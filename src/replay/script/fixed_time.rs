//! The query with every selector fixed to one time, so that its result no longer depends on when it is evaluated.

use promql_syntax::ast::{AtModifier, AtTime, Expr, ExprKind};

/// Functions whose results depend on the time of the evaluation, or on their samples' own times, even where the
/// selectors are fixed.
const TIME_DEPENDENT: [&str; 15] = [
    "days_in_month",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "end",
    "hour",
    "minute",
    "month",
    "year",
    "predict_linear",
    "range",
    "start",
    "step",
    "time",
    "timestamp",
];

/// The query with `@ time_ms` at every selector and subquery that has no time of its own. Nothing where the result
/// would still depend on the time of the evaluation.
pub(super) fn fixed(expr: &Expr, time_ms: i64) -> Option<Expr> {
    let mut expr = expr.clone();
    fix(&mut expr, time_ms).then_some(expr)
}

/// Other times at which a fixed query is evaluated.
pub(super) fn other_times(time_ms: i64) -> Vec<i64> {
    match time_ms {
        0 => vec![-1000, 0, 1000],
        t => vec![t.saturating_mul(-10), 0, t / 5, t, t.saturating_mul(10)],
    }
}

/// Fixes the selectors; returns whether that makes the result independent of time.
fn fix(expr: &mut Expr, time_ms: i64) -> bool {
    let span = expr.span;
    let pin = |at: &mut Option<AtModifier>| {
        if !matches!(
            at,
            Some(AtModifier {
                time: AtTime::Timestamp(_),
                ..
            })
        ) {
            *at = Some(AtModifier {
                span,
                time: AtTime::Timestamp(time_ms),
            });
        }
    };
    match &mut expr.kind {
        ExprKind::VectorSelector(selector) => pin(&mut selector.at),
        ExprKind::MatrixSelector(matrix) => pin(&mut matrix.selector.at),
        // Within a fixed subquery the times are those of its steps.
        ExprKind::Subquery(subquery) => pin(&mut subquery.at),
        ExprKind::Paren(inner) => return fix(inner, time_ms),
        ExprKind::Unary(unary) => return fix(&mut unary.expr, time_ms),
        ExprKind::Binary(binary) => {
            let lhs = fix(&mut binary.lhs, time_ms);
            return fix(&mut binary.rhs, time_ms) && lhs;
        }
        ExprKind::Aggregate(aggregate) => {
            let param = aggregate.param.as_mut().is_none_or(|param| fix(param, time_ms));
            return fix(&mut aggregate.expr, time_ms) && param;
        }
        ExprKind::Call(call) => {
            let mut independent = !TIME_DEPENDENT.contains(&call.name.as_str());
            for arg in &mut call.args {
                independent &= fix(arg, time_ms);
            }
            return independent;
        }
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Error => {}
    }
    true
}

//! How far back expressions look, and how long their ranges are.

use promql_syntax::Span;
use promql_syntax::ast::{DurationExpr, DurationKind, Expr, ExprKind, Offset};

/// What a part of an expression reads.
pub(super) struct Read {
    /// Where it stands in the expression.
    pub(super) span: Span,
    /// The length of its own range in milliseconds; 0 where it is none.
    pub(super) range: i64,
    /// How far back it looks, with all that is around it, in milliseconds.
    pub(super) age: i64,
    /// How far back even its newest sample is.
    pub(super) newest: i64,
}

/// What an expression reads: each selector, and each subquery for its own range.
pub(super) fn reads(expr: &Expr) -> Vec<Read> {
    let mut found = Vec::new();
    let mut open = vec![(expr, 0, 0)];
    while let Some((expr, around, moved)) = open.pop() {
        let (mut within, mut within_moved) = (around, moved);
        match &expr.kind {
            ExprKind::VectorSelector(selector) => found.push(Read {
                span: expr.span,
                range: 0,
                age: around + offset(selector.offset.as_ref()),
                newest: moved + offset(selector.offset.as_ref()),
            }),
            ExprKind::MatrixSelector(matrix) => {
                let range = length(&matrix.range);
                found.push(Read {
                    span: expr.span,
                    range,
                    age: around + range + offset(matrix.selector.offset.as_ref()),
                    newest: moved + offset(matrix.selector.offset.as_ref()),
                });
            }
            ExprKind::Subquery(subquery) => {
                let range = length(&subquery.range);
                within += range + offset(subquery.offset.as_ref());
                within_moved += offset(subquery.offset.as_ref());
                found.push(Read {
                    span: expr.span,
                    range,
                    age: 0,
                    newest: 0,
                });
            }
            _ => {}
        }
        open.extend(
            expr.children()
                .into_iter()
                .rev()
                .map(|child| (child, within, within_moved)),
        );
    }
    found
}

fn offset(offset: Option<&Offset>) -> i64 {
    offset.map_or(0, |offset| length(&offset.value))
}

/// A duration in milliseconds; 0 where it depends on the query.
fn length(duration: &DurationExpr) -> i64 {
    match &duration.kind {
        // Prometheus refuses durations that do not fit.
        DurationKind::Number(number) => (number.value * 1000.0).clamp(-1e15, 1e15) as i64,
        DurationKind::Paren(inner) => length(inner),
        DurationKind::Unary(promql_syntax::ast::UnaryOp::Minus, inner) => -length(inner),
        _ => 0,
    }
}

//! `nan-spreads`: an aggregation over quotients, of which one that is divided by zero spoils the whole.

use promql_syntax::ast::{AggregateOp, BinaryExpr, BinaryOp, Expr, ExprKind};

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct NanSpreads;

impl Lint for NanSpreads {
    describe!(
        "nan-spreads",
        Warning,
        "a sum or average over quotients, of which one with nothing to divide by makes all NaN"
    );

    fn expression(
        &self,
        cx: &Context<'_>,
        ExpressionAt { file, expr, .. }: ExpressionAt<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for (_, aggregate) in expr.parsed.expr.aggregations() {
            if !matches!(
                aggregate.op,
                AggregateOp::Sum | AggregateOp::Avg | AggregateOp::Stddev | AggregateOp::Stdvar
            ) {
                continue;
            }
            // Of an instance there is often one series in all.
            let keeps_instances = aggregate.grouping.as_ref().is_some_and(|grouping| {
                let named = grouping.labels.iter().any(|label| label.name == "instance");
                named != grouping.without
            });
            let Some(quotient) = quotient(&aggregate.expr).filter(|_| !keeps_instances) else {
                continue;
            };
            // Of rates it is known that they are zero wherever nothing happens for a while.
            if !is_rate(&quotient.rhs) || !known.likely.facts(&quotient.rhs).value.has_zero() {
                continue;
            }
            let message = format!(
                "where this is 0 for one series, the quotient is NaN, and so is the {} of all",
                aggregate.op.text()
            );
            let help = "Aggregate first and divide then; or leave idle series out: `a / (b > 0)`.";
            found.push(
                finding(
                    self.code(),
                    self.severity(),
                    message,
                    file,
                    expr,
                    quotient.rhs.span,
                )
                .with_secondary(
                    file,
                    expr.text.locate(file, aggregate.op_span.into()),
                    "one NaN among its operands makes it NaN",
                )
                .with_help(help),
            );
        }
    }
}

/// A quotient among the terms that are aggregated.
fn quotient(expr: &Expr) -> Option<&BinaryExpr> {
    match &expr.kind {
        ExprKind::Paren(inner) => quotient(inner),
        ExprKind::Unary(unary) => quotient(&unary.expr),
        ExprKind::Binary(binary) => match binary.op {
            BinaryOp::Div | BinaryOp::Mod => Some(binary),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => {
                quotient(&binary.lhs).or_else(|| quotient(&binary.rhs))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression is a rate, or a sum of some.
fn is_rate(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_rate(inner),
        ExprKind::Aggregate(aggregate) => is_rate(&aggregate.expr),
        ExprKind::Call(call) => ["rate", "irate", "increase"].contains(&call.name.as_str()),
        _ => false,
    }
}

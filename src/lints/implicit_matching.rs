//! `implicit-matching`: an operation between series of two metrics that holds only as long as all their labels are the same.

use promql_syntax::ast::{BinaryOp, Expr, ExprKind, ValueType};

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct ImplicitMatching;

impl Lint for ImplicitMatching {
    describe!(
        "implicit-matching",
        Info,
        "an operation between two metrics that goes by all their labels, and breaks when one gets another label"
    );

    fn is_on(&self) -> bool {
        false
    }

    fn expression(
        &self,
        _: &Context<'_>,
        ExpressionAt { file, expr, .. }: ExpressionAt<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        for (_, binary) in expr.parsed.expr.operations() {
            let sides = [&*binary.lhs, &*binary.rhs];
            let vectors = sides
                .iter()
                .all(|side| side.value_type() == Some(ValueType::InstantVector));
            if !vectors || binary.op == BinaryOp::Or || binary.matching.labels.is_some() {
                continue;
            }
            let [Some(left), Some(right)] = sides.map(only_metric) else {
                continue;
            };
            if left == right {
                continue;
            }
            let message = format!(
                "{left} and {right} match by all their labels: one more on either side, and nothing comes of it"
            );
            let help = "Name the labels that tell their series apart: `on (job, instance)`.";
            found.push(
                finding(self.code(), self.severity(), message, file, expr, binary.op_span).with_help(help),
            );
        }
    }
}

/// The metric of an expression that keeps all labels of one.
fn only_metric(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Paren(inner) => only_metric(inner),
        ExprKind::Unary(unary) => only_metric(&unary.expr),
        ExprKind::VectorSelector(selector) => Some(&selector.name.as_ref()?.name),
        ExprKind::MatrixSelector(matrix) => Some(&matrix.selector.name.as_ref()?.name),
        ExprKind::Call(call) if !call.name.starts_with("label_") && !call.name.starts_with("absent") => {
            call.args.iter().find_map(only_metric)
        }
        _ => None,
    }
}

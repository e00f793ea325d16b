//! `join-without-effect`: labels that are joined to a side which only decides, so that the result does not have them.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr, ExprKind, GroupModifier};

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct JoinWithoutEffect;

impl Lint for JoinWithoutEffect {
    describe!(
        "join-without-effect",
        Warning,
        "labels that are joined to a side of `and` or `unless` that only decides, so that nobody sees them"
    );

    fn expression(
        &self,
        _: &Context<'_>,
        ExpressionAt { file, expr, .. }: ExpressionAt<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        for (_, binary) in expr.parsed.expr.operations() {
            let Some(join) = deciding(binary) else { continue };
            let labels: Vec<&str> = join.include.iter().map(|label| label.name.as_str()).collect();
            let message = format!(
                "the result does not have {}: what stands behind `{}` decides, and its labels are not returned",
                labels.join(" and "),
                binary.op.text()
            );
            let help = "Arithmetic binds closer than `and` and `unless`: put the whole condition in brackets, and join the labels to that.";
            found.push(finding(self.code(), self.severity(), message, file, expr, join.span).with_help(help));
        }
    }
}

/// The join on the deciding side of an operation whose labels play no part in it.
fn deciding(binary: &BinaryExpr) -> Option<&GroupModifier> {
    let labels = binary.matching.labels.as_ref().filter(|labels| labels.on)?;
    if !matches!(binary.op, BinaryOp::And | BinaryOp::Unless) {
        return None;
    }
    let join = joined(&binary.rhs)?;
    let matters = |name: &str| labels.labels.iter().any(|label| label.name == name);
    join.include
        .iter()
        .all(|label| !matters(&label.name))
        .then_some(join)
}

/// The outermost join of labels in an expression, where its labels are those of the result.
fn joined(expr: &Expr) -> Option<&GroupModifier> {
    match &expr.kind {
        ExprKind::Paren(inner) => joined(inner),
        ExprKind::Binary(binary) if !binary.op.is_set() => {
            let own = binary
                .matching
                .group
                .as_ref()
                .filter(|group| !group.include.is_empty());
            own.or_else(|| joined(&binary.lhs))
                .or_else(|| joined(&binary.rhs))
        }
        _ => None,
    }
}

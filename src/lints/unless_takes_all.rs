//! `unless-takes-all`: an `unless` whose right side takes away all that the left side can have.

use promql_syntax::ast::BinaryOp;

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, describe};
use crate::analysis::Facts;
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct UnlessTakesAll;

impl Lint for UnlessTakesAll {
    describe!(
        "unless-takes-all",
        Error,
        "an `unless` whose right side takes everything away, so that nothing comes of it"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for (node, unless) in expr.parsed.expr.operations() {
            // What empties the left side is told of there.
            let empty_before = known.likely.facts(&unless.lhs).is_surely_empty();
            if unless.op != BinaryOp::Unless || empty_before {
                continue;
            }
            let nothing_left = |facts: &Facts| facts.is_surely_empty().then_some(());
            let Some((severity, ())) = known.shown(node, nothing_left) else {
                continue;
            };
            let at = |span: promql_syntax::Span| expr.text.locate(file, span.into());
            let message =
                "this `unless` leaves nothing: its right side is there for all that the left side can have";
            let finding = finding(
                self.code(),
                severity,
                message.to_owned(),
                file,
                expr,
                unless.op_span,
            )
            .with_secondary(file, at(unless.rhs.span), "takes everything away")
            .with_help("`unless` goes by labels, not by values: compare the right side, so that it is there only when it should count.");
            found.push(finding);
        }
    }
}

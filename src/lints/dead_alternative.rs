//! `dead-alternative`: the right side of an `or` whose left side is always there.

use promql_syntax::ast::BinaryOp;

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, describe};
use crate::analysis::{Analysis, hides};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct DeadAlternative;

impl Lint for DeadAlternative {
    describe!(
        "dead-alternative",
        Error,
        "an `or` whose right side never counts, because the left side is always there"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for (_, or) in expr.parsed.expr.operations() {
            let dead = |analysis: &Analysis<'_>| hides(or, analysis.facts(&or.lhs), analysis.facts(&or.rhs));
            let severity = match or.op {
                BinaryOp::Or if dead(&known.proven) => Severity::Error,
                BinaryOp::Or if dead(&known.likely) => Severity::Warning,
                _ => continue,
            };
            let at = |span: promql_syntax::Span| expr.text.locate(file, span.into());
            let message = "this never counts: the other side of `or` is always there, with the same labels";
            let finding = finding(self.code(), severity, message.to_owned(), file, expr, or.rhs.span)
                .with_secondary(file, at(or.lhs.span), "always there")
                .with_help("`or` takes the right side where the left has no such series: swap the sides, or leave one out.");
            found.push(finding);
        }
    }
}

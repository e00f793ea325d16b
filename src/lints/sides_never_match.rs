//! `sides-never-match`: an operation between two vectors whose series cannot have the labels in common that it goes by.

use promql_syntax::ast::BinaryOp;

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, describe};
use crate::analysis::{Facts, LabelValues, Mismatch};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct SidesNeverMatch;

impl Lint for SidesNeverMatch {
    describe!(
        "sides-never-match",
        Error,
        "an operation whose two sides have no series in common, so that nothing comes of it"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for (node, binary) in expr.parsed.expr.operations() {
            if binary.op == BinaryOp::Or {
                // Both sides stay, which is what `or` is for.
                continue;
            }
            let nothing = |side| known.likely.facts(side).is_surely_empty();
            if nothing(&binary.lhs) || nothing(&binary.rhs) {
                // What empties the side is the cause.
                continue;
            }
            let mismatch = |facts: &Facts| facts.mismatches.first().cloned();
            let Some((severity, mismatch)) = known.shown(node, mismatch) else {
                continue;
            };
            let Mismatch { label, left, right } = &mismatch;
            let outcome = match binary.op {
                BinaryOp::Unless => "nothing is ever taken away",
                _ => "nothing comes of it",
            };
            let message =
                format!("no series of one side matches any of the other by the label {label}, so {outcome}");
            let at = |span: promql_syntax::Span| expr.text.locate(file, span.into());
            let help = format!(
                "Name the labels that both sides have with `on (…)`, or leave {label} out with `ignoring ({label})`."
            );
            let finding = finding(self.code(), severity, message, file, expr, binary.op_span)
                .with_secondary(file, at(binary.lhs.span), format!("{label} {}", said(left)))
                .with_secondary(file, at(binary.rhs.span), format!("{label} {}", said(right)))
                .with_help(help);
            found.push(finding);
        }
    }
}

/// What is said of a label.
fn said(values: &LabelValues) -> String {
    if values.surely_absent() {
        return "is not there".to_owned();
    }
    match values {
        LabelValues::Among(_) => format!("is {values}"),
        LabelValues::AllBut(_) => "is always there".to_owned(),
    }
}

//! `name-by-regex`: a function that drops metric names, over series that a regular expression chooses by name.

use promql_syntax::ast::{ExprKind, MatchOp};

use super::analyses::finding;
use super::{Context, ExpressionAt, Lint, describe};
use crate::analysis::labels::METRIC_NAME;
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct NameByRegex;

impl Lint for NameByRegex {
    describe!(
        "name-by-regex",
        Warning,
        "a function that drops metric names, over metrics that a regular expression chooses"
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
        for (node, call) in expr.parsed.expr.calls() {
            // `absent` and `scalar` return one series, whatever they are given.
            let facts = known.proven.facts(node);
            if !facts.labels.surely_lacks(METRIC_NAME)
                || facts.at_most_one_series()
                || call.name.starts_with("absent")
            {
                continue;
            }
            let selectors = call.args.iter().filter_map(|arg| match &arg.kind {
                ExprKind::VectorSelector(selector) => Some(selector),
                ExprKind::MatrixSelector(matrix) => Some(&matrix.selector),
                _ => None,
            });
            let by_regex = selectors.flat_map(|selector| &selector.matchers).find(|matcher| {
                matcher.name.name == METRIC_NAME && matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex)
            });
            let Some(matcher) = by_regex else { continue };
            let message = format!(
                "{} drops the names: where two of these metrics have the same other labels, the evaluation fails",
                call.name
            );
            let help = "Name one metric, or write an operand of `or` for each, with `label_replace` to tell them apart.";
            found.push(
                finding(self.code(), self.severity(), message, file, expr, matcher.span).with_help(help),
            );
        }
    }
}

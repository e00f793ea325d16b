//! `quantile-beyond-buckets`: a quantile compared with what its last finite bucket does not reach.

use promql_syntax::ast::{Expr, ExprKind};

use super::analyses::{Known, finding};
use super::origin::{declared, program, with_place};
use super::quantile::{QuantileComparison, short};
use super::{Context, ExpressionAt, Lint, describe};
use crate::analysis::Verdict;
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct QuantileBeyondBuckets;

impl Lint for QuantileBeyondBuckets {
    describe!(
        "quantile-beyond-buckets",
        Error,
        "a quantile compared with more than the last finite bucket of its histogram, which it never exceeds"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for node in expr.parsed.expr.nodes() {
            let Some((severity, beyond)) = beyond(known, node) else {
                continue;
            };
            let (value, last) = (short(beyond.value), short(beyond.last()));
            let message = match beyond.value > beyond.last() {
                true => format!(
                    "the last finite bucket ends at {last}: the quantile is never greater, let alone {value}"
                ),
                false => format!("the last finite bucket ends at {last}: the quantile is never greater"),
            };
            let mut finding =
                finding(self.code(), severity, message, file, expr, node.span).with_label("never true");
            let metric = declared(cx.catalog(file.path()), beyond.series());
            let mut help = match beyond.value > beyond.last() {
                true => format!(
                    "Give the histogram buckets that end at {value} and beyond, or compare with less than {last}."
                ),
                false => format!("Give the histogram a bucket beyond {last}, or compare with less."),
            };
            if let Some(metric) = metric {
                finding = with_place(
                    finding,
                    metric,
                    format!("the buckets of {} are set here", metric.name),
                );
                if let Some(program) = program(metric) {
                    help += &format!(" The buckets are those of {program}.");
                }
            }
            found.push(finding.with_help(help));
        }
    }
}

/// The comparison that a node is, where it is one of a quantile with what that never reaches, and how sure it is.
pub(super) fn beyond<'e>(known: &Known<'_>, node: &'e Expr) -> Option<(Severity, QuantileComparison<'e>)> {
    let ExprKind::Binary(binary) = &node.kind else {
        return None;
    };
    let (severity, ()) = known.shown(node, |facts| {
        let never = facts.verdict == Some(Verdict::Never) && facts.mismatches.is_empty();
        never.then_some(())
    })?;
    let comparison = QuantileComparison::of(binary, known.strength(severity))?;
    comparison.is_beyond().then_some((severity, comparison))
}

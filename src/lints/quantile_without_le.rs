//! `quantile-without-le`: a quantile of buckets that have lost the label that says where they end.

use promql_syntax::ast::{Call, Expr, ExprKind};

use super::analyses::{Known, finding};
use super::{Context, ExpressionAt, Lint, describe};
use crate::analysis::Analysis;
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct QuantileWithoutLe;

impl Lint for QuantileWithoutLe {
    describe!(
        "quantile-without-le",
        Error,
        "a quantile of series without the label `le`, of which nothing comes"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for (_, call) in expr.parsed.expr.calls() {
            let Some(buckets) = buckets(call) else { continue };
            let Some(severity) = severity(known, buckets) else {
                continue;
            };
            let message = format!(
                "`{}` needs the label le, which none of these series has: nothing comes of it",
                call.name
            );
            let mut finding = finding(self.code(), severity, message, file, expr, call.name_span);
            let lost = where_lost(known.strength(severity), buckets);
            if let Some(lost) = lost {
                let range = expr.text.locate(file, lost.span.into());
                finding = finding.with_secondary(file, range, "le is gone from here on");
            }
            let help = match lost.map(|lost| &lost.kind) {
                Some(ExprKind::Aggregate(aggregate)) => match &aggregate.grouping {
                    Some(grouping) if grouping.without => "Do not take `le` away with `without`.",
                    Some(_) => "Keep it: write `le` among the labels of `by`.",
                    None => "Keep it, with `by (le)`.",
                },
                _ => "Give it the buckets of the histogram, the series whose name ends in `_bucket`.",
            };
            found.push(finding.with_help(help));
        }
    }
}

/// What a function of buckets takes them from.
fn buckets(call: &Call) -> Option<&Expr> {
    match call.name.as_str() {
        "histogram_quantile" => call.args.get(1),
        "histogram_fraction" => call.args.get(2),
        "histogram_quantiles" => call.args.first(),
        _ => None,
    }
}

/// How sure it is that the series are no buckets and no native histograms, where there are any.
fn severity(known: &Known<'_>, buckets: &Expr) -> Option<Severity> {
    let useless = |analysis: &Analysis<'_>| {
        let facts = analysis.facts(buckets);
        !facts.is_surely_empty() && !facts.histograms && facts.labels.surely_lacks("le")
    };
    if useless(&known.proven) {
        Some(Severity::Error)
    } else {
        useless(&known.likely).then_some(Severity::Warning)
    }
}

/// The outermost part that loses the label.
fn where_lost<'e>(analysis: &Analysis<'_>, buckets: &'e Expr) -> Option<&'e Expr> {
    let lacks = |part: &Expr| analysis.facts(part).labels.surely_lacks("le");
    buckets.nodes().into_iter().find(|part| {
        let operands = part.children();
        lacks(part) && operands.iter().any(|operand| !lacks(operand))
    })
}

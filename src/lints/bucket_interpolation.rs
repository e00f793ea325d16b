//! `bucket-interpolation`: a quantile compared with a number inside a bucket, where the quantile is interpolated.

use promql_syntax::ast::BinaryOp;

use super::analyses::finding;
use super::origin::{declared, program, with_place};
use super::quantile::{QuantileComparison, short};
use super::{Context, Lint, RuleAt, describe};
use crate::catalog::Origin;
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct BucketInterpolation;

impl Lint for BucketInterpolation {
    describe!(
        "bucket-interpolation",
        Warning,
        "an alert that compares a quantile with a number inside a bucket, where the quantile is a guess"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = rule.expr.as_ref().filter(|_| rule.alert.is_some()) else {
            return;
        };
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for (_, binary) in expr.parsed.expr.operations() {
            let Some(comparison) = QuantileComparison::of(binary, &known.likely) else {
                continue;
            };
            let Some(bucket) = comparison.bucket() else {
                continue;
            };
            let metric = declared(cx.catalog(file.file.path()), comparison.series());
            // Who can change the buckets is told to; of a bucket of somebody else's it is good to know.
            let own = metric.is_some_and(|metric| matches!(metric.origin, Origin::Code(_)));
            let severity = if own { Severity::Warning } else { Severity::Info };
            let (value, lo, hi) = (short(comparison.value), short(bucket.0), short(bucket.1));
            let message =
                format!("{value} lies inside the bucket from {lo} to {hi}, where the quantile is a guess");
            let mut finding = finding(
                self.code(),
                severity,
                message,
                &file.file,
                expr,
                comparison.limit.span,
            )
            .with_label(format!("between {lo} and {hi}"))
            .with_help(help(&comparison, bucket, own));
            if let Some(metric) = metric {
                finding = with_place(
                    finding,
                    metric,
                    format!("the buckets of {} are set here", metric.name),
                );
                if let Some(program) = program(metric) {
                    let range = expr.text.locate(&file.file, comparison.call.args[1].span.into());
                    finding = finding.with_secondary(
                        &file.file,
                        range,
                        format!("the buckets are those of {program}"),
                    );
                }
            }
            found.push(finding);
        }
    }
}

/// How wrong it can be, and the way out.
fn help(comparison: &QuantileComparison<'_>, (lo, hi): (f64, f64), own: bool) -> String {
    let above = matches!(comparison.op, BinaryOp::Gt | BinaryOp::Ge);
    let (value, from, to) = (short(comparison.value), short(lo), short(hi));
    let mut help = String::new();
    if let Some(q) = comparison.q.filter(|q| *q > 0.0 && *q < 1.0) {
        // All observations in this bucket, then just enough of them for the quantile to be in it.
        let all = lo + (hi - lo) * q;
        let share = short((1.0 - q) * 100.0);
        if all > comparison.value {
            let outcome = if above { "it is true" } else { "it is not true" };
            help += &format!(
                "With every observation just above {from} the result is {}, so that {outcome}; ",
                short(all)
            );
        }
        let outcome = if above { "is not true" } else { "is true" };
        help += &format!(
            "{}ith little more than {share} % of them at {to}, the others up to {from}, it is near {from}, so that it {outcome}. ",
            if help.is_empty() { "W" } else { "w" }
        );
    }
    help += &match own {
        true => format!("Let a bucket end at {value}, or compare with {from} or {to}."),
        false => format!("Compare with {from} or {to}, where the buckets are exact."),
    };
    help
}

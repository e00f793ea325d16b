//! `rate-of-sum`: the rate of counters that were added up before, in a subquery or by a recording rule.

use promql_syntax::ast::{AggregateOp, Expr, ExprKind};

use super::analyses::{Known, finding};
use super::function_of_type::{OF_COUNTERS, calls, name};
use super::origin::{declared, with_place};
use super::running_total::known_otherwise;
use super::{Context, ExpressionAt, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct RateOfSum;

const HELP: &str = "Take the rate of each counter first, and the sum of the rates: `sum(rate(…[5m]))`.";

impl Lint for RateOfSum {
    describe!(
        "rate-of-sum",
        Warning,
        "the rate of a sum of counters, in which the restart of one looks like a restart of all"
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
            let counts = OF_COUNTERS.contains(&call.name.as_str());
            let Some(sum) = call
                .args
                .first()
                .filter(|_| counts)
                .and_then(|range| sum_within(known, range))
            else {
                continue;
            };
            let message = format!(
                "when one of these counters restarts, the sum falls, and `{}` counts all of them anew",
                call.name
            );
            let finding = finding(
                self.code(),
                Severity::Warning,
                message,
                file,
                expr,
                call.name_span,
            );
            let range = expr.text.locate(file, sum.span.into());
            found.push(
                finding
                    .with_secondary(file, range, "added up before")
                    .with_help(HELP),
            );
        }
        for (call, selector, range) in calls(at, &OF_COUNTERS) {
            let quantity = &known.likely.facts(range).quantity;
            if !quantity.together || !quantity.is_running_total() {
                continue;
            }
            let name = name(selector);
            let message = format!(
                "{name} is a sum of counters: when one of them restarts it falls, and `{}` counts all of them anew",
                call.name
            );
            let finding = finding(
                self.code(),
                Severity::Warning,
                message,
                file,
                expr,
                call.name_span,
            );
            let finding = match declared(cx.catalog(file.path()), [name].into_iter()) {
                Some(metric) => with_place(finding, metric, "recorded here"),
                None => finding,
            };
            found.push(finding.with_help(HELP));
        }
    }
}

/// The sum of counters that a subquery evaluates.
fn sum_within<'e>(known: &Known<'_>, range: &'e Expr) -> Option<&'e Expr> {
    let ExprKind::Subquery(subquery) = &range.bare().kind else {
        return None;
    };
    let inner = subquery.expr.bare();
    let ExprKind::Aggregate(aggregate) = &inner.kind else {
        return None;
    };
    let sums = matches!(
        aggregate.op,
        AggregateOp::Sum | AggregateOp::Avg | AggregateOp::Min | AggregateOp::Max
    );
    let of_selector = matches!(aggregate.expr.bare().kind, ExprKind::VectorSelector(_));
    let of_gauges = known_otherwise(&known.likely.facts(&aggregate.expr).quantity).is_some();
    (sums && of_selector && !of_gauges).then_some(inner)
}

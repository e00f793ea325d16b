//! `rate-of-gauge` and `gauge-function-on-counter`: a function of a range that is meant for metrics of the other type.

use promql_syntax::ast::{Call, Expr, ExprKind, VectorSelector};

use super::analyses::{Known, finding};
use super::origin::{declared, with_place};
use super::running_total::{is_running_total, known_otherwise};
use super::{Context, ExpressionAt, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct RateOfGauge;

/// See the module.
pub(super) struct GaugeFunctionOnCounter;

/// Functions that take what is below the sample before it for a restart.
pub(super) const OF_COUNTERS: [&str; 3] = ["rate", "increase", "irate"];

/// Functions of values that go up and down.
const OF_GAUGES: [&str; 10] = [
    "delta",
    "idelta",
    "deriv",
    "predict_linear",
    "double_exponential_smoothing",
    "avg_over_time",
    "sum_over_time",
    "quantile_over_time",
    "stddev_over_time",
    "stdvar_over_time",
];

impl Lint for RateOfGauge {
    describe!(
        "rate-of-gauge",
        Warning,
        "`rate`, `increase` or `irate` of a gauge, which takes every fall for a restart"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(known) = cx.analyses.get(at.expr) else {
            return;
        };
        for (call, selector, range) in calls(at, &OF_COUNTERS) {
            let Some(what) = known_otherwise(&known.likely.facts(range).quantity) else {
                continue;
            };
            let (name, function) = (name(selector), &call.name);
            let message =
                format!("{name} is {what}, and `{function}` takes every fall of its value for a restart");
            let help = match what {
                "a gauge" => "Use `delta` or `deriv` for how it changes, `changes` for how often.",
                _ => "Take the rate of the counter behind it, over a longer range.",
            };
            found.push(said(self.code(), cx, at, (call, name), message).with_help(help));
        }
    }
}

impl Lint for GaugeFunctionOnCounter {
    describe!(
        "gauge-function-on-counter",
        Warning,
        "`delta`, `deriv`, `avg_over_time` or another function for gauges of a counter, whose restarts it does not see"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(known) = cx.analyses.get(at.expr) else {
            return;
        };
        for (call, selector, range) in calls(at, &OF_GAUGES) {
            if !is_total(known, range, selector) {
                continue;
            }
            let (name, function) = (name(selector), call.name.as_str());
            let message =
                format!("{name} is a counter, and `{function}` takes its restarts for a fall to zero");
            let help = match function {
                "delta" => "Use `increase`, which counts on after a restart.",
                "idelta" | "deriv" => "Use `irate` or `rate`, which count on after a restart.",
                _ => "Take the `rate` first, and the function of that in a subquery or of a recording rule.",
            };
            found.push(said(self.code(), cx, at, (call, name), message).with_help(help));
        }
    }
}

fn is_total(known: &Known<'_>, range: &Expr, selector: &VectorSelector) -> bool {
    let quantity = &known.likely.facts(range).quantity;
    is_running_total(quantity, selector)
}

/// The calls of these functions of the range of a selector, with the selector and the range.
pub(super) fn calls<'e>(
    at: ExpressionAt<'e>,
    functions: &'static [&str],
) -> impl Iterator<Item = (&'e Call, &'e VectorSelector, &'e Expr)> {
    at.expr.parsed.expr.calls().filter_map(|(_, call)| {
        if !functions.contains(&call.name.as_str()) {
            return None;
        }
        let ranges = call.args.iter().map(Expr::bare);
        ranges.into_iter().find_map(|range| match &range.kind {
            ExprKind::MatrixSelector(matrix) => Some((call, &matrix.selector, range)),
            ExprKind::Subquery(subquery) => match &subquery.expr.bare().kind {
                ExprKind::VectorSelector(selector) => Some((call, selector, range)),
                _ => None,
            },
            _ => None,
        })
    })
}

/// The name of the metric that a selector selects.
pub(super) fn name(selector: &VectorSelector) -> &str {
    selector.name.as_ref().map_or("this", |name| &name.name)
}

fn said(
    code: &'static str,
    cx: &Context<'_>,
    at: ExpressionAt<'_>,
    (call, name): (&Call, &str),
    message: String,
) -> Diagnostic {
    let finding = finding(code, Severity::Warning, message, at.file, at.expr, call.name_span);
    match declared(cx.catalog(at.file.path()), [name].into_iter()) {
        Some(metric) => with_place(finding, metric, format!("{} comes from here", metric.name)),
        None => finding,
    }
}

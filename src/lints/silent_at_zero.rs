//! `absent-before-first-event` and `count-never-zero`: alerts that are silent exactly when they should fire, because
//! what they compare is gone rather than zero.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr, ExprKind, VectorSelector};

use super::analyses::finding;
use super::schedule::{may_select, name};
use super::vanishing::{Vanishing, counted, vanishing};
use super::{Context, Lint, RuleAt, describe};
use crate::analysis::LabelFacts;
use crate::catalog::{Birth, Catalog, Metric, Origin};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::exposition::MetricKind;
use crate::model::rules::{Expression, Rule};

/// See the module.
pub(super) struct AbsentBeforeFirstEvent;

/// See the module.
pub(super) struct CountNeverZero;

/// The expression of an alert that is sound.
fn expression(rule: &Rule) -> Option<&Expression> {
    let expr = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty());
    expr.filter(|_| rule.alert.is_some())
}

impl Lint for AbsentBeforeFirstEvent {
    describe!(
        "absent-before-first-event",
        Warning,
        "an alert that is silent because a series does not exist before its first event"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = expression(rule) else { return };
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        let catalog = cx.catalog(file.file.path());
        let late = |operand| selector_of(operand).is_some_and(|s| declared(catalog, s).is_some());
        for Vanishing { comparison, operand } in vanishing(&expr.parsed.expr, known, true, &late) {
            let Some(metric) = selector_of(operand).and_then(|s| declared(catalog, s)) else {
                continue;
            };
            let message = format!(
                "{} has no series before its first event: until then this is silent, though it would be true of 0",
                metric.name
            );
            let help =
                "Create the series when the program starts, at 0, for all label values that are known.";
            let finding = finding(
                self.code(),
                Severity::Warning,
                message,
                &file.file,
                expr,
                operand.span,
            )
            .with_label(format!("nothing rather than 0 {}", comparison.op.text()))
            .with_help(help);
            found.push(with_declaration(finding, metric));
        }
        for (call, metric, span) in first_events(&expr.parsed.expr, catalog) {
            let message = format!(
                "{}'s first event makes the series, and {call} sees no growth in that: the alert misses it",
                metric.name
            );
            let help =
                "Create the series when the program starts, at 0, for all label values that are known.";
            let finding = finding(self.code(), Severity::Warning, message, &file.file, expr, span);
            found.push(with_declaration(finding.with_help(help), metric));
        }
    }
}

fn with_declaration(finding: Diagnostic, metric: &Metric) -> Diagnostic {
    match &metric.origin {
        Origin::Code(at) => finding.with_secondary(&at.file, at.range.clone(), "declared here"),
        _ => finding,
    }
}

/// An operand and what it is computed from, down to the selector, as long as all of it is zero where what is selected
/// is.
fn chain(operand: &Expr) -> Vec<&Expr> {
    let mut chain = vec![operand.bare()];
    while let Some(expr) = chain.last() {
        let next = match &expr.kind {
            ExprKind::Aggregate(aggregate) => {
                let keeps = matches!(aggregate.op.text(), "sum" | "avg" | "min" | "max");
                keeps.then_some(&*aggregate.expr)
            }
            ExprKind::Call(call) => match call.args.as_slice() {
                [arg] if KEEP_ZERO.contains(&call.name.as_str()) => Some(arg),
                _ => None,
            },
            _ => None,
        };
        match next {
            Some(next) => chain.push(next.bare()),
            None => break,
        }
    }
    chain
}

/// The selector that an operand is computed from, where the operand is zero if all that it selects is.
fn selector_of(operand: &Expr) -> Option<&VectorSelector> {
    match &chain(operand).last()?.kind {
        ExprKind::VectorSelector(selector) => Some(selector),
        ExprKind::MatrixSelector(matrix) => Some(&matrix.selector),
        _ => None,
    }
}

/// Functions whose result is zero where all that they get is zero.
const KEEP_ZERO: [&str; 15] = [
    "rate",
    "increase",
    "irate",
    "delta",
    "idelta",
    "deriv",
    "changes",
    "sum_over_time",
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "last_over_time",
    "abs",
    "ceil",
    "floor",
];

/// Functions that say how much a counter has grown.
const GROWTH: [&str; 5] = ["rate", "increase", "irate", "delta", "changes"];

/// The metric that a selector selects, where all that may be selected is not there before its first event. A gauge has
/// no events: it is set when the program sets about its work.
fn declared<'c>(catalog: &'c Catalog, selector: &VectorSelector) -> Option<&'c Metric> {
    let series = catalog.lookup(name(selector)?)?;
    let variants = series.variants.iter();
    let selected =
        variants.filter(|v| may_select(selector, &LabelFacts::of_catalog(&series.name, &v.labels)));
    let metrics: Option<Vec<&Metric>> = selected.map(|v| v.metric.map(|id| catalog.metric(id))).collect();
    let metrics = metrics?;
    let late = metrics
        .iter()
        .all(|metric| metric.birth == Birth::FirstEvent && metric.kind != MetricKind::Gauge);
    metrics.first().copied().filter(|_| late)
}

/// Where any growth of a counter is asked for that begins with its first event: the function, the metric, the place.
fn first_events<'e, 'c>(
    expr: &'e Expr,
    catalog: &'c Catalog,
) -> Vec<(&'e str, &'c Metric, promql_syntax::Span)> {
    let found = expr
        .operations()
        .filter_map(|(_, BinaryExpr { op, lhs, rhs, .. })| {
            let ExprKind::Number(limit) = &rhs.bare().kind else {
                return None;
            };
            let any = match op {
                BinaryOp::Gt => limit.value == 0.0,
                BinaryOp::Ge => limit.value > 0.0 && limit.value <= 1.0,
                _ => false,
            };
            let growth = chain(lhs).into_iter().find_map(|node| match &node.kind {
                ExprKind::Call(call) if GROWTH.contains(&call.name.as_str()) => Some((call, node.span)),
                _ => None,
            });
            let (call, span) = growth.filter(|_| any)?;
            let metric = declared(catalog, selector_of(lhs)?)?;
            Some((call.name.as_str(), metric, span))
        });
    found.collect()
}

impl Lint for CountNeverZero {
    describe!(
        "count-never-zero",
        Warning,
        "an alert on a count that is nothing rather than zero where there is nothing left to count"
    );

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = expression(rule) else { return };
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        let counts = |operand| counted(operand).is_some();
        for Vanishing { comparison, operand } in vanishing(&expr.parsed.expr, known, false, &counts) {
            let Some((op, of)) = counted(operand) else {
                continue;
            };
            let filters = matches!(of.kind, ExprKind::Binary(_));
            // Where another number than one is strange, none at all may be as it should be.
            let too_few = matches!(comparison.op, BinaryOp::Lt | BinaryOp::Le);
            if !filters && !too_few {
                continue;
            }
            let what = if filters {
                "none is left for which this holds"
            } else {
                "none is left"
            };
            let message = format!(
                "{} of nothing is nothing, not 0: the alert is silent where {what}, though it would be true of 0",
                op.text()
            );
            let finding = finding(
                self.code(),
                Severity::Warning,
                message,
                &file.file,
                expr,
                operand.span,
            )
            .with_label(format!("never 0 {}", comparison.op.text()))
            .with_help(help(of));
            found.push(finding);
        }
    }
}

fn help(of: &Expr) -> String {
    match &of.kind {
        ExprKind::Binary(binary) => format!(
            "Count with `sum(… {} bool …)`: it is 0 where there are series and none fits.",
            binary.op.text()
        ),
        _ => "Add `or absent(…)`, or an alert of its own for when all are gone.".to_owned(),
    }
}

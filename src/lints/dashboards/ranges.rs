//! `fixed-range`, `rate-over-step` and `rate-interval-in-subquery`: ranges of queries that do not follow what the panel
//! shows, or follow the wrong thing.

use promql_syntax::Span;
use promql_syntax::ast::{DurationKind, Expr, ExprKind};

use super::super::{Context, Lint, TargetAt, describe};
use crate::diagnostic::{Diagnostic, Edit, Severity};
use crate::model::dashboard::{Dashboard, Target};

/// See the module.
pub(in super::super) struct FixedRange;

/// See the module.
pub(in super::super) struct RateOverStep;

/// See the module.
pub(in super::super) struct RateIntervalInSubquery;

/// The range that holds four scrapes and every sample between two points of the graph.
const RATE_INTERVAL: &str = "$__rate_interval";

impl Lint for FixedRange {
    describe!(
        "fixed-range",
        Info,
        "a rate over a fixed range in a graph, whatever time it shows"
    );

    fn target(&self, _: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, panel, target } = at;
        if target.instant || !panel.is_graph() || !target.expr.parsed.errors.is_empty() {
            return;
        }
        let all = ranges(&target.expr.parsed.expr, &["rate", "irate"]).into_iter();
        let fixed: Vec<_> = all
            .filter(|(_, _, kind)| matches!(kind, DurationKind::Number(_)))
            .collect();
        let Some((function, range, _)) = fixed.first() else {
            return;
        };
        let written = range.of(target.expr.text.as_str());
        let message = format!(
            "{function} over {written}, whatever time the graph shows: of a week it leaves most samples out"
        );
        let spans: Vec<Span> = fixed.iter().map(|(_, range, _)| *range).collect();
        found.push(report(self, Severity::Info, message, board, target, &spans));
    }
}

impl Lint for RateOverStep {
    describe!(
        "rate-over-step",
        Warning,
        "a rate over `$__interval`, which may be shorter than two scrapes"
    );

    fn target(&self, _: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, target, .. } = at;
        for (function, range, _) in ranges(&target.expr.parsed.expr, &["rate", "irate", "increase"]) {
            if is_variable(target, range, "__interval") {
                let message = format!(
                    "{function} over $__interval: zoomed in, that is shorter than two scrapes, and nothing is shown"
                );
                found.push(report(self, Severity::Warning, message, board, target, &[range]));
            }
        }
    }
}

impl Lint for RateIntervalInSubquery {
    describe!(
        "rate-interval-in-subquery",
        Warning,
        "a subquery whose range follows the step of the panel"
    );

    fn target(&self, _: &Context<'_>, at: TargetAt<'_>, found: &mut Vec<Diagnostic>) {
        let TargetAt { board, target, .. } = at;
        let file = &board.file;
        let mut push = |severity, message: String, help: &str, span: Span| {
            let at = target.expr.text.locate(file, span.into());
            found.push(Diagnostic::new(self.code(), severity, message, file, at).with_help(help));
        };
        for node in target.expr.parsed.expr.nodes() {
            let ExprKind::Subquery(subquery) = &node.kind else {
                continue;
            };
            let name = ["__rate_interval", "__interval"]
                .into_iter()
                .find(|name| is_variable(target, subquery.range.span, name));
            if let Some(name) = name {
                let message =
                    format!("a subquery over ${name}: zoomed in, that holds one step of it, or none");
                let help = "Give it a range that holds many of its steps, such as $__range or 1h.";
                push(Severity::Warning, message, help, subquery.range.span);
            }
            for (function, range, _) in ranges(&subquery.expr, &["rate", "irate", "increase"]) {
                if is_variable(target, range, "__rate_interval") {
                    let message = format!(
                        "{function} over $__rate_interval within a subquery: it follows the step of the panel, not that of the subquery"
                    );
                    let help = "Write a range that covers the step of the subquery and four scrapes.";
                    push(Severity::Info, message, help, range);
                }
            }
        }
    }
}

/// The ranges that functions of these names are given.
fn ranges<'e>(expr: &'e Expr, functions: &[&str]) -> Vec<(&'e str, Span, &'e DurationKind)> {
    let calls = expr
        .calls()
        .filter(|(_, call)| functions.contains(&call.name.as_str()));
    let ranges = calls.filter_map(|(_, call)| match &call.args.first()?.kind {
        ExprKind::MatrixSelector(matrix) => Some((call.name.as_str(), matrix.range.span, &matrix.range.kind)),
        _ => None,
    });
    ranges.collect()
}

/// Whether a piece of a query is this variable.
fn is_variable(target: &Target, span: Span, name: &str) -> bool {
    let mut within = target
        .stand_ins
        .iter()
        .filter(|stand_in| stand_in.is_within(span));
    within.any(|stand_in| stand_in.name == name)
}

/// A finding at the first of some ranges, with the change that puts the right one in the place of all.
fn report(
    lint: &dyn Lint,
    severity: Severity,
    message: String,
    board: &Dashboard,
    target: &Target,
    ranges: &[Span],
) -> Diagnostic {
    let file = &board.file;
    let text = &target.expr.text;
    let at = ranges
        .first()
        .map_or(text.whole(file), |range| text.locate(file, (*range).into()));
    let help = format!("Write [{RATE_INTERVAL}].");
    let finding = Diagnostic::new(lint.code(), severity, message, file, at).with_help(&help);
    let edits = ranges
        .iter()
        .map(|range| text.edit(file, range.start..range.end, RATE_INTERVAL));
    match edits.collect::<Option<Vec<Edit>>>() {
        Some(edits) => finding.with_fix(help, edits),
        None => finding,
    }
}

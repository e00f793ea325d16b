//! `absent-without-for`, `absent-beside-series`, `absent-decided` and `absent-of-several`: what goes wrong with `absent`.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Call, Expr, ExprKind};
use promql_syntax::format_duration;

use super::analyses::{Known, finding, with_reasons};
use super::schedule::renewal;
use super::{Context, ExpressionAt, Lint, Place, RuleAt, describe};
use crate::analysis::{LabelValues, Presence};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct AbsentWithoutFor;

/// See the module.
pub(super) struct AbsentBesideSeries;

/// See the module.
pub(super) struct AbsentDecided;

/// See the module.
pub(super) struct AbsentOfSeveral;

fn absent(node: &Expr) -> Option<&Call> {
    match &node.kind {
        ExprKind::Call(call) if call.name == "absent" => Some(call),
        _ => None,
    }
}

impl Lint for AbsentWithoutFor {
    describe!(
        "absent-without-for",
        Warning,
        "an alert with `absent` that fires as soon as a scrape is late"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let sound = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty());
        let Some(expr) = sound.filter(|_| rule.alert.is_some()) else {
            return;
        };
        let hold = rule.hold.as_ref().map_or(0, |hold| hold.value);
        let Some((node, call)) = alone(&expr.parsed.expr) else {
            return;
        };
        let catalog = cx.catalog(file.file.path());
        let selectors = node.selectors().into_iter();
        let every = selectors.filter_map(|s| renewal(catalog, s)).map(|r| r.ms).max();
        let message = match every {
            _ if hold == 0 => {
                "absent fires at once: also while Prometheus starts, before anything is scraped, and \
                               while a target moves"
                    .to_owned()
            }
            Some(every) if hold < every.saturating_mul(2) => format!(
                "absent fires after {}: before the second scrape, {} after Prometheus has started",
                format_duration(hold),
                format_duration(every.saturating_mul(2))
            ),
            _ => return,
        };
        let help = match every {
            Some(every) => format!(
                "Give it a `for` of two scrapes or more: {}.",
                format_duration(every.saturating_mul(2))
            ),
            None => "Give it a `for` of two scrapes or more.".to_owned(),
        };
        let finding = finding(
            self.code(),
            Severity::Warning,
            message,
            &file.file,
            expr,
            call.name_span,
        );
        found.push(finding.with_help(help));
    }
}

/// The first `absent` of an expression that alone makes it return something.
fn alone(expr: &Expr) -> Option<(&Expr, &Call)> {
    let mut open = vec![expr];
    while let Some(node) = open.pop() {
        match &node.kind {
            ExprKind::Paren(inner) => open.push(inner),
            ExprKind::Aggregate(aggregate) => open.push(&aggregate.expr),
            ExprKind::Binary(binary) if binary.op == BinaryOp::Or => {
                open.extend([&*binary.rhs, &*binary.lhs])
            }
            ExprKind::Binary(binary) if binary.op.is_comparison() => open.push(&binary.lhs),
            _ => {
                if let Some(call) = absent(node) {
                    return Some((node, call));
                }
            }
        }
    }
    None
}

impl Lint for AbsentBesideSeries {
    describe!(
        "absent-beside-series",
        Warning,
        "an operation between series and `absent`, whose labels are others"
    );

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        for (node, binary) in expr.parsed.expr.operations() {
            let Some((of_absent, series)) = beside(binary) else {
                continue;
            };
            let reported = !known.likely.facts(node).mismatches.is_empty();
            if reported || !have_other_labels(known, of_absent, series) {
                continue;
            }
            let outcome = match binary.op {
                BinaryOp::Unless => "nothing is ever taken away",
                _ => "nothing comes of it",
            };
            let message = format!(
                "absent returns one element without the labels of these series, and none of them matches it: {outcome}"
            );
            let finding = finding(self.code(), Severity::Warning, message, file, expr, binary.op_span)
                .with_secondary(file, expr.text.locate(file, series.span.into()), "these series have labels")
                .with_help(format!(
                    "`{} on ()` takes all of them as soon as nothing at all is there; to look for what is missing beside each, \
                     write `unless on (…)` and the series themselves.",
                    binary.op.text()
                ));
            found.push(finding);
        }
    }
}

/// The sides of an operation of which one is an `absent` and which pairs series by all their labels: the `absent`, and
/// the other.
fn beside(binary: &BinaryExpr) -> Option<(&Expr, &Expr)> {
    let pairs = !matches!(binary.op, BinaryOp::Or) && binary.matching.labels.is_none();
    let (left, right) = (of_absent(&binary.lhs), of_absent(&binary.rhs));
    match (left, right) {
        (Some(left), None) if binary.op != BinaryOp::Unless => Some((left, &*binary.rhs)),
        (None, Some(right)) => Some((right, &*binary.lhs)),
        _ => None,
    }
    .filter(|_| pairs)
}

/// The `absent` that a side is, with or without a comparison.
fn of_absent(side: &Expr) -> Option<&Expr> {
    let inner = side.bare();
    match &inner.kind {
        ExprKind::Binary(binary) if binary.op.is_comparison() => of_absent_alone(&binary.lhs),
        _ => of_absent_alone(inner),
    }
}

fn of_absent_alone(expr: &Expr) -> Option<&Expr> {
    let inner = expr.bare();
    absent(inner).map(|_| inner)
}

/// Whether series surely or very likely have labels that an `absent` does not have.
fn have_other_labels(known: &Known<'_>, of_absent: &Expr, series: &Expr) -> bool {
    let labels = known.likely.facts(series).labels.clone();
    let absent = known.likely.facts(of_absent).labels.clone();
    match labels.all_possible() {
        // Whatever is scraped has the labels of its target.
        None => {
            !matches!(
                series.bare().kind,
                ExprKind::Number(_) | ExprKind::Call(_) | ExprKind::Aggregate(_)
            ) || labels.surely_has("instance")
        }
        Some(mut names) => names.any(|name| name != "__name__" && absent.surely_lacks(name)),
    }
}

impl Lint for AbsentDecided {
    describe!(
        "absent-decided",
        Error,
        "an `absent` of something that is always there, or never"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, place } = at;
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        let is_alert = matches!(place, Place::Rule(at) if at.rule.alert.is_some());
        if is_alert && known.likely.root().is_surely_present() {
            // That it always fires is said of the alert.
            return;
        }
        for node in expr.parsed.expr.nodes() {
            let Some(call) = absent(node) else { continue };
            // What is known of a selector alone is said of the selector.
            let plain = call
                .args
                .iter()
                .map(Expr::bare)
                .any(|arg| matches!(arg.kind, ExprKind::VectorSelector(_)));
            let decided = known.shown(node, |facts| {
                (facts.presence != Presence::Maybe).then(|| (facts.presence, facts.why_presence.clone()))
            });
            let Some((severity, (presence, why))) = decided.filter(|_| !plain) else {
                continue;
            };
            let (message, help) = match presence {
                Presence::Never => (
                    "what absent looks for is always there: nothing ever comes of this",
                    "Look for the series themselves: `absent(x)`, not for what is computed from them.",
                ),
                _ => (
                    "what absent looks for is never there: this is always true",
                    "Look for something that can be there.",
                ),
            };
            let finding = finding(self.code(), severity, message.to_owned(), file, expr, node.span);
            found.push(with_reasons(finding.with_help(help), &why, file, expr));
        }
    }
}

impl Lint for AbsentOfSeveral {
    describe!(
        "absent-of-several",
        Info,
        "an `absent` of several that is true only where none of them is there"
    );

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        if cx.analyses.get(expr).is_none() {
            return;
        }
        for call in expr.parsed.expr.nodes().into_iter().filter_map(absent) {
            let [arg] = call.args.as_slice() else { continue };
            let ExprKind::VectorSelector(selector) = &arg.bare().kind else {
                continue;
            };
            for matcher in &selector.matchers {
                let LabelValues::Among(values) = LabelValues::of_matcher(matcher) else {
                    continue;
                };
                let named = values.iter().filter(|value| !value.is_empty()).count();
                if named < 2 {
                    continue;
                }
                let label = &matcher.name.name;
                let message = format!(
                    "this is true only where none of the {named} values of {label} is there, and does not tell them apart"
                );
                let finding = finding(self.code(), Severity::Info, message, file, expr, matcher.span);
                found.push(
                    finding.with_help("To miss any of them, write an `absent` for each, with `or` between."),
                );
            }
        }
    }
}

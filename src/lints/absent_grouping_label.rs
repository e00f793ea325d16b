//! `absent-grouping-label`: `by`, `without`, `on`, `ignoring` or `group_left` with a label that what they are about
//! surely does not have.

use promql_syntax::ast::{AggregateExpr, BinaryExpr, Expr, ExprKind, LabelName, Side, ValueType};

use super::analyses::{Known, finding};
use super::{Context, ExpressionAt, Lint, describe};
use crate::analysis::labels::METRIC_NAME;
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct AbsentGroupingLabel;

/// Something to say of a label.
struct Said<'e> {
    label: &'e LabelName,
    severity: Severity,
    message: String,
    help: String,
}

impl Lint for AbsentGroupingLabel {
    describe!(
        "absent-grouping-label",
        Error,
        "a grouping or matching by a label that is not there"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(known) = cx.analyses.get(at.expr) else {
            return;
        };
        for node in at.expr.parsed.expr.nodes() {
            let said = match &node.kind {
                ExprKind::Aggregate(aggregate) => of_aggregation(known, aggregate),
                ExprKind::Binary(binary) => of_operation(known, node, binary),
                _ => continue,
            };
            found.extend(said.into_iter().map(|said| {
                let Said {
                    label,
                    severity,
                    message,
                    help,
                } = said;
                finding(self.code(), severity, message, at.file, at.expr, label.span).with_help(help)
            }));
        }
    }
}

/// How sure it is that no series of a vector has a label.
fn lacks(known: &Known<'_>, operand: &Expr, label: &str) -> Option<Severity> {
    let nothing = known.likely.facts(operand).is_surely_empty();
    let (severity, ()) = known
        .shown(operand, |facts| facts.labels.surely_lacks(label).then_some(()))
        .filter(|_| !nothing)?;
    // What is scraped may change; what an expression leaves does not.
    Some(match leaves_labels_out(operand) {
        true => severity,
        false => severity.min(Severity::Warning),
    })
}

/// Whether an expression itself decides which labels there are.
fn leaves_labels_out(expr: &Expr) -> bool {
    expr.nodes().iter().any(|node| match &node.kind {
        ExprKind::Aggregate(_) => true,
        ExprKind::Call(call) => call.name.starts_with("absent") || call.name == "vector",
        _ => false,
    })
}

fn of_aggregation<'e>(known: &Known<'_>, aggregate: &'e AggregateExpr) -> Vec<Said<'e>> {
    let Some(grouping) = &aggregate.grouping else {
        return Vec::new();
    };
    let absent: Vec<(&LabelName, Severity)> = grouping
        .labels
        .iter()
        .filter_map(|label| Some((label, lacks(known, &aggregate.expr, &label.name)?)))
        .collect();
    let all = absent.len() == grouping.labels.len();
    let said = absent.into_iter().map(|(label, severity)| {
        let name = &label.name;
        let (severity, message) = match (grouping.without, all) {
            (true, _) => (
                Severity::Info,
                format!("what is aggregated here has no label {name}: there is nothing to leave out"),
            ),
            (false, true) => (
                severity,
                format!("what is aggregated here has no label {name}: this makes one series of everything"),
            ),
            // By other labels it is grouped still.
            (false, false) => (
                by_others(severity),
                format!("what is aggregated here has no label {name}: nothing is grouped by it"),
            ),
        };
        Said {
            label,
            severity,
            message,
            help: help(&aggregate.expr, name),
        }
    });
    said.collect()
}

/// What is only likely of one label among several may be meant for another place.
fn by_others(severity: Severity) -> Severity {
    match severity {
        Severity::Error => Severity::Error,
        _ => Severity::Info,
    }
}

/// The way out: where an aggregation took the label away, it can keep it.
fn help(operand: &Expr, label: &str) -> String {
    match operand.aggregations().next().is_some() {
        true => format!("Keep it in the aggregation within, or leave {label} out here."),
        false => format!("Leave {label} out, or name a label that the series have."),
    }
}

fn of_operation<'e>(known: &Known<'_>, node: &Expr, binary: &'e BinaryExpr) -> Vec<Said<'e>> {
    let is_vector = |side: &Expr| side.value_type() == Some(ValueType::InstantVector);
    if !is_vector(&binary.lhs) || !is_vector(&binary.rhs) {
        return Vec::new();
    }
    let mut all = Vec::new();
    let facts = known.likely.facts(node);
    if let Some(labels) = &binary.matching.labels {
        let mismatched = |label: &LabelName| facts.mismatches.iter().any(|m| m.label == label.name);
        for label in labels.labels.iter().filter(|label| !mismatched(label)) {
            let sides = [&binary.lhs, &binary.rhs].map(|side| lacks(known, side, &label.name));
            let [Some(left), Some(right)] = sides else {
                continue;
            };
            let name = &label.name;
            let (severity, what) = match labels.on {
                true if labels.labels.len() == 1 => (left.min(right), "every series matches every other"),
                true => (by_others(left.min(right)), "nothing is told apart by it"),
                false => (Severity::Info, "there is nothing to ignore"),
            };
            let message = format!("neither side has the label {name}: {what}");
            let help = format!("Leave {name} out, or name a label that both sides have.");
            all.push(Said {
                label,
                severity,
                message,
                help,
            });
        }
    }
    if let Some(group) = &binary.matching.group {
        let one = match group.side {
            Side::Left => &binary.rhs,
            Side::Right => &binary.lhs,
        };
        // Operations drop the name of the metric anyway.
        for label in group.include.iter().filter(|label| label.name != METRIC_NAME) {
            let Some(severity) = lacks(known, one, &label.name) else {
                continue;
            };
            let name = &label.name;
            let side = match group.side {
                Side::Left => "right",
                Side::Right => "left",
            };
            let message = format!("the {side} side has no label {name}: the result has none either");
            all.push(Said {
                label,
                severity,
                message,
                help: help(one, name),
            });
        }
    }
    all
}

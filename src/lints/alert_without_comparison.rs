//! `alert-without-comparison`: an alert that fires whenever its series exist, whatever their values are.

use std::collections::HashSet;

use promql_syntax::Span;
use promql_syntax::ast::{BinaryOp, Expr, ExprKind, Matcher, MetricName, ValueType};

use super::analyses::finding;
use super::{Context, Lint, Recordings, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct AlertWithoutComparison;

/// A part of an expression that lets every series through.
struct Open {
    span: Span,
    /// Whether a comparison is there, with `bool`, so that it answers and does not choose.
    is_bool: bool,
    /// Whether it chooses series by a label of their own, so that their being there may be the condition.
    is_chosen: bool,
}

impl Lint for AlertWithoutComparison {
    describe!(
        "alert-without-comparison",
        Error,
        "an alert that fires whenever there are series, whatever their values are"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let sound = at.rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty());
        let (Some(_), Some(expr)) = (&at.rule.alert, sound) else {
            return;
        };
        let root = &expr.parsed.expr;
        // What never returns anything, or always does, is told of elsewhere.
        let decided = |known: &super::Known<'_>| {
            let root = known.likely.root();
            root.is_surely_empty() || root.is_surely_present()
        };
        if root.selectors().is_empty() || cx.analyses.get(expr).is_some_and(decided) {
            // `vector(1)` is how an alert is made that is to fire always.
            return;
        }
        let chosen = cx.recordings.chosen_by(choosing);
        let Some(open) = open(chosen, root).filter(|open| !(open.is_chosen && is_information(root))) else {
            return;
        };
        let (severity, message, help) = match (open.is_bool, open.is_chosen) {
            (true, _) => (
                Severity::Error,
                "with bool the comparison returns 0 or 1 and no series is left out: the alert fires for all",
                "Leave `bool` out: then the comparison keeps only the series that it holds for.",
            ),
            (false, true) => (
                Severity::Info,
                "no comparison chooses among these series: that is right only while there are none if all is well",
                "Compare all the same, with `> 0`: it does no harm, and holds when the series stay at 0.",
            ),
            (false, false) => (
                Severity::Warning,
                "no comparison chooses among these series: the alert fires for all that there are",
                "Compare with the value from which somebody has to act: `> 0`, where any is too many.",
            ),
        };
        let file = &at.file.file;
        found.push(finding(self.code(), severity, message.to_owned(), file, expr, open.span).with_help(help));
    }
}

/// Whether an expression reads series alone that are always 1 and say something by their labels.
fn is_information(expr: &Expr) -> bool {
    let says_so = |name: &MetricName| name.name.ends_with("_info") || name.name.ends_with("_metadata");
    expr.selectors()
        .iter()
        .all(|selector| selector.name.as_ref().is_some_and(says_so))
}

/// The part of an expression for which nothing decides which of its series are returned; `None` where something does.
fn open(chosen: &HashSet<String>, expr: &Expr) -> Option<Open> {
    let here = |is_bool| {
        Some(Open {
            span: expr.span,
            is_bool,
            is_chosen: expr.selectors().iter().any(|selector| {
                let own = |matcher: &Matcher| !["job", "instance"].contains(&matcher.name.name.as_str());
                selector.matchers.iter().any(own)
            }),
        })
    };
    match &expr.kind {
        ExprKind::Paren(inner) => open(chosen, inner),
        ExprKind::Unary(unary) => open(chosen, &unary.expr),
        ExprKind::Subquery(subquery) => open(chosen, &subquery.expr),
        ExprKind::Aggregate(aggregate) => open(chosen, &aggregate.expr).map(|inner| Open {
            span: if inner.is_bool { inner.span } else { expr.span },
            ..inner
        }),
        ExprKind::Binary(binary) => {
            let sides = [&binary.lhs, &binary.rhs];
            let vectors = sides
                .into_iter()
                .filter(|side| side.value_type() != Some(ValueType::Scalar));
            let opens: Vec<Option<Open>> = vectors.map(|side| open(chosen, side)).collect();
            match binary.op {
                BinaryOp::Or => opens.into_iter().flatten().next(),
                BinaryOp::Unless => None,
                op if op.is_comparison() && binary.bool_modifier.is_none() => None,
                // What one side lacks, the result lacks.
                _ if opens.iter().any(Option::is_none) => None,
                op => here(op.is_comparison() || opens.iter().flatten().all(|side| side.is_bool)),
            }
        }
        ExprKind::Call(call) => match call.name.as_str() {
            "absent" | "absent_over_time" => None,
            "scalar" | "vector" => here(false),
            _ => {
                let is_vector = |arg: &&Expr| {
                    matches!(
                        arg.value_type(),
                        Some(ValueType::InstantVector | ValueType::RangeVector)
                    )
                };
                let opens: Vec<Option<Open>> = call
                    .args
                    .iter()
                    .filter(is_vector)
                    .map(|arg| open(chosen, arg))
                    .collect();
                match opens.iter().all(Option::is_some) {
                    true => here(!opens.is_empty() && opens.iter().flatten().all(|arg| arg.is_bool)),
                    false => None,
                }
            }
        },
        ExprKind::VectorSelector(selector) => named(chosen, selector.name.as_ref()).then(|| here(false))?,
        ExprKind::MatrixSelector(matrix) => {
            named(chosen, matrix.selector.name.as_ref()).then(|| here(false))?
        }
        ExprKind::Number(_) | ExprKind::String(_) => here(false),
        ExprKind::Error => None,
    }
}

/// Whether series of a name are there whatever their values are. Alerts are there while they fire, and what a rule
/// recorded with a comparison while it holds.
fn named(chosen: &HashSet<String>, name: Option<&MetricName>) -> bool {
    let choosing = |name: &str| ["ALERTS", "ALERTS_FOR_STATE"].contains(&name) || chosen.contains(name);
    name.is_some_and(|name| !choosing(&name.name))
}

/// The metrics that a rule records only while something holds.
fn choosing(recordings: &Recordings<'_>) -> HashSet<String> {
    /// Recording rules that read recording rules are followed this far.
    const STEPS: usize = 8;
    let mut chosen = HashSet::new();
    for _ in 0..STEPS {
        let before = chosen.len();
        let rules = recordings
            .all()
            .filter_map(|at| Some((at.rule.name(), at.rule.expr.as_ref()?)));
        let new: Vec<String> = rules
            .filter(|(name, expr)| !chosen.contains(*name) && open(&chosen, &expr.parsed.expr).is_none())
            .map(|(name, _)| name.to_owned())
            .collect();
        chosen.extend(new);
        if chosen.len() == before {
            break;
        }
    }
    chosen
}

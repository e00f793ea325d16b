//! `sides-unmatched`: an operation of which nothing comes on the server which was asked, though both sides have series, because their
//! labels differ.

use std::collections::BTreeSet;

use promql_syntax::ast::{BinaryExpr, Expr, VectorMatching};

use super::analyses::finding;
use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::observed::{self, Labels, Unmatched};

/// See the module.
pub(super) struct SidesUnmatched;

impl Lint for SidesUnmatched {
    describe!(
        "sides-unmatched",
        Warning,
        "an operation whose two sides have series with different labels on the server which was asked, so that none match"
    );

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let (Some(expr), Some(observed)) = (&rule.expr, cx.server(file.file.path())) else {
            return;
        };
        if observed.unmatched.is_empty() {
            return;
        }
        for (part, binary, _) in observed::operations(&expr.parsed.expr) {
            let Some(unmatched) = observed.unmatched.get(&part.to_string()) else {
                continue;
            };
            if is_known_already(cx, expr, part) {
                continue;
            }
            let Some((left, right)) = differ(&binary.matching, unmatched) else {
                continue;
            };
            let message = format!(
                "no series match here on {}: {}",
                observed.address,
                match (left.is_empty(), right.is_empty()) {
                    (true, _) => format!("those on the right have {} besides", right.join(", ")),
                    (_, true) => format!("those on the left have {} besides", left.join(", ")),
                    _ => format!(
                        "those on the left have {} besides, those on the right {}",
                        left.join(", "),
                        right.join(", ")
                    ),
                }
            );
            let help = help(binary, &left, &right);
            let finding = finding(
                self.code(),
                Severity::Warning,
                message,
                &file.file,
                expr,
                binary.op_span,
            );
            found.push(finding.with_help(help));
        }
    }
}

/// Whether the expression alone shows that no series match.
fn is_known_already(cx: &Context<'_>, expr: &crate::model::rules::Expression, part: &Expr) -> bool {
    let known = cx.analyses.get(expr);
    let shown =
        known.and_then(|known| known.shown(part, |facts| (!facts.mismatches.is_empty()).then_some(())));
    shown.is_some()
}

/// The labels that count in matching and that only one side has; nothing where all series of a side have the labels of some
/// on the other: then it is values that differ, and they may yet agree.
fn differ(matching: &VectorMatching, unmatched: &Unmatched) -> Option<(Vec<String>, Vec<String>)> {
    let counts = |label: &str| match &matching.labels {
        Some(written) => written.labels.iter().any(|name| name.name == label) == written.on,
        None => true,
    };
    let sets = |side: &[Labels]| -> BTreeSet<BTreeSet<String>> {
        let names = |labels: &Labels| {
            labels
                .keys()
                .filter(|label| *label != "__name__" && counts(label))
                .cloned()
                .collect()
        };
        side.iter().map(names).collect()
    };
    let (left, right) = (sets(&unmatched.left), sets(&unmatched.right));
    if left.is_empty() || right.is_empty() || left.intersection(&right).next().is_some() {
        return None;
    }
    let every =
        |sets: &BTreeSet<BTreeSet<String>>| sets.iter().flatten().cloned().collect::<BTreeSet<String>>();
    let (of_left, of_right) = (every(&left), every(&right));
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        one.difference(other).cloned().collect::<Vec<String>>()
    };
    let (only_left, only_right) = (only(&of_left, &of_right), only(&of_right, &of_left));
    (!only_left.is_empty() || !only_right.is_empty()).then_some((only_left, only_right))
}

fn help(binary: &BinaryExpr, left: &[String], right: &[String]) -> String {
    let mut labels: Vec<&str> = left.iter().chain(right).map(String::as_str).collect();
    labels.sort_unstable();
    match &binary.matching.labels {
        Some(written) if written.on => format!(
            "Leave {} out of `on`, or give it to the side that lacks it.",
            labels.join(", ")
        ),
        _ => {
            let group = match (left.is_empty(), right.is_empty()) {
                (false, true) => {
                    ", with `group_left` where several series on the left belong to one on the right"
                }
                (true, false) => {
                    ", with `group_right` where several series on the right belong to one on the left"
                }
                _ => "",
            };
            format!("Match without them: `ignoring ({})`{group}.", labels.join(", "))
        }
    }
}

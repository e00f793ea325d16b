//! `recorded-already`: a part of an expression that a recording rule computes.

use promql_syntax::ast::{Expr, ExprKind};

use super::analyses::finding;
use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct RecordedAlready;

impl Lint for RecordedAlready {
    describe!(
        "recorded-already",
        Info,
        "a part of an expression that a recording rule computes already"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = at.rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) else {
            return;
        };
        let mut open = vec![&expr.parsed.expr];
        while let Some(part) = open.pop() {
            // Two rules that record the same as a whole are two names for it.
            let whole = at.rule.record.is_some() && part.span == expr.parsed.expr.span;
            let recording = match is_worth_it(part) && !whole {
                true => cx
                    .recordings
                    .computing(part)
                    .iter()
                    .find(|other| stands_for(cx, at, **other)),
                false => None,
            };
            let Some(other) = recording else {
                open.extend(part.children().into_iter().rev());
                continue;
            };
            let name = other.rule.name();
            let file = &at.file.file;
            let message = format!("{name} records this already");
            let help = format!("Read {name}: it is computed once, and all who read it see the same value.");
            let there = other
                .rule
                .expr
                .as_ref()
                .map(|expr| expr.text.whole(&other.file.file));
            let mut finding =
                finding(self.code(), self.severity(), message, file, expr, part.span).with_help(help);
            if let Some(there) = there {
                finding = finding.with_secondary(&other.file.file, there, "recorded here");
            }
            found.push(finding);
        }
    }
}

/// Whether it costs something to compute a part of an expression.
fn is_worth_it(part: &Expr) -> bool {
    matches!(
        part.kind,
        ExprKind::Aggregate(_) | ExprKind::Call(_) | ExprKind::Binary(_)
    ) && !part.selectors().is_empty()
}

/// Whether a recorded metric says the same as its expression: within the same Prometheus, with no label added.
fn stands_for(cx: &Context<'_>, at: RuleAt<'_>, other: RuleAt<'_>) -> bool {
    let same = std::ptr::eq(at.rule, other.rule) || at.rule.name() == other.rule.name();
    let labelled = !other.rule.labels.is_empty() || !other.group.labels.is_empty();
    let together = std::ptr::eq(
        cx.catalog(at.file.file.path()),
        cx.catalog(other.file.file.path()),
    );
    !same && !labelled && together && is_fresh(at, other) && cx.recordings.named(other.rule.name()).len() == 1
}

/// Whether what is read from the recorded metric is of the same evaluation: for a recording rule that matters, since who
/// reads it in turn sees it later still. An alert may be one evaluation behind.
fn is_fresh(at: RuleAt<'_>, other: RuleAt<'_>) -> bool {
    at.rule.alert.is_some()
        || (std::ptr::eq(at.group, other.group) && other.rule.range.start < at.rule.range.start)
}

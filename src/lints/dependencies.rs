//! Which rules read what others record.

use promql_syntax::ast::{Expr, ExprKind, VectorSelector};

use super::schedule::{may_select, name};
use super::{Context, RuleAt};
use crate::analysis::{LabelFacts, LabelValues};

impl<'p> Context<'p> {
    /// The rules that record a name where a file belongs.
    pub(super) fn recorders(&self, path: &std::path::Path, name: &str) -> &[RuleAt<'p>] {
        let of_stack = self.recordings.in_stack(self.catalogs.stack_of(path));
        of_stack
            .and_then(|by_name| by_name.get(name))
            .map_or(&[], Vec::as_slice)
    }
}

/// The selectors of an expression that read up to the time of the evaluation, with the names that they read. Those with
/// an offset read what was recorded before, on purpose.
pub(super) fn reads(expr: &Expr) -> impl Iterator<Item = (&str, &VectorSelector)> {
    let now = |selector: &&VectorSelector| selector.offset.is_none() && selector.at.is_none();
    let selectors = expr.selectors().into_iter().filter(now);
    selectors.filter_map(|selector| Some((name(selector)?, selector)))
}

/// Those of them that read the latest value, rather than a range in which one value is of little weight.
pub(super) fn reads_latest(expr: &Expr) -> impl Iterator<Item = (&str, &VectorSelector)> {
    let latest = expr.nodes().into_iter().filter_map(|node| match &node.kind {
        ExprKind::VectorSelector(selector) if selector.offset.is_none() && selector.at.is_none() => {
            Some(selector)
        }
        _ => None,
    });
    latest.filter_map(|selector| Some((name(selector)?, selector)))
}

impl RuleAt<'_> {
    /// Whether a selector of the recorded name may select what the rule records: the labels that the rule sets do not
    /// say otherwise.
    pub(super) fn may_be_selected(&self, selector: &VectorSelector) -> bool {
        let mut labels = LabelFacts::any();
        for (name, value) in self.group.labels.iter().chain(&self.rule.labels) {
            labels.set(name.as_str(), LabelValues::only(value.as_str()));
        }
        may_select(selector, &labels)
    }

    /// Whether both rules are in the same group.
    pub(super) fn is_beside(&self, other: &RuleAt<'_>) -> bool {
        std::ptr::eq(self.group, other.group)
    }
}

//! Which rules something is asked of.

use crate::diagnostic::Diagnostic;
use crate::lints::{Context, RuleAt};
use crate::model::settings::{Policy, RuleKind, Selection};

/// What is asked of a rule.
pub(in crate::lints) fn asked<'p>(cx: &Context<'p>, at: RuleAt<'p>) -> impl Iterator<Item = &'p Policy> {
    let settings = cx.settings;
    settings.policy.iter().filter(move |policy| {
        holds(&policy.applies, at) && !policy.except.as_ref().is_some_and(|except| holds(except, at))
    })
}

/// Whether a rule is among those that are selected.
fn holds(selection: &Selection, RuleAt { file, group, rule }: RuleAt<'_>) -> bool {
    let kind = match rule.alert {
        Some(_) => RuleKind::Alert,
        None => RuleKind::Record,
    };
    let path = file.file.path();
    let has = |name: &str| {
        let mut own = rule.labels.iter().chain(&group.labels);
        own.find(|(own, _)| own.as_str() == name)
            .map_or("", |(_, value)| value.as_str())
    };
    selection.kind.is_none_or(|wanted| wanted == kind)
        && selection
            .files
            .as_ref()
            .is_none_or(|globs| globs.matched_path_or_any_parents(path, false).is_ignore())
        && selection
            .groups
            .as_ref()
            .is_none_or(|pattern| pattern.matches(group.name()))
        && selection
            .names
            .as_ref()
            .is_none_or(|pattern| pattern.matches(rule.name()))
        && selection
            .labels
            .iter()
            .all(|(name, pattern)| pattern.matches(has(name)))
}

/// A finding with the reason that the settings give.
pub(super) fn with_reason(finding: Diagnostic, policy: &Policy, otherwise: impl Into<String>) -> Diagnostic {
    match &policy.because {
        Some(because) => finding.with_help(because.clone()),
        None => finding.with_help(otherwise),
    }
}

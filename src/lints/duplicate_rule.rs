//! `duplicate-rule`: two rules of one Prometheus with the same name and the same labels.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::{Group, Rule, RuleFile};

/// Name, whether it is an alert, and sorted labels: what tells rules apart.
type Identity<'f> = (&'f str, bool, Vec<(&'f str, &'f str)>);

/// See the module.
pub(super) struct DuplicateRule;

impl Lint for DuplicateRule {
    describe!(
        "duplicate-rule",
        Warning,
        "two rules of one Prometheus with the same name and the same labels"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule_file(&self, _: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
        let mut seen: HashMap<Identity<'_>, RuleAt<'_>> = HashMap::new();
        for again in rules(file) {
            let Some(key) = identity(again) else { continue };
            match seen.entry(key) {
                Entry::Occupied(first) => found.push(self.report(*first.get(), again)),
                Entry::Vacant(place) => _ = place.insert(again),
            }
        }
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        // Rules that two configurations load are reported once.
        let mut reported: HashSet<*const Rule> = HashSet::new();
        for deployment in cx.deployments.iter() {
            let is_loaded = |file: &&RuleFile| deployment.loads(file.file.path()) == Some(true);
            let mut seen: HashMap<Identity<'_>, RuleAt<'_>> = HashMap::new();
            for again in cx.project.rule_files().filter(is_loaded).flat_map(rules) {
                let Some(key) = identity(again) else { continue };
                match seen.entry(key) {
                    Entry::Occupied(first) if first.get().file.file.path() != again.file.file.path() => {
                        if reported.insert(again.rule) {
                            found.push(self.report(*first.get(), again));
                        }
                    }
                    Entry::Occupied(_) => {}
                    Entry::Vacant(place) => _ = place.insert(again),
                }
            }
        }
    }
}

/// The rules of a file in their order.
fn rules(file: &RuleFile) -> impl Iterator<Item = RuleAt<'_>> {
    let of_group = move |group| -> _ {
        let group: &Group = group;
        group.rules.iter().map(move |rule| RuleAt { file, group, rule })
    };
    file.groups.iter().flat_map(of_group)
}

/// What tells a rule apart; `None` where it has no name.
fn identity(RuleAt { group, rule, .. }: RuleAt<'_>) -> Option<Identity<'_>> {
    let of_rule = |name: &str| rule.labels.iter().any(|(own, _)| own.as_str() == name);
    let of_group = group.labels.iter().filter(|(name, _)| !of_rule(name.as_str()));
    let labels = rule.labels.iter().chain(of_group);
    let mut labels: Vec<_> = labels
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    labels.sort_unstable();
    (!rule.name().is_empty()).then(|| (rule.name(), rule.alert.is_some(), labels))
}

impl DuplicateRule {
    fn report(&self, first: RuleAt<'_>, again: RuleAt<'_>) -> Diagnostic {
        let place = |at: RuleAt<'_>| {
            let name = at.rule.alert.as_ref().or(at.rule.record.as_ref());
            name.map_or(at.rule.range.clone(), |name| name.whole(&at.file.file))
        };
        let (there, here) = (place(first), place(again));
        let (first_file, file, group) = (&first.file.file, &again.file.file, again.group.name());
        let (first, again) = (first.rule, again.rule);
        let same_expr = match (&first.expr, &again.expr) {
            (Some(a), Some(b)) => a.parsed.expr.to_string() == b.parsed.expr.to_string(),
            _ => false,
        };
        let name = again.name();
        let (severity, message, help) = match (again.alert.is_some(), same_expr) {
            (_, true) => (
                Severity::Warning,
                format!("{name} is defined twice with the same labels and expression"),
                "Remove one of the two.",
            ),
            (true, false) => (
                Severity::Warning,
                format!(
                    "two alerts are called {name} and have the same labels: nobody can tell which one fires"
                ),
                "Rename one of them, or give it a label of its own.",
            ),
            // Selectors that exclude each other are a common reason, and a good one.
            (false, false) => (
                Severity::Info,
                format!(
                    "{name} is recorded twice with the same labels: where both return a series, they overwrite each other"
                ),
                "Rename one of them, or give it a label of its own.",
            ),
        };
        Diagnostic::new(self.code(), severity, message, file, here)
            .with_label("again here")
            .with_secondary(first_file, there, "first here")
            .with_rule(Some(group), Some(name))
            .with_help(help)
    }
}

//! `duplicate-rule`: two rules of one file with the same name and the same labels.

use std::collections::HashMap;

use super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::{Rule, RuleFile};

/// Name, whether it is an alert, and sorted labels: what tells rules apart.
type Identity<'f> = (&'f str, bool, Vec<(&'f str, &'f str)>);

/// See the module.
pub(super) struct DuplicateRule;

impl Lint for DuplicateRule {
    describe!(
        "duplicate-rule",
        Warning,
        "two rules of one file with the same name and the same labels"
    );

    fn rule_file(&self, _: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
        let mut seen: HashMap<Identity<'_>, &Rule> = HashMap::new();
        for group in &file.groups {
            for rule in &group.rules {
                let mut labels: Vec<_> = rule
                    .labels
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                labels.sort_unstable();
                let key = (rule.name(), rule.alert.is_some(), labels);
                if rule.name().is_empty() {
                    continue;
                }
                if let Some(first) = seen.get(&key) {
                    found.push(self.report(file, group.name(), first, rule));
                } else {
                    seen.insert(key, rule);
                }
            }
        }
    }
}

impl DuplicateRule {
    fn report(&self, file: &RuleFile, group: &str, first: &Rule, again: &Rule) -> Diagnostic {
        let place = |rule: &Rule| {
            let name = rule.alert.as_ref().or(rule.record.as_ref());
            name.map_or(rule.range.clone(), |n| n.whole(&file.file))
        };
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
        Diagnostic::new(self.code(), severity, message, &file.file, place(again))
            .with_label("again here")
            .with_secondary(&file.file, place(first), "first here")
            .with_rule(Some(group), Some(name))
            .with_help(help)
    }
}

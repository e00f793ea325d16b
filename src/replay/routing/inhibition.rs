//! Which alerts silence which others.

use std::collections::{BTreeSet, HashMap};

use promql_engine::Labels;

use crate::model::alertmanager::InhibitRule;

/// The firing alerts that may silence others, by rule.
#[derive(Clone, Debug)]
pub(in crate::replay) struct Inhibitor<'c> {
    rules: Vec<(&'c InhibitRule, Sources)>,
}

/// Sources by the values of the labels that must be equal.
type Sources = HashMap<Vec<String>, BTreeSet<Labels>>;

/// Why nobody is notified of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) struct Inhibition {
    /// The number of the rule.
    pub(in crate::replay) rule: usize,
    /// The alert that silences it.
    pub(in crate::replay) source: Labels,
}

impl<'c> Inhibitor<'c> {
    /// No alert fires yet.
    pub(in crate::replay) fn new(rules: &'c [InhibitRule]) -> Self {
        Inhibitor {
            rules: rules.iter().map(|rule| (rule, HashMap::new())).collect(),
        }
    }

    /// Takes note of whether an alert fires.
    pub(in crate::replay) fn update(&mut self, labels: &Labels, fires: bool) {
        for (rule, sources) in &mut self.rules {
            if !rule.source.matches(|name| labels.get(name)) {
                continue;
            }
            let equal = sources.entry(equal(rule, labels)).or_default();
            match fires {
                true => equal.insert(labels.clone()),
                false => equal.remove(labels),
            };
        }
    }

    /// What silences an alert now, by the first rule that does.
    pub(in crate::replay) fn inhibition(&self, labels: &Labels) -> Option<Inhibition> {
        let label = |name: &str| labels.get(name);
        self.rules
            .iter()
            .enumerate()
            .find_map(|(number, (rule, sources))| {
                if !rule.target.matches(label) {
                    return None;
                }
                // An alert that could silence others is not silenced by those that could be silenced too; so none
                // silences itself.
                let both = rule.source.matches(label);
                let source = sources
                    .get(&equal(rule, labels))?
                    .iter()
                    .find(|source| !both || !rule.target.matches(|name| source.get(name)))?;
                Some(Inhibition {
                    rule: number,
                    source: source.clone(),
                })
            })
    }
}

fn equal(rule: &InhibitRule, labels: &Labels) -> Vec<String> {
    let values = rule.equal.iter().map(|name| labels.get(name.as_str()).to_owned());
    values.collect()
}

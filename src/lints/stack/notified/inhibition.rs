//! `unreached-inhibition`: a rule by which alerts silence others, and that never does.

use std::ops::Range;

use super::alerts::{self, Alert};
use crate::analysis::LabelValues;
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::alertmanager::{InhibitRule, Marks};
use crate::model::text::Text;

/// See the module.
pub(in crate::lints) struct UnreachedInhibition;

impl Lint for UnreachedInhibition {
    describe!(
        "unreached-inhibition",
        Warning,
        "an inhibition whose alerts do not exist, or never agree on the labels that must be equal"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for config in cx
            .project
            .alertmanagers()
            .filter(|config| !config.inhibit_rules.is_empty())
        {
            let Some(alerts) = alerts::sent(cx, config) else {
                continue;
            };
            for rule in &config.inhibit_rules {
                let Some((message, range, help)) = fault(rule, &alerts) else {
                    continue;
                };
                let finding = Diagnostic::new(self.code(), self.severity(), message, &config.file, range);
                found.push(finding.with_help(help));
            }
        }
    }
}

/// What keeps an inhibition from doing anything.
fn fault(rule: &InhibitRule, alerts: &[Alert<'_>]) -> Option<(String, Range<usize>, &'static str)> {
    let of = |marks: &Marks| -> Vec<&Alert<'_>> {
        alerts.iter().filter(|alert| alert.taken(marks).some).collect()
    };
    let (sources, targets) = (of(&rule.source), of(&rule.target));
    for (found, marks, outcome) in [
        (&sources, &rule.source, "nothing is ever silenced by it"),
        (&targets, &rule.target, "there is nothing to silence"),
    ] {
        if found.is_empty() {
            let range = marks.range.clone().unwrap_or(rule.range.clone());
            let message = format!("no alert that is loaded here has {}: {outcome}", marks.text());
            return Some((message, range, "Name alerts that there are, or remove the rule."));
        }
    }
    let label = rule
        .equal
        .iter()
        .find(|label| never_equal(label, &sources, &targets))?;
    let message = format!(
        "the alerts on the two sides never have the same {}: nothing is ever silenced",
        label.as_str()
    );
    let help = "Leave the label out, or keep it in the expressions of both.";
    Some((message, label.raw(), help))
}

/// Whether no source has a value of a label in common with any target; one that is absent counts as empty.
fn never_equal(label: &Text, sources: &[&Alert<'_>], targets: &[&Alert<'_>]) -> bool {
    let all = |alerts: &[&Alert<'_>]| -> Option<LabelValues> {
        let each = alerts.iter().map(|alert| alert.label(label.as_str()));
        each.reduce(|one, other| one.or(&other))
    };
    match (all(sources), all(targets)) {
        (Some(sources), Some(targets)) => sources.is_disjoint(&targets),
        _ => false,
    }
}

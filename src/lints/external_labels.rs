//! `unknown-external-label`, `external-label-conflict`: rules and the external labels of the Prometheus that loads them.

use gotemplate::LabelSource;

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::Diagnostic;
use crate::model::rules::RuleFile;

/// A template shows an external label that is not configured.
pub(super) struct UnknownExternalLabel;

/// A rule sets a label that is configured as an external one.
pub(super) struct ExternalLabelConflict;

impl Lint for UnknownExternalLabel {
    describe!(
        "unknown-external-label",
        Warning,
        "a template that shows an external label which Prometheus' configuration does not have"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(names) = external_labels(cx, file) else {
            return;
        };
        for (_, text) in rule.labels.iter().chain(&rule.annotations) {
            for used in cx
                .templates
                .get(text)
                .labels
                .iter()
                .filter(|used| used.source == LabelSource::External)
            {
                let label = used.label.as_str();
                if names.contains(&label) {
                    continue;
                }
                let message =
                    format!("the external label {label} is empty here: Prometheus has none of this name");
                let help = match names.as_slice() {
                    [] => format!("Add {label} under `external_labels` of `global` in prometheus.yml."),
                    names => format!(
                        "There are {}. Add {label} under `external_labels` in prometheus.yml, or name another.",
                        names.join(", ")
                    ),
                };
                let range = text.locate(&file.file, used.range.clone());
                found.push(
                    Diagnostic::new(self.code(), self.severity(), message, &file.file, range).with_help(help),
                );
            }
        }
    }
}

/// The names of the external labels that rules in a file see: those of the server that was asked, else those of the configuration
/// in the project. Nothing where neither is known.
fn external_labels<'p>(cx: &Context<'p>, file: &RuleFile) -> Option<Vec<&'p str>> {
    let path = file.file.path();
    if let Some(config) = cx.server(path).and_then(|observed| observed.config.as_ref()) {
        return Some(config.external_labels.keys().map(String::as_str).collect());
    }
    let labels = cx.config(path)?.external_labels.iter();
    Some(labels.map(|(name, _)| name.as_str()).collect())
}

impl Lint for ExternalLabelConflict {
    describe!(
        "external-label-conflict",
        Warning,
        "a rule that sets a label which Prometheus gives to everything that it sends elsewhere"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, group, rule }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(config) = cx.config(file.file.path()) else {
            return;
        };
        for (name, value) in rule.labels.iter().chain(&group.labels) {
            let external = config
                .external_labels
                .iter()
                .find(|(external, _)| external.as_str() == name.as_str());
            let Some((external, given)) = external else {
                continue;
            };
            let label = name.as_str();
            let comes = match (given.as_str() == value.as_str(), rule.alert.is_some()) {
                (true, _) => "is given to everything that this Prometheus sends: the rule need not set it",
                (false, true) => "of this alert hides the one that tells which Prometheus sent it",
                (false, false) => "of this metric hides the one that tells which Prometheus it comes from",
            };
            let message = format!("the label {label} {comes}");
            let range = name.whole(&file.file);
            let there = external.whole(&config.file);
            let shown = format!("the external label is {}", given.as_str());
            found.push(
                Diagnostic::new(self.code(), self.severity(), message, &file.file, range)
                    .with_secondary(&config.file, there, shown)
                    .with_help("Leave it out, or give it another name."),
            );
        }
    }
}

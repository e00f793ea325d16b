//! `missing-metric`: a metric that the settings ask for and nothing exposes, or that is not as they ask.

use super::scope::{self, Scope};
use crate::catalog::Extent;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lints::{Context, Lint, describe};
use crate::model::settings::{RequiredMetric, Requirement, User};

/// See the module.
pub(in crate::lints) struct MissingMetric;

impl Lint for MissingMetric {
    describe!(
        "missing-metric",
        Error,
        "a metric that the settings ask for, and that nothing exposes, lacks a label, or is not used"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        scope::each(cx, |requirement, scope| {
            for wanted in &requirement.metrics {
                self.look(cx, requirement, wanted, scope, found);
            }
        });
    }
}

impl MissingMetric {
    fn look(
        &self,
        cx: &Context<'_>,
        requirement: &Requirement,
        wanted: &RequiredMetric,
        scope: &Scope<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let (component, name) = (requirement.component.as_str(), wanted.name.as_str());
        let about = scope::about(wanted.about.as_ref());
        let file = cx.settings.file.as_ref();
        let mut report =
            |at: &crate::model::text::Text, severity: Severity, message: String, help: String| {
                let range = file.map_or(at.raw(), |file| at.whole(file));
                let finding = scope::finding(self, cx, message, range);
                found.extend(finding.map(|finding| Diagnostic {
                    severity,
                    ..finding.with_help(help)
                }));
            };
        let derived = scope.derived(name);
        let is_used = scope.readers(&derived).next().is_some() || scope.shown(&derived).next().is_some();
        let catalog = scope.catalog;
        let series: Vec<_> = scope::series(name)
            .filter_map(|name| catalog.lookup(&name))
            .collect();
        // What is used, and may come from a job of which not all is known, is believed to be there.
        let is_believed = catalog.extent() < Extent::Most && is_used;
        if series.is_empty() && !is_believed {
            let severity = match catalog.extent() {
                Extent::All => Severity::Error,
                _ => Severity::Warning,
            };
            let help = match catalog.nearest(name) {
                Some(near) => format!("Did you mean {near}?"),
                None => "Expose it; `rulecheck catalog` shows what is known, and of which jobs.".to_owned(),
            };
            let message =
                format!("{component} must have the metric {name}{about}: nothing that is known exposes it");
            return report(&wanted.name, severity, message, help);
        }
        for label in &wanted.labels {
            if !series.is_empty() && !series.iter().any(|facts| facts.labels.may_have(label.as_str())) {
                let message = format!(
                    "{component} asks for the label {} of {name}: it has none",
                    label.as_str()
                );
                let help =
                    "Add it where the metric is declared, or take it out of the requirements.".to_owned();
                report(label, Severity::Error, message, help);
            }
        }
        for user in &wanted.used_by {
            let (is_used, who) = match user {
                User::Alerts => (scope.readers(&derived).next().is_some(), "alert reads"),
                User::Dashboards => (scope.shown(&derived).next().is_some(), "dashboard shows"),
            };
            if !is_used {
                let message = format!("{component} asks that {name}{about} is used: no {who} it");
                report(
                    &wanted.name,
                    Severity::Error,
                    message,
                    "Recording rules in between count, too.".to_owned(),
                );
            }
        }
    }
}

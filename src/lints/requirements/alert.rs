//! `missing-alert`: an alert that the settings ask for and no rule file has.

use super::scope::{self, Scope};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, RuleAt, describe};
use crate::model::reader::nearest;
use crate::model::settings::{RequiredAlert, Requirement};
use crate::model::text::Text;

/// See the module.
pub(in crate::lints) struct MissingAlert;

impl Lint for MissingAlert {
    describe!(
        "missing-alert",
        Error,
        "an alert that the settings ask for, and that is not there or not as they ask"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        scope::each(cx, |requirement, scope| {
            for wanted in &requirement.alerts {
                found.extend(self.look(cx, requirement, wanted, scope));
            }
        });
    }
}

impl MissingAlert {
    fn look(
        &self,
        cx: &Context<'_>,
        requirement: &Requirement,
        wanted: &RequiredAlert,
        scope: &Scope<'_>,
    ) -> Option<Diagnostic> {
        let component = requirement.component.as_str();
        let about = scope::about(wanted.about.as_ref());
        let finding = |message: String, help: String| {
            let finding = scope::finding(self, cx, message, wanted.range.clone());
            finding.map(|finding| finding.with_help(help))
        };
        let named: Vec<RuleAt<'_>> = match &wanted.name {
            Some(name) => scope
                .alerts
                .iter()
                .copied()
                .filter(|at| at.rule.name() == name.as_str())
                .collect(),
            None => scope.alerts.clone(),
        };
        let what = wanted.name.as_ref().map_or("alert", Text::as_str);
        if let Some(name) = wanted.name.as_ref().filter(|_| named.is_empty()) {
            let known: Vec<&str> = scope.alerts.iter().map(|at| at.rule.name()).collect();
            let help = match nearest(name.as_str(), &known) {
                Some(near) => format!("Did you mean {near}?"),
                None => "Write the alert, or take it out of the requirements.".to_owned(),
            };
            return finding(
                format!("{component} must have the alert {what}{about}: there is none"),
                help,
            );
        }
        let mut fitting = named;
        for metric in &wanted.reads {
            let names = scope.derived(metric.as_str());
            fitting.retain(|at| scope::reads(at, &names));
            if fitting.is_empty() {
                let message = match wanted.name {
                    Some(_) => format!(
                        "{component} asks that {what} reads {}: it does not",
                        metric.as_str()
                    ),
                    None => format!(
                        "{component} must have an alert that reads {}{about}: there is none",
                        metric.as_str()
                    ),
                };
                return finding(message, "Recording rules in between count, too.".to_owned());
            }
        }
        let lacks =
            |at: &RuleAt<'_>, (name, value): &(Text, Text)| label(*at, name.as_str()) != value.as_str();
        if fitting
            .iter()
            .any(|at| !wanted.labels.iter().any(|label| lacks(at, label)))
        {
            return None;
        }
        let at = *fitting.first()?;
        let (name, value) = wanted.labels.iter().find(|label| lacks(&at, label))?;
        let has = match label(at, name.as_str()) {
            "" => format!("no {}", name.as_str()),
            other => format!("{} {other}", name.as_str()),
        };
        let alert = at.rule.alert.as_ref()?;
        let message = format!(
            "{component} asks for {} {}: {} has {has}",
            name.as_str(),
            value.as_str(),
            alert.as_str()
        );
        let found = finding(message, "Set the label, or ask for what it is.".to_owned())?;
        Some(found.with_secondary(&at.file.file, alert.whole(&at.file.file), "this alert"))
    }
}

/// The value of a label that an alert sets; empty where it sets none.
fn label<'p>(at: RuleAt<'p>, name: &str) -> &'p str {
    let mut own = at.rule.labels.iter().chain(&at.group.labels);
    own.find(|(known, _)| known.as_str() == name)
        .map_or("", |(_, value)| value.as_str())
}

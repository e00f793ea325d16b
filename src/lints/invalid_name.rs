//! `invalid-name`: a name that Prometheus does not take for a label, an annotation or a recorded metric.

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::RuleFile;
use crate::model::text::Text;

/// See the module.
pub(super) struct InvalidName;

impl Lint for InvalidName {
    describe!(
        "invalid-name",
        Error,
        "a name that cannot be that of a label, an annotation or a recorded metric"
    );

    fn is_refusal(&self) -> bool {
        true
    }

    fn rule_file(&self, _: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
        for group in &file.groups {
            let before = found.len();
            for (name, _) in &group.labels {
                self.label(file, name, found);
            }
            for diagnostic in &mut found[before..] {
                diagnostic.group = Some(group.name().to_owned());
            }
        }
    }

    fn rule(&self, _: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        if let Some(record) = &rule.record
            && record.as_str().contains(['{', '}'])
        {
            let message = format!(
                "braces present in the recording rule name {}: Prometheus refuses the file",
                record.as_str()
            );
            let help =
                "Write the metric's name alone; matchers belong into `expr`, new labels into `labels`.";
            self.push(file, record, message, help, found);
        }
        for (name, _) in &rule.labels {
            self.label(file, name, found);
        }
        for (name, _) in &rule.annotations {
            if name.as_str().is_empty() {
                let message = "an annotation has no name: Prometheus refuses the file".to_owned();
                self.push(file, name, message, "Name it.", found);
            }
        }
    }
}

impl InvalidName {
    fn label(&self, file: &RuleFile, name: &Text, found: &mut Vec<Diagnostic>) {
        let (message, help) = match name.as_str() {
            "__name__" => (
                "a rule cannot set the label __name__: Prometheus refuses the file",
                "The name of an alert stands in `alert`, that of a recorded metric in `record`.",
            ),
            "" => ("a label has no name: Prometheus refuses the file", "Name it."),
            _ => return,
        };
        self.push(file, name, message.to_owned(), help, found);
    }

    fn push(&self, file: &RuleFile, name: &Text, message: String, help: &str, found: &mut Vec<Diagnostic>) {
        let range = name.whole(&file.file);
        found.push(Diagnostic::new(self.code(), Severity::Error, message, &file.file, range).with_help(help));
    }
}

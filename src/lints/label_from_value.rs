//! `label-from-value`: an alert with a label that holds the value, so that it becomes another alert at every evaluation.

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct LabelFromValue;

impl Lint for LabelFromValue {
    describe!(
        "label-from-value",
        Warning,
        "an alert with a label that holds its value, and so becomes another alert whenever the value changes"
    );

    fn rule(&self, cx: &Context<'_>, RuleAt { file, group, rule }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        for (name, text) in rule.labels.iter().chain(&group.labels) {
            let used = cx.templates.get(text);
            let Some(range) = used.values.first().cloned() else {
                continue;
            };
            let comes = match rule.hold.as_ref().is_some_and(|hold| hold.value > 0) {
                true => "its `for` begins anew, and it may never fire",
                false => "it is resolved and sent again",
            };
            let message = format!(
                "the label {} holds the value: whenever that changes this is another alert, and {comes}",
                name.as_str()
            );
            let help = "Write the value into an annotation: those may change.";
            let range = text.locate(&file.file, range);
            found.push(
                Diagnostic::new(self.code(), self.severity(), message, &file.file, range).with_help(help),
            );
        }
    }
}

//! `template-syntax`: a label or an annotation whose template does not parse.

use gotemplate::prometheus::AlertTemplate;

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::RuleFile;
use crate::model::text::Text;

/// See the module.
pub(super) struct TemplateSyntax;

impl Lint for TemplateSyntax {
    describe!(
        "template-syntax",
        Error,
        "a label or an annotation whose template does not parse"
    );

    fn is_refusal(&self) -> bool {
        true
    }

    fn rule(&self, _: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        // Recording rules have no templates: their labels are taken as they are.
        let Some(alert) = &rule.alert else { return };
        for (name, text) in &rule.labels {
            self.template(file, alert, &format!("label {}", name.as_str()), text, found);
        }
        for (name, text) in &rule.annotations {
            self.template(file, alert, &format!("annotation {}", name.as_str()), text, found);
        }
    }
}

impl TemplateSyntax {
    fn template(&self, file: &RuleFile, alert: &Text, place: &str, text: &Text, found: &mut Vec<Diagnostic>) {
        if !text.as_str().contains("{{") {
            return;
        }
        let Err(errors) = AlertTemplate::parse(alert.as_str(), text.as_str()) else {
            return;
        };
        for error in errors {
            let range = text.locate(&file.file, error.range);
            let message = format!("{place}: {}: Prometheus refuses the file", error.message);
            let help =
                "Templates are Go's: `{{ $labels.job }}`, `{{ $value | humanize }}`, `{{ if … }}…{{ end }}`.";
            let diagnostic = Diagnostic::new(self.code(), Severity::Error, message, &file.file, range);
            found.push(diagnostic.with_help(help));
        }
    }
}

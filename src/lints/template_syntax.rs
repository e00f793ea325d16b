//! `template-syntax`: a label or an annotation whose template does not parse.

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

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        // Recording rules have no templates: their labels are taken as they are.
        for (name, text) in &rule.labels {
            self.template(cx, file, ("label", name), text, found);
        }
        for (name, text) in &rule.annotations {
            self.template(cx, file, ("annotation", name), text, found);
        }
    }
}

impl TemplateSyntax {
    fn template(
        &self,
        cx: &Context<'_>,
        file: &RuleFile,
        (noun, name): (&str, &Text),
        text: &Text,
        found: &mut Vec<Diagnostic>,
    ) {
        for error in &cx.templates.get(text).errors {
            let range = text.locate(&file.file, error.range.clone());
            let place = format!("{noun} {}", name.as_str());
            let message = format!("{place}: {}: Prometheus refuses the file", error.message);
            let help =
                "Templates are Go's: `{{ $labels.job }}`, `{{ $value | humanize }}`, `{{ if … }}…{{ end }}`.";
            let diagnostic = Diagnostic::new(self.code(), Severity::Error, message, &file.file, range);
            found.push(diagnostic.with_help(help));
        }
    }
}

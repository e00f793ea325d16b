//! `template-query`: a query in a template that does not parse.

use gotemplate::check_alert_template;
use promql_syntax::ParseOptions;

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct TemplateQuery;

impl Lint for TemplateQuery {
    describe!(
        "template-query",
        Error,
        "a template with a query that does not parse, so that an error is sent in its place"
    );

    fn rule(&self, _: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(alert) = &rule.alert else { return };
        for (_, text) in rule.labels.iter().chain(&rule.annotations) {
            for query in check_alert_template(alert.as_str(), text.as_str()).queries {
                let parsed = promql_syntax::parse(&query.text, &ParseOptions::ALL);
                let Some(error) = parsed.errors.first() else {
                    continue;
                };
                let message = format!(
                    "the query does not parse: {}: an error is sent in place of the text",
                    error.message
                );
                let range = text.locate(&file.file, query.range);
                found.push(
                    Diagnostic::new(self.code(), self.severity(), message, &file.file, range).with_help(
                        "Try the query by itself first; within a template, quotes in it need a backslash.",
                    ),
                );
            }
        }
    }
}

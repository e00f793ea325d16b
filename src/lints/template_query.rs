//! `template-query`: a query in a template that does not parse, or whose result lacks what is shown of it.

use gotemplate::{LabelSource, Use};
use promql_syntax::ParseOptions;

use super::{Context, Lint, RuleAt, describe};
use crate::analysis::{self, Facts, Trust};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::RuleFile;
use crate::model::text::Text;

/// See the module.
pub(super) struct TemplateQuery;

impl Lint for TemplateQuery {
    describe!(
        "template-query",
        Error,
        "a template with a query that does not parse, or whose result lacks the label that is shown"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        for (_, text) in rule.labels.iter().chain(&rule.annotations) {
            let used = cx.templates.get(text);
            for query in &used.queries {
                let parsed = promql_syntax::parse(&query.text, &ParseOptions::ALL);
                if let Some(error) = parsed.errors.first() {
                    let message = format!(
                        "the query does not parse: {}: an error is sent in place of the text",
                        error.message
                    );
                    let help =
                        "Try the query by itself first; within a template, quotes in it need a backslash.";
                    let range = text.locate(&file.file, query.range.clone());
                    found.push(
                        Diagnostic::new(self.code(), self.severity(), message, &file.file, range)
                            .with_help(help),
                    );
                } else if used.queries.len() == 1 {
                    // Of several queries it is not known whose result a label is read from.
                    let context = analysis::Context::new(Trust::Proven);
                    let known = analysis::analyse(&parsed.expr, cx.catalog(file.file.path()), &context);
                    found.extend(Self::gone(file, text, &used.labels, known.root()));
                }
            }
        }
    }
}

impl TemplateQuery {
    /// Labels that are read from the result of a query and that it surely does not have.
    fn gone<'r>(
        file: &'r RuleFile,
        text: &'r Text,
        labels: &'r [Use],
        root: &'r Facts,
    ) -> impl Iterator<Item = Diagnostic> {
        let of_result = labels.iter().filter(|used| used.source == LabelSource::Other);
        let gone = of_result.filter(|used| root.labels.surely_lacks(&used.label));
        gone.map(|used| {
            let message = format!(
                "the label {} is empty here: no series of the query's result has it",
                used.label
            );
            let range = text.locate(&file.file, used.range.clone());
            Diagnostic::new("template-query", Severity::Warning, message, &file.file, range).with_help(
                format!("Keep it in the query, with `by ({})` for example.", used.label),
            )
        })
    }
}

//! `promql-feature`: an expression that needs a feature flag.

use std::sync::Arc;

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::Expression;
use crate::source::SourceFile;

/// See the module.
pub(super) struct PromqlFeature;

impl Lint for PromqlFeature {
    describe!(
        "promql-feature",
        Warning,
        "an expression that Prometheus takes only with a feature flag"
    );

    fn rule(&self, _: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        if let Some(expr) = &rule.expr {
            self.expression(&file.file, expr, found);
        }
    }
}

impl PromqlFeature {
    fn expression(&self, file: &Arc<SourceFile>, expr: &Expression, found: &mut Vec<Diagnostic>) {
        // What does not parse with everything enabled is another lint's matter.
        if !expr.parsed.errors.is_empty() {
            return;
        }
        for error in &expr.not_enabled {
            let range = expr.text.locate(file, error.span.into());
            let message = format!(
                "{}: a Prometheus without the feature flag refuses the file",
                error.message
            );
            let diagnostic = Diagnostic::new(self.code(), Severity::Warning, message, file, range);
            found.push(diagnostic.with_label("experimental").with_help(&error.help));
        }
    }
}

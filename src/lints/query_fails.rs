//! `query-fails`: an expression that the server which was asked cannot evaluate.

use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::observed::ResultSeen;

/// See the module.
pub(super) struct QueryFails;

impl Lint for QueryFails {
    describe!(
        "query-fails",
        Error,
        "an expression that the server which was asked cannot evaluate"
    );

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let (Some(expr), Some(observed)) = (&rule.expr, cx.server(file.file.path())) else {
            return;
        };
        if let Some(ResultSeen::Failed(why)) = observed.results.get(expr.text.as_str()) {
            let message = format!("{} cannot evaluate this: {why}", observed.address);
            let range = expr.text.whole(&file.file);
            let finding = Diagnostic::new(self.code(), Severity::Error, message, &file.file, range);
            found.push(finding.with_help(
                "The rule fails there whenever it is evaluated like this. Change it so that it does not.",
            ));
        }
    }
}

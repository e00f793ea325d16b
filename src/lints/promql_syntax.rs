//! `promql-syntax`: an expression that does not parse or has no meaning.

use std::sync::Arc;

use promql_syntax::{ErrorKind, ParseError};

use super::{Context, ExpressionAt, Lint, Place, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::Expression;
use crate::model::unit_tests::{TestGroup, UnitTestFile};
use crate::source::SourceFile;

/// See the module.
pub(super) struct PromqlSyntax;

impl Lint for PromqlSyntax {
    describe!(
        "promql-syntax",
        Error,
        "an expression that does not parse, or whose types do not fit"
    );

    fn is_refusal(&self) -> bool {
        true
    }

    fn expression(&self, _: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let consequence = match at.place {
            Place::Rule(_) => "Prometheus refuses the file",
            Place::Target(_) => "the panel shows an error",
            Place::Variable(_) => "the variable has no values",
        };
        self.report(at.file, at.expr, consequence, found);
    }

    fn test(&self, _: &Context<'_>, file: &UnitTestFile, test: &TestGroup, found: &mut Vec<Diagnostic>) {
        for expr in test.promql_expr_test.iter().filter_map(|t| t.expr.as_ref()) {
            self.report(&file.file, expr, "the test fails", found);
        }
    }
}

impl PromqlSyntax {
    fn report(
        &self,
        file: &Arc<SourceFile>,
        expr: &Expression,
        consequence: &str,
        found: &mut Vec<Diagnostic>,
    ) {
        // What is missing at the end is missing behind the last word, not behind the line break of a block.
        let end = expr.text.as_str().trim_end().len();
        // What is left open at the end often follows from a fault before it.
        let follows = |error: &ParseError| error.message == "unclosed left parenthesis";
        let alone = expr.parsed.errors.iter().all(follows);
        for error in expr.parsed.errors.iter().filter(|error| alone || !follows(error)) {
            let span = error.span.start.min(end)..error.span.end.min(end);
            let range = expr.text.locate(file, span);
            let message = format!("{}: {consequence}", error.message);
            let label = match error.kind {
                ErrorKind::Type => "this has no meaning",
                _ => "the parser stops here",
            };
            let diagnostic = Diagnostic::new(self.code(), Severity::Error, message, file, range);
            found.push(diagnostic.with_label(label).with_help(&error.help));
        }
    }
}

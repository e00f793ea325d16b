//! `series-notation`: series or values in a test that do not parse.

use promql_syntax::ParseError;
use promql_syntax::series::{parse_metric, parse_series_description};

use super::{Context, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::text::Text;
use crate::model::unit_tests::{TestGroup, UnitTestFile};

/// See the module.
pub(super) struct SeriesNotation;

impl Lint for SeriesNotation {
    describe!(
        "series-notation",
        Error,
        "a series or its values in a test do not parse"
    );

    fn is_refusal(&self) -> bool {
        true
    }

    fn test(&self, _: &Context<'_>, file: &UnitTestFile, test: &TestGroup, found: &mut Vec<Diagnostic>) {
        for input in &test.input_series {
            if let Some(series) = &input.series
                && let Err(error) = parse_metric(series.as_str())
            {
                self.report(file, series, &error, 0, found);
            }
            if let Some(values) = &input.values {
                // The values are parsed behind a stand-in for the series, as one text.
                let prefix = "v ";
                if let Err(error) = parse_series_description(&format!("{prefix}{}", values.as_str())) {
                    self.report(file, values, &error, prefix.len(), found);
                }
            }
        }
        for sample in test.promql_expr_test.iter().flat_map(|t| &t.exp_samples) {
            if let Some(labels) = sample.labels.as_ref().filter(|_| sample.matchers.is_none())
                && let Err(error) = parse_metric(labels.as_str())
            {
                self.report(file, labels, &error, 0, found);
            }
        }
    }
}

impl SeriesNotation {
    fn report(
        &self,
        file: &UnitTestFile,
        text: &Text,
        error: &ParseError,
        prefix: usize,
        found: &mut Vec<Diagnostic>,
    ) {
        let span = error.span.start.saturating_sub(prefix)..error.span.end.saturating_sub(prefix);
        let range = text.locate(&file.file, span);
        let message = format!("{}: the test cannot run", error.message);
        let diagnostic = Diagnostic::new(self.code(), Severity::Error, message, &file.file, range);
        found.push(diagnostic.with_help(&error.help));
    }
}

//! What expressions return at the end of the run.

use promql_engine::Query;

use super::Judge;
use crate::model::unit_tests::ExprTest;
use crate::outcome::{Difference, Failure};
use crate::replay::compare::{duration, samples};

impl Judge<'_, '_> {
    pub(super) fn expression(&self, test: &ExprTest) -> Option<Failure> {
        let expr = test.expr.as_ref()?;
        let (world, at) = (&self.replay.world, test.eval_time.value);
        let place = format!("`{}` at {}", expr.text.as_str().trim(), duration(at));
        let failure = |message: String| {
            let mut failure = self.failure("promql", message, test.range.start);
            failure.at_ms = Some(at);
            failure.entry = self.entry(&test.range);
            Some(failure)
        };
        if let Some(error) = expr.parsed.errors.first() {
            return failure(format!("{place}: {}", error.promql_text(expr.text.as_str())));
        }
        let query = Query::new(expr.text.as_str(), expr.parsed.expr.clone());
        let mut actual = match world.vector(&query, self.replay.schedule.start_ms.saturating_add(at)) {
            Ok(samples) => samples,
            Err(message) => return failure(format!("{place}: {message}")),
        };
        // Their order says in which order the series were written.
        actual.sort_by(|a, b| a.labels.cmp(&b.labels));
        let expected = test.exp_samples.iter();
        let expected =
            expected.map(|sample| samples::Wanted::of(sample, self.line(sample.range.start), test.matching));
        let expected = match expected.collect::<Result<Vec<_>, String>>() {
            Ok(expected) => expected,
            Err(message) => return failure(format!("{place}: {message}")),
        };
        let actual: Vec<_> = actual.into_iter().map(samples::SeenSample::new).collect();
        let rules = samples::Rules {
            matching: test.matching,
            fuzzy: self.case.file.fuzzy_compare,
        };
        let difference = samples::compare(&expected, &actual, rules)?;
        let mut failure = failure(samples::message(&place, expected.len(), actual.len()))?;
        failure.expected = Some(samples::expected_text(&expected));
        failure.actual = Some(samples::actual_text(&actual));
        failure.difference = Some(Difference::Samples(difference));
        Some(failure)
    }
}

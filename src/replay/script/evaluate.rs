//! Evaluates a query in all the ways in which it is checked.

use promql_engine::{Annotations, Engine, Query, QueryResult, Sample, SampleValue, Storage, Value};

use super::compare::Expected;
use super::{fixed_time, show};
use crate::model::script::{Eval, EvalTime, Expectations, MessageMatch, Steps};
use crate::outcome::Failure;

/// How far around the time of an instant query the range query goes that it is compared with.
const AROUND_MS: i64 = 60_000;

/// Checks an evaluation.
pub(super) fn check(engine: &Engine, storage: &Storage, eval: &Eval) -> Result<(), Mismatch> {
    let steps = match eval.time {
        EvalTime::Range(steps) => Some(steps),
        EvalTime::Instant(_) => None,
    };
    let expected = Expected::new(&eval.expected, steps).map_err(|(line, message)| failure(line, message))?;
    let check = Check {
        engine,
        storage,
        eval,
        expected,
    };
    match eval.time {
        EvalTime::Range(steps) => check.range(steps),
        EvalTime::Instant(time) => {
            // A range vector that is expected at given times is evaluated at the last of them.
            let time = eval.expected.range_vector.map_or(time, |steps| steps.end);
            let query = Query::new(eval.query.as_str(), eval.expr.clone());
            check.instant(&query, time, "")?;
            if let Some(expr) = fixed_time::fixed(&eval.expr, time) {
                let query = Query::new(eval.query.as_str(), expr);
                for other in fixed_time::other_times(time) {
                    let how = format!(
                        "evaluated at {} with all selectors fixed to {}: ",
                        promql_syntax::format_duration(other),
                        promql_syntax::format_duration(time)
                    );
                    check.instant(&query, other, &how)?;
                }
            }
            Ok(())
        }
    }
}

/// Why an evaluation is not as expected.
type Mismatch = Box<Failure>;

fn failure(line: usize, message: String) -> Mismatch {
    let mut failure = Failure::new("eval", message);
    failure.line = Some(line);
    Box::new(failure)
}

struct Check<'a> {
    engine: &'a Engine,
    storage: &'a Storage,
    eval: &'a Eval,
    expected: Expected,
}

impl Check<'_> {
    fn range(&self, steps: Steps) -> Result<(), Mismatch> {
        let query = Query::new(self.eval.query.as_str(), self.eval.expr.clone());
        let result = self
            .engine
            .range(self.storage, &query, steps.start, steps.end, steps.step);
        match self.succeeded(result.map_err(|error| error.to_string()), "")? {
            Some(result) => self.judge(&query, &result, ""),
            None => Ok(()),
        }
    }

    /// Evaluates at one time, and in a range query around it. `how` says in which way, where it is not the plain one.
    fn instant(&self, query: &Query, time: i64, how: &str) -> Result<(), Mismatch> {
        let result = self.engine.instant(self.storage, query, time);
        let Some(result) = self.succeeded(result.map_err(|error| error.to_string()), how)? else {
            return Ok(());
        };
        self.judge(query, &result, how)?;
        let expected = &self.eval.expected;
        if expected.string.is_some() || expected.range_vector.is_some() || depends_on_range(query.text()) {
            return Ok(());
        }
        let how = format!("{how}as a range query: ");
        let (start, end) = (time.saturating_sub(AROUND_MS), time.saturating_add(AROUND_MS));
        let in_range = self
            .engine
            .range(self.storage, query, start, end, AROUND_MS)
            .map_err(|error| self.failure(format!("{how}the query failed: {error}")))?;
        if self.expected.is_ordered() {
            return Ok(());
        }
        let value = at_time(in_range.value, time, matches!(result.value, Value::Scalar { .. }));
        self.compare(&value, &how)
    }

    /// The result, if the query should succeed and did.
    fn succeeded(
        &self,
        result: Result<QueryResult, String>,
        how: &str,
    ) -> Result<Option<QueryResult>, Mismatch> {
        let Expectations {
            fail, fail_message, ..
        } = &self.eval.expected;
        match result {
            Ok(_) if *fail => Err(self.failure(format!("{how}the query should fail, but succeeded"))),
            Ok(result) => Ok(Some(result)),
            Err(error) if !fail => Err(self.failure(format!("{how}the query failed: {error}"))),
            Err(error) => match fail_message {
                Some(message) if !message.matches(&error) => {
                    let problem = format!("{how}the query failed, but with another error");
                    Err(self.mismatch(problem, text(message), error))
                }
                _ => Ok(None),
            },
        }
    }

    fn judge(&self, query: &Query, result: &QueryResult, how: &str) -> Result<(), Mismatch> {
        self.check_annotations(&result.annotations, query.text(), how)?;
        self.compare(&result.value, how)
    }

    fn compare(&self, actual: &Value, how: &str) -> Result<(), Mismatch> {
        self.expected.compare(actual).map_err(|message| {
            let actual = show::value(actual, self.expected.steps);
            self.mismatch(format!("{how}{message}"), self.expected.show(), actual)
        })
    }

    fn check_annotations(&self, annotations: &Annotations, query: &str, how: &str) -> Result<(), Mismatch> {
        let expected = &self.eval.expected;
        let warnings: Vec<_> = annotations
            .warnings()
            .map(|warning| warning.text(query))
            .collect();
        let infos: Vec<_> = annotations.infos().map(|info| info.text(query)).collect();
        self.check_messages("warning", &expected.warn, expected.no_warn, &warnings, how)?;
        self.check_messages("info", &expected.info, expected.no_info, &infos, how)
    }

    /// Each expected message must be there, and, where any is expected, no other.
    fn check_messages(
        &self,
        kind: &str,
        expected: &[MessageMatch],
        none: bool,
        actual: &[String],
        how: &str,
    ) -> Result<(), Mismatch> {
        let missing = expected
            .iter()
            .any(|message| !actual.iter().any(|actual| message.matches(actual)));
        let message = if missing {
            format!("{how}an expected {kind} is missing")
        } else if (none && !actual.is_empty())
            || (!expected.is_empty()
                && actual
                    .iter()
                    .any(|actual| !expected.iter().any(|message| message.matches(actual))))
        {
            format!("{how}there is a {kind} that was not expected")
        } else {
            return Ok(());
        };
        let expected: Vec<_> = expected.iter().map(text).collect();
        Err(self.mismatch(message, expected.join("\n"), actual.join("\n")))
    }

    fn mismatch(&self, message: String, expected: String, actual: String) -> Mismatch {
        let mut mismatch = self.failure(message);
        mismatch.expected = Some(expected);
        mismatch.actual = Some(actual);
        mismatch
    }

    fn failure(&self, message: String) -> Mismatch {
        failure(self.eval.line, message)
    }
}

/// What a message must look like, as written in a script.
fn text(message: &MessageMatch) -> String {
    match message {
        MessageMatch::Any => "any".to_owned(),
        MessageMatch::Exact(text) => text.clone(),
        MessageMatch::Pattern(pattern) => format!("regex: {pattern}"),
    }
}

/// Whether a query asks for the times of its own range, which are others in a range query.
fn depends_on_range(query: &str) -> bool {
    ["start()", "end()", "range()", "step()"]
        .iter()
        .any(|call| query.contains(call))
}

/// The value that a range query has at one time, as an instant query would return it.
fn at_time(value: Value, timestamp: i64, scalar: bool) -> Value {
    let Value::Matrix(series) = value else {
        return value;
    };
    let mut samples = Vec::new();
    for series in series {
        let at = show::samples(&series)
            .into_iter()
            .find(|(time, _)| *time == timestamp);
        if let Some((_, value)) = at {
            samples.push(Sample {
                labels: series.labels,
                timestamp,
                value,
            });
        }
    }
    match samples.first() {
        Some(Sample {
            value: SampleValue::Float(value),
            ..
        }) if scalar => Value::Scalar {
            timestamp,
            value: *value,
        },
        _ => Value::Vector(samples),
    }
}

//! Compares a result with what a script expects.
//!
//! Floats may differ by a millionth of their sum. Of histograms, bounds and layout must be equal, counts and sums
//! almost; a counter reset hint counts where the expected histogram has one in writing.

use std::collections::HashMap;

use promql_engine::histogram::Buckets;
use promql_engine::histogram::classic::almost_equal;
use promql_engine::series_notation::{SequenceValue, expand};
use promql_engine::{FloatHistogram, Labels, Sample, SampleValue, Series, Value};
use promql_syntax::series::value_count;

use super::show;
use crate::model::script::{Expectations, ExpectedResult, ScriptSeries, Steps};

/// How far floats may differ, relative to their sum.
const TOLERANCE: f64 = 0.000_001;

/// How many values an expected series may have.
const MAX_VALUES: u64 = 1_000_000;

/// What a result is compared with.
pub(super) struct Expected {
    result: ExpectedValues,
    string: Option<String>,
    ordered: bool,
    /// The times of a matrix.
    pub(super) steps: Option<Steps>,
}

enum ExpectedValues {
    Scalar(f64),
    Series {
        /// In the order of the script; of several with the same labels the last.
        series: Vec<ExpectedSeries>,
        by_labels: HashMap<Labels, usize>,
    },
}

struct ExpectedSeries {
    labels: Labels,
    values: Vec<SequenceValue>,
    /// Where it is listed, from 0.
    position: usize,
}

impl Expected {
    /// Makes the values that a script describes; an error comes with its line.
    pub(super) fn new(expected: &Expectations, steps: Option<Steps>) -> Result<Self, (usize, String)> {
        let result = match &expected.result {
            ExpectedResult::Scalar(number) => ExpectedValues::Scalar(*number),
            ExpectedResult::Series(lines) => {
                let mut series: Vec<ExpectedSeries> = Vec::new();
                let mut by_labels = HashMap::new();
                for (position, line) in lines.iter().enumerate() {
                    let labels = Labels::new(line.labels.iter().map(|(name, value)| (name, value)));
                    let values = values(line).map_err(|message| (line.line, message))?;
                    let expected = ExpectedSeries {
                        labels: labels.clone(),
                        values,
                        position,
                    };
                    match by_labels.get(&labels) {
                        Some(known) => series[*known] = expected,
                        None => {
                            by_labels.insert(labels, series.len());
                            series.push(expected);
                        }
                    }
                }
                ExpectedValues::Series { series, by_labels }
            }
        };
        Ok(Expected {
            result,
            string: expected.string.clone(),
            ordered: expected.ordered,
            steps: expected.range_vector.or(steps),
        })
    }

    /// Whether the series must come in the order in which they are listed.
    pub(super) fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// The expected values in the notation of scripts.
    pub(super) fn show(&self) -> String {
        match (&self.string, &self.result) {
            (Some(text), _) => promql_syntax::go_quote(text),
            (None, ExpectedValues::Scalar(number)) => show::sample(&SampleValue::Float(*number)),
            (None, ExpectedValues::Series { series, .. }) => {
                let mut series: Vec<_> = series.iter().collect();
                if !self.ordered {
                    series.sort_by(|a, b| a.labels.cmp(&b.labels));
                }
                let lines = series.iter().map(|series| {
                    show::line(
                        &series.labels,
                        series.values.iter().map(|value| value.value.as_ref()),
                    )
                });
                lines.collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// Says what differs.
    pub(super) fn compare(&self, actual: &Value) -> Result<(), String> {
        match actual {
            Value::Scalar { value, .. } => self.compare_scalar(*value),
            Value::String { value, .. } => match self.string.as_deref().unwrap_or_default() {
                expected if expected == value => Ok(()),
                _ => Err("another string was expected".into()),
            },
            Value::Vector(samples) => self.compare_vector(samples),
            Value::Matrix(series) => self.compare_matrix(series),
        }
    }

    fn compare_scalar(&self, actual: f64) -> Result<(), String> {
        match self.result {
            ExpectedValues::Scalar(expected) if almost_equal(expected, actual, TOLERANCE) => Ok(()),
            ExpectedValues::Scalar(_) => Err("another scalar was expected".into()),
            ExpectedValues::Series { .. } => Err("series were expected, but the result is a scalar".into()),
        }
    }

    fn find(&self, labels: &Labels) -> Result<&ExpectedSeries, String> {
        let ExpectedValues::Series { series, by_labels } = &self.result else {
            return Err("a scalar was expected, but the result has series".into());
        };
        let found = by_labels.get(labels).map(|position| &series[*position]);
        found.ok_or_else(|| format!("the series {} was not expected", show::line(labels, [])))
    }

    fn check_complete<'a>(&self, actual: impl Iterator<Item = &'a Labels>) -> Result<(), String> {
        let ExpectedValues::Series { series, .. } = &self.result else {
            return Err("a scalar was expected, but the result has series".into());
        };
        let actual: std::collections::HashSet<_> = actual.collect();
        match series.iter().find(|series| !actual.contains(&series.labels)) {
            Some(missing) => Err(format!(
                "the series {} is missing",
                show::line(&missing.labels, [])
            )),
            None => Ok(()),
        }
    }

    fn compare_vector(&self, actual: &[Sample]) -> Result<(), String> {
        for (position, sample) in actual.iter().enumerate() {
            let expected = self.find(&sample.labels)?;
            let name = show::line(&sample.labels, []);
            if self.ordered && expected.position != position {
                let (expected, actual) = (expected.position + 1, position + 1);
                return Err(format!(
                    "the series {name} was expected at position {expected}, but is at {actual}"
                ));
            }
            if !expected
                .values
                .first()
                .is_some_and(|expected| same_value(expected, &sample.value))
            {
                return Err(format!("another value was expected for {name}"));
            }
        }
        self.check_complete(actual.iter().map(|sample| &sample.labels))
    }

    fn compare_matrix(&self, actual: &[Series]) -> Result<(), String> {
        if self.ordered {
            return Err("an order was expected, but the result is a range vector, which has none".into());
        }
        if actual.windows(2).any(|pair| pair[0].labels > pair[1].labels) {
            return Err("the series of the result are not sorted by their labels".into());
        }
        for series in actual {
            let expected = self.find(&series.labels)?;
            let name = show::line(&series.labels, []);
            let expected = self
                .at_steps(&expected.values)
                .ok_or_else(|| format!("more values were expected for {name} than the query has steps"))?;
            let actual = show::samples(series);
            if expected.len() != actual.len() {
                return Err(format!(
                    "{} samples were expected for {name}, but there are {}",
                    expected.len(),
                    actual.len()
                ));
            }
            for ((expected_time, expected), (time, value)) in expected.iter().zip(&actual) {
                if expected_time != time || !same_value(expected, value) {
                    let at = promql_syntax::format_duration(*expected_time);
                    return Err(format!("another value was expected for {name} at {at}"));
                }
            }
        }
        self.check_complete(actual.iter().map(|series| &series.labels))
    }

    /// The expected values with their times; nothing where there are more of them than steps.
    fn at_steps<'a>(&self, values: &'a [SequenceValue]) -> Option<Vec<(i64, &'a SequenceValue)>> {
        let mut at_steps = Vec::new();
        for (position, value) in values.iter().enumerate() {
            let steps = self.steps?;
            let time = steps
                .start
                .saturating_add(steps.step.saturating_mul(position as i64));
            if time > steps.end {
                return None;
            }
            if value.value.is_some() {
                at_steps.push((time, value));
            }
        }
        Some(at_steps)
    }
}

fn values(line: &ScriptSeries) -> Result<Vec<SequenceValue>, String> {
    if value_count(&line.items) > MAX_VALUES {
        return Err(format!("an expected series may have {MAX_VALUES} values at most"));
    }
    expand(&line.items)
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}

/// Whether a value is as expected. As in Prometheus, no value in an instant vector stands for zero.
fn same_value(expected: &SequenceValue, actual: &SampleValue) -> bool {
    match (
        expected.value.as_ref().unwrap_or(&SampleValue::Float(0.0)),
        actual,
    ) {
        (SampleValue::Float(a), SampleValue::Float(b)) => almost_equal(*a, *b, TOLERANCE),
        (SampleValue::Histogram(a), SampleValue::Histogram(b)) => {
            same_histogram(a, b) && (!expected.hint_given || a.counter_reset_hint == b.counter_reset_hint)
        }
        _ => false,
    }
}

/// Whether two histograms are almost the same, whatever empty buckets they have.
fn same_histogram(a: &FloatHistogram, b: &FloatHistogram) -> bool {
    let [mut a, mut b] = [a.clone(), b.clone()];
    let [a, b] = [a.compact(0), b.compact(0)];
    let almost = |a: f64, b: f64| almost_equal(a, b, TOLERANCE);
    let same_side = |a: &Buckets, b: &Buckets| {
        a.same_layout(b)
            && a.counts.len() == b.counts.len()
            && a.counts.iter().zip(&b.counts).all(|(a, b)| almost(*a, *b))
    };
    a.schema == b.schema
        && a.zero_threshold == b.zero_threshold
        && (!a.uses_custom_buckets() || a.custom_values == b.custom_values)
        && almost(a.count, b.count)
        && almost(a.sum, b.sum)
        && almost(a.zero_count, b.zero_count)
        && same_side(&a.positive, &b.positive)
        && same_side(&a.negative, &b.negative)
}

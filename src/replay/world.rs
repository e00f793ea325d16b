//! What a replay evaluates against: the series, the engine, and what surrounds the alerts.

use std::ops::Range;

use gotemplate::prometheus::Sample as TemplateSample;
use promql_engine::{Engine, EvalError, Query, Sample, SampleValue, Storage, Value};
use promql_syntax::ParseOptions;

use super::template::histogram_of;

/// The world of one test.
pub(super) struct World<'t> {
    /// All series, those of the input and those that rules have written.
    pub(super) storage: Storage,
    /// Evaluates the expressions.
    pub(super) engine: Engine,
    /// What templates see as `$externalLabels`.
    pub(super) external_labels: &'t [(String, String)],
    /// What templates see as `$externalURL`.
    pub(super) external_url: &'t str,
}

impl World<'_> {
    /// The instant vector that a rule's query returns at a time in milliseconds since the epoch. A scalar is
    /// a vector of one sample without labels.
    pub(super) fn vector(&self, query: &Query, at: i64) -> Result<Vec<Sample>, String> {
        let result = self
            .engine
            .instant(&self.storage, query, at)
            .map_err(|e: EvalError| e.to_string())?;
        match result.value {
            Value::Vector(samples) => Ok(samples),
            Value::Scalar { timestamp, value } => Ok(vec![Sample {
                labels: Default::default(),
                timestamp,
                value: SampleValue::Float(value),
            }]),
            Value::String { .. } | Value::Matrix(_) => {
                Err("rule result is not a vector or scalar".to_owned())
            }
        }
    }

    /// Answers the function `query` of templates.
    pub(super) fn template_query(&self, expression: &str, at: i64) -> Result<Vec<TemplateSample>, String> {
        let expr = promql_syntax::parse_valid(expression, &ParseOptions::ALL).map_err(|errors| {
            errors
                .first()
                .map_or(String::new(), |e| e.promql_text(expression))
        })?;
        let samples = self.vector(&Query::new(expression, expr), at)?;
        let sample = |sample: Sample| TemplateSample {
            labels: sample
                .labels
                .iter()
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .collect(),
            value: match &sample.value {
                SampleValue::Float(value) => gotemplate::prometheus::SampleValue::Float(*value),
                SampleValue::Histogram(histogram) => histogram_of(histogram),
            },
        };
        Ok(samples.into_iter().map(sample).collect())
    }
}

/// Something that is wrong with a test before anything is evaluated.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// The kind of failure, as in [`crate::outcome::Failure::kind`].
    pub(super) kind: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// Where in the test file, in bytes.
    pub(super) range: Range<usize>,
}

//! What a replay evaluates against: the series, the engine, and what surrounds the alerts.

use std::ops::Range;

use gotemplate::prometheus::Sample as TemplateSample;
use promql_engine::{Engine, Instants, Query, Sample, SampleValue, Storage, Value};
use promql_syntax::ParseOptions;

use super::template::template_value;

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
        let result = self.engine.instant(&self.storage, query, at);
        match result.map_err(|e| e.to_string())?.value {
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

    /// What [`World::vector`] returns at each of several times.
    pub(super) fn vectors(&self, query: &Query, start: i64, end: i64, step: i64) -> Result<Instants, String> {
        let instants = self.engine.instants(&self.storage, query, start, end, step);
        instants.map_err(|e| e.to_string())
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
            value: template_value(&sample.value),
        };
        Ok(samples.into_iter().map(sample).collect())
    }
}

/// Something that keeps a test from being judged.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// The kind of failure, as in [`crate::outcome::Failure::kind`].
    pub(super) kind: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// Where in the test file, in bytes.
    pub(super) range: Range<usize>,
}

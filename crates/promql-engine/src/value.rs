//! What a query returns, in the form and order of Prometheus.

use std::sync::Arc;

use crate::annotations::Annotations;
use crate::columns::{Columns, ValueRef};
use crate::histogram::FloatHistogram;
use crate::labels::Labels;
use crate::sample::SampleValue;
use crate::steps::Steps;

/// A query's value with what the evaluation had to say about it.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// The value.
    pub value: Value,
    /// Warnings and infos.
    pub annotations: Annotations,
}

/// The value of a query. Timestamps are milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Scalar {
        /// When.
        timestamp: i64,
        /// The number.
        value: f64,
    },
    /// A string.
    String {
        /// When.
        timestamp: i64,
        /// The text.
        value: String,
    },
    /// One sample for each series, in the order in which Prometheus returns them.
    Vector(Vec<Sample>),
    /// Several samples for each series, sorted by labels.
    Matrix(Vec<Series>),
}

/// An element of an instant vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The labels.
    pub labels: Labels,
    /// When: the time of the evaluation.
    pub timestamp: i64,
    /// The value.
    pub value: SampleValue,
}

/// A series of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The labels.
    pub labels: Labels,
    /// The float samples in order of time.
    pub floats: Vec<(i64, f64)>,
    /// The histogram samples in order of time.
    pub histograms: Vec<(i64, Arc<FloatHistogram>)>,
}

/// Instant vectors at several times.
#[derive(Debug)]
pub struct Instants {
    pub(crate) columns: Columns,
    pub(crate) steps: Steps,
}

impl Instants {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.steps.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The vector at the time with this number, from 0. Empty where there is no such time.
    pub fn vector(&self, number: usize) -> Vec<Sample> {
        if number >= self.len() {
            return Vec::new();
        }
        let timestamp = self.steps.at(number);
        let labels = self.columns.set.labels.iter().enumerate();
        let samples = labels.filter_map(|(series, labels)| {
            let value = match self.columns.get(series, number)? {
                ValueRef::Float(value) => SampleValue::Float(value),
                ValueRef::Histogram(histogram) => SampleValue::Histogram(Arc::clone(histogram)),
            };
            Some(Sample {
                labels: labels.clone(),
                timestamp,
                value,
            })
        });
        samples.collect()
    }
}

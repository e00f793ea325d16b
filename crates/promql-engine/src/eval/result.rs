//! The result of a query, in the form and order of Prometheus.

use std::sync::Arc;

use promql_syntax::ast::ValueType;

use super::{Evaluator, rows};
use crate::call::{Evaluated, Scalar};
use crate::columns::{Columns, SeriesSet, ValueRef};
use crate::error::EvalError;
use crate::labels::Labels;
use crate::plan::Node;
use crate::steps::Steps;
use crate::value::{Instants, Series, Value};

impl Evaluator<'_> {
    /// The value of a query.
    pub(crate) fn result(&mut self, root: &Node, steps: Steps) -> Result<Value, EvalError> {
        let is_range_query = self.query.step != 0;
        if root.value_type == ValueType::RangeVector
            || (is_range_query && root.value_type == ValueType::String)
        {
            if is_range_query {
                let found = if root.value_type == ValueType::String {
                    "string"
                } else {
                    "range vector"
                };
                return Err(EvalError::new(format!(
                    "invalid expression type {found:?} for range query, must be Scalar or instant Vector"
                )));
            }
            return self.range_result(root, steps);
        }
        Ok(match self.eval(root, steps)? {
            Evaluated::Scalar(scalar) if is_range_query => Value::Matrix(scalar_series(&scalar, steps)),
            Evaluated::Scalar(scalar) => Value::Scalar {
                timestamp: steps.start,
                value: scalar.at(0),
            },
            Evaluated::String(text) => Value::String {
                timestamp: steps.start,
                value: text.to_string(),
            },
            Evaluated::Vector(columns) => {
                let columns = self.without_dropped_names(columns)?;
                if is_range_query {
                    Value::Matrix(matrix(&columns, steps))
                } else {
                    Value::Vector(Instants { columns, steps }.vector(0))
                }
            }
        })
    }

    /// The value of a query at all steps, where it is a vector or a scalar.
    pub(crate) fn instants(&mut self, root: &Node, steps: Steps) -> Result<Instants, EvalError> {
        let columns = match root.value_type {
            ValueType::Scalar | ValueType::InstantVector => match self.eval(root, steps)? {
                Evaluated::Vector(columns) => self.without_dropped_names(columns)?,
                Evaluated::Scalar(scalar) => {
                    let mut columns = Columns::absent(SeriesSet::new(vec![Labels::empty()]), steps.count);
                    for (step, value) in columns.column_mut(0).iter_mut().enumerate() {
                        *value = scalar.at(step);
                    }
                    columns
                }
                Evaluated::String(_) => Columns::empty(steps.count),
            },
            ValueType::String | ValueType::RangeVector => {
                return Err(EvalError::new("the result is not a vector or scalar"));
            }
        };
        Ok(Instants { columns, steps })
    }

    /// Removes the names whose removal was left for the end.
    fn without_dropped_names(&self, mut columns: Columns) -> Result<Columns, EvalError> {
        if !self.options.delayed_name_removal {
            return Ok(columns);
        }
        columns.set = columns.set.finished();
        rows::merge_equal_labels(columns)
    }
}

fn scalar_series(scalar: &Scalar, steps: Steps) -> Vec<Series> {
    vec![Series {
        labels: Labels::empty(),
        floats: steps
            .iter()
            .enumerate()
            .map(|(step, time)| (time, scalar.at(step)))
            .collect(),
        histograms: Vec::new(),
    }]
}

fn matrix(columns: &Columns, steps: Steps) -> Vec<Series> {
    let mut matrix = Vec::new();
    for (series, labels) in columns.set.labels.iter().enumerate() {
        let mut floats = Vec::new();
        let mut histograms = Vec::new();
        for (step, time) in steps.iter().enumerate() {
            match columns.get(series, step) {
                Some(ValueRef::Float(value)) => floats.push((time, value)),
                Some(ValueRef::Histogram(histogram)) => histograms.push((time, Arc::clone(histogram))),
                None => {}
            }
        }
        if !floats.is_empty() || !histograms.is_empty() {
            matrix.push(Series {
                labels: labels.clone(),
                floats,
                histograms,
            });
        }
    }
    matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
    matrix
}

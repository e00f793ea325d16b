//! `count_values`: a series for each value that the series of a group have.

use std::collections::HashMap;

use super::group::group_labels;
use super::{Evaluator, rows};
use crate::call::Duplicates;
use crate::columns::{Columns, SeriesSet, ValueRef};
use crate::error::EvalError;
use crate::gofmt;
use crate::labels::{Labels, LabelsMap, is_valid_label_name};
use crate::plan::{Aggregate, Kind};
use crate::steps::Steps;

impl Evaluator<'_> {
    pub(super) fn count_values(&mut self, aggregate: &Aggregate, steps: Steps) -> Result<Columns, EvalError> {
        let label = match aggregate.param.as_ref().map(|param| &param.kind) {
            Some(Kind::String(label)) => label.as_ref(),
            _ => return Err(EvalError::new("count_values needs the name of a label")),
        };
        if !is_valid_label_name(label) {
            return Err(EvalError::new(format!(
                "invalid label name {}",
                aggregate.param_text
            )));
        }
        let before = self.budget.held();
        let input = self.eval_vector(&aggregate.expr, steps)?;

        let mut rows: LabelsMap<usize> = LabelsMap::default();
        let mut labels = Vec::new();
        let mut counts: Vec<(usize, usize)> = Vec::new();
        // The groups of one series by the text of its value.
        let mut known: HashMap<String, usize> = HashMap::new();
        for series in 0..input.set.len() {
            known.clear();
            for step in 0..steps.count {
                let text = match input.get(series, step) {
                    Some(ValueRef::Float(value)) => gofmt::float_f(value),
                    Some(ValueRef::Histogram(histogram)) => histogram.to_string(),
                    None => continue,
                };
                let row = *known.entry(text).or_insert_with_key(|text| {
                    let group = value_group(&input.set.labels[series], aggregate, label, text);
                    *rows.entry(group).or_insert_with_key(|group| {
                        labels.push(group.clone());
                        labels.len() - 1
                    })
                });
                counts.push((row, step));
            }
        }
        self.budget.check_cells(labels.len(), steps.count)?;
        let mut result = Columns::absent(SeriesSet::new(labels), steps.count);
        for (row, step) in counts {
            let count = match result.get(row, step) {
                Some(ValueRef::Float(count)) => count,
                _ => 0.0,
            };
            result.column_mut(row)[step] = count + 1.0;
        }
        self.budget.call(before, input.set.len(), &result)?;
        rows::apply(result, Duplicates::ByStep, self.options.delayed_name_removal)
    }
}

/// The group of a series with a value: the value's label belongs to the grouping.
fn value_group(series: &Labels, aggregate: &Aggregate, label: &str, text: &str) -> Labels {
    let with_value = series.builder().set(label, text).build();
    if aggregate.without {
        return group_labels(&with_value, aggregate);
    }
    let mut group = group_labels(&with_value, aggregate).builder();
    group.set(label, text).build()
}

//! Subqueries: an expression on a grid of its own, its result read as a range vector.

use std::sync::Arc;

use super::range::RangeVector;
use super::{Evaluator, values};
use crate::columns::{Columns, ValueRef};
use crate::error::EvalError;
use crate::histogram::FloatHistogram;
use crate::plan::{At, Subquery};
use crate::samples::Samples;
use crate::steps::Steps;

impl<'a> Evaluator<'a> {
    pub(super) fn eval_subquery(
        &mut self,
        subquery: &Subquery,
        steps: Steps,
    ) -> Result<RangeVector<'a>, EvalError> {
        let (grid, shift) = self.subquery_steps(subquery, steps)?;
        let outer_shift = std::mem::replace(&mut self.fixed_time_shift, shift);
        let columns = self.eval_vector(&subquery.expr, grid);
        self.fixed_time_shift = outer_shift;
        let columns = columns?;
        let held = self.budget.samples(&columns);
        let data = (0..columns.set.len())
            .map(|series| ComputedSamples::of_row(&columns, series, grid))
            .collect();
        let ends = self.lookup_times(subquery.at, subquery.offset, steps);
        Ok(RangeVector::computed(
            columns.set,
            data,
            subquery.range,
            ends,
            held,
        ))
    }

    /// The times at which a subquery's expression is evaluated: the multiples of its step from the start of the
    /// first range on, which is itself excluded, up to the end of the last. Also the shift of fixed times within it.
    fn subquery_steps(&self, subquery: &Subquery, steps: Steps) -> Result<(Steps, i64), EvalError> {
        let interval = subquery.step.unwrap_or(self.options.default_subquery_step_ms);
        if interval <= 0 {
            return Err(EvalError::new(
                "unexpected error: runtime error: integer divide by zero",
            ));
        }
        // A fixed time is an offset from the first step.
        let fixed = match subquery.at {
            At::Step => None,
            At::Time(time) | At::FromFirstStep(time) => Some(time),
            At::QueryStart => Some(self.query.start),
            At::QueryEnd => Some(self.query.end),
        };
        let (offset, shift) = match fixed {
            Some(time) => {
                let offset = subquery.offset.saturating_add(steps.start.saturating_sub(time));
                (offset.saturating_sub(self.fixed_time_shift), offset)
            }
            None => (
                subquery.offset,
                self.fixed_time_shift.saturating_add(subquery.offset),
            ),
        };
        let end = steps.end().saturating_sub(offset);
        let open = steps
            .start
            .saturating_sub(offset)
            .saturating_sub(subquery.range.millis);
        let mut start = interval.saturating_mul(open / interval);
        if start <= open {
            start = start.saturating_add(interval);
        }
        let shift = if start == steps.start { shift } else { 0 };
        Ok((Steps::range(start, end, interval), shift))
    }
}

/// Samples that have been computed.
#[derive(Default)]
pub(super) struct ComputedSamples {
    times: Vec<i64>,
    floats: Vec<f64>,
    histogram_times: Vec<i64>,
    histograms: Vec<Arc<FloatHistogram>>,
}

impl ComputedSamples {
    /// The values of a row.
    fn of_row(columns: &Columns, series: usize, grid: Steps) -> Self {
        let mut samples = ComputedSamples::default();
        for step in 0..columns.steps {
            match columns.get(series, step) {
                Some(ValueRef::Float(value)) => {
                    samples.times.push(grid.at(step));
                    samples.floats.push(value);
                }
                Some(ValueRef::Histogram(histogram)) => {
                    samples.histogram_times.push(grid.at(step));
                    // Samples may be missing or repeated, so hints about resets between them do not hold.
                    samples
                        .histograms
                        .push(values::without_reset_hint(histogram, false));
                }
                None => {}
            }
        }
        samples
    }

    pub(super) fn samples(&self) -> Samples<'_> {
        Samples {
            times: &self.times,
            floats: &self.floats,
            histogram_times: &self.histogram_times,
            histograms: &self.histograms,
            ..Samples::default()
        }
    }
}

//! `sum` and `avg` where histograms are among the values.
//!
//! A group has a result at a step if its values there are all floats or all histograms whose buckets can be brought
//! together.

use std::sync::Arc;

use promql_syntax::Span;
use promql_syntax::ast::AggregateOp;

use super::Evaluator;
use super::aggregate::Mean;
use super::group::Groups;
use crate::annotations::{Annotation, Annotations, HistogramOperation};
use crate::columns::{Columns, ValueRef};
use crate::histogram::{Combined, CounterResetHint, FloatHistogram, IncompatibleSchemas};
use crate::kahan::KahanSum;
use crate::plan::Aggregate;

impl Evaluator<'_> {
    pub(super) fn combine_histograms(
        &mut self,
        op: AggregateOp,
        aggregate: &Aggregate,
        input: &Columns,
        groups: &Groups,
        result: &mut Columns,
    ) {
        let steps = input.steps;
        let span = aggregate.expr.span;
        let mut remarks = Remarks::default();
        let mut cells: Vec<Option<Cell>> = Vec::new();
        cells.resize_with(groups.len() * steps, || None);
        for (series, group) in groups.of.iter().enumerate() {
            for step in 0..steps {
                let Some(value) = input.get(series, step) else {
                    continue;
                };
                let cell = &mut cells[group * steps + step];
                match cell {
                    None => *cell = Some(Cell::new(value)),
                    Some(cell) => match cell.add(op, value) {
                        Ok(reconciled) => remarks.reconciled |= reconciled,
                        Err(IncompatibleSchemas) => {
                            let name = input.set.labels[series].metric_name();
                            self.annotations
                                .add(Annotation::mixed_exponential_custom(name, span));
                        }
                    },
                }
            }
        }
        for (index, cell) in cells.into_iter().enumerate() {
            let (group, step) = (index / steps, index % steps);
            let Some(cell) = cell else {
                continue;
            };
            match cell.finish(op, &mut remarks) {
                Some(Total::Float(value)) => result.column_mut(group)[step] = value,
                Some(Total::Histogram(histogram)) => {
                    result.writer(group).set_histogram(step, Arc::new(histogram));
                }
                None => {}
            }
        }
        remarks.annotate(span, &mut self.annotations);
    }
}

/// What has come up in any group at any step.
#[derive(Default)]
struct Remarks {
    /// Custom buckets had to be reduced to those in common.
    reconciled: bool,
    /// Floats and histograms were in one group.
    mixed: bool,
    /// Histograms disagreed on whether their counters were reset.
    collision: bool,
}

impl Remarks {
    fn annotate(self, span: Span, annotations: &mut Annotations) {
        let operation = HistogramOperation::Aggregation;
        if self.reconciled {
            annotations.add(Annotation::custom_buckets_reconciled(operation, span));
        }
        if self.mixed {
            annotations.add(Annotation::mixed_floats_histograms_in_aggregation(span));
        }
        if self.collision {
            annotations.add(Annotation::counter_reset_collision(operation, span));
        }
    }
}

/// The values of a group at a step so far.
struct Cell {
    sum: KahanSum,
    mean: Mean,
    has_float: bool,
    has_histogram: bool,
    histogram: Option<HistogramTotal>,
    incompatible: bool,
    reset_seen: bool,
    not_reset_seen: bool,
    count: f64,
}

/// A sum of histograms, or, once that overflows, their mean.
struct HistogramTotal {
    value: FloatHistogram,
    compensation: Option<FloatHistogram>,
    is_mean: bool,
}

enum Total {
    Float(f64),
    Histogram(FloatHistogram),
}

impl Cell {
    fn new(value: ValueRef<'_>) -> Self {
        let mut cell = Cell {
            sum: KahanSum::default(),
            mean: Mean::NONE,
            has_float: false,
            has_histogram: false,
            histogram: None,
            incompatible: false,
            reset_seen: false,
            not_reset_seen: false,
            count: 1.0,
        };
        match value {
            ValueRef::Float(value) => {
                cell.has_float = true;
                cell.sum = KahanSum::new(value);
                cell.mean.add(value);
            }
            ValueRef::Histogram(histogram) => {
                cell.has_histogram = true;
                cell.see_hint(histogram);
                cell.histogram = Some(HistogramTotal {
                    value: FloatHistogram::clone(histogram),
                    compensation: None,
                    is_mean: false,
                });
            }
        }
        cell
    }

    fn see_hint(&mut self, histogram: &FloatHistogram) {
        match histogram.counter_reset_hint {
            CounterResetHint::Reset => self.reset_seen = true,
            CounterResetHint::NotReset => self.not_reset_seen = true,
            CounterResetHint::Unknown | CounterResetHint::Gauge => {}
        }
    }

    /// Takes in another value; says whether custom buckets had to be reduced.
    fn add(&mut self, op: AggregateOp, value: ValueRef<'_>) -> Result<bool, IncompatibleSchemas> {
        if self.incompatible {
            return Ok(false);
        }
        self.count += 1.0;
        let histogram = match value {
            ValueRef::Float(value) => {
                self.has_float = true;
                self.sum.add(value);
                self.mean.add(value);
                return Ok(false);
            }
            ValueRef::Histogram(histogram) => histogram,
        };
        self.has_histogram = true;
        if self.histogram.is_none() {
            // The group has a float, so it has no result anyway.
            return Ok(false);
        }
        self.see_hint(histogram);
        let Some(total) = &mut self.histogram else {
            return Ok(false);
        };
        let added = match op {
            AggregateOp::Avg => total.add_to_mean(histogram, self.count),
            _ => total.value.kahan_add(histogram, &mut total.compensation),
        };
        self.incompatible = added.is_err();
        Ok(added?.custom_buckets_reconciled)
    }

    fn finish(self, op: AggregateOp, remarks: &mut Remarks) -> Option<Total> {
        if self.has_float && self.has_histogram {
            remarks.mixed = true;
            return None;
        }
        if self.incompatible {
            return None;
        }
        remarks.collision |= self.reset_seen && self.not_reset_seen;
        let is_mean = op == AggregateOp::Avg;
        match self.histogram {
            Some(total) => Some(Total::Histogram(total.finish(if is_mean {
                self.count
            } else {
                1.0
            }))),
            None if is_mean => self.mean.value().map(Total::Float),
            None => Some(Total::Float(self.sum.total())),
        }
    }
}

impl HistogramTotal {
    /// Adds the histogram that makes the sum one of `count`.
    fn add_to_mean(
        &mut self,
        histogram: &FloatHistogram,
        count: f64,
    ) -> Result<Combined, IncompatibleSchemas> {
        if !self.is_mean {
            let mut value = self.value.clone();
            let mut compensation = self.compensation.clone();
            let combined = value.kahan_add(histogram, &mut compensation)?;
            if !value.has_overflow() {
                self.value = value;
                self.compensation = compensation;
                return Ok(combined);
            }
            self.is_mean = true;
            self.value.div(count - 1.0);
            if let Some(compensation) = &mut self.compensation {
                compensation.div(count - 1.0);
            }
        }
        let share = (count - 1.0) / count;
        if let Some(compensation) = &mut self.compensation {
            compensation.mul(share);
        }
        let mut part = histogram.clone();
        part.div(count);
        self.value.mul(share).kahan_add(&part, &mut self.compensation)
    }

    /// The sum divided by `divisor`, or the mean where it is one already.
    fn finish(self, divisor: f64) -> FloatHistogram {
        let mut value = self.value;
        let mut compensation = self.compensation;
        if !self.is_mean && divisor != 1.0 {
            value.div(divisor);
            if let Some(compensation) = &mut compensation {
                compensation.div(divisor);
            }
        }
        if let Some(compensation) = &compensation {
            // Histograms that could be added before cannot be incompatible now.
            let _ = value.add(compensation);
        }
        value.compact(0);
        value
    }
}

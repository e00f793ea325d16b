//! Evaluation of a plan over a storage, at all steps at once.
//!
//! Every node returns its value at all steps ([`Evaluated`]). Work that depends on which series there are, but not
//! on their values (resolved selectors, groups, pairs of matching series), is done once for a set of series and
//! remembered in the node's slot, beyond the evaluation too.
//!
//! This room knows how samples are selected, matched, grouped and counted; what a function computes is in `functions`.

mod aggregate;
mod binary;
mod budget;
mod call;
mod count_values;
mod group;
mod histogram_aggregate;
mod info;
mod matching;
mod pick;
mod range;
mod range_result;
mod result;
mod rows;
mod select;
mod setop;
mod smooth;
mod subquery;
mod totals;
mod values;

#[cfg(test)]
mod tests;

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use promql_syntax::with_enough_stack;

use crate::annotations::Annotations;
use crate::call::{Evaluated, Scalar};
use crate::columns::{Columns, is_absent};
use crate::engine::EngineOptions;
use crate::error::EvalError;
use crate::plan::{At, Bound, Kind, Node};
use crate::steps::Steps;
use crate::storage::Storage;

pub(crate) use budget::Budget;
use rows::merge_equal_labels;

/// What the nodes of a plan remember, one slot for each.
pub(crate) type Slots = Vec<Option<Box<dyn Any + Send>>>;

/// When a query is evaluated, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueryTimes {
    /// The first time.
    pub(crate) start: i64,
    /// The last time, as asked for.
    pub(crate) end: i64,
    /// The step; 0 for an instant query.
    pub(crate) step: i64,
}

/// Evaluates the nodes of a plan.
pub(crate) struct Evaluator<'a> {
    /// Where the series are.
    pub(crate) storage: &'a Storage,
    /// How to evaluate.
    pub(crate) options: &'a EngineOptions,
    /// When the query is evaluated.
    pub(crate) query: QueryTimes,
    /// What the nodes remember.
    pub(crate) slots: &'a mut Slots,
    /// What there is to say.
    pub(crate) annotations: Annotations,
    /// How many samples are held.
    pub(crate) budget: Budget,
    /// When to give up.
    pub(crate) deadline: Option<Instant>,
    /// By how much fixed times are off within the subqueries around; see [`Evaluator::selector_times`].
    pub(crate) fixed_time_shift: i64,
}

/// The times at which samples are looked up, one for each step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookupTimes {
    first: i64,
    /// 0 where all steps look at the same time.
    stride: i64,
}

impl LookupTimes {
    #[inline]
    fn at(&self, step: usize) -> i64 {
        self.first.saturating_add(self.stride.wrapping_mul(step as i64))
    }

    fn is_fixed(&self) -> bool {
        self.stride == 0
    }
}

impl<'a> Evaluator<'a> {
    /// The value of a node at all steps.
    pub(crate) fn eval(&mut self, node: &Node, steps: Steps) -> Result<Evaluated, EvalError> {
        self.check_deadline()?;
        with_enough_stack(|| self.eval_kind(node, steps))
    }

    fn eval_kind(&mut self, node: &Node, steps: Steps) -> Result<Evaluated, EvalError> {
        match &node.kind {
            Kind::Number(value) => self.constant(*value, steps),
            Kind::Bound(bound) => self.constant(self.bound(*bound), steps),
            Kind::String(text) => Ok(Evaluated::String(Arc::clone(text))),
            Kind::Selector(selector) => Ok(Evaluated::Vector(self.eval_selector(node, selector, steps)?)),
            Kind::RangeSelector(_) | Kind::Subquery(_) => {
                Err(EvalError::new("a range vector stands where a value is needed"))
            }
            Kind::Negate(inner) => self.negate(node, inner, steps),
            Kind::Binary(binary) => self.eval_binary(node, binary, steps),
            Kind::Aggregate(aggregate) => Ok(Evaluated::Vector(self.eval_aggregate(node, aggregate, steps)?)),
            Kind::Call(call) => self.eval_call(node, call, steps),
            Kind::StepInvariant(inner) => self.eval_invariant(inner, steps),
        }
    }

    /// The value of a node that is an instant vector.
    fn eval_vector(&mut self, node: &Node, steps: Steps) -> Result<Columns, EvalError> {
        match self.eval(node, steps)? {
            Evaluated::Vector(columns) => Ok(columns),
            _ => Err(EvalError::new("an instant vector is needed")),
        }
    }

    fn constant(&mut self, value: f64, steps: Steps) -> Result<Evaluated, EvalError> {
        self.budget.add(steps.count)?;
        Ok(Evaluated::Scalar(Scalar::Constant(value)))
    }

    fn bound(&self, bound: Bound) -> f64 {
        let QueryTimes { start, end, step } = self.query;
        match bound {
            Bound::Start => start as f64 / 1000.0,
            Bound::End => end as f64 / 1000.0,
            Bound::Range => (end - start) as f64 / 1000.0,
            Bound::Step if start == end => 0.0,
            Bound::Step => step as f64 / 1000.0,
        }
    }

    fn negate(&mut self, node: &Node, inner: &Node, steps: Steps) -> Result<Evaluated, EvalError> {
        match self.eval(inner, steps)? {
            Evaluated::Scalar(Scalar::Constant(value)) => Ok(Evaluated::Scalar(Scalar::Constant(-value))),
            Evaluated::Scalar(Scalar::PerStep(mut values)) => {
                values.iter_mut().for_each(|value| *value = -*value);
                Ok(Evaluated::Scalar(Scalar::PerStep(values)))
            }
            Evaluated::Vector(mut columns) => {
                columns.set = columns.set.dropping_names(self.options.delayed_name_removal);
                for value in &mut columns.floats {
                    if !is_absent(*value) {
                        *value = -*value;
                    }
                }
                for histogram in columns.histograms.iter_mut().flatten().flatten() {
                    *histogram = Arc::new(values::negated(histogram));
                }
                if !self.options.delayed_name_removal {
                    columns = merge_equal_labels(columns)?;
                }
                Ok(Evaluated::Vector(columns))
            }
            Evaluated::String(_) => Err(EvalError::new(format!(
                "a string cannot be negated at {:?}",
                node.span
            ))),
        }
    }

    /// Evaluates once, at the first step, and repeats the value.
    fn eval_invariant(&mut self, inner: &Node, steps: Steps) -> Result<Evaluated, EvalError> {
        let once = Steps {
            count: steps.count.min(1),
            ..steps
        };
        let value = self.eval(inner, once)?;
        if steps.count == once.count {
            return Ok(value);
        }
        Ok(match value {
            Evaluated::Scalar(scalar) => {
                self.budget.add(steps.count - 1)?;
                Evaluated::Scalar(Scalar::Constant(scalar.at(0)))
            }
            Evaluated::Vector(columns) => {
                let samples = self.budget.samples(&columns);
                self.budget.add(samples.saturating_mul(steps.count - 1))?;
                self.budget.check_cells(columns.set.len(), steps.count)?;
                Evaluated::Vector(columns.repeated(steps.count))
            }
            text @ Evaluated::String(_) => text,
        })
    }

    /// The times at which samples are looked up.
    fn lookup_times(&self, at: At, offset: i64, steps: Steps) -> LookupTimes {
        let (first, stride) = match at {
            At::Step => (steps.start, steps.interval),
            At::Time(time) => (time, 0),
            At::QueryStart => (self.query.start, 0),
            At::QueryEnd => (self.query.end, 0),
            At::FromFirstStep(time) => (time, steps.interval),
        };
        LookupTimes {
            first: first.saturating_sub(offset),
            stride,
        }
    }

    /// The times at which a selector looks samples up.
    ///
    /// Prometheus turns a fixed time (`@`) into an offset, and corrects it for the subqueries around it: before the
    /// evaluation with their offsets, and again where a subquery begins. The second correction, which undoes the
    /// first, is left out where the subquery's first step is the time of evaluation; the fixed time is then off by
    /// the subquery's offset.
    fn selector_times(&self, at: At, offset: i64, steps: Steps) -> LookupTimes {
        let mut times = self.lookup_times(at, offset, steps);
        if times.is_fixed() {
            times.first = times.first.saturating_add(self.fixed_time_shift);
        }
        times
    }

    fn check_deadline(&self) -> Result<(), EvalError> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(EvalError::Timeout("expression evaluation")),
            _ => Ok(()),
        }
    }

    /// Takes what a node remembers, to be put back.
    fn take<T: Default + Send + 'static>(&mut self, slot: usize) -> Box<T> {
        self.slots[slot]
            .take()
            .and_then(|memory| memory.downcast().ok())
            .unwrap_or_default()
    }

    fn put<T: Send + 'static>(&mut self, slot: usize, memory: Box<T>) {
        self.slots[slot] = Some(memory);
    }
}

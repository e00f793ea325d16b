//! Aggregations that make one series of each group.
//!
//! Series are taken one after the other, each at all its steps, so every group adds up its values in the order in
//! which Prometheus does.

use std::sync::Arc;

use promql_syntax::ast::AggregateOp;

use super::Evaluator;
use super::group::{Groups, live_order};
use crate::annotations::Annotation;
use crate::call::{Evaluated, Scalar};
use crate::columns::{Columns, SeriesSet, ValueRef, is_absent};
use crate::error::EvalError;
use crate::functions;
use crate::gomath;
use crate::kahan::KahanSum;
use crate::plan::{Aggregate, Node};
use crate::sample::NORMAL_NAN;
use crate::steps::Steps;

/// The parameter of an aggregation over all steps.
pub(super) struct Parameter {
    pub(super) values: Scalar,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) has_nan: bool,
}

impl Evaluator<'_> {
    pub(super) fn eval_aggregate(
        &mut self,
        node: &Node,
        aggregate: &Aggregate,
        steps: Steps,
    ) -> Result<Columns, EvalError> {
        if aggregate.op == AggregateOp::CountValues {
            return self.count_values(aggregate, steps);
        }
        let before = self.budget.held();
        let parameter = match &aggregate.param {
            Some(param) => Some(self.parameter(param, steps)?),
            None => None,
        };
        let input = self.eval_vector(&aggregate.expr, steps)?;
        let groups = self.groups(node.slot, aggregate, &input.set);
        let result = match (aggregate.op, &parameter) {
            (
                AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk | AggregateOp::LimitRatio,
                Some(parameter),
            ) => self.pick(node, aggregate, parameter, &input, &groups)?,
            (AggregateOp::Quantile, Some(parameter)) => {
                let values = self.quantile(aggregate, parameter, &input, &groups);
                self.in_live_order(node.slot, values, &input, &groups)
            }
            (op, None) => {
                let values = self.combine(op, aggregate, &input, &groups);
                self.in_live_order(node.slot, values, &input, &groups)
            }
            _ => return Err(EvalError::new("unexpected parameter of an aggregation")),
        };
        self.budget.set(before);
        let samples = self.budget.samples(&result);
        self.budget.add_unchecked(samples);
        Ok(result)
    }

    fn parameter(&mut self, param: &Node, steps: Steps) -> Result<Parameter, EvalError> {
        let Evaluated::Scalar(values) = self.eval(param, steps)? else {
            return Err(EvalError::new("the parameter of an aggregation must be a scalar"));
        };
        let (min, max, has_nan) = match &values {
            Scalar::Constant(value) => (*value, *value, value.is_nan()),
            Scalar::PerStep(values) => {
                values
                    .iter()
                    .fold((f64::MAX, -f64::MAX, false), |(min, max, has_nan), value| {
                        (
                            gomath::min(min, *value),
                            gomath::max(max, *value),
                            has_nan || value.is_nan(),
                        )
                    })
            }
        };
        Ok(Parameter {
            values,
            min,
            max,
            has_nan,
        })
    }

    /// The aggregations that need nothing but the values.
    fn combine(
        &mut self,
        op: AggregateOp,
        aggregate: &Aggregate,
        input: &Columns,
        groups: &Groups,
    ) -> Columns {
        let mut result = Columns::absent(Arc::clone(&groups.set), input.steps);
        match op {
            AggregateOp::Sum if input.histograms.is_none() => sum_floats(input, groups, &mut result),
            AggregateOp::Avg if input.histograms.is_none() => average_floats(input, groups, &mut result),
            AggregateOp::Sum | AggregateOp::Avg => {
                self.combine_histograms(op, aggregate, input, groups, &mut result);
            }
            AggregateOp::Count => fold(input, groups, &mut result, |_| 1.0, |count, _| count + 1.0),
            AggregateOp::Group => fold(input, groups, &mut result, |_| 1.0, |one, _| one),
            AggregateOp::Min => {
                self.ignore_histograms(op, aggregate, input);
                fold_floats(input, groups, &mut result, |a, b| {
                    if a > b || a.is_nan() { b } else { a }
                });
            }
            AggregateOp::Max => {
                self.ignore_histograms(op, aggregate, input);
                fold_floats(input, groups, &mut result, |a, b| {
                    if a < b || a.is_nan() { b } else { a }
                });
            }
            _ => {
                self.ignore_histograms(op, aggregate, input);
                let finish = if op == AggregateOp::Stddev {
                    f64::sqrt
                } else {
                    |variance| variance
                };
                variance(input, groups, &mut result, finish);
            }
        }
        result
    }

    /// Says once that histograms were left out, where any were.
    pub(super) fn ignore_histograms(&mut self, op: AggregateOp, aggregate: &Aggregate, input: &Columns) {
        if input.has_histograms() {
            let span = aggregate.expr.span;
            self.annotations
                .add(Annotation::histogram_ignored_in_aggregation(op.text(), span));
        }
    }

    fn quantile(
        &mut self,
        aggregate: &Aggregate,
        parameter: &Parameter,
        input: &Columns,
        groups: &Groups,
    ) -> Columns {
        if let Some(param) = &aggregate.param {
            let mut warn = |value: f64| {
                self.annotations
                    .add(Annotation::invalid_quantile(value, param.span))
            };
            if parameter.has_nan {
                warn(f64::NAN);
            }
            if parameter.max > 1.0 {
                warn(parameter.max);
            }
            if parameter.min < 0.0 {
                warn(parameter.min);
            }
        }
        self.ignore_histograms(AggregateOp::Quantile, aggregate, input);
        let mut result = Columns::absent(Arc::clone(&groups.set), input.steps);
        let mut members: Vec<Vec<f64>> = vec![Vec::new(); groups.len()];
        for step in 0..input.steps {
            for (series, group) in groups.of.iter().enumerate() {
                let value = input.column(series)[step];
                if !is_absent(value) {
                    members[*group].push(value);
                }
            }
            for (group, members) in members
                .iter_mut()
                .enumerate()
                .filter(|(_, members)| !members.is_empty())
            {
                result.column_mut(group)[step] = functions::quantile(parameter.values.at(step), members);
                members.clear();
            }
        }
        result
    }

    /// Puts the groups into the order of an instant query's result and settles whether they lose their names.
    fn in_live_order(
        &mut self,
        slot: usize,
        mut result: Columns,
        input: &Columns,
        groups: &Groups,
    ) -> Columns {
        let names_matter = !input.set.drop_names.is_empty()
            && result
                .set
                .labels
                .iter()
                .any(|labels| labels.iter().any(|(name, _)| crate::labels::is_metadata(name)));
        if names_matter {
            let drop_names = drop_names(&result, input, groups);
            result.set = SeriesSet::with_drop_names(result.set.labels.clone(), drop_names);
        }
        self.in_order(slot, result, &live_order(input, groups))
    }
}

/// Whether each group loses its name: if one of the series that make up its last value does.
fn drop_names(result: &Columns, input: &Columns, groups: &Groups) -> Vec<bool> {
    let mut drop_names = vec![false; groups.len()];
    let last: Vec<Option<usize>> = (0..groups.len())
        .map(|group| {
            (0..result.steps)
                .rev()
                .find(|step| result.get(group, *step).is_some())
        })
        .collect();
    for (series, group) in groups.of.iter().enumerate() {
        if let Some(step) = last[*group] {
            drop_names[*group] |= input.set.drops_name(series) && input.get(series, step).is_some();
        }
    }
    drop_names
}

fn sum_floats(input: &Columns, groups: &Groups, result: &mut Columns) {
    let steps = input.steps;
    let mut compensations = vec![0.0; groups.len() * steps];
    for (series, group) in groups.of.iter().enumerate() {
        let sums = &mut result.floats[group * steps..(group + 1) * steps];
        let compensations = &mut compensations[group * steps..(group + 1) * steps];
        for ((value, sum), compensation) in input.column(series).iter().zip(sums).zip(compensations) {
            if is_absent(*value) {
                continue;
            }
            if is_absent(*sum) {
                *sum = *value;
            } else {
                (*sum, *compensation) = crate::kahan::add(*value, *sum, *compensation);
            }
        }
    }
    for (sum, compensation) in result.floats.iter_mut().zip(compensations) {
        if !is_absent(*sum) {
            *sum += compensation;
        }
    }
}

/// A running mean: a sum as long as it does not overflow, from then on the mean itself.
#[derive(Clone, Copy)]
pub(super) struct Mean {
    count: f64,
    sum: KahanSum,
    incremental: bool,
}

impl Mean {
    pub(super) const NONE: Mean = Mean {
        count: 0.0,
        sum: KahanSum {
            sum: 0.0,
            compensation: 0.0,
        },
        incremental: false,
    };

    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        if self.count == 1.0 {
            self.sum = KahanSum::new(value);
            return;
        }
        if !self.incremental {
            let sum = self.sum.plus(value);
            if !sum.sum.is_infinite() {
                self.sum = sum;
                return;
            }
            self.incremental = true;
            self.sum.sum /= self.count - 1.0;
            self.sum.compensation /= self.count - 1.0;
        }
        let share = (self.count - 1.0) / self.count;
        let scaled = KahanSum {
            sum: share * self.sum.sum,
            compensation: share * self.sum.compensation,
        };
        self.sum = scaled.plus(value / self.count);
    }

    pub(super) fn value(&self) -> Option<f64> {
        if self.count == 0.0 {
            None
        } else if self.incremental {
            Some(self.sum.total())
        } else {
            Some(self.sum.sum / self.count + self.sum.compensation / self.count)
        }
    }
}

fn average_floats(input: &Columns, groups: &Groups, result: &mut Columns) {
    let steps = input.steps;
    let mut means = vec![Mean::NONE; groups.len() * steps];
    for (series, group) in groups.of.iter().enumerate() {
        let means = &mut means[group * steps..(group + 1) * steps];
        for (value, mean) in input.column(series).iter().zip(means) {
            if !is_absent(*value) {
                mean.add(*value);
            }
        }
    }
    for (out, mean) in result.floats.iter_mut().zip(means) {
        if let Some(value) = mean.value() {
            *out = value;
        }
    }
}

/// Variance by Welford's method, over floats.
fn variance(input: &Columns, groups: &Groups, result: &mut Columns, finish: fn(f64) -> f64) {
    #[derive(Clone, Copy, Default)]
    struct Running {
        count: f64,
        mean: f64,
        squares: f64,
    }
    let steps = input.steps;
    let mut running = vec![Running::default(); groups.len() * steps];
    for (series, group) in groups.of.iter().enumerate() {
        let running = &mut running[group * steps..(group + 1) * steps];
        for (value, state) in input.column(series).iter().zip(running) {
            if is_absent(*value) {
                continue;
            }
            state.count += 1.0;
            if state.count == 1.0 {
                state.mean = *value;
                state.squares = if value.is_finite() { 0.0 } else { NORMAL_NAN };
                continue;
            }
            let delta = value - state.mean;
            state.mean += delta / state.count;
            state.squares += delta * (value - state.mean);
        }
    }
    for (out, state) in result.floats.iter_mut().zip(running) {
        if state.count > 0.0 {
            *out = finish(state.squares / state.count);
        }
    }
}

fn fold_floats(input: &Columns, groups: &Groups, result: &mut Columns, next: impl Fn(f64, f64) -> f64) {
    for (series, group) in groups.of.iter().enumerate() {
        for (value, out) in input.column(series).iter().zip(result.column_mut(*group)) {
            if is_absent(*value) {
                continue;
            }
            *out = if is_absent(*out) {
                *value
            } else {
                next(*out, *value)
            };
        }
    }
}

/// Folds all values, histograms too.
fn fold(
    input: &Columns,
    groups: &Groups,
    result: &mut Columns,
    first: impl Fn(ValueRef<'_>) -> f64,
    next: impl Fn(f64, ValueRef<'_>) -> f64,
) {
    for (series, group) in groups.of.iter().enumerate() {
        for step in 0..input.steps {
            let Some(value) = input.get(series, step) else {
                continue;
            };
            let out = &mut result.column_mut(*group)[step];
            *out = if is_absent(*out) {
                first(value)
            } else {
                next(*out, value)
            };
        }
    }
}

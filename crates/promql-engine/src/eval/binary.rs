//! Binary operators: between scalars, between a vector and a scalar. Two vectors are matched first (`matching`,
//! `setop`).

use promql_syntax::Span;
use promql_syntax::ast::BinaryOp;

use super::Evaluator;
use super::rows;
use super::values::{self, Problem};
use crate::annotations::{Annotation, Annotations};
use crate::call::{Duplicates, Evaluated, Scalar};
use crate::columns::{ABSENT, Columns, ValueRef, is_absent};
use crate::error::EvalError;
use crate::plan::{Binary, Node};
use crate::steps::Steps;

impl Evaluator<'_> {
    pub(super) fn eval_binary(
        &mut self,
        node: &Node,
        binary: &Binary,
        steps: Steps,
    ) -> Result<Evaluated, EvalError> {
        let before = self.budget.held();
        let lhs = self.eval(&binary.lhs, steps)?;
        let rhs = self.eval(&binary.rhs, steps)?;
        let mut problems = Problems::default();
        let (inputs, result) = match (lhs, rhs) {
            (Evaluated::Scalar(lhs), Evaluated::Scalar(rhs)) => {
                let result = scalars(binary.op, &lhs, &rhs, steps.count)?;
                self.budget.set(before);
                self.budget.add(steps.count)?;
                return Ok(Evaluated::Scalar(result));
            }
            (Evaluated::Vector(lhs), Evaluated::Vector(rhs)) => {
                let inputs = lhs.set.len() + rhs.set.len();
                let result = match binary.op {
                    BinaryOp::And | BinaryOp::Or | BinaryOp::Unless => {
                        self.set_operation(node.slot, binary, lhs, rhs)
                    }
                    _ => self.match_vectors(node.slot, binary, &lhs, &rhs, &mut problems)?,
                };
                (inputs, result)
            }
            (Evaluated::Vector(vector), Evaluated::Scalar(scalar)) => (
                vector.set.len() + 1,
                self.vector_and_scalar(binary, vector, &scalar, false, &mut problems),
            ),
            (Evaluated::Scalar(scalar), Evaluated::Vector(vector)) => (
                vector.set.len() + 1,
                self.vector_and_scalar(binary, vector, &scalar, true, &mut problems),
            ),
            _ => return Err(EvalError::new("a string is no operand")),
        };
        problems.annotate(binary.op, node.span, &mut self.annotations);
        self.budget.call(before, inputs, &result)?;
        let delayed = self.options.delayed_name_removal;
        Ok(Evaluated::Vector(rows::apply(
            result,
            Duplicates::ByStep,
            delayed,
        )?))
    }

    /// `scalar_first` says that the scalar is the left operand.
    fn vector_and_scalar(
        &mut self,
        binary: &Binary,
        mut vector: Columns,
        scalar: &Scalar,
        scalar_first: bool,
        problems: &mut Problems,
    ) -> Columns {
        let op = binary.op;
        if values::changes_meaning(op) || binary.returns_bool {
            vector.set = vector.set.dropping_names(self.options.delayed_name_removal);
        }
        let steps = vector.steps;
        if vector.histograms.is_none() && !matches!(op, BinaryOp::TrimLower | BinaryOp::TrimUpper) {
            for column in vector.floats.chunks_exact_mut(steps.max(1)) {
                floats_and_scalar(op, binary.returns_bool, column, scalar, scalar_first);
            }
            return vector;
        }
        let mut result = Columns::absent(vector.set.clone(), steps);
        for series in 0..vector.set.len() {
            for step in 0..steps {
                let Some(element) = vector.get(series, step) else {
                    continue;
                };
                let number = ValueRef::Float(scalar.at(step));
                let (left, right) = if scalar_first {
                    (number, element)
                } else {
                    (element, number)
                };
                let mut outcome = values::operate(op, left, right);
                if let Some(problem) = outcome.error {
                    problems.set(step, steps, problem);
                    // Only a conflict of counter resets still has a result.
                    if !matches!(problem, Problem::CounterResetCollision(_)) {
                        continue;
                    }
                }
                if op.is_comparison() && scalar_first {
                    outcome.value = Some(values::own(element));
                }
                result.put(series, step, outcome.resolved(binary.returns_bool));
            }
        }
        result
    }
}

/// What went wrong at each step: of several problems at a step, Prometheus mentions the last.
#[derive(Default)]
pub(super) struct Problems(Vec<Option<Problem>>);

impl Problems {
    pub(super) fn set(&mut self, step: usize, steps: usize, problem: Problem) {
        if self.0.is_empty() {
            self.0.resize(steps, None);
        }
        self.0[step] = Some(problem);
    }

    fn annotate(self, op: BinaryOp, span: Span, annotations: &mut Annotations) {
        let mut said: Vec<Problem> = Vec::new();
        for problem in self.0.into_iter().flatten() {
            if said.contains(&problem) {
                continue;
            }
            said.push(problem);
            let operator = op.text();
            annotations.add(match problem {
                Problem::IncompatibleTypes(left, right) => {
                    Annotation::incompatible_types(left, operator, right, span)
                }
                Problem::IncompatibleBuckets => Annotation::incompatible_bucket_layout(operator, span),
                Problem::CounterResetCollision(operation) => {
                    Annotation::counter_reset_collision(operation, span)
                }
                Problem::BucketsReconciled(operation) => {
                    Annotation::custom_buckets_reconciled(operation, span)
                }
            });
        }
    }
}

fn scalars(op: BinaryOp, lhs: &Scalar, rhs: &Scalar, steps: usize) -> Result<Scalar, EvalError> {
    let compute = |a: f64, b: f64| match (values::arithmetic(op), values::comparison(op)) {
        (Some(f), _) => Some(f(a, b)),
        (None, Some(holds)) => Some(f64::from(u8::from(holds(a, b)))),
        (None, None) => None,
    };
    let not_allowed = || {
        EvalError::new(format!(
            "operator {:?} not allowed for Scalar operations",
            op.text()
        ))
    };
    if let (Scalar::Constant(a), Scalar::Constant(b)) = (lhs, rhs) {
        return compute(*a, *b).map(Scalar::Constant).ok_or_else(not_allowed);
    }
    let values: Option<Vec<f64>> = (0..steps)
        .map(|step| compute(lhs.at(step), rhs.at(step)))
        .collect();
    values.map(Scalar::PerStep).ok_or_else(not_allowed)
}

/// A row of floats and a scalar, in place.
fn floats_and_scalar(
    op: BinaryOp,
    returns_bool: bool,
    column: &mut [f64],
    scalar: &Scalar,
    scalar_first: bool,
) {
    let cells = column
        .iter_mut()
        .enumerate()
        .filter(|(_, value)| !is_absent(**value));
    if let Some(f) = values::arithmetic(op) {
        for (step, value) in cells {
            let number = scalar.at(step);
            *value = if scalar_first {
                f(number, *value)
            } else {
                f(*value, number)
            };
        }
    } else if let Some(holds) = values::comparison(op) {
        for (step, value) in cells {
            let number = scalar.at(step);
            let kept = if scalar_first {
                holds(number, *value)
            } else {
                holds(*value, number)
            };
            if returns_bool {
                *value = f64::from(u8::from(kept));
            } else if !kept {
                *value = ABSENT;
            }
        }
    }
}

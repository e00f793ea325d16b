//! What an expression and the two sides of its comparisons were worth over time.

use promql_engine::{Sample, SampleValue, Value};
use promql_syntax::ast::{BinaryOp, ExprKind, ValueType};

use super::curves::ManySeries;
use super::unit;
use crate::outcome::{Bound, Condition, Curves};
use crate::replay::parts::Parts;
use crate::replay::schedule::Schedule;
use crate::replay::world::World;

/// The most comparisons of one expression that are drawn.
const MOST_CONDITIONS: usize = 4;
/// The most evaluations that are looked at.
const MOST_TIMES: usize = 4000;
/// The most samples that are looked at.
const MOST_SAMPLES: usize = 1_000_000;
/// The most evaluations where each is a query of its own.
const MOST_QUERIES: usize = 200;

/// Something that can tell the values of expressions after a replay.
pub(super) struct Hindsight<'h> {
    /// The series.
    pub(super) world: &'h World<'h>,
    /// When rules were evaluated.
    pub(super) schedule: Schedule,
    /// How far before that the expression was.
    pub(super) offset_ms: i64,
}

/// A side of a comparison and the other: the numbers of the parts, and the operator that is between them.
struct Sides {
    value: usize,
    bound: Option<(&'static str, usize)>,
}

impl Hindsight<'_> {
    /// What an expression compares, or what it is worth where it compares nothing.
    pub(super) fn conditions(&self, parts: &Parts<'_>) -> Vec<Condition> {
        let mut sides = Vec::new();
        comparisons(parts, 0, &mut sides);
        if sides.is_empty() && !parts.all().is_empty() {
            sides.push(Sides {
                value: 0,
                bound: None,
            });
        }
        sides.truncate(MOST_CONDITIONS);
        let text = |number: usize| parts.all()[number].text.to_owned();
        let drawn = sides.into_iter().map(|sides| Condition {
            text: text(sides.value),
            values: self.curves(parts, sides.value),
            bound: sides.bound.map(|(operator, bound)| Bound {
                operator,
                text: text(bound),
                values: self.curves(parts, bound),
            }),
        });
        drawn.collect()
    }

    /// The values of a part at the evaluations; of every so many where they are many.
    pub(super) fn curves(&self, parts: &Parts<'_>, number: usize) -> Curves {
        let engine = &self.world.engine;
        let storage = &self.world.storage;
        let last = self.schedule.count - 1;
        let at_the_end = parts.value(number, engine, storage, self.schedule.time(last) - self.offset_ms);
        let series = match &at_the_end.value {
            Ok(value) => as_vector(value).len(),
            Err(message) => {
                return Curves {
                    error: Some(message.clone()),
                    ..Curves::default()
                };
            }
        };
        let times = |most: usize| {
            let stride = self.schedule.count.div_ceil(most);
            (0..self.schedule.count).step_by(stride)
        };
        let mut many = ManySeries::default();
        let mut before = None;
        let mut take = |evaluation: usize, vector: &[Sample]| {
            let at = self.schedule.elapsed(evaluation);
            many.push(before, at, vector);
            before = Some(at);
        };
        let most = MOST_TIMES.min(MOST_SAMPLES / (series + 1)).max(50);
        let at = |evaluation: usize| self.schedule.time(evaluation) - self.offset_ms;
        let stride = self.schedule.count.div_ceil(most);
        let range = (at(0), at(last), self.schedule.interval_ms * stride as i64);
        match parts.vectors(number, engine, storage, range) {
            Some(vectors) => {
                for (index, evaluation) in times(most).enumerate() {
                    take(evaluation, &vectors.vector(index));
                }
            }
            None => {
                for evaluation in times(MOST_QUERIES) {
                    let value = parts.value(number, engine, storage, at(evaluation)).value;
                    take(evaluation, &value.map_or(Vec::new(), |value| as_vector(&value)));
                }
            }
        }
        many.finish(unit::of_expression(parts.all()[number].expr))
    }
}

/// The comparisons between which `and`, `or` and `unless` decide, in the order of the text.
fn comparisons(parts: &Parts<'_>, number: usize, found: &mut Vec<Sides>) {
    let part = &parts.all()[number];
    let ExprKind::Binary(binary) = &part.expr.kind else {
        return;
    };
    let &[left, right] = part.children.as_slice() else {
        return;
    };
    if binary.op.is_set() {
        comparisons(parts, left, found);
        comparisons(parts, right, found);
    } else if binary.op.is_comparison() {
        let is_scalar = |number: usize| parts.all()[number].expr.value_type() == Some(ValueType::Scalar);
        found.push(if is_scalar(left) && !is_scalar(right) {
            Sides {
                value: right,
                bound: Some((turned(binary.op).text(), left)),
            }
        } else {
            Sides {
                value: left,
                bound: Some((binary.op.text(), right)),
            }
        });
    }
}

/// The operator when both sides change places.
fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

/// A value as a vector; nothing for what is none.
fn as_vector(value: &Value) -> Vec<Sample> {
    match value {
        Value::Vector(samples) => samples.clone(),
        Value::Scalar { timestamp, value } => vec![Sample {
            labels: Default::default(),
            timestamp: *timestamp,
            value: SampleValue::Float(*value),
        }],
        Value::String { .. } | Value::Matrix(_) => Vec::new(),
    }
}

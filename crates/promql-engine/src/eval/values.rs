//! Operations on single values: floats and histograms.

use std::sync::Arc;

use promql_syntax::ast::BinaryOp;

use crate::annotations::HistogramOperation;
use crate::columns::ValueRef;
use crate::gomath;
use crate::histogram::{Combined, CounterResetHint, FloatHistogram, IncompatibleSchemas, Keep};
use crate::sample::SampleValue;

/// Why two values could not be combined, or what there is to say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The operator knows nothing of such operands: "float" or "histogram".
    IncompatibleTypes(&'static str, &'static str),
    /// The buckets of two histograms cannot be brought together.
    IncompatibleBuckets,
    /// Two histograms disagree on whether their counters were reset.
    CounterResetCollision(HistogramOperation),
    /// Two histograms' custom buckets were reduced to those in common.
    BucketsReconciled(HistogramOperation),
}

/// What an operator makes of two values.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// The value.
    pub(super) value: Option<SampleValue>,
    /// Whether the element stays: false where a comparison does not hold.
    pub(super) keep: bool,
    /// Something to say beside the value.
    pub(super) info: Option<Problem>,
    /// Something that went wrong.
    pub(super) error: Option<Problem>,
}

impl Outcome {
    fn kept(value: impl Into<SampleValue>) -> Self {
        Self::compared(value.into(), true)
    }

    fn compared(value: SampleValue, keep: bool) -> Self {
        Outcome {
            value: Some(value),
            keep,
            info: None,
            error: None,
        }
    }

    fn failed(problem: Problem) -> Self {
        Outcome {
            value: None,
            keep: false,
            info: None,
            error: Some(problem),
        }
    }

    /// The value that goes into the result.
    pub(super) fn resolved(self, returns_bool: bool) -> Option<SampleValue> {
        if returns_bool {
            Some(SampleValue::Float(f64::from(u8::from(self.keep))))
        } else if self.keep {
            self.value
        } else {
            None
        }
    }
}

/// The value itself.
pub(super) fn own(value: ValueRef<'_>) -> SampleValue {
    match value {
        ValueRef::Float(value) => SampleValue::Float(value),
        ValueRef::Histogram(histogram) => SampleValue::Histogram(Arc::clone(histogram)),
    }
}

/// An operator that computes a number from two.
pub(super) fn arithmetic(op: BinaryOp) -> Option<fn(f64, f64) -> f64> {
    Some(match op {
        BinaryOp::Add => |a, b| a + b,
        BinaryOp::Sub => |a, b| a - b,
        BinaryOp::Mul => |a, b| a * b,
        BinaryOp::Div => |a, b| a / b,
        BinaryOp::Mod => |a, b| a % b,
        BinaryOp::Pow => gomath::pow,
        BinaryOp::Atan2 => gomath::atan2,
        _ => return None,
    })
}

/// An operator that compares two numbers.
pub(super) fn comparison(op: BinaryOp) -> Option<fn(f64, f64) -> bool> {
    Some(match op {
        BinaryOp::Eq => |a, b| a == b,
        BinaryOp::Ne => |a, b| a != b,
        BinaryOp::Lt => |a, b| a < b,
        BinaryOp::Le => |a, b| a <= b,
        BinaryOp::Gt => |a, b| a > b,
        BinaryOp::Ge => |a, b| a >= b,
        _ => return None,
    })
}

/// Whether the result means something else than the operand, so that the metric's name does not fit any more.
pub(super) fn changes_meaning(op: BinaryOp) -> bool {
    arithmetic(op).is_some()
}

/// What an operator, no set operator, makes of two values.
pub(super) fn operate(op: BinaryOp, lhs: ValueRef<'_>, rhs: ValueRef<'_>) -> Outcome {
    match (lhs, rhs) {
        (ValueRef::Float(a), ValueRef::Float(b)) => {
            if let Some(f) = arithmetic(op) {
                Outcome::kept(f(a, b))
            } else if let Some(holds) = comparison(op) {
                Outcome::compared(a.into(), holds(a, b))
            } else {
                Outcome::failed(Problem::IncompatibleTypes("float", "float"))
            }
        }
        (ValueRef::Float(a), ValueRef::Histogram(b)) => match op {
            BinaryOp::Mul => changed(b, |histogram| histogram.mul(a).compact(0)),
            _ => Outcome::failed(Problem::IncompatibleTypes("float", "histogram")),
        },
        (ValueRef::Histogram(a), ValueRef::Float(b)) => match op {
            BinaryOp::Mul => changed(a, |histogram| histogram.mul(b).compact(0)),
            BinaryOp::Div => changed(a, |histogram| histogram.div(b).compact(0)),
            BinaryOp::TrimUpper => changed(a, |histogram| histogram.trim(b, Keep::Below)),
            BinaryOp::TrimLower => changed(a, |histogram| histogram.trim(b, Keep::Above)),
            _ => Outcome::failed(Problem::IncompatibleTypes("histogram", "float")),
        },
        (ValueRef::Histogram(a), ValueRef::Histogram(b)) => match op {
            BinaryOp::Add => combined(a, HistogramOperation::Addition, |sum| sum.add(b)),
            BinaryOp::Sub => combined(a, HistogramOperation::Subtraction, |difference| {
                let combined = difference.sub(b)?;
                // What is left may be negative, so it is no counter.
                difference.counter_reset_hint = CounterResetHint::Gauge;
                Ok(combined)
            }),
            BinaryOp::Eq => Outcome::compared(SampleValue::Histogram(Arc::clone(a)), a == b),
            BinaryOp::Ne => Outcome::compared(SampleValue::Histogram(Arc::clone(a)), a != b),
            _ => Outcome::failed(Problem::IncompatibleTypes("histogram", "histogram")),
        },
    }
}

fn changed(
    histogram: &FloatHistogram,
    change: impl FnOnce(&mut FloatHistogram) -> &mut FloatHistogram,
) -> Outcome {
    let mut histogram = histogram.clone();
    change(&mut histogram);
    Outcome::kept(histogram)
}

fn combined(
    histogram: &FloatHistogram,
    operation: HistogramOperation,
    combine: impl FnOnce(&mut FloatHistogram) -> Result<Combined, IncompatibleSchemas>,
) -> Outcome {
    let mut result = histogram.clone();
    let Ok(combined) = combine(&mut result) else {
        return Outcome::failed(Problem::IncompatibleBuckets);
    };
    result.compact(0);
    Outcome {
        info: combined
            .custom_buckets_reconciled
            .then_some(Problem::BucketsReconciled(operation)),
        error: combined
            .counter_reset_collision
            .then_some(Problem::CounterResetCollision(operation)),
        ..Outcome::kept(result)
    }
}

/// A histogram with every count and the sum negated.
pub(super) fn negated(histogram: &FloatHistogram) -> FloatHistogram {
    let mut histogram = histogram.clone();
    histogram.mul(-1.0);
    histogram
}

/// How many float samples a histogram counts as.
pub(super) fn sample_size(histogram: &FloatHistogram) -> usize {
    (histogram.size() + 8) / 16
}

/// The histogram, without a claim about counter resets between it and its neighbours, and on request without the
/// claim to be a gauge.
pub(super) fn without_reset_hint(histogram: &Arc<FloatHistogram>, gauges_too: bool) -> Arc<FloatHistogram> {
    match histogram.counter_reset_hint {
        CounterResetHint::Unknown => Arc::clone(histogram),
        CounterResetHint::Gauge if !gauges_too => Arc::clone(histogram),
        _ => {
            let mut histogram = FloatHistogram::clone(histogram);
            histogram.counter_reset_hint = CounterResetHint::Unknown;
            Arc::new(histogram)
        }
    }
}

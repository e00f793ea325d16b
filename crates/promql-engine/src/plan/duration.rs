//! Durations of a query: literals and expressions, with Prometheus' rounding and errors.

use promql_syntax::ast::{BinaryOp, DurationExpr, DurationKind, UnaryOp};

use super::{Length, QueryShape};
use crate::error::EvalError;
use crate::gomath;

/// What a duration may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Greater than zero: ranges and steps.
    Positive,
    /// Anything: offsets.
    Any,
}

/// The value of a duration, and whether it depends on the query's range or step.
pub(super) fn resolve(
    expr: &DurationExpr,
    shape: QueryShape,
    sign: Sign,
) -> Result<(Length, bool), EvalError> {
    let mut depends = false;
    if let Some(seconds) = literal(expr) {
        // A literal is a whole number of nanoseconds, of which a part of a millisecond counts for rates only.
        let nanos = (seconds * 1e9).round() as i64;
        return Ok((Length::from_nanos(nanos), false));
    }
    let seconds = value(expr, shape, &mut depends)?;
    let fail = |what: &str| fail(expr, what);
    if !seconds.is_finite() {
        return fail("duration is NaN or infinite");
    }
    if seconds <= 0.0 && sign == Sign::Positive {
        return fail("duration must be greater than 0");
    }
    if seconds.abs() > i64::MAX as f64 / 1e9 {
        return fail("duration is out of range");
    }
    let millis = (seconds * 1000.0) as i64;
    Ok((Length::from_nanos(millis.saturating_mul(1_000_000)), depends))
}

/// An error about an expression.
fn fail<T>(expr: &DurationExpr, what: &str) -> Result<T, EvalError> {
    let (start, end) = extent(expr);
    Err(EvalError::new(format!("{start}:{end}: {what}")))
}

/// Where Prometheus says that an expression stands: from its first operand to its last, without brackets and
/// function names around them.
fn extent(expr: &DurationExpr) -> (usize, usize) {
    match &expr.kind {
        DurationKind::Paren(inner) => extent(inner),
        DurationKind::Unary(_, operand) => (expr.span.start, extent(operand).1),
        DurationKind::Binary(_, first, last)
        | DurationKind::MinOf(first, last)
        | DurationKind::MaxOf(first, last) => (extent(first).0, extent(last).1),
        DurationKind::Number(_) | DurationKind::Step | DurationKind::Range | DurationKind::Error => {
            (expr.span.start, expr.span.end)
        }
    }
}

fn literal(expr: &DurationExpr) -> Option<f64> {
    match &expr.kind {
        DurationKind::Number(number) => Some(number.value),
        _ => None,
    }
}

fn value(expr: &DurationExpr, shape: QueryShape, depends: &mut bool) -> Result<f64, EvalError> {
    let fail = |what: &str| fail(expr, what);
    Ok(match &expr.kind {
        DurationKind::Number(number) => number.value,
        DurationKind::Step => {
            *depends = true;
            seconds(shape.step.saturating_mul(1_000_000))
        }
        DurationKind::Range => {
            *depends = true;
            seconds(shape.range.saturating_mul(1_000_000))
        }
        DurationKind::Paren(inner) | DurationKind::Unary(UnaryOp::Plus, inner) => {
            value(inner, shape, depends)?
        }
        DurationKind::Unary(UnaryOp::Minus, inner) => -value(inner, shape, depends)?,
        DurationKind::MinOf(a, b) => gomath::min(value(a, shape, depends)?, value(b, shape, depends)?),
        DurationKind::MaxOf(a, b) => gomath::max(value(a, shape, depends)?, value(b, shape, depends)?),
        DurationKind::Binary(op, a, b) => {
            let (a, b) = (value(a, shape, depends)?, value(b, shape, depends)?);
            match op {
                BinaryOp::Add => a + b,
                BinaryOp::Sub => a - b,
                BinaryOp::Mul => a * b,
                BinaryOp::Div if b == 0.0 => return fail("division by zero"),
                BinaryOp::Div => a / b,
                BinaryOp::Mod if b == 0.0 => return fail("modulo by zero"),
                BinaryOp::Mod => a % b,
                BinaryOp::Pow => gomath::pow(a, b),
                _ => return fail("unexpected duration expression operator"),
            }
        }
        DurationKind::Error => return fail("the duration could not be parsed"),
    })
}

impl Length {
    fn from_nanos(nanos: i64) -> Self {
        Length {
            millis: nanos / 1_000_000,
            seconds: seconds(nanos),
        }
    }
}

/// Nanoseconds as seconds, whole seconds and the rest converted apart, as Go does it.
fn seconds(nanos: i64) -> f64 {
    (nanos / 1_000_000_000) as f64 + (nanos % 1_000_000_000) as f64 / 1e9
}

//! Comparisons that would be true if an operand were zero, where that operand is gone rather than zero: they are silent
//! exactly when they should speak.
//!
//! An operand that may be gone is replaced by zero wherever it is written, and the rest is computed as far as it can be
//! without data: `a / (a + b)` is 1 where `b` is zero, whatever `a` is.

use promql_syntax::ast::{AggregateOp, BinaryExpr, BinaryOp, Expr, ExprKind, UnaryOp, VectorMatching};

use super::analyses::Known;
use crate::analysis::{Interval, Verdict};

/// A comparison that lacks an operand where it would be true.
pub(super) struct Vanishing<'e> {
    /// The comparison.
    pub(super) comparison: &'e BinaryExpr,
    /// The operand.
    pub(super) operand: &'e Expr,
}

/// How many operands of a comparison are looked at: each is one pass over the comparison.
const MOST: usize = 16;

/// What an expression is where one operand is zero.
#[derive(Clone, Copy)]
enum Value<'e> {
    /// A number.
    Number(f64),
    /// What this expression is.
    Same(&'e Expr),
    /// Not known.
    Unknown,
}

/// The comparisons that decide whether an expression returns anything, with those of their operands that may be gone.
/// Those on the right of an `and` mostly say when the left side matters; they are looked at where `conditions` says so.
pub(super) fn vanishing<'e>(
    expr: &'e Expr,
    known: &Known<'_>,
    conditions: bool,
    may_be_gone: &dyn Fn(&'e Expr) -> bool,
) -> Vec<Vanishing<'e>> {
    let mut found = Vec::new();
    for (node, comparison) in deciding(expr, conditions) {
        if known.likely.facts(node).verdict == Some(Verdict::Never) {
            continue;
        }
        let mut operands: Vec<&Expr> = Vec::new();
        operands_of(&comparison.lhs, &mut operands);
        operands_of(&comparison.rhs, &mut operands);
        for operand in operands
            .into_iter()
            .filter(|operand| may_be_gone(operand))
            .take(MOST)
        {
            let known_already = found
                .iter()
                .any(|other: &Vanishing<'_>| alike(other.operand, operand));
            if !known_already && true_at_zero(comparison, operand, known) {
                found.push(Vanishing { comparison, operand });
            }
        }
    }
    found
}

/// The comparisons without which the expression returns nothing. Those beside an `or` that stands in for what is gone
/// are not among them.
fn deciding(expr: &Expr, conditions: bool) -> Vec<(&Expr, &BinaryExpr)> {
    let mut found = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::Paren(inner) => open.push(inner),
            ExprKind::Aggregate(aggregate) => open.push(&aggregate.expr),
            ExprKind::Binary(binary) => match binary.op {
                BinaryOp::And if conditions => open.extend([&*binary.lhs, &*binary.rhs]),
                BinaryOp::And => open.push(&binary.lhs),
                BinaryOp::Unless => open.push(&binary.lhs),
                BinaryOp::Or if !stands_in(&binary.lhs) && !stands_in(&binary.rhs) => {
                    open.extend([&*binary.lhs, &*binary.rhs]);
                }
                op if op.is_comparison() && binary.bool_modifier.is_none() => {
                    found.push((expr, binary));
                    // `0 < x < 5` compares what is left of the first.
                    open.extend(comparison_in(&binary.lhs));
                }
                _ => {}
            },
            _ => {}
        }
    }
    found
}

fn comparison_in(side: &Expr) -> Option<&Expr> {
    let inner = side.bare();
    let compares = matches!(&inner.kind, ExprKind::Binary(binary) if binary.op.is_comparison());
    compares.then_some(inner)
}

/// Whether an expression returns something where others return nothing.
fn stands_in(expr: &Expr) -> bool {
    let fills = ["absent", "absent_over_time", "vector"];
    expr.calls().any(|(_, call)| fills.contains(&call.name.as_str()))
}

/// The operands of arithmetic, outermost first.
fn operands_of<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::Paren(inner) => open.push(inner),
            ExprKind::Unary(unary) => open.push(&unary.expr),
            ExprKind::Binary(binary) if is_plain(binary) => open.extend([&*binary.rhs, &*binary.lhs]),
            ExprKind::Aggregate(_) | ExprKind::Call(_) | ExprKind::VectorSelector(_) => operands.push(expr),
            _ => {}
        }
    }
}

/// Whether it is arithmetic that returns nothing where one side does.
fn is_plain(binary: &BinaryExpr) -> bool {
    let arithmetic = matches!(
        binary.op,
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div
    );
    arithmetic && binary.matching.fill.span.is_none()
}

fn true_at_zero(comparison: &BinaryExpr, operand: &Expr, known: &Known<'_>) -> bool {
    let interval = |side| match value(side, operand) {
        Value::Number(number) => Interval::point(number),
        Value::Same(expr) => known.likely.facts(expr).value,
        Value::Unknown => Interval::ANY,
    };
    let (left, right) = (interval(&comparison.lhs), interval(&comparison.rhs));
    left.compare(comparison.op, right) == Verdict::Always
}

/// What an expression is where an operand of it is zero.
fn value<'e>(expr: &'e Expr, operand: &Expr) -> Value<'e> {
    let expr = expr.bare();
    match &expr.kind {
        ExprKind::Number(number) => Value::Number(number.value),
        ExprKind::Unary(unary) => match (unary.op, value(&unary.expr, operand)) {
            (UnaryOp::Plus, value) => value,
            (UnaryOp::Minus, Value::Number(number)) => Value::Number(-number),
            _ => Value::Unknown,
        },
        ExprKind::Binary(binary) if is_plain(binary) => {
            promql_syntax::with_enough_stack(|| of_arithmetic(binary, operand))
        }
        _ if alike(expr, operand) => Value::Number(0.0),
        _ => Value::Same(expr),
    }
}

fn of_arithmetic<'e>(binary: &'e BinaryExpr, operand: &Expr) -> Value<'e> {
    use Value::{Number, Same, Unknown};
    let one_to_one = binary.matching == VectorMatching::default();
    match (
        binary.op,
        value(&binary.lhs, operand),
        value(&binary.rhs, operand),
    ) {
        (BinaryOp::Add, Number(a), Number(b)) => Number(a + b),
        (BinaryOp::Sub, Number(a), Number(b)) => Number(a - b),
        (BinaryOp::Mul, Number(a), Number(b)) => Number(a * b),
        (BinaryOp::Div, Number(a), Number(b)) => Number(a / b),
        (BinaryOp::Add, Same(same), Number(zero)) | (BinaryOp::Add, Number(zero), Same(same))
            if zero == 0.0 =>
        {
            Same(same)
        }
        (BinaryOp::Sub, Same(same), Number(0.0)) => Same(same),
        (BinaryOp::Mul, Number(zero), _) | (BinaryOp::Mul, _, Number(zero)) if zero == 0.0 => Number(0.0),
        (BinaryOp::Div, Number(0.0), Same(_) | Unknown) => Number(0.0),
        (BinaryOp::Div, Same(a), Same(b)) if one_to_one && alike(a, b) => Number(1.0),
        _ => Unknown,
    }
}

/// Whether two expressions are written alike.
fn alike(a: &Expr, b: &Expr) -> bool {
    std::ptr::eq(a, b) || a.to_string() == b.to_string()
}

/// What an operand is counted from, where it is a count: nothing, rather than zero, where there is nothing to count.
pub(super) fn counted(operand: &Expr) -> Option<(AggregateOp, &Expr)> {
    let ExprKind::Aggregate(aggregate) = &operand.kind else {
        return None;
    };
    let inner = aggregate.expr.bare();
    let filters = matches!(&inner.kind, ExprKind::Binary(binary)
        if binary.op.is_comparison() && binary.bool_modifier.is_none());
    let counts = match aggregate.op {
        AggregateOp::Count => filters || matches!(inner.kind, ExprKind::VectorSelector(_)),
        AggregateOp::Sum => filters,
        _ => false,
    };
    counts.then_some((aggregate.op, inner))
}

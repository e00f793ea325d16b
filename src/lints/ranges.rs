//! Functions over ranges of samples: which function, over what, how long.

use promql_syntax::ast::{Call, DurationExpr, DurationKind, Expr, ExprKind, MatrixSelector, SubqueryExpr};

/// A call of a function over a range.
#[derive(Clone, Copy, Debug)]
pub(super) struct OverRange<'e> {
    /// The call.
    pub(super) call: &'e Call,
    /// What it goes over.
    pub(super) of: RangeOf<'e>,
    /// The length of the range.
    pub(super) range: &'e DurationExpr,
    /// The length in milliseconds.
    pub(super) range_ms: i64,
}

/// Where the samples of a range come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum RangeOf<'e> {
    /// `x[5m]`
    Selector(&'e MatrixSelector),
    /// `x[1h:5m]`
    Subquery(&'e SubqueryExpr),
}

/// How many samples a function needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// With one there is nothing.
    Two,
    /// With one it is zero.
    TwoOrZero,
    /// Without any there is nothing.
    One,
    /// Without any there is something.
    None,
}

/// The functions over ranges of fixed length in an expression.
pub(super) fn over_ranges(expr: &Expr) -> Vec<OverRange<'_>> {
    let calls = expr.calls();
    calls
        .filter_map(|(_, call)| call.args.iter().find_map(|arg| over_range(call, arg)))
        .collect()
}

fn over_range<'e>(call: &'e Call, arg: &'e Expr) -> Option<OverRange<'e>> {
    let (of, range) = match &arg.bare().kind {
        ExprKind::MatrixSelector(matrix) => (RangeOf::Selector(matrix), &matrix.range),
        ExprKind::Subquery(subquery) => (RangeOf::Subquery(subquery), &subquery.range),
        _ => return None,
    };
    Some(OverRange {
        call,
        of,
        range,
        range_ms: fixed_ms(range).filter(|ms| *ms > 0)?,
    })
}

/// A duration that is written as one, in milliseconds.
pub(super) fn fixed_ms(duration: &DurationExpr) -> Option<i64> {
    match &duration.kind {
        DurationKind::Number(number) => Some((number.value * 1000.0).round() as i64),
        _ => None,
    }
}

/// How many samples a function needs; nothing of functions that do not go over ranges.
pub(super) fn need(function: &str) -> Option<Need> {
    Some(match function {
        "rate"
        | "increase"
        | "irate"
        | "delta"
        | "idelta"
        | "deriv"
        | "predict_linear"
        | "double_exponential_smoothing"
        | "holt_winters" => Need::Two,
        "changes" | "resets" => Need::TwoOrZero,
        "absent_over_time" => Need::None,
        name if name.ends_with("_over_time") => Need::One,
        _ => return None,
    })
}

impl Need {
    /// How many samples.
    pub(super) fn samples(self) -> i64 {
        match self {
            Need::Two | Need::TwoOrZero => 2,
            Need::One | Need::None => 1,
        }
    }
}

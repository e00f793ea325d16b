//! Why no data can make an expression return anything, as far as it can be proved from the expression alone: between
//! which bounds the values of its parts lie, and which comparisons therefore never hold.

use std::collections::HashMap;

use promql_syntax::ast::{AggregateOp, BinaryExpr, BinaryOp, Call, Expr, ExprKind, UnaryOp};

use super::witness::{constant, is_comparison, mirrored};

/// What is taken for granted of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Nothing.
    Nothing,
    /// Whatever is looked at as a counter is not below zero.
    Counters,
}

/// Bounds of values, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bounds {
    low: f64,
    high: f64,
}

const ANY: Bounds = Bounds {
    low: f64::NEG_INFINITY,
    high: f64::INFINITY,
};

/// Why the expression never returns anything; `None` where that is not known.
pub(super) fn never(expr: &Expr, given: Given) -> Option<String> {
    match &expr.kind {
        ExprKind::Paren(inner) => never(inner, given),
        ExprKind::Unary(unary) => never(&unary.expr, given),
        ExprKind::Aggregate(aggregate) => never(&aggregate.expr, given),
        ExprKind::Subquery(subquery) => never(&subquery.expr, given),
        ExprKind::Call(call) => match call.name.as_str() {
            "absent" | "absent_over_time" | "scalar" | "vector" => None,
            _ => call.args.iter().find_map(|arg| never(arg, given)),
        },
        ExprKind::Binary(binary) => match binary.op {
            BinaryOp::Or => {
                never(&binary.lhs, given).and_then(|reason| never(&binary.rhs, given).map(|_| reason))
            }
            BinaryOp::Unless => never(&binary.lhs, given),
            BinaryOp::And => never(&binary.lhs, given)
                .or_else(|| never(&binary.rhs, given))
                .or_else(|| contradiction(expr)),
            _ => never(&binary.lhs, given)
                .or_else(|| never(&binary.rhs, given))
                .or_else(|| never_holds(binary, given)),
        },
        ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::VectorSelector(_)
        | ExprKind::MatrixSelector(_)
        | ExprKind::Error => None,
    }
}

/// Why a comparison never holds.
fn never_holds(binary: &BinaryExpr, given: Given) -> Option<String> {
    if !is_comparison(binary.op) || binary.bool_modifier.is_some() {
        return None;
    }
    let (a, b) = (bounds(&binary.lhs, given), bounds(&binary.rhs, given));
    if may_hold(binary.op, a, b) {
        return None;
    }
    let sides = [(&*binary.lhs, a), (&*binary.rhs, b)];
    let told = sides
        .iter()
        .filter(|(side, _)| constant(side).is_none())
        .map(|(side, bounds)| told(side, *bounds));
    let why = told.collect::<Vec<_>>().join(" and ");
    let comparison = format!("`{} {} {}` never holds", binary.lhs, binary.op.text(), binary.rhs);
    Some(match why.is_empty() {
        true => comparison,
        false => format!("{comparison}: {why}"),
    })
}

fn told(expr: &Expr, bounds: Bounds) -> String {
    let Bounds { low, high } = bounds;
    match (low.is_finite(), high.is_finite()) {
        _ if low == high => format!("`{expr}` is {low}"),
        (true, true) => format!("`{expr}` lies between {low} and {high}"),
        (true, false) => format!("`{expr}` is at least {low} wherever it has a value"),
        (false, true) => format!("`{expr}` is at most {high} wherever it has a value"),
        (false, false) => format!("`{expr}` may be anything"),
    }
}

fn may_hold(op: BinaryOp, a: Bounds, b: Bounds) -> bool {
    match op {
        BinaryOp::Eq => a.low <= b.high && b.low <= a.high,
        BinaryOp::Ne => !(a.low == a.high && a == b),
        BinaryOp::Lt => a.low < b.high,
        BinaryOp::Le => a.low <= b.high,
        BinaryOp::Gt => a.high > b.low,
        BinaryOp::Ge => a.high >= b.low,
        _ => true,
    }
}

/// Comparisons of one thing with numbers, joined by `and`, that never hold together.
fn contradiction(expr: &Expr) -> Option<String> {
    let mut comparisons = Vec::new();
    conjuncts(expr, &mut comparisons);
    let mut known: HashMap<String, Vec<(BinaryOp, f64)>> = HashMap::new();
    for (compared, op, bound) in comparisons {
        let all = known.entry(compared.clone()).or_default();
        all.push((op, bound));
        if !satisfiable(all) {
            let list: Vec<String> = all
                .iter()
                .map(|(op, bound)| format!("{} {bound}", op.text()))
                .collect();
            return Some(format!(
                "`{compared}` is never {} at the same time",
                list.join(" and ")
            ));
        }
    }
    None
}

fn conjuncts(expr: &Expr, found: &mut Vec<(String, BinaryOp, f64)>) {
    match &expr.kind {
        ExprKind::Paren(inner) => conjuncts(inner, found),
        // With `on` or `ignoring`, the sides may be about different series.
        ExprKind::Binary(binary) if binary.op == BinaryOp::And && binary.matching.labels.is_none() => {
            conjuncts(&binary.lhs, found);
            conjuncts(&binary.rhs, found);
        }
        ExprKind::Binary(binary) if is_comparison(binary.op) && binary.bool_modifier.is_none() => {
            let selects = |of: &Expr| matches!(of.bare().kind, ExprKind::VectorSelector(_)) && is_single(of);
            match (constant(&binary.lhs), constant(&binary.rhs)) {
                (None, Some(bound)) if selects(&binary.lhs) => {
                    found.push((binary.lhs.bare().to_string(), binary.op, bound));
                }
                (Some(bound), None) if selects(&binary.rhs) => {
                    found.push((binary.rhs.bare().to_string(), mirrored(binary.op), bound));
                }
                _ => {}
            }
        }
        _ => {}
    }
}

/// Whether a selector names its metric, so that equal labels mean the same series.
fn is_single(expr: &Expr) -> bool {
    matches!(&expr.bare().kind, ExprKind::VectorSelector(selector) if selector.name.is_some())
}

/// Whether one number passes all comparisons.
fn satisfiable(comparisons: &[(BinaryOp, f64)]) -> bool {
    let mut candidates: Vec<f64> = comparisons.iter().map(|(_, bound)| *bound).collect();
    candidates.sort_by(f64::total_cmp);
    let between: Vec<f64> = candidates
        .windows(2)
        .map(|pair| pair[0] / 2.0 + pair[1] / 2.0)
        .collect();
    let ends = [
        candidates.first().map(|v| v - 1.0 - v.abs()),
        candidates.last().map(|v| v + 1.0 + v.abs()),
    ];
    candidates.extend(between);
    candidates.extend(ends.into_iter().flatten());
    let passes = |value: f64| {
        comparisons
            .iter()
            .all(|(op, bound)| super::terms::compares(*op, value, *bound))
    };
    candidates.into_iter().any(passes)
}

/// Between which bounds the values of an expression lie.
fn bounds(expr: &Expr, given: Given) -> Bounds {
    if let Some(value) = constant(expr) {
        return exactly(value);
    }
    match &expr.kind {
        ExprKind::Paren(inner) => bounds(inner, given),
        ExprKind::Subquery(subquery) => bounds(&subquery.expr, given),
        ExprKind::Unary(unary) => match (unary.op, bounds(&unary.expr, given)) {
            (UnaryOp::Plus, of) => of,
            (UnaryOp::Minus, of) => Bounds {
                low: -of.high,
                high: -of.low,
            },
        },
        ExprKind::Aggregate(aggregate) => {
            let of = bounds(&aggregate.expr, given);
            match aggregate.op {
                AggregateOp::Group => exactly(1.0),
                AggregateOp::Count | AggregateOp::CountValues => at_least(1.0),
                AggregateOp::Stddev | AggregateOp::Stdvar => at_least(0.0),
                AggregateOp::Quantile => ANY,
                AggregateOp::Sum if of == exactly(0.0) => of,
                AggregateOp::Sum if of.low >= 0.0 => at_least(of.low),
                AggregateOp::Sum if of.high <= 0.0 => Bounds {
                    low: f64::NEG_INFINITY,
                    high: of.high,
                },
                AggregateOp::Sum => ANY,
                _ => of,
            }
        }
        ExprKind::Call(call) => of_call(call, given),
        ExprKind::Binary(binary) => of_binary(binary, given),
        _ => ANY,
    }
}

fn of_call(call: &Call, given: Given) -> Bounds {
    let of = |at: usize| call.args.get(at).map_or(ANY, |arg| bounds(arg, given));
    match call.name.as_str() {
        "absent" | "absent_over_time" | "present_over_time" => exactly(1.0),
        "count_over_time" => at_least(1.0),
        // Below zero, a counter that falls counts as one that has fallen from there.
        "rate" | "increase" | "irate" if given == Given::Counters => at_least(0.0),
        "changes" | "resets" | "abs" | "sqrt" | "stddev_over_time" | "stdvar_over_time" | "mad_over_time" => {
            at_least(0.0)
        }
        "sgn" => Bounds { low: -1.0, high: 1.0 },
        "minute" => Bounds { low: 0.0, high: 59.0 },
        "hour" => Bounds { low: 0.0, high: 23.0 },
        "day_of_week" => Bounds { low: 0.0, high: 6.0 },
        "day_of_month" => Bounds { low: 1.0, high: 31.0 },
        "days_in_month" => Bounds {
            low: 28.0,
            high: 31.0,
        },
        "day_of_year" => Bounds {
            low: 1.0,
            high: 366.0,
        },
        "month" => Bounds { low: 1.0, high: 12.0 },
        "clamp_min" => Bounds {
            low: of(0).low.max(of(1).low),
            high: of(0).high.max(of(1).high),
        },
        "clamp_max" => Bounds {
            low: of(0).low.min(of(1).low),
            high: of(0).high.min(of(1).high),
        },
        "avg_over_time" | "min_over_time" | "max_over_time" | "last_over_time" | "first_over_time"
        | "label_replace" | "label_join" | "sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc"
        | "vector" => of(0),
        _ => ANY,
    }
}

fn of_binary(binary: &BinaryExpr, given: Given) -> Bounds {
    let (a, b) = (bounds(&binary.lhs, given), bounds(&binary.rhs, given));
    match binary.op {
        BinaryOp::And | BinaryOp::Unless => a,
        BinaryOp::Or => Bounds {
            low: a.low.min(b.low),
            high: a.high.max(b.high),
        },
        BinaryOp::Add => ordered(a.low + b.low, a.high + b.high),
        BinaryOp::Sub => ordered(a.low - b.high, a.high - b.low),
        BinaryOp::Mul if a.low >= 0.0 && b.low >= 0.0 => ordered(a.low * b.low, a.high * b.high),
        BinaryOp::Div if a.low >= 0.0 && b.low >= 0.0 => at_least(0.0),
        op if is_comparison(op) && binary.bool_modifier.is_some() => Bounds { low: 0.0, high: 1.0 },
        op if is_comparison(op) => match constant(&binary.lhs) {
            None => within(a, op, b),
            Some(_) => within(b, mirrored(op), a),
        },
        _ => ANY,
    }
}

/// What passes a comparison.
fn within(a: Bounds, op: BinaryOp, b: Bounds) -> Bounds {
    match op {
        BinaryOp::Lt | BinaryOp::Le => Bounds {
            high: a.high.min(b.high),
            ..a
        },
        BinaryOp::Gt | BinaryOp::Ge => Bounds {
            low: a.low.max(b.low),
            ..a
        },
        BinaryOp::Eq => Bounds {
            low: a.low.max(b.low),
            high: a.high.min(b.high),
        },
        _ => a,
    }
}

fn exactly(value: f64) -> Bounds {
    match value.is_nan() {
        true => ANY,
        false => Bounds {
            low: value,
            high: value,
        },
    }
}

fn at_least(low: f64) -> Bounds {
    Bounds {
        low,
        high: f64::INFINITY,
    }
}

fn ordered(low: f64, high: f64) -> Bounds {
    match low.is_nan() || high.is_nan() {
        true => ANY,
        false => Bounds { low, high },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use promql_syntax::{ParseOptions, parse_valid};

    #[test]
    fn counters_do_not_fall_below_zero() {
        let expr =
            parse_valid("sum(rate(x[5m])) * 100 < 0", &ParseOptions::default()).expect("an expression");
        assert_eq!(never(&expr, Given::Nothing), None);
        assert!(never(&expr, Given::Counters).is_some());
    }

    #[test]
    fn comparisons_that_never_hold() {
        let cases = [
            ("count(x) == 0", true),
            ("count by (a) (x) < 1", true),
            ("count(x) or vector(0) < 1", false),
            ("(count(x) or vector(0)) < 1", false),
            ("absent(x) > 1", true),
            ("absent(x) == 1", false),
            ("rate(x[5m]) < 0", false),
            ("rate(x[5m]) <= 0", false),
            ("sum(changes(x[5m])) * 100 < 0", true),
            ("x > 5 and x < 3", true),
            ("x > 3 and x < 5", false),
            ("x > 5 < 3", true),
            ("x{a=\"1\"} > 5 and on (b) x < 3", false),
            ("x > 5 and y < 3", false),
            ("x > 5 and x == 5", true),
            ("hour() > 23", true),
            ("sum(x == 0) > 0", true),
            ("sum(x == 1) > 1", false),
            ("0 * count(x) > 1", false),
            ("(x > bool 1) > 1", true),
            ("vector(0) > 1", true),
            ("vector(2) > 1", false),
            ("1 / absent(x) > 5", false),
        ];
        for (text, expected) in cases {
            let expr = parse_valid(text, &ParseOptions::default()).expect(text);
            assert_eq!(
                never(&expr, Given::Nothing).is_some(),
                expected,
                "{text}: {:?}",
                never(&expr, Given::Nothing)
            );
        }
    }
}

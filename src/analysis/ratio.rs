//! Operations whose two sides hang together: a part divided by its whole, something compared with itself.

use promql_syntax::ast::{BinaryExpr, BinaryOp, Expr, ExprKind, VectorSelector};

use super::Trust;
use super::facts::Facts;
use super::functions::rounded;
use super::identity::{matchers, same_duration, same_times};
use super::interval::Interval;
use super::walk::Node;

/// How deep parts are compared.
const DEEP: usize = 8;

/// The value of `x op x`, where that says more than the interval of `x`. Each series matches itself and no other.
pub(super) fn of_same(op: BinaryOp, value: Interval) -> Option<Interval> {
    let strange = value.has_nan() || value.has_infinity();
    let result = match op {
        BinaryOp::Sub => Interval::point(0.0).or_nan(strange),
        BinaryOp::Div => Interval::point(1.0).or_nan(strange || value.has_zero()),
        _ => return None,
    };
    value.has_numbers().then_some(result)
}

/// The value of a part divided by its whole, with what it is multiplied by and the reason; `None` where it is not seen to be one.
pub(super) fn of_part(
    binary: &BinaryExpr,
    part: &Node<'_>,
    whole: &Node<'_>,
    trust: Trust,
) -> Option<(Interval, f64, &'static str)> {
    let plain = binary.matching.group.is_none() && binary.matching.fill.span.is_none();
    if binary.op != BinaryOp::Div || !plain || part.facts.histograms {
        return None;
    }
    let value = part.facts.value;
    if summand(binary, part, whole) {
        return Some((
            Interval::UNIT.or_nan(true),
            1.0,
            "a part divided by its sum with something not negative",
        ));
    }
    let (factor, unscaled) = factor_of(part.expr);
    let counted = matches!(&unscaled.bare().kind, ExprKind::Aggregate(a) if a.op.text() == "count");
    let not_negative = value.is_not_negative() && whole.facts.value.is_not_negative();
    let finite = value.hi().is_finite();
    if not_negative && finite && is_part(unscaled, whole.expr, trust, DEEP) {
        let ratio = rounded(Interval::new(0.0, factor), trust);
        let nan = !counted;
        return Some((
            ratio.or_nan(nan),
            factor,
            "the left side selects some of what the right side selects",
        ));
    }
    None
}

/// Whether the whole is the sum of the part and something that is not negative: `a / (a + b)`.
fn summand(binary: &BinaryExpr, part: &Node<'_>, whole: &Node<'_>) -> bool {
    let ExprKind::Binary(sum) = &whole.expr.bare().kind else {
        return false;
    };
    let plain = sum.op == BinaryOp::Add
        && sum.matching == promql_syntax::ast::VectorMatching::default()
        && binary.matching == promql_syntax::ast::VectorMatching::default();
    let of_both = |one: usize, other: usize| {
        let is_part = whole
            .operands
            .get(one)
            .is_some_and(|(identity, _)| *identity == part.identity);
        is_part
            && whole
                .operands
                .get(other)
                .is_some_and(|(_, value)| value.is_not_negative())
    };
    plain && part.facts.value.is_not_negative() && (of_both(0, 1) || of_both(1, 0))
}

/// The positive number that an expression is multiplied by, and the rest of it: `100 * x`.
fn factor_of(expr: &Expr) -> (f64, &Expr) {
    if let ExprKind::Binary(product) = &expr.bare().kind
        && product.op == BinaryOp::Mul
    {
        for (side, other) in [(&product.lhs, &product.rhs), (&product.rhs, &product.lhs)] {
            if let ExprKind::Number(number) = &side.bare().kind
                && number.value > 0.0
                && number.value.is_finite()
            {
                return (number.value, other);
            }
        }
    }
    (1.0, expr)
}

/// Whether one expression is the other over fewer series: the same aggregation and functions over a selector with more
/// matchers.
fn is_part(part: &Expr, whole: &Expr, trust: Trust, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match (&part.bare().kind, &whole.bare().kind) {
        (ExprKind::Aggregate(a), ExprKind::Aggregate(b)) => {
            let adds_up = matches!(a.op.text(), "sum" | "count");
            adds_up && a.op == b.op && same_grouping(a, b) && is_subset(&a.expr, &b.expr, trust, depth - 1)
        }
        _ => false,
    }
}

fn same_grouping(a: &promql_syntax::ast::AggregateExpr, b: &promql_syntax::ast::AggregateExpr) -> bool {
    let names = |aggregate: &promql_syntax::ast::AggregateExpr| {
        let mut names: Vec<String> = aggregate
            .grouping
            .iter()
            .flat_map(|g| &g.labels)
            .map(|l| l.name.clone())
            .collect();
        names.sort_unstable();
        (aggregate.grouping.as_ref().is_some_and(|g| g.without), names)
    };
    names(a) == names(b)
}

/// Whether the series of one expression are among those of the other, with the same values.
fn is_subset(part: &Expr, whole: &Expr, trust: Trust, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match (&part.bare().kind, &whole.bare().kind) {
        (ExprKind::VectorSelector(a), ExprKind::VectorSelector(b)) => selects_some(a, b, trust),
        (ExprKind::MatrixSelector(a), ExprKind::MatrixSelector(b)) => {
            same_duration(&a.range, &b.range) && selects_some(&a.selector, &b.selector, trust)
        }
        (ExprKind::Call(a), ExprKind::Call(b)) => {
            // Of each series alone, and computed alike.
            let alike = matches!(
                a.name.as_str(),
                "rate"
                    | "increase"
                    | "irate"
                    | "sum_over_time"
                    | "avg_over_time"
                    | "max_over_time"
                    | "min_over_time"
                    | "last_over_time"
                    | "count_over_time"
                    | "present_over_time"
                    | "changes"
                    | "resets"
            );
            match (a.args.as_slice(), b.args.as_slice()) {
                ([x], [y]) => alike && a.name == b.name && is_subset(x, y, trust, depth - 1),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether a selector selects some of the series of another: it has the same matchers, and more.
fn selects_some(part: &VectorSelector, whole: &VectorSelector, trust: Trust) -> bool {
    if !same_times(part, whole) {
        return false;
    }
    let of_part = matchers(part);
    let has = |matcher: &(&str, &str, &str)| of_part.contains(matcher);
    if matchers(whole).iter().all(has) {
        return true;
    }
    // The buckets of a histogram count some of what its total counts. (They are read at about the same time.)
    let stem = |selector: &VectorSelector, suffix: &str| {
        let name = selector.name.as_ref().map(|name| name.name.clone());
        name.and_then(|name| name.strip_suffix(suffix).map(str::to_owned))
    };
    let one_bucket = of_part.iter().any(|(label, op, _)| *label == "le" && *op == "=");
    trust == Trust::Likely
        && one_bucket
        && stem(part, "_bucket").is_some()
        && stem(part, "_bucket") == stem(whole, "_count")
        && matchers(whole)
            .iter()
            .filter(|(label, ..)| *label != "__name__")
            .all(has)
}

/// Whether a comparison of something with itself holds.
pub(super) fn compared_with_itself(op: BinaryOp, facts: &Facts) -> super::Verdict {
    use super::Verdict::{Always, Depends, Never};
    let strange = facts.value.has_nan();
    match op {
        BinaryOp::Lt | BinaryOp::Gt => Never,
        BinaryOp::Ne if !strange => Never,
        BinaryOp::Eq | BinaryOp::Le | BinaryOp::Ge if !strange => Always,
        _ => Depends,
    }
}

//! Comparisons of a histogram's quantile with a number, and the buckets that the quantile is computed from.

use promql_engine::gofmt;
use promql_syntax::ast::{AggregateOp, BinaryExpr, BinaryOp, Call, Expr, ExprKind, ValueType};

use crate::analysis::{Analysis, bucket_bounds};

/// A comparison of a quantile with a number.
pub(super) struct QuantileComparison<'e> {
    /// The operator, as if the quantile stood on the left.
    pub(super) op: BinaryOp,
    /// The call of `histogram_quantile`.
    pub(super) call: &'e Call,
    /// Where the number stands.
    pub(super) limit: &'e Expr,
    /// The number.
    pub(super) value: f64,
    /// Which quantile, where that is known.
    pub(super) q: Option<f64>,
    /// The finite bounds of the buckets in the unit of the number, ascending; there is at least one.
    pub(super) bounds: Vec<f64>,
}

impl<'e> QuantileComparison<'e> {
    /// The comparison as one of a quantile whose buckets are known.
    pub(super) fn of(binary: &'e BinaryExpr, analysis: &Analysis<'_>) -> Option<QuantileComparison<'e>> {
        if !binary.op.is_comparison() {
            return None;
        }
        let number = |side: &Expr| {
            let facts = analysis.facts(side);
            let is_scalar = facts.value_type == Some(ValueType::Scalar);
            facts.value.single().filter(|_| is_scalar)
        };
        let (op, quantile, limit) = match number(&binary.rhs) {
            Some(_) => (binary.op, &binary.lhs, &*binary.rhs),
            None => (mirrored(binary.op), &binary.rhs, &*binary.lhs),
        };
        let value = number(limit)?;
        let (call, factor) = quantile_in(quantile, &number)?;
        let [q, buckets] = call.args.as_slice() else {
            return None;
        };
        let buckets = analysis.facts(buckets);
        if buckets.histograms {
            return None;
        }
        let bounds = bucket_bounds(&buckets.labels.get("le"))?;
        let finite = bounds.strip_suffix(&[f64::INFINITY])?;
        let all_finite = !finite.is_empty() && finite.iter().all(|bound| bound.is_finite());
        all_finite.then(|| QuantileComparison {
            op,
            call,
            limit,
            value,
            q: number(q),
            bounds: finite.iter().map(|bound| bound * factor).collect(),
        })
    }

    /// The last finite bound.
    pub(super) fn last(&self) -> f64 {
        self.bounds.last().copied().unwrap_or(f64::INFINITY)
    }

    /// Whether the quantile would have to be beyond its last finite bound, where it never is.
    pub(super) fn is_beyond(&self) -> bool {
        match self.op {
            BinaryOp::Gt => self.value >= self.last(),
            BinaryOp::Ge | BinaryOp::Eq => self.value > self.last(),
            _ => false,
        }
    }

    /// The bucket that the number lies strictly inside of. The first bucket begins at zero.
    pub(super) fn bucket(&self) -> Option<(f64, f64)> {
        let next = self.bounds.iter().position(|bound| *bound >= self.value)?;
        let hi = self.bounds[next];
        let lo = match next.checked_sub(1) {
            Some(before) => self.bounds[before],
            None => 0.0,
        };
        (lo < self.value && self.value < hi).then_some((lo, hi))
    }

    /// The names of the series that the quantile is computed from.
    pub(super) fn series(&self) -> impl Iterator<Item = &'e str> + use<'e> {
        let selectors = self.call.args.iter().flat_map(Expr::selectors);
        selectors.filter_map(|selector| Some(selector.name.as_ref()?.name.as_str()))
    }
}

/// The quantile that a side of a comparison is, or picks some of, and what it is multiplied by.
fn quantile_in<'e>(side: &'e Expr, number: &impl Fn(&Expr) -> Option<f64>) -> Option<(&'e Call, f64)> {
    let (mut expr, mut factor) = (side.bare(), 1.0);
    loop {
        match &expr.kind {
            ExprKind::Call(call) if call.name == "histogram_quantile" => return Some((call, factor)),
            ExprKind::Aggregate(picked)
                if matches!(
                    picked.op,
                    AggregateOp::Max | AggregateOp::Min | AggregateOp::Topk | AggregateOp::Bottomk
                ) =>
            {
                expr = picked.expr.bare();
            }
            ExprKind::Binary(scaled) => {
                let (inner, by) = match (scaled.op, number(&scaled.lhs), number(&scaled.rhs)) {
                    (BinaryOp::Mul, None, Some(by)) => (&scaled.lhs, by),
                    (BinaryOp::Mul, Some(by), None) => (&scaled.rhs, by),
                    (BinaryOp::Div, None, Some(by)) => (&scaled.lhs, 1.0 / by),
                    _ => return None,
                };
                if !(by > 0.0 && by.is_finite()) {
                    return None;
                }
                (expr, factor) = (inner.bare(), factor * by);
            }
            _ => return None,
        }
    }
}

/// The comparison that holds for swapped sides.
pub(super) fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

/// A number for people: six digits are enough to tell.
pub(super) fn short(value: f64) -> String {
    let digits = format!("{value:.5e}").parse().unwrap_or(value);
    gofmt::float_g(digits)
}

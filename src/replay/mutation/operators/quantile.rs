//! Another quantile: the median, and those whose distance to 1 is half and double.

use promql_syntax::ast::{AggregateOp, Expr, ExprKind};

use super::number::short;
use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;
use crate::replay::nodes::Node;

pub(super) const OPERATOR: Operator = Operator {
    name: "quantile",
    propose,
};

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes().iter().filter(|node| is_quantile(node)) {
        let ExprKind::Number(number) = &node.expr.kind else {
            continue;
        };
        let quantile = number.value;
        if !(0.0..=1.0).contains(&quantile) {
            continue;
        }
        let mut others = vec![(1.0 + quantile) / 2.0, (2.0 * quantile - 1.0).max(0.0), 0.5];
        others.retain(|other| *other != quantile);
        others.dedup();
        for other in others {
            let text = short(other);
            let about = format!("the quantile {} becomes {text}", subject.piece(node.expr.span));
            proposals.expr(node.expr.span, text, about);
        }
    }
}

/// Whether a node says which quantile is meant.
pub(super) fn is_quantile(node: &Node<'_>) -> bool {
    let is = |expr: &Expr| std::ptr::eq(expr.bare(), node.expr);
    match node.parent().map(|parent| &parent.kind) {
        Some(ExprKind::Call(call)) => {
            matches!(call.name.as_str(), "histogram_quantile" | "quantile_over_time")
                && call.args.first().is_some_and(is)
        }
        Some(ExprKind::Aggregate(aggregate)) => {
            aggregate.op == AggregateOp::Quantile && aggregate.param.as_deref().is_some_and(is)
        }
        _ => false,
    }
}

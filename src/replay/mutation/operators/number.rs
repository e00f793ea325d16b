//! A number moved: a threshold by a tenth and to the double or half, any other number to the double.

use promql_syntax::ast::{BinaryOp, Expr, ExprKind};

use super::quantile::is_quantile;
use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;
use crate::replay::nodes::Node;

pub(super) const OPERATOR: Operator = Operator {
    name: "number",
    propose,
};

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        let ExprKind::Number(number) = &node.expr.kind else {
            continue;
        };
        if !number.value.is_finite() || is_quantile(&node) {
            continue;
        }
        let threshold = Threshold::of(&node);
        let others = match &threshold {
            // What is compared for being equal is a state; the next ones are as near as any.
            Some(Threshold {
                op: BinaryOp::Eq | BinaryOp::Ne,
                ..
            }) => vec![number.value + 1.0, number.value - 1.0],
            Some(_) if number.value == 0.0 => vec![1.0, -1.0],
            Some(_) => [1.1, 0.9, 2.0, 0.5].map(|factor| number.value * factor).to_vec(),
            None if number.value == 0.0 => vec![1.0],
            None => vec![number.value * 2.0],
        };
        let written = subject.piece(node.expr.span);
        for other in others {
            let text = short(other);
            let about = format!("{written} becomes {text}");
            let proposal = proposals.expr(node.expr.span, &text, about);
            if let Some(threshold) = &threshold {
                let between = short((number.value + other) / 2.0);
                let (low, high) = if other < number.value {
                    (&text[..], written)
                } else {
                    (written, &text[..])
                };
                proposal.told_by(format!(
                    "series for which `{}` lies between {low} and {high}, such as {between}",
                    threshold.other
                ));
            }
        }
    }
}

/// A number that something is compared with.
struct Threshold<'r> {
    op: BinaryOp,
    other: &'r Expr,
}

impl<'r> Threshold<'r> {
    fn of(node: &Node<'r>) -> Option<Self> {
        let ExprKind::Binary(binary) = &node.parent()?.kind else {
            return None;
        };
        let is_left = std::ptr::eq(binary.lhs.bare(), node.expr);
        let other = (if is_left { &binary.rhs } else { &binary.lhs }).bare();
        binary
            .op
            .is_comparison()
            .then_some(Threshold { op: binary.op, other })
    }
}

/// A number with as many digits as people write.
pub(super) fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    rounded.to_string()
}

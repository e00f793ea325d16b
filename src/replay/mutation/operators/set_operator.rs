//! `and`, `or` and `unless` swapped for each other, or left out together with one of their sides.

use promql_syntax::ast::{BinaryExpr, BinaryOp, ExprKind};

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "set-operator",
    propose,
};

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        let ExprKind::Binary(binary) = &node.expr.kind else {
            continue;
        };
        if !binary.op.is_set() {
            continue;
        }
        for other in [BinaryOp::And, BinaryOp::Or, BinaryOp::Unless] {
            if other != binary.op {
                let about = format!("`{}` becomes `{}`", binary.op.text(), other.text());
                proposals.expr(binary.op_span, other.text(), about);
            }
        }
        let BinaryExpr { op, lhs, rhs, .. } = binary;
        let without_right = format!("`{} {rhs}` is left out", op.text());
        proposals
            .expr(node.expr.span, subject.piece(lhs.span), without_right)
            .told_by(match op {
                BinaryOp::And => format!("series for which `{rhs}` returns nothing while `{lhs}` does not"),
                BinaryOp::Or => format!("series for which `{rhs}` returns something and `{lhs}` nothing"),
                _ => format!("series for which both `{lhs}` and `{rhs}` return something"),
            });
        if *op == BinaryOp::Or {
            let without_left = format!("`{lhs} or` is left out");
            proposals
                .expr(node.expr.span, subject.piece(rhs.span), without_left)
                .told_by(format!(
                    "series for which `{lhs}` returns something and `{rhs}` nothing"
                ));
        }
    }
}

//! An arithmetic operator swapped for its opposite, a sign dropped.

use promql_syntax::Span;
use promql_syntax::ast::{BinaryOp, ExprKind, UnaryOp};

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "arithmetic",
    propose,
};

fn sibling(op: BinaryOp) -> Option<BinaryOp> {
    match op {
        BinaryOp::Add => Some(BinaryOp::Sub),
        BinaryOp::Sub => Some(BinaryOp::Add),
        BinaryOp::Mul => Some(BinaryOp::Div),
        BinaryOp::Div => Some(BinaryOp::Mul),
        BinaryOp::Mod => Some(BinaryOp::Div),
        BinaryOp::Pow => Some(BinaryOp::Mul),
        _ => None,
    }
}

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        match &node.expr.kind {
            ExprKind::Binary(binary) => {
                if let Some(other) = sibling(binary.op) {
                    let about = format!("`{}` becomes `{}`", binary.op.text(), other.text());
                    proposals.expr(binary.op_span, other.text(), about);
                }
            }
            ExprKind::Unary(unary) if unary.op == UnaryOp::Minus => {
                let sign = Span::new(unary.op_span.start, unary.expr.span.start);
                proposals.expr(sign, "", "the sign is dropped");
            }
            _ => {}
        }
    }
}

//! A comparison flipped (`>` becomes `<`), or made to hold at its bound too or no more (`>` becomes `>=`).

use promql_syntax::ast::{BinaryOp, ExprKind};

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "comparison",
    propose,
};

fn siblings(op: BinaryOp) -> &'static [BinaryOp] {
    match op {
        BinaryOp::Gt => &[BinaryOp::Ge, BinaryOp::Lt],
        BinaryOp::Ge => &[BinaryOp::Gt, BinaryOp::Le],
        BinaryOp::Lt => &[BinaryOp::Le, BinaryOp::Gt],
        BinaryOp::Le => &[BinaryOp::Lt, BinaryOp::Ge],
        BinaryOp::Eq => &[BinaryOp::Ne],
        BinaryOp::Ne => &[BinaryOp::Eq],
        _ => &[],
    }
}

/// Whether two comparisons differ in nothing but whether they hold between equal values.
fn differ_at_the_bound(a: BinaryOp, b: BinaryOp) -> bool {
    use BinaryOp::{Ge, Gt, Le, Lt};
    matches!((a, b), (Gt, Ge) | (Ge, Gt) | (Lt, Le) | (Le, Lt))
}

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        let ExprKind::Binary(binary) = &node.expr.kind else {
            continue;
        };
        for sibling in siblings(binary.op) {
            let about = format!("`{}` becomes `{}`", binary.op.text(), sibling.text());
            let proposal = proposals.expr(binary.op_span, sibling.text(), about);
            if differ_at_the_bound(binary.op, *sibling) {
                let (lhs, rhs) = (binary.lhs.bare(), binary.rhs.bare());
                proposal.told_by(format!("series for which `{}` is exactly `{}`", lhs, rhs));
            }
        }
    }
}

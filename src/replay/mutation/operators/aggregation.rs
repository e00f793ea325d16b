//! An aggregation swapped for a sibling, the number of `topk` and its like changed.

use promql_syntax::ast::{AggregateOp, ExprKind};

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "aggregation",
    propose,
};

fn siblings(op: AggregateOp) -> &'static [AggregateOp] {
    match op {
        AggregateOp::Sum => &[AggregateOp::Max, AggregateOp::Avg],
        AggregateOp::Avg => &[AggregateOp::Max, AggregateOp::Sum],
        AggregateOp::Min => &[AggregateOp::Max, AggregateOp::Sum],
        AggregateOp::Max => &[AggregateOp::Min, AggregateOp::Sum],
        AggregateOp::Count => &[AggregateOp::Sum, AggregateOp::Group],
        AggregateOp::Group => &[AggregateOp::Count],
        AggregateOp::Stddev => &[AggregateOp::Stdvar],
        AggregateOp::Stdvar => &[AggregateOp::Stddev],
        AggregateOp::Topk => &[AggregateOp::Bottomk],
        AggregateOp::Bottomk => &[AggregateOp::Topk],
        _ => &[],
    }
}

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        let ExprKind::Aggregate(aggregate) = &node.expr.kind else {
            continue;
        };
        for other in siblings(aggregate.op) {
            let about = format!("`{}` becomes `{}`", aggregate.op.text(), other.text());
            proposals
                .expr(aggregate.op_span, other.text(), about)
                .told_by(format!(
                    "several series with different values in one group of `{}`",
                    node.expr
                ));
        }
    }
}

//! Labels in a grouping that no series has.

use promql_syntax::ast::ExprKind;

use super::Proof;
use crate::model::rules::Rule;
use crate::replay::mutation::change::Change;
use crate::replay::mutation::subject::Subject;

/// A label in `by` or `without` that what is aggregated has aggregated away: `sum by (job) (sum by (instance) (x))`.
pub(super) const ABSENT_LABEL: Proof = Proof {
    name: "absent-label",
    prove: absent_label,
};

fn absent_label(subject: &Subject<'_>, change: &Change, _: &Rule) -> Option<String> {
    let Change::Expr { span, with } = change else {
        return None;
    };
    if !with.is_empty() {
        return None;
    }
    for node in subject.nodes() {
        let ExprKind::Aggregate(outer) = &node.expr.kind else {
            continue;
        };
        let labels = outer.grouping.iter().flat_map(|grouping| &grouping.labels);
        let mut dropped = labels.filter(|label| span.start <= label.span.start && label.span.end <= span.end);
        let Some(dropped) = dropped.next() else { continue };
        let ExprKind::Aggregate(inner) = &outer.expr.bare().kind else {
            return None;
        };
        // Of what an aggregation returns only that is certain; `topk` and its like return whole series.
        if inner.op.takes_parameter() {
            return None;
        }
        let absent = match &inner.grouping {
            None => true,
            Some(grouping) => grouping.labels.iter().any(|l| l.name == dropped.name) == grouping.without,
        };
        return absent.then(|| format!("what is aggregated has no label `{}`", dropped.name));
    }
    None
}

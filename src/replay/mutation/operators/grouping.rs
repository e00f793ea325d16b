//! A label dropped from `by`, `without`, `on`, `ignoring`, `group_left` or `group_right`; `by` swapped for `without`
//! and `on` for `ignoring`.

use promql_syntax::Span;
use promql_syntax::ast::{ExprKind, LabelName};

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "grouping",
    propose,
};

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        match &node.expr.kind {
            ExprKind::Aggregate(aggregate) => {
                if let Some(grouping) = &aggregate.grouping {
                    let word = if grouping.without { "without" } else { "by" };
                    let other = if grouping.without { "by" } else { "without" };
                    swap(grouping.span, word, other, proposals);
                    drop_labels(subject, word, &grouping.labels, proposals);
                }
            }
            ExprKind::Binary(binary) => {
                if let Some(labels) = &binary.matching.labels {
                    let (word, other) = if labels.on {
                        ("on", "ignoring")
                    } else {
                        ("ignoring", "on")
                    };
                    swap(labels.span, word, other, proposals);
                    drop_labels(subject, word, &labels.labels, proposals);
                }
                if let Some(group) = &binary.matching.group {
                    drop_labels(subject, "the group modifier", &group.include, proposals);
                }
            }
            _ => {}
        }
    }
}

fn swap(clause: Span, word: &str, other: &str, proposals: &mut Proposals) {
    let keyword = Span::new(clause.start, clause.start + word.len());
    proposals.expr(keyword, other, format!("`{word}` becomes `{other}`"));
}

fn drop_labels(subject: &Subject<'_>, word: &str, labels: &[LabelName], proposals: &mut Proposals) {
    for (number, label) in labels.iter().enumerate() {
        // A label goes with the comma after it, the last one with the comma before it.
        let next = labels.get(number + 1);
        let before = number.checked_sub(1).map(|before| labels[before].span.end);
        let span = match (next, before) {
            (Some(next), _) => Span::new(label.span.start, next.span.start),
            (None, Some(before)) => Span::new(before, label.span.end),
            (None, None) => label.span,
        };
        let about = format!("`{}` is dropped from {word}", subject.piece(label.span));
        proposals
            .expr(span, "", about)
            .told_by(format!("series that differ in nothing but `{}`", label.name));
    }
}

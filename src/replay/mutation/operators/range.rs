//! A range, a step or an offset halved and doubled, an offset dropped.

use promql_syntax::ast::{DurationExpr, DurationKind, ExprKind, Offset};
use promql_syntax::{Span, format_duration};

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "range",
    propose,
};

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        match &node.expr.kind {
            ExprKind::VectorSelector(selector) => offset(subject, selector.offset.as_ref(), proposals),
            ExprKind::MatrixSelector(matrix) => {
                duration(subject, "the range", &matrix.range, proposals);
                offset(subject, matrix.selector.offset.as_ref(), proposals);
            }
            ExprKind::Subquery(subquery) => {
                duration(subject, "the range", &subquery.range, proposals);
                if let Some(step) = &subquery.step {
                    duration(subject, "the step", step, proposals);
                }
                offset(subject, subquery.offset.as_ref(), proposals);
            }
            _ => {}
        }
    }
}

/// Halves and doubles a duration that is written as one number.
fn duration(subject: &Subject<'_>, what: &str, duration: &DurationExpr, proposals: &mut Proposals) {
    let DurationKind::Number(number) = &duration.kind else {
        return;
    };
    for factor in [0.5, 2.0] {
        let ms = (number.value * 1000.0 * factor).round();
        // What is shorter or longer than this is no range that anybody writes.
        if !(1.0..1e15).contains(&ms) {
            continue;
        }
        let text = format_duration(ms as i64);
        let about = format!("{what} {} becomes {text}", subject.piece(duration.span));
        proposals.expr(duration.span, &text, about).told_by(format!(
            "series that change between {} and {text} before the time of evaluation",
            subject.piece(duration.span)
        ));
    }
}

fn offset(subject: &Subject<'_>, offset: Option<&Offset>, proposals: &mut Proposals) {
    let Some(offset) = offset.filter(|offset| offset.is_set()) else {
        return;
    };
    duration(subject, "the offset", &offset.value, proposals);
    let kept = subject.text[..offset.span.start].trim_end().len();
    let about = format!("`{}` is dropped", subject.piece(offset.span));
    proposals.expr(Span::new(kept, offset.span.end), "", about);
}

//! What the parts of an expression must have done to have decided anything, as expressions of their own:
//!
//! - a selector has found samples;
//! - a matcher has kept a series out that the rest of its selector selects: the selector with the matcher negated finds
//!   one;
//! - a comparison has held for some series and not held for some, while both sides were there: with `bool` it returns 1
//!   and 0;
//! - the right side of `and` and `unless` has kept and has removed something of the left one: `and` and `unless` of both
//!   return something;
//! - each side of `or` has added something: the left one returns something, and so does `right unless left`;
//! - `absent` has found nothing, and something.
//!
//! They are evaluated at the times of the rule's evaluations. A part of a subquery is evaluated at these times too.

use promql_engine::{Query, SampleValue};
use promql_syntax::Span;
use promql_syntax::ast::{
    BinaryExpr, BinaryOp, Call, Expr, ExprKind, MatchOp, VectorMatching, VectorSelector,
};

use crate::outcome::ElementKind;
use crate::replay::reads::is_pointwise;
use crate::replay::schedule::Schedule;
use crate::replay::world::World;

/// Something that a part of an expression may have done.
pub(super) struct Part {
    /// What kind of thing.
    pub(super) kind: ElementKind,
    /// What is missing where it has not, as half a sentence.
    pub(super) missing: String,
    /// The piece of the expression.
    pub(super) span: Span,
    /// What shows that it has.
    pub(super) sign: Sign,
}

/// What shows that a part has done something.
pub(super) struct Sign {
    expr: Expr,
    /// The value that must be among those returned, where any will not do.
    value: Option<f64>,
}

impl Sign {
    /// Whether it is seen at any evaluation.
    pub(super) fn is_seen(&self, world: &World<'_>, schedule: Schedule, offset_ms: i64) -> bool {
        let query = Query::new(String::new(), self.expr.clone());
        let wanted = |value: &SampleValue| match (self.value, value) {
            (None, _) => true,
            (Some(wanted), SampleValue::Float(value)) => wanted == *value,
            (Some(_), SampleValue::Histogram(_)) => false,
        };
        let time = |evaluation| schedule.time(evaluation) - offset_ms;
        if is_pointwise(&self.expr) {
            let vectors = world.vectors(&query, time(0), time(schedule.count - 1), schedule.interval_ms);
            return vectors.is_ok_and(|vectors| {
                (0..vectors.len()).any(|at| vectors.vector(at).iter().any(|sample| wanted(&sample.value)))
            });
        }
        (0..schedule.count).any(|evaluation| {
            let vector = world.vector(&query, time(evaluation));
            vector.is_ok_and(|vector| vector.iter().any(|sample| wanted(&sample.value)))
        })
    }
}

/// All that the node of an expression may have done. `text` is that of the whole expression.
pub(super) fn of(node: &Expr, text: &str) -> Vec<Part> {
    match &node.kind {
        ExprKind::VectorSelector(selector) => selected(selector, node.span, text),
        ExprKind::MatrixSelector(matrix) => selected(&matrix.selector, matrix.selector_span, text),
        ExprKind::Binary(binary) if binary.op.is_comparison() => comparison(node, binary),
        ExprKind::Binary(binary) if binary.op.is_set() => sides(node, binary),
        ExprKind::Call(call) if call.name == "absent" => absence(node, call),
        _ => Vec::new(),
    }
}

fn part(kind: ElementKind, span: Span, missing: String, expr: Expr, value: Option<f64>) -> Part {
    let sign = Sign { expr, value };
    Part {
        kind,
        missing,
        span,
        sign,
    }
}

fn selected(selector: &VectorSelector, span: Span, text: &str) -> Vec<Part> {
    let select = |selector: VectorSelector| Expr {
        span,
        kind: ExprKind::VectorSelector(VectorSelector {
            extension: None,
            ..selector
        }),
    };
    let whole = select(selector.clone());
    let missing = format!("`{}` never found a sample", span.of(text).trim());
    let mut parts = vec![part(ElementKind::Selected, span, missing, whole, None)];
    for (at, matcher) in selector.matchers.iter().enumerate() {
        let mut negated = selector.clone();
        negated.matchers[at].op = match matcher.op {
            MatchOp::Equal => MatchOp::NotEqual,
            MatchOp::NotEqual => MatchOp::Equal,
            MatchOp::Regex => MatchOp::NotRegex,
            MatchOp::NotRegex => MatchOp::Regex,
        };
        let missing = format!("`{}` never kept a series out", matcher.span.of(text));
        parts.push(part(
            ElementKind::Matcher,
            matcher.span,
            missing,
            select(negated),
            None,
        ));
    }
    parts
}

fn comparison(node: &Expr, binary: &BinaryExpr) -> Vec<Part> {
    let as_number = Expr {
        span: node.span,
        kind: ExprKind::Binary(BinaryExpr {
            bool_modifier: Some(binary.op_span),
            ..binary.clone()
        }),
    };
    let (lhs, op, rhs) = (&binary.lhs, binary.op.text(), &binary.rhs);
    [("never held", 1.0), ("never failed to hold", 0.0)]
        .into_iter()
        .map(|(what, value)| {
            let missing = format!("`{lhs} {op} {rhs}` {what}");
            part(
                ElementKind::Comparison,
                binary.op_span,
                missing,
                as_number.clone(),
                Some(value),
            )
        })
        .collect()
}

fn sides(node: &Expr, binary: &BinaryExpr) -> Vec<Part> {
    let (lhs, rhs) = (&*binary.lhs, &*binary.rhs);
    let of_both = |op: BinaryOp, lhs: &Expr, rhs: &Expr| Expr {
        span: node.span,
        kind: ExprKind::Binary(BinaryExpr {
            op,
            op_span: binary.op_span,
            bool_modifier: None,
            matching: VectorMatching {
                labels: binary.matching.labels.clone(),
                ..VectorMatching::default()
            },
            lhs: Box::new(lhs.clone()),
            rhs: Box::new(rhs.clone()),
        }),
    };
    let kind = ElementKind::Operand;
    if binary.op == BinaryOp::Or {
        let added = |side: &Expr| format!("`{side}` never added anything");
        return vec![
            part(kind, lhs.span, added(lhs), lhs.clone(), None),
            part(
                kind,
                rhs.span,
                added(rhs),
                of_both(BinaryOp::Unless, rhs, lhs),
                None,
            ),
        ];
    }
    let op = binary.op.text();
    let (and, unless) = match binary.op {
        BinaryOp::And => ("kept", "removed"),
        _ => ("removed", "kept"),
    };
    vec![
        part(
            kind,
            rhs.span,
            format!("`{op} {rhs}` never {and} anything"),
            of_both(BinaryOp::And, lhs, rhs),
            None,
        ),
        part(
            kind,
            rhs.span,
            format!("`{op} {rhs}` never {unless} anything"),
            of_both(BinaryOp::Unless, lhs, rhs),
            None,
        ),
    ]
}

fn absence(node: &Expr, call: &Call) -> Vec<Part> {
    let Some(arg) = call.args.first() else {
        return Vec::new();
    };
    let kind = ElementKind::Absence;
    vec![
        part(
            kind,
            call.name_span,
            format!("`{arg}` was never absent"),
            node.clone(),
            None,
        ),
        part(
            kind,
            call.name_span,
            format!("`{arg}` was always absent"),
            arg.clone(),
            None,
        ),
    ]
}

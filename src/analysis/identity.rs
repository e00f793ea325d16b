//! Which parts of an expression are written alike, so that they have the same value at the same time. Numbers stand
//! for what is alike; they are given from the leaves up, so the work grows with the size of the expression only.

use std::collections::HashMap;
use std::fmt::Write as _;

use promql_syntax::ast::{
    AtModifier, AtTime, BinaryExpr, DurationExpr, DurationKind, Expr, ExprKind, MatchOp, Offset,
    VectorSelector,
};

/// What stands for a part of an expression: the same number, the same value.
pub(super) type Identity = u32;

/// The numbers given so far.
#[derive(Default)]
pub(super) struct Identities(HashMap<(String, Vec<Identity>), Identity>);

impl Identities {
    /// The number of an expression whose operands have these.
    pub(super) fn of(&mut self, expr: &Expr, operands: &[Identity]) -> Identity {
        if let (ExprKind::Paren(_), [inner]) = (&expr.kind, operands) {
            return *inner;
        }
        let next = self.0.len() as Identity;
        *self.0.entry((head(expr), operands.to_vec())).or_insert(next)
    }
}

/// What an expression is, without its operands.
fn head(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(number) => format!("n{:x}", number.value.to_bits()),
        ExprKind::String(string) => format!("s{}", string.value),
        ExprKind::Paren(_) => "()".to_owned(),
        ExprKind::Unary(unary) => format!("{:?}", unary.op),
        ExprKind::Binary(binary) => of_binary(binary),
        ExprKind::Aggregate(aggregate) => {
            let mut head = aggregate.op.text().to_owned();
            if let Some(grouping) = &aggregate.grouping {
                let mut labels: Vec<&str> = grouping.labels.iter().map(|l| l.name.as_str()).collect();
                labels.sort_unstable();
                labels.dedup();
                let _ = write!(head, " {} {labels:?}", grouping.without);
            }
            head
        }
        ExprKind::Call(call) => format!("f{}", call.name),
        ExprKind::VectorSelector(selector) => format!("v{}", of_selector(selector, true)),
        ExprKind::MatrixSelector(matrix) => {
            format!(
                "m{}[{}]",
                of_selector(&matrix.selector, true),
                of_duration(&matrix.range)
            )
        }
        ExprKind::Subquery(subquery) => format!(
            "q[{}:{}]{}",
            of_duration(&subquery.range),
            subquery.step.as_ref().map_or_else(String::new, of_duration),
            of_modifiers(subquery.offset.as_ref(), subquery.at.as_ref())
        ),
        // Two faults are never the same.
        ExprKind::Error => format!("e{:?}", expr.span),
    }
}

fn of_binary(binary: &BinaryExpr) -> String {
    let mut head = format!("b{} {}", binary.op.text(), binary.bool_modifier.is_some());
    let matching = &binary.matching;
    if let Some(labels) = &matching.labels {
        let names: Vec<&str> = labels.labels.iter().map(|l| l.name.as_str()).collect();
        let _ = write!(head, " on {} {names:?}", labels.on);
    }
    if let Some(group) = &matching.group {
        let names: Vec<&str> = group.include.iter().map(|l| l.name.as_str()).collect();
        let _ = write!(head, " group {:?} {names:?}", group.side);
    }
    if matching.fill.span.is_some() {
        let _ = write!(head, " fill {:?} {:?}", matching.fill.left, matching.fill.right);
    }
    head
}

/// A selector as text, its matchers in order: with or without them.
pub(super) fn of_selector(selector: &VectorSelector, with_matchers: bool) -> String {
    let mut text = String::new();
    if with_matchers {
        text = format!("{:?}", matchers(selector));
    }
    if let Some((extension, _)) = &selector.extension {
        let _ = write!(text, " {extension:?}");
    }
    text + &of_modifiers(selector.offset.as_ref(), selector.at.as_ref())
}

/// The matchers of a selector, each once, in order.
pub(super) fn matchers(selector: &VectorSelector) -> Vec<(&str, &'static str, &str)> {
    let op = |op: MatchOp| match op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Regex => "=~",
        MatchOp::NotRegex => "!~",
    };
    let written = selector.matchers.iter();
    let mut all: Vec<_> = written
        .map(|m| (m.name.name.as_str(), op(m.op), m.value.as_str()))
        .collect();
    all.extend(
        selector
            .name
            .iter()
            .map(|name| ("__name__", "=", name.name.as_str())),
    );
    all.sort_unstable();
    all.dedup();
    all
}

fn of_modifiers(offset: Option<&Offset>, at: Option<&AtModifier>) -> String {
    let mut text = String::new();
    if let Some(offset) = offset.filter(|offset| offset.is_set()) {
        let _ = write!(text, " offset {}", of_duration(&offset.value));
    }
    match at.map(|at| at.time) {
        Some(AtTime::Timestamp(time)) => {
            let _ = write!(text, " @ {time}");
        }
        Some(other) => {
            let _ = write!(text, " @ {other:?}");
        }
        None => {}
    }
    text
}

pub(super) fn of_duration(duration: &DurationExpr) -> String {
    promql_syntax::with_enough_stack(|| duration_text(duration))
}

fn duration_text(duration: &DurationExpr) -> String {
    match &duration.kind {
        DurationKind::Number(number) => format!("{}", number.value),
        DurationKind::Step => "step".to_owned(),
        DurationKind::Range => "range".to_owned(),
        DurationKind::Unary(op, inner) => format!("{op:?}({})", of_duration(inner)),
        DurationKind::Binary(op, a, b) => format!("({}){}({})", of_duration(a), op.text(), of_duration(b)),
        DurationKind::MinOf(a, b) => format!("min({},{})", of_duration(a), of_duration(b)),
        DurationKind::MaxOf(a, b) => format!("max({},{})", of_duration(a), of_duration(b)),
        DurationKind::Paren(inner) => of_duration(inner),
        DurationKind::Error => format!("error {:?}", duration.span),
    }
}

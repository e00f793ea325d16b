//! What of an expression is worth asking a server about.

use std::collections::HashSet;

use promql_syntax::Span;
use promql_syntax::ast::{AtTime, BinaryExpr, BinaryOp, Expr, ExprKind, ValueType, VectorSelector};

/// A selector that an expression needs series for.
#[derive(Clone, Debug)]
pub struct Read<'e> {
    /// The selector.
    pub selector: &'e VectorSelector,
    /// The name of its metric.
    pub name: &'e str,
    /// Where it stands, without a range behind it.
    pub span: Span,
    /// The selector in normal form, without modifiers.
    pub text: String,
    /// Selectors that stand in for it where it selects nothing: those on the other side of an `or`.
    pub stand_ins: Vec<String>,
}

/// The selectors that an expression needs series for. Left out are those that may well select nothing: what `absent` looks for,
/// what a constant stands in for, what `unless` takes away; and those without a plain name.
pub fn reads(expr: &Expr) -> Vec<Read<'_>> {
    let mut found = Vec::new();
    walk(expr, &mut found);
    let mut seen = HashSet::new();
    // What stands there several times is missing once.
    found.retain(|read| seen.insert(read.text.clone()));
    found
}

fn walk<'e>(expr: &'e Expr, found: &mut Vec<Read<'e>>) {
    match &expr.kind {
        ExprKind::VectorSelector(selector) => found.extend(read(selector, expr.span)),
        ExprKind::MatrixSelector(matrix) => found.extend(read(&matrix.selector, matrix.selector_span)),
        ExprKind::Call(call) if call.name.starts_with("absent") => {}
        ExprKind::Binary(binary) => match binary.op {
            BinaryOp::Or if is_always_there(&binary.rhs) => {}
            BinaryOp::Or => {
                let (mut left, mut right) = (Vec::new(), Vec::new());
                walk(&binary.lhs, &mut left);
                walk(&binary.rhs, &mut right);
                let texts = |side: &[Read<'_>]| side.iter().map(|r| r.text.clone()).collect::<Vec<_>>();
                let (of_left, of_right) = (texts(&left), texts(&right));
                left.iter_mut()
                    .for_each(|read| read.stand_ins.extend_from_slice(&of_right));
                right
                    .iter_mut()
                    .for_each(|read| read.stand_ins.extend_from_slice(&of_left));
                found.append(&mut left);
                found.append(&mut right);
            }
            BinaryOp::Unless if !compares(&binary.rhs) => walk(&binary.lhs, found),
            _ if binary.matching.fill.span.is_some() => {}
            _ => {
                walk(&binary.lhs, found);
                walk(&binary.rhs, found);
            }
        },
        _ => expr.children().into_iter().for_each(|child| walk(child, found)),
    }
}

fn read(selector: &VectorSelector, span: Span) -> Option<Read<'_>> {
    let name = selector.name.as_ref()?.name.as_str();
    // The states of alerts are there only while alerts are.
    if matches!(name, "ALERTS" | "ALERTS_FOR_STATE") {
        return None;
    }
    // Far from now, other series were there.
    let elsewhere = |at: AtTime| matches!(at, AtTime::Timestamp(_));
    if selector.at.as_ref().is_some_and(|at| elsewhere(at.time)) {
        return None;
    }
    Some(Read {
        selector,
        name,
        span: match &selector.name {
            Some(name) if selector.matchers.is_empty() => name.span,
            _ => span,
        },
        text: plain(selector),
        stand_ins: Vec::new(),
    })
}

/// A selector in normal form, without modifiers.
pub fn plain(selector: &VectorSelector) -> String {
    let bare = VectorSelector {
        extension: None,
        offset: None,
        at: None,
        ..selector.clone()
    };
    let expr = Expr {
        kind: ExprKind::VectorSelector(bare),
        span: Span::new(0, 0),
    };
    expr.to_string()
}

/// Whether an expression has a value at all times: `vector(0)`.
fn is_always_there(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_always_there(inner),
        ExprKind::Call(call) => call.name == "vector",
        ExprKind::Binary(binary) => is_always_there(&binary.lhs) || is_always_there(&binary.rhs),
        _ => false,
    }
}

/// Whether values are compared in an expression, so that it must have some.
fn compares(expr: &Expr) -> bool {
    expr.operations().any(|(_, binary)| binary.op.is_comparison())
}

/// The operations of an expression that match the series of two vectors, with an expression each that has a result where they
/// match: a comparison has one whatever the values.
pub fn operations(expr: &Expr) -> Vec<(&Expr, &BinaryExpr, Expr)> {
    expr.operations()
        .filter_map(|(part, binary)| {
            let vector = |side: &Expr| side.value_type() == Some(ValueType::InstantVector);
            let matches = !matches!(binary.op, BinaryOp::Or | BinaryOp::Unless);
            if !matches || !vector(&binary.lhs) || !vector(&binary.rhs) || binary.matching.fill.span.is_some()
            {
                return None;
            }
            let mut any = binary.clone();
            if binary.op.is_comparison() {
                any.bool_modifier = Some(binary.op_span);
            }
            let any = Expr {
                kind: ExprKind::Binary(any),
                span: part.span,
            };
            Some((part, binary, any))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use promql_syntax::ParseOptions;

    fn read_texts(text: &str) -> Vec<String> {
        let parsed = promql_syntax::parse(text, &ParseOptions::default());
        assert!(parsed.errors.is_empty(), "{text}");
        reads(&parsed.expr).into_iter().map(|read| read.text).collect()
    }

    #[test]
    fn what_may_well_be_missing_is_not_asked_for() {
        assert_eq!(
            read_texts("rate(a{y='1',x=~'2'}[5m] offset 1h)"),
            [r#"a{x=~"2",y="1"}"#]
        );
        assert_eq!(read_texts("absent(a) or absent_over_time(b[5m])"), [""; 0]);
        assert_eq!(read_texts("(sum(a) or vector(0)) > b"), ["b"]);
        assert_eq!(read_texts("a unless b"), ["a"]);
        assert_eq!(read_texts("a unless b > 5"), ["a", "b"]);
        assert_eq!(read_texts("ALERTS{alertname='x'} and {__name__=~'x.*'}"), [""; 0]);
    }

    #[test]
    fn the_other_side_of_or_stands_in() {
        let parsed = promql_syntax::parse("a or b", &ParseOptions::default());
        let reads = reads(&parsed.expr);
        assert_eq!(reads[0].stand_ins, ["b"]);
        assert_eq!(reads[1].stand_ins, ["a"]);
    }

    #[test]
    fn a_comparison_has_a_result_wherever_its_sides_match() {
        let parsed = promql_syntax::parse("a > on (x) b and 1 < c", &ParseOptions::default());
        let asked: Vec<String> = operations(&parsed.expr)
            .iter()
            .map(|(_, _, any)| any.to_string())
            .collect();
        assert_eq!(asked, ["a > on (x) b and 1 < c", "a > bool on (x) b"]);
    }
}

//! Where promql-parser 0.11 and we differ, and why. Each entry is a difference that was looked at.

use promql_syntax::Parsed;
use promql_syntax::ast::{Expr, ExprKind, UnaryOp};

/// A tree with only what promql-parser keeps of it: it drops plus signs, and takes a duration that is used as a number
/// for the number of seconds.
pub(crate) fn reduced(mut expr: Expr) -> Expr {
    expr.kind = match expr.kind {
        ExprKind::Unary(unary) if unary.op == UnaryOp::Plus => return reduced(*unary.expr),
        ExprKind::Unary(mut unary) => {
            unary.expr = Box::new(reduced(*unary.expr));
            ExprKind::Unary(unary)
        }
        ExprKind::Number(mut number) => {
            number.is_duration = false;
            ExprKind::Number(number)
        }
        ExprKind::Paren(inner) => ExprKind::Paren(Box::new(reduced(*inner))),
        ExprKind::Binary(mut binary) => {
            binary.lhs = Box::new(reduced(*binary.lhs));
            binary.rhs = Box::new(reduced(*binary.rhs));
            ExprKind::Binary(binary)
        }
        ExprKind::Aggregate(mut aggregate) => {
            aggregate.expr = Box::new(reduced(*aggregate.expr));
            aggregate.param = aggregate.param.map(|param| Box::new(reduced(*param)));
            ExprKind::Aggregate(aggregate)
        }
        ExprKind::Call(mut call) => {
            call.args = call.args.into_iter().map(reduced).collect();
            ExprKind::Call(call)
        }
        ExprKind::Subquery(mut subquery) => {
            subquery.expr = Box::new(reduced(*subquery.expr));
            ExprKind::Subquery(subquery)
        }
        other => other,
    };
    expr
}

/// Why the two may differ on a text; none where they must agree.
pub(crate) fn reason(text: &str, ours: &Parsed) -> Option<&'static str> {
    let has = |word: &str| text.contains(word);
    let arithmetic = |e: &promql_syntax::ParseError| e.message.contains("duration expression");
    if ["step()", "range()", "min_of(", "max_of(", "start()", "end()"]
        .iter()
        .any(|word| has(word))
    {
        return Some("durations as expressions came with Prometheus 3.10");
    }
    if has("anchored") || has("smoothed") {
        return Some("anchored and smoothed came with Prometheus 3.9");
    }
    if has("fill(") || has("fill_left(") || has("fill_right(") {
        return Some("filling in missing series came with Prometheus 3.10");
    }
    if has("</") || has(">/") {
        return Some("trimming histograms came with Prometheus 3.10");
    }
    if has("1_000") {
        return Some("promql-parser does not take underscores in numbers");
    }
    if has("@ -") {
        return Some("promql-parser takes a negative time for 0");
    }
    if ["ln(-", "ln(+", "ln(Inf", "ln(NaN", "ln(ln("]
        .iter()
        .any(|word| has(word))
    {
        return Some("promql-parser lets ln take some scalars");
    }
    if text.matches("group_").count() != ours.expr.to_string().matches("group_").count() {
        return Some("promql-parser prints group modifiers where a side is a scalar");
    }
    if has("ignoring() group_") {
        return Some("promql-parser prints such group modifiers without the list that must precede them");
    }
    if ours
        .errors
        .iter()
        .any(|e| e.message.starts_with("unary expression only allowed"))
    {
        return Some("promql-parser lets a plus sign stand before a string");
    }
    // With everything but arithmetic in durations enabled, what is refused is that arithmetic.
    let without = promql_syntax::ParseOptions {
        duration_expressions: false,
        ..promql_syntax::ParseOptions::ALL
    };
    if ours.errors.is_empty() && promql_syntax::parse(text, &without).errors.iter().any(arithmetic) {
        return Some("arithmetic in durations came with Prometheus 3.4");
    }
    None
}

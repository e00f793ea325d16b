//! A matcher dropped or negated, one of the values that a regular expression lists left out.

use promql_syntax::Span;
use promql_syntax::ast::{MatchOp, Matcher, VectorSelector};

use super::{Operator, Proposals};
use crate::replay::mutation::subject::Subject;

pub(super) const OPERATOR: Operator = Operator {
    name: "matcher",
    propose,
};

fn propose(subject: &Subject<'_>, proposals: &mut Proposals) {
    for node in subject.nodes() {
        let Some(selector) = node.selector() else { continue };
        for matcher in &selector.matchers {
            let written = subject.piece(matcher.span);
            let (span, with) = without(subject.text, selector, matcher);
            proposals
                .expr(span, with, format!("`{written}` is dropped"))
                .told_by(kept_out(selector, matcher));
            let op = Span::new(matcher.name.span.end, matcher.value_span.start);
            let (negated, text) = negated(matcher.op);
            let about = format!("`{written}` is negated");
            proposals.expr(op, text, about);
            if negated == MatchOp::NotRegex || negated == MatchOp::Regex {
                shorter_lists(subject, matcher, proposals);
            }
        }
    }
}

fn negated(op: MatchOp) -> (MatchOp, &'static str) {
    match op {
        MatchOp::Equal => (MatchOp::NotEqual, "!="),
        MatchOp::NotEqual => (MatchOp::Equal, "="),
        MatchOp::Regex => (MatchOp::NotRegex, "!~"),
        MatchOp::NotRegex => (MatchOp::Regex, "=~"),
    }
}

/// The piece of the text that goes so that a matcher is gone, and what is left in its place.
fn without(text: &str, selector: &VectorSelector, matcher: &Matcher) -> (Span, String) {
    let quoted_name = selector
        .name
        .iter()
        .filter(|name| name.quoted)
        .map(|name| name.span);
    let mut spans: Vec<Span> = selector.matchers.iter().map(|m| m.span).collect();
    spans.extend(quoted_name);
    spans.sort();
    let at = spans.iter().position(|span| *span == matcher.span).unwrap_or(0);
    if let Some(next) = spans.get(at + 1) {
        return (Span::new(matcher.span.start, next.start), String::new());
    }
    if let Some(before) = at.checked_sub(1) {
        return (Span::new(spans[before].end, matcher.span.end), String::new());
    }
    // The last one goes with its braces, where a name stands before them.
    let closing = text[matcher.span.end..].find('}');
    match (&selector.name, closing) {
        (Some(name), Some(closing)) => {
            let end = matcher.span.end + closing + 1;
            (Span::new(name.span.end, end), String::new())
        }
        _ => (matcher.span, String::new()),
    }
}

/// A series that nothing but this matcher keeps out.
fn kept_out(selector: &VectorSelector, matcher: &Matcher) -> String {
    let name = selector.name.as_ref().map_or("", |name| name.name.as_str());
    let label = &matcher.name.name;
    let value = &matcher.value;
    let has = match matcher.op {
        MatchOp::Equal => format!("`{label}` is not `{value}`"),
        MatchOp::NotEqual => format!("`{label}` is `{value}`"),
        MatchOp::Regex => format!("`{label}` does not match `{value}`"),
        MatchOp::NotRegex => format!("`{label}` matches `{value}`"),
    };
    format!("a series of `{name}` whose {has}, and that would count otherwise")
}

/// Leaves out one after the other of the values that a regular expression lists: `a|b|c`.
fn shorter_lists(subject: &Subject<'_>, matcher: &Matcher, proposals: &mut Proposals) {
    let values: Vec<&str> = matcher.value.split('|').collect();
    let plain = |value: &&str| {
        !value.is_empty()
            && value
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '/' | '.'))
    };
    let written = subject.piece(matcher.value_span);
    let quote = written.chars().next().unwrap_or('"');
    // With escapes in it, what is written is not the value.
    if values.len() < 2 || !values.iter().all(plain) || written.len() != matcher.value.len() + 2 {
        return;
    }
    for left_out in &values {
        let rest: Vec<&str> = values.iter().copied().filter(|v| v != left_out).collect();
        if rest.is_empty() {
            continue;
        }
        let with = format!("{quote}{}{quote}", rest.join("|"));
        let about = format!("`{left_out}` is left out of `{}`", subject.piece(matcher.span));
        proposals
            .expr(matcher.value_span, with, about)
            .told_by(format!("a series with `{}=\"{left_out}\"`", matcher.name.name));
    }
}

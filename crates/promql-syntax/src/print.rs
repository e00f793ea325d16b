//! Expressions as text on one line, as Prometheus prints them.
//!
//! The text is normal: groupings stand before the arguments, matchers are sorted, durations and strings are
//! written in one way. Parsing it gives the same tree, but that a metric name in braces becomes a matcher of
//! `__name__`, and empty lists that mean nothing go.

use std::fmt::{self, Display, Write};

use crate::ast::{
    AggregateExpr, AtModifier, AtTime, BinaryExpr, Call, DurationExpr, DurationKind, Expr, ExprKind,
    GroupModifier, LabelName, MatchOp, Matcher, NumberLiteral, Offset, RangeExtension, Side, SubqueryExpr,
    UnaryOp, ValueType, VectorSelector,
};
use crate::duration::format_duration;
use crate::quote::go_quote;

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Number(number) => number.fmt(f),
            ExprKind::String(string) => f.write_str(&go_quote(&string.value)),
            ExprKind::Paren(inner) => write!(f, "({inner})"),
            ExprKind::Unary(unary) => write!(f, "{}{}", unary.op.text(), unary.expr),
            ExprKind::Binary(binary) => write!(f, "{} {} {}", binary.lhs, operator(binary), binary.rhs),
            ExprKind::Aggregate(aggregate) => {
                write!(f, "{}(", heading(aggregate))?;
                if let Some(param) = &aggregate.param {
                    write!(f, "{param}, ")?;
                }
                write!(f, "{})", aggregate.expr)
            }
            ExprKind::Call(call) => call_text(call, f),
            ExprKind::VectorSelector(selector) => {
                selector_text(selector, f)?;
                f.write_str(&at_text(selector.at.as_ref()))?;
                f.write_str(extension_text(selector))?;
                f.write_str(&offset_text(selector.offset.as_ref()))
            }
            ExprKind::MatrixSelector(matrix) => {
                selector_text(&matrix.selector, f)?;
                write!(f, "[{}]", length(&matrix.range))?;
                f.write_str(extension_text(&matrix.selector))?;
                f.write_str(&at_text(matrix.selector.at.as_ref()))?;
                f.write_str(&offset_text(matrix.selector.offset.as_ref()))
            }
            ExprKind::Subquery(subquery) => write!(f, "{}{}", subquery.expr, subquery_suffix(subquery)),
            ExprKind::Error => Ok(()),
        }
    }
}

impl Display for NumberLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_duration {
            f.write_str(&format_duration(milliseconds(self.value)))
        } else if self.value.is_nan() {
            f.write_str("NaN")
        } else if self.value.is_infinite() {
            f.write_str(if self.value > 0.0 { "+Inf" } else { "-Inf" })
        } else {
            write!(f, "{}", self.value)
        }
    }
}

impl UnaryOp {
    /// The sign.
    pub fn text(self) -> &'static str {
        match self {
            UnaryOp::Plus => "+",
            UnaryOp::Minus => "-",
        }
    }
}

/// Seconds as whole milliseconds, what is smaller cut off: Prometheus prints a duration that is used as a
/// number in this way.
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1e9) as i64 / 1_000_000
}

/// Seconds as whole milliseconds, by way of the nearest nanosecond, as ranges and offsets hold them.
fn rounded_milliseconds(seconds: f64) -> i64 {
    (seconds * 1e9).round() as i64 / 1_000_000
}

/// A call on one line.
fn call_text(call: &Call, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}(", call.name)?;
    for (at, arg) in call.args.iter().enumerate() {
        write!(f, "{}{arg}", if at > 0 { ", " } else { "" })?;
    }
    f.write_char(')')
}

/// `sum by (job) `, or `sum` without grouping.
pub(crate) fn heading(aggregate: &AggregateExpr) -> String {
    let op = aggregate.op.text();
    match &aggregate.grouping {
        Some(grouping) if grouping.without => format!("{op} without ({}) ", names(&grouping.labels)),
        Some(grouping) if !grouping.labels.is_empty() => format!("{op} by ({}) ", names(&grouping.labels)),
        _ => op.to_owned(),
    }
}

/// The operator with its modifiers: `/ on (job) group_left ()`.
pub(crate) fn operator(binary: &BinaryExpr) -> String {
    let mut out = binary.op.text().to_owned();
    if binary.bool_modifier.is_some() {
        out.push_str(" bool");
    }
    // Between scalars and vectors, matching means nothing.
    let vector = |expr: &Expr| expr.value_type() == Some(ValueType::InstantVector);
    if !vector(&binary.lhs) || !vector(&binary.rhs) {
        return out;
    }
    let matching = &binary.matching;
    let (on, labels) = match &matching.labels {
        Some(labels) => (labels.on, names(&labels.labels)),
        None => (false, String::new()),
    };
    if on || !labels.is_empty() || matching.group.is_some() {
        out.push_str(&format!(" {} ({labels})", if on { "on" } else { "ignoring" }));
    }
    if let Some(GroupModifier { side, include, .. }) = &matching.group {
        let side = match side {
            Side::Left => "left",
            Side::Right => "right",
        };
        out.push_str(&format!(" group_{side} ({})", names(include)));
    }
    let number = |value: f64| NumberLiteral {
        value,
        is_duration: false,
    };
    match (matching.fill.left, matching.fill.right) {
        (Some(left), Some(right)) if left == right => out.push_str(&format!(" fill ({})", number(left))),
        (left, right) => {
            if let Some(left) = left {
                out.push_str(&format!(" fill_left ({})", number(left)));
            }
            if let Some(right) = right {
                out.push_str(&format!(" fill_right ({})", number(right)));
            }
        }
    }
    out
}

/// `[5m:1m] @ 0 offset 1m`.
pub(crate) fn subquery_suffix(subquery: &SubqueryExpr) -> String {
    let step = subquery.step.as_ref().map_or(String::new(), length);
    let at = at_text(subquery.at.as_ref());
    let offset = offset_text(subquery.offset.as_ref());
    format!("[{}:{step}]{at}{offset}", length(&subquery.range))
}

fn names(labels: &[LabelName]) -> String {
    let name = |label: &LabelName| {
        if is_plain_label(&label.name) {
            label.name.clone()
        } else {
            go_quote(&label.name)
        }
    };
    labels.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Whether a label name needs no quotes.
fn is_plain_label(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

/// Name and matchers, without modifiers.
fn selector_text(selector: &VectorSelector, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut matchers: Vec<String> = selector.matchers.iter().map(matcher_text).collect();
    if let Some(name) = &selector.name {
        if name.quoted {
            matchers.push(format!("__name__={}", go_quote(&name.name)));
        } else {
            f.write_str(&name.name)?;
        }
    }
    if matchers.is_empty() {
        // Braces alone are all there is to a selector of everything, which `info` takes.
        return if selector.name.is_none() {
            f.write_str("{}")
        } else {
            Ok(())
        };
    }
    matchers.sort();
    write!(f, "{{{}}}", matchers.join(","))
}

fn matcher_text(matcher: &Matcher) -> String {
    let op = match matcher.op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Regex => "=~",
        MatchOp::NotRegex => "!~",
    };
    let name = &matcher.name.name;
    let name = if is_plain_label(name) {
        name.clone()
    } else {
        go_quote(name)
    };
    format!("{name}{op}{}", go_quote(&matcher.value))
}

fn at_text(at: Option<&AtModifier>) -> String {
    match at.map(|at| at.time) {
        None => String::new(),
        Some(AtTime::Timestamp(ms)) => format!(" @ {:.3}", ms as f64 / 1000.0),
        Some(AtTime::Start) => " @ start()".to_owned(),
        Some(AtTime::End) => " @ end()".to_owned(),
    }
}

fn extension_text(selector: &VectorSelector) -> &'static str {
    match selector.extension {
        None => "",
        Some((RangeExtension::Anchored, _)) => " anchored",
        Some((RangeExtension::Smoothed, _)) => " smoothed",
    }
}

fn offset_text(offset: Option<&Offset>) -> String {
    match offset.map(|o| &o.value) {
        None => String::new(),
        Some(DurationExpr {
            kind: DurationKind::Number(number),
            ..
        }) => match rounded_milliseconds(number.value) {
            0 => String::new(),
            ms => format!(" offset {}", format_duration(ms)),
        },
        Some(value) => format!(" offset {value}"),
    }
}

/// The length of a range or the step of a subquery: a number alone reads as a duration.
fn length(duration: &DurationExpr) -> String {
    match &duration.kind {
        DurationKind::Number(number) => format_duration(rounded_milliseconds(number.value)),
        _ => duration.to_string(),
    }
}

impl Display for DurationExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DurationKind::Number(number) => number.fmt(f),
            DurationKind::Step => f.write_str("step()"),
            DurationKind::Range => f.write_str("range()"),
            // A plus sign means nothing.
            DurationKind::Unary(UnaryOp::Plus, inner) => inner.fmt(f),
            DurationKind::Unary(UnaryOp::Minus, inner) => write!(f, "-{inner}"),
            DurationKind::Binary(op, lhs, rhs) => write!(f, "{lhs} {} {rhs}", op.text()),
            DurationKind::MinOf(a, b) => write!(f, "min_of({a}, {b})"),
            DurationKind::MaxOf(a, b) => write!(f, "max_of({a}, {b})"),
            DurationKind::Paren(inner) => {
                // Brackets within brackets are one pair.
                let mut inside = &**inner;
                while let DurationKind::Paren(next) | DurationKind::Unary(UnaryOp::Plus, next) = &inside.kind
                {
                    inside = next;
                }
                write!(f, "({inside})")
            }
            DurationKind::Error => Ok(()),
        }
    }
}

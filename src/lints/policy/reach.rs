//! `range-not-allowed`: expressions that read more, or older, data than the settings allow.

use promql_syntax::ast::{DurationExpr, DurationKind, Expr, ExprKind, Offset};
use promql_syntax::{Span, format_duration};

use super::applies::{asked, with_reason};
use crate::diagnostic::Diagnostic;
use crate::lints::analyses::finding;
use crate::lints::{Context, Lint, RuleAt, describe};

/// See the module.
pub(in crate::lints) struct RangeNotAllowed;

/// What a part of an expression reads.
struct Read {
    span: Span,
    /// The length of its own range in milliseconds; 0 where it is none.
    range: i64,
    /// How far back it looks, with all that is around it, in milliseconds.
    age: i64,
}

impl Lint for RangeNotAllowed {
    describe!(
        "range-not-allowed",
        Warning,
        "an expression that reads a longer range, or older data, than the policy in the settings allows"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = at.rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) else {
            return;
        };
        let bounded = |policy: &&&crate::model::settings::Policy| {
            policy.max_range.is_some() || policy.max_age.is_some()
        };
        let asked: Vec<_> = asked(cx, at).collect();
        for policy in asked.iter().filter(bounded) {
            for read in reads(&expr.parsed.expr) {
                let message = match (policy.max_range, policy.max_age) {
                    (Some(max), _) if read.range > max => format!(
                        "the range is {}, longer than the {} that are allowed",
                        format_duration(read.range),
                        format_duration(max)
                    ),
                    (_, Some(max)) if read.age > max => format!(
                        "this looks {} back, further than the {} for which there is data",
                        format_duration(read.age),
                        format_duration(max)
                    ),
                    _ => continue,
                };
                let finding = finding(self.code(), policy.level, message, &at.file.file, expr, read.span);
                let help = "Shorten it, or record a shorter one and read that.";
                found.push(with_reason(finding, policy, help));
            }
        }
    }
}

/// What an expression reads: each selector, and each subquery for its own range.
fn reads(expr: &Expr) -> Vec<Read> {
    let mut found = Vec::new();
    let mut open = vec![(expr, 0)];
    while let Some((expr, around)) = open.pop() {
        let mut within = around;
        match &expr.kind {
            ExprKind::VectorSelector(selector) => found.push(Read {
                span: expr.span,
                range: 0,
                age: around + offset(selector.offset.as_ref()),
            }),
            ExprKind::MatrixSelector(matrix) => {
                let range = length(&matrix.range);
                found.push(Read {
                    span: expr.span,
                    range,
                    age: around + range + offset(matrix.selector.offset.as_ref()),
                });
            }
            ExprKind::Subquery(subquery) => {
                let range = length(&subquery.range);
                within += range + offset(subquery.offset.as_ref());
                found.push(Read {
                    span: expr.span,
                    range,
                    age: 0,
                });
            }
            _ => {}
        }
        open.extend(expr.children().into_iter().rev().map(|child| (child, within)));
    }
    found
}

fn offset(offset: Option<&Offset>) -> i64 {
    offset.map_or(0, |offset| length(&offset.value))
}

/// A duration in milliseconds; 0 where it depends on the query.
fn length(duration: &DurationExpr) -> i64 {
    match &duration.kind {
        // Prometheus refuses durations that do not fit.
        DurationKind::Number(number) => (number.value * 1000.0).clamp(-1e15, 1e15) as i64,
        DurationKind::Paren(inner) => length(inner),
        DurationKind::Unary(promql_syntax::ast::UnaryOp::Minus, inner) => -length(inner),
        _ => 0,
    }
}

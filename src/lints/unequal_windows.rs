//! `unequal-windows`: a ratio whose sides look at different times.

use promql_syntax::ast::{AtTime, BinaryOp, Expr, ExprKind, VectorSelector};
use promql_syntax::{format_duration, parse_duration};

use super::analyses::finding;
use super::ranges::fixed_ms;
use super::schedule::name;
use super::{Context, ExpressionAt, Lint, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct UnequalWindows;

impl Lint for UnequalWindows {
    describe!(
        "unequal-windows",
        Warning,
        "a ratio whose two sides look at different times"
    );

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        if cx.analyses.get(expr).is_none() {
            return;
        }
        for (_, binary) in expr.parsed.expr.operations() {
            if binary.op != BinaryOp::Div {
                continue;
            }
            let (Some(left), Some(right)) = (Side::of(&binary.lhs), Side::of(&binary.rhs)) else {
                continue;
            };
            let Some(difference) = left.difference(&right) else {
                continue;
            };
            let message = format!("the sides of this ratio look at different times: {difference}");
            let place = |side: &Expr| expr.text.locate(file, side.span.into());
            let finding = finding(
                self.code(),
                Severity::Warning,
                message,
                file,
                expr,
                binary.op_span,
            )
            .with_secondary(file, place(&binary.lhs), left.window.shown())
            .with_secondary(file, place(&binary.rhs), right.window.shown())
            .with_help("Let both look at the same time; a part of something else may be any number.");
            found.push(finding);
        }
    }
}

/// A side of a ratio all of which looks at the same time.
struct Side<'e> {
    window: Window<'e>,
    /// What it is about: names and matchers.
    about: Vec<String>,
}

/// The time that something looks at.
#[derive(Clone, PartialEq)]
struct Window<'e> {
    /// The function over the range, or that which the name of a recorded series tells.
    function: &'e str,
    /// In milliseconds; zero for the present value.
    range_ms: i64,
    offset_ms: i64,
    at: Option<AtTime>,
}

impl<'e> Side<'e> {
    fn of(side: &'e Expr) -> Option<Side<'e>> {
        let mut window: Option<Window<'e>> = None;
        let mut about = Vec::new();
        let mut function = "";
        for node in side.nodes() {
            let (selector, range_ms) = match &node.kind {
                ExprKind::Call(call) => {
                    function = &call.name;
                    continue;
                }
                ExprKind::MatrixSelector(matrix) => (&matrix.selector, fixed_ms(&matrix.range)?),
                ExprKind::VectorSelector(selector) => (selector, 0),
                // The times within a subquery are its own.
                ExprKind::Subquery(_) => return None,
                // A ratio within is looked at by itself.
                ExprKind::Binary(binary) if binary.op == BinaryOp::Div => return None,
                _ => continue,
            };
            let (own, stem) = match name(selector).and_then(recorded_window) {
                Some((stem, function, range_ms)) if range_ms > 0 => ((function, range_ms), stem),
                _ => (
                    (if range_ms > 0 { function } else { "" }, range_ms),
                    name(selector).unwrap_or_default(),
                ),
            };
            let offset = selector.offset.as_ref().map(|offset| fixed_ms(&offset.value));
            let this = Window {
                function: own.0,
                range_ms: own.1,
                offset_ms: offset.unwrap_or(Some(0))?,
                at: selector.at.as_ref().map(|at| at.time),
            };
            if window.as_ref().is_some_and(|known| *known != this) {
                return None;
            }
            window = Some(this);
            about.push(subject(stem, selector));
        }
        about.sort_unstable();
        window.map(|window| Side { window, about })
    }

    /// What the windows differ in, where that is probably not meant: the same at two times is a comparison of times.
    fn difference(&self, other: &Side<'_>) -> Option<String> {
        let (a, b) = (&self.window, &other.window);
        if self.about == other.about {
            return None;
        }
        if (a.offset_ms, a.at) != (b.offset_ms, b.at) {
            let alike = (a.function, a.range_ms) == (b.function, b.range_ms);
            return alike.then(|| "one is moved by `offset` or `@`".to_owned());
        }
        let sums = matches!(a.function, "rate" | "increase") && a.function == b.function;
        let differ = a.range_ms != b.range_ms && a.range_ms > 0 && b.range_ms > 0;
        (sums && differ).then(|| {
            let (a, b) = (format_duration(a.range_ms), format_duration(b.range_ms));
            format!("{a} and {b}")
        })
    }
}

impl Window<'_> {
    fn shown(&self) -> String {
        let mut shown = match self.range_ms {
            0 => "now".to_owned(),
            ms => format_duration(ms),
        };
        if self.offset_ms != 0 {
            shown += &format!(", {} ago", format_duration(self.offset_ms));
        }
        if self.at.is_some() {
            shown += ", at a fixed time";
        }
        shown
    }
}

/// A name and its matchers, in order.
fn subject(stem: &str, selector: &VectorSelector) -> String {
    let matchers = selector.matchers.iter();
    let mut matchers: Vec<String> = matchers
        .map(|m| format!("{}{:?}{}", m.name.name, m.op, m.value))
        .collect();
    matchers.sort_unstable();
    format!("{stem}{matchers:?}")
}

/// The window that the name of a recorded series tells, as in `job:errors:rate5m`: the rest of the name, the function,
/// the range in milliseconds.
fn recorded_window(name: &str) -> Option<(&str, &'static str, i64)> {
    let (_, operations) = name.rsplit_once(':')?;
    ["rate", "increase"].into_iter().find_map(|function| {
        let (before, range) = operations.rsplit_once(function)?;
        let stem = &name[..name.len() - operations.len() + before.len()];
        Some((stem, function, parse_duration(range).ok()?))
    })
}

//! Type checking with Prometheus' rules.

use crate::ast::{
    AggregateExpr, AggregateOp, BinaryExpr, Call, Expr, ExprKind, MatchOp, ValueType, VectorSelector,
};
use crate::error::{ErrorKind, ParseError};
use crate::functions::{self, Variadic};
use crate::matcher::LabelMatcher;
use crate::quote::go_quote;
use crate::span::Span;

/// Reports everything in a well-formed expression that has no meaning.
pub(crate) fn check(expr: &Expr, errors: &mut Vec<ParseError>) {
    Checker { errors }.expr(expr);
}

struct Checker<'a> {
    errors: &'a mut Vec<ParseError>,
}

impl Checker<'_> {
    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.errors
            .push(ParseError::new(ErrorKind::Type, span, message, help));
    }

    /// Reports a fault of a part that Prometheus reports of the whole, which begins at `shown`.
    fn error_shown_at(&mut self, shown: usize, span: Span, message: impl Into<String>, help: &str) {
        let error = ParseError::new(ErrorKind::Type, span, message, help);
        self.errors.push(error.shown_at(shown));
    }

    fn expr(&mut self, expr: &Expr) -> Option<ValueType> {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Error => {}
            ExprKind::Paren(inner) => {
                self.expr(inner);
            }
            ExprKind::Unary(unary) => {
                let found = self.expr(&unary.expr);
                if let Some(found @ (ValueType::String | ValueType::RangeVector)) = found {
                    let message = format!(
                        "unary expression only allowed on expressions of type scalar or instant vector, got {}",
                        go_quote(found.text())
                    );
                    self.error(expr.span, message, "Remove the sign.");
                }
            }
            ExprKind::Binary(binary) => self.binary(expr.span, binary),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Call(call) => self.call(expr.span, call),
            ExprKind::VectorSelector(selector) => self.selector(expr.span, selector, true),
            ExprKind::MatrixSelector(matrix) => self.selector(matrix.selector_span, &matrix.selector, true),
            ExprKind::Subquery(subquery) => {
                let found = self.expr(&subquery.expr);
                if let Some(found) = found.filter(|t| *t != ValueType::InstantVector) {
                    // Prometheus prints its internal names here.
                    let name = match found {
                        ValueType::RangeVector => "matrix",
                        other => other.text(),
                    };
                    let message = format!("subquery is only allowed on instant vector, got {name} instead");
                    let help = match found {
                        ValueType::Scalar => "`vector(…)` turns a scalar into an instant vector.",
                        _ => "Evaluate it to an instant vector first, with a function such as `rate`.",
                    };
                    self.error(expr.span, message, help);
                }
            }
        }
        expr.value_type()
    }

    fn expect(&mut self, expr: &Expr, wanted: ValueType, context: &str) {
        let found = self.expr(expr);
        if let Some(found) = found.filter(|t| *t != wanted) {
            let message = format!(
                "expected type {} in {context}, got {}",
                wanted.text(),
                found.text()
            );
            self.error(expr.span, message, conversion(wanted, found, expr));
        }
    }

    fn aggregate(&mut self, aggregate: &AggregateExpr) {
        self.expect(
            &aggregate.expr,
            ValueType::InstantVector,
            "aggregation expression",
        );
        if let Some(param) = &aggregate.param {
            let wanted = match aggregate.op {
                AggregateOp::CountValues => ValueType::String,
                _ => ValueType::Scalar,
            };
            self.expect(param, wanted, "aggregation parameter");
        }
    }

    fn binary(&mut self, span: Span, binary: &BinaryExpr) {
        let left = self.expr(&binary.lhs);
        let right = self.expr(&binary.rhs);
        let op = binary.op;
        let op_range = binary
            .bool_modifier
            .map_or(binary.op_span, |b| binary.op_span.to(b));
        let scalars = left == Some(ValueType::Scalar) && right == Some(ValueType::Scalar);
        if binary.bool_modifier.is_some() && !op.is_comparison() {
            let message = "bool modifier can only be used on comparison operators";
            self.error(op_range, message, "Remove `bool`.");
        }
        if op.is_comparison() && binary.bool_modifier.is_none() && scalars {
            let message = "comparisons between scalars must use BOOL modifier";
            let help = format!("Write `{} bool`; the result is 0 or 1.", op.text());
            self.error(op_range, message, help);
        }
        let matching = &binary.matching;
        if let (Some(labels), Some(group)) = (&matching.labels, &matching.group)
            && labels.on
        {
            for label in &group.include {
                if labels.labels.iter().any(|l| l.name == label.name) {
                    let message = format!(
                        "label {} must not occur in ON and GROUP clause at once",
                        go_quote(&label.name)
                    );
                    let help =
                        "The label is the same on both sides already; remove it from the group clause.";
                    self.error_shown_at(op_range.start, label.span, message, help);
                }
            }
        }
        let mut vectors = true;
        for (side, found) in [(&binary.lhs, left), (&binary.rhs, right)] {
            vectors &= matches!(found, Some(ValueType::InstantVector) | None);
            if let Some(ValueType::String | ValueType::RangeVector) = found {
                let message = "binary expression must contain only scalar and instant vector types";
                let help = match found {
                    Some(ValueType::RangeVector) => {
                        "Evaluate the range first, with a function such as `rate`."
                    }
                    _ => "Strings cannot be computed with; compare labels inside braces.",
                };
                self.error(side.span, message, help);
            }
        }
        if !vectors {
            if let Some(labels) = matching.labels.as_ref().filter(|l| !l.labels.is_empty()) {
                let message = "vector matching only allowed between instant vectors";
                let help = "Remove it: a scalar goes with every series.";
                self.error_shown_at(span.start, labels.span, message, help);
            }
            if let Some(fill) = matching.fill.span {
                let message = "filling in missing series only allowed between instant vectors";
                self.error_shown_at(span.start, fill, message, "Remove it.");
            }
            if op.is_set() && (left == Some(ValueType::Scalar) || right == Some(ValueType::Scalar)) {
                let message = format!(
                    "set operator {} not allowed in binary scalar expression",
                    go_quote(op.text())
                );
                let help = "Both sides must be instant vectors; `vector(…)` makes one of a scalar.";
                self.error(span, message, help);
            }
        } else if op.is_set() {
            if let Some(group) = &matching.group {
                let message = format!("no grouping allowed for {} operation", go_quote(op.text()));
                let help = "Remove it: `and`, `or` and `unless` keep whole series.";
                self.error_shown_at(span.start, group.span, message, help);
            }
            if let Some(fill) = matching.fill.span {
                let message = "filling in missing series not allowed for set operators";
                self.error_shown_at(span.start, fill, message, "Remove it.");
            }
        }
    }

    fn call(&mut self, span: Span, call: &Call) {
        let Some(function) = functions::lookup(&call.name) else {
            return;
        };
        let name = go_quote(function.name);
        let (types, given) = (function.args.len(), call.args.len());
        let usage = || format!("It is called as `{}`.", usage(function));
        match function.variadic {
            Variadic::Fixed if given != types => {
                let message = format!("expected {types} argument(s) in call to {name}, got {given}");
                self.error(span, message, usage());
            }
            Variadic::UpTo(_) | Variadic::Any if given + 1 < types => {
                let message = format!(
                    "expected at least {} argument(s) in call to {name}, got {given}",
                    types - 1
                );
                self.error(span, message, usage());
            }
            Variadic::UpTo(more) if given > types - 1 + more => {
                let most = types - 1 + more;
                let message = format!("expected at most {most} argument(s) in call to {name}, got {given}");
                self.error(span, message, usage());
            }
            _ => {}
        }
        if let ("info", Some(arg)) = (function.name, call.args.get(1)) {
            self.info_selector(span.start, arg);
        }
        let context = format!("call to function {name}");
        for (at, arg) in call.args.iter().enumerate() {
            let wanted = match function.args.get(at) {
                Some(wanted) => *wanted,
                None if function.variadic == Variadic::Fixed => break,
                None => match function.args.last() {
                    Some(last) => *last,
                    None => break,
                },
            };
            match &arg.kind {
                ExprKind::VectorSelector(selector) if function.name == "info" && at == 1 => {
                    self.selector(arg.span, selector, false);
                }
                _ if function.name == "info" && at == 1 => {
                    self.expr(arg);
                }
                _ => self.expect(arg, wanted, &context),
            }
        }
    }

    /// The second argument of `info` chooses labels; it may match everything but must name no metric.
    fn info_selector(&mut self, call: usize, arg: &Expr) {
        let help = "Write matchers in braces: `{data=~\".+\"}`.";
        match &arg.kind {
            ExprKind::VectorSelector(selector) => {
                if selector.name.as_ref().is_some_and(|n| !n.quoted) {
                    let message = "expected label selectors only, got vector selector instead";
                    let help = "Write the matchers alone: `{__name__=\"target_info\"}`.";
                    self.error(arg.span, message, help);
                }
            }
            _ => {
                if let Some(found) = arg.value_type().filter(|t| *t != ValueType::InstantVector) {
                    let message = format!(
                        "expected type instant vector in call to function \"info\", got {}",
                        found.text()
                    );
                    self.error_shown_at(call, arg.span, message, help);
                }
                self.error(arg.span, "expected label selectors only", help);
            }
        }
    }

    fn selector(&mut self, span: Span, selector: &VectorSelector, must_narrow: bool) {
        if let Some(name) = selector.name.as_ref().filter(|n| !n.quoted) {
            let again = selector.matchers.iter().find(|m| m.name.name == "__name__");
            if let Some(again) = again {
                let message = format!(
                    "metric name must not be set twice: {} or {}",
                    go_quote(&name.name),
                    go_quote(&again.value)
                );
                self.error_shown_at(span.start, again.span, message, "Keep one of the two names.");
            }
        } else if must_narrow && !narrows(selector) {
            let message = "vector selector must contain at least one non-empty matcher";
            let help = "It would select every series; name a metric or a label value that cannot be empty.";
            self.error(span, message, help);
        }
    }
}

/// Whether a selector keeps any series out that lacks its labels.
fn narrows(selector: &VectorSelector) -> bool {
    let by_name = selector.name.as_ref().is_some_and(|n| !n.name.is_empty());
    by_name
        || selector.matchers.iter().any(|matcher| match matcher.op {
            MatchOp::Equal => !matcher.value.is_empty(),
            MatchOp::NotEqual => matcher.value.is_empty(),
            // What does not compile has been reported.
            MatchOp::Regex | MatchOp::NotRegex => {
                LabelMatcher::new(matcher).is_ok_and(|compiled| !compiled.matches(""))
            }
        })
}

/// How to turn one type into another.
fn conversion(wanted: ValueType, found: ValueType, expr: &Expr) -> String {
    match (wanted, found) {
        (ValueType::RangeVector, ValueType::InstantVector) => {
            if matches!(expr.kind, ExprKind::VectorSelector(_)) {
                "Add a range: `metric[5m]`.".to_owned()
            } else {
                "Make it a subquery: `(expression)[5m:]`, or take the function's range inside.".to_owned()
            }
        }
        (ValueType::InstantVector, ValueType::RangeVector) => {
            "Remove the range, or evaluate it with a function such as `rate`.".to_owned()
        }
        (ValueType::InstantVector, ValueType::Scalar) => {
            "`vector(…)` turns a scalar into an instant vector.".to_owned()
        }
        (ValueType::Scalar, ValueType::InstantVector) => {
            "`scalar(…)` turns a vector of one series into a scalar.".to_owned()
        }
        (ValueType::String, _) => "Put it in quotes.".to_owned(),
        _ => format!("Write {} {} here.", article(wanted), wanted.text()),
    }
}

fn article(wanted: ValueType) -> &'static str {
    if wanted == ValueType::InstantVector {
        "an"
    } else {
        "a"
    }
}

/// `clamp(instant vector, scalar, scalar)`.
fn usage(function: &functions::Function) -> String {
    let mut args: Vec<String> = function.args.iter().map(|t| t.text().to_owned()).collect();
    match function.variadic {
        Variadic::Fixed => {}
        Variadic::UpTo(1) => {
            if let Some(last) = args.last_mut() {
                *last = format!("[{last}]");
            }
        }
        Variadic::UpTo(_) | Variadic::Any => args.push("…".to_owned()),
    }
    format!("{}({})", function.name, args.join(", "))
}

//! The parts of an expression and their values at a time.
//!
//! After a replay the storage holds everything that was fed and written, and a query sees no sample that is later
//! than its time. So what a part was worth at an evaluation is found out by evaluating it afterwards, at that time.
//! There are three things that an evaluation in its turn may have seen otherwise:
//!
//! - Series that are written at the same time, but after the rule's turn (`ALERTS` and what later rules record):
//!   afterwards they have their new value already.
//! - What lies in the future (negative offsets, `@` with a later time): afterwards it is there.
//! - Staleness markers that were written for the same time after the rule's turn.
//!
//! A part of a subquery has many times. Its value here is that at the last of them; see [`PartValue::at`]. There,
//! `@ start()` and `@ end()` mean that time too.
//!
//! Times are milliseconds since the epoch. The time of an evaluation less the `query_offset` of the group is the time
//! at which a rule's expression is evaluated.

use promql_engine::{Engine, Instants, Query, Storage, Value};
use promql_syntax::ast::{Call, Expr, ExprKind, SubqueryExpr, ValueType};
use promql_syntax::with_enough_stack;

use super::reads::is_pointwise;

/// The most parts that are told apart. Whoever writes longer expressions has a program write them.
const MOST_PARTS: usize = 2000;

/// An expression taken apart: a tree, as a list in the order of the text. The first part is the whole.
#[derive(Clone, Debug)]
pub struct Parts<'e> {
    text: &'e str,
    parts: Vec<Part<'e>>,
}

/// A part of an expression: the whole, an operand, an argument, a selector. Brackets around an expression are not a
/// part of their own, and strings are none.
#[derive(Clone, Debug)]
pub struct Part<'e> {
    /// The syntax tree, without brackets around it.
    pub expr: &'e Expr,
    /// Its text, brackets around it not included.
    pub text: &'e str,
    /// The number of the part that it is an operand of; none for the whole.
    pub parent: Option<usize>,
    /// The numbers of its operands, in the order of the text.
    pub children: Vec<usize>,
    /// The subqueries that it is in, the outermost first.
    subqueries: Vec<&'e SubqueryExpr>,
}

/// What a part is worth.
#[derive(Clone, Debug)]
pub struct PartValue {
    /// When the part was evaluated: the time that was asked for, or, within a subquery, the last of its times up to
    /// then.
    pub at: i64,
    /// The value, or why there is none. The value of a selector with a range is the samples that it selects; that of
    /// a subquery is what it returns.
    pub value: Result<Value, String>,
}

impl<'e> Parts<'e> {
    /// The parts of an expression and its text, which the spans in the expression point into.
    pub fn of(text: &'e str, expr: &'e Expr) -> Self {
        let mut parts = Parts {
            text,
            parts: Vec::new(),
        };
        parts.add(expr, None, &[]);
        parts
    }

    /// All parts. Each stands before its operands.
    pub fn all(&self) -> &[Part<'e>] {
        &self.parts
    }

    /// The text of a part with `…` in the place of each operand that is no number.
    pub fn outline(&self, number: usize) -> String {
        let part = &self.parts[number];
        let mut outline = String::new();
        let mut done = part.expr.span.start;
        for child in &part.children {
            let child = self.parts[*child].expr;
            // The words of an aggregation may stand behind its operands.
            if matches!(child.kind, ExprKind::Number(_)) || child.span.start < done {
                continue;
            }
            outline.push_str(&self.text[done..child.span.start]);
            outline.push('…');
            done = child.span.end;
        }
        outline.push_str(&self.text[done..part.expr.span.end]);
        outline
    }

    /// The value of a part, by its number, at a time.
    pub fn value(&self, number: usize, engine: &Engine, storage: &Storage, at: i64) -> PartValue {
        let part = &self.parts[number];
        let mut moment = at;
        for subquery in &part.subqueries {
            match last_step(subquery, self.text, engine, storage, moment) {
                Ok(step) => moment = step,
                Err(message) => {
                    return PartValue {
                        at: moment,
                        value: Err(message),
                    };
                }
            }
        }
        let result = engine.instant(storage, &self.query(number), moment);
        PartValue {
            at: moment,
            value: result.map(|result| result.value).map_err(|e| e.to_string()),
        }
    }

    /// The values of all parts at a time, by their numbers.
    pub fn values(&self, engine: &Engine, storage: &Storage, at: i64) -> Vec<PartValue> {
        (0..self.parts.len())
            .map(|number| self.value(number, engine, storage, at))
            .collect()
    }

    /// The values of a part at each of `start`, `start + step`, … up to `end`: a vector for each time, one sample
    /// without labels for a scalar. It is much faster than asking for each time. None where the part has no vector or
    /// scalar at a time, is in a subquery, or cannot be evaluated for all of the times together; [`Parts::value`]
    /// answers then.
    pub fn vectors(
        &self,
        number: usize,
        engine: &Engine,
        storage: &Storage,
        (start, end, step): (i64, i64, i64),
    ) -> Option<Instants> {
        let part = &self.parts[number];
        let has_vectors = matches!(
            part.expr.value_type(),
            Some(ValueType::InstantVector | ValueType::Scalar)
        );
        if !has_vectors || !part.subqueries.is_empty() || !is_pointwise(part.expr) {
            return None;
        }
        engine
            .instants(storage, &self.query(number), start, end, step)
            .ok()
    }

    /// A query for a part.
    fn query(&self, number: usize) -> Query {
        Query::new(self.text, self.parts[number].expr.clone())
    }

    fn add(&mut self, expr: &'e Expr, parent: Option<usize>, subqueries: &[&'e SubqueryExpr]) {
        with_enough_stack(|| match &expr.kind {
            ExprKind::Paren(inner) => self.add(inner, parent, subqueries),
            ExprKind::String(_) | ExprKind::Error => {}
            _ if self.parts.len() >= MOST_PARTS => {}
            kind => {
                let number = self.parts.len();
                if let Some(parent) = parent {
                    self.parts[parent].children.push(number);
                }
                self.parts.push(Part {
                    expr,
                    text: expr.span.of(self.text),
                    parent,
                    children: Vec::new(),
                    subqueries: subqueries.to_vec(),
                });
                match kind {
                    ExprKind::Unary(unary) => self.add(&unary.expr, Some(number), subqueries),
                    ExprKind::Binary(binary) => {
                        self.add(&binary.lhs, Some(number), subqueries);
                        self.add(&binary.rhs, Some(number), subqueries);
                    }
                    ExprKind::Aggregate(aggregate) => {
                        if let Some(param) = &aggregate.param {
                            self.add(param, Some(number), subqueries);
                        }
                        self.add(&aggregate.expr, Some(number), subqueries);
                    }
                    ExprKind::Call(call) => {
                        for arg in evaluated_arguments(call) {
                            self.add(arg, Some(number), subqueries);
                        }
                    }
                    ExprKind::Subquery(subquery) => {
                        let mut within = subqueries.to_vec();
                        within.push(subquery);
                        self.add(&subquery.expr, Some(number), &within);
                    }
                    _ => {}
                }
            }
        });
    }
}

/// The arguments of a call that have a value of their own. The second one of `info` looks like a selector, and only
/// says which labels to add.
fn evaluated_arguments(call: &Call) -> &[Expr] {
    match call.name.as_str() {
        "info" => &call.args[..call.args.len().min(1)],
        _ => &call.args,
    }
}

/// The last time at which a subquery evaluates its expression when it is evaluated at `at` itself.
fn last_step(
    subquery: &SubqueryExpr,
    text: &str,
    engine: &Engine,
    storage: &Storage,
    at: i64,
) -> Result<i64, String> {
    let span = subquery.expr.span;
    let call = |name: &str, args| Expr {
        span,
        kind: ExprKind::Call(Call {
            name: name.to_owned(),
            name_span: span,
            args,
        }),
    };
    // A series that has a sample at each of the steps.
    let steps = Expr {
        span,
        kind: ExprKind::Subquery(SubqueryExpr {
            expr: Box::new(call("vector", vec![call("time", Vec::new())])),
            ..subquery.clone()
        }),
    };
    let result = engine
        .instant(storage, &Query::new(text, steps), at)
        .map_err(|e| e.to_string())?;
    let last = match &result.value {
        Value::Matrix(series) => series.first().and_then(|series| series.floats.last()),
        _ => None,
    };
    let (time, _) = last.ok_or("the subquery has no step in its range")?;
    Ok(*time)
}

#[cfg(test)]
mod tests;

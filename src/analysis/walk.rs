//! Goes through an expression from the leaves up and applies the rule of each node.

use std::sync::Arc;

use promql_syntax::ast::{
    AtTime, DurationExpr, DurationKind, Expr, ExprKind, SubqueryExpr, UnaryExpr, UnaryOp, ValueType,
};
use promql_syntax::with_enough_stack;

use super::facts::{Facts, Presence};
use super::functions::{self, Arguments};
use super::identity::{Identities, Identity};
use super::interval::Interval;
use super::quantity::Quantity;
use super::{Context, address, aggregate, binary, selectors};
use crate::catalog::Catalog;

/// No time is later than this, in seconds: Prometheus counts milliseconds in 64 bits.
pub(super) const LATEST: f64 = 9_223_372_036_854_776.0;

/// What a part of an expression is evaluated in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Env {
    /// No evaluation is earlier, in seconds since the epoch: subqueries look back.
    pub(super) earliest: f64,
}

impl Default for Env {
    fn default() -> Self {
        Env { earliest: 0.0 }
    }
}

/// A part of an expression that has been dealt with.
#[derive(Clone)]
pub(super) struct Node<'e> {
    pub(super) expr: &'e Expr,
    pub(super) facts: Arc<Facts>,
    /// Parts with the same number have the same value at the same time.
    pub(super) identity: Identity,
    /// The operands (of what is in brackets, where it is in brackets) with the values that they can have.
    pub(super) operands: Vec<(Identity, Interval)>,
}

pub(super) struct Walk<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) context: Context<'c>,
    /// What was found out of each part, with its address.
    pub(super) parts: Vec<(usize, Arc<Facts>)>,
    identities: &'c mut Identities,
}

impl<'c> Walk<'c> {
    pub(super) fn new(catalog: &'c Catalog, context: Context<'c>, identities: &'c mut Identities) -> Self {
        Walk {
            catalog,
            context,
            parts: Vec::new(),
            identities,
        }
    }

    /// Deals with an expression and all its parts.
    pub(super) fn node<'e>(&mut self, expr: &'e Expr, env: Env) -> Node<'e> {
        with_enough_stack(|| self.step(expr, env))
    }

    fn step<'e>(&mut self, expr: &'e Expr, env: Env) -> Node<'e> {
        let mut operands: Vec<Node<'e>> = Vec::new();
        if let ExprKind::Paren(inner) = &expr.kind {
            // What is in brackets is what is known of them.
            let inner = self.node(inner, env);
            self.parts.push((address(expr), Arc::clone(&inner.facts)));
            return Node { expr, ..inner };
        }
        let facts = match &expr.kind {
            ExprKind::Number(number) => Facts::scalar(Interval::point(number.value)),
            ExprKind::String(_) => Facts {
                value_type: Some(ValueType::String),
                ..Facts::scalar(Interval::NONE)
            },
            // Brackets are dealt with.
            ExprKind::Error | ExprKind::Paren(_) => Facts::unknown(None),
            ExprKind::Unary(unary) => {
                operands.push(self.node(&unary.expr, env));
                of_unary(unary, &operands[0].facts)
            }
            ExprKind::Binary(written) => {
                operands.push(self.node(&written.lhs, env));
                operands.push(self.node(&written.rhs, env));
                binary::facts(expr, written, &operands[0], &operands[1], self.context.trust)
            }
            ExprKind::Aggregate(written) => {
                operands.push(self.node(&written.expr, env));
                if let Some(param) = &written.param {
                    operands.push(self.node(param, env));
                }
                aggregate::facts(expr, written, &operands, self.context.trust)
            }
            ExprKind::Call(call) => {
                for arg in &call.args {
                    operands.push(self.node(arg, env));
                }
                functions::facts(&Arguments {
                    call,
                    span: expr.span,
                    nodes: &operands,
                    env,
                    trust: self.context.trust,
                })
            }
            ExprKind::VectorSelector(selector) => selectors::facts(self, selector, expr.span),
            ExprKind::MatrixSelector(matrix) => Facts {
                value_type: Some(ValueType::RangeVector),
                ..selectors::facts(self, &matrix.selector, matrix.selector_span)
            },
            ExprKind::Subquery(subquery) => {
                operands.push(self.node(&subquery.expr, within(subquery, env)));
                of_subquery(&operands[0].facts)
            }
        };
        let identity = self
            .identities
            .of(expr, operands.iter().map(|node| node.identity));
        let facts = Arc::new(facts.settled());
        self.parts.push((address(expr), Arc::clone(&facts)));
        Node {
            expr,
            facts,
            identity,
            operands: operands
                .iter()
                .map(|node| (node.identity, node.facts.value))
                .collect(),
        }
    }
}

fn of_unary(unary: &UnaryExpr, operand: &Facts) -> Facts {
    let mut facts = operand.clone();
    facts.verdict = None;
    facts.mismatches = Vec::new();
    if unary.op == UnaryOp::Minus {
        facts.value = -facts.value;
        facts.labels.remove_metadata();
        facts.quantity = Quantity {
            kind: super::quantity::Kind::Unknown,
            ..facts.quantity
        };
    }
    facts
}

/// A subquery may be asked for a range in which it has no step.
fn of_subquery(inner: &Facts) -> Facts {
    let presence = match inner.presence {
        Presence::Never => Presence::Never,
        _ => Presence::Maybe,
    };
    Facts {
        value_type: Some(ValueType::RangeVector),
        presence,
        verdict: None,
        mismatches: Vec::new(),
        ..inner.clone()
    }
}

/// What the expression of a subquery is evaluated in.
fn within(subquery: &SubqueryExpr, env: Env) -> Env {
    let seconds = |duration: &DurationExpr| seconds(duration).unwrap_or(f64::INFINITY);
    let from = match subquery.at.as_ref().map(|at| at.time) {
        Some(AtTime::Timestamp(time)) => time as f64 / 1000.0,
        Some(AtTime::Start | AtTime::End) => Env::default().earliest,
        None => env.earliest,
    };
    let offset = subquery
        .offset
        .as_ref()
        .map_or(0.0, |offset| seconds(&offset.value));
    Env {
        earliest: from - seconds(&subquery.range) - offset.max(0.0),
    }
}

/// A duration that is written as a number, in seconds.
fn seconds(duration: &DurationExpr) -> Option<f64> {
    match &duration.kind {
        DurationKind::Number(number) => Some(number.value),
        _ => None,
    }
}

//! An expression as a list of its nodes, each with what it is part of.

use promql_syntax::ast::{Expr, ExprKind, VectorSelector};
use promql_syntax::with_enough_stack;

/// A node of an expression and what it is part of.
pub(super) struct Node<'r> {
    /// The node.
    pub(super) expr: &'r Expr,
    /// The nodes that it is in, the outermost first.
    pub(super) above: Vec<&'r Expr>,
}

impl<'r> Node<'r> {
    /// What it is directly part of, brackets left out.
    pub(super) fn parent(&self) -> Option<&'r Expr> {
        let mut above = self.above.iter().rev();
        above
            .find(|expr| !matches!(expr.kind, ExprKind::Paren(_)))
            .copied()
    }

    /// The selector, where it is one, with a range or without.
    pub(super) fn selector(&self) -> Option<&'r VectorSelector> {
        match &self.expr.kind {
            ExprKind::VectorSelector(selector) => Some(selector),
            ExprKind::MatrixSelector(matrix) => Some(&matrix.selector),
            _ => None,
        }
    }
}

/// All nodes of an expression; each stands before those within it.
pub(super) fn of(expr: &Expr) -> Vec<Node<'_>> {
    let mut nodes = Vec::new();
    collect(expr, &mut Vec::new(), &mut nodes);
    nodes
}

/// The operands of a node, in the order of the text.
pub(super) fn operands(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Paren(inner) => vec![inner],
        ExprKind::Unary(unary) => vec![&unary.expr],
        ExprKind::Binary(binary) => vec![&binary.lhs, &binary.rhs],
        ExprKind::Aggregate(aggregate) => aggregate
            .param
            .as_deref()
            .into_iter()
            .chain([&*aggregate.expr])
            .collect(),
        ExprKind::Call(call) => call.args.iter().collect(),
        ExprKind::Subquery(subquery) => vec![&subquery.expr],
        ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::VectorSelector(_)
        | ExprKind::MatrixSelector(_)
        | ExprKind::Error => Vec::new(),
    }
}

fn collect<'r>(expr: &'r Expr, above: &mut Vec<&'r Expr>, nodes: &mut Vec<Node<'r>>) {
    with_enough_stack(|| {
        nodes.push(Node {
            expr,
            above: above.clone(),
        });
        above.push(expr);
        for operand in operands(expr) {
            collect(operand, above, nodes);
        }
        above.pop();
    });
}

//! Going through a tree.

use super::{AggregateExpr, BinaryExpr, Call, Expr, ExprKind, VectorSelector};

impl Expr {
    /// This expression without the brackets around it.
    pub fn bare(&self) -> &Expr {
        let mut bare = self;
        while let ExprKind::Paren(inner) = &bare.kind {
            bare = inner;
        }
        bare
    }

    /// The expressions directly in this one, in the order of the text.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Paren(inner) => vec![inner],
            ExprKind::Unary(unary) => vec![&unary.expr],
            ExprKind::Binary(binary) => vec![&binary.lhs, &binary.rhs],
            ExprKind::Aggregate(aggregate) => {
                let param = aggregate.param.iter().map(|param| &**param);
                param.chain([&*aggregate.expr]).collect()
            }
            ExprKind::Call(call) => call.args.iter().collect(),
            ExprKind::Subquery(subquery) => vec![&subquery.expr],
            ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::VectorSelector(_)
            | ExprKind::MatrixSelector(_)
            | ExprKind::Error => Vec::new(),
        }
    }

    /// This expression and all within it, each before what is in it.
    pub fn nodes(&self) -> Vec<&Expr> {
        // Most expressions have no more.
        let mut nodes = Vec::with_capacity(16);
        // A stack of its own: trees may be deeper than that of the thread.
        let mut open = Vec::with_capacity(8);
        open.push(self);
        while let Some(node) = open.pop() {
            nodes.push(node);
            match &node.kind {
                // The most frequent ones, without a list of what is in them.
                ExprKind::Paren(inner) => open.push(inner),
                ExprKind::Binary(binary) => open.extend([&*binary.rhs, &*binary.lhs]),
                ExprKind::Call(call) => open.extend(call.args.iter().rev()),
                _ => open.extend(node.children().into_iter().rev()),
            }
        }
        nodes
    }

    /// The calls in this expression, each with the expression that it is, and before what is in it.
    pub fn calls(&self) -> impl Iterator<Item = (&Expr, &Call)> {
        let nodes = self.nodes().into_iter();
        nodes.filter_map(|node| match &node.kind {
            ExprKind::Call(call) => Some((node, call)),
            _ => None,
        })
    }

    /// The operations with two operands in this expression, each with the expression that it is, and before what is in
    /// it.
    pub fn operations(&self) -> impl Iterator<Item = (&Expr, &BinaryExpr)> {
        let nodes = self.nodes().into_iter();
        nodes.filter_map(|node| match &node.kind {
            ExprKind::Binary(binary) => Some((node, binary)),
            _ => None,
        })
    }

    /// The aggregations in this expression, each with the expression that it is, and before what is in it.
    pub fn aggregations(&self) -> impl Iterator<Item = (&Expr, &AggregateExpr)> {
        let nodes = self.nodes().into_iter();
        nodes.filter_map(|node| match &node.kind {
            ExprKind::Aggregate(aggregate) => Some((node, aggregate)),
            _ => None,
        })
    }

    /// The selectors in this expression, those with a range among them, in the order of the text.
    pub fn selectors(&self) -> Vec<&VectorSelector> {
        let nodes = self.nodes().into_iter();
        nodes
            .filter_map(|node| match &node.kind {
                ExprKind::VectorSelector(selector) => Some(selector),
                ExprKind::MatrixSelector(matrix) => Some(&matrix.selector),
                _ => None,
            })
            .collect()
    }
}

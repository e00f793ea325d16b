//! The rule that is to be changed.

use promql_syntax::Span;
use promql_syntax::ast::Expr;

use crate::model::rules::{Group, Rule, RuleFile};
use crate::replay::nodes::{self, Node};

/// A rule without fault in its expression.
#[derive(Clone, Copy)]
pub(super) struct Subject<'r> {
    /// The document that it is in.
    pub(super) file: &'r RuleFile,
    /// Its group.
    pub(super) group: &'r Group,
    /// The rule.
    pub(super) rule: &'r Rule,
    /// The text of the expression, which the spans of the tree point into.
    pub(super) text: &'r str,
    /// The expression.
    pub(super) expr: &'r Expr,
}

impl<'r> Subject<'r> {
    /// A rule; none where its expression is missing or has faults.
    pub(super) fn of(file: &'r RuleFile, group: &'r Group, rule: &'r Rule) -> Option<Self> {
        let expr = rule.expr.as_ref().filter(|e| e.parsed.errors.is_empty())?;
        Some(Subject {
            file,
            group,
            rule,
            text: expr.text.as_str(),
            expr: &expr.parsed.expr,
        })
    }

    /// All nodes of the expression; each stands before those within it.
    pub(super) fn nodes(&self) -> Vec<Node<'r>> {
        nodes::of(self.expr)
    }

    /// The piece of the expression that a span covers.
    pub(super) fn piece(&self, span: Span) -> &'r str {
        span.of(self.text)
    }
}

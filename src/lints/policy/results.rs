//! `result-labels`: expressions whose results lack labels that the settings want kept, or have those that they want gone.

use promql_syntax::ast::{Expr, ExprKind};

use super::applies::{asked, with_reason};
use crate::analysis::Facts;
use crate::diagnostic::Diagnostic;
use crate::lints::analyses::{Known, finding};
use crate::lints::{Context, Lint, RuleAt, describe};

/// See the module.
pub(in crate::lints) struct ResultLabels;

impl Lint for ResultLabels {
    describe!(
        "result-labels",
        Warning,
        "a rule whose result lacks labels that the policy wants kept, or has those that it wants gone"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some((expr, known)) = at
            .rule
            .expr
            .as_ref()
            .and_then(|expr| Some((expr, cx.analyses.get(expr)?)))
        else {
            return;
        };
        let (root, file) = (&expr.parsed.expr, &at.file.file);
        if known.likely.root().is_surely_empty() || root.selectors().is_empty() {
            return;
        }
        let set_by_rule = |label: &str| {
            let mut own = at.rule.labels.iter().chain(&at.group.labels);
            own.any(|(name, _)| name.as_str() == label)
        };
        for policy in asked(cx, at) {
            for label in policy.keep.iter().filter(|label| !set_by_rule(label)) {
                let Some(part) = lacking(known, root, label) else {
                    continue;
                };
                let message = format!("the label {label} must be kept, and is gone from here on");
                let finding = finding(self.code(), policy.level, message, file, expr, part.span);
                found.push(with_reason(
                    finding,
                    policy,
                    format!("Keep it: `by ({label}, …)`."),
                ));
            }
            for label in &policy.strip {
                let Some(part) = keeping(known, root, label) else {
                    continue;
                };
                let message = format!("the label {label} must go, and is still here");
                let finding = finding(self.code(), policy.level, message, file, expr, part.span);
                found.push(with_reason(
                    finding,
                    policy,
                    format!("Aggregate over it: `sum without ({label}) (…)`."),
                ));
            }
        }
    }
}

/// The part of an expression that loses a label, so that no series of the result has it.
fn lacking<'e>(known: &Known<'_>, root: &'e Expr, label: &str) -> Option<&'e Expr> {
    let lacks = |part: &Expr| known.proven.facts(part).labels.surely_lacks(label);
    let loses = |part: &&Expr| lacks(part) && part.children().iter().all(|operand| !lacks(operand));
    lacks(root).then(|| root.nodes().into_iter().find(loses).unwrap_or(root))
}

/// The part of an expression that keeps a label which the result should not have. A result of which nothing is known but that it is
/// not aggregated is given the benefit of the doubt no more than one that surely has it.
fn keeping<'e>(known: &Known<'_>, root: &'e Expr, label: &str) -> Option<&'e Expr> {
    let has = |facts: &Facts| !facts.labels.surely_lacks(label);
    if !has(known.likely.facts(root)) {
        return None;
    }
    let mut part = root;
    loop {
        // Down to the aggregation that could have dropped it.
        let inner = match &part.kind {
            ExprKind::Paren(_) | ExprKind::Unary(_) | ExprKind::Binary(_) | ExprKind::Call(_) => {
                part.children().into_iter().find(|operand| {
                    matches!(operand.bare().kind, ExprKind::Aggregate(_)) && has(known.likely.facts(operand))
                })
            }
            _ => None,
        };
        match inner {
            Some(inner) => part = inner,
            None => return Some(part),
        }
    }
}

//! `selector-not-allowed`: selectors without matchers that the settings ask for, or of what they do not allow.

use promql_syntax::ast::{Expr, ExprKind, VectorSelector};

use super::applies::{asked, with_reason};
use crate::diagnostic::Diagnostic;
use crate::lints::analyses::finding;
use crate::lints::{Context, Lint, RuleAt, describe};
use crate::model::settings::SelectorPolicy;

/// See the module.
pub(in crate::lints) struct SelectorNotAllowed;

/// A selector, with its place and the functions around it.
struct Within<'e> {
    expr: &'e Expr,
    selector: &'e VectorSelector,
    functions: Vec<&'e str>,
}

impl Lint for SelectorNotAllowed {
    describe!(
        "selector-not-allowed",
        Warning,
        "a selector without the matchers that the policy asks for, or of a metric that it does not allow"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = at.rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) else {
            return;
        };
        let mut asked = asked(cx, at)
            .filter(|policy| !policy.selectors.is_empty())
            .peekable();
        if asked.peek().is_none() {
            return;
        }
        let selectors = selectors(&expr.parsed.expr);
        for policy in asked {
            for wanted in &policy.selectors {
                for within in &selectors {
                    let Some(message) = fault(wanted, within) else {
                        continue;
                    };
                    let finding = finding(
                        self.code(),
                        policy.level,
                        message,
                        &at.file.file,
                        expr,
                        within.expr.span,
                    );
                    found.push(with_reason(
                        finding,
                        policy,
                        "The policy in rulecheck.yml asks for it.",
                    ));
                }
            }
        }
    }
}

/// What is wrong with a selector.
fn fault(wanted: &SelectorPolicy, within: &Within<'_>) -> Option<String> {
    let name = within
        .selector
        .name
        .as_ref()
        .map_or("", |name| name.name.as_str());
    if !wanted.metric.matches(name) {
        return None;
    }
    if let Some(function) = &wanted.within
        && !within.functions.iter().any(|name| function.matches(name))
    {
        return None;
    }
    let shown = if name.is_empty() { "the selector" } else { name };
    if wanted.forbidden {
        return Some(format!("{shown} may not be read here"));
    }
    let has = |label: &str| {
        within
            .selector
            .matchers
            .iter()
            .any(|matcher| matcher.name.name == label)
    };
    if let Some(label) = wanted.labels.iter().find(|label| !has(label)) {
        return Some(format!("{shown} must have a matcher for {label}"));
    }
    let label = wanted.not_labels.iter().find(|label| has(label))?;
    Some(format!("{shown} may have no matcher for {label}"))
}

fn selectors(expr: &Expr) -> Vec<Within<'_>> {
    let mut found = Vec::new();
    let mut open = vec![(expr, Vec::new())];
    while let Some((expr, functions)) = open.pop() {
        match &expr.kind {
            ExprKind::VectorSelector(selector) => found.push(Within {
                expr,
                selector,
                functions: functions.clone(),
            }),
            ExprKind::MatrixSelector(matrix) => found.push(Within {
                expr,
                selector: &matrix.selector,
                functions: functions.clone(),
            }),
            _ => {}
        }
        let mut around = functions;
        if let ExprKind::Call(call) = &expr.kind {
            around.push(call.name.as_str());
        }
        open.extend(
            expr.children()
                .into_iter()
                .rev()
                .map(|child| (child, around.clone())),
        );
    }
    found
}

//! `name-not-allowed`, `rule-not-allowed`: rules whose names the settings do not allow, or that may not be at all.

use super::applies::{asked, with_reason};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, RuleAt, describe};
use crate::model::settings::Policy;

/// A name that is not as it must be.
pub(in crate::lints) struct NameNotAllowed;

/// A rule that may not be.
pub(in crate::lints) struct RuleNotAllowed;

impl Lint for NameNotAllowed {
    describe!(
        "name-not-allowed",
        Warning,
        "an alert or a recorded metric whose name the policy in the settings does not allow"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        for policy in asked(cx, at) {
            let Some(pattern) = policy
                .name
                .as_ref()
                .filter(|pattern| !pattern.matches(at.rule.name()))
            else {
                continue;
            };
            let message = format!("the name {} must match `{}`", at.rule.name(), pattern.text);
            report(self, at, policy, message, found);
        }
    }
}

impl Lint for RuleNotAllowed {
    describe!(
        "rule-not-allowed",
        Warning,
        "a rule that the policy in the settings does not allow"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        for policy in asked(cx, at).filter(|policy| policy.forbidden) {
            let message = format!("{} is a rule that the policy does not allow", at.rule.name());
            report(self, at, policy, message, found);
        }
    }
}

fn report(lint: &dyn Lint, at: RuleAt<'_>, policy: &Policy, message: String, found: &mut Vec<Diagnostic>) {
    let file = &at.file.file;
    let Some(name) = at.rule.alert.as_ref().or(at.rule.record.as_ref()) else {
        return;
    };
    let finding = Diagnostic::new(lint.code(), policy.level, message, file, name.whole(file));
    found.push(with_reason(
        finding,
        policy,
        "The policy in rulecheck.yml asks for it.",
    ));
}

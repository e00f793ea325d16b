//! `label-not-allowed`, `annotation-not-allowed`: labels and annotations with values that the settings do not allow.

use super::applies::{asked, with_reason};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, RuleAt, describe};
use crate::model::settings::{Policy, TextPolicy};
use crate::model::text::Text;

/// A label that is not allowed, or not with this value.
pub(in crate::lints) struct LabelNotAllowed;

/// An annotation that is not allowed, or not with this value.
pub(in crate::lints) struct AnnotationNotAllowed;

impl Lint for LabelNotAllowed {
    describe!(
        "label-not-allowed",
        Warning,
        "a label, or a value of it, that the policy in the settings does not allow"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        for policy in asked(cx, at) {
            let own = at.rule.labels.iter().chain(&at.group.labels);
            report(self, at, policy, &policy.labels, own, found);
        }
    }
}

impl Lint for AnnotationNotAllowed {
    describe!(
        "annotation-not-allowed",
        Warning,
        "an annotation, or a value of it, that the policy in the settings does not allow"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        for policy in asked(cx, at) {
            report(
                self,
                at,
                policy,
                &policy.annotations,
                at.rule.annotations.iter(),
                found,
            );
        }
    }
}

fn report<'r>(
    lint: &dyn Lint,
    at: RuleAt<'_>,
    policy: &Policy,
    asked: &[TextPolicy],
    own: impl Iterator<Item = &'r (Text, Text)>,
    found: &mut Vec<Diagnostic>,
) {
    let file = &at.file.file;
    for (name, value) in own {
        for asked in asked.iter().filter(|asked| asked.names.matches(name.as_str())) {
            let (message, range) = if asked.forbidden {
                (format!("{} may not be set", name.as_str()), name.whole(file))
            } else if let Some(fault) = fault(asked, value.as_str()) {
                (format!("{} {fault}", name.as_str()), value.whole(file))
            } else {
                continue;
            };
            let finding = Diagnostic::new(lint.code(), policy.level, message, file, range);
            found.push(with_reason(
                finding,
                policy,
                "The policy in rulecheck.yml asks for it.",
            ));
        }
    }
}

/// What is wrong with a value.
fn fault(asked: &TextPolicy, value: &str) -> Option<String> {
    match &asked.each {
        Some(each) => each
            .find_iter(value)
            .find_map(|piece| fault_of_piece(asked, piece.as_str())),
        None => fault_of_piece(asked, value),
    }
}

fn fault_of_piece(asked: &TextPolicy, value: &str) -> Option<String> {
    if let Some(not) = asked.not.as_ref().filter(|not| not.matches(value)) {
        return Some(format!("may not match `{}`, as `{value}` does", not.text));
    }
    if let Some(pattern) = asked.pattern.as_ref().filter(|pattern| !pattern.matches(value)) {
        return Some(format!("must match `{}`, and `{value}` does not", pattern.text));
    }
    // What a template makes of it is not known here.
    let known =
        asked.values.is_empty() || value.contains("{{") || asked.values.iter().any(|known| known == value);
    (!known).then(|| format!("may be {}, not `{value}`", listed(&asked.values)))
}

/// `a`, `b` or `c`.
fn listed(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        all => all.concat(),
    }
}

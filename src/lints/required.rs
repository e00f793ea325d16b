//! `required-label`, `required-annotation`: what the settings ask of rules and they do not have.

use super::policy::asked;
use super::{Context, Lint, LintOption, OptionKind, RuleAt, describe};
use crate::diagnostic::Diagnostic;
use crate::model::settings::{Policy, TextPolicy};
use crate::model::text::Text;

/// A label that every alert must have.
pub(super) struct RequiredLabel;

/// An annotation that every alert must have.
pub(super) struct RequiredAnnotation;

impl Lint for RequiredLabel {
    describe!(
        "required-label",
        Warning,
        "a rule without a label that the settings ask for"
    );

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "labels",
            kind: OptionKind::Texts,
            default: "",
            about: "the labels that every alert must have",
        }]
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let own = at.rule.labels.iter().chain(&at.group.labels);
        let own: Vec<&(Text, Text)> = own.collect();
        report(self, cx, at, ("labels", "label"), &own, found);
        by_policy(self, cx, at, "label", |policy| &policy.labels, &own, found);
    }
}

impl Lint for RequiredAnnotation {
    describe!(
        "required-annotation",
        Warning,
        "an alert without an annotation that the settings ask for"
    );

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "annotations",
            kind: OptionKind::Texts,
            default: "",
            about: "the annotations that every alert must have",
        }]
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let own: Vec<&(Text, Text)> = at.rule.annotations.iter().collect();
        report(self, cx, at, ("annotations", "annotation"), &own, found);
        if at.rule.alert.is_some() {
            by_policy(
                self,
                cx,
                at,
                "annotation",
                |policy| &policy.annotations,
                &own,
                found,
            );
        }
    }
}

/// Reports what an alert does not have; an empty text counts as nothing.
fn report(
    lint: &dyn Lint,
    cx: &Context<'_>,
    at: RuleAt<'_>,
    (option, noun): (&'static str, &str),
    own: &[&(Text, Text)],
    found: &mut Vec<Diagnostic>,
) {
    let Some(alert) = &at.rule.alert else { return };
    for wanted in cx.levels.texts(lint, option) {
        let has = |(name, value): &&&(Text, Text)| name.as_str() == wanted && !value.as_str().is_empty();
        if own.iter().any(|pair| has(&pair)) {
            continue;
        }
        let message = format!("{} has no {noun} `{wanted}`", alert.as_str());
        let help = format!("Write it under `{noun}s`; rulecheck.yml asks for it.");
        let range = alert.whole(&at.file.file);
        found.push(
            Diagnostic::new(lint.code(), lint.severity(), message, &at.file.file, range).with_help(help),
        );
    }
}

/// Reports what a policy asks for and a rule does not have.
fn by_policy(
    lint: &dyn Lint,
    cx: &Context<'_>,
    at: RuleAt<'_>,
    noun: &str,
    texts: impl Fn(&Policy) -> &[TextPolicy],
    own: &[&(Text, Text)],
    found: &mut Vec<Diagnostic>,
) {
    let Some(rule) = at.rule.alert.as_ref().or(at.rule.record.as_ref()) else {
        return;
    };
    for policy in asked(cx, at) {
        for wanted in texts(policy).iter().filter(|wanted| wanted.required) {
            let has = |(name, value): &(Text, Text)| {
                wanted.names.matches(name.as_str()) && !value.as_str().is_empty()
            };
            if own.iter().any(|pair| has(pair)) {
                continue;
            }
            let message = format!("{} has no {noun} `{}`", rule.as_str(), wanted.names.text);
            let help = policy.because.clone();
            let help =
                help.unwrap_or_else(|| format!("Write it under `{noun}s`; rulecheck.yml asks for it."));
            let range = rule.whole(&at.file.file);
            found.push(
                Diagnostic::new(lint.code(), policy.level, message, &at.file.file, range).with_help(help),
            );
        }
    }
}

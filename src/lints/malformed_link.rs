//! `malformed-link`: an annotation that is to be a link and is none.

use super::{Context, Lint, LintOption, OptionKind, RuleAt, describe};
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct MalformedLink;

impl Lint for MalformedLink {
    describe!(
        "malformed-link",
        Warning,
        "an annotation that is to be a link, and that nobody can follow"
    );

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "annotations",
            kind: OptionKind::Texts,
            default: "runbook_url, dashboard_url, runbook, dashboard, logs_url, url, link",
            about: "the annotations that hold links",
        }]
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        if rule.annotations.is_empty() {
            return;
        }
        let links = cx.levels.texts(self, "annotations");
        for (name, text) in &rule.annotations {
            if !links.iter().any(|link| link == name.as_str()) {
                continue;
            }
            let must_be = name.as_str().ends_with("url") || name.as_str() == "link";
            let Some(fault) = fault(text.as_str(), must_be) else {
                continue;
            };
            let message = format!("{} is no link: {fault}", name.as_str());
            let range = text.whole(&file.file);
            found.push(
                Diagnostic::new(self.code(), self.severity(), message, &file.file, range)
                    .with_help("Write the whole address: `https://runbooks.example.com/high-error-rate`."),
            );
        }
    }
}

/// What keeps a text from being a link. What is not called one may be a text of another kind.
fn fault(text: &str, must_be: bool) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Some("it is empty");
    }
    let (plain, templated) = without_templates(text);
    // A template may put anything in front, the scheme among it.
    if plain.starts_with('\u{0}') {
        return None;
    }
    let Some((scheme, rest)) = plain.split_once("://") else {
        return (must_be && !templated).then_some("it has no scheme such as https://");
    };
    let sound = |scheme: &str| {
        let rest = |c: char| c.is_ascii_alphanumeric() || ['+', '-', '.'].contains(&c);
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(rest)
    };
    if !sound(scheme) {
        // A sentence with a link in it is none, and may be meant so.
        return must_be.then_some("something stands before it");
    }
    if rest.split(['/', '?', '#']).next().is_none_or(str::is_empty) {
        return Some("it names no host");
    }
    plain
        .contains(char::is_whitespace)
        .then_some("there is a space in it")
}

/// The text with a NUL for each template, and whether there was one.
fn without_templates(text: &str) -> (String, bool) {
    let mut plain = String::new();
    let mut rest = text;
    let mut templated = false;
    while let Some((before, after)) = rest.split_once("{{") {
        plain.push_str(before);
        plain.push('\u{0}');
        templated = true;
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    (plain, templated)
}

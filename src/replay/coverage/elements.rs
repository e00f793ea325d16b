//! What there is to see of a rule and to assert of it.

use std::ops::Range;

use super::parts::{self, Sign};
use crate::model::rules::{Rule, RuleFile};
use crate::outcome::ElementKind;
use crate::replay::nodes;

/// Something to see or to assert.
pub(super) struct Sought<'r> {
    /// What kind of thing.
    pub(super) kind: ElementKind,
    /// What is missing where no test covers it.
    pub(super) missing: String,
    /// The piece of the file that it belongs to.
    pub(super) range: Range<usize>,
    /// How it is found out.
    pub(super) check: Check<'r>,
}

/// How it is found out whether a test covers something.
pub(super) enum Check<'r> {
    /// One of the selectors of the expression found samples.
    Evaluated,
    /// An alert was pending.
    Pending,
    /// An alert fired.
    Fired,
    /// An alert resolved.
    Resolved,
    /// That an alert fires is asserted.
    FiringAsserted,
    /// That no alert fires is asserted.
    SilenceAsserted,
    /// The label of this name is asserted.
    Label(&'r str),
    /// The annotation of this name is asserted.
    Annotation(&'r str),
    /// Something was recorded.
    Recorded,
    /// An assertion depends on it.
    RecordAsserted,
    /// A part of the expression did something.
    Part(Box<Sign>),
}

/// All there is to see of a rule.
pub(super) fn of<'r>(file: &RuleFile, rule: &'r Rule) -> Vec<Sought<'r>> {
    let name = match rule.alert.as_ref().or(rule.record.as_ref()) {
        Some(name) => name.raw(),
        None => rule.range.start..rule.range.start,
    };
    let mut elements = Vec::new();
    let mut add = |kind, range: &Range<usize>, check, missing: String| {
        elements.push(Sought {
            kind,
            missing,
            range: range.clone(),
            check,
        });
    };
    add(
        ElementKind::Evaluated,
        &name,
        Check::Evaluated,
        "no test evaluates it with data".to_owned(),
    );
    if rule.alert.is_some() {
        if let Some(hold) = rule.hold.as_ref().filter(|hold| hold.value > 0) {
            let missing = "no test sees it pending".to_owned();
            add(ElementKind::Pending, &hold.range, Check::Pending, missing);
        }
        for (kind, check, missing) in [
            (ElementKind::Fired, Check::Fired, "no test sees it fire"),
            (ElementKind::Resolved, Check::Resolved, "no test sees it resolve"),
            (
                ElementKind::FiringAsserted,
                Check::FiringAsserted,
                "no test asserts that it fires",
            ),
            (
                ElementKind::SilenceAsserted,
                Check::SilenceAsserted,
                "no test asserts that it does not fire",
            ),
        ] {
            add(kind, &name, check, missing.to_owned());
        }
        for (label, _) in &rule.labels {
            let missing = format!("no test asserts the label `{}`", label.as_str());
            add(
                ElementKind::Label,
                &label.raw(),
                Check::Label(label.as_str()),
                missing,
            );
        }
        for (annotation, _) in &rule.annotations {
            let missing = format!("no test asserts the annotation `{}`", annotation.as_str());
            let check = Check::Annotation(annotation.as_str());
            add(ElementKind::Annotation, &annotation.raw(), check, missing);
        }
    } else {
        let missing = "no test sees it record anything".to_owned();
        add(ElementKind::Recorded, &name, Check::Recorded, missing);
        let missing = "no test asserts what it records, or an alert that depends on it".to_owned();
        add(ElementKind::RecordAsserted, &name, Check::RecordAsserted, missing);
    }
    if let Some(expr) = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) {
        let parts = nodes::of(&expr.parsed.expr)
            .into_iter()
            .flat_map(|node| parts::of(node.expr, expr.text.as_str()));
        for part in parts {
            let range = expr.text.locate(&file.file, part.span.into());
            add(part.kind, &range, Check::Part(Box::new(part.sign)), part.missing);
        }
    }
    elements
}

/// Whether the expression was evaluated with data: a selector found some, or there is none.
pub(super) fn has_data(elements: &[Sought<'_>], covered: &[bool]) -> bool {
    let mut selected = elements
        .iter()
        .zip(covered)
        .filter(|(sought, _)| sought.kind == ElementKind::Selected)
        .map(|(_, covered)| *covered)
        .peekable();
    selected.peek().is_none() || selected.any(|covered| covered)
}

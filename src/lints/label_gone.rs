//! `label-gone`: a template that shows a label which the result of the alert's expression surely does not have.

use gotemplate::LabelSource;
use promql_syntax::ast::{Expr, ExprKind, ValueType};

use super::analyses::where_lost;
use super::{Context, Lint, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct LabelGone;

impl Lint for LabelGone {
    describe!(
        "label-gone",
        Warning,
        "a template that shows a label which the result of the expression does not have"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, group, rule }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = &rule.expr else {
            return;
        };
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        let root = known.proven.root();
        if root.value_type != Some(ValueType::InstantVector) || root.is_surely_empty() {
            return;
        }
        for (_, text) in rule.labels.iter().chain(&rule.annotations) {
            let uses = cx.templates.get(text).labels.iter();
            let own = uses.filter(|used| used.source == LabelSource::Alert);
            for used in own.filter(|used| root.labels.surely_lacks(&used.label)) {
                let label = used.label.as_str();
                let range = text.locate(&file.file, used.range.clone());
                let message = format!("the label {label} is empty here: no series of the alert has it");
                let mut finding = Diagnostic::new(self.code(), Severity::Warning, message, &file.file, range);
                let set_by_rule = rule
                    .labels
                    .iter()
                    .chain(&group.labels)
                    .any(|(name, _)| name.as_str() == label);
                let lost = where_lost(known, &expr.parsed.expr, label);
                finding = finding.with_help(match lost {
                    Some(part) if is_absent(part) => ABSENT.to_owned(),
                    _ => help(label, set_by_rule),
                });
                if let Some(part) = lost {
                    let at = expr.text.locate(&file.file, part.span.into());
                    finding = finding.with_secondary(&file.file, at, format!("{label} is gone from here on"));
                }
                found.push(finding);
            }
        }
    }
}

/// What helps where an `absent` has lost a label.
const ABSENT: &str =
    "absent returns the labels that matchers with = give to a selector in it, and no others.";

fn is_absent(part: &Expr) -> bool {
    matches!(&part.kind, ExprKind::Call(call) if call.name == "absent")
}

fn help(label: &str, set_by_rule: bool) -> String {
    match (label, set_by_rule) {
        ("alertname", _) => "Templates see the labels of the expression's series alone: write the name of the alert.".to_owned(),
        (_, true) => "Templates see the labels of the expression's series, not those that the rule sets: write its value.".to_owned(),
        (_, false) => format!("Keep it, with `by ({label})` for example, or leave it out of the text."),
    }
}

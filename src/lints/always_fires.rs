//! `alert-always-fires`: an alert whose expression always returns something.

use super::analyses::{finding, with_reasons};
use super::{Context, Lint, RuleAt, describe};
use crate::analysis::Presence;
use crate::diagnostic::Diagnostic;

/// See the module.
pub(super) struct AlwaysFires;

impl Lint for AlwaysFires {
    describe!(
        "alert-always-fires",
        Error,
        "an alert whose expression always returns something, so that it fires whatever happens"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let (Some(alert), Some(expr)) = (&rule.alert, &rule.expr) else {
            return;
        };
        let root = &expr.parsed.expr;
        // `vector(1)` is a dead man's switch, and meant.
        if root.selectors().is_empty() {
            return;
        }
        let Some(known) = cx.analyses.get(expr) else {
            return;
        };
        let always = known.shown(root, |facts| {
            (facts.presence == Presence::Always).then(|| facts.why_presence.clone())
        });
        let Some((severity, why)) = always else { return };
        let message = format!(
            "{} always fires: its expression always returns something",
            alert.as_str()
        );
        let mut finding = finding(self.code(), severity, message, &file.file, expr, root.span);
        if let Some(step) = why.steps().next() {
            let range = expr.text.locate(&file.file, step.span.into());
            finding = finding.with_secondary(&file.file, range, step.reason.as_str());
        }
        let help = "An alert fires for every series that its expression returns, whatever the value: compare the value with something.";
        found.push(with_reasons(finding, &why, &file.file, expr).with_help(help));
    }
}

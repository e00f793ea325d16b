//! `for-not-allowed`: alerts that wait, or go on, for longer or shorter than the settings allow.

use promql_syntax::format_duration;

use super::applies::{asked, with_reason};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, RuleAt, describe};

/// See the module.
pub(in crate::lints) struct ForNotAllowed;

impl Lint for ForNotAllowed {
    describe!(
        "for-not-allowed",
        Warning,
        "a `for` or `keep_firing_for` outside of the bounds that the policy in the settings sets"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let (file, rule) = (&at.file.file, at.rule);
        let Some(alert) = &rule.alert else { return };
        for policy in asked(cx, at) {
            let fields = [
                ("for", &rule.hold, policy.hold),
                ("keep_firing_for", &rule.keep_firing_for, policy.keep_firing_for),
            ];
            for (field, written, bounds) in fields {
                let Some(bounds) = bounds else { continue };
                let length = written.as_ref().map_or(0, |written| written.value);
                let wanted = match (bounds.min, bounds.max) {
                    (Some(min), _) if length < min => format!("at least {}", format_duration(min)),
                    (_, Some(max)) if length > max => format!("at most {}", format_duration(max)),
                    _ => continue,
                };
                let (range, is) = match written {
                    Some(written) => (
                        written.range.clone(),
                        format!("it is {}", format_duration(length)),
                    ),
                    None => (alert.whole(file), "there is none".to_owned()),
                };
                let message = format!("`{field}` must be {wanted}: {is}");
                let finding = Diagnostic::new(self.code(), policy.level, message, file, range);
                found.push(with_reason(
                    finding,
                    policy,
                    "The policy in rulecheck.yml asks for it.",
                ));
            }
        }
    }
}

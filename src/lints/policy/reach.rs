//! `range-not-allowed`: expressions that read more, or older, data than the settings allow.

use promql_syntax::format_duration;

use super::applies::{asked, with_reason};
use crate::diagnostic::Diagnostic;
use crate::lints::analyses::finding;
use crate::lints::reach::reads;
use crate::lints::{Context, Lint, RuleAt, describe};

/// See the module.
pub(in crate::lints) struct RangeNotAllowed;

impl Lint for RangeNotAllowed {
    describe!(
        "range-not-allowed",
        Warning,
        "an expression that reads a longer range, or older data, than the policy in the settings allows"
    );

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let Some(expr) = at.rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) else {
            return;
        };
        let bounded = |policy: &&&crate::model::settings::Policy| {
            policy.max_range.is_some() || policy.max_age.is_some()
        };
        let asked: Vec<_> = asked(cx, at).collect();
        for policy in asked.iter().filter(bounded) {
            for read in reads(&expr.parsed.expr) {
                let message = match (policy.max_range, policy.max_age) {
                    (Some(max), _) if read.range > max => format!(
                        "the range is {}, longer than the {} that are allowed",
                        format_duration(read.range),
                        format_duration(max)
                    ),
                    (_, Some(max)) if read.age > max => format!(
                        "this looks {} back, further than the {} for which there is data",
                        format_duration(read.age),
                        format_duration(max)
                    ),
                    _ => continue,
                };
                let finding = finding(self.code(), policy.level, message, &at.file.file, expr, read.span);
                let help = "Shorten it, or record a shorter one and read that.";
                found.push(with_reason(finding, policy, help));
            }
        }
    }
}

//! `group-not-allowed`: groups that are larger, or evaluated at other intervals, than the settings allow.

use promql_syntax::format_duration;

use super::applies::{asked, with_reason};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, RuleAt, describe};
use crate::model::rules::{Group, RuleFile};
use crate::model::settings::Policy;

/// See the module.
pub(in crate::lints) struct GroupNotAllowed;

impl Lint for GroupNotAllowed {
    describe!(
        "group-not-allowed",
        Warning,
        "a group with more rules, a higher limit, or another interval than the policy in the settings allows"
    );

    fn rule_file(&self, cx: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
        for group in &file.groups {
            // A policy is about a group if it is about one of its rules.
            let mut met: Vec<*const Policy> = Vec::new();
            for rule in &group.rules {
                for policy in asked(cx, RuleAt { file, group, rule }) {
                    if !met.contains(&std::ptr::from_ref(policy)) {
                        met.push(policy);
                        self.report(file, group, policy, found);
                    }
                }
            }
        }
    }
}

impl GroupNotAllowed {
    fn report(&self, file: &RuleFile, group: &Group, policy: &Policy, found: &mut Vec<Diagnostic>) {
        let count = group.rules.len();
        let mut messages = Vec::new();
        if policy
            .max_rules
            .is_some_and(|max| i64::try_from(count).unwrap_or(i64::MAX) > max)
        {
            let max = policy.max_rules.unwrap_or_default();
            messages.push(format!(
                "the group has {count} rules, more than the {max} that are allowed"
            ));
        }
        if let Some(max) = policy.max_limit {
            match group.limit.as_ref().map_or(0, |limit| limit.value) {
                0 => messages.push(format!("the group must set a `limit` of {max} or less")),
                limit if limit > max => messages.push(format!(
                    "the `limit` of {limit} is higher than the {max} that are allowed"
                )),
                _ => {}
            }
        }
        if let (Some(bounds), Some(interval)) = (policy.interval, &group.interval) {
            let wanted = match (bounds.min, bounds.max) {
                (Some(min), _) if interval.value < min => Some(format!("at least {}", format_duration(min))),
                (_, Some(max)) if interval.value > max => Some(format!("at most {}", format_duration(max))),
                _ => None,
            };
            let is = format_duration(interval.value);
            messages.extend(wanted.map(|wanted| format!("the interval must be {wanted}: it is {is}")));
        }
        let range = match &group.name {
            Some(name) => name.whole(&file.file),
            None => crate::model::reader::first_line(&file.file, group.range.clone()),
        };
        for message in messages {
            let finding = Diagnostic::new(self.code(), policy.level, message, &file.file, range.clone())
                .with_rule(Some(group.name()), None);
            found.push(with_reason(
                finding,
                policy,
                "The policy in rulecheck.yml asks for it.",
            ));
        }
    }
}

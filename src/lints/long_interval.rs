//! `long-interval` and `range-below-interval`: groups that are evaluated too seldom for what their rules say.

use promql_syntax::format_duration;

use super::analyses::finding;
use super::ranges::over_ranges;
use super::{Context, Lint, LintOption, OptionKind, RuleAt, describe};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::RuleFile;

/// See the module.
pub(super) struct LongInterval;

/// See the module.
pub(super) struct RangeBelowInterval;

impl Lint for LongInterval {
    describe!(
        "long-interval",
        Warning,
        "a group whose recorded series are stale before they are recorded again"
    );

    fn options(&self) -> &'static [LintOption] {
        &[LintOption {
            name: "lookback",
            kind: OptionKind::Duration,
            default: "5m",
            about: "how long Prometheus takes a sample for current: its flag query.lookback-delta",
        }]
    }

    fn rule_file(&self, cx: &Context<'_>, file: &RuleFile, found: &mut Vec<Diagnostic>) {
        let lookback = cx.levels.duration_ms(self, "lookback");
        for group in &file.groups {
            let recorded = group.rules.iter().find_map(|rule| rule.record.as_ref());
            let Some(interval) = group
                .interval
                .as_ref()
                .filter(|interval| interval.value > lookback)
            else {
                continue;
            };
            let Some(recorded) = recorded else { continue };
            let (every, lookback) = (format_duration(interval.value), format_duration(lookback));
            let message = format!(
                "series are recorded every {every}, and no longer seen {lookback} later: they come and go"
            );
            let finding = Diagnostic::new(
                self.code(),
                Severity::Warning,
                message,
                &file.file,
                interval.range.clone(),
            );
            let finding = finding
                .with_secondary(&file.file, recorded.whole(&file.file), "recorded here")
                .with_help(format!(
                    "Evaluate the group at least every {lookback}, or read what it records with last_over_time(…[{every}])."
                ))
                .with_rule(Some(group.name()), None);
            found.push(finding);
        }
    }
}

/// Functions that say what happened within the range, so that what happens outside of it is not seen.
const SUMMARIES: [&str; 11] = [
    "rate",
    "increase",
    "changes",
    "resets",
    "sum_over_time",
    "avg_over_time",
    "max_over_time",
    "min_over_time",
    "count_over_time",
    "quantile_over_time",
    "present_over_time",
];

impl Lint for RangeBelowInterval {
    describe!(
        "range-below-interval",
        Warning,
        "a range that is shorter than the time between evaluations, so that what happens between is never seen"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let RuleAt { file, group, rule } = at;
        let sound = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty());
        let (Some(expr), Some(interval)) = (sound, cx.evaluation_interval(file, group)) else {
            return;
        };
        for over in over_ranges(&expr.parsed.expr) {
            if over.range_ms >= interval || !SUMMARIES.contains(&over.call.name.as_str()) {
                continue;
            }
            let (length, every) = (format_duration(over.range_ms), format_duration(interval));
            let message =
                format!("the rule looks back {length} every {every}: it never sees what happens between");
            let finding = finding(
                self.code(),
                Severity::Warning,
                message,
                &file.file,
                expr,
                over.range.span,
            );
            found.push(finding.with_help(format!(
                "Take at least [{every}], or evaluate the group at least every {length}."
            )));
        }
    }
}

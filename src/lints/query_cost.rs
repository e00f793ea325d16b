//! `query-cost`: an expression that reads or returns more on the server which was asked than the settings allow.

use promql_syntax::format_duration;

use super::{Context, Lint, LintOption, OptionKind, RuleAt, describe};
use crate::diagnostic::Diagnostic;
use crate::observed::ResultSeen;

/// See the module.
pub(super) struct QueryCost;

impl Lint for QueryCost {
    describe!(
        "query-cost",
        Warning,
        "an expression that costs the server which was asked more than the settings allow"
    );

    fn options(&self) -> &'static [LintOption] {
        &[
            LintOption {
                name: "max_series",
                kind: OptionKind::Number,
                default: "5000",
                about: "the most series that may come of it; 0 for any number",
            },
            LintOption {
                name: "max_samples",
                kind: OptionKind::Number,
                default: "5000000",
                about: "the most samples that one evaluation may read; 0 for any number",
            },
            LintOption {
                name: "max_peak_samples",
                kind: OptionKind::Number,
                default: "0",
                about: "the most samples that it may hold at a time; 0 for any number",
            },
            LintOption {
                name: "max_duration",
                kind: OptionKind::Duration,
                default: "10s",
                about: "the longest that one evaluation may take; 0s for any time",
            },
        ]
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let (Some(expr), Some(observed)) = (&rule.expr, cx.server(file.file.path())) else {
            return;
        };
        let Some(ResultSeen::Evaluated { series, cost }) = observed.results.get(expr.text.as_str()) else {
            return;
        };
        let limit = |name: &'static str| cx.levels.number(self, name);
        let over = |value: f64, limit: f64| limit > 0.0 && value > limit;
        let mut reasons = Vec::new();
        if over(*series as f64, limit("max_series")) {
            let memory = observed
                .bytes_per_series
                .map(|bytes| format!(", some {} MB", (*series as f64 * bytes / 1e6).ceil()));
            reasons.push(format!(
                "{series} series come of it{}",
                memory.unwrap_or_default()
            ));
        }
        if let Some(cost) = cost {
            if over(cost.samples as f64, limit("max_samples")) {
                reasons.push(format!("it reads {} samples", cost.samples));
            }
            if over(cost.peak_samples as f64, limit("max_peak_samples")) {
                reasons.push(format!("it holds {} samples at a time", cost.peak_samples));
            }
            let longest = cx.levels.duration_ms(self, "max_duration");
            if over(cost.seconds * 1000.0, longest as f64) {
                let took = format_duration((cost.seconds * 1000.0) as i64);
                reasons.push(format!("it takes {took}"));
            }
        }
        if !reasons.is_empty() {
            let message = format!("on {}, {}", observed.address, reasons.join(", "));
            let range = expr.text.whole(&file.file);
            let finding = Diagnostic::new(self.code(), self.severity(), message, &file.file, range);
            found.push(
                finding.with_help(
                    "Aggregate earlier, select less, or record a part of it in a rule of its own.",
                ),
            );
        }
    }
}

//! `short-range`: a range that is too short for the time between the samples in it.

use promql_syntax::format_duration;

use super::analyses::finding;
use super::ranges::{Need, OverRange, RangeOf, need, over_ranges};
use super::schedule::{Renewal, name, renewal};
use super::{Context, ExpressionAt, Lint, LintOption, OptionKind, describe};
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct ShortRange;

impl Lint for ShortRange {
    describe!(
        "short-range",
        Error,
        "a range that holds too few samples for what is asked of them"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn options(&self) -> &'static [LintOption] {
        &[
            LintOption {
                name: "scrape_interval",
                kind: OptionKind::Duration,
                default: "0s",
                about: "time between samples where neither catalog nor prometheus.yml says it; 0s: not known",
            },
            LintOption {
                name: "samples",
                kind: OptionKind::Number,
                default: "4",
                about: "how many samples a rate should have at least",
            },
        ]
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let ExpressionAt { file, expr, .. } = at;
        if cx.analyses.get(expr).is_none() {
            return;
        }
        let wanted = cx.levels.number(self, "samples");
        for over in over_ranges(&expr.parsed.expr) {
            let RangeOf::Selector(matrix) = over.of else {
                continue;
            };
            let Some(need) = need(&over.call.name).filter(|_| matrix.selector.extension.is_none()) else {
                continue;
            };
            let stated = Some(cx.levels.duration_ms(self, "scrape_interval")).filter(|ms| *ms > 0);
            let stated = || stated.map(|ms| Renewal { ms, certain: false });
            let Some(every) = renewal(cx.catalog(file.path()), &matrix.selector).or_else(stated) else {
                continue;
            };
            let series = name(&matrix.selector).unwrap_or("what is selected");
            let Some((severity, message)) = fault(over, need, every, wanted, series) else {
                continue;
            };
            let enough = match need {
                Need::Two | Need::TwoOrZero => every.ms.saturating_mul(wanted.ceil() as i64),
                Need::One | Need::None => every.ms.saturating_mul(2),
            };
            let finding = finding(self.code(), severity, message, file, expr, over.range.span)
                .with_help(format!("Take at least [{}].", format_duration(enough)));
            found.push(finding);
        }
    }
}

/// What is wrong with a range, and how sure that is.
fn fault(
    over: OverRange<'_>,
    need: Need,
    every: Renewal,
    wanted: f64,
    series: &str,
) -> Option<(Severity, String)> {
    let (range, function) = (over.range_ms, over.call.name.as_str());
    let (length, time) = (format!("[{}]", format_duration(range)), format_duration(every.ms));
    let of = format!("{series}, taken every {time}");
    let pair = need.samples() == 2;
    if pair && range <= every.ms {
        let outcome = match need {
            Need::TwoOrZero => "it is always 0",
            _ => "nothing comes of it",
        };
        let severity = if every.certain {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message =
            format!("{length} holds at most one sample of {of}: {function} needs two, so {outcome}");
        return Some((severity, message));
    }
    let message = match need {
        Need::None if range < every.ms => {
            format!("{length} does not always hold a sample of {of}: {function} is true between them")
        }
        Need::One if range < every.ms => {
            format!("{length} does not always hold a sample of {of}: {function} comes and goes")
        }
        Need::Two if range < 2 * every.ms => {
            format!("{length} does not always hold two samples of {of}: {function} comes and goes")
        }
        Need::TwoOrZero if range < 2 * every.ms => {
            format!("{length} does not always hold two samples of {of}: {function} misses what happens")
        }
        Need::Two if (range as f64) < wanted * every.ms as f64 => {
            let held = range / every.ms;
            let failed = match held - 1 {
                1 => "one failed scrape".to_owned(),
                failed => format!("{failed} failed scrapes"),
            };
            format!("{length} holds {held} samples of {of}: after {failed} {function} is gone")
        }
        _ => return None,
    };
    Some((Severity::Warning, message))
}

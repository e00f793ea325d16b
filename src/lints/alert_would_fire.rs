//! `alert-would-fire`: how often an alert would have fired of late, by the data of the server which was asked.

use promql_syntax::format_duration;

use super::{Context, Levels, Lint, LintOption, OptionKind, RuleAt, describe};
use crate::diagnostic::Diagnostic;
use crate::observed::Wanted;

/// See the module.
pub(super) struct WouldFire;

impl Lint for WouldFire {
    describe!(
        "alert-would-fire",
        Info,
        "an alert that would have fired often of late, by the data of the server which was asked"
    );

    fn is_on(&self) -> bool {
        false
    }

    fn options(&self) -> &'static [LintOption] {
        &[
            LintOption {
                name: "range",
                kind: OptionKind::Duration,
                default: "1d",
                about: "how far back its expression is evaluated",
            },
            LintOption {
                name: "step",
                kind: OptionKind::Duration,
                default: "1m",
                about: "how finely; the interval of its group says most",
            },
            LintOption {
                name: "at_least",
                kind: OptionKind::Number,
                default: "1",
                about: "how often it must have fired to be reported",
            },
        ]
    }

    fn rule(&self, cx: &Context<'_>, RuleAt { file, rule, .. }: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let (Some(alert), Some(expr)) = (&rule.alert, &rule.expr) else {
            return;
        };
        let Some(observed) = cx.server(file.file.path()) else {
            return;
        };
        let Some(timelines) = observed.alerts.get(expr.text.as_str()) else {
            return;
        };
        let time =
            |time: &Option<crate::model::reader::Located<i64>>| time.as_ref().map_or(0, |time| time.value);
        let (hold, keep) = (time(&rule.hold), time(&rule.keep_firing_for));
        let step = observed.alert_window.step;
        let each = timelines
            .iter()
            .map(|timeline| timeline.firings(hold, keep, step));
        let fired: usize = each.clone().sum();
        if fired == 0 || (fired as f64) < cx.levels.number(self, "at_least") {
            return;
        }
        let series = each.filter(|fired| *fired > 0).count();
        let message = format!(
            "this alert would have fired {} in the last {}, for {}",
            times(fired, "time"),
            format_duration(observed.alert_window.length()),
            times(series, "series")
        );
        let range = alert.whole(&file.file);
        let finding = Diagnostic::new(self.code(), self.severity(), message, &file.file, range);
        found.push(finding.with_help(
            "If that is too often, compare with something else, or let it hold for longer (`for`).",
        ));
    }
}

/// A number of something.
fn times(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ if what.ends_with('s') => format!("{count} {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// What the lints that are on want a server to be asked.
pub fn wanted(levels: &Levels) -> Wanted {
    let lint = &WouldFire;
    let (range, step) = (
        levels.duration_ms(lint, "range"),
        levels.duration_ms(lint, "step"),
    );
    let alerts = (!levels.is_off(lint.code()) && range > 0).then_some((range, step.max(1_000)));
    Wanted {
        alerts,
        ..Wanted::default()
    }
}

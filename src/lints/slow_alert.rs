//! `slow-alert`: an alert that takes longer to fire than the settings allow.

use promql_syntax::ast::Expr;
use promql_syntax::format_duration;

use super::dependencies::reads;
use super::ranges::over_ranges;
use super::schedule::renewal;
use super::{Context, Lint, LintOption, OptionKind, RuleAt, describe};
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Severity};

/// See the module.
pub(super) struct SlowAlert;

/// Functions whose result follows what happens only as far as their range has gone by.
const SLOW: [&str; 10] = [
    "rate",
    "increase",
    "delta",
    "deriv",
    "avg_over_time",
    "sum_over_time",
    "count_over_time",
    "min_over_time",
    "quantile_over_time",
    "absent_over_time",
];

/// How many rules behind one another are looked at.
const DEEP: usize = 8;

impl Lint for SlowAlert {
    describe!(
        "slow-alert",
        Warning,
        "an alert that may take longer to fire than the settings allow"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn options(&self) -> &'static [LintOption] {
        &[
            LintOption {
                name: "budget",
                kind: OptionKind::Duration,
                default: "0s",
                about: "how long an alert may take from the first bad sample until it fires; 0s: any time",
            },
            LintOption {
                name: "severities",
                kind: OptionKind::Texts,
                default: "",
                about: "the values of the label severity that this is asked of; all where it is empty",
            },
        ]
    }

    fn rule(&self, cx: &Context<'_>, at: RuleAt<'_>, found: &mut Vec<Diagnostic>) {
        let budget = cx.levels.duration_ms(self, "budget");
        let sound = at.rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty());
        let (Some(alert), Some(expr)) = (&at.rule.alert, sound.filter(|_| budget > 0)) else {
            return;
        };
        let severities = cx.levels.texts(self, "severities");
        let labels = at.rule.labels.iter().chain(&at.group.labels);
        let severity = labels.into_iter().find(|(name, _)| name.as_str() == "severity");
        let asked = |value: &str| severities.iter().any(|severity| severity == value);
        if !severities.is_empty() && !severity.is_some_and(|(_, value)| asked(value.as_str())) {
            return;
        }
        let delay = Delay::of(cx, at, &expr.parsed.expr);
        if delay.sum() <= budget {
            return;
        }
        let message = format!(
            "{} may take {} to fire, and {} are allowed: {}",
            alert.as_str(),
            format_duration(delay.sum()),
            format_duration(budget),
            delay.shown()
        );
        let finding = Diagnostic::new(
            self.code(),
            Severity::Warning,
            message,
            &at.file.file,
            alert.whole(&at.file.file),
        );
        found.push(finding.with_help("Shorten `for` or the range, whichever is longer."));
    }
}

/// What an alert waits for, in milliseconds, at worst.
struct Delay {
    hold: i64,
    range: i64,
    scrape: i64,
    evaluation: i64,
    rules: i64,
}

impl Delay {
    fn of(cx: &Context<'_>, at: RuleAt<'_>, expr: &Expr) -> Delay {
        let path = at.file.file.path();
        let every = |at: RuleAt<'_>| cx.evaluation_interval(at.file, at.group).unwrap_or(0);
        let catalog = cx.catalog(path);
        let hold = at.rule.hold.as_ref().map_or(0, |hold| hold.value);
        let (mut range, mut scrape, mut rules) = (longest_range(expr), slowest_scrape(catalog, expr), 0);
        // The first rule behind each decides: what is recorded from is alike.
        let (mut of, mut seen) = (expr, 0);
        while seen < DEEP {
            let behind = reads(of).find_map(|(name, _)| cx.recorders(path, name).first());
            let Some((behind, expr)) = behind.and_then(|at| Some((*at, at.rule.expr.as_ref()?))) else {
                break;
            };
            of = &expr.parsed.expr;
            rules += every(behind);
            range += longest_range(of);
            scrape = scrape.max(slowest_scrape(catalog, of));
            seen += 1;
        }
        let evaluation = every(at);
        // It is over at an evaluation.
        let hold = match evaluation {
            0 => hold,
            every => (hold.saturating_add(every - 1) / every).saturating_mul(every),
        };
        Delay {
            hold,
            range,
            scrape,
            evaluation,
            rules,
        }
    }

    fn parts(&self) -> [(&'static str, i64); 5] {
        [
            ("`for`", self.hold),
            ("the range", self.range),
            ("the next scrape", self.scrape),
            ("the next evaluation", self.evaluation),
            ("the rules that it reads", self.rules),
        ]
    }

    fn sum(&self) -> i64 {
        self.parts()
            .iter()
            .fold(0, |sum, (_, ms)| sum.saturating_add(*ms))
    }

    fn shown(&self) -> String {
        let parts = self.parts().into_iter().filter(|(_, ms)| *ms > 0);
        let parts: Vec<String> = parts
            .map(|(of, ms)| format!("{} for {of}", format_duration(ms)))
            .collect();
        parts.join(", ")
    }
}

fn longest_range(expr: &Expr) -> i64 {
    let slow = over_ranges(expr)
        .into_iter()
        .filter(|over| SLOW.contains(&over.call.name.as_str()));
    slow.map(|over| over.range_ms).max().unwrap_or(0)
}

fn slowest_scrape(catalog: &Catalog, expr: &Expr) -> i64 {
    let selectors = expr.selectors().into_iter();
    let scraped = selectors.filter(|s| !super::schedule::name(s).is_some_and(|name| name.contains(':')));
    scraped
        .filter_map(|s| renewal(catalog, s))
        .map(|renewal| renewal.ms)
        .max()
        .unwrap_or(0)
}

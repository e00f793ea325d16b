//! Compares what happened in a replay with what a test expected: one room for each kind of assertion.

mod alerts;
mod expressions;
mod states;

use std::ops::Range;

use super::case::Case;
use super::compare::duration;
use super::course::{RuleError, Stop};
use super::receivers;
use super::routing::history::History;
use super::rule::Rule;
use super::schedule::Schedule;
use super::watch::Watch;
use super::world::World;
use crate::outcome::Failure;

pub(super) use alerts::remarks;

/// A replay that came to its end, or as far as it could.
pub(super) struct Replay<'t> {
    /// The rules as they are at the end.
    pub(super) rules: Vec<Rule>,
    /// The series at the end.
    pub(super) world: World<'t>,
    /// What was kept of the alerts.
    pub(super) watch: Watch<'t>,
    /// Why it ended early, where it did.
    pub(super) stop: Option<Stop>,
    /// When alerts fired, where it is asked who is notified of them.
    pub(super) history: Option<History<'t>>,
    /// When rules were evaluated.
    pub(super) schedule: Schedule,
}

/// Judges a test by its replay.
pub(super) struct Judge<'j, 't> {
    pub(super) case: Case<'t>,
    pub(super) replay: &'j Replay<'t>,
}

impl<'t> Judge<'_, 't> {
    /// What did not hold. Where rules could not be evaluated, what was before that is judged.
    pub(super) fn failures(&self) -> Vec<Failure> {
        let test = self.case.test;
        let mut of_alerts: Vec<_> = test.alert_rule_test.iter().collect();
        of_alerts.sort_by_key(|test| test.eval_time.value);
        let seen = |at: i64| self.replay.schedule.seen_at(at) < self.judged_until();
        let mut failures: Vec<Failure> = of_alerts
            .into_iter()
            .filter(|test| seen(test.eval_time.value))
            .filter_map(|test| self.alerts(test))
            .collect();
        failures.extend(
            test.timeline
                .iter()
                .filter_map(|timeline| self.timeline(timeline)),
        );
        failures.extend(
            test.never_fires
                .iter()
                .filter_map(|alert| self.never_fires(alert)),
        );
        match &self.replay.stop {
            Some(Stop::Rules(errors)) => failures.extend(errors.iter().map(|error| self.rule_error(error))),
            Some(Stop::Input(_)) => {}
            None => {
                failures.extend(self.receivers());
                let of_expressions = test.promql_expr_test.iter();
                failures.extend(of_expressions.filter_map(|test| self.expression(test)));
            }
        }
        failures
    }

    /// Who was notified.
    fn receivers(&self) -> Vec<Failure> {
        let Some(history) = &self.replay.history else {
            return Vec::new();
        };
        let start_ms = self.replay.schedule.start_ms;
        receivers::failures(
            &self.case.file.file,
            self.case.test,
            self.case.alertmanager,
            history,
            start_ms,
        )
    }

    /// How many evaluations there were before something went wrong.
    pub(super) fn judged_until(&self) -> usize {
        match &self.replay.stop {
            None => self.replay.schedule.count,
            Some(Stop::Input(_)) => 0,
            Some(Stop::Rules(errors)) => errors.first().map_or(0, |error| error.evaluation),
        }
    }

    fn rule_error(&self, error: &RuleError) -> Failure {
        let at = self.replay.schedule.elapsed(error.evaluation);
        let message = format!(
            "rule {} failed at {}: {}",
            error.rule,
            duration(at),
            error.message
        );
        let mut failure = self.failure("evaluation", message, self.case.test.range.start);
        failure.at_ms = Some(at);
        failure.rules = self.sources(|rule| rule.name() == error.rule);
        failure
    }

    /// Where rules stand.
    fn sources(&self, chosen: impl Fn(&Rule) -> bool) -> Vec<crate::outcome::RuleSource> {
        let rules = self.replay.rules.iter();
        rules.filter(|rule| chosen(rule)).map(Rule::source).collect()
    }

    /// The line of an offset in the test file.
    fn line(&self, offset: usize) -> usize {
        self.case.file.file.line_column(offset).line
    }

    /// The place of an assertion that can be written anew: not where its texts stand for the values of several rows.
    fn entry(&self, range: &Range<usize>) -> Option<Range<usize>> {
        self.case.test.row.is_none().then(|| range.clone())
    }

    fn failure(&self, kind: &'static str, message: String, offset: usize) -> Failure {
        let mut failure = Failure::new(kind, message);
        failure.line = Some(self.line(offset));
        failure
    }
}

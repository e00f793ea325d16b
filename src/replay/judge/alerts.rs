//! Which alerts there are at a time.

use std::collections::HashSet;

use super::Judge;
use crate::model::rules::RuleFile;
use crate::model::text::Text;
use crate::model::unit_tests::{AlertTest, TestGroup};
use crate::outcome::{AlertState, Difference, Failure, Remark};
use crate::replay::case::Case;
use crate::replay::compare::{alerts, duration};
use crate::replay::rule::Rule;

impl Judge<'_, '_> {
    pub(super) fn alerts(&self, test: &AlertTest) -> Option<Failure> {
        let name = test.alertname.as_ref()?.as_str();
        let at = test.eval_time.value;
        let asked = |rule: &Rule| rule.alerting().is_some_and(|rule| test.is_about(&rule.name));
        let numbered = self.replay.rules.iter().enumerate();
        let rules: Vec<usize> = numbered
            .filter(|(_, rule)| asked(rule))
            .map(|(number, _)| number)
            .collect();
        let evaluation = self.replay.schedule.seen_at(at);
        let seen = self.replay.watch.sighting(evaluation, &rules);
        let found = alerts::compare(test, &seen.alerts, |offset| self.line(offset))?;
        let message = if rules.is_empty() && !test.is_about_every_alert() {
            let reason = alerts::no_such_alert(name, &self.known_alerts());
            format!("{name} does not fire at {}: {reason}", duration(at))
        } else {
            let states: Vec<AlertState> = test.exp_alerts.iter().map(|alert| alert.state).collect();
            alerts::message(name, at, &states, &found.difference, &seen)
        };
        let mut failure = self.failure("alert", message, test.range.start);
        failure.expected = Some(found.expected);
        failure.actual = Some(found.actual);
        failure.difference = Some(Difference::Alerts(found.difference));
        failure.at_ms = Some(at);
        failure.entry = self.entry(&test.range);
        if !test.is_about_every_alert() {
            failure.rules = self.sources(asked);
        }
        if !rules.is_empty() {
            failure.timeline = Some(self.replay.watch.timeline(&rules, at));
        }
        Some(failure)
    }

    /// The names of all alerts.
    pub(super) fn known_alerts(&self) -> Vec<&str> {
        let alerting = self.replay.rules.iter().filter_map(|rule| rule.alerting());
        alerting.map(|rule| &rule.name[..]).collect()
    }
}

/// What is odd: silence asserted of alerts that no rule defines passes whatever happens.
pub(in crate::replay) fn remarks(case: Case<'_>, files: &[&RuleFile]) -> Vec<Remark> {
    let groups = || files.iter().flat_map(|file| &file.groups);
    let alerts: Vec<&str> = groups()
        .flat_map(|group| &group.rules)
        .filter_map(|rule| rule.alert.as_ref().map(Text::as_str))
        .collect();
    let mut named = HashSet::new();
    let unknown = silent(case.test).filter(|name| {
        !name.as_str().is_empty() && !alerts.contains(&name.as_str()) && named.insert(name.as_str())
    });
    unknown
        .map(|name| Remark {
            message: alerts::no_such_alert(name.as_str(), &alerts),
            line: Some(case.file.file.line_column(name.raw().start).line),
        })
        .collect()
}

/// The names of the alerts of which silence is asserted.
fn silent(test: &TestGroup) -> impl Iterator<Item = &Text> {
    let tests = test.alert_rule_test.iter();
    let silent = tests.filter(|test| {
        let mut states = test.exp_alerts.iter().map(|alert| alert.state);
        !test.is_about_every_alert() && states.all(|state| state == AlertState::Inactive)
    });
    silent.filter_map(|test| test.alertname.as_ref())
}

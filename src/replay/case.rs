//! One test: the rules are evaluated along the clock, and what they did is compared with what was expected.

use std::collections::BTreeMap;

use promql_engine::{Engine, EngineOptions, Query, Storage};

use super::compare::{self, FiringAlert, SampleLine};
use super::group::{Group, groups_of};
use super::input::Input;
use super::timeline::Timelines;
use super::world::{Fault, World};
use crate::model::rules::RuleFile;
use crate::model::text::Text;
use crate::model::unit_tests::{AlertTest, ExprTest, TestGroup, UnitTestFile};
use crate::outcome::{AlertState, Failure, Status, TestOutcome};

/// Interval between evaluations where a file sets none, in milliseconds.
const DEFAULT_INTERVAL_MS: i64 = 60_000;
/// The most evaluations of one test; a year at 15 s.
const MOST_EVALUATIONS: i64 = 2_200_000;

/// Runs a test against the rules that its file names.
pub(super) fn run(file: &UnitTestFile, number: usize, test: &TestGroup, rules: &[&RuleFile]) -> TestOutcome {
    let mut case = Case {
        file,
        test,
        failures: Vec::new(),
        awaiting: Vec::new(),
        judged: true,
    };
    case.run(rules);
    let status = match (case.judged, case.failures.is_empty()) {
        (false, _) => Status::Error,
        (true, true) => Status::Passed,
        (true, false) => Status::Failed,
    };
    outcome(file, number, test, status, case.failures)
}

/// The outcome of a test that could not be run for these reasons.
pub(super) fn not_run(
    file: &UnitTestFile,
    number: usize,
    test: &TestGroup,
    failures: Vec<Failure>,
) -> TestOutcome {
    outcome(file, number, test, Status::Error, failures)
}

fn outcome(
    file: &UnitTestFile,
    number: usize,
    test: &TestGroup,
    status: Status,
    failures: Vec<Failure>,
) -> TestOutcome {
    let mut alerts: Vec<String> = Vec::new();
    for name in test.alert_rule_test.iter().filter_map(|t| t.alertname.as_ref()) {
        if !alerts.iter().any(|known| known == name.as_str()) {
            alerts.push(name.as_str().to_owned());
        }
    }
    TestOutcome {
        path: file.file.path().to_path_buf(),
        name: name_of(number, test),
        line: Some(file.file.line_column(test.range.start).line),
        status,
        failures,
        alerts,
    }
}

/// The name of a test, or its number from 1 where it has none.
pub(super) fn name_of(number: usize, test: &TestGroup) -> String {
    match test.name.as_ref().map(Text::as_str) {
        None | Some("") => format!("test {}", number + 1),
        Some(name) => name.to_owned(),
    }
}

fn alert_tests_by_time(test: &TestGroup) -> BTreeMap<i64, Vec<&AlertTest>> {
    let mut by_time: BTreeMap<i64, Vec<&AlertTest>> = BTreeMap::new();
    for alert_test in &test.alert_rule_test {
        by_time
            .entry(alert_test.eval_time.value)
            .or_default()
            .push(alert_test);
    }
    by_time
}

struct Case<'t> {
    file: &'t UnitTestFile,
    test: &'t TestGroup,
    failures: Vec<Failure>,
    /// Failures that await the whole timeline of an alert: their number, the alert, the asserted moment.
    awaiting: Vec<(usize, String, i64)>,
    /// Whether everything could be evaluated.
    judged: bool,
}

impl<'t> Case<'t> {
    fn run(&mut self, rules: &[&RuleFile]) {
        let test = self.test;
        let input = match Input::read(&test.input_series) {
            Ok(input) => input,
            Err(fault) => return self.fault(fault),
        };
        let interval = self.file.evaluation_interval.as_ref().map_or(0, |i| i.value);
        let interval = if interval > 0 {
            interval
        } else {
            DEFAULT_INTERVAL_MS
        };
        let sample_interval = test
            .interval
            .as_ref()
            .map(|i| i.value)
            .filter(|i| *i > 0)
            .unwrap_or(interval);
        let start = test.start_timestamp.as_ref().map_or(0, |t| t.value);
        let length = self.length();
        if length / interval > MOST_EVALUATIONS {
            let message = format!("the test takes more than {MOST_EVALUATIONS} evaluations");
            return self.fault(Fault {
                kind: "input",
                message,
                range: test.range.clone(),
            });
        }
        let external_labels: Vec<(String, String)> = test
            .external_labels
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()))
            .collect();
        let options = EngineOptions {
            default_subquery_step_ms: interval,
            ..EngineOptions::default()
        };
        let mut world = World {
            storage: Storage::new(),
            engine: Engine::new(options),
            external_labels: &external_labels,
            external_url: test.external_url.as_ref().map_or("", Text::as_str),
        };
        let mut groups: Vec<Group> = rules.iter().flat_map(|file| groups_of(file)).collect();
        self.order(&mut groups);
        let mut feed = input.feed(&mut world.storage, start, sample_interval);
        let mut timelines = Timelines::default();
        let mut assertions = alert_tests_by_time(test);
        let mut elapsed = 0;
        while elapsed <= length {
            let now = start + elapsed;
            if let Err(message) = feed.advance(&mut world.storage, now) {
                return self.fault(Fault {
                    kind: "input",
                    message,
                    range: test.range.clone(),
                });
            }
            if !self.evaluate(&mut groups, &mut world, now) {
                return;
            }
            timelines.record(&groups, elapsed);
            // An assertion between two evaluations sees the earlier one.
            while let Some(due) = assertions.first_entry().filter(|e| *e.key() < elapsed + interval) {
                for alert_test in due.remove() {
                    self.judge_alerts(alert_test, &groups, start);
                }
            }
            elapsed += interval;
        }
        for (number, name, at) in self.awaiting.drain(..) {
            self.failures[number].timeline = Some(timelines.of(&name, at));
        }
        for expr_test in &test.promql_expr_test {
            self.judge_expression(expr_test, &world, start);
        }
    }

    /// How long the replay runs: up to the last assertion, in milliseconds.
    fn length(&self) -> i64 {
        let alerts = self.test.alert_rule_test.iter().map(|t| t.eval_time.value);
        let exprs = self.test.promql_expr_test.iter().map(|t| t.eval_time.value);
        alerts.chain(exprs).max().unwrap_or(0)
    }

    /// Groups that `group_eval_order` names come in that order; the others count as its first, as they
    /// do for promtool, and keep the order of their files.
    fn order(&self, groups: &mut [Group]) {
        let order = &self.file.group_eval_order;
        groups.sort_by_key(|group| order.iter().position(|n| n.as_str() == group.name).unwrap_or(0));
    }

    /// Evaluates all groups; answers whether all rules could be.
    fn evaluate(&mut self, groups: &mut [Group], world: &mut World<'_>, now: i64) -> bool {
        let mut sound = true;
        for group in groups {
            for error in group.evaluate(world, now) {
                sound = false;
                let time = compare::duration(now);
                let message = format!("rule {} failed at {time}: {}", error.rule, error.message);
                let range = self.test.range.clone();
                self.failures
                    .push(self.failure("evaluation", message, range.start));
            }
        }
        self.judged &= sound;
        sound
    }

    fn judge_alerts(&mut self, alert_test: &AlertTest, groups: &[Group], start: i64) {
        let Some(name) = &alert_test.alertname else { return };
        let rules = || {
            groups
                .iter()
                .flat_map(|g| &g.rules)
                .filter_map(|r| r.alerting())
                .filter(|r| r.name == name.as_str())
        };
        let mut actual: Vec<FiringAlert> = rules()
            .flat_map(|rule| rule.active())
            .filter(|(_, alert)| alert.state == AlertState::Firing)
            .map(|(labels, alert)| FiringAlert::actual(labels, &alert.annotations))
            .collect();
        let mut expected: Vec<FiringAlert> = alert_test
            .exp_alerts
            .iter()
            .map(|alert| FiringAlert::expected(name.as_str(), alert))
            .collect();
        actual.sort();
        expected.sort();
        if actual == expected {
            return;
        }
        let time = compare::duration(alert_test.eval_time.value);
        let mut message = compare::alerts_message(name.as_str(), &time, expected.len(), actual.len());
        if actual.is_empty() {
            message.push_str(&compare::why_silent(rules(), start));
        }
        if rules().next().is_none() {
            let known = groups
                .iter()
                .flat_map(|g| &g.rules)
                .filter_map(|r| r.alerting())
                .map(|r| &r.name[..]);
            let known: Vec<&str> = known.collect();
            message.push_str(&compare::no_such_alert(name.as_str(), &known));
        }
        let mut failure = self.failure("alert", message, alert_test.range.start);
        failure.expected = Some(compare::alerts_text(&expected));
        failure.actual = Some(compare::alerts_text(&actual));
        self.awaiting.push((
            self.failures.len(),
            name.as_str().to_owned(),
            alert_test.eval_time.value,
        ));
        self.failures.push(failure);
    }

    fn judge_expression(&mut self, expr_test: &ExprTest, world: &World<'_>, start: i64) {
        let Some(expr) = &expr_test.expr else { return };
        let time = compare::duration(expr_test.eval_time.value);
        let place = format!("`{}` at {time}", expr.text.as_str().trim());
        let at = expr_test.range.start;
        if let Some(error) = expr.parsed.errors.first() {
            let message = format!("{place}: {}", error.promql_text(expr.text.as_str()));
            self.failures.push(self.failure("promql", message, at));
            return;
        }
        let query = Query::new(expr.text.as_str(), expr.parsed.expr.clone());
        let actual = match world.vector(&query, start + expr_test.eval_time.value) {
            Ok(samples) => samples,
            Err(message) => {
                self.failures
                    .push(self.failure("promql", format!("{place}: {message}"), at));
                return;
            }
        };
        let expected: Result<Vec<SampleLine>, String> =
            expr_test.exp_samples.iter().map(SampleLine::expected).collect();
        let mut expected = match expected {
            Ok(expected) => expected,
            Err(message) => {
                self.failures
                    .push(self.failure("promql", format!("{place}: {message}"), at));
                return;
            }
        };
        let mut actual: Vec<SampleLine> = actual.into_iter().map(SampleLine::actual).collect();
        expected.sort_by(|a, b| a.labels.cmp(&b.labels));
        actual.sort_by(|a, b| a.labels.cmp(&b.labels));
        if compare::samples_agree(&expected, &actual, self.file.fuzzy_compare) {
            return;
        }
        let message = compare::samples_message(&place, expected.len(), actual.len());
        let mut failure = self.failure("promql", message, at);
        failure.expected = Some(compare::samples_text(&expected));
        failure.actual = Some(compare::samples_text(&actual));
        self.failures.push(failure);
    }

    fn fault(&mut self, fault: Fault) {
        self.judged = false;
        self.failures
            .push(self.failure(fault.kind, fault.message, fault.range.start));
    }

    fn failure(&self, kind: &'static str, message: String, at: usize) -> Failure {
        let line = Some(self.file.file.line_column(at).line);
        Failure {
            kind,
            message,
            expected: None,
            actual: None,
            line,
            timeline: None,
        }
    }
}

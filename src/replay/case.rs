//! One test: the rules are evaluated along the clock, and what they did is compared with what was expected.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use promql_engine::{Engine, EngineOptions, Query, Storage};

use super::compare::{alerts, duration, samples};
use super::course::{Course, RuleError, Stop};
use super::input::Input;
use super::plan::Plan;
use super::receivers;
use super::routing::history::History;
use super::rule::{self, Rule};
use super::run::RunOptions;
use super::schedule::Schedule;
use super::trace::Replayed;
use super::watch::Watch;
use super::world::{Fault, World};
use crate::model::alertmanager::AlertmanagerConfig;
use crate::model::rules::RuleFile;
use crate::model::text::Text;
use crate::model::unit_tests::{AlertTest, ExprTest, TestGroup, UnitTestFile};
use crate::outcome::{Failure, Remark, Status, TestName, TestOutcome, Trace};

/// How long a query may take, as with promtool.
const TIMEOUT: Duration = Duration::from_secs(100);

/// A test and what it needs.
#[derive(Clone, Copy)]
pub(super) struct Case<'t> {
    /// The file.
    pub(super) file: &'t UnitTestFile,
    /// The number of the test in the file, from 0.
    pub(super) number: usize,
    /// The test.
    pub(super) test: &'t TestGroup,
    /// How it is run.
    pub(super) options: &'t RunOptions,
    /// Alertmanager's configuration, where the test names one.
    pub(super) alertmanager: Option<&'t AlertmanagerConfig>,
}

/// What came of a test.
#[derive(Default)]
struct Verdict {
    failures: Vec<Failure>,
    /// Whether something kept it from being judged.
    broken: bool,
    /// Its course, where somebody asked for it.
    trace: Option<Box<Trace>>,
}

/// A replay that came to its end, or as far as it could.
struct Replay<'t> {
    rules: Vec<Rule>,
    world: World<'t>,
    watch: Watch<'t>,
    /// When alerts fired, where it is asked who is notified of them.
    history: Option<History<'t>>,
    stop: Option<Stop>,
}

impl<'t> Case<'t> {
    /// Runs the test against these rules.
    pub(super) fn run(self, rules: &[&RuleFile]) -> TestOutcome {
        let started = Instant::now();
        let verdict = match self.judge(rules) {
            Ok(verdict) => verdict,
            Err(fault) => Verdict {
                failures: vec![self.fault(fault)],
                broken: true,
                trace: None,
            },
        };
        let status = match (verdict.broken, verdict.failures.is_empty()) {
            (true, _) => Status::Error,
            (false, true) => Status::Passed,
            (false, false) => Status::Failed,
        };
        let mut outcome = self.outcome(status, verdict.failures);
        outcome.remarks = self.remarks(rules);
        outcome.trace = verdict.trace;
        outcome.took = started.elapsed();
        outcome
    }

    /// The outcome where the test could not be run for these reasons.
    pub(super) fn not_run(self, failures: Vec<Failure>) -> TestOutcome {
        self.outcome(Status::Error, failures)
    }

    /// What the test is called, and where it stands.
    pub(super) fn name(self) -> TestName {
        let name = match self.test.name.as_ref().map(Text::as_str) {
            None | Some("") => format!("test {}", self.number + 1),
            Some(name) => name.to_owned(),
        };
        TestName {
            path: self.file.file.path().to_path_buf(),
            name,
            line: Some(self.file.file.line_column(self.test.range.start).line),
        }
    }

    fn outcome(self, status: Status, failures: Vec<Failure>) -> TestOutcome {
        let mut seen = HashSet::new();
        let at_times = self.test.alert_rule_test.iter();
        let at_times = at_times.filter_map(|t| t.alertname.as_ref().map(Text::as_str));
        let told = self.test.receivers.iter().filter_map(|t| t.alert.as_ref());
        let told = told.filter_map(|alert| alert.name.as_deref());
        let alerts = at_times
            .chain(told)
            .filter(|name| seen.insert(*name))
            .map(str::to_owned);
        let TestName { path, name, line } = self.name();
        TestOutcome {
            path,
            name,
            line,
            status,
            failures,
            alerts: alerts.collect(),
            remarks: Vec::new(),
            took: Duration::ZERO,
            trace: None,
        }
    }

    fn judge(self, rules: &[&RuleFile]) -> Result<Verdict, Fault> {
        let schedule = Schedule::of(self.file, self.test)?;
        let input = Input::read(&self.file.file, &self.test.input_series, schedule.start_ms)?;
        let external_labels = self.external_labels();
        let replay = self.replay(rules, &input, schedule, &external_labels);
        let judged_until = match &replay.stop {
            None => schedule.count,
            Some(Stop::Input(fault)) => return Err(fault.clone()),
            Some(Stop::Rules(errors)) => errors.first().map_or(0, |error| error.evaluation),
        };
        let failures = self.failures(&replay, schedule, judged_until);
        let trace = self.options.trace.then(|| {
            let replayed = Replayed {
                file: self.file,
                test: self.test,
                schedule,
                input: &input,
                sample_interval_ms: self.sample_interval(schedule),
                rules: &replay.rules,
                written: &rule::written_in_order(rules, &self.file.group_eval_order),
                world: &replay.world,
                watch: &replay.watch,
                failures: &failures,
                judged: judged_until,
            };
            Box::new(replayed.trace())
        });
        Ok(Verdict {
            broken: replay.stop.is_some(),
            failures,
            trace,
        })
    }

    /// What did not hold at the evaluations up to before `judged_until`, and what ended the replay there.
    fn failures(self, replay: &Replay<'_>, schedule: Schedule, judged_until: usize) -> Vec<Failure> {
        let mut failures = Vec::new();
        let mut tests: Vec<&AlertTest> = self.test.alert_rule_test.iter().collect();
        tests.sort_by_key(|test| test.eval_time.value);
        let seen = |test: &&AlertTest| schedule.seen_at(test.eval_time.value) < judged_until;
        for test in tests.into_iter().filter(seen) {
            failures.extend(self.judge_alerts(test, replay, schedule));
        }
        if let Some(Stop::Rules(errors)) = &replay.stop {
            failures.extend(errors.iter().map(|error| self.rule_error(error, schedule)));
            return failures;
        }
        if let Some(history) = &replay.history {
            failures.extend(receivers::failures(
                &self.file.file,
                self.test,
                self.alertmanager,
                history,
                schedule.start_ms,
            ));
        }
        for test in &self.test.promql_expr_test {
            failures.extend(self.judge_expression(test, &replay.world, schedule.start_ms));
        }
        failures
    }

    /// Replays the rules by the best plan. Where that stops early, the reference says how: it is the measure of what
    /// goes wrong and when.
    fn replay(
        self,
        files: &[&RuleFile],
        input: &Input,
        schedule: Schedule,
        external_labels: &'t [(String, String)],
    ) -> Replay<'t> {
        let rules = || rule::in_order(files, &self.file.group_eval_order);
        let run =
            |rules: Vec<Rule>, plan: &Plan| self.replay_by(plan, rules, input, schedule, external_labels);
        let first = rules();
        let reference = Plan::in_turn(first.len());
        let plan = if self.options.in_turn {
            Plan::in_turn(first.len())
        } else {
            Plan::of(&first)
        };
        let replay = run(first, &plan);
        if replay.stop.is_some() && plan != reference {
            return run(rules(), &reference);
        }
        replay
    }

    fn replay_by(
        self,
        plan: &Plan,
        mut rules: Vec<Rule>,
        input: &Input,
        schedule: Schedule,
        external_labels: &'t [(String, String)],
    ) -> Replay<'t> {
        let watch = Watch::new(schedule, &self.test.alert_rule_test);
        let is_asked = !self.test.receivers.is_empty();
        let history = is_asked.then(|| History::new(schedule, external_labels));
        let mut observers = (watch, history);
        let mut world = self.world(schedule, external_labels);
        let course = Course {
            feed: input.feed(
                &mut world.storage,
                schedule.start_ms,
                self.sample_interval(schedule),
            ),
            rules: &mut rules,
            world: &mut world,
            schedule,
            observer: &mut observers,
        };
        let stop = course.run(plan).err();
        let (watch, history) = observers;
        Replay {
            rules,
            world,
            watch,
            history,
            stop,
        }
    }

    /// The world before the test begins.
    pub(super) fn world<'w>(self, schedule: Schedule, external_labels: &'w [(String, String)]) -> World<'w>
    where
        't: 'w,
    {
        let options = EngineOptions {
            default_subquery_step_ms: schedule.interval_ms,
            timeout: Some(TIMEOUT),
            delayed_name_removal: self.options.delayed_name_removal,
            ..EngineOptions::default()
        };
        World {
            storage: Storage::new(),
            engine: Engine::new(options),
            external_labels,
            external_url: self.test.external_url.as_ref().map_or("", Text::as_str),
        }
    }

    /// From one sample to the next where a series says nothing of it, in milliseconds.
    pub(super) fn sample_interval(self, schedule: Schedule) -> i64 {
        let own = self.test.interval.as_ref().map(|interval| interval.value);
        own.filter(|i| *i > 0).unwrap_or(schedule.interval_ms)
    }

    /// What templates see as `$externalLabels`.
    pub(super) fn external_labels(self) -> Vec<(String, String)> {
        let labels = self.test.external_labels.iter();
        labels
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()))
            .collect()
    }

    fn judge_alerts(self, test: &AlertTest, replay: &Replay<'_>, schedule: Schedule) -> Option<Failure> {
        let name = test.alertname.as_ref()?.as_str();
        let at = test.eval_time.value;
        let numbered = replay.rules.iter().enumerate();
        let rules: Vec<usize> = numbered
            .filter(|(_, rule)| rule.alerting().is_some_and(|rule| rule.name == name))
            .map(|(number, _)| number)
            .collect();
        let mut seen = replay.watch.sighting(schedule.seen_at(at), &rules);
        let expected = test.exp_alerts.iter();
        let mut expected: Vec<_> = expected
            .map(|alert| alerts::FiringAlert::expected(name, alert))
            .collect();
        seen.firing.sort();
        expected.sort();
        if seen.firing == expected {
            return None;
        }
        let message = if rules.is_empty() {
            let known: Vec<&str> = replay
                .rules
                .iter()
                .filter_map(|rule| rule.alerting().map(|rule| &rule.name[..]))
                .collect();
            let reason = alerts::no_such_alert(name, &known);
            format!("{name} does not fire at {}: {reason}", duration(at))
        } else {
            alerts::message(name, at, &expected, &seen)
        };
        let mut failure = self.failure("alert", message, test.range.start);
        failure.expected = Some(alerts::text(&expected));
        failure.actual = Some(alerts::text(&seen.firing));
        if !rules.is_empty() {
            failure.timeline = Some(replay.watch.timeline(&rules, at));
        }
        Some(failure)
    }

    fn judge_expression(self, test: &ExprTest, world: &World<'_>, start_ms: i64) -> Option<Failure> {
        let expr = test.expr.as_ref()?;
        let time = duration(test.eval_time.value);
        let place = format!("`{}` at {time}", expr.text.as_str().trim());
        let failure = |message: String| Some(self.failure("promql", message, test.range.start));
        if let Some(error) = expr.parsed.errors.first() {
            return failure(format!("{place}: {}", error.promql_text(expr.text.as_str())));
        }
        let query = Query::new(expr.text.as_str(), expr.parsed.expr.clone());
        let actual = match world.vector(&query, start_ms.saturating_add(test.eval_time.value)) {
            Ok(samples) => samples,
            Err(message) => return failure(format!("{place}: {message}")),
        };
        let expected = test.exp_samples.iter().map(samples::SampleLine::expected);
        let mut expected = match expected.collect::<Result<Vec<_>, String>>() {
            Ok(expected) => expected,
            Err(message) => return failure(format!("{place}: {message}")),
        };
        let mut actual: Vec<_> = actual.into_iter().map(samples::SampleLine::actual).collect();
        expected.sort_by(|a, b| a.labels.cmp(&b.labels));
        actual.sort_by(|a, b| a.labels.cmp(&b.labels));
        if samples::agree(&expected, &actual, self.file.fuzzy_compare) {
            return None;
        }
        let mut failure = failure(samples::message(&place, expected.len(), actual.len()))?;
        failure.expected = Some(samples::text(&expected));
        failure.actual = Some(samples::text(&actual));
        Some(failure)
    }

    /// What is odd: silence asserted of alerts that no rule defines passes whatever happens.
    fn remarks(self, files: &[&RuleFile]) -> Vec<Remark> {
        let groups = || files.iter().flat_map(|file| &file.groups);
        let alerts: Vec<&str> = groups()
            .flat_map(|group| &group.rules)
            .filter_map(|rule| rule.alert.as_ref().map(Text::as_str))
            .collect();
        let mut named = HashSet::new();
        let silent = self
            .test
            .alert_rule_test
            .iter()
            .filter(|test| test.exp_alerts.is_empty());
        let unknown = silent.filter_map(|test| test.alertname.as_ref()).filter(|name| {
            !name.as_str().is_empty() && !alerts.contains(&name.as_str()) && named.insert(name.as_str())
        });
        unknown
            .map(|name| Remark {
                message: alerts::no_such_alert(name.as_str(), &alerts),
                line: Some(self.file.file.line_column(name.raw().start).line),
            })
            .collect()
    }

    fn rule_error(self, error: &RuleError, schedule: Schedule) -> Failure {
        let time = duration(schedule.elapsed(error.evaluation));
        let message = format!("rule {} failed at {time}: {}", error.rule, error.message);
        self.failure("evaluation", message, self.test.range.start)
    }

    fn fault(self, fault: Fault) -> Failure {
        let at = self.file.file.line_column(fault.range.start);
        let mut failure = Failure::new(fault.kind, fault.message);
        (failure.line, failure.column) = (Some(at.line), Some(at.column));
        failure
    }

    fn failure(self, kind: &'static str, message: String, at: usize) -> Failure {
        let mut failure = Failure::new(kind, message);
        failure.line = Some(self.file.file.line_column(at).line);
        failure
    }
}

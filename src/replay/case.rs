//! One test: the rules are evaluated along the clock, and what they did is compared with what was expected.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use promql_engine::{Engine, EngineOptions, Storage};

use super::course::{Course, Stop};
use super::dump;
use super::explain;
use super::input::Input;
use super::judge::{self, Judge, Replay};
use super::plan::Plan;
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
use crate::model::unit_tests::{TestGroup, UnitTestFile};
use crate::outcome::{Explanation, Failure, Status, TestName, TestOutcome, Trace};

/// How long a query may take, as with promtool.
const TIMEOUT: Duration = Duration::from_secs(100);

/// A test and what it needs.
#[derive(Clone, Copy)]
pub(super) struct Case<'t> {
    /// The file.
    pub(super) file: &'t UnitTestFile,
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
    explanations: Vec<Explanation>,
    dump: Option<String>,
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
                ..Verdict::default()
            },
        };
        let status = match (verdict.broken, verdict.failures.is_empty()) {
            (true, _) => Status::Error,
            (false, true) => Status::Passed,
            (false, false) => Status::Failed,
        };
        let mut outcome = self.outcome(status, verdict.failures);
        outcome.remarks = judge::remarks(self, rules);
        outcome.trace = verdict.trace;
        outcome.explanations = verdict.explanations;
        outcome.dump = verdict.dump;
        outcome.took = started.elapsed();
        outcome
    }

    /// The outcome where the test could not be run for these reasons.
    pub(super) fn not_run(self, failures: Vec<Failure>) -> TestOutcome {
        self.outcome(Status::Error, failures)
    }

    /// What the test is called, and where it stands.
    pub(super) fn name(self) -> TestName {
        TestName {
            path: self.file.file.path().to_path_buf(),
            name: self.test.title(),
            line: Some(self.file.file.line_column(self.test.range.start).line),
        }
    }

    fn outcome(self, status: Status, failures: Vec<Failure>) -> TestOutcome {
        let TestName { path, name, line } = self.name();
        TestOutcome {
            path,
            name,
            line,
            status,
            failures,
            alerts: self.alerts(),
            remarks: Vec::new(),
            explanations: Vec::new(),
            dump: None,
            took: Duration::ZERO,
            trace: None,
        }
    }

    /// The names of the alerts of which something is asserted, each once.
    fn alerts(self) -> Vec<String> {
        let mut seen = HashSet::new();
        let names = self.test.alert_names().filter(|name| seen.insert(*name));
        names.map(str::to_owned).collect()
    }

    fn judge(self, rules: &[&RuleFile]) -> Result<Verdict, Fault> {
        let schedule = Schedule::of(self.file, self.test)?;
        let input = Input::read(&self.file.file, &self.test.input_series, schedule.start_ms)?;
        let external_labels = self.external_labels();
        let replay = self.replay(rules, &input, schedule, &external_labels);
        if let Some(Stop::Input(fault)) = &replay.stop {
            return Err(fault.clone());
        }
        let judge = Judge {
            case: self,
            replay: &replay,
        };
        let mut failures = judge.failures();
        if self.options.explain_failures {
            explain::failures(self, &replay, &mut failures);
        }
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
                asserted: &self.alerts(),
                judged: judge.judged_until(),
            };
            Box::new(replayed.trace())
        });
        Ok(Verdict {
            broken: replay.stop.is_some(),
            failures,
            trace,
            explanations: explain::asked(&replay, &self.options.explain),
            dump: self
                .options
                .dump
                .then(|| dump::of(&replay.world, schedule, self.test)),
        })
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
        let watch = Watch::new(schedule, self.test);
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
            schedule,
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

    fn fault(self, fault: Fault) -> Failure {
        let at = self.file.file.line_column(fault.range.start);
        let mut failure = Failure::new(fault.kind, fault.message);
        (failure.line, failure.column) = (Some(at.line), Some(at.column));
        failure
    }
}

//! A rule seen at every evaluation of a test, and beyond its last assertion: which alerts it has and what it records.

use promql_engine::{Labels, Query, SampleValue};
use promql_syntax::ParseOptions;

use super::case::Case;
use super::course::{Course, Observer, Stop};
use super::input::Input;
use super::plan::Plan;
use super::rule::{self, Rule};
use super::schedule::Schedule;
use super::world::World;
use crate::model::rules::RuleFile;
use crate::outcome::AlertState;

/// How much two values that were added up in another order may differ, as a part of them.
const ROUNDING: f64 = 1e-9;

/// What a rule was like at one evaluation.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment {
    /// The alerts that fire, sorted: labels and annotations.
    pub(super) firing: Vec<(Labels, Vec<(String, String)>)>,
    /// The labels of those that are pending, sorted.
    pub(super) pending: Vec<Labels>,
    /// What it recorded, sorted by labels.
    pub(super) recorded: Vec<(Labels, SampleValue)>,
}

impl Moment {
    /// Whether the same was recorded, but for what the order of additions changes.
    pub(super) fn recorded_the_same(&self, other: &Moment) -> bool {
        let alike = |a: &(Labels, SampleValue), b: &(Labels, SampleValue)| match (&a.1, &b.1) {
            (SampleValue::Float(x), SampleValue::Float(y)) => {
                a.0 == b.0
                    && ((x.is_nan() && y.is_nan())
                        || x == y
                        || (x - y).abs() <= ROUNDING * x.abs().max(y.abs()))
            }
            _ => a == b,
        };
        self.recorded.len() == other.recorded.len()
            && self
                .recorded
                .iter()
                .zip(&other.recorded)
                .all(|(a, b)| alike(a, b))
    }
}

impl<'t> Case<'t> {
    /// Replays rules on the input of the test while `observer` looks on, and answers what `then` makes of the world at
    /// the end. The schedule may go on for longer than the test itself.
    ///
    /// # Errors
    /// Why the replay did not come to its end.
    pub(super) fn observe<T>(
        self,
        mut rules: Vec<Rule>,
        schedule: Schedule,
        observer: &mut dyn Observer,
        then: impl FnOnce(&World<'_>) -> T,
    ) -> Result<T, Stop> {
        let input = Input::read(&self.file.file, &self.test.input_series, schedule.start_ms);
        let input = input.map_err(Stop::Input)?;
        let external_labels = self.external_labels();
        let mut world = self.world(schedule, &external_labels);
        let plan = Plan::of(&rules);
        let course = Course {
            feed: input.feed(
                &mut world.storage,
                schedule.start_ms,
                self.sample_interval(schedule),
            ),
            rules: &mut rules,
            world: &mut world,
            schedule,
            observer,
        };
        course.run(&plan)?;
        Ok(then(&world))
    }

    /// What the rules of a name were like at each evaluation; nothing where they cannot be evaluated.
    pub(super) fn moments(
        self,
        documents: &[RuleFile],
        name: &str,
        schedule: Schedule,
    ) -> Option<Vec<Moment>> {
        let documents: Vec<&RuleFile> = documents.iter().collect();
        let rules = rule::in_order(&documents, &self.file.group_eval_order);
        let mut observer = OfName {
            name,
            moments: vec![Moment::default(); schedule.count],
        };
        let recorded = self.observe(rules, schedule, &mut observer, |world| {
            recorded(world, name, schedule)
        });
        let mut moments = observer.moments;
        for (moment, recorded) in moments.iter_mut().zip(recorded.ok()?) {
            moment.firing.sort();
            moment.pending.sort();
            moment.recorded = recorded;
        }
        Some(moments)
    }
}

/// Looks at the alerts of one name.
struct OfName<'n> {
    name: &'n str,
    moments: Vec<Moment>,
}

impl Observer for OfName<'_> {
    fn see(&mut self, _: usize, rule: &Rule, evaluation: usize, world: &World<'_>) {
        let Some(rule) = rule.alerting().filter(|rule| rule.name == self.name) else {
            return;
        };
        let Some(moment) = self.moments.get_mut(evaluation) else {
            return;
        };
        for (labels, alert) in rule.remembered() {
            match alert.state {
                AlertState::Firing => {
                    moment
                        .firing
                        .push((labels.clone(), rule.annotations_of(alert, world)));
                }
                AlertState::Pending => moment.pending.push(labels.clone()),
                AlertState::Inactive => {}
            }
        }
    }
}

/// What stands under a recorded name at each evaluation.
fn recorded(world: &World<'_>, name: &str, schedule: Schedule) -> Vec<Vec<(Labels, SampleValue)>> {
    let nothing = || vec![Vec::new(); schedule.count];
    let selector = format!("{{__name__={}}}", promql_syntax::go_quote(name));
    let Ok(expr) = promql_syntax::parse_valid(&selector, &ParseOptions::ALL) else {
        return nothing();
    };
    let query = Query::new(selector, expr);
    let last = schedule.time(schedule.count - 1);
    let Ok(instants) = world.vectors(&query, schedule.start_ms, last, schedule.interval_ms) else {
        return nothing();
    };
    let at = |evaluation| {
        let samples = instants.vector(evaluation).into_iter();
        let mut samples: Vec<_> = samples.map(|sample| (sample.labels, sample.value)).collect();
        samples.sort_by(|a, b| a.0.cmp(&b.0));
        samples
    };
    (0..schedule.count).map(at).collect()
}

//! What alerts do when certain series are fed: a replay without assertions, for those who look for series that make
//! an alert fire. All rules are evaluated in turn at each time.

use promql_engine::series_notation::expand;
use promql_engine::{Engine, EngineOptions, Labels, SampleValue, Storage};
use promql_syntax::series::{parse_metric, parse_series_description};

use super::rule::{self, Rule};
use super::world::World;
use crate::model::rules::RuleFile;
use crate::outcome::AlertState;

/// Series and when rules see them. Times are milliseconds.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// Metrics and values in series notation.
    pub series: Vec<(String, String)>,
    /// From one sample to the next.
    pub sample_interval_ms: i64,
    /// From one evaluation to the next.
    pub interval_ms: i64,
    /// When the first evaluation is, since the epoch.
    pub start_ms: i64,
    /// The number of the first evaluation that matters; those before are left out.
    pub from: usize,
    /// The number of the last evaluation.
    pub last: usize,
}

/// What was seen of the alerts of one name.
#[derive(Default)]
pub struct Seen {
    /// The highest state at each evaluation from the first that matters: that of the rule itself, and that of all
    /// rules of the name.
    pub states: Vec<(AlertState, AlertState)>,
    /// The alerts that fire at the evaluations that were asked for.
    pub firing: Vec<Vec<SeenAlert>>,
    /// Why a rule could not be evaluated, where one could not.
    pub error: Option<String>,
    /// All series, those of the rules among them.
    pub storage: Storage,
}

/// A firing alert.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenAlert {
    /// Its labels, sorted; `alertname` is among them.
    pub labels: Vec<(String, String)>,
    /// Its annotations, sorted.
    pub annotations: Vec<(String, String)>,
}

impl Rehearsal {
    /// Runs the rules of files and watches a rule, by the name of its alert and its expression, and its namesakes, at
    /// the evaluations with the numbers `at` closely.
    ///
    /// # Errors
    /// What is wrong with the series.
    pub fn run(
        &self,
        files: &[&RuleFile],
        (alert, expr): (&str, &str),
        at: &[usize],
    ) -> Result<Seen, String> {
        let mut feeds = Vec::with_capacity(self.series.len());
        for (metric, values) in &self.series {
            let labels = Labels::new(parse_metric(metric).map_err(|e| e.to_string())?);
            let described = parse_series_description(&format!("v {values}")).map_err(|e| e.to_string())?;
            feeds.push((labels, described.items));
        }
        let mut feeds: Vec<_> = feeds
            .iter()
            .map(|(labels, items)| (labels, 0i64, expand(items)))
            .collect();
        let options = EngineOptions {
            default_subquery_step_ms: self.interval_ms,
            ..EngineOptions::default()
        };
        let mut world = World {
            storage: Storage::new(),
            engine: Engine::new(options),
            external_labels: &[],
            external_url: "",
        };
        let mut rules = rule::in_order(files, &[]);
        let mut seen = Seen {
            firing: vec![Vec::new(); at.len()],
            ..Seen::default()
        };
        for evaluation in self.from..=self.last {
            let now = self.start_ms + self.interval_ms * evaluation as i64;
            for (labels, number, values) in &mut feeds {
                while self.start_ms + self.sample_interval_ms * *number <= now {
                    let Some(value) = values.next() else { break };
                    let time = self.start_ms + self.sample_interval_ms * *number;
                    *number += 1;
                    if let Some(value) = value.map_err(|e| e.message)?.value {
                        append(&mut world.storage, labels, time, value)?;
                    }
                }
            }
            for rule in &mut rules {
                if let Err(message) = rule.evaluate(&mut world, now) {
                    seen.error = Some(format!("rule {}: {message}", rule.name()));
                    seen.storage = world.storage;
                    return Ok(seen);
                }
            }
            let own = state(&rules, |rule| rule.name() == alert && rule.query.text() == expr);
            seen.states
                .push((own, state(&rules, |rule| rule.name() == alert)));
            for (watched, firing) in at.iter().zip(&mut seen.firing) {
                if *watched == evaluation {
                    *firing = firing_alerts(&rules, alert, &world);
                }
            }
        }
        seen.storage = world.storage;
        Ok(seen)
    }
}

fn append(storage: &mut Storage, labels: &Labels, time: i64, value: SampleValue) -> Result<(), String> {
    storage
        .append(labels, time, value)
        .map(drop)
        .map_err(|e| e.to_string())
}

/// The highest state of the alerts of some rules.
fn state(rules: &[Rule], watched: impl Fn(&Rule) -> bool) -> AlertState {
    let watched = rules
        .iter()
        .filter(|rule| watched(rule))
        .filter_map(Rule::alerting);
    watched
        .map(|rule| rule.state().0)
        .max()
        .unwrap_or(AlertState::Inactive)
}

fn firing_alerts(rules: &[Rule], alert: &str, world: &World<'_>) -> Vec<SeenAlert> {
    let named = rules
        .iter()
        .filter_map(Rule::alerting)
        .filter(|rule| rule.name == alert);
    let mut firing = Vec::new();
    for rule in named {
        for (labels, alert) in rule
            .remembered()
            .filter(|(_, alert)| alert.state == AlertState::Firing)
        {
            firing.push(SeenAlert {
                labels: labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
                annotations: rule.annotations_of(alert, world),
            });
        }
    }
    firing.sort();
    firing
}

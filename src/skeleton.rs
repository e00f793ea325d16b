//! Ready-made tests: for an alert, series that make it fire, worked out backwards from its expression.
//!
//! A [`witness`] of the expression says which series must be there and what must hold of their values; [`labels`] and
//! [`words`] find labels for them, [`fit`] and [`numbers`] values, [`terms`] being the model of what the expression
//! makes of these. An [`attempt`] puts that together as a [`draft`]: a quiet phase, one in which the alert becomes
//! active and fires, and again a quiet one. What can be decided in several ways is a choice ([`choices`]), and other
//! choices are made until the replay, which is the judge ([`stage`]), sees the alert fire. [`impossible`] says why it
//! never will, where that can be proved.
//!
//! This room knows the model, the syntax tree, and the replay; it knows nothing of the command line. What it makes
//! holds with `promtool test rules` as well.

mod attempt;
mod choices;
mod draft;
mod fit;
mod impossible;
mod labels;
mod numbers;
mod recorded;
mod stage;
mod terms;
mod test_file;
mod witness;
mod words;

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use promql_engine::{Engine, EngineOptions, Storage, Value};
use promql_syntax::ast::Expr;
use promql_syntax::with_enough_stack;
use rayon::prelude::*;

use crate::model::rules::{Group, Rule, RuleFile};
use crate::model::text::Text;
use crate::replay::parts::Parts;
use crate::replay::rehearsal::SeenAlert;
use attempt::Draft;
use attempt::{DeadEnd, Goal, attempt};
use choices::Runs;
use impossible::Given;
use recorded::Recorded;
use stage::{Stage, Staged, Trial};

use words::Demands;

pub use test_file::test_file;

/// How many attempts are made for an alert.
const MOST_ATTEMPTS: usize = 160;
/// After how many of them values may be negative.
const ATTEMPTS_UNSIGNED: usize = 24;
/// From how many evaluations on the first ones are left out where they do not matter.
const LONG: usize = 1500;
/// How many evaluations of rules may be made for an alert.
const MOST_EVALUATIONS: usize = 60_000;

/// What was found for an alert.
#[derive(Clone, Debug)]
pub struct Skeleton {
    /// The name of the alert.
    pub alert: String,
    /// The name of its group.
    pub group: String,
    /// Its expression.
    pub expr: String,
    /// How many alerts of this name come before it in the file.
    pub number: usize,
    /// How often the name occurs in the file.
    pub namesakes: usize,
    /// The test, or why there is none.
    pub test: Result<SkeletonTest, NoData>,
    /// How long it took to find out.
    pub took: Duration,
}

/// A test that makes an alert fire.
#[derive(Clone, Debug)]
pub struct SkeletonTest {
    /// Milliseconds between samples.
    pub interval_ms: i64,
    /// When the test starts, in milliseconds since the epoch.
    pub start_ms: i64,
    /// Metrics with their values in series notation.
    pub series: Vec<(String, String)>,
    /// What is to be asserted, in order of time.
    pub checks: Vec<Check>,
}

/// What fires at a time.
#[derive(Clone, Debug)]
pub struct Check {
    /// What is to be seen here, in a word: `inactive`, `pending`, `firing`, `resolved`.
    pub state: &'static str,
    /// When, in milliseconds since the start.
    pub eval_time_ms: i64,
    /// The alerts that fire.
    pub firing: Vec<SeenAlert>,
}

/// Why an alert has no test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoData {
    /// The reason, without a full stop.
    pub reason: String,
    /// Whether it is certain that no data makes it fire.
    pub proved: bool,
}

/// Looks for series for alerts of rule files that are loaded together; those that `wanted` does not want are left out.
pub fn skeletons(files: &[&RuleFile], wanted: &(dyn Fn(&str) -> bool + Sync)) -> Vec<Skeleton> {
    let recorded = Recorded::of(files);
    let mut alerts: Vec<(&str, usize, &Group, &Rule)> = Vec::new();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for group in files.iter().flat_map(|file| &file.groups) {
        for rule in &group.rules {
            let Some(name) = rule.alert.as_ref().map(Text::as_str) else {
                continue;
            };
            let namesakes = seen.entry(name).or_default();
            alerts.push((name, *namesakes, group, rule));
            *namesakes += 1;
        }
    }
    alerts.retain(|(name, ..)| wanted(name));
    let found = alerts.par_iter().map(|(name, number, group, rule)| {
        let started = Instant::now();
        let test = with_enough_stack(|| of_rule(files, &recorded, group, rule));
        Skeleton {
            alert: (*name).to_owned(),
            group: group.name().to_owned(),
            expr: rule
                .expr
                .as_ref()
                .map_or("", |expr| expr.text.as_str())
                .to_owned(),
            number: *number,
            namesakes: seen.get(name).copied().unwrap_or(1),
            test,
            took: started.elapsed(),
        }
    });
    found.collect()
}

fn of_rule(
    files: &[&RuleFile],
    recorded: &Recorded<'_>,
    group: &Group,
    rule: &Rule,
) -> Result<SkeletonTest, NoData> {
    let certain = |reason: String| NoData { reason, proved: true };
    let Some(expr) = rule.expr.as_ref().filter(|expr| expr.parsed.errors.is_empty()) else {
        return Err(certain("its expression does not parse".to_owned()));
    };
    if let Some(reason) = impossible::never(&expr.parsed.expr, Given::Nothing) {
        return Err(certain(reason));
    }
    if let Some(reason) = impossible::never(&expr.parsed.expr, Given::Counters) {
        return Err(NoData {
            reason,
            proved: false,
        });
    }
    let shown = shown_labels(group, rule);
    let read = recorded.read_by(&expr.parsed.expr);
    let reads_alerts = expr.text.as_str().contains("ALERTS");
    let read = if reads_alerts { None } else { read };
    let goal = Goal {
        reads_rules: read.as_ref().is_none_or(|read| !read.is_empty()),
        expr: &expr.parsed.expr,
        hold: rule.hold.as_ref().map_or(0, |hold| hold.value) as f64 / 1000.0,
        shown: &shown,
    };
    let needed = only(files, rule, read);
    let needed: Vec<&RuleFile> = needed.iter().collect();
    let name = rule.name();
    let mut stage = Stage {
        rules: &needed,
        alert: (name, expr.text.as_str()),
        budget: MOST_EVALUATIONS,
    };
    let demands = Demands::default();
    let mut dead_end: Option<String> = None;
    let mut nearest: Option<String> = None;
    let mut proved = true;
    // Values below zero are rarely what a metric has: they are tried when nothing else will do.
    for (signed, most) in [(false, ATTEMPTS_UNSIGNED), (true, MOST_ATTEMPTS)] {
        let mut runs = Runs::new();
        let mut attempts = 0;
        while let Some(mut choices) = runs.next() {
            attempts += 1;
            if attempts > most || stage.budget == 0 {
                proved &= !signed;
                break;
            }
            match attempt(&goal, (recorded, &demands), signed, &mut choices) {
                Err(DeadEnd { reason, certain }) => {
                    proved &= certain;
                    dead_end.get_or_insert(reason);
                }
                Ok(draft) => match stage.try_draft(&draft) {
                    Trial::Fires(staged) => match finished(files, stage.alert, &staged) {
                        Ok(test) => return Ok(test),
                        Err(message) => {
                            nearest.get_or_insert(message);
                        }
                    },
                    Trial::Silent(storage, at) => {
                        nearest
                            .get_or_insert_with(|| empty_part(expr.text.as_str(), goal.expr, &storage, at));
                    }
                    Trial::Broken(message) => {
                        nearest.get_or_insert(message);
                    }
                },
            }
            runs.vary(&choices);
        }
    }
    let proved = proved && nearest.is_none();
    let reason = nearest
        .or(dead_end)
        .unwrap_or_else(|| "no series were found for it".to_owned());
    Err(NoData { reason, proved })
}

/// The test of a draft that was tried with the rules that matter, now with all rules that are loaded with it.
fn finished(files: &[&RuleFile], alert: (&str, &str), staged: &Staged) -> Result<SkeletonTest, String> {
    let Staged { draft, moments } = staged;
    let mut draft: Draft = draft.clone();
    if moments.resolved.is_none() {
        draft.phases.after = 0;
    }
    let asserted = [
        ("inactive", moments.silent),
        ("pending", moments.pending),
        ("firing", Some(moments.fires)),
        ("resolved", moments.resolved),
    ];
    let asserted: Vec<(&'static str, usize)> = asserted
        .into_iter()
        .filter_map(|(state, at)| at.map(|at| (state, at)))
        .collect();
    let times: Vec<usize> = asserted.iter().map(|(_, at)| *at).collect();
    let from = if draft.fires < LONG {
        0
    } else {
        draft.first_evaluation()
    };
    let rehearsal = draft.rehearsal(from);
    let seen = rehearsal.run(files, alert, &times)?;
    if let Some(error) = seen.error {
        return Err(error);
    }
    let mut checks = Vec::new();
    for ((state, at), firing) in asserted.into_iter().zip(seen.firing) {
        if (state == "firing") == firing.is_empty() {
            // Another rule of this name is at work.
            match state {
                "firing" => {
                    return Err(format!(
                        "{} fires only without the other rules of the file",
                        alert.0
                    ));
                }
                _ => continue,
            }
        }
        checks.push(Check {
            state,
            eval_time_ms: rehearsal.interval_ms * at as i64,
            firing,
        });
    }
    Ok(SkeletonTest {
        interval_ms: rehearsal.sample_interval_ms,
        start_ms: rehearsal.start_ms,
        series: rehearsal.series,
        checks,
    })
}

/// The smallest part of an expression that returns nothing.
fn empty_part(text: &str, expr: &Expr, storage: &Storage, at: i64) -> String {
    let engine = Engine::new(EngineOptions::default());
    let parts = Parts::of(text, expr);
    let values = parts.values(&engine, storage, at);
    let empty = |number: &usize| match &values[*number].value {
        Ok(Value::Vector(samples)) => samples.is_empty(),
        Ok(Value::Matrix(series)) => series.is_empty(),
        Ok(_) => false,
        Err(_) => true,
    };
    // Parts stand before their operands.
    let smallest = parts
        .all()
        .iter()
        .enumerate()
        .find(|(number, part)| empty(number) && !part.children.iter().any(empty));
    match smallest {
        Some((number, part)) => match &values[number].value {
            Err(message) => format!("`{}` fails: {message}", one_line(part.text)),
            Ok(_) => format!(
                "`{}` returns nothing with the data that were tried",
                one_line(part.text)
            ),
        },
        None => "its condition does not hold for long enough with the data that were tried".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rules that an alert needs: itself, those of the same name, and those that write what it reads; all where that
/// is not known.
fn only(files: &[&RuleFile], wanted: &Rule, read: Option<BTreeSet<&str>>) -> Vec<RuleFile> {
    let needed = |rule: &Rule| match &rule.alert {
        Some(alert) => read.is_none() || alert.as_str() == wanted.name(),
        None => read.as_ref().is_none_or(|read| read.contains(rule.name())),
    };
    let mut copies: Vec<RuleFile> = files.iter().map(|file| (*file).clone()).collect();
    for group in copies.iter_mut().flat_map(|file| &mut file.groups) {
        group.rules.retain(needed);
    }
    copies
}

/// The labels that the texts of an alert show.
fn shown_labels(group: &Group, rule: &Rule) -> Vec<String> {
    let mut shown = Vec::new();
    for (_, text) in group.labels.iter().chain(&rule.labels).chain(&rule.annotations) {
        for marker in ["$labels.", ".Labels."] {
            for rest in text.as_str().split(marker).skip(1) {
                let end = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len());
                shown.push(rest[..end].to_owned());
            }
        }
    }
    shown.retain(|label| !label.is_empty());
    shown.sort();
    shown.dedup();
    shown
}

//! What is kept of the alerts of a replay: their states over time, and all about them at the evaluations that
//! assertions see.

mod lives;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::lives::Lives;
use super::compare::alerts::SeenAlert;
use super::course::Observer;
use super::rule::Rule;
use super::schedule::Schedule;
use super::world::World;
use crate::model::unit_tests::{AlertSelector, TestGroup};
use crate::outcome::{AlertState, Timeline, TimelineSpan};

/// What is kept of the alerts.
pub(super) struct Watch<'t> {
    schedule: Schedule,
    /// The alerts that are asserted at each evaluation.
    asserted: HashMap<usize, Asserted<'t>>,
    /// Alerts that are asserted over the whole run.
    followed: Vec<&'t AlertSelector>,
    /// What became of them.
    pub(super) lives: Lives,
    /// The states of each alerting rule over time, by its number.
    spans: BTreeMap<usize, Vec<TimelineSpan>>,
    /// What each asserted rule was like, by evaluation and number.
    sightings: BTreeMap<(usize, usize), Sighting>,
}

/// The alerts that are asserted at one time.
#[derive(Default)]
struct Asserted<'t> {
    names: HashSet<&'t str>,
    /// Whether every alert is.
    every: bool,
}

/// What an alerting rule was like at an evaluation.
#[derive(Clone, Debug, Default)]
pub(super) struct Sighting {
    /// The alerts that were pending or firing.
    pub(super) alerts: Vec<SeenAlert>,
    /// Since when the longest of them has been firing. All times are milliseconds since the start.
    pub(super) firing_since: Option<i64>,
    /// Since when the longest of those that do not fire yet has been pending, and when it will fire if it stays.
    pub(super) pending: Option<(i64, i64)>,
    /// When the last of those that were resolved a short while ago was.
    pub(super) resolved_at: Option<i64>,
}

impl Sighting {
    /// The alerts that fired.
    pub(super) fn firing(&self) -> impl Iterator<Item = &SeenAlert> {
        self.alerts
            .iter()
            .filter(|alert| alert.state == AlertState::Firing)
    }
}

impl<'t> Watch<'t> {
    /// Watches for the assertions of a test.
    pub(super) fn new(schedule: Schedule, test: &'t TestGroup) -> Self {
        let mut asserted: HashMap<usize, Asserted<'t>> = HashMap::new();
        for test in &test.alert_rule_test {
            let evaluation = schedule.seen_at(test.eval_time.value);
            let asserted = asserted.entry(evaluation).or_default();
            asserted.every |= test.is_about_every_alert();
            let name = test.alertname.as_ref().map(|name| name.as_str());
            asserted.names.extend(name);
        }
        let timelines = test.timeline.iter().map(|timeline| &timeline.alert);
        Watch {
            schedule,
            asserted,
            followed: timelines.chain(&test.never_fires).collect(),
            lives: Lives::default(),
            spans: BTreeMap::new(),
            sightings: BTreeMap::new(),
        }
    }

    /// The states of the rule with this number over time.
    pub(super) fn spans(&self, rule: usize) -> &[TimelineSpan] {
        self.spans.get(&rule).map_or(&[], Vec::as_slice)
    }

    /// What the rules with these numbers were like at an evaluation, together.
    pub(super) fn sighting(&self, evaluation: usize, rules: &[usize]) -> Sighting {
        let mut together = Sighting::default();
        for seen in rules
            .iter()
            .filter_map(|rule| self.sightings.get(&(evaluation, *rule)))
        {
            together.alerts.extend(seen.alerts.iter().cloned());
            together.firing_since = earlier(together.firing_since, seen.firing_since);
            together.resolved_at = together.resolved_at.max(seen.resolved_at);
            together.pending = match (together.pending, seen.pending) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        together
    }

    /// The states of the rules with these numbers over time, the highest of them at each, with the asserted moment
    /// in milliseconds since the start.
    pub(super) fn timeline(&self, rules: &[usize], asserted_at_ms: i64) -> Timeline {
        let all: Vec<&[TimelineSpan]> = rules
            .iter()
            .filter_map(|rule| self.spans.get(rule).map(Vec::as_slice))
            .collect();
        let mut spans: Vec<TimelineSpan> = Vec::new();
        let mut begins: Vec<i64> = all
            .iter()
            .flat_map(|s| s.iter().map(|span| span.from_ms))
            .collect();
        begins.sort_unstable();
        begins.dedup();
        let end = all.iter().filter_map(|s| s.last()).map(|span| span.to_ms).max();
        for (index, from_ms) in begins.iter().copied().enumerate() {
            let next = begins.get(index + 1).map(|next| next - self.schedule.interval_ms);
            let to_ms = next.or(end).unwrap_or(from_ms);
            let now = all.iter().filter_map(|spans| {
                let following = spans.partition_point(|span| span.from_ms <= from_ms);
                spans.get(following.checked_sub(1)?)
            });
            let state = now
                .clone()
                .map(|span| span.state)
                .max()
                .unwrap_or(AlertState::Inactive);
            let active = now.map(|span| span.active).sum();
            match spans.last_mut() {
                Some(last) if last.state == state => {
                    last.to_ms = to_ms;
                    last.active = last.active.max(active);
                }
                _ => spans.push(TimelineSpan {
                    from_ms,
                    to_ms,
                    state,
                    active,
                }),
            }
        }
        Timeline {
            spans,
            asserted_at_ms: Some(asserted_at_ms),
        }
    }
}

impl Observer for Watch<'_> {
    fn see(&mut self, number: usize, rule: &Rule, evaluation: usize, world: &World<'_>) {
        let Some(rule) = rule.alerting() else { return };
        let (state, active) = rule.state();
        let elapsed = self.schedule.elapsed(evaluation);
        let spans = self.spans.entry(number).or_default();
        match spans.last_mut() {
            Some(last) if last.state == state => {
                last.to_ms = elapsed;
                last.active = last.active.max(active);
            }
            _ => spans.push(TimelineSpan {
                from_ms: elapsed,
                to_ms: elapsed,
                state,
                active,
            }),
        }
        if self
            .followed
            .iter()
            .any(|selector| selector.chooses_name(&rule.name))
        {
            self.lives.see(number, rule, evaluation);
        }
        let asserted = self.asserted.get(&evaluation);
        if !asserted.is_some_and(|asserted| asserted.every || asserted.names.contains(&rule.name[..])) {
            return;
        }
        let start = self.schedule.start_ms;
        let mut sighting = Sighting::default();
        for (labels, alert) in rule.remembered() {
            let since = alert.active_at - start;
            if alert.state != AlertState::Inactive {
                let annotations = rule.annotations_of(alert, world);
                let seen = SeenAlert::new(alert.state, labels, annotations);
                sighting.alerts.push(seen);
            }
            match alert.state {
                AlertState::Firing => {
                    let fired = alert.fired_at.map(|at| at - start);
                    sighting.firing_since = earlier(sighting.firing_since, fired);
                }
                AlertState::Pending => {
                    let fires = self.schedule.not_before(since.saturating_add(rule.hold_ms));
                    if sighting.pending.is_none_or(|(known, _)| since < known) {
                        sighting.pending = Some((since, fires));
                    }
                }
                AlertState::Inactive => {
                    let resolved = alert.resolved_at.map(|at| at - start);
                    sighting.resolved_at = sighting.resolved_at.max(resolved);
                }
            }
        }
        self.sightings.insert((evaluation, number), sighting);
    }
}

/// The earlier of two times.
fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests;

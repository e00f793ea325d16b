//! When the alerts of a replay fire and resolve, and when Prometheus therefore tells Alertmanager of them.

use std::collections::BTreeMap;

use promql_engine::Labels;

use crate::outcome::AlertState;
use crate::replay::course::Observer;
use crate::replay::rule::Rule;
use crate::replay::schedule::Schedule;
use crate::replay::world::World;

/// How long Prometheus waits before it sends an unchanged alert again, in milliseconds: `--rules.alert.resend-delay`.
const RESEND_DELAY_MS: i64 = 60_000;

/// The firing alerts of a replay.
pub(in crate::replay) struct History<'w> {
    schedule: Schedule,
    external_labels: &'w [(String, String)],
    /// By rule and labels of the alert, in the order of time.
    episodes: BTreeMap<(usize, Labels), Vec<Episode>>,
}

/// An alert from when it fires to when it is forgotten. All times are milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) struct Episode {
    /// The evaluation at which it began to fire.
    pub(in crate::replay) fired_at: i64,
    /// The evaluation at which it was resolved.
    pub(in crate::replay) resolved_at: Option<i64>,
    /// The last evaluation at which it was remembered.
    remembered_until: i64,
}

/// An alert as Prometheus sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) struct Sent {
    /// When it is sent, in milliseconds since the epoch.
    pub(in crate::replay) at: i64,
    /// Its labels, with the external ones.
    pub(in crate::replay) labels: Labels,
    /// Since when it has been firing.
    pub(in crate::replay) fired_at: i64,
    /// When it was resolved.
    pub(in crate::replay) resolved_at: Option<i64>,
}

impl<'w> History<'w> {
    /// A history in which nothing has happened yet.
    pub(in crate::replay) fn new(schedule: Schedule, external_labels: &'w [(String, String)]) -> Self {
        History {
            schedule,
            external_labels,
            episodes: BTreeMap::new(),
        }
    }

    /// The labels with which an alert leaves Prometheus: external labels fill what it does not have.
    fn sent_labels(&self, labels: &Labels) -> Labels {
        let mut builder = labels.builder();
        for (name, value) in self.external_labels {
            if labels.get(name).is_empty() {
                builder.set(name, value);
            }
        }
        builder.build()
    }

    /// The alerts that fire at a time, as Alertmanager sees them: those of the last evaluation up to it.
    pub(in crate::replay) fn firing_at(&self, at: i64) -> Vec<Labels> {
        let mut firing: Vec<Labels> = self
            .episodes
            .iter()
            .filter(|(_, episodes)| episodes.iter().any(|episode| episode.fires_at(at)))
            .map(|((_, labels), _)| self.sent_labels(labels))
            .collect();
        firing.sort();
        firing.dedup();
        firing
    }

    /// Everything that Prometheus sends, in the order of time; at one time in the order of the rules.
    pub(in crate::replay) fn sent(&self) -> Vec<Sent> {
        let mut sent: Vec<(usize, Sent)> = Vec::new();
        for ((rule, labels), episodes) in &self.episodes {
            let labels = self.sent_labels(labels);
            for episode in episodes {
                let last = episode.remembered_until;
                let mut last_sent: Option<i64> = None;
                let mut at = episode.fired_at;
                while at <= last {
                    let resolved_at = episode.resolved_at.filter(|resolved| *resolved <= at);
                    let is_due = last_sent.is_none_or(|sent| {
                        resolved_at.is_some_and(|resolved| resolved > sent) || sent + RESEND_DELAY_MS < at
                    });
                    if is_due {
                        last_sent = Some(at);
                        let alert = Sent {
                            at,
                            labels: labels.clone(),
                            fired_at: episode.fired_at,
                            resolved_at,
                        };
                        sent.push((*rule, alert));
                    }
                    at += self.schedule.interval_ms;
                }
            }
        }
        sent.sort_by(|(a_rule, a), (b_rule, b)| (a.at, a_rule, &a.labels).cmp(&(b.at, b_rule, &b.labels)));
        sent.into_iter().map(|(_, alert)| alert).collect()
    }
}

impl Episode {
    fn fires_at(&self, at: i64) -> bool {
        self.fired_at <= at && self.resolved_at.is_none_or(|resolved| resolved > at)
    }
}

impl Observer for History<'_> {
    fn see(&mut self, number: usize, rule: &Rule, evaluation: usize, _: &World<'_>) {
        let Some(rule) = rule.alerting() else { return };
        let now = self.schedule.time(evaluation);
        for (labels, alert) in rule.remembered() {
            let Some(fired_at) = alert.fired_at else { continue };
            let key = (number, labels.clone());
            let episodes = self.episodes.entry(key).or_default();
            match episodes.last_mut() {
                Some(last) if last.fired_at == fired_at => last.remembered_until = now,
                _ => episodes.push(Episode {
                    fired_at,
                    resolved_at: None,
                    remembered_until: now,
                }),
            }
            if let (AlertState::Inactive, Some(last)) = (alert.state, episodes.last_mut()) {
                last.resolved_at = alert.resolved_at;
            }
        }
    }
}

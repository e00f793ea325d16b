//! Which notifications are sent, and when: Alertmanager's groups of alerts, their timers, and what keeps a notification
//! from being sent.
//!
//! What Prometheus sends at a time is known to the groups whose timers run out at that time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use promql_engine::Labels;

use super::history::Sent;
use super::inhibition::Inhibitor;
use super::silence::muted;
use super::tree::Tree;
use crate::model::alertmanager::{AlertmanagerConfig, Integration};

/// How long Alertmanager remembers what it sent at most, in milliseconds: `--data.retention`.
const RETENTION_MS: i64 = 120 * 3_600_000;

/// A notification that an integration sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) struct Notification {
    /// When, in milliseconds since the epoch.
    pub(in crate::replay) at: i64,
    /// The receiver.
    pub(in crate::replay) receiver: String,
    /// The kind of integration, and its number among those of its kind.
    pub(in crate::replay) integration: (&'static str, usize),
    /// The labels of the group.
    pub(in crate::replay) group: Labels,
    /// The firing alerts in it.
    pub(in crate::replay) firing: Vec<Labels>,
    /// The resolved alerts in it.
    pub(in crate::replay) resolved: Vec<Labels>,
    /// Why it is sent.
    pub(in crate::replay) reason: Reason,
}

/// Why a notification is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::replay) enum Reason {
    /// Nothing was sent for the group before, or the last word was that all is well.
    First,
    /// Alerts have come that were not in the last notification.
    New,
    /// Some alerts have been resolved.
    SomeResolved,
    /// All have.
    AllResolved,
    /// Nothing has changed for long.
    Repeat,
}

impl Reason {
    /// The reason in Alertmanager's words.
    pub(in crate::replay) fn as_str(self) -> &'static str {
        match self {
            Reason::First => "first notification",
            Reason::New => "new alerts added",
            Reason::SomeResolved => "some alerts resolved",
            Reason::AllResolved => "all alerts resolved",
            Reason::Repeat => "repeat interval elapsed",
        }
    }
}

/// What is sent up to a time, of what Prometheus sends.
pub(in crate::replay) fn notifications(
    config: &AlertmanagerConfig,
    tree: &Tree<'_>,
    sent: &[Sent],
    until: i64,
) -> Vec<Notification> {
    let mut dispatcher = Dispatcher {
        config,
        tree,
        inhibitor: Inhibitor::new(&config.inhibit_rules),
        groups: BTreeMap::new(),
        timers: BTreeSet::new(),
        created: 0,
        log: HashMap::new(),
        notifications: Vec::new(),
    };
    for alert in sent.iter().take_while(|alert| alert.at <= until) {
        dispatcher.flush_before(alert.at);
        dispatcher.take(alert);
    }
    dispatcher.flush_before(until.saturating_add(1));
    dispatcher.notifications
}

struct Dispatcher<'d> {
    config: &'d AlertmanagerConfig,
    tree: &'d Tree<'d>,
    inhibitor: Inhibitor<'d>,
    /// By node of the tree and labels of the group.
    groups: BTreeMap<(usize, Labels), Group>,
    /// When each group is next flushed; at one time the oldest group comes first.
    timers: BTreeSet<(i64, u64, usize, Labels)>,
    /// How many groups there have been.
    created: u64,
    /// What was last sent for a group, by its key and the integration.
    log: HashMap<(String, String, &'static str, usize), Entry>,
    notifications: Vec<Notification>,
}

struct Group {
    number: u64,
    /// The alerts with when they were resolved.
    alerts: BTreeMap<Labels, Option<i64>>,
}

/// What was last sent.
struct Entry {
    at: i64,
    expires: i64,
    firing: BTreeSet<Labels>,
    resolved: BTreeSet<Labels>,
}

impl Dispatcher<'_> {
    /// Takes an alert from Prometheus.
    fn take(&mut self, alert: &Sent) {
        self.inhibitor.update(&alert.labels, alert.resolved_at.is_none());
        for number in self.tree.ends(&alert.labels) {
            let node = &self.tree.nodes[number];
            let key = (number, node.group_of(&alert.labels));
            if let Some(group) = self.groups.get_mut(&key) {
                group.alerts.insert(alert.labels.clone(), alert.resolved_at);
                continue;
            }
            self.created += 1;
            // An alert that has been firing for long waits no longer.
            let waits = alert.fired_at.saturating_add(node.group_wait_ms) > alert.at;
            let wait = if waits { node.group_wait_ms } else { 0 };
            let first = alert.at.saturating_add(wait);
            self.timers.insert((first, self.created, number, key.1.clone()));
            let group = Group {
                number: self.created,
                alerts: BTreeMap::from([(alert.labels.clone(), alert.resolved_at)]),
            };
            self.groups.insert(key, group);
        }
    }

    /// Flushes the groups whose time has come before `end`.
    fn flush_before(&mut self, end: i64) {
        while self.timers.first().is_some_and(|(at, ..)| *at < end) {
            let Some((at, _, node, labels)) = self.timers.pop_first() else {
                return;
            };
            self.flush(at, node, labels);
        }
    }

    fn flush(&mut self, now: i64, number: usize, labels: Labels) {
        let key = (number, labels);
        let Some(group) = self.groups.get(&key) else {
            return;
        };
        let node = &self.tree.nodes[number];
        let is_resolved = |resolved: &Option<i64>| resolved.is_some_and(|at| at <= now);
        if muted(self.config, node.route, now).is_none() {
            let heard = group
                .alerts
                .iter()
                .filter(|(labels, _)| self.inhibitor.inhibition(labels).is_none());
            let (resolved, firing): (Vec<_>, Vec<_>) = heard.partition(|(_, at)| is_resolved(at));
            let labels_of = |alerts: Vec<(&Labels, &Option<i64>)>| -> Vec<Labels> {
                alerts.into_iter().map(|(labels, _)| labels.clone()).collect()
            };
            let (firing, resolved) = (labels_of(firing), labels_of(resolved));
            // Where all are silenced, nobody is asked.
            if !firing.is_empty() || !resolved.is_empty() {
                self.notify(now, &key, &firing, &resolved);
            }
        }
        let Some(group) = self.groups.get_mut(&key) else {
            return;
        };
        group.alerts.retain(|_, resolved| !is_resolved(resolved));
        if group.alerts.is_empty() {
            self.groups.remove(&key);
            return;
        }
        let next = now.saturating_add(node.group_interval_ms);
        self.timers.insert((next, group.number, number, key.1));
    }

    /// Lets each integration of the receiver decide whether there is something to say.
    fn notify(&mut self, now: i64, key: &(usize, Labels), firing: &[Labels], resolved: &[Labels]) {
        let node = &self.tree.nodes[key.0];
        let named = |name: &Option<crate::model::text::Text>| {
            name.as_ref().is_some_and(|name| name.as_str() == node.receiver)
        };
        let receiver = self.config.receivers.iter().find(|r| named(&r.name));
        let group_key = format!("{}:{}", self.tree.key(key.0), key.1.metric_form());
        for integration in receiver.map_or(&[][..], |receiver| &receiver.integrations) {
            let log_key = (
                group_key.clone(),
                node.receiver.to_owned(),
                integration.kind,
                integration.number,
            );
            let entry = self.log.get(&log_key).filter(|entry| entry.expires > now);
            let Some(reason) = reason(entry, integration, firing, resolved, node.repeat_interval_ms, now)
            else {
                continue;
            };
            let memory = RETENTION_MS.min(node.repeat_interval_ms.saturating_mul(2));
            let entry = Entry {
                at: now,
                expires: now.saturating_add(memory),
                firing: firing.iter().cloned().collect(),
                resolved: resolved.iter().cloned().collect(),
            };
            self.log.insert(log_key, entry);
            // It counts as said even where the integration has no word for it.
            let told = if integration.sends_resolved { resolved } else { &[] };
            if firing.is_empty() && told.is_empty() {
                continue;
            }
            self.notifications.push(Notification {
                at: now,
                receiver: node.receiver.to_owned(),
                integration: (integration.kind, integration.number),
                group: key.1.clone(),
                firing: firing.to_vec(),
                resolved: told.to_vec(),
                reason,
            });
        }
    }
}

/// Why an integration has something to say, if it has.
fn reason(
    entry: Option<&Entry>,
    integration: &Integration,
    firing: &[Labels],
    resolved: &[Labels],
    repeat_interval_ms: i64,
    now: i64,
) -> Option<Reason> {
    let Some(entry) = entry else {
        return (!firing.is_empty()).then_some(Reason::First);
    };
    if !firing.iter().all(|labels| entry.firing.contains(labels)) {
        return Some(match entry.firing.is_empty() {
            true => Reason::First,
            false => Reason::New,
        });
    }
    if firing.is_empty() {
        return (!entry.firing.is_empty()).then_some(Reason::AllResolved);
    }
    if integration.sends_resolved && !resolved.iter().all(|labels| entry.resolved.contains(labels)) {
        return Some(Reason::SomeResolved);
    }
    (entry.at < now.saturating_sub(repeat_interval_ms)).then_some(Reason::Repeat)
}

#[cfg(test)]
mod tests;

//! An alerting rule and its alerts over time, as in Prometheus' `rules/alerting.go`.

use std::collections::BTreeMap;

use gotemplate::prometheus::AlertContext;
use promql_engine::{Labels, Sample, SampleValue};

use super::template::{TemplateText, histogram_of};
use super::world::World;
use crate::outcome::AlertState;

/// How long a resolved alert is remembered, in milliseconds.
const RESOLVED_RETENTION_MS: i64 = 15 * 60_000;

/// An alerting rule with what it remembers.
pub(super) struct AlertingRule {
    /// The name of the alert.
    pub(super) name: String,
    /// How long the expression must hold before an alert fires, in milliseconds.
    pub(super) hold_ms: i64,
    keep_firing_for_ms: i64,
    /// Labels, those of the group among them, as templates.
    labels: Vec<(String, TemplateText)>,
    annotations: Vec<(String, TemplateText)>,
    active: BTreeMap<Labels, Alert>,
}

/// An alert: one label set for which the expression returned something.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    /// Annotations in the order of their names.
    pub(super) annotations: Vec<(String, String)>,
    /// Where it is in its life.
    pub(super) state: AlertState,
    /// Since when the expression has returned it, in milliseconds since the epoch.
    pub(super) active_at: i64,
    resolved_at: Option<i64>,
    keep_firing_since: Option<i64>,
}

/// What a rule is made of.
pub(super) struct AlertDefinition<'d> {
    /// The name of the alert.
    pub(super) name: &'d str,
    /// `for` in milliseconds.
    pub(super) hold_ms: i64,
    /// `keep_firing_for` in milliseconds.
    pub(super) keep_firing_for_ms: i64,
    /// Labels, those of the group among them.
    pub(super) labels: Vec<(&'d str, &'d str)>,
    /// Annotations.
    pub(super) annotations: Vec<(&'d str, &'d str)>,
}

impl AlertingRule {
    pub(super) fn new(definition: AlertDefinition<'_>) -> Self {
        let templates = |pairs: Vec<(&str, &str)>| {
            let mut pairs: Vec<_> = pairs
                .into_iter()
                .map(|(name, text)| (name.to_owned(), TemplateText::new(definition.name, text)))
                .collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs
        };
        AlertingRule {
            name: definition.name.to_owned(),
            hold_ms: definition.hold_ms,
            keep_firing_for_ms: definition.keep_firing_for_ms,
            labels: templates(definition.labels),
            annotations: templates(definition.annotations),
            active: BTreeMap::new(),
        }
    }

    /// The alerts that are pending or firing.
    pub(super) fn active(&self) -> impl Iterator<Item = (&Labels, &Alert)> {
        self.active
            .iter()
            .filter(|(_, alert)| alert.resolved_at.is_none())
    }

    /// The highest state of all alerts, and how many are pending or firing.
    pub(super) fn state(&self) -> (AlertState, usize) {
        let states = self.active.values().map(|a| a.state);
        let highest = states.clone().max().unwrap_or(AlertState::Inactive);
        (highest, states.filter(|s| *s != AlertState::Inactive).count())
    }

    /// Takes what the expression returned at `now` and answers the samples of `ALERTS` and
    /// `ALERTS_FOR_STATE`.
    pub(super) fn evaluate(
        &mut self,
        result: Vec<Sample>,
        world: &World<'_>,
        now: i64,
        limit: usize,
    ) -> Result<Vec<(Labels, SampleValue)>, String> {
        let fresh = self.expand(result, world, now)?;
        for (labels, annotations) in &fresh {
            match self.active.get_mut(labels) {
                Some(known) if known.state != AlertState::Inactive => {
                    known.annotations.clone_from(annotations);
                }
                _ => {
                    self.active
                        .insert(labels.clone(), Alert::new(annotations.clone(), now));
                }
            }
        }
        let mut samples = Vec::new();
        let mut active = 0;
        let (hold, keep) = (self.hold_ms, self.keep_firing_for_ms);
        self.active.retain(|labels, alert| {
            let Some(state) = alert.advance(fresh.contains_key(labels), now, hold, keep) else {
                return false;
            };
            if state != AlertState::Inactive {
                active += 1;
                samples.extend(series(&self.name, labels, alert));
            }
            true
        });
        if limit > 0 && active > limit {
            self.active.clear();
            return Err(format!("exceeded limit of {limit} with {active} alerts"));
        }
        Ok(samples)
    }

    /// Expands the templates for each sample.
    fn expand(
        &self,
        result: Vec<Sample>,
        world: &World<'_>,
        now: i64,
    ) -> Result<BTreeMap<Labels, Vec<(String, String)>>, String> {
        let mut fresh = BTreeMap::new();
        for sample in result {
            let own = owned(&sample.labels);
            let value = template_value(&sample.value);
            let context = AlertContext {
                labels: &own,
                external_labels: world.external_labels,
                external_url: world.external_url,
                server_url: None,
                value: &value,
                timestamp_ms: now,
            };
            let mut query = |expression: &str, at: i64| world.template_query(expression, at);
            let mut builder = sample.labels.builder();
            builder.del("__name__");
            for (name, template) in &self.labels {
                builder.set(name, &template.expand(&context, &mut query));
            }
            builder.set("alertname", &self.name);
            let annotations = self
                .annotations
                .iter()
                .map(|(name, template)| (name.clone(), template.expand(&context, &mut query)))
                .collect();
            if fresh.insert(builder.build(), annotations).is_some() {
                let message = "vector contains metrics with the same labelset after applying alert labels";
                return Err(message.to_owned());
            }
        }
        Ok(fresh)
    }
}

impl Alert {
    fn new(annotations: Vec<(String, String)>, now: i64) -> Self {
        let state = AlertState::Pending;
        Alert {
            annotations,
            state,
            active_at: now,
            resolved_at: None,
            keep_firing_since: None,
        }
    }

    /// Takes the alert to its state at `now`; `None` where it is to be forgotten.
    fn advance(&mut self, returned: bool, now: i64, hold: i64, keep: i64) -> Option<AlertState> {
        if returned {
            self.keep_firing_since = None;
        } else {
            let kept = self.state == AlertState::Firing
                && keep > 0
                && now - *self.keep_firing_since.get_or_insert(now) < keep;
            if !kept {
                let forgotten = self.state == AlertState::Pending
                    || self
                        .resolved_at
                        .is_some_and(|at| now - at > RESOLVED_RETENTION_MS);
                if self.state != AlertState::Inactive {
                    self.state = AlertState::Inactive;
                    self.resolved_at = Some(now);
                }
                return (!forgotten).then_some(AlertState::Inactive);
            }
        }
        self.state = if now - self.active_at >= hold {
            AlertState::Firing
        } else {
            AlertState::Pending
        };
        Some(self.state)
    }
}

/// The samples that an alert leaves: `ALERTS` with its state, `ALERTS_FOR_STATE` with its beginning.
fn series(name: &str, labels: &Labels, alert: &Alert) -> [(Labels, SampleValue); 2] {
    let mut builder = labels.builder();
    builder.set("alertname", name);
    let since = builder.set("__name__", "ALERTS_FOR_STATE").build();
    let state = builder
        .set("__name__", "ALERTS")
        .set("alertstate", alert.state.as_str())
        .build();
    let seconds = alert.active_at.div_euclid(1000) as f64;
    [
        (state, SampleValue::Float(1.0)),
        (since, SampleValue::Float(seconds)),
    ]
}

fn owned(labels: &Labels) -> Vec<(String, String)> {
    labels
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn template_value(value: &SampleValue) -> gotemplate::prometheus::SampleValue {
    match value {
        SampleValue::Float(value) => gotemplate::prometheus::SampleValue::Float(*value),
        SampleValue::Histogram(histogram) => histogram_of(histogram),
    }
}

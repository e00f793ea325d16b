//! An alerting rule and its alerts over time, as in Prometheus' `rules/alerting.go`.

use std::collections::{BTreeMap, HashMap};

use gotemplate::prometheus::AlertContext;
use promql_engine::{Labels, Sample, SampleValue};

use super::template::{TemplateText, template_value};
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
    /// Labels, those of the group among them, sorted by name.
    pub(super) labels: Vec<(String, TemplateText)>,
    /// Annotations, sorted by name.
    pub(super) annotations: Vec<(String, TemplateText)>,
    /// The labels as written. A label whose template comes out empty keeps them in the series of the alert.
    written: Labels,
    /// The labels of alerts by those of the samples they come from, where no template takes part in them.
    identities: Option<HashMap<Labels, Labels>>,
    active: BTreeMap<Labels, Alert>,
}

/// An alert: one label set for which the expression returned something.
pub(super) struct Alert {
    /// Where it is in its life.
    pub(super) state: AlertState,
    /// Since when the expression has returned it. All times are milliseconds since the epoch.
    pub(super) active_at: i64,
    /// Since when it has been firing.
    pub(super) fired_at: Option<i64>,
    /// Since when it is no longer pending or firing.
    pub(super) resolved_at: Option<i64>,
    keep_firing_since: Option<i64>,
    /// When the expression last returned it.
    returned_at: i64,
    annotations: Annotations,
    series: AlertSeries,
}

/// The annotations of an alert: those of the last time when the expression returned it.
enum Annotations {
    /// Expanded, because they ask the storage, which goes on changing.
    Expanded(Vec<(String, String)>),
    /// To be expanded for this sample when somebody wants to see them.
    Of(Sample),
}

/// The labels of the series that an alert leaves.
struct AlertSeries {
    pending: Labels,
    firing: Labels,
    since: Labels,
}

/// What a rule is made of.
pub(super) struct AlertDefinition {
    /// The name of the alert.
    pub(super) name: String,
    /// `for` in milliseconds.
    pub(super) hold_ms: i64,
    /// `keep_firing_for` in milliseconds.
    pub(super) keep_firing_for_ms: i64,
    /// Labels, those of the group among them.
    pub(super) labels: Vec<(String, String)>,
    /// Annotations.
    pub(super) annotations: Vec<(String, String)>,
}

impl AlertingRule {
    pub(super) fn new(definition: AlertDefinition) -> Self {
        let written = Labels::new(definition.labels.iter().map(|(n, v)| (n, v)));
        let templates = |pairs: Vec<(String, String)>| {
            let mut pairs: Vec<_> = pairs
                .into_iter()
                .map(|(name, text)| (name, TemplateText::new(&definition.name, &text)))
                .collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs
        };
        let labels = templates(definition.labels);
        let annotations = templates(definition.annotations);
        let plain = labels.iter().all(|(_, text)| text.plain().is_some());
        AlertingRule {
            hold_ms: definition.hold_ms,
            keep_firing_for_ms: definition.keep_firing_for_ms,
            labels,
            annotations,
            written,
            identities: plain.then(HashMap::new),
            active: BTreeMap::new(),
            name: definition.name,
        }
    }

    /// The alerts that are pending or firing, or were a short while ago.
    pub(super) fn remembered(&self) -> impl Iterator<Item = (&Labels, &Alert)> {
        self.active.iter()
    }

    /// The highest state of all alerts, and how many are pending or firing.
    pub(super) fn state(&self) -> (AlertState, usize) {
        let states = self.active.values().map(|a| a.state);
        let highest = states.clone().max().unwrap_or(AlertState::Inactive);
        (highest, states.filter(|s| *s != AlertState::Inactive).count())
    }

    /// The annotations of one of the rule's alerts, in the order of their names.
    pub(super) fn annotations_of(&self, alert: &Alert, world: &World<'_>) -> Vec<(String, String)> {
        match &alert.annotations {
            Annotations::Expanded(annotations) => annotations.clone(),
            Annotations::Of(sample) => self.expand_annotations(sample, world, alert.returned_at),
        }
    }

    /// Takes what the expression returned for the evaluation at `now` and answers the samples of `ALERTS` and
    /// `ALERTS_FOR_STATE`.
    pub(super) fn evaluate(
        &mut self,
        result: Vec<Sample>,
        world: &World<'_>,
        now: i64,
        limit: usize,
    ) -> Result<Vec<(Labels, SampleValue)>, String> {
        let returned = self.identify(result, world, now)?;
        let at_once = self.annotations.iter().any(|(_, text)| text.asks());
        for (labels, sample) in returned {
            let annotations = if at_once {
                Annotations::Expanded(self.expand_annotations(&sample, world, now))
            } else {
                Annotations::Of(sample)
            };
            match self.active.get_mut(&labels) {
                Some(known) if known.state != AlertState::Inactive => {
                    known.annotations = annotations;
                    known.returned_at = now;
                }
                _ => {
                    let series = AlertSeries::new(&self.name, &self.written, &labels);
                    self.active.insert(labels, Alert::new(annotations, series, now));
                }
            }
        }
        let mut samples = Vec::new();
        let mut active = 0;
        let (hold, keep) = (self.hold_ms, self.keep_firing_for_ms);
        self.active.retain(|_, alert| {
            let remembered = alert.advance(now, hold, keep);
            if remembered && alert.state != AlertState::Inactive {
                active += 1;
                samples.extend(alert.samples());
            }
            remembered
        });
        if limit > 0 && active > limit {
            self.active.clear();
            return Err(format!("exceeded limit of {limit} with {active} alerts"));
        }
        Ok(samples)
    }

    /// The samples that the expression returned by the labels of their alerts.
    fn identify(
        &mut self,
        result: Vec<Sample>,
        world: &World<'_>,
        now: i64,
    ) -> Result<HashMap<Labels, Sample>, String> {
        let mut returned = HashMap::with_capacity(result.len());
        for sample in result {
            let known = self
                .identities
                .as_ref()
                .and_then(|known| known.get(&sample.labels));
            let labels = match known {
                Some(labels) => labels.clone(),
                None => {
                    let labels = self.labels_of(&sample, world, now);
                    if let Some(identities) = &mut self.identities {
                        identities.insert(sample.labels.clone(), labels.clone());
                    }
                    labels
                }
            };
            if returned.insert(labels, sample).is_some() {
                let message = "vector contains metrics with the same labelset after applying alert labels";
                return Err(message.to_owned());
            }
        }
        Ok(returned)
    }

    /// The labels of the alert that comes from a sample.
    fn labels_of(&self, sample: &Sample, world: &World<'_>, now: i64) -> Labels {
        let mut builder = sample.labels.builder();
        builder.del("__name__");
        expand(&self.labels, sample, world, now, |name, value| {
            builder.set(name, &value);
        });
        builder.set("alertname", &self.name);
        builder.build()
    }

    fn expand_annotations(&self, sample: &Sample, world: &World<'_>, at: i64) -> Vec<(String, String)> {
        let mut annotations = Vec::with_capacity(self.annotations.len());
        expand(&self.annotations, sample, world, at, |name, value| {
            annotations.push((name.to_owned(), value));
        });
        annotations
    }
}

/// Expands templates for a sample that the expression returned at a time.
fn expand(
    templates: &[(String, TemplateText)],
    sample: &Sample,
    world: &World<'_>,
    at: i64,
    mut take: impl FnMut(&str, String),
) {
    let own: Vec<(String, String)> = sample
        .labels
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let value = template_value(&sample.value);
    let context = AlertContext {
        labels: &own,
        external_labels: world.external_labels,
        external_url: world.external_url,
        server_url: None,
        value: &value,
        timestamp_ms: at,
    };
    let mut query = |expression: &str, at: i64| world.template_query(expression, at);
    for (name, template) in templates {
        take(name, template.expand(&context, &mut query));
    }
}

impl Alert {
    fn new(annotations: Annotations, series: AlertSeries, now: i64) -> Self {
        Alert {
            state: AlertState::Pending,
            active_at: now,
            fired_at: None,
            resolved_at: None,
            keep_firing_since: None,
            returned_at: now,
            annotations,
            series,
        }
    }

    /// Takes the alert to its state at `now`. Answers whether it is to be remembered.
    fn advance(&mut self, now: i64, hold: i64, keep: i64) -> bool {
        if self.returned_at == now {
            self.keep_firing_since = None;
        } else if !self.is_kept_firing(now, keep) {
            let was_pending = self.state == AlertState::Pending;
            if self.state != AlertState::Inactive {
                self.state = AlertState::Inactive;
                self.resolved_at = Some(now);
            }
            let age = self.resolved_at.map_or(0, |at| now - at);
            return !was_pending && age <= RESOLVED_RETENTION_MS;
        }
        if now - self.active_at >= hold {
            self.state = AlertState::Firing;
            self.fired_at.get_or_insert(now);
        }
        true
    }

    /// Whether an alert that is no longer returned goes on firing because of `keep_firing_for`.
    fn is_kept_firing(&mut self, now: i64, keep: i64) -> bool {
        self.state == AlertState::Firing
            && keep > 0
            && now - *self.keep_firing_since.get_or_insert(now) < keep
    }

    /// The samples that an active alert leaves: `ALERTS` with its state, `ALERTS_FOR_STATE` with its beginning.
    fn samples(&self) -> [(Labels, SampleValue); 2] {
        let state = match self.state {
            AlertState::Firing => &self.series.firing,
            AlertState::Pending | AlertState::Inactive => &self.series.pending,
        };
        let seconds = self.active_at.div_euclid(1000) as f64;
        [
            (state.clone(), SampleValue::Float(1.0)),
            (self.series.since.clone(), SampleValue::Float(seconds)),
        ]
    }
}

impl AlertSeries {
    fn new(name: &str, written: &Labels, labels: &Labels) -> Self {
        let mut builder = written.builder();
        for (label, value) in labels.iter() {
            builder.set(label, value);
        }
        builder.set("alertname", name);
        let since = builder.set("__name__", "ALERTS_FOR_STATE").build();
        builder.set("__name__", "ALERTS");
        AlertSeries {
            pending: builder.set("alertstate", AlertState::Pending.as_str()).build(),
            firing: builder.set("alertstate", AlertState::Firing.as_str()).build(),
            since,
        }
    }
}

#[cfg(test)]
mod tests;

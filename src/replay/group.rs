//! Rule groups: their rules in order, what they write, and the staleness of what they no longer write.

use std::collections::HashSet;

use promql_engine::sample::STALE_NAN;
use promql_engine::{Labels, Query, Sample, SampleValue};

use super::alerting::{AlertDefinition, AlertingRule};
use super::world::World;
use crate::model::rules::{self, RuleFile};

/// A group with what its rules remember.
pub(super) struct Group {
    /// Its name.
    pub(super) name: String,
    query_offset_ms: i64,
    limit: usize,
    /// Its rules in order.
    pub(super) rules: Vec<Rule>,
}

/// A rule with what it remembers.
pub(super) struct Rule {
    query: Query,
    kind: Kind,
    /// What it wrote at the evaluation before.
    written: HashSet<Labels>,
}

enum Kind {
    Alerting(AlertingRule),
    Recording {
        name: String,
        labels: Vec<(String, String)>,
    },
}

/// A rule that could not be evaluated.
pub(super) struct RuleError {
    /// The name of the alert or of the recorded metric.
    pub(super) rule: String,
    /// Why.
    pub(super) message: String,
}

impl Rule {
    /// The rule, if it is an alerting rule.
    pub(super) fn alerting(&self) -> Option<&AlertingRule> {
        match &self.kind {
            Kind::Alerting(rule) => Some(rule),
            Kind::Recording { .. } => None,
        }
    }

    fn name(&self) -> &str {
        match &self.kind {
            Kind::Alerting(rule) => &rule.name,
            Kind::Recording { name, .. } => name,
        }
    }
}

/// The groups of a file, ready to be evaluated. Rules without a sound expression are left out: whoever
/// loads the file has reported them.
pub(super) fn groups_of(file: &RuleFile) -> Vec<Group> {
    file.groups.iter().map(group_of).collect()
}

fn group_of(group: &rules::Group) -> Group {
    let rules = group.rules.iter().filter_map(|rule| {
        let expr = rule.expr.as_ref().filter(|e| e.parsed.errors.is_empty())?;
        let query = Query::new(expr.text.as_str(), expr.parsed.expr.clone());
        Some(Rule {
            query,
            kind: kind_of(group, rule),
            written: HashSet::new(),
        })
    });
    Group {
        name: group.name().to_owned(),
        query_offset_ms: group.query_offset.as_ref().map_or(0, |offset| offset.value),
        limit: group
            .limit
            .as_ref()
            .map_or(0, |limit| usize::try_from(limit.value).unwrap_or(0)),
        rules: rules.collect(),
    }
}

fn kind_of(group: &rules::Group, rule: &rules::Rule) -> Kind {
    // A rule's own labels override those of its group.
    let mut labels: Vec<(&str, &str)> = group
        .labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for (name, value) in &rule.labels {
        labels.retain(|(known, _)| *known != name.as_str());
        labels.push((name.as_str(), value.as_str()));
    }
    if rule.alert.is_some() {
        Kind::Alerting(AlertingRule::new(AlertDefinition {
            name: rule.name(),
            hold_ms: rule.hold.as_ref().map_or(0, |hold| hold.value),
            keep_firing_for_ms: rule.keep_firing_for.as_ref().map_or(0, |keep| keep.value),
            labels,
            annotations: rule
                .annotations
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect(),
        }))
    } else {
        let labels = labels
            .into_iter()
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
        Kind::Recording {
            name: rule.name().to_owned(),
            labels,
        }
    }
}

impl Group {
    /// Evaluates all rules in order at `now`, in milliseconds since the epoch. A rule that fails keeps no
    /// other from being evaluated.
    pub(super) fn evaluate(&mut self, world: &mut World<'_>, now: i64) -> Vec<RuleError> {
        let at = now - self.query_offset_ms;
        let mut errors = Vec::new();
        for rule in &mut self.rules {
            let result = world
                .vector(&rule.query, at)
                .and_then(|result| match &mut rule.kind {
                    Kind::Alerting(alerting) => alerting.evaluate(result, world, now, self.limit),
                    Kind::Recording { name, labels } => record(result, name, labels, self.limit),
                });
            let error = match result {
                Ok(samples) => rule.write(samples, world, at).err(),
                Err(message) => Some(message),
            };
            if let Some(message) = error {
                errors.push(RuleError {
                    rule: rule.name().to_owned(),
                    message,
                });
            }
        }
        errors
    }
}

impl Rule {
    /// Appends what the rule returned, and staleness markers for what it no longer returns. Answers the last
    /// sample that could not be appended; the others are.
    fn write(
        &mut self,
        samples: Vec<(Labels, SampleValue)>,
        world: &mut World<'_>,
        at: i64,
    ) -> Result<(), String> {
        let mut refused = Ok(());
        let mut written = HashSet::with_capacity(samples.len());
        for (labels, value) in samples {
            match world.storage.append(&labels, at, value) {
                Ok(_) => {
                    written.insert(labels);
                }
                Err(error) => refused = Err(error.to_string()),
            }
        }
        for gone in self.written.difference(&written) {
            // Where another rule has written the series meanwhile, it is not gone.
            let _ = world.storage.append(gone, at, STALE_NAN);
        }
        self.written = written;
        refused
    }
}

/// Gives the samples of a recording rule their name and labels.
fn record(
    result: Vec<Sample>,
    name: &str,
    labels: &[(String, String)],
    limit: usize,
) -> Result<Vec<(Labels, SampleValue)>, String> {
    let mut seen = HashSet::with_capacity(result.len());
    let mut samples = Vec::with_capacity(result.len());
    for sample in result {
        let mut builder = sample.labels.builder();
        builder.set("__name__", name);
        for (name, value) in labels {
            builder.set(name, value);
        }
        let labels = builder.build();
        if !seen.insert(labels.clone()) {
            return Err(
                "vector contains metrics with the same labelset after applying rule labels".to_owned(),
            );
        }
        samples.push((labels, sample.value));
    }
    if limit > 0 && samples.len() > limit {
        return Err(format!("exceeded limit of {limit} with {} series", samples.len()));
    }
    Ok(samples)
}

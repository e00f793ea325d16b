//! Rules: a query, what becomes of its result, what is written of it, and the staleness of what is no longer
//! written.

use std::collections::HashSet;
use std::sync::Arc;

use promql_engine::sample::STALE_NAN;
use promql_engine::{Labels, Query, Sample, SampleValue, SeriesId};

use super::alerting::{AlertDefinition, AlertingRule};
use super::world::World;
use crate::model::rules::{self, RuleFile};
use crate::model::text::Text;
use crate::outcome::RuleSource;
use crate::source::SourceFile;

/// A rule with what it remembers.
pub(super) struct Rule {
    /// Its expression.
    pub(super) query: Query,
    /// What becomes of the result.
    pub(super) kind: Kind,
    /// How far before the time of an evaluation the query is evaluated and the result is written.
    pub(super) query_offset_ms: i64,
    /// The most series or alerts it may produce; 0 is no limit.
    limit: usize,
    /// What it wrote at the evaluation before, sorted.
    written: Vec<SeriesId>,
    /// Where it stands.
    place: Place,
}

/// Where a rule stands.
struct Place {
    file: Arc<SourceFile>,
    /// Offset of the rule.
    rule: usize,
    expression: Text,
}

/// What becomes of a rule's result.
pub(super) enum Kind {
    /// Alerts.
    Alerting(AlertingRule),
    /// A new series.
    Recording(RecordingRule),
}

/// What a recording rule makes of a result.
pub(super) struct RecordingRule {
    /// The name of the recorded metric.
    pub(super) name: String,
    /// The labels it sets, those of the group among them.
    pub(super) labels: Vec<(String, String)>,
}

/// A rule as it is written.
#[derive(Clone, Copy)]
pub(super) struct WrittenRule<'f> {
    /// The file.
    pub(super) file: &'f RuleFile,
    /// The group.
    pub(super) group: &'f rules::Group,
    /// The rule.
    pub(super) rule: &'f rules::Rule,
}

/// The rules of files in the order in which they are evaluated at one time. Groups that `order` names come in
/// that order; the others count as its first, as they do for promtool, and keep the order of their files. Rules
/// without a sound expression are left out: whoever loads the file has reported them.
pub(super) fn written_in_order<'f>(files: &[&'f RuleFile], order: &[Text]) -> Vec<WrittenRule<'f>> {
    let mut groups: Vec<(&RuleFile, &rules::Group)> = files
        .iter()
        .flat_map(|file| file.groups.iter().map(move |group| (*file, group)))
        .collect();
    groups.sort_by_key(|(_, group)| {
        order
            .iter()
            .position(|name| name.as_str() == group.name())
            .unwrap_or(0)
    });
    let rules = groups.into_iter().flat_map(|(file, group)| {
        let rules = group.rules.iter();
        rules.map(move |rule| WrittenRule { file, group, rule })
    });
    let is_sound = |written: &WrittenRule<'_>| {
        let expr = written.rule.expr.as_ref();
        expr.is_some_and(|expr| expr.parsed.errors.is_empty())
    };
    rules.filter(is_sound).collect()
}

/// What [`written_in_order`] says, ready to be evaluated.
pub(super) fn in_order(files: &[&RuleFile], order: &[Text]) -> Vec<Rule> {
    let written = written_in_order(files, order).into_iter();
    written
        .filter_map(|written| Rule::new(written.file, written.group, written.rule))
        .collect()
}

impl Rule {
    /// A rule of a group; none where its expression is missing or has faults.
    pub(super) fn new(file: &RuleFile, group: &rules::Group, rule: &rules::Rule) -> Option<Rule> {
        let expr = rule.expr.as_ref().filter(|e| e.parsed.errors.is_empty())?;
        let limit = group.limit.as_ref().map_or(0, |limit| limit.value);
        Some(Rule {
            query: Query::new(expr.text.as_str(), expr.parsed.expr.clone()),
            kind: Kind::new(group, rule),
            query_offset_ms: group.query_offset.as_ref().map_or(0, |offset| offset.value),
            limit: usize::try_from(limit).unwrap_or(0),
            written: Vec::new(),
            place: Place {
                file: file.file.clone(),
                rule: rule.range.start,
                expression: expr.text.clone(),
            },
        })
    }

    /// Where the rule stands.
    pub(super) fn source(&self) -> RuleSource {
        let Place {
            file,
            rule,
            expression,
        } = &self.place;
        RuleSource {
            name: self.name().to_owned(),
            path: file.path().to_path_buf(),
            line: file.line_column(*rule).line,
            expression: expression.as_str().trim().to_owned(),
            expression_line: file.line_column(expression.whole(file).start).line,
        }
    }

    /// The rule, if it is an alerting rule.
    pub(super) fn alerting(&self) -> Option<&AlertingRule> {
        match &self.kind {
            Kind::Alerting(rule) => Some(rule),
            Kind::Recording(_) => None,
        }
    }

    /// Whether it wrote anything at the last evaluation.
    pub(super) fn has_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// The name of the alert or of the recorded metric.
    pub(super) fn name(&self) -> &str {
        match &self.kind {
            Kind::Alerting(rule) => &rule.name,
            Kind::Recording(rule) => &rule.name,
        }
    }

    /// Evaluates the rule at `now`, in milliseconds since the epoch.
    pub(super) fn evaluate(&mut self, world: &mut World<'_>, now: i64) -> Result<(), String> {
        let result = world.vector(&self.query, now - self.query_offset_ms)?;
        self.take(result, world, now)
    }

    /// Takes what the query returned for the evaluation at `now`.
    pub(super) fn take(
        &mut self,
        result: Vec<Sample>,
        world: &mut World<'_>,
        now: i64,
    ) -> Result<(), String> {
        let samples = match &mut self.kind {
            Kind::Alerting(alerting) => alerting.evaluate(result, world, now, self.limit)?,
            Kind::Recording(recording) => recording.evaluate(result, self.limit)?,
        };
        self.write(samples, world, now - self.query_offset_ms)
    }

    /// Appends what the rule returned, and staleness markers for what it no longer returns. Answers why the last
    /// of the samples that could not be appended could not; the others are.
    fn write(
        &mut self,
        samples: Vec<(Labels, SampleValue)>,
        world: &mut World<'_>,
        at: i64,
    ) -> Result<(), String> {
        let mut refused = Ok(());
        let mut written = Vec::with_capacity(samples.len());
        for (labels, value) in samples {
            let id = world.storage.series_id(&labels);
            match world.storage.append_to(id, at, value, 0) {
                Ok(()) => written.push(id),
                Err(error) => refused = Err(error.to_string()),
            }
        }
        written.sort_unstable();
        for gone in self
            .written
            .iter()
            .filter(|id| written.binary_search(id).is_err())
        {
            // Where another rule has written the series meanwhile, it is not gone.
            let _ = world.storage.append_to(*gone, at, STALE_NAN, 0);
        }
        self.written = written;
        refused
    }
}

impl Kind {
    fn new(group: &rules::Group, rule: &rules::Rule) -> Kind {
        // A rule's own labels override those of its group.
        let mut labels: Vec<(String, String)> = owned(&group.labels);
        for (name, value) in owned(&rule.labels) {
            labels.retain(|(known, _)| *known != name);
            labels.push((name, value));
        }
        let name = rule.name().to_owned();
        if rule.alert.is_none() {
            return Kind::Recording(RecordingRule { name, labels });
        }
        Kind::Alerting(AlertingRule::new(AlertDefinition {
            name,
            hold_ms: rule.hold.as_ref().map_or(0, |hold| hold.value),
            keep_firing_for_ms: rule.keep_firing_for.as_ref().map_or(0, |keep| keep.value),
            labels,
            annotations: owned(&rule.annotations),
        }))
    }
}

fn owned(pairs: &[(Text, Text)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(Text, Text)| (name.as_str().to_owned(), value.as_str().to_owned());
    pairs.iter().map(owned).collect()
}

impl RecordingRule {
    /// Gives samples their name and labels.
    fn evaluate(&self, result: Vec<Sample>, limit: usize) -> Result<Vec<(Labels, SampleValue)>, String> {
        let mut seen = HashSet::with_capacity(result.len());
        let mut samples = Vec::with_capacity(result.len());
        for sample in result {
            let mut builder = sample.labels.builder();
            builder.set("__name__", &self.name);
            for (name, value) in &self.labels {
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
}

#[cfg(test)]
mod tests;

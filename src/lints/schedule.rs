//! How often rules are evaluated and series get a new sample, as far as the project says so.

use promql_syntax::ast::{MatchOp, VectorSelector};

use super::Context;
use crate::analysis::{LabelFacts, LabelValues};
use crate::catalog::{Catalog, Knowledge};
use crate::model::rules::{Group, RuleFile};

/// Time between the samples of what a selector selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Renewal {
    /// In milliseconds; the shortest where series differ.
    pub(super) ms: i64,
    /// Whether there surely are no others that get samples more often.
    pub(super) certain: bool,
}

impl Context<'_> {
    /// Time between the evaluations of a group in milliseconds: its own, or that of the configuration. Nothing where
    /// neither is there.
    pub(super) fn evaluation_interval(&self, file: &RuleFile, group: &Group) -> Option<i64> {
        let own = group.interval.as_ref().map(|interval| interval.value);
        own.filter(|ms| *ms > 0)
            .or_else(|| self.catalogs.stack_of(file.file.path()).evaluation_interval)
            .filter(|ms| *ms > 0)
    }
}

/// Time between the samples of what a selector selects, by the catalog; of a name that is not in it, that of the jobs
/// which the selector does not exclude. Nothing where neither is known.
pub(super) fn renewal(catalog: &Catalog, selector: &VectorSelector) -> Option<Renewal> {
    let by_name = name(selector).and_then(|name| catalog.lookup(name));
    let Some(series) = by_name else {
        // What rules record elsewhere is not scraped.
        if name(selector).is_none_or(|name| name.contains(':')) {
            return None;
        }
        let jobs = catalog.jobs().map(|(_, job)| job);
        let intervals = jobs
            .filter(|job| may_select(selector, &LabelFacts::of_catalog("", &job.target_labels)))
            .map(|job| job.scrape_interval);
        return intervals.min().map(|ms| Renewal { ms, certain: false });
    };
    let variants = series.variants.iter();
    if variants.clone().all(|variant| variant.interval.is_none()) {
        return None;
    }
    let selected = variants.filter(|variant| {
        let labels = LabelFacts::of_catalog(&series.name, &variant.labels);
        may_select(selector, &labels)
    });
    let intervals: Option<Vec<i64>> = selected.map(|variant| variant.interval).collect();
    let ms = intervals?.into_iter().min().filter(|ms| *ms > 0)?;
    Some(Renewal {
        ms,
        certain: series.knowledge == Knowledge::Complete,
    })
}

/// The name of the metric that a selector selects, where it is fixed.
pub(super) fn name(selector: &VectorSelector) -> Option<&str> {
    let matcher = || {
        let matchers = selector.matchers.iter();
        let mut names = matchers.filter(|m| m.name.name == "__name__" && m.op == MatchOp::Equal);
        names.next().map(|matcher| matcher.value.as_str())
    };
    let written = selector.name.as_ref().map(|name| name.name.as_str());
    written.or_else(matcher)
}

/// Whether series with such labels may be selected.
pub(super) fn may_select(selector: &VectorSelector, labels: &LabelFacts) -> bool {
    let others = selector.matchers.iter().filter(|m| m.name.name != "__name__");
    others.into_iter().all(|matcher| {
        let values: LabelValues = labels.get(&matcher.name.name).matching(matcher);
        !values.is_impossible()
    })
}

//! The series that selectors ask for by name, and what the catalog says of who exposes them.

use std::cell::OnceCell;

use promql_syntax::ast::{BinaryOp, Expr, MatchOp, Matcher, VectorSelector};
use promql_syntax::{LabelMatcher, Span};

use crate::analysis::labels::METRIC_NAME;
use crate::catalog::{Catalog, Extent, Job, JobId, LabelSet, Metric, Presence, SeriesKind, Values};
use crate::model::exposition::MetricKind;
use crate::model::rules::Expression;

/// A selector of series of one name.
pub(super) struct Asked<'e> {
    /// The name.
    pub(super) name: &'e str,
    /// Where it stands in the expression.
    pub(super) span: Span,
    /// The other matchers, those left out whose values are variables of a dashboard.
    pub(super) matchers: Vec<Sieve<'e>>,
}

/// A matcher.
pub(super) struct Sieve<'e> {
    pub(super) written: &'e Matcher,
    compiled: OnceCell<Option<LabelMatcher>>,
}

/// What a catalog says of a name.
pub(super) enum Standing<'c> {
    /// It may well be exposed.
    Exposed,
    /// It is the name of a histogram or summary that is exposed under longer ones only.
    Bare(&'c Metric),
    /// It is exposed under another name: with `_total`, or without.
    Suffix(String),
    /// Jobs expose it, but none of those that the matchers choose.
    OtherJobs(Vec<&'c str>),
    /// Nobody is known to expose it.
    Unknown,
}

/// The selectors of an expression that fix the name.
pub(super) fn asked(expr: &Expression) -> Vec<Asked<'_>> {
    if !expr.parsed.errors.is_empty() {
        return Vec::new();
    }
    let selectors = expr.parsed.expr.selectors().into_iter();
    selectors.filter_map(|selector| one(expr, selector)).collect()
}

fn one<'e>(expr: &'e Expression, selector: &'e VectorSelector) -> Option<Asked<'e>> {
    let is_fixed = |span: Span| {
        let written = expr.text.as_str().get(span.start..span.end);
        written.is_some_and(|written| !written.contains('$') && !written.contains("[["))
    };
    let by_matcher = || {
        let mut of_name = selector.matchers.iter().filter(|m| m.name.name == METRIC_NAME);
        let only = of_name.next().filter(|m| m.op == MatchOp::Equal)?;
        of_name
            .next()
            .is_none()
            .then_some((only.value.as_str(), only.value_span))
    };
    let named = selector.name.as_ref();
    let (name, span) = named
        .map(|name| (name.name.as_str(), name.span))
        .or_else(by_matcher)?;
    let others = selector.matchers.iter().filter(|m| m.name.name != METRIC_NAME);
    let matchers = others.filter(|m| is_fixed(m.span)).map(|written| Sieve {
        written,
        compiled: OnceCell::new(),
    });
    (is_fixed(span) && !name.is_empty()).then(|| Asked {
        name,
        span,
        matchers: matchers.collect(),
    })
}

impl Sieve<'_> {
    /// Whether it lets a value pass; the empty one stands for a series without the label.
    pub(super) fn passes(&self, value: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| LabelMatcher::new(self.written).ok());
        compiled.as_ref().is_none_or(|matcher| matcher.matches(value))
    }

    /// The name of its label.
    pub(super) fn label(&self) -> &str {
        &self.written.name.name
    }

    /// Whether it may let a label pass of which this is known.
    pub(super) fn may_pass(&self, labels: &LabelSet) -> bool {
        match labels.get(self.label()) {
            None => self.passes(""),
            Some(label) => match &label.values {
                Values::Any => true,
                Values::OneOf(known) => {
                    label.presence == Presence::Sometimes && self.passes("")
                        || known.iter().any(|value| self.passes(value))
                }
            },
        }
    }
}

impl Asked<'_> {
    /// The jobs whose targets may have the labels that the matchers ask for.
    pub(super) fn jobs<'c>(&self, catalog: &'c Catalog) -> Vec<(JobId, &'c Job)> {
        // A label that targets do not have may be one of the metric.
        let of_target = |job: &Job, sieve: &Sieve<'_>| {
            let is_set = job.target_labels.iter().any(|(name, _)| name == sieve.label());
            !is_set || sieve.may_pass(&job.target_labels)
        };
        catalog
            .jobs()
            .filter(|(_, job)| job.honor_labels || self.matchers.iter().all(|sieve| of_target(job, sieve)))
            .collect()
    }

    /// How much is known of what the jobs expose that may be meant.
    pub(super) fn extent(&self, catalog: &Catalog) -> Extent {
        if !catalog.knows_all_jobs() {
            return Extent::Nothing;
        }
        let jobs = self.jobs(catalog);
        jobs.iter()
            .map(|(_, job)| job.extent)
            .min()
            .unwrap_or_else(|| catalog.extent())
    }

    /// What a catalog says of the name.
    pub(super) fn standing<'c>(&self, catalog: &'c Catalog) -> Standing<'c> {
        let Some(facts) = catalog.lookup(self.name) else {
            return self.standing_of_unknown(catalog);
        };
        let jobs = self.jobs(catalog);
        let is_asked = |id: JobId| jobs.iter().any(|(job, _)| *job == id);
        let mut by = facts.variants.iter().map(|variant| variant.job);
        if jobs.is_empty() || by.any(|job| job.is_none_or(is_asked)) {
            return Standing::Exposed;
        }
        let others = facts.variants.iter().filter_map(|variant| variant.job);
        let mut others: Vec<&str> = others.map(|id| catalog.job(id).name.as_str()).collect();
        others.dedup();
        Standing::OtherJobs(others)
    }

    fn standing_of_unknown<'c>(&self, catalog: &'c Catalog) -> Standing<'c> {
        let is_bare = |metric: &&Metric| {
            matches!(
                metric.kind,
                MetricKind::Histogram | MetricKind::GaugeHistogram | MetricKind::Summary
            )
        };
        if let Some(metric) = catalog.declared(self.name).find(is_bare) {
            return Standing::Bare(metric);
        }
        let with = format!("{}_total", self.name);
        let is_counter = |name: &str| {
            let facts = catalog.lookup(name);
            facts.is_some_and(|facts| facts.kind == SeriesKind::Counter)
        };
        if is_counter(&with) {
            return Standing::Suffix(with);
        }
        let without = self.name.strip_suffix("_total");
        match without.filter(|name| catalog.lookup(name).is_some()) {
            Some(name) => Standing::Suffix(name.to_owned()),
            None => Standing::Unknown,
        }
    }
}

/// The places of selectors that only stand in for others where those find nothing: operands of `or` whose other side
/// asks for a name that is known.
pub(super) fn stand_ins(expr: &Expr, catalog: &Catalog) -> Vec<Span> {
    let is_known = |side: &Expr| {
        side.selectors().iter().any(|selector| {
            let name = selector.name.as_ref();
            name.is_some_and(|name| catalog.lookup(&name.name).is_some())
        })
    };
    let alternatives = expr.operations().filter(|(_, binary)| binary.op == BinaryOp::Or);
    let sides = alternatives.flat_map(|(_, binary)| [(&binary.lhs, &binary.rhs), (&binary.rhs, &binary.lhs)]);
    sides
        .filter(|(side, other)| !asks_for_absence(side) && is_known(other))
        .map(|(side, _)| side.span)
        .collect()
}

/// Whether an expression asks whether something is not there.
fn asks_for_absence(expr: &Expr) -> bool {
    expr.calls().any(|(_, call)| call.name.starts_with("absent"))
}

//! `never-set-metric`: a metric that the source declares and never gives a value.

use std::collections::HashSet;

use super::analyses::finding;
use super::asked::asked;
use super::declared::{Wanted, declared};
use super::{Context, ExpressionAt, Lint, describe};
use crate::catalog::{Birth, Catalog, Extent, Metric, Origin, Touched};
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::model::exposition::MetricKind;

/// See the module.
pub(super) struct NeverSetMetric;

impl Lint for NeverSetMetric {
    describe!(
        "never-set-metric",
        Warning,
        "a metric that the source declares and never sets, so that it has no series, or is 0 for ever"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn expression(&self, cx: &Context<'_>, at: ExpressionAt<'_>, found: &mut Vec<Diagnostic>) {
        let catalog = cx.catalog(at.file.path());
        let mut seen = HashSet::new();
        for asked in asked(at.expr) {
            if !seen.insert(asked.name) {
                continue;
            }
            let Some((metric, place)) = never_set(catalog, asked.name) else {
                continue;
            };
            let (outcome, help) = said(metric);
            let message = format!("nothing in the source sets {}: {outcome}", metric.name);
            found.push(
                finding(
                    self.code(),
                    Severity::Warning,
                    message,
                    at.file,
                    at.expr,
                    asked.span,
                )
                .with_secondary(
                    &place.file,
                    place.range.clone(),
                    "declared here, and not mentioned again",
                )
                .with_help(help),
            );
        }
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        let never = declared(cx);
        let mut never = never
            .into_iter()
            .filter(|(metric, ..)| metric.touched == Touched::Never)
            .peekable();
        if never.peek().is_none() {
            return;
        }
        let wanted = Wanted::of(cx);
        // Of those that are asked for it is said there.
        for (metric, place, _) in never.filter(|(metric, ..)| wanted.is_empty() || !wanted.has(metric)) {
            let (outcome, help) = said(metric);
            let message = format!("nothing in the source sets {}: {outcome}", metric.name);
            let (file, range) = (&place.file, place.range.clone());
            found.push(Diagnostic::new(self.code(), Severity::Warning, message, file, range).with_help(help));
        }
    }
}

/// The metric behind a series where only source exposes it, which never sets it.
fn never_set<'c>(catalog: &'c Catalog, series: &str) -> Option<(&'c Metric, &'c Location)> {
    let facts = catalog.lookup(series)?;
    let metrics = facts
        .variants
        .iter()
        .map(|variant| Some(catalog.metric(variant.metric?)));
    let metrics: Vec<&Metric> = metrics.collect::<Option<_>>()?;
    let is_never = |metric: &&Metric| metric.touched == Touched::Never;
    if !metrics.iter().all(is_never) || has_strangers(catalog) {
        return None;
    }
    match (metrics.first()?, &metrics.first()?.origin) {
        (metric, Origin::Code(place)) => Some((metric, place)),
        _ => None,
    }
}

/// Whether jobs are known of which nothing else is: they may expose what has the same name.
fn has_strangers(catalog: &Catalog) -> bool {
    catalog.jobs().next().is_some() && catalog.extent() == Extent::Nothing
}

/// What comes of it, and the way out.
fn said(metric: &Metric) -> (&'static str, String) {
    let with_labels = metric.birth != Birth::Start;
    let outcome = match (with_labels, metric.kind) {
        (true, _) => "it has no series",
        (false, MetricKind::Histogram | MetricKind::Summary) => "its counts stay 0",
        (false, MetricKind::Info | MetricKind::StateSet) => "it says nothing",
        (false, _) => "it stays 0",
    };
    let call = match metric.kind {
        MetricKind::Counter => "`inc`",
        MetricKind::Histogram | MetricKind::Summary => "`observe`",
        MetricKind::Info => "`info`",
        MetricKind::StateSet => "`state`",
        _ => "`set`",
    };
    let help = format!("Call {call} where it happens, or take the metric away.");
    (outcome, help)
}

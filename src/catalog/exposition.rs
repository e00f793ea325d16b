//! Metrics from a page that a program exposed once.
//!
//! A page shows which labels there are, not which values they may still take: those are left open.

use std::sync::Arc;

use super::labels::{Label, LabelSet, Values};
use super::metric::{Metric, Origin};
use crate::diagnostic::Location;
use crate::model::exposition::{ExposedSample, Exposition, Family, MetricKind};
use crate::source::SourceFile;

/// The metrics of a page.
pub fn metrics(page: &Exposition, file: &Arc<SourceFile>) -> Vec<Metric> {
    let read = page.families.iter().map(|family| metric(family, file));
    read.collect()
}

fn metric(family: &Family, file: &Arc<SourceFile>) -> Metric {
    let range = family.samples.first().map_or(0..0, |s| s.range.clone());
    let origin = Origin::Exposition(Location::new(file, range));
    let name = match family.kind {
        // OpenMetrics speaks of the family, which ends before `_total` and `_info`.
        MetricKind::Counter => with_ending(family, "_total"),
        MetricKind::Info => with_ending(family, "_info"),
        _ => family.name.clone(),
    };
    let mut metric = Metric::new(name, family.kind, labels(family), origin);
    metric.help = family.help.clone();
    metric.unit = family.unit.clone();
    metric.created = family.samples.iter().any(|s| s.name.ends_with("_created"));
    match family.kind {
        kind if kind.has_buckets() => {
            let bounds = numbers(family, "le").filter(|bound| bound.is_finite());
            metric.buckets = Some(sorted(bounds)).filter(|bounds| !bounds.is_empty());
        }
        MetricKind::Summary => metric.quantiles = sorted(numbers(family, "quantile")),
        _ => {}
    }
    metric
}

/// The family's name with this ending, where its samples have it.
fn with_ending(family: &Family, ending: &str) -> String {
    let longer = format!("{}{ending}", family.name);
    match family.samples.iter().any(|s| s.name == longer) {
        true => longer,
        false => family.name.clone(),
    }
}

/// The labels of the samples but for those that tell the parts of a histogram or a summary.
fn labels(family: &Family) -> LabelSet {
    let tells_parts = |label: &str| match label {
        "le" => family.kind.has_buckets(),
        "quantile" => family.kind == MetricKind::Summary,
        _ => false,
    };
    let one = |sample: &ExposedSample| {
        let own = sample.labels.iter().filter(|(name, _)| !tells_parts(name));
        own.fold(LabelSet::closed(), |set, (name, _)| {
            set.with(name, Label::always(Values::Any))
        })
    };
    let all = family
        .samples
        .iter()
        .map(one)
        .reduce(|all, next| all.either(&next));
    all.unwrap_or_else(LabelSet::open)
}

fn numbers<'f>(family: &'f Family, label: &'f str) -> impl Iterator<Item = f64> + 'f {
    let values = family.samples.iter().flat_map(|s| &s.labels);
    values
        .filter(move |(name, _)| name == label)
        .filter_map(|(_, value)| value.parse().ok())
}

fn sorted(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut list: Vec<f64> = numbers.collect();
    list.sort_by(f64::total_cmp);
    list.dedup();
    list
}

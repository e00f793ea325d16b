//! What a running Prometheus has, for the catalog: the names that nothing else declares.
//!
//! What a repository declares counts more: the server may run an older release of it. And what a server does not have
//! may come, so a name makes no job's metrics better known, and values of labels are left open.

use std::collections::{BTreeMap, BTreeSet};

use super::job::{Job, JobId};
use super::labels::{Label, LabelSet, Values};
use super::metric::{Metric, Origin, SeriesKind};
use crate::model::exposition::MetricKind;
use crate::observed::{Labels, Observed, SeriesSeen};

/// The series of one name as a server has them.
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) metric: Metric,
    pub(super) kind: SeriesKind,
    /// Those of each job: its number where the catalog has it, their labels, and the time between samples.
    pub(super) of_jobs: Vec<(Option<JobId>, LabelSet, Option<i64>)>,
    pub(super) buckets: Option<Vec<f64>>,
}

/// The series of the names that `is_known` does not know yet.
pub(super) fn series(observed: &Observed, jobs: &[Job], is_known: impl Fn(&str) -> bool) -> Vec<Seen> {
    let new = observed.names.iter().filter(|name| !is_known(name));
    new.map(|name| seen(name, observed, jobs)).collect()
}

fn seen(name: &str, observed: &Observed, jobs: &[Job]) -> Seen {
    let (family, kind, series_kind) = kind(name, observed);
    let nothing = SeriesSeen::default();
    let series = observed.series.get(name).unwrap_or(&nothing);
    let mut by_job: BTreeMap<Option<&str>, Vec<&Labels>> = BTreeMap::new();
    for labels in &series.labels {
        let job = labels.get("job").map(String::as_str);
        by_job.entry(job).or_default().push(labels);
    }
    let mut of_jobs: Vec<(Option<JobId>, LabelSet, Option<i64>)> = by_job
        .into_iter()
        .map(|(job, labels)| {
            let id = jobs
                .iter()
                .position(|known| Some(known.name.as_str()) == job)
                .map(JobId);
            let interval = observed
                .config
                .as_ref()
                .zip(job)
                .and_then(|(config, job)| config.jobs.get(job));
            (id, label_set(&labels), interval.copied())
        })
        .collect();
    if of_jobs.is_empty() {
        // It is not used, and so nobody asked for its series.
        of_jobs.push((None, LabelSet::open(), None));
    }
    let sets = of_jobs.iter().map(|(_, labels, _)| labels.clone());
    let all = sets
        .reduce(|all, next| all.either(&next))
        .unwrap_or_else(LabelSet::open);
    let buckets = (series.all && series_kind == SeriesKind::HistogramBucket).then(|| bounds(series));
    let mut metric = Metric::new(family, kind, all, Origin::Server(observed.address.clone()));
    let entry = observed
        .metadata
        .get(&metric.name)
        .and_then(|entries| entries.first());
    metric.help = entry
        .map(|entry| entry.help.clone())
        .filter(|help| !help.is_empty());
    metric.unit = entry
        .map(|entry| entry.unit.clone())
        .filter(|unit| !unit.is_empty());
    Seen {
        name: name.to_owned(),
        metric,
        kind: series_kind,
        of_jobs,
        buckets: buckets.filter(|bounds| !bounds.is_empty()),
    }
}

/// The labels that all of the series have, and those that some have.
fn label_set(series: &[&Labels]) -> LabelSet {
    let one = |labels: &&Labels| {
        let names = labels.keys();
        names.fold(LabelSet::closed(), |set, name| {
            set.with(name, Label::always(Values::Any))
        })
    };
    let sets: BTreeSet<Vec<&String>> = series.iter().map(|labels| labels.keys().collect()).collect();
    let distinct = sets.iter().filter_map(|names| {
        let is_it = |labels: &&&Labels| labels.keys().collect::<Vec<_>>() == *names;
        series.iter().find(is_it)
    });
    let all = distinct.map(one).reduce(|all, next| all.either(&next));
    all.unwrap_or_else(LabelSet::open)
}

/// The finite upper bounds of the buckets.
fn bounds(series: &SeriesSeen) -> Vec<f64> {
    let les = series.labels.iter().filter_map(|labels| labels.get("le"));
    let mut bounds: Vec<f64> = les
        .filter_map(|le| le.parse().ok())
        .filter(|le: &f64| le.is_finite())
        .collect();
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    bounds
}

/// The metric that a series belongs to, its type, and what the series is of it, by what targets say.
fn kind(name: &str, observed: &Observed) -> (String, MetricKind, SeriesKind) {
    // Targets that disagree say nothing.
    let told = |family: &str| {
        let entries = observed.metadata.get(family)?;
        let kind = entries.first()?.kind();
        entries.iter().all(|entry| entry.kind() == kind).then_some(kind)
    };
    let whole = told(name).and_then(|kind| {
        let series = match kind {
            MetricKind::Counter => SeriesKind::Counter,
            MetricKind::Gauge => SeriesKind::Gauge,
            MetricKind::Histogram => SeriesKind::NativeHistogram,
            MetricKind::Summary => SeriesKind::SummaryQuantile,
            MetricKind::Info => SeriesKind::Info,
            MetricKind::StateSet => SeriesKind::State,
            MetricKind::GaugeHistogram | MetricKind::Unknown => return None,
        };
        Some((name.to_owned(), kind, series))
    });
    let part = || {
        let (family, ending) = name.rsplit_once('_')?;
        let kind = told(family)?;
        let series = match (kind, ending) {
            (MetricKind::Histogram, "bucket") => SeriesKind::HistogramBucket,
            (MetricKind::Histogram, "sum") => SeriesKind::HistogramSum,
            (MetricKind::Histogram, "count") => SeriesKind::HistogramCount,
            (MetricKind::Summary, "sum") => SeriesKind::SummarySum,
            (MetricKind::Summary, "count") => SeriesKind::SummaryCount,
            (MetricKind::Counter, "total") => SeriesKind::Counter,
            (MetricKind::Info, "info") => SeriesKind::Info,
            (MetricKind::GaugeHistogram, "bucket" | "gsum" | "gcount") => SeriesKind::Gauge,
            (MetricKind::Counter | MetricKind::Histogram | MetricKind::Summary, "created") => {
                SeriesKind::Created
            }
            _ => return None,
        };
        Some((family.to_owned(), kind, series))
    };
    let unknown = || (name.to_owned(), MetricKind::Unknown, SeriesKind::Unknown);
    whole.or_else(part).unwrap_or_else(unknown)
}

//! Puts a catalog together: what is declared, by whom it is exposed, and the series that come of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::code::Gap;
use super::facts::{Knowledge, MetricId, SeriesFacts, Variant};
use super::job::{Extent, Job, JobId};
use super::labels::{Label, LabelSet};
use super::metric::{Bounds, DeclaredSeries, Metric, SeriesKind};
use super::nearest::first_word;
use super::relabel::{Relabelled, Steps};
use super::scrape::Scrape;
use super::{Catalog, builtin, server};
use crate::observed::Observed;

/// A catalog that is being put together.
#[derive(Debug, Default)]
pub struct Builder {
    metrics: Vec<Metric>,
    jobs: Vec<Job>,
    /// What each job does to the series that it scrapes.
    steps: Vec<Steps>,
    variants: BTreeMap<String, Vec<Variant>>,
    gaps: Vec<Gap>,
    complete_jobs: bool,
    converts_histograms: bool,
    /// The names that a running Prometheus has and nothing else declares.
    only_observed: BTreeSet<String>,
}

impl Builder {
    /// Adds a job that stores series as it scrapes them.
    pub fn job(&mut self, job: Job) -> JobId {
        self.jobs.push(job);
        self.steps.push(Steps::default());
        JobId(self.jobs.len() - 1)
    }

    /// Adds a job with what it does to series.
    pub(super) fn scrape(&mut self, scrape: Scrape) -> JobId {
        let id = self.job(scrape.job);
        self.steps[id.0] = scrape.steps;
        id
    }

    /// Says that there are no jobs but those that were added.
    pub fn no_other_jobs(&mut self) {
        self.complete_jobs = true;
    }

    /// Says that histograms with buckets may be stored as native ones, under their bare names.
    pub fn converts_histograms(&mut self) {
        self.converts_histograms = true;
    }

    /// Says how much is known of what a job's targets expose.
    pub fn set_extent(&mut self, job: JobId, extent: Extent) {
        self.jobs[job.0].extent = extent;
    }

    /// Adds places that may declare metrics that nobody can tell.
    pub fn gaps(&mut self, gaps: impl IntoIterator<Item = Gap>) {
        self.gaps.extend(gaps);
    }

    /// Adds a metric that these jobs expose. Where there are none, whoever scrapes it is not known, and its series
    /// can have any labels besides its own.
    pub fn metric(&mut self, mut metric: Metric, jobs: &[JobId]) -> MetricId {
        metric.native |= self.converts_histograms;
        let id = MetricId(self.metrics.len());
        for series in metric.series() {
            let buckets = metric.buckets.as_ref().filter(|_| series.kind.has_buckets());
            let variant = |labels: LabelSet, job: Option<(JobId, i64)>| Variant {
                metric: Some(id),
                job: job.map(|(id, _)| id),
                kind: series.kind,
                labels,
                bounds: series.kind.bounds(),
                buckets: buckets.cloned(),
                interval: job.map(|(_, interval)| interval),
            };
            if jobs.is_empty() {
                let labels = on_target(&series.labels, &builtin::any_target(), false);
                self.add(series.name.clone(), variant(labels, None));
            }
            for job in jobs {
                let interval = self.jobs[job.0].scrape_interval;
                if let Some((name, labels)) = self.scraped(*job, &series) {
                    self.add(name, variant(labels, Some((*job, interval))));
                }
            }
        }
        self.metrics.push(metric);
        id
    }

    /// Adds the series of a recording rule, of which no more is said here than what stands in the rule, with the time
    /// between its evaluations in milliseconds.
    pub fn recorded(&mut self, metric: Metric, interval: i64) {
        let variant = Variant {
            metric: Some(MetricId(self.metrics.len())),
            job: None,
            kind: SeriesKind::Unknown,
            labels: metric.labels.clone(),
            bounds: Bounds::ANY,
            buckets: None,
            interval: Some(interval),
        };
        self.add(metric.name.clone(), variant);
        self.metrics.push(metric);
    }

    /// Adds what a running Prometheus has and nothing else declares.
    pub(super) fn observed(&mut self, observed: &Observed) {
        let seen = server::series(observed, &self.jobs, |name| {
            self.variants.contains_key(name) || builtin::is_builtin(name)
        });
        for series in seen {
            let name = series.name;
            for (job, labels, interval) in series.of_jobs {
                let variant = Variant {
                    metric: Some(MetricId(self.metrics.len())),
                    job,
                    kind: series.kind,
                    labels,
                    bounds: series.kind.bounds(),
                    buckets: series.buckets.clone(),
                    interval,
                };
                self.add(name.clone(), variant);
            }
            self.only_observed.insert(name);
            self.metrics.push(series.metric);
        }
    }

    /// The name and the labels that a job stores a series under; `None` where it drops it.
    fn scraped(&mut self, id: JobId, series: &DeclaredSeries) -> Option<(String, LabelSet)> {
        let job = &mut self.jobs[id.0];
        let labels = on_target(&series.labels, &job.target_labels, job.honor_labels);
        if self.steps[id.0].is_empty() {
            return Some((series.name.clone(), labels));
        }
        match self.steps[id.0].set(Some(&series.name), labels) {
            Relabelled::Gone => None,
            Relabelled::Kept(Some(name), labels) => Some((name, labels)),
            Relabelled::Kept(None, labels) => {
                // It is stored under names that nobody can tell.
                job.extent = job.extent.min(Extent::Some);
                Some((series.name.clone(), labels))
            }
        }
    }

    fn add(&mut self, name: String, variant: Variant) {
        self.variants.entry(name).or_default().push(variant);
    }

    /// The catalog.
    pub fn build(mut self) -> Catalog {
        for (name, variants) in builtin::scrape_series(&self.jobs) {
            self.variants.entry(name.to_owned()).or_default().extend(variants);
        }
        for (name, variant) in builtin::alert_series() {
            self.add(name.to_owned(), variant);
        }
        let all = self.complete_jobs && self.jobs.iter().all(|job| job.extent == Extent::All);
        let knowledge = if all {
            Knowledge::Complete
        } else {
            Knowledge::Partial
        };
        let mut declared: HashMap<String, Vec<MetricId>> = HashMap::new();
        for (at, metric) in self.metrics.iter().enumerate() {
            declared
                .entry(metric.name.clone())
                .or_default()
                .push(MetricId(at));
        }
        let names = self.variants.keys().map(|name| first_word(name).to_owned());
        let first_words = names.collect();
        let series = self.variants.into_iter().filter_map(|(name, variants)| {
            let knowledge = if builtin::is_builtin(&name) {
                builtin_knowledge(self.complete_jobs)
            } else if self.only_observed.contains(&name) {
                Knowledge::Partial
            } else {
                knowledge
            };
            let facts = SeriesFacts::of(&name, variants, knowledge)?;
            Some((name, facts))
        });
        Catalog {
            series: series.collect(),
            declared,
            first_words,
            metrics: self.metrics,
            jobs: self.jobs,
            gaps: self.gaps,
            complete_jobs: self.complete_jobs,
        }
    }
}

/// Prometheus alone makes them, for every job.
fn builtin_knowledge(complete_jobs: bool) -> Knowledge {
    if complete_jobs {
        Knowledge::Complete
    } else {
        Knowledge::Partial
    }
}

/// The labels of a series once it is scraped: its own and those of the target. Where both have one, the target's
/// wins and the series' own becomes `exported_…`, or the other way round where the job honours the labels of
/// programs.
fn on_target(own: &LabelSet, target: &LabelSet, honor: bool) -> LabelSet {
    let mut labels = target.clone();
    if own.is_open() {
        labels.set_open();
    }
    for (name, label) in own.iter() {
        let clash = target.iter().find(|(other, _)| *other == name);
        match clash {
            Some((_, of_target)) if honor => {
                let values = label.values.either(&of_target.values);
                let presence = of_target.presence;
                labels.insert(name, Label { presence, values });
            }
            Some(_) => labels.insert(format!("exported_{name}"), label.clone()),
            None => labels.insert(name, label.clone()),
        }
    }
    labels
}

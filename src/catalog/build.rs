//! Puts a catalog together: what is declared, by whom it is exposed, and the series that come of it.

use std::collections::BTreeMap;

use super::facts::{Knowledge, MetricId, SeriesFacts, Variant};
use super::job::{Extent, Job, JobId};
use super::labels::{Label, LabelSet};
use super::metric::Metric;
use super::{Catalog, builtin};

/// A catalog that is being put together.
#[derive(Debug, Default)]
pub struct Builder {
    metrics: Vec<Metric>,
    jobs: Vec<Job>,
    variants: BTreeMap<String, Vec<Variant>>,
    complete_jobs: bool,
}

impl Builder {
    /// Adds a job.
    pub fn job(&mut self, job: Job) -> JobId {
        self.jobs.push(job);
        JobId(self.jobs.len() - 1)
    }

    /// Says that there are no jobs but those that were added.
    pub fn no_other_jobs(&mut self) {
        self.complete_jobs = true;
    }

    /// Adds a metric that these jobs expose. Where there are none, whoever scrapes it is not known, and its series
    /// can have any labels besides its own.
    pub fn metric(&mut self, metric: Metric, jobs: &[JobId]) -> MetricId {
        let id = MetricId(self.metrics.len());
        for series in metric.series() {
            let bounds = series.kind.bounds();
            let variant = |job: Option<JobId>, labels: LabelSet, interval: Option<i64>| Variant {
                metric: Some(id),
                job,
                kind: series.kind,
                labels,
                bounds,
                buckets: metric.buckets.clone(),
                interval,
            };
            let list = self.variants.entry(series.name.clone()).or_default();
            if jobs.is_empty() {
                let labels = on_target(&series.labels, &builtin::any_target(), false);
                list.push(variant(None, labels, None));
            }
            for id in jobs {
                let job = &self.jobs[id.0];
                let labels = on_target(&series.labels, &job.target_labels, job.honor_labels);
                list.push(variant(Some(*id), labels, Some(job.scrape_interval)));
            }
        }
        self.metrics.push(metric);
        id
    }

    /// The catalog.
    pub fn build(mut self) -> Catalog {
        for (name, variants) in builtin::scrape_series(&self.jobs) {
            self.variants.entry(name.to_owned()).or_default().extend(variants);
        }
        for (name, variant) in builtin::alert_series() {
            self.variants.entry(name.to_owned()).or_default().push(variant);
        }
        let all = self.complete_jobs && self.jobs.iter().all(|job| job.extent == Extent::All);
        let knowledge = if all {
            Knowledge::Complete
        } else {
            Knowledge::Partial
        };
        let series = self.variants.into_iter().filter_map(|(name, variants)| {
            let facts = SeriesFacts::of(&name, variants, knowledge)?;
            Some((name, facts))
        });
        Catalog {
            series: series.collect(),
            metrics: self.metrics,
            jobs: self.jobs,
            complete_jobs: self.complete_jobs,
        }
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
                labels.insert(
                    name,
                    Label {
                        presence: of_target.presence,
                        values,
                    },
                );
            }
            Some(_) => {
                labels.insert(format!("exported_{name}"), label.clone());
            }
            None => labels.insert(name, label.clone()),
        }
    }
    labels
}

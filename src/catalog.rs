//! The metrics that are known to exist: name, type, unit, labels, buckets, who exposes them and how often.
//!
//! A catalog is put together by a [`Builder`] from what the sources say, one file each below this one. It knows
//! documents; it knows nothing of expressions. What it says of a series holds for every series of that name *as far
//! as it knows*: [`SeriesFacts::knowledge`] tells whether others may expose the name too. That a name is not in it
//! means nothing by itself: ask [`Catalog::extent`] first.

mod build;
mod builtin;
pub mod code;
mod exporters;
pub mod exposition;
mod facts;
mod job;
mod labels;
mod metric;
mod nearest;
pub mod recorded;
mod relabel;
mod scrape;
mod server;
pub mod show;
mod stacks;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use build::Builder;
pub use exporters::Exporter;
pub use facts::{Knowledge, MetricId, SeriesFacts, Variant};
pub use job::{Extent, Job, JobId};
pub use labels::{Label, LabelSet, Presence, Values};
pub use metric::{
    Birth, Bounds, DeclaredSeries, LabelUse, Metric, Origin, SeriesKind, Touched, Unbounded, number,
};
pub use stacks::{Asked, Catalogs, Stack};

/// The metrics that are known to exist.
#[derive(Debug)]
pub struct Catalog {
    metrics: Vec<Metric>,
    jobs: Vec<Job>,
    series: BTreeMap<String, SeriesFacts>,
    /// The metrics of each name: those of histograms are not the names of series.
    declared: HashMap<String, Vec<MetricId>>,
    /// What the names of series begin with.
    first_words: BTreeSet<String>,
    gaps: Vec<code::Gap>,
    complete_jobs: bool,
}

impl Default for Catalog {
    /// A catalog that knows nothing but what Prometheus makes itself.
    fn default() -> Self {
        Builder::default().build()
    }
}

impl Catalog {
    /// What is known of the series of this name: `x_bucket`, `x_total`, `up`, `ALERTS`.
    pub fn lookup(&self, series: &str) -> Option<&SeriesFacts> {
        self.series.get(series)
    }

    /// All series that are known, sorted by name.
    pub fn series(&self) -> impl Iterator<Item = &SeriesFacts> {
        self.series.values()
    }

    /// The metrics that are declared, in the order of the sources.
    pub fn metrics(&self) -> impl Iterator<Item = (MetricId, &Metric)> {
        self.metrics
            .iter()
            .enumerate()
            .map(|(at, metric)| (MetricId(at), metric))
    }

    /// A metric.
    pub fn metric(&self, id: MetricId) -> &Metric {
        &self.metrics[id.0]
    }

    /// The metrics that are declared by this name: that of the histogram, where series have longer ones.
    pub fn declared(&self, name: &str) -> impl Iterator<Item = &Metric> {
        let ids = self.declared.get(name).map_or(&[][..], Vec::as_slice);
        ids.iter().map(|id| self.metric(*id))
    }

    /// The jobs of which it is known that they expose a series whose name begins with the same word, by name.
    pub fn jobs_alike(&self, name: &str) -> BTreeSet<&str> {
        let names = self.beginning_with(nearest::first_word(name));
        let variants = names
            .filter_map(|name| self.lookup(name))
            .flat_map(|facts| &facts.variants);
        variants
            .filter_map(|variant| Some(self.job(variant.job?).name.as_str()))
            .collect()
    }

    /// The jobs.
    pub fn jobs(&self) -> impl Iterator<Item = (JobId, &Job)> {
        self.jobs.iter().enumerate().map(|(at, job)| (JobId(at), job))
    }

    /// A job.
    pub fn job(&self, id: JobId) -> &Job {
        &self.jobs[id.0]
    }

    /// Places in source that may declare metrics that nobody can tell without running the program.
    pub fn gaps(&self) -> &[code::Gap] {
        &self.gaps
    }

    /// Says more of the series that a recording rule makes than its name: what analysis found out.
    pub fn refine(&mut self, name: &str, kind: SeriesKind, labels: LabelSet, bounds: Bounds) {
        let Some(facts) = self.series.get_mut(name) else {
            return;
        };
        let mut variants = std::mem::take(&mut facts.variants);
        let metrics = &self.metrics;
        let is_rule = |variant: &Variant| {
            let origin = variant.metric.map(|id| &metrics[id.0].origin);
            matches!(origin, Some(Origin::Rule(_)))
        };
        for variant in variants.iter_mut().filter(|variant| is_rule(variant)) {
            (variant.kind, variant.labels, variant.bounds) = (kind, labels.clone(), bounds);
        }
        if let Some(refined) = SeriesFacts::of(name, variants, facts.knowledge) {
            *facts = refined;
        }
    }

    /// Whether there are no jobs but those that are known.
    pub fn knows_all_jobs(&self) -> bool {
        self.complete_jobs
    }

    /// How much is known of all names that there can be: as much as of the job of which least is known. A name that
    /// is not in the catalog surely does not exist where this is [`Extent::All`], likely not where it is
    /// [`Extent::Most`], and may well exist otherwise.
    pub fn extent(&self) -> Extent {
        match self.complete_jobs {
            true => self
                .jobs
                .iter()
                .map(|job| job.extent)
                .min()
                .unwrap_or(Extent::Nothing),
            false => Extent::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;

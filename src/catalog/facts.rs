//! What is known of the series of one name, put together from all who expose it.

use super::job::JobId;
use super::labels::LabelSet;
use super::metric::{Bounds, SeriesKind};

/// A metric of a catalog, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MetricId(pub(super) usize);

/// What is known of the series of one name.
#[derive(Clone, Debug)]
pub struct SeriesFacts {
    /// The name.
    pub name: String,
    /// What they are; `Unknown` where those who expose them disagree.
    pub kind: SeriesKind,
    /// Their labels.
    pub labels: LabelSet,
    /// What their values can be.
    pub bounds: Bounds,
    /// Finite upper bounds of the histogram's buckets, ascending; `None` where they are not known, where it is no
    /// histogram, and where those who expose it disagree.
    pub buckets: Option<Vec<f64>>,
    /// Time between samples in milliseconds: the longest where jobs differ.
    pub interval: Option<i64>,
    /// Those who expose them, one by one; never empty.
    pub variants: Vec<Variant>,
    /// Whether others may expose the same name with other labels: an unknown program, a job of which not all is
    /// known.
    pub knowledge: Knowledge,
}

/// Whether all is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Knowledge {
    /// There may be more.
    Partial,
    /// There is no more.
    Complete,
}

/// The series of one name that one job, or one kind of program, exposes.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The metric that they belong to; none for those that Prometheus makes itself.
    pub metric: Option<MetricId>,
    /// The job that scrapes them, where it is known.
    pub job: Option<JobId>,
    /// What they are.
    pub kind: SeriesKind,
    /// Their labels, those of the target among them.
    pub labels: LabelSet,
    /// What their values can be.
    pub bounds: Bounds,
    /// Finite upper bounds of the buckets.
    pub buckets: Option<Vec<f64>>,
    /// Time between samples in milliseconds.
    pub interval: Option<i64>,
}

impl SeriesFacts {
    /// Puts together what is known of those who expose the name; `None` where there is nobody.
    pub(super) fn of(name: &str, variants: Vec<Variant>, knowledge: Knowledge) -> Option<SeriesFacts> {
        let first = variants.first()?;
        let mut facts = SeriesFacts {
            name: name.to_owned(),
            kind: first.kind,
            labels: first.labels.clone(),
            bounds: first.bounds,
            buckets: first.buckets.clone(),
            interval: first.interval,
            variants: Vec::new(),
            knowledge,
        };
        for other in &variants[1..] {
            if other.kind != facts.kind {
                facts.kind = SeriesKind::Unknown;
            }
            if other.buckets != facts.buckets {
                facts.buckets = None;
            }
            facts.labels = facts.labels.either(&other.labels);
            facts.bounds = facts.bounds.either(other.bounds);
            facts.interval = facts.interval.max(other.interval);
        }
        facts.variants = variants;
        Some(facts)
    }
}

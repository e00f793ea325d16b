//! Who scrapes what: jobs with their targets, and how much is known of what those expose.

use super::labels::LabelSet;
use crate::diagnostic::Location;

/// A scrape job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// Where it is configured.
    pub location: Location,
    /// Time between scrapes in milliseconds.
    pub scrape_interval: i64,
    /// `host:port` of its targets as written; empty where they are found while Prometheus runs.
    pub targets: Vec<String>,
    /// The labels of its targets, `job` and `instance` among them, after relabelling.
    pub target_labels: LabelSet,
    /// Whether labels that the program sets win over those of the target.
    pub honor_labels: bool,
    /// How much is known of what its targets expose.
    pub extent: Extent,
}

/// How much is known of the metrics that something exposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// None of them.
    Nothing,
    /// Some; of others nothing is known.
    Some,
    /// Those that such a program is known to expose; another version or other settings may expose more.
    Most,
    /// All of them: somebody said so.
    All,
}

/// A job of a catalog, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub(super) usize);

//! What a running Prometheus answered, as data: which series it has and had, what expressions came to, how it is set up.
//!
//! `live` asks, the catalog and the lints read. What is told here is how things were when it was asked: a series that is not
//! there may come, so nothing of this is proof.

mod reads;
mod timeline;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use crate::diagnostic::Location;
use crate::model::exposition::MetricKind;

pub use reads::{Read, operations, plain, reads};
pub use timeline::{Timeline, Window};

/// The labels of a series.
pub type Labels = BTreeMap<String, String>;

/// What one server answered.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Its address, without user and password.
    pub address: String,
    /// Where it was said that it should be asked.
    pub place: Location,
    /// When it was asked, by its own clock, in milliseconds since the epoch.
    pub asked: i64,
    /// Its version.
    pub version: Option<String>,
    /// How long it keeps samples, in milliseconds, where that is a time.
    pub retention: Option<i64>,
    /// How it is configured.
    pub config: Option<ServerConfig>,
    /// Type, help and unit of metrics, by name.
    pub metadata: BTreeMap<String, Vec<MetadataEntry>>,
    /// The names of all series that it has.
    pub names: BTreeSet<String>,
    /// Series that it has, by name, of the names that are used.
    pub series: BTreeMap<String, SeriesSeen>,
    /// Back to when it was asked of what it had.
    pub window: Window,
    /// What selectors select, by the selector in normal form.
    pub selectors: HashMap<String, SelectorSeen>,
    /// What expressions of rules came to, by the expression as it is written.
    pub results: HashMap<String, ResultSeen>,
    /// Operations between vectors of which nothing came though both sides have series, by the operation in normal form.
    pub unmatched: HashMap<String, Unmatched>,
    /// When the expressions of alerts had series, one by one, by the expression as it is written.
    pub alerts: HashMap<String, Vec<Timeline>>,
    /// Over which time that was looked at.
    pub alert_window: Window,
    /// The memory that the server needs for a series, in bytes, by its own metrics.
    pub bytes_per_series: Option<f64>,
    /// What was asked in vain.
    pub unanswered: Vec<Unanswered>,
}

/// What to ask besides what is always asked.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// How far back to ask what there was, in milliseconds.
    pub lookback: i64,
    /// Over how long to evaluate the expressions of alerts, and how finely; none where not at all. Milliseconds.
    pub alerts: Option<(i64, i64)>,
}

impl Default for Wanted {
    /// A week, and no alerts.
    fn default() -> Wanted {
        Wanted {
            lookback: 7 * 24 * 3_600_000,
            alerts: None,
        }
    }
}

/// How a server is configured.
#[derive(Clone, Debug, Default)]
pub struct ServerConfig {
    /// The labels that it adds to what leaves it.
    pub external_labels: Labels,
    /// Time between scrapes in milliseconds where a job sets none.
    pub scrape_interval: i64,
    /// Time between evaluations in milliseconds where a group sets none.
    pub evaluation_interval: i64,
    /// Time between scrapes in milliseconds, by job.
    pub jobs: BTreeMap<String, i64>,
}

/// What one kind of target says of a metric.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct MetadataEntry {
    /// Its type, in Prometheus' words.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// What it means.
    #[serde(default)]
    pub help: String,
    /// Its unit.
    #[serde(default)]
    pub unit: String,
}

/// The series of one name.
#[derive(Clone, Debug, Default)]
pub struct SeriesSeen {
    /// Their labels without the name.
    pub labels: Vec<Labels>,
    /// Whether these are all.
    pub all: bool,
}

/// What a selector selects.
#[derive(Clone, Debug)]
pub enum SelectorSeen {
    /// So many series.
    Now(u64),
    /// Nothing now.
    Absent(Absence),
}

/// What there was of a selector that selects nothing.
#[derive(Clone, Debug)]
pub struct Absence {
    /// When there were series of the name, with whatever labels.
    pub name: Timeline,
    /// When there was what the selector selects.
    pub whole: Timeline,
    /// What there was of each matcher that asks for something, where the name has series.
    pub matchers: Vec<MatcherSeen>,
}

/// What there was of one matcher of a selector.
#[derive(Clone, Debug)]
pub struct MatcherSeen {
    /// The label.
    pub label: String,
    /// When series of the name had the label.
    pub with_label: Timeline,
    /// When series of the name fitted the matcher.
    pub fitting: Timeline,
    /// Values that the label had.
    pub values: Vec<String>,
}

/// What an expression came to.
#[derive(Clone, Debug)]
pub enum ResultSeen {
    /// It was evaluated.
    Evaluated {
        /// How many series came of it.
        series: u64,
        /// What it cost, where the server says so.
        cost: Option<Cost>,
    },
    /// The server could not evaluate it: its words.
    Failed(String),
}

/// What an expression cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Seconds that the evaluation took.
    pub seconds: f64,
    /// Samples that were read.
    pub samples: u64,
    /// The most samples that were in memory at a time.
    pub peak_samples: u64,
}

/// An operation of which nothing came though both sides have series.
#[derive(Clone, Debug)]
pub struct Unmatched {
    /// Labels of some series on the left.
    pub left: Vec<Labels>,
    /// Labels of some series on the right.
    pub right: Vec<Labels>,
}

/// Something that was asked in vain.
#[derive(Clone, Debug)]
pub struct Unanswered {
    /// What was asked, in a few words.
    pub question: String,
    /// What happened.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Whether the server as a whole did not answer.
    pub total: bool,
}

impl Observed {
    /// What is known of a server that has not been asked anything yet.
    pub fn nothing(address: String, place: Location, asked: i64) -> Observed {
        Observed {
            address,
            place,
            asked,
            version: None,
            retention: None,
            config: None,
            metadata: BTreeMap::new(),
            names: BTreeSet::new(),
            series: BTreeMap::new(),
            window: Window::default(),
            selectors: HashMap::new(),
            results: HashMap::new(),
            unmatched: HashMap::new(),
            alerts: HashMap::new(),
            alert_window: Window::default(),
            bytes_per_series: None,
            unanswered: Vec::new(),
        }
    }
}

impl MetadataEntry {
    /// Its type.
    pub fn kind(&self) -> MetricKind {
        match self.kind.as_str() {
            "counter" => MetricKind::Counter,
            "gauge" => MetricKind::Gauge,
            "histogram" => MetricKind::Histogram,
            "gaugehistogram" => MetricKind::GaugeHistogram,
            "summary" => MetricKind::Summary,
            "info" => MetricKind::Info,
            "stateset" => MetricKind::StateSet,
            _ => MetricKind::Unknown,
        }
    }
}

impl MatcherSeen {
    /// The value of the label that is nearest to one that it never had.
    pub fn nearest(&self, value: &str) -> Option<&str> {
        let known: Vec<&str> = self.values.iter().map(String::as_str).collect();
        crate::model::reader::nearest(value, &known)
    }
}

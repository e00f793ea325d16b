//! Metrics as programs expose them: Prometheus' text format and OpenMetrics.
//!
//! A line that cannot be read is reported with its place, and the others are read. Exemplars are passed over.

mod line;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use line::Line;

/// What a page of metrics holds.
#[derive(Clone, Debug, Default)]
pub struct Exposition {
    /// Families in the order of the page.
    pub families: Vec<Family>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// A metric with what is said of it and its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Its name, as written behind `# TYPE`; in OpenMetrics that of a counter ends before `_total`.
    pub name: String,
    /// Its type.
    pub kind: MetricKind,
    /// What it means.
    pub help: Option<String>,
    /// Its unit, as OpenMetrics names it.
    pub unit: Option<String>,
    /// Its samples in the order of the page.
    pub samples: Vec<ExposedSample>,
}

/// The type of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetricKind {
    /// Only grows, and begins again at zero.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts in buckets.
    Histogram,
    /// Counts in buckets that may shrink (OpenMetrics).
    GaugeHistogram,
    /// Quantiles.
    Summary,
    /// Labels with a value of one (OpenMetrics).
    Info,
    /// States, each on or off (OpenMetrics).
    StateSet,
    /// Nothing is said of it.
    Unknown,
}

/// A line with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct ExposedSample {
    /// The name of the series.
    pub name: String,
    /// Its labels, in the order written.
    pub labels: Vec<(String, String)>,
    /// The value.
    pub value: f64,
    /// When it was taken, in milliseconds since the epoch, where that is said.
    pub timestamp_ms: Option<i64>,
    /// Byte range of the line.
    pub range: Range<usize>,
}

/// What is wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte range of what is wrong.
    pub range: Range<usize>,
    /// What it is.
    pub message: String,
    /// How to mend it.
    pub help: &'static str,
}

impl MetricKind {
    /// The type of this name, as it stands behind `# TYPE`.
    pub fn named(name: &str) -> Option<MetricKind> {
        Some(match name {
            "counter" => MetricKind::Counter,
            "gauge" => MetricKind::Gauge,
            "histogram" => MetricKind::Histogram,
            "gaugehistogram" => MetricKind::GaugeHistogram,
            "summary" => MetricKind::Summary,
            "info" => MetricKind::Info,
            "stateset" => MetricKind::StateSet,
            "unknown" | "untyped" => MetricKind::Unknown,
            _ => return None,
        })
    }

    /// Its name, as it stands behind `# TYPE`.
    pub fn as_str(self) -> &'static str {
        match self {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
            MetricKind::GaugeHistogram => "gaugehistogram",
            MetricKind::Summary => "summary",
            MetricKind::Info => "info",
            MetricKind::StateSet => "stateset",
            MetricKind::Unknown => "unknown",
        }
    }

    /// Whether it counts in buckets, which the label `le` tells apart.
    pub fn has_buckets(self) -> bool {
        matches!(self, MetricKind::Histogram | MetricKind::GaugeHistogram)
    }

    /// What its series append to the name of the family.
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            MetricKind::Counter => &["_total", "_created"],
            MetricKind::Histogram => &["_bucket", "_sum", "_count", "_created"],
            MetricKind::GaugeHistogram => &["_bucket", "_gsum", "_gcount"],
            MetricKind::Summary => &["_sum", "_count", "_created"],
            MetricKind::Info => &["_info"],
            MetricKind::Gauge | MetricKind::StateSet | MetricKind::Unknown => &[],
        }
    }
}

impl Exposition {
    /// Reads a page; one that ends with `# EOF` is OpenMetrics.
    pub fn read(text: &str) -> Exposition {
        let open_metrics = text.trim_end().ends_with("# EOF");
        let mut page = Page::default();
        let mut start = 0;
        for piece in text.split_inclusive('\n') {
            let written = piece.trim_end_matches(['\n', '\r']);
            match line::read(written, start, open_metrics) {
                Ok(line) => page.take(line, start..start + written.len()),
                Err(fault) => page.read.faults.push(fault),
            }
            start += piece.len();
        }
        page.read
    }

    /// All samples.
    pub fn samples(&self) -> impl Iterator<Item = &ExposedSample> {
        self.families.iter().flat_map(|family| &family.samples)
    }
}

/// A page that is being read.
#[derive(Default)]
struct Page {
    read: Exposition,
    by_name: HashMap<String, usize>,
    seen: HashSet<(String, Vec<(String, String)>)>,
}

impl Page {
    fn take(&mut self, line: Line, range: Range<usize>) {
        match line {
            Line::Nothing => {}
            Line::Kind(name, kind) => self.family(&name).kind = kind,
            Line::Help(name, help) => self.family(&name).help = Some(help),
            Line::Unit(name, unit) => self.family(&name).unit = Some(unit),
            Line::Sample(sample) => {
                let mut labels = sample.labels.clone();
                labels.sort();
                if !self.seen.insert((sample.name.clone(), labels)) {
                    self.read.faults.push(Fault {
                        range,
                        message: format!("a second sample of the same series of {}", sample.name),
                        help: "A page has each series once: remove one of the two.",
                    });
                    return;
                }
                let family = self.family_of(&sample.name);
                self.family(&family).samples.push(sample);
            }
        }
    }

    /// The family of a name; a new one where there is none.
    fn family(&mut self, name: &str) -> &mut Family {
        let number = match self.by_name.get(name) {
            Some(number) => *number,
            None => {
                self.read.families.push(Family {
                    name: name.to_owned(),
                    kind: MetricKind::Unknown,
                    help: None,
                    unit: None,
                    samples: Vec::new(),
                });
                let number = self.read.families.len() - 1;
                self.by_name.insert(name.to_owned(), number);
                number
            }
        };
        &mut self.read.families[number]
    }

    /// The name of the family that a series belongs to.
    fn family_of(&self, series: &str) -> String {
        let belongs = |family: &Family| {
            let suffix = series.strip_prefix(family.name.as_str());
            suffix.is_some_and(|suffix| suffix.is_empty() || family.kind.suffixes().contains(&suffix))
        };
        let own = self.by_name.get(series).copied();
        let shorter = series
            .rfind('_')
            .and_then(|at| self.by_name.get(&series[..at]).copied());
        let known = own.or(shorter).map(|number| &self.read.families[number]);
        known
            .filter(|family| belongs(family))
            .map_or_else(|| series.to_owned(), |family| family.name.clone())
    }
}

#[cfg(test)]
mod tests;

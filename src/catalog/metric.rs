//! Metrics as they are declared, and the series that come of them.

use std::path::PathBuf;

use promql_engine::gofmt;

use super::labels::{Label, LabelSet, Values};
use crate::diagnostic::Location;
use crate::model::exposition::MetricKind;

/// A metric as one source declares it, without the labels of targets: a histogram `x` stands for `x_bucket`,
/// `x_sum` and `x_count`.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name as it is exposed; that of a counter with the `_total` that its library appends.
    pub name: String,
    /// Its type.
    pub kind: MetricKind,
    /// What it means.
    pub help: Option<String>,
    /// Its unit, where one is declared: `seconds`.
    pub unit: Option<String>,
    /// The labels that the program itself gives it.
    pub labels: LabelSet,
    /// Finite upper bounds of the buckets, ascending; `None` where they are not known.
    pub buckets: Option<Vec<f64>>,
    /// The quantiles of a summary; empty where it has none.
    pub quantiles: Vec<f64>,
    /// Whether the library may expose the time of creation (`x_created`).
    pub created: bool,
    /// Whether a histogram may be exposed as a native one, under its bare name.
    pub native: bool,
    /// When its series come into being.
    pub birth: Birth,
    /// Where it is declared.
    pub origin: Origin,
    /// Where the program sets its labels, as far as that was found.
    pub label_uses: Vec<LabelUse>,
    /// Whether the program does anything with it.
    pub touched: Touched,
}

/// Whether a program does anything with a metric once it is declared, so that it can have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// Nothing in the source that was read does.
    Never,
    /// Something does.
    Somewhere,
    /// Not known.
    Unknown,
}

/// When the series of a metric come into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Birth {
    /// When the program starts.
    Start,
    /// With the first event of that label set: until then there is nothing, not zero.
    FirstEvent,
    /// Not known.
    Unknown,
}

/// Where something is known from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The program's own source.
    Code(Location),
    /// A page of metrics in a file.
    Exposition(Location),
    /// A catalog that was recorded from a program: its name and version.
    Recorded {
        /// The program.
        program: String,
        /// Its version.
        version: String,
        /// The file of the catalog, where it is not one that rulecheck brings along.
        file: Option<PathBuf>,
    },
    /// A recording rule.
    Rule(Location),
    /// Prometheus itself makes it: `up`, `ALERTS`.
    Builtin,
    /// A running Prometheus told: its address.
    Server(String),
}

/// A place in a program that gives a label its value.
#[derive(Clone, Debug)]
pub struct LabelUse {
    /// The label.
    pub label: String,
    /// The expression.
    pub location: Location,
    /// Its value where it is a constant.
    pub literal: Option<String>,
    /// What it is, where nothing bounds how many values there are.
    pub unbounded: Option<Unbounded>,
}

/// What has a new value again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unbounded {
    /// What a client asked for: a path with ids in it, or made up.
    Path,
    /// What identifies one user, request or thing among many.
    Identifier,
    /// The text of an exception.
    Message,
    /// A point in time.
    Moment,
    /// The method of a request: clients can make up some, though few do.
    Method,
}

/// What a series is of its metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeriesKind {
    /// A counter.
    Counter,
    /// A gauge.
    Gauge,
    /// Cumulative counts of a histogram, by `le`.
    HistogramBucket,
    /// The sum of what a histogram observed.
    HistogramSum,
    /// How much a histogram observed.
    HistogramCount,
    /// A whole histogram in one sample.
    NativeHistogram,
    /// Quantiles of a summary, by `quantile`.
    SummaryQuantile,
    /// The sum of what a summary observed.
    SummarySum,
    /// How much a summary observed.
    SummaryCount,
    /// When its metric was created, in seconds since the epoch.
    Created,
    /// Always one; what it says is in its labels.
    Info,
    /// A state, on or off, by a label with the name of the metric.
    State,
    /// Not known.
    Unknown,
}

/// The values that samples of a series can have, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Not below this.
    pub lo: f64,
    /// Not above this.
    pub hi: f64,
    /// Whether it may be not a number.
    pub nan: bool,
}

/// A series of a metric, without the labels of targets.
#[derive(Clone, Debug)]
pub struct DeclaredSeries {
    /// Its name.
    pub name: String,
    /// What it is of its metric.
    pub kind: SeriesKind,
    /// Its labels, `le` and `quantile` among them.
    pub labels: LabelSet,
}

impl Bounds {
    /// Nothing is known.
    pub const ANY: Bounds = Bounds {
        lo: f64::NEG_INFINITY,
        hi: f64::INFINITY,
        nan: true,
    };
    /// Zero or more.
    pub const NOT_NEGATIVE: Bounds = Bounds {
        lo: 0.0,
        hi: f64::INFINITY,
        nan: false,
    };
    /// From zero to one.
    pub const SWITCH: Bounds = Bounds {
        lo: 0.0,
        hi: 1.0,
        nan: false,
    };
    /// One.
    pub const ONE: Bounds = Bounds {
        lo: 1.0,
        hi: 1.0,
        nan: false,
    };

    /// The bounds where either of the two may hold.
    #[must_use]
    pub fn either(self, other: Bounds) -> Bounds {
        Bounds {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
            nan: self.nan || other.nan,
        }
    }
}

impl SeriesKind {
    /// What the values of such a series can be, by what libraries and Prometheus promise of the type. A sum can
    /// shrink where what is observed can be negative.
    pub fn bounds(self) -> Bounds {
        match self {
            SeriesKind::Counter
            | SeriesKind::HistogramBucket
            | SeriesKind::HistogramCount
            | SeriesKind::SummaryCount
            | SeriesKind::Created => Bounds::NOT_NEGATIVE,
            SeriesKind::Info => Bounds::ONE,
            SeriesKind::State => Bounds::SWITCH,
            SeriesKind::Gauge
            | SeriesKind::HistogramSum
            | SeriesKind::NativeHistogram
            | SeriesKind::SummaryQuantile
            | SeriesKind::SummarySum
            | SeriesKind::Unknown => Bounds::ANY,
        }
    }

    /// Whether it only grows, and begins again at zero when the program starts: what `rate` is for.
    pub fn is_cumulative(self) -> bool {
        matches!(
            self,
            SeriesKind::Counter
                | SeriesKind::HistogramBucket
                | SeriesKind::HistogramCount
                | SeriesKind::HistogramSum
                | SeriesKind::SummaryCount
                | SeriesKind::SummarySum
        )
    }

    /// Whether it belongs to a histogram with buckets.
    pub fn has_buckets(self) -> bool {
        matches!(
            self,
            SeriesKind::HistogramBucket | SeriesKind::HistogramSum | SeriesKind::HistogramCount
        )
    }

    /// Its name for people.
    pub fn as_str(self) -> &'static str {
        match self {
            SeriesKind::Counter => "counter",
            SeriesKind::Gauge => "gauge",
            SeriesKind::HistogramBucket => "buckets of a histogram",
            SeriesKind::HistogramSum => "sum of a histogram",
            SeriesKind::HistogramCount => "count of a histogram",
            SeriesKind::NativeHistogram => "native histogram",
            SeriesKind::SummaryQuantile => "quantiles of a summary",
            SeriesKind::SummarySum => "sum of a summary",
            SeriesKind::SummaryCount => "count of a summary",
            SeriesKind::Created => "time of creation",
            SeriesKind::Info => "info",
            SeriesKind::State => "state",
            SeriesKind::Unknown => "unknown type",
        }
    }
}

impl Metric {
    /// A metric of which no more is known than this.
    pub fn new(name: impl Into<String>, kind: MetricKind, labels: LabelSet, origin: Origin) -> Metric {
        Metric {
            name: name.into(),
            kind,
            help: None,
            unit: None,
            labels,
            buckets: None,
            quantiles: Vec::new(),
            created: false,
            native: false,
            birth: Birth::Unknown,
            origin,
            label_uses: Vec::new(),
            touched: Touched::Unknown,
        }
    }

    /// The series that it is exposed as.
    pub fn series(&self) -> Vec<DeclaredSeries> {
        let name = self.name.as_str();
        let mut series = Vec::new();
        let mut add = |suffix: &str, kind: SeriesKind, extra: Option<(&str, Label)>| {
            let mut labels = self.labels.clone();
            if let Some((name, label)) = extra {
                labels.insert(name, label);
            }
            series.push(DeclaredSeries {
                name: format!("{name}{suffix}"),
                kind,
                labels,
            });
        };
        let le = || ("le", Label::always(self.le_values()));
        match self.kind {
            MetricKind::Counter => add("", SeriesKind::Counter, None),
            MetricKind::Gauge => add("", SeriesKind::Gauge, None),
            MetricKind::Info => add("", SeriesKind::Info, None),
            MetricKind::StateSet => add("", SeriesKind::State, None),
            MetricKind::Unknown => add("", SeriesKind::Unknown, None),
            MetricKind::Histogram => {
                add("_bucket", SeriesKind::HistogramBucket, Some(le()));
                add("_sum", SeriesKind::HistogramSum, None);
                add("_count", SeriesKind::HistogramCount, None);
                if self.native {
                    add("", SeriesKind::NativeHistogram, None);
                }
            }
            MetricKind::GaugeHistogram => {
                add("_bucket", SeriesKind::Gauge, Some(le()));
                add("_gsum", SeriesKind::Gauge, None);
                add("_gcount", SeriesKind::Gauge, None);
            }
            MetricKind::Summary => {
                if !self.quantiles.is_empty() {
                    let label = Label::always(Values::one_of(self.quantiles.iter().map(|q| number(*q))));
                    add("", SeriesKind::SummaryQuantile, Some(("quantile", label)));
                }
                add("_sum", SeriesKind::SummarySum, None);
                add("_count", SeriesKind::SummaryCount, None);
            }
        }
        if self.created {
            let base = name.strip_suffix("_total").unwrap_or(name);
            series.push(DeclaredSeries {
                name: format!("{base}_created"),
                kind: SeriesKind::Created,
                labels: self.labels.clone(),
            });
        }
        series
    }

    /// The values of `le` as Prometheus stores them since version 3: as floating point numbers.
    fn le_values(&self) -> Values {
        match &self.buckets {
            Some(bounds) => {
                let bounds = bounds.iter().copied().chain([f64::INFINITY]);
                Values::one_of(bounds.map(number))
            }
            None => Values::Any,
        }
    }
}

/// A number as Prometheus writes it into `le` and `quantile`: `1.0`, `0.25`, `1e+06`, `+Inf`.
pub fn number(value: f64) -> String {
    let written = gofmt::float_g(value);
    match value.is_finite() && !written.contains(['.', 'e']) {
        true => written + ".0",
        false => written,
    }
}

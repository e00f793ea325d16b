//! What a number measures: its kind and its unit. Names tell by convention, so this is likely rather than certain
//! unless a catalog or the expression itself says so; no interval and no verdict rests on it.

use std::fmt;

use promql_syntax::ast::BinaryOp;

use crate::catalog::SeriesKind;

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// Not known.
    #[default]
    Unknown,
    /// Only grows, and begins again at zero.
    Counter,
    /// Cumulative counts of a histogram, by `le`.
    HistogramBucket,
    /// The sum of what a histogram or summary observed.
    Sum,
    /// How much a histogram or summary observed.
    Count,
    /// Goes up and down.
    Gauge,
    /// How fast a counter grows, per second.
    Rate,
    /// By how much a counter has grown.
    Increase,
    /// How many of something there are: series, samples, changes.
    Number,
    /// A part of a whole.
    Ratio,
    /// Seconds since the epoch.
    Timestamp,
    /// A length of time.
    Duration,
    /// One or zero.
    Boolean,
    /// One, whatever the labels say.
    Info,
}

/// In what it is measured.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Unit {
    /// Not known.
    #[default]
    Unknown,
    /// Things counted.
    Count,
    /// Parts of one.
    Ratio,
    /// Parts of a hundred.
    Percent,
    /// Something with a name: `seconds`, `bytes`, `celsius`.
    Named(&'static str),
    /// A hundredth of something with a name: what a number of them times 100 is measured in.
    Hundredth(&'static str),
}

/// How sure it is what a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Confidence {
    /// A name suggests it.
    #[default]
    Likely,
    /// A catalog or the operation says it.
    Certain,
}

/// What a number measures.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Quantity {
    /// What kind of number it is.
    pub kind: Kind,
    /// In what it is measured.
    pub unit: Unit,
    /// Whether it is so much of the unit per second.
    pub per_second: bool,
    /// How sure that is.
    pub confidence: Confidence,
    /// Whether it was put together from several series, as `sum` does.
    pub together: bool,
    /// Of the buckets of a histogram: the unit of what was observed.
    pub observed: Unit,
}

/// Names of units at the end of metric names.
const UNITS: [&str; 22] = [
    "seconds",
    "milliseconds",
    "microseconds",
    "nanoseconds",
    "minutes",
    "hours",
    "days",
    "bytes",
    "kilobytes",
    "megabytes",
    "gigabytes",
    "bits",
    "celsius",
    "meters",
    "grams",
    "joules",
    "volts",
    "amperes",
    "watts",
    "hertz",
    "packets",
    "pages",
];

impl Quantity {
    /// Something whose kind is certain.
    pub fn certain(kind: Kind, unit: Unit) -> Quantity {
        Quantity {
            kind,
            unit,
            confidence: Confidence::Certain,
            ..Quantity::default()
        }
    }

    /// How many of something there are.
    pub fn number() -> Quantity {
        Quantity::certain(Kind::Number, Unit::Count)
    }

    /// One or zero.
    pub fn boolean() -> Quantity {
        Quantity::certain(Kind::Boolean, Unit::Unknown)
    }

    /// Seconds since the epoch.
    pub fn timestamp() -> Quantity {
        Quantity::certain(Kind::Timestamp, Unit::Named("seconds"))
    }

    /// What the name of a series suggests.
    pub fn of_name(name: &str) -> Quantity {
        let mut kind = Kind::Unknown;
        let mut base = name;
        for (suffix, of_suffix) in [
            ("_total", Kind::Counter),
            ("_bucket", Kind::HistogramBucket),
            ("_sum", Kind::Sum),
            ("_count", Kind::Count),
            ("_info", Kind::Info),
            ("_created", Kind::Timestamp),
        ] {
            if let Some(stem) = name.strip_suffix(suffix) {
                (kind, base) = (of_suffix, stem);
            }
        }
        if base.ends_with("_timestamp_seconds") || base.ends_with("_time_seconds") && kind == Kind::Unknown {
            kind = Kind::Timestamp;
        }
        let mut words = base.rsplit(['_', ':']);
        let word = words.next().unwrap_or(base);
        // What is counted per second is not seconds.
        let word = if words.next() == Some("per") { "" } else { word };
        let unit = match kind {
            // Buckets and counts count observations, whatever was observed.
            Kind::HistogramBucket | Kind::Count => Unit::Count,
            _ => Unit::named(word),
        };
        if kind == Kind::Unknown && unit == Unit::Ratio {
            kind = Kind::Ratio;
        }
        let observed = match kind {
            Kind::HistogramBucket => Unit::named(word),
            _ => Unit::Unknown,
        };
        Quantity {
            kind,
            unit,
            observed,
            ..Quantity::default()
        }
    }

    /// What a catalog says of a series, by its name where it does not say.
    pub fn of_catalog(name: &str, kind: SeriesKind, unit: Option<&str>) -> Quantity {
        let by_name = Quantity::of_name(name);
        let known = match kind {
            SeriesKind::Counter => Kind::Counter,
            SeriesKind::HistogramBucket => Kind::HistogramBucket,
            SeriesKind::HistogramSum | SeriesKind::SummarySum => Kind::Sum,
            SeriesKind::HistogramCount | SeriesKind::SummaryCount => Kind::Count,
            SeriesKind::Created => Kind::Timestamp,
            SeriesKind::Info => Kind::Info,
            SeriesKind::State => Kind::Boolean,
            SeriesKind::Gauge | SeriesKind::SummaryQuantile => match by_name.kind {
                Kind::Timestamp | Kind::Ratio => by_name.kind,
                _ => Kind::Gauge,
            },
            SeriesKind::NativeHistogram | SeriesKind::Unknown => Kind::Unknown,
        };
        let counts = matches!(known, Kind::HistogramBucket | Kind::Count);
        let declared = unit
            .map(Unit::named)
            .filter(|unit| *unit != Unit::Unknown && !counts);
        Quantity {
            kind: known,
            confidence: match declared.is_some() || known != Kind::Unknown {
                true => Confidence::Certain,
                false => Confidence::Likely,
            },
            observed: match unit.map(Unit::named) {
                Some(unit) if known == Kind::HistogramBucket && unit != Unit::Unknown => unit,
                _ => by_name.observed,
            },
            unit: declared.unwrap_or(by_name.unit),
            ..Quantity::default()
        }
    }

    /// Whether it is the running total of a counter, by its name at least.
    pub fn is_running_total(&self) -> bool {
        matches!(
            self.kind,
            Kind::Counter | Kind::HistogramBucket | Kind::Sum | Kind::Count
        )
    }

    /// The measure with another kind.
    #[must_use]
    pub fn as_kind(&self, kind: Kind) -> Quantity {
        Quantity { kind, ..self.clone() }
    }

    /// What `rate` makes of it.
    #[must_use]
    pub fn rate(&self) -> Quantity {
        Quantity {
            per_second: true,
            ..self.as_kind(Kind::Rate)
        }
    }

    /// Whether it is a number of hundredths of the unit of the other.
    fn is_hundredfold(&self, other: &Quantity) -> bool {
        let units = (&self.unit, &other.unit);
        self.per_second == other.per_second && matches!(units, (Unit::Hundredth(a), Unit::Named(b)) if a == b)
    }

    /// What a quantile of observations or their average measures, of their buckets or of them as a whole.
    #[must_use]
    pub fn of_observations(&self) -> Quantity {
        Quantity {
            unit: match self.unit {
                Unit::Count => self.observed.clone(),
                _ => self.unit.clone(),
            },
            confidence: self.confidence,
            ..Quantity::default()
        }
    }

    /// What is known where it is one of two measures.
    #[must_use]
    pub fn or(&self, other: &Quantity) -> Quantity {
        Quantity {
            kind: if self.kind == other.kind {
                self.kind
            } else {
                Kind::Unknown
            },
            unit: if self.unit == other.unit && self.per_second == other.per_second {
                self.unit.clone()
            } else {
                Unit::Unknown
            },
            per_second: self.per_second && other.per_second,
            confidence: self.confidence.min(other.confidence),
            together: self.together || other.together,
            observed: match self.observed == other.observed {
                true => self.observed.clone(),
                false => Unit::Unknown,
            },
        }
    }

    /// What an arithmetic operator makes of two measures. A number as such has none; what one is multiplied by is
    /// given as `factor`.
    #[must_use]
    pub fn arithmetic(&self, op: BinaryOp, other: &Quantity, factor: Option<f64>) -> Quantity {
        let confidence = self.confidence.min(other.confidence);
        let same_unit = self.unit == other.unit && self.unit != Unit::Unknown;
        let plain = |unit: Unit, per_second: bool, kind: Kind| Quantity {
            kind,
            unit,
            per_second,
            confidence,
            ..Quantity::default()
        };
        match op {
            BinaryOp::Sub if self.kind == Kind::Timestamp && other.kind == Kind::Timestamp => {
                plain(self.unit.clone(), false, Kind::Duration)
            }
            BinaryOp::Add | BinaryOp::Sub => {
                match (self.unit == Unit::Unknown, other.unit == Unit::Unknown) {
                    (true, true) => Quantity::default(),
                    (false, true) => plain(self.unit.clone(), self.per_second, Kind::Unknown),
                    (true, false) => plain(other.unit.clone(), other.per_second, Kind::Unknown),
                    _ => Quantity {
                        confidence,
                        ..self.or(other)
                    },
                }
            }
            BinaryOp::Div if self.is_hundredfold(other) => plain(Unit::Percent, false, Kind::Ratio),
            BinaryOp::Div if same_unit && self.per_second == other.per_second => {
                plain(Unit::Ratio, false, Kind::Ratio)
            }
            // Seconds per second by observations per second: seconds each.
            BinaryOp::Div if other.unit == Unit::Count && self.per_second == other.per_second => {
                plain(self.unit.clone(), false, Kind::Unknown)
            }
            BinaryOp::Mul if self.unit == Unit::Ratio && factor == Some(100.0) => {
                plain(Unit::Percent, false, Kind::Ratio)
            }
            BinaryOp::Mul if factor == Some(100.0) => match self.unit {
                Unit::Named(name) => plain(Unit::Hundredth(name), self.per_second, Kind::Unknown),
                _ => Quantity::default(),
            },
            BinaryOp::Div if self.unit == Unit::Percent && factor == Some(100.0) => {
                plain(Unit::Ratio, false, Kind::Ratio)
            }
            _ => Quantity::default(),
        }
    }
}

/// What units of one kind measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Time.
    Time,
    /// Data.
    Data,
    /// Parts of a whole.
    Part,
}

impl Unit {
    /// What it measures, and how much of the usual unit (seconds, bytes, parts of one) it is; of units that there is
    /// only one of in its kind nothing.
    pub fn scale(&self) -> Option<(Dimension, f64)> {
        Some(match self {
            Unit::Ratio => (Dimension::Part, 1.0),
            Unit::Percent => (Dimension::Part, 0.01),
            Unit::Named(name) => match *name {
                "seconds" => (Dimension::Time, 1.0),
                "milliseconds" => (Dimension::Time, 1e-3),
                "microseconds" => (Dimension::Time, 1e-6),
                "nanoseconds" => (Dimension::Time, 1e-9),
                "minutes" => (Dimension::Time, 60.0),
                "hours" => (Dimension::Time, 3600.0),
                "days" => (Dimension::Time, 86_400.0),
                "bytes" => (Dimension::Data, 1.0),
                "bits" => (Dimension::Data, 0.125),
                "kilobytes" => (Dimension::Data, 1e3),
                "megabytes" => (Dimension::Data, 1e6),
                "gigabytes" => (Dimension::Data, 1e9),
                _ => return None,
            },
            Unit::Unknown | Unit::Count | Unit::Hundredth(_) => return None,
        })
    }

    /// The unit of this name.
    pub fn named(word: &str) -> Unit {
        match word {
            "ratio" => Unit::Ratio,
            "percent" => Unit::Percent,
            _ => UNITS
                .iter()
                .find(|unit| **unit == word)
                .map_or(Unit::Unknown, |unit| Unit::Named(unit)),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Unknown => "unknown unit",
            Unit::Count => "count",
            Unit::Ratio => "ratio",
            Unit::Percent => "percent",
            Unit::Named(name) => name,
            Unit::Hundredth(name) => return write!(f, "hundredths of {name}"),
        })
    }
}

impl Kind {
    /// Its name for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Unknown => "unknown",
            Kind::Counter => "counter",
            Kind::HistogramBucket => "bucket counts",
            Kind::Sum => "sum of observations",
            Kind::Count => "count of observations",
            Kind::Gauge => "gauge",
            Kind::Rate => "rate",
            Kind::Increase => "increase",
            Kind::Number => "number",
            Kind::Ratio => "ratio",
            Kind::Timestamp => "timestamp",
            Kind::Duration => "duration",
            Kind::Boolean => "boolean",
            Kind::Info => "info",
        }
    }
}

/// `rate seconds/s`, `counter bytes`, `ratio`; empty where nothing is known.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.kind != Kind::Unknown {
            parts.push(self.kind.as_str().to_owned());
        }
        let told_by_kind = self.kind == Kind::Ratio && self.unit == Unit::Ratio
            || self.kind == Kind::Number && self.unit == Unit::Count;
        if self.unit != Unit::Unknown && !told_by_kind {
            parts.push(format!(
                "{}{}",
                self.unit,
                if self.per_second { "/s" } else { "" }
            ));
        }
        f.write_str(&parts.join(" "))
    }
}

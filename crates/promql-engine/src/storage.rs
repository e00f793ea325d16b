//! Series in memory.
//!
//! A series is a set of columns: timestamps and float values, timestamps and histograms, and the times of its
//! staleness markers apart from both, so that a range of samples is always a plain slice. Columns of timestamps are
//! shared by the series that are scraped together. The storage knows nothing of queries. Samples are appended
//! in order of time with the errors that Prometheus' storage gives; series are numbered in the order in which
//! they appeared, which is the order in which selectors return them.

mod times;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::gofmt;
use crate::histogram::{FloatHistogram, InvalidHistogram};
use crate::labels::{Labels, LabelsMap};
use crate::matcher::Matcher;
use crate::sample::{SampleValue, is_stale};
use crate::samples::Samples;
use times::{TimeColumns, Times};

/// The last time, in milliseconds since the epoch, that samples and queries may have, and its negative the first:
/// 73 million years away, so that no difference between times overflows.
pub const MAX_TIME: i64 = i64::MAX / 4;

/// The number of a series in its storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesId(u32);

impl SeriesId {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why a sample was not accepted.
#[derive(Clone, Debug, PartialEq)]
pub enum AppendError {
    /// It is older than the newest sample of its series.
    OutOfOrder,
    /// Its time is farther away than any time can be; see [`MAX_TIME`].
    OutOfBounds,
    /// The series has another float value at this time.
    DuplicateFloat {
        /// When, in milliseconds since the epoch.
        timestamp: i64,
        /// The value that is there.
        existing: f64,
        /// The value that was to be added.
        new: f64,
    },
    /// The series has a histogram at this time.
    HistogramThenFloat {
        /// When, in milliseconds since the epoch.
        timestamp: i64,
        /// The value that was to be added.
        new: f64,
    },
    /// The series has another value at this time and a histogram was to be added.
    DuplicateHistogram,
    /// It is a histogram that is inconsistent in itself.
    InvalidHistogram(InvalidHistogram),
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppendError::InvalidHistogram(problem) => problem.fmt(f),
            AppendError::OutOfOrder => f.write_str("out of order sample"),
            AppendError::OutOfBounds => f.write_str("out of bounds"),
            AppendError::DuplicateHistogram => f.write_str("duplicate sample for timestamp"),
            AppendError::DuplicateFloat { timestamp: 0, .. }
            | AppendError::HistogramThenFloat { timestamp: 0, .. } => {
                f.write_str("duplicate sample for timestamp")
            }
            AppendError::DuplicateFloat {
                timestamp,
                existing,
                new,
            } => write!(
                f,
                "duplicate sample for timestamp {timestamp}; overrides not allowed: existing {}, new value {}",
                gofmt::float_g(*existing),
                gofmt::float_g(*new)
            ),
            AppendError::HistogramThenFloat { timestamp, new } => write!(
                f,
                "duplicate sample for timestamp {timestamp}; overrides not allowed: existing is a histogram, \
                 new value {}",
                gofmt::float_g(*new)
            ),
        }
    }
}

impl std::error::Error for AppendError {}

/// Samples of one kind, in order of time.
#[derive(Debug)]
struct Points<T> {
    times: Times,
    /// One value for each time.
    values: Vec<T>,
    /// One start timestamp for each sample, 0 where it has none; empty where no sample has one.
    starts: Vec<i64>,
}

impl<T> Default for Points<T> {
    fn default() -> Self {
        Points {
            times: Times::default(),
            values: Vec::new(),
            starts: Vec::new(),
        }
    }
}

impl<T> Points<T> {
    fn push(&mut self, columns: &mut TimeColumns, timestamp: i64, value: T, start: i64) {
        if start != 0 || !self.starts.is_empty() {
            self.starts.resize(self.times.len(), 0);
            self.starts.push(start);
        }
        columns.push(&mut self.times, timestamp);
        self.values.push(value);
    }
}

/// How many of some ascending times are not after `time`. The answer of another series that was scraped together
/// with this one is a good guess.
#[inline]
pub(crate) fn count_until(times: &[i64], time: i64, guess: usize) -> usize {
    let before = guess == 0 || times.get(guess - 1).is_some_and(|last| *last <= time);
    if before && guess <= times.len() && times.get(guess).is_none_or(|next| *next > time) {
        return guess;
    }
    times.partition_point(|candidate| *candidate <= time)
}

struct StoredSeries {
    labels: Labels,
    /// The float samples, staleness markers not among them.
    floats: Points<f64>,
    /// The histogram samples, staleness markers not among them.
    histograms: Points<Arc<FloatHistogram>>,
    /// When the series was marked stale.
    stale: Vec<i64>,
    newest: Option<(i64, SampleValue)>,
}

/// Series in memory, open to appending between evaluations.
pub struct Storage {
    /// Distinguishes storages, for what is cached about one.
    identity: u64,
    series: Vec<StoredSeries>,
    times: TimeColumns,
    by_labels: LabelsMap<SeriesId>,
    by_name: HashMap<String, Vec<SeriesId>>,
}

impl Default for Storage {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Storage {
            identity: NEXT.fetch_add(1, Ordering::Relaxed),
            series: Vec::new(),
            times: TimeColumns::default(),
            by_labels: LabelsMap::default(),
            by_name: HashMap::new(),
        }
    }
}

impl Storage {
    /// An empty storage.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of the series with these labels, made where there is none.
    pub fn series_id(&mut self, labels: &Labels) -> SeriesId {
        if let Some(id) = self.by_labels.get(labels) {
            return *id;
        }
        let id = SeriesId(self.series.len() as u32);
        self.series.push(StoredSeries {
            labels: labels.clone(),
            floats: Points::default(),
            histograms: Points::default(),
            stale: Vec::new(),
            newest: None,
        });
        self.by_labels.insert(labels.clone(), id);
        let name = labels.metric_name();
        match self.by_name.get_mut(name) {
            Some(ids) => ids.push(id),
            None => {
                self.by_name.insert(name.to_owned(), vec![id]);
            }
        }
        id
    }

    /// Appends a sample to the series with these labels; `timestamp` in milliseconds since the epoch.
    pub fn append(
        &mut self,
        labels: &Labels,
        timestamp: i64,
        value: impl Into<SampleValue>,
    ) -> Result<SeriesId, AppendError> {
        let id = self.series_id(labels);
        self.append_to(id, timestamp, value, 0)?;
        Ok(id)
    }

    /// Appends a sample to a series, with the time since when it has been counting (0 where unknown).
    pub fn append_to(
        &mut self,
        id: SeriesId,
        timestamp: i64,
        value: impl Into<SampleValue>,
        start_timestamp: i64,
    ) -> Result<(), AppendError> {
        if timestamp.unsigned_abs() > MAX_TIME.unsigned_abs() {
            return Err(AppendError::OutOfBounds);
        }
        let value = value.into();
        if let SampleValue::Histogram(histogram) = &value {
            histogram.validate().map_err(AppendError::InvalidHistogram)?;
        }
        let series = &mut self.series[id.index()];
        if let Some((newest, existing)) = &series.newest {
            if timestamp < *newest {
                return Err(AppendError::OutOfOrder);
            }
            if timestamp == *newest {
                return check_same(timestamp, existing, &value);
            }
        }
        let value = with_stored_hint(value, series.newest.as_ref().map(|(_, value)| value));
        series.newest = Some((timestamp, value.clone()));
        let times = &mut self.times;
        match value {
            SampleValue::Float(value) if is_stale(value) => series.stale.push(timestamp),
            SampleValue::Histogram(histogram) if is_stale(histogram.sum) => series.stale.push(timestamp),
            SampleValue::Float(value) => series.floats.push(times, timestamp, value, start_timestamp),
            SampleValue::Histogram(histogram) => {
                series
                    .histograms
                    .push(times, timestamp, histogram, start_timestamp);
            }
        }
        Ok(())
    }

    /// How many series there are.
    pub fn series_count(&self) -> usize {
        self.series.len()
    }

    /// The labels of a series.
    pub fn labels(&self, id: SeriesId) -> &Labels {
        &self.series[id.index()].labels
    }

    /// Time and value of a series' newest sample, a staleness marker too.
    pub fn newest(&self, id: SeriesId) -> Option<&(i64, SampleValue)> {
        self.series[id.index()].newest.as_ref()
    }

    /// The series that all matchers accept, in the order in which they appeared.
    pub fn select(&self, matchers: &[Matcher]) -> Vec<SeriesId> {
        let mut selected = Vec::new();
        self.select_from(0, matchers, &mut selected);
        selected
    }

    /// As `select`, of the series that appeared when there were `known` of them or later.
    pub(crate) fn select_from(&self, known: usize, matchers: &[Matcher], selected: &mut Vec<SeriesId>) {
        let accepts = |id: &SeriesId| {
            matchers
                .iter()
                .all(|matcher| matcher.matches_labels(self.labels(*id)))
        };
        let name = matchers
            .iter()
            .find(|matcher| matcher.name() == crate::labels::METRIC_NAME)
            .and_then(Matcher::equal_value)
            .filter(|name| !name.is_empty());
        match name {
            Some(name) => {
                let ids = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
                let first = ids.partition_point(|id| id.index() < known);
                selected.extend(ids[first..].iter().copied().filter(accepts));
            }
            None => {
                let ids = (known..self.series.len()).map(|index| SeriesId(index as u32));
                selected.extend(ids.filter(accepts));
            }
        }
    }

    /// The samples of a series, staleness markers not among them.
    pub(crate) fn samples(&self, id: SeriesId) -> Samples<'_> {
        let series = &self.series[id.index()];
        Samples {
            times: self.times.get(series.floats.times),
            floats: &series.floats.values,
            starts: &series.floats.starts,
            histogram_times: self.times.get(series.histograms.times),
            histograms: &series.histograms.values,
            histogram_starts: &series.histograms.starts,
        }
    }

    /// When a series was marked stale.
    pub(crate) fn stale(&self, id: SeriesId) -> &[i64] {
        &self.series[id.index()].stale
    }

    pub(crate) fn identity(&self) -> u64 {
        self.identity
    }
}

/// A histogram with what storing it after the newest sample makes of its counter reset hint.
fn with_stored_hint(value: SampleValue, newest: Option<&SampleValue>) -> SampleValue {
    let SampleValue::Histogram(mut histogram) = value else {
        return value;
    };
    let previous = match newest {
        Some(SampleValue::Histogram(previous)) => Some(&**previous),
        _ => None,
    };
    let hint = histogram.stored_hint(previous);
    if hint != histogram.counter_reset_hint {
        Arc::make_mut(&mut histogram).counter_reset_hint = hint;
    }
    SampleValue::Histogram(histogram)
}

/// A sample at the time of the newest one is accepted, and ignored, where it is the same.
fn check_same(timestamp: i64, existing: &SampleValue, new: &SampleValue) -> Result<(), AppendError> {
    match (existing, new) {
        (SampleValue::Float(a), SampleValue::Float(b)) if a.to_bits() == b.to_bits() => Ok(()),
        (SampleValue::Float(a), SampleValue::Float(b)) => Err(AppendError::DuplicateFloat {
            timestamp,
            existing: *a,
            new: *b,
        }),
        (SampleValue::Histogram(_), SampleValue::Float(b)) => {
            Err(AppendError::HistogramThenFloat { timestamp, new: *b })
        }
        (SampleValue::Histogram(a), SampleValue::Histogram(b)) if a == b => Ok(()),
        (_, SampleValue::Histogram(_)) => Err(AppendError::DuplicateHistogram),
    }
}

#[cfg(test)]
mod tests;

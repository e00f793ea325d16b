//! Vectors over steps: which series there are, and their values at every step.

use std::sync::{Arc, OnceLock};

use crate::histogram::FloatHistogram;
use crate::labels::{Labels, METRIC_TYPE};
use crate::sample::{STALE_NAN, SampleValue, is_stale};

/// The series of a vector, shared by everything that has the same series in the same order. What is computed
/// for a set (grouping keys, match pairs, labels without names) is cached under its identity.
#[derive(Debug, Default)]
pub(crate) struct SeriesSet {
    /// The labels, one for each series.
    pub(crate) labels: Vec<Labels>,
    /// Whether a series' metadata labels are to be dropped at the end of the query (delayed name removal). Empty
    /// where none is.
    pub(crate) drop_names: Vec<bool>,
    /// The same series without metadata labels, or marked to lose them.
    without_metadata: OnceLock<Arc<SeriesSet>>,
    /// The same series after the names that are marked have been removed.
    finished: OnceLock<Arc<SeriesSet>>,
    has_duplicates: OnceLock<bool>,
    metrics: OnceLock<Metrics>,
}

/// The metrics that the series of a set belong to.
#[derive(Debug)]
pub(crate) struct Metrics {
    /// The number of the metric, for each series.
    pub(crate) of: Vec<usize>,
    /// Name and `__type__` of each metric.
    pub(crate) names: Vec<(String, String)>,
}

impl SeriesSet {
    /// A set of series whose names stay.
    pub(crate) fn new(labels: Vec<Labels>) -> Arc<Self> {
        Self::with_drop_names(labels, Vec::new())
    }

    /// A set of series of which some lose their names at the end; `drop_names` is empty or as long as `labels`.
    pub(crate) fn with_drop_names(labels: Vec<Labels>, drop_names: Vec<bool>) -> Arc<Self> {
        Arc::new(SeriesSet {
            labels,
            drop_names,
            ..SeriesSet::default()
        })
    }

    /// Some of the series of a set.
    pub(crate) fn subset(set: &SeriesSet, rows: &[usize]) -> Arc<Self> {
        let labels = rows.iter().map(|row| set.labels[*row].clone()).collect();
        let drop_names = if set.drop_names.is_empty() {
            Vec::new()
        } else {
            rows.iter().map(|row| set.drop_names[*row]).collect()
        };
        Self::with_drop_names(labels, drop_names)
    }

    /// The series of one set behind those of another.
    pub(crate) fn union(first: &SeriesSet, second: &SeriesSet) -> Arc<Self> {
        let labels = first.labels.iter().chain(&second.labels).cloned().collect();
        let drop_names = if first.drop_names.is_empty() && second.drop_names.is_empty() {
            Vec::new()
        } else {
            let of = |set: &SeriesSet| (0..set.len()).map(|row| set.drops_name(row)).collect::<Vec<_>>();
            [of(first), of(second)].concat()
        };
        Self::with_drop_names(labels, drop_names)
    }

    /// How many series there are.
    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no series.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Whether a series loses its name at the end.
    pub(crate) fn drops_name(&self, series: usize) -> bool {
        self.drop_names.get(series).copied().unwrap_or(false)
    }

    /// The same series after an operation that changes the metric's meaning: without metadata labels, or, where
    /// names are removed at the end only, marked for it.
    pub(crate) fn dropping_names(self: &Arc<Self>, delayed: bool) -> Arc<SeriesSet> {
        Arc::clone(self.without_metadata.get_or_init(|| {
            if delayed {
                SeriesSet::with_drop_names(self.labels.clone(), vec![true; self.len()])
            } else {
                SeriesSet::new(self.labels.iter().map(Labels::without_metadata).collect())
            }
        }))
    }

    /// The same series at the end of a query, after the names that are marked have been removed.
    pub(crate) fn finished(self: &Arc<Self>) -> Arc<SeriesSet> {
        if self.drop_names.is_empty() {
            return Arc::clone(self);
        }
        Arc::clone(self.finished.get_or_init(|| {
            let labels = self.labels.iter().zip(&self.drop_names);
            let finished = labels.map(|(labels, drop_name)| {
                if *drop_name {
                    labels.without_metadata()
                } else {
                    labels.clone()
                }
            });
            SeriesSet::new(finished.collect())
        }))
    }

    /// The metrics that the series belong to.
    pub(crate) fn metrics(&self) -> &Metrics {
        self.metrics.get_or_init(|| {
            let mut names: Vec<(String, String)> = Vec::new();
            let of = self.labels.iter().map(|labels| {
                let (name, metric_type) = (labels.metric_name(), labels.get(METRIC_TYPE));
                let known = names
                    .iter()
                    .rposition(|known| known.0 == name && known.1 == metric_type);
                known.unwrap_or_else(|| {
                    names.push((name.to_owned(), metric_type.to_owned()));
                    names.len() - 1
                })
            });
            Metrics {
                of: of.collect(),
                names,
            }
        })
    }

    /// Whether two series have the same labels.
    pub(crate) fn has_duplicates(&self) -> bool {
        *self.has_duplicates.get_or_init(|| {
            let mut seen = std::collections::HashSet::with_capacity(self.len());
            self.labels.iter().any(|labels| !seen.insert(labels))
        })
    }
}

/// The value that marks a step at which a series has no float.
pub(crate) const ABSENT: f64 = STALE_NAN;

/// Whether a step has no float.
#[inline]
pub(crate) fn is_absent(value: f64) -> bool {
    is_stale(value)
}

/// The value of a series at one step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ValueRef<'a> {
    /// A float.
    Float(f64),
    /// A histogram.
    Histogram(&'a Arc<FloatHistogram>),
}

/// An instant vector over steps. Values are stored series by series; at each step a series has a float, a
/// histogram, or nothing. A series may have nothing at any step.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    /// The series.
    pub(crate) set: Arc<SeriesSet>,
    /// How many steps there are.
    pub(crate) steps: usize,
    /// The float of series `s` at step `i` is at `s * steps + i`; [`ABSENT`] where there is none.
    pub(crate) floats: Vec<f64>,
    /// Histograms in the same places; `None` where no series has any.
    pub(crate) histograms: Option<Vec<Option<Arc<FloatHistogram>>>>,
}

impl Columns {
    /// Series without values.
    pub(crate) fn absent(set: Arc<SeriesSet>, steps: usize) -> Self {
        let cells = set.len() * steps;
        Columns {
            set,
            steps,
            floats: vec![ABSENT; cells],
            histograms: None,
        }
    }

    /// No series.
    pub(crate) fn empty(steps: usize) -> Self {
        Self::absent(SeriesSet::new(Vec::new()), steps)
    }

    /// The floats of a series at all steps.
    pub(crate) fn column(&self, series: usize) -> &[f64] {
        &self.floats[series * self.steps..(series + 1) * self.steps]
    }

    /// The floats of a series at all steps.
    pub(crate) fn column_mut(&mut self, series: usize) -> &mut [f64] {
        &mut self.floats[series * self.steps..(series + 1) * self.steps]
    }

    /// The histograms of a series at all steps, where any series has some.
    pub(crate) fn histogram_column(&self, series: usize) -> Option<&[Option<Arc<FloatHistogram>>]> {
        let histograms = self.histograms.as_ref()?;
        Some(&histograms[series * self.steps..(series + 1) * self.steps])
    }

    /// The value of a series at a step.
    #[inline]
    pub(crate) fn get(&self, series: usize, step: usize) -> Option<ValueRef<'_>> {
        let cell = series * self.steps + step;
        let float = self.floats[cell];
        if !is_absent(float) {
            return Some(ValueRef::Float(float));
        }
        let histogram = self.histograms.as_ref()?[cell].as_ref()?;
        Some(ValueRef::Histogram(histogram))
    }

    /// Whether a series has a value at any step.
    pub(crate) fn is_live(&self, series: usize) -> bool {
        self.column(series).iter().any(|value| !is_absent(*value))
            || self
                .histogram_column(series)
                .is_some_and(|column| column.iter().any(Option::is_some))
    }

    /// Copies the value of a series at a step from another vector.
    pub(crate) fn copy_cell(&mut self, series: usize, from: &Columns, from_series: usize, step: usize) {
        match from.get(from_series, step) {
            Some(ValueRef::Float(value)) => self.column_mut(series)[step] = value,
            Some(ValueRef::Histogram(histogram)) => {
                self.writer(series).set_histogram(step, Arc::clone(histogram));
            }
            None => {}
        }
    }

    /// Sets the value of a series at a step.
    pub(crate) fn put(&mut self, series: usize, step: usize, value: Option<SampleValue>) {
        match value {
            Some(SampleValue::Float(value)) => self.column_mut(series)[step] = value,
            Some(SampleValue::Histogram(histogram)) => self.writer(series).set_histogram(step, histogram),
            None => {}
        }
    }

    /// These series and behind them those of another vector; `set` is the series of both.
    pub(crate) fn stacked(mut self, other: Columns, set: Arc<SeriesSet>) -> Columns {
        if self.histograms.is_some() || other.histograms.is_some() {
            let mut histograms = self
                .histograms
                .take()
                .unwrap_or_else(|| vec![None; self.floats.len()]);
            match other.histograms {
                Some(more) => histograms.extend(more),
                None => histograms.resize(self.floats.len() + other.floats.len(), None),
            }
            self.histograms = Some(histograms);
        }
        self.floats.extend(other.floats);
        self.set = set;
        self
    }

    /// Some of the series in another order.
    pub(crate) fn reordered(&self, order: &[usize]) -> Columns {
        Columns {
            set: SeriesSet::subset(&self.set, order),
            steps: self.steps,
            floats: order
                .iter()
                .flat_map(|series| self.column(*series))
                .copied()
                .collect(),
            histograms: self.histograms.is_some().then(|| {
                let columns = order.iter().filter_map(|series| self.histogram_column(*series));
                columns.flatten().cloned().collect()
            }),
        }
    }

    /// Whether any series has a histogram at any step.
    pub(crate) fn has_histograms(&self) -> bool {
        self.histograms.iter().flatten().any(Option::is_some)
    }

    /// The only step repeated.
    pub(crate) fn repeated(&self, steps: usize) -> Columns {
        let floats = self
            .floats
            .iter()
            .flat_map(|value| std::iter::repeat_n(*value, steps))
            .collect();
        let histograms = self.histograms.as_ref().map(|all| {
            all.iter()
                .flat_map(|one| std::iter::repeat_n(one.clone(), steps))
                .collect()
        });
        Columns {
            set: Arc::clone(&self.set),
            steps,
            floats,
            histograms,
        }
    }

    /// Writes the values of a series.
    pub(crate) fn writer(&mut self, series: usize) -> ColumnWriter<'_> {
        let cells = self.floats.len();
        let start = series * self.steps;
        ColumnWriter {
            floats: &mut self.floats[start..start + self.steps],
            histograms: &mut self.histograms,
            start,
            cells,
        }
    }
}

/// Writes the values of one series. Every step is absent until it is written.
pub(crate) struct ColumnWriter<'a> {
    /// The floats of the series at all steps, open to direct writing.
    pub(crate) floats: &'a mut [f64],
    histograms: &'a mut Option<Vec<Option<Arc<FloatHistogram>>>>,
    start: usize,
    cells: usize,
}

impl ColumnWriter<'_> {
    /// Sets a float.
    #[inline]
    pub(crate) fn set(&mut self, step: usize, value: f64) {
        self.floats[step] = value;
    }

    /// Sets a histogram.
    pub(crate) fn set_histogram(&mut self, step: usize, histogram: Arc<FloatHistogram>) {
        let cells = self.cells;
        self.histograms.get_or_insert_with(|| vec![None; cells])[self.start + step] = Some(histogram);
    }
}

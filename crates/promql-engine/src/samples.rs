//! The samples of a series as columns, and windows into them.

use std::sync::Arc;

use crate::histogram::FloatHistogram;

/// Samples in order of time: floats and histograms apart.
#[derive(Clone, Copy, Default)]
pub(crate) struct Samples<'a> {
    /// The times of the floats.
    pub(crate) times: &'a [i64],
    /// The floats.
    pub(crate) floats: &'a [f64],
    /// The start timestamps of the floats, 0 where unknown; empty where not used.
    pub(crate) starts: &'a [i64],
    /// The times of the histograms.
    pub(crate) histogram_times: &'a [i64],
    /// The histograms.
    pub(crate) histograms: &'a [Arc<FloatHistogram>],
    /// The start timestamps of the histograms, 0 where unknown; empty where not used.
    pub(crate) histogram_starts: &'a [i64],
}

impl<'a> Samples<'a> {
    /// Those that a window covers.
    #[inline]
    pub(crate) fn within(&self, window: &Window) -> Samples<'a> {
        fn part<T>(all: &[T], (from, to): (usize, usize)) -> &[T] {
            if all.is_empty() { &[] } else { &all[from..to] }
        }
        Samples {
            times: part(self.times, window.floats),
            floats: part(self.floats, window.floats),
            starts: part(self.starts, window.floats),
            histogram_times: part(self.histogram_times, window.histograms),
            histograms: part(self.histograms, window.histograms),
            histogram_starts: part(self.histogram_starts, window.histograms),
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.times.is_empty() && self.histogram_times.is_empty()
    }
}

/// Which samples of a series a step's range covers, and the range itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The floats: indices into [`Samples::floats`] of the whole series.
    pub(crate) floats: (usize, usize),
    /// The histograms: indices into [`Samples::histograms`] of the whole series.
    pub(crate) histograms: (usize, usize),
    /// Start of the range, excluded, in milliseconds since the epoch.
    pub(crate) start: i64,
    /// End of the range, included.
    pub(crate) end: i64,
}

//! Range vectors: the samples of each series, and the window into them at each step.

use std::sync::Arc;

use promql_syntax::ast::RangeExtension;

use super::select::Selected;
use super::subquery::ComputedSamples;
use super::totals::Totals;
use super::{Evaluator, LookupTimes};
use crate::columns::SeriesSet;
use crate::error::EvalError;
use crate::plan::{Kind, Length, Node, RangeSelector};
use crate::samples::{Samples, Window};
use crate::steps::Steps;
use crate::storage::{Storage, count_until};

/// The samples of some series and the range that each step looks at.
pub(super) struct RangeVector<'a> {
    /// The series.
    pub(super) set: Arc<SeriesSet>,
    source: Source<'a>,
    /// The length of the range.
    pub(super) range: Length,
    /// Where the range ends.
    pub(super) ends: LookupTimes,
    /// `anchored` or `smoothed`.
    pub(super) extension: Option<RangeExtension>,
    /// Samples that a subquery's result holds.
    pub(super) held: usize,
}

enum Source<'a> {
    Stored {
        storage: &'a Storage,
        selected: Arc<Selected>,
        totals: Option<Arc<Totals>>,
    },
    Computed(Vec<ComputedSamples>),
}

impl<'a> RangeVector<'a> {
    /// The result of a subquery.
    pub(super) fn computed(
        set: Arc<SeriesSet>,
        samples: Vec<ComputedSamples>,
        range: Length,
        ends: LookupTimes,
        held: usize,
    ) -> Self {
        RangeVector {
            set,
            source: Source::Computed(samples),
            range,
            ends,
            extension: None,
            held,
        }
    }

    /// All samples of a series.
    pub(super) fn samples(&self, series: usize, with_starts: bool) -> Samples<'_> {
        let mut samples = match &self.source {
            Source::Stored {
                storage,
                selected,
                totals,
            } => {
                let samples = storage.samples(selected.ids[series]);
                match totals {
                    Some(totals) => Samples {
                        histograms: totals.series(series),
                        ..samples
                    },
                    None => samples,
                }
            }
            Source::Computed(series_samples) => series_samples[series].samples(),
        };
        if !with_starts {
            samples.starts = &[];
            samples.histogram_starts = &[];
        }
        samples
    }

    /// The windows into the samples of a series, one for each step.
    pub(super) fn windows(
        &self,
        samples: &Samples<'_>,
        steps: usize,
        lookback: i64,
        windows: &mut Vec<Window>,
    ) {
        // Where the windows of the series before begin, those of this one probably begin, too.
        let guess = windows.first().copied();
        windows.clear();
        let (before, after) = match self.extension {
            None => (0, 0),
            Some(RangeExtension::Anchored) => (lookback, 0),
            Some(RangeExtension::Smoothed) => (lookback, lookback),
        };
        let mut floats = Edges::new(samples.times, guess.map(|window| window.floats));
        let mut histograms = Edges::new(samples.histogram_times, guess.map(|window| window.histograms));
        for step in 0..steps {
            let end = self.ends.at(step);
            let start = end.saturating_sub(self.range.millis);
            let (from, to) = (start.saturating_sub(before), end.saturating_add(after));
            windows.push(Window {
                floats: floats.slide(from, to),
                histograms: histograms.slide(from, to),
                start,
                end,
            });
            if self.ends.is_fixed() {
                // Every step looks at the same range.
                windows.resize(steps, windows[0]);
                break;
            }
        }
    }
}

/// The edges of a window that slides over ascending times.
struct Edges<'t> {
    times: &'t [i64],
    from: usize,
    to: usize,
    started: bool,
}

impl<'t> Edges<'t> {
    fn new(times: &'t [i64], guess: Option<(usize, usize)>) -> Self {
        let (from, to) = guess.unwrap_or_default();
        Edges {
            times,
            from,
            to,
            started: false,
        }
    }

    /// The times after `from` and not after `to`, neither of which may descend from call to call.
    #[inline]
    fn slide(&mut self, from: i64, to: i64) -> (usize, usize) {
        let times = self.times;
        if !self.started {
            self.started = true;
            self.from = count_until(times, from, self.from);
            self.to = count_until(times, to, self.to);
        }
        while self.from < times.len() && times[self.from] <= from {
            self.from += 1;
        }
        while self.to < times.len() && times[self.to] <= to {
            self.to += 1;
        }
        (self.from, self.to.max(self.from))
    }
}

impl<'a> Evaluator<'a> {
    /// The value of a node that is a range vector.
    pub(super) fn eval_range(&mut self, node: &Node, steps: Steps) -> Result<RangeVector<'a>, EvalError> {
        match &node.kind {
            Kind::RangeSelector(range) => Ok(self.select_range(node, range, steps)),
            Kind::Subquery(subquery) => self.eval_subquery(subquery, steps),
            // A fixed range has one value for all steps as it is.
            Kind::StepInvariant(inner) => self.eval_range(inner, steps),
            _ => Err(EvalError::new("a range vector is needed")),
        }
    }

    fn select_range(&mut self, node: &Node, range: &RangeSelector, steps: Steps) -> RangeVector<'a> {
        let selector = &range.selector;
        let selected = self.select(node.slot, selector);
        let totals = selector.histogram_totals_only.then(|| self.totals(node.slot));
        RangeVector {
            set: Arc::clone(&selected.set),
            source: Source::Stored {
                storage: self.storage,
                selected,
                totals,
            },
            range: range.range,
            ends: self.selector_times(selector.at, selector.offset, steps),
            extension: selector.extension,
            held: 0,
        }
    }
}

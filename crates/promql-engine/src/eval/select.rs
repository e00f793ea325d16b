//! Instant vector selectors: the newest sample of each series within the lookback delta.

use std::sync::Arc;

use promql_syntax::ast::RangeExtension;

use super::totals::Totals;
use super::{Evaluator, LookupTimes};
use crate::columns::{ColumnWriter, Columns, SeriesSet};
use crate::error::EvalError;
use crate::histogram::FloatHistogram;
use crate::plan::{Node, Selector};
use crate::samples::Samples;
use crate::steps::Steps;
use crate::storage::{SeriesId, Storage, count_until};

/// The series that a selector selects in a storage.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// Their numbers.
    pub(super) ids: Vec<SeriesId>,
    /// Their labels, in the same order.
    pub(super) set: Arc<SeriesSet>,
}

/// What a selector remembers: a storage only grows, so only new series have to be looked at.
#[derive(Default)]
pub(super) struct Resolved {
    storage: Option<u64>,
    known: usize,
    pub(super) selected: Arc<Selected>,
    pub(super) totals: Arc<Totals>,
}

impl<'a> Evaluator<'a> {
    /// The series that a selector selects.
    pub(super) fn select(&mut self, slot: usize, selector: &Selector) -> Arc<Selected> {
        let storage = self.storage;
        let mut resolved = self.take::<Resolved>(slot);
        if resolved.storage != Some(storage.identity()) {
            *resolved = Resolved {
                storage: Some(storage.identity()),
                ..Resolved::default()
            };
        }
        if resolved.known < storage.series_count() {
            let mut ids = Vec::new();
            storage.select_from(resolved.known, &selector.matchers, &mut ids);
            resolved.known = storage.series_count();
            if !ids.is_empty() {
                ids.splice(0..0, resolved.selected.ids.iter().copied());
                let labels = ids.iter().map(|id| storage.labels(*id).clone()).collect();
                resolved.selected = Arc::new(Selected {
                    ids,
                    set: SeriesSet::new(labels),
                });
            }
        }
        let selected = Arc::clone(&resolved.selected);
        self.put(slot, resolved);
        selected
    }

    pub(super) fn eval_selector(
        &mut self,
        node: &Node,
        selector: &Selector,
        steps: Steps,
    ) -> Result<Columns, EvalError> {
        let selected = self.select(node.slot, selector);
        self.budget.check_cells(selected.ids.len(), steps.count)?;
        let times = self.selector_times(selector.at, selector.offset, steps);
        let mut columns = Columns::absent(Arc::clone(&selected.set), steps.count);
        if selector.extension == Some(RangeExtension::Smoothed) {
            self.smoothed(node, &selected, times, &mut columns)?;
            return Ok(columns);
        }
        let storage = self.storage;
        let lookback = self.options.lookback_delta_ms;
        let mut picks = Picks::default();
        let totals = selector.histogram_totals_only.then(|| self.totals(node.slot));
        for (row, id) in selected.ids.iter().enumerate() {
            if row % 64 == 0 {
                self.check_deadline()?;
            }
            let samples = storage.samples(*id);
            picks.find(storage, *id, times, lookback, steps.count);
            let mut out = columns.writer(row);
            match &totals {
                Some(totals) => picks.apply(
                    &samples,
                    &mut totals.of_series(row, samples, times, lookback),
                    &mut out,
                ),
                None => picks.apply(
                    &samples,
                    &mut |_, index| Arc::clone(&samples.histograms[index]),
                    &mut out,
                ),
            }
        }
        let samples = self.budget.samples(&columns);
        self.budget.add(samples)?;
        Ok(columns)
    }
}

/// What the newest of a series' samples is.
#[derive(Clone, Copy)]
pub(super) enum Newest {
    Float(usize),
    Histogram(usize),
}

/// Walks over the samples of a series with ascending lookup times.
pub(super) struct Cursor<'s> {
    samples: Samples<'s>,
    stale_times: &'s [i64],
    lookback: i64,
    floats: usize,
    histograms: usize,
    stale: usize,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(storage: &'s Storage, id: SeriesId, lookback: i64, first: i64) -> Self {
        Self::beginning_near(storage, id, lookback, first, 0)
    }

    /// With a guess how many floats there are up to the first time.
    fn beginning_near(storage: &'s Storage, id: SeriesId, lookback: i64, first: i64, guess: usize) -> Self {
        let samples = storage.samples(id);
        let stale_times = storage.stale(id);
        Cursor {
            samples,
            stale_times,
            lookback,
            floats: count_until(samples.times, first, guess),
            histograms: count_until(samples.histogram_times, first, 0),
            stale: count_until(stale_times, first, 0),
        }
    }

    /// The newest sample at a time, unless it is too old or the series has been marked stale since. Times must
    /// not descend.
    #[inline]
    pub(super) fn newest(&mut self, time: i64) -> Option<Newest> {
        let oldest = time.saturating_sub(self.lookback);
        let float = advance(self.samples.times, &mut self.floats, time);
        let histogram = advance(self.samples.histogram_times, &mut self.histograms, time);
        let stale = advance(self.stale_times, &mut self.stale, time);
        let (at, newest) = if histogram > float {
            (histogram, Newest::Histogram(self.histograms.wrapping_sub(1)))
        } else {
            (float, Newest::Float(self.floats.wrapping_sub(1)))
        };
        (at > oldest && stale <= at && at != i64::MIN).then_some(newest)
    }
}

/// Moves a cursor behind the last time that is not after `time`; returns that time, the smallest one where there
/// is none.
#[inline]
fn advance(times: &[i64], cursor: &mut usize, time: i64) -> i64 {
    while let Some(next) = times.get(*cursor)
        && *next <= time
    {
        *cursor += 1;
    }
    if *cursor == 0 {
        i64::MIN
    } else {
        times[*cursor - 1]
    }
}

/// Which sample of a series is the newest at each step. Series that are scraped together have the same picks.
#[derive(Default)]
struct Picks<'s> {
    picks: Vec<Option<Newest>>,
    /// The times that the picks are for.
    of: Option<[&'s [i64]; 3]>,
}

impl<'s> Picks<'s> {
    fn find(&mut self, storage: &'s Storage, id: SeriesId, times: LookupTimes, lookback: i64, steps: usize) {
        let samples = storage.samples(id);
        let of = [samples.times, samples.histogram_times, storage.stale(id)];
        if self
            .of
            .is_some_and(|known| (0..3).all(|kind| same_times(known[kind], of[kind])))
        {
            return;
        }
        let guess = match self.picks.first() {
            Some(Some(Newest::Float(index))) => index + 1,
            _ => 0,
        };
        let mut cursor = Cursor::beginning_near(storage, id, lookback, times.at(0), guess);
        self.picks.clear();
        self.picks
            .extend((0..steps).map(|step| cursor.newest(times.at(step))));
        self.of = Some(of);
    }

    /// Writes what is picked; `histogram` says what stands for a histogram at a step.
    fn apply(
        &self,
        samples: &Samples<'_>,
        histogram: &mut dyn FnMut(usize, usize) -> Arc<FloatHistogram>,
        out: &mut ColumnWriter<'_>,
    ) {
        for (step, pick) in self.picks.iter().enumerate() {
            match pick {
                Some(Newest::Float(index)) => out.set(step, samples.floats[*index]),
                Some(Newest::Histogram(index)) => out.set_histogram(step, histogram(step, *index)),
                None => {}
            }
        }
    }
}

/// Whether two columns of times are the same one, as those of series that are scraped together are, or none.
pub(super) fn same_times(a: &[i64], b: &[i64]) -> bool {
    std::ptr::eq(a, b) || (a.is_empty() && b.is_empty())
}

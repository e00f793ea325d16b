//! Histograms without their buckets, for functions that want only sums and counts.
//!
//! Prometheus reads histograms so where nothing around a selector needs the buckets. What the buckets say about
//! counter resets goes into the hints: for each histogram as far as the one before it has been read.

use std::sync::Arc;

use super::select::Resolved;
use super::{Evaluator, LookupTimes};
use crate::histogram::{CounterResetHint, FloatHistogram};
use crate::samples::Samples;

/// The histograms of each selected series without their buckets.
#[derive(Clone, Default)]
pub(super) struct Totals(Vec<Vec<Arc<FloatHistogram>>>);

impl Totals {
    /// The histograms of a series.
    pub(super) fn series(&self, series: usize) -> &[Arc<FloatHistogram>] {
        &self.0[series]
    }

    /// What stands for a histogram of a series, by step and index: with the hint of what has been read where the
    /// histogram before it lies within the lookback delta when this one is first picked.
    pub(super) fn of_series<'a>(
        &'a self,
        series: usize,
        samples: Samples<'a>,
        times: LookupTimes,
        lookback: i64,
    ) -> impl FnMut(usize, usize) -> Arc<FloatHistogram> + 'a {
        let mut last: Option<(usize, Arc<FloatHistogram>)> = None;
        move |step, index| {
            if let Some((known, histogram)) = &last
                && *known == index
            {
                return Arc::clone(histogram);
            }
            let oldest = times.at(step).saturating_sub(lookback);
            let follows = index
                .checked_sub(1)
                .is_some_and(|previous| samples.histogram_times[previous] >= oldest);
            let histogram = if follows {
                Arc::clone(&self.0[series][index])
            } else {
                Arc::new(without_buckets(&samples.histograms[index]))
            };
            last = Some((index, Arc::clone(&histogram)));
            histogram
        }
    }
}

impl Evaluator<'_> {
    /// The histograms of the selected series without their buckets, for functions that want only sums and counts. What
    /// the buckets say about counter resets is kept in the hints.
    pub(super) fn totals(&mut self, slot: usize) -> Arc<Totals> {
        let mut resolved = self.take::<Resolved>(slot);
        let Resolved { selected, totals, .. } = &mut *resolved;
        let Totals(known) = Arc::make_mut(totals);
        known.resize_with(selected.ids.len(), Vec::new);
        for (id, known) in selected.ids.iter().zip(known) {
            let histograms = self.storage.samples(*id).histograms;
            for index in known.len()..histograms.len() {
                let mut only_totals = without_buckets(&histograms[index]);
                if let Some(previous) = index.checked_sub(1)
                    && only_totals.counter_reset_hint == CounterResetHint::Unknown
                {
                    let reset = histograms[index].detect_reset(&histograms[previous]);
                    only_totals.counter_reset_hint = if reset {
                        CounterResetHint::Reset
                    } else {
                        CounterResetHint::NotReset
                    };
                }
                known.push(Arc::new(only_totals));
            }
        }
        let totals = Arc::clone(totals);
        self.put(slot, resolved);
        totals
    }
}

/// Sum and count alone.
fn without_buckets(histogram: &FloatHistogram) -> FloatHistogram {
    FloatHistogram {
        counter_reset_hint: histogram.counter_reset_hint,
        schema: histogram.schema,
        count: histogram.count,
        sum: histogram.sum,
        ..FloatHistogram::default()
    }
}

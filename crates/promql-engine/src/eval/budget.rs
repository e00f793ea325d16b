//! How many samples a query holds.
//!
//! Prometheus counts every sample that it holds at a time and gives up above a limit. Counting exactly means to
//! look at every value again, so a query is first evaluated with an upper bound, which takes every cell for a
//! sample; only where that exceeds the limit is it evaluated again with exact counts.

use crate::columns::{Columns, is_absent};
use crate::error::EvalError;
use crate::samples::{Samples, Window};

/// Cells that a vector over steps may have, whether they hold samples or not: 1.6 GB.
const MAX_CELLS: usize = 200_000_000;

/// The samples that are held, against the limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    held: usize,
    limit: usize,
    exact: bool,
}

impl Budget {
    /// Nothing held yet.
    pub(crate) fn new(limit: usize, exact: bool) -> Self {
        Budget {
            held: 0,
            limit,
            exact,
        }
    }

    /// How many samples are held.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Fails if holding so many more would be too many.
    #[inline]
    pub(super) fn check(&self, more: usize) -> Result<(), EvalError> {
        if self.held.saturating_add(more) > self.limit {
            Err(EvalError::TooManySamples)
        } else {
            Ok(())
        }
    }

    /// Holds so many more.
    pub(super) fn add(&mut self, more: usize) -> Result<(), EvalError> {
        self.check(more)?;
        self.held += more;
        Ok(())
    }

    /// Holds so many more, to be checked by the next operation.
    pub(super) fn add_unchecked(&mut self, more: usize) {
        self.held = self.held.saturating_add(more);
    }

    /// From here on, this many are held.
    pub(super) fn set(&mut self, held: usize) {
        self.held = held;
    }

    /// Lets go of samples.
    pub(super) fn release(&mut self, samples: usize) {
        self.held = self.held.saturating_sub(samples);
    }

    /// Fails where a vector would need more memory than is ever sensible.
    pub(super) fn check_cells(&self, series: usize, steps: usize) -> Result<(), EvalError> {
        if series.saturating_mul(steps) > MAX_CELLS {
            Err(EvalError::TooManySamples)
        } else {
            Ok(())
        }
    }

    /// The samples in a vector.
    pub(super) fn samples(&self, columns: &Columns) -> usize {
        let floats = if self.exact {
            columns.floats.iter().filter(|value| !is_absent(**value)).count()
        } else {
            columns.floats.len()
        };
        let histograms = columns.histograms.iter().flatten().flatten();
        floats
            + histograms
                .map(|histogram| super::values::sample_size(histogram))
                .sum::<usize>()
    }

    /// Accounts for an operation that reads vectors and scalars and makes a vector step by step: at each step it
    /// holds what it held before, the inputs of that step, and the results so far. `before` is what was held
    /// before the inputs were evaluated; `inputs` is how many values they have at most at a step.
    pub(super) fn call(&mut self, before: usize, inputs: usize, result: &Columns) -> Result<(), EvalError> {
        let total = self.samples(result);
        self.check(inputs + total)?;
        self.held = before + total;
        Ok(())
    }

    /// Accounts for the samples of one series that a function of a range vector holds: at each step those of the
    /// window. Returns how many it holds at the end.
    pub(super) fn windows(&self, samples: &Samples<'_>, windows: &[Window]) -> Result<usize, EvalError> {
        let size = |window: &Window| {
            let histograms = samples.within(window).histograms;
            let histograms = histograms
                .iter()
                .map(|histogram| super::values::sample_size(histogram));
            window.floats.1 - window.floats.0 + histograms.sum::<usize>()
        };
        let most = match windows {
            [] => 0,
            [only] => size(only),
            _ if samples.histograms.is_empty() || self.exact => windows.iter().map(size).max().unwrap_or(0),
            // All that the windows cover together is more than any of them.
            [first, .., last] => size(&Window {
                floats: (first.floats.0, last.floats.1),
                histograms: (first.histograms.0, last.histograms.1),
                ..*first
            }),
        };
        self.check(most)?;
        Ok(windows.last().map_or(0, size))
    }

    /// Accounts for the results of a function over one series, while the last window is still held.
    pub(super) fn row(
        &mut self,
        result: &Columns,
        series: usize,
        last_window: usize,
    ) -> Result<(), EvalError> {
        let floats = if self.exact {
            result
                .column(series)
                .iter()
                .filter(|value| !is_absent(**value))
                .count()
        } else {
            result.steps
        };
        let histograms = result
            .histogram_column(series)
            .unwrap_or_default()
            .iter()
            .flatten();
        let results = floats
            + histograms
                .map(|histogram| super::values::sample_size(histogram))
                .sum::<usize>();
        self.check(last_window + results)?;
        self.held += results;
        Ok(())
    }
}

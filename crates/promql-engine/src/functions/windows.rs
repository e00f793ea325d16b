//! Help for functions of sliding windows: what need not be looked at again when a window moves on.
//!
//! Only what gives identical bits is computed incrementally: positions and counts. Sums are taken anew over every
//! window.

use std::collections::VecDeque;
use std::ops::Range;

use crate::call::RangeSeries;

/// The float samples that the windows of a series cover, from the first to the last.
pub(super) fn covered_floats(series: &RangeSeries<'_>) -> Range<usize> {
    series
        .windows
        .iter()
        .map(|window| window.floats)
        .filter(|(from, to)| from < to)
        .reduce(|(from, to), (later_from, later_to)| (from.min(later_from), to.max(later_to)))
        .map_or(0..0, |(from, to)| from..to)
}

/// How many positions of a moving window satisfy a condition.
#[derive(Default)]
pub(super) struct SlidingCount {
    window: Range<usize>,
    count: usize,
}

impl SlidingCount {
    /// The count in `window`. A position's condition must always give the same answer.
    pub(super) fn advance(&mut self, window: Range<usize>, condition: impl Fn(usize) -> bool) -> usize {
        let count = |range: Range<usize>| range.filter(|i| condition(*i)).count();
        let old = self.window.clone();
        let moves_on = old.start <= window.start && old.end <= window.end && window.start < old.end;
        if moves_on {
            self.count -= count(old.start..window.start);
            self.count += count(old.end..window.end);
        } else {
            self.count = count(window.clone());
        }
        self.window = window;
        self.count
    }
}

/// The position of the extreme value of a moving window (a monotone queue). NaN is no candidate.
pub(super) struct SlidingExtreme {
    window: Range<usize>,
    candidates: VecDeque<usize>,
    /// Whether a later value displaces an earlier one.
    displaces: fn(f64, f64) -> bool,
}

impl SlidingExtreme {
    pub(super) fn new(displaces: fn(f64, f64) -> bool) -> Self {
        SlidingExtreme {
            window: 0..0,
            candidates: VecDeque::new(),
            displaces,
        }
    }

    /// Where in `values` the extreme of `window` is; `None` where all are NaN.
    pub(super) fn advance(&mut self, window: Range<usize>, values: &[f64]) -> Option<usize> {
        let old = self.window.clone();
        let moves_on = old.start <= window.start && old.end <= window.end && window.start < old.end;
        if !moves_on {
            self.candidates.clear();
        }
        let unseen = if moves_on {
            old.end..window.end
        } else {
            window.clone()
        };
        for i in unseen {
            if values[i].is_nan() {
                continue;
            }
            while let Some(last) = self.candidates.back()
                && (self.displaces)(values[i], values[*last])
            {
                self.candidates.pop_back();
            }
            self.candidates.push_back(i);
        }
        while self.candidates.front().is_some_and(|first| *first < window.start) {
            self.candidates.pop_front();
        }
        self.window = window;
        self.candidates.front().copied()
    }
}

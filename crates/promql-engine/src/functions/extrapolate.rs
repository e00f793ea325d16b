//! Extrapolation: by what the difference between the first and the last sample of a range is multiplied to stand for the
//! whole range.

use crate::call::Window;

/// How samples lie in a range, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Layout {
    before: i64,
    sampled: i64,
    after: i64,
    /// How many gaps there are between samples.
    gaps: usize,
}

/// Extrapolates over the windows of a series. Where samples are regular their layout repeats from step to step, and what
/// follows from it is not computed again.
pub(super) struct Extrapolation {
    /// The length of the range in seconds where the result is per second.
    divisor: Option<f64>,
    layout: Layout,
    /// The time before, between and after the samples that the result is to stand for, in seconds.
    before: f64,
    sampled: f64,
    after: f64,
    multiplier: f64,
}

impl Extrapolation {
    pub(super) fn new(divisor: Option<f64>) -> Self {
        let nothing = Layout {
            before: 0,
            sampled: 0,
            after: 0,
            gaps: 0,
        };
        Extrapolation {
            divisor,
            layout: nothing,
            before: 0.0,
            sampled: 0.0,
            after: 0.0,
            multiplier: 0.0,
        }
    }

    /// The multiplier for samples at `times` in a window; `None` where there are too few. A counter that has increased
    /// from no negative value gives the quotient of its first value and the increase.
    #[inline]
    pub(super) fn multiplier(
        &mut self,
        window: &Window,
        times: &[i64],
        quotient: Option<f64>,
    ) -> Option<f64> {
        let [first, .., last] = times else { return None };
        let layout = Layout {
            before: first - window.start,
            sampled: last - first,
            after: window.end - last,
            gaps: times.len() - 1,
        };
        if self.layout != layout {
            self.lay_out(layout);
        }
        // A counter cannot have been below zero: where the line through its samples meets zero, it began.
        if let Some(quotient) = quotient {
            let before = self.sampled * quotient;
            if before < self.before {
                return Some(self.multiply(before, self.sampled, self.after));
            }
        }
        Some(self.multiplier)
    }

    fn lay_out(&mut self, layout: Layout) {
        self.layout = layout;
        self.sampled = seconds(layout.sampled);
        let average = self.sampled / layout.gaps as f64;
        // Up to a tenth more than the average distance counts as no more than a gap between two samples. Beyond, the
        // series is taken to begin, or end, half a gap from the sample.
        let limited = |distance: i64| {
            let distance = seconds(distance);
            if distance >= average * 1.1 {
                average / 2.0
            } else {
                distance
            }
        };
        self.before = limited(layout.before);
        self.after = limited(layout.after);
        self.multiplier = self.multiply(self.before, self.sampled, self.after);
    }

    /// The multiplier where a counter began, from zero, at `start` within the range.
    pub(super) fn multiplier_since(&self, start: i64, window: &Window, times: &[i64]) -> Option<f64> {
        let (first, last) = (times.first()?, times.last()?);
        let gaps = times.len() - 1;
        let average = if gaps > 0 {
            seconds(last - first) / gaps as f64
        } else {
            0.0
        };
        let after = seconds(window.end - last);
        let after = if after >= average * 1.1 {
            average / 2.0
        } else {
            after
        };
        Some(self.multiply(0.0, seconds(last - start), after))
    }

    fn multiply(&self, before: f64, sampled: f64, after: f64) -> f64 {
        let factor = if sampled == 0.0 {
            1.0
        } else {
            (sampled + before + after) / sampled
        };
        self.divisor.map_or(factor, |divisor| factor / divisor)
    }
}

fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// When a counter began, if it was within the range and before its first sample.
pub(super) fn start_within(window: &Window, times: &[i64], starts: &[i64]) -> Option<i64> {
    let (start, first) = (*starts.first()?, *times.first()?);
    (start != 0 && start > window.start && start < first).then_some(start)
}

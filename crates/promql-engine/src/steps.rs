//! The time grid that an expression is evaluated on.

/// The times `start, start + interval, …`, `count` of them, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    /// The first time.
    pub(crate) start: i64,
    /// The distance between two times, positive.
    pub(crate) interval: i64,
    /// How many times there are; none where the range is empty.
    pub(crate) count: usize,
}

impl Steps {
    /// A single time.
    pub(crate) fn instant(t: i64) -> Self {
        Steps {
            start: t,
            interval: 1,
            count: 1,
        }
    }

    /// From `start` to `end`, both included where they are on the grid.
    pub(crate) fn range(start: i64, end: i64, interval: i64) -> Self {
        let count = if end < start {
            0
        } else {
            // The difference of two i64 always fits a u64.
            usize::try_from(end.abs_diff(start) / interval.unsigned_abs().max(1))
                .unwrap_or(usize::MAX)
                .saturating_add(1)
        };
        Steps {
            start,
            interval: interval.max(1),
            count,
        }
    }

    /// The time of a step.
    #[inline]
    pub(crate) fn at(&self, step: usize) -> i64 {
        // The time lies between two times that fit, even where the product does not.
        self.start.wrapping_add(self.interval.wrapping_mul(step as i64))
    }

    /// The time of the last step.
    pub(crate) fn end(&self) -> i64 {
        self.at(self.count.saturating_sub(1))
    }

    /// All times.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = i64> + use<> {
        let steps = *self;
        (0..steps.count).map(move |step| steps.at(step))
    }

    /// Whether this is a single time, where Prometheus keeps the order of a vector.
    pub(crate) fn is_instant(&self) -> bool {
        self.count == 1
    }
}

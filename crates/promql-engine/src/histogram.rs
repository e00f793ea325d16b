//! Native histograms with float counts, and what PromQL computes of them.
//!
//! The results are those of Prometheus to the last bit, so the order of the float operations matters everywhere in
//! this room. It also holds the computations over classic histograms ([`classic`]) and their conversion to native
//! ones ([`nhcb`]). It knows nothing of series, steps or annotations: where PromQL would warn, a function here
//! returns what to warn of.

mod arithmetic;
mod bounds;
mod buckets;
pub mod classic;
mod iterate;
pub mod nhcb;
mod print;
pub mod quantile;
mod reset;
mod stored;
mod trim;
mod validate;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use arithmetic::{Combined, IncompatibleSchemas};
pub use bounds::{CUSTOM_SCHEMA, MAX_SCHEMA, MIN_SCHEMA, is_exponential};
pub use buckets::{BucketSpan, Buckets};
pub use iterate::Bucket;
pub use trim::Keep;
pub use validate::InvalidHistogram;

/// What is known about a counter reset between a histogram and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CounterResetHint {
    /// Nothing.
    #[default]
    Unknown,
    /// The counter was reset.
    Reset,
    /// The counter was not reset.
    NotReset,
    /// The histogram is a gauge: it may go down without having been reset.
    Gauge,
}

/// A native histogram.
///
/// With an exponential schema, observations are counted in buckets whose bounds grow by the same factor, on both
/// sides of a zero bucket. With custom buckets ([`CUSTOM_SCHEMA`]) the upper bounds are listed, the last
/// bucket ends at infinity, and there is neither a negative side nor a zero bucket.
///
/// Equality is that of PromQL's `==`: the same buckets (empty ones too) with the same numbers bit by bit. The
/// counter reset hint does not count.
#[derive(Clone, Debug, Default)]
pub struct FloatHistogram {
    /// What is known about a counter reset before this histogram.
    pub counter_reset_hint: CounterResetHint,
    /// [`MIN_SCHEMA`]..=[`MAX_SCHEMA`] for exponential buckets, or [`CUSTOM_SCHEMA`].
    pub schema: i32,
    /// The zero bucket holds what is no further from zero than this.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// All observations, those that were not numbers among them.
    pub count: f64,
    /// Sum of the observations. A staleness marker here marks the series stale.
    pub sum: f64,
    /// Buckets above zero, or all custom buckets.
    pub positive: Buckets,
    /// Buckets below zero; the index counts from zero downwards.
    pub negative: Buckets,
    /// The upper bounds of custom buckets, ascending, without the last one, which is infinite.
    pub custom_values: Arc<[f64]>,
}

impl PartialEq for FloatHistogram {
    fn eq(&self, other: &Self) -> bool {
        self.schema == other.schema
            && self.count.to_bits() == other.count.to_bits()
            && self.sum.to_bits() == other.sum.to_bits()
            && (!self.uses_custom_buckets() || self.custom_values == other.custom_values)
            && self.zero_threshold == other.zero_threshold
            && self.zero_count.to_bits() == other.zero_count.to_bits()
            && self.negative.equals(&other.negative)
            && self.positive.equals(&other.positive)
    }
}

impl FloatHistogram {
    /// Whether the bounds are listed.
    pub fn uses_custom_buckets(&self) -> bool {
        self.schema == CUSTOM_SCHEMA
    }

    /// Multiplies all counts and the sum. Times a negative number a counter becomes a gauge.
    pub fn mul(&mut self, factor: f64) -> &mut Self {
        self.each_number(|number| number * factor);
        if factor < 0.0 {
            self.counter_reset_hint = CounterResetHint::Gauge;
        }
        self
    }

    /// Divides all counts and the sum. By zero, no buckets remain, and the totals are infinite or not a number.
    pub fn div(&mut self, divisor: f64) -> &mut Self {
        if divisor == 0.0 {
            self.positive = Buckets::default();
            self.negative = Buckets::default();
        }
        self.each_number(|number| number / divisor);
        if divisor < 0.0 {
            self.counter_reset_hint = CounterResetHint::Gauge;
        }
        self
    }

    fn each_number(&mut self, change: impl Fn(f64) -> f64) {
        let totals = [&mut self.zero_count, &mut self.count, &mut self.sum];
        let counts = self.positive.counts.iter_mut().chain(&mut self.negative.counts);
        for number in totals.into_iter().chain(counts) {
            *number = change(*number);
        }
    }

    /// Leaves empty buckets out, except for runs of at most `max_empty` between others.
    pub fn compact(&mut self, max_empty: u32) -> &mut Self {
        for side in [&mut self.positive, &mut self.negative] {
            if max_empty == 0 && buckets::is_compact(&side.spans, &side.counts) {
                continue;
            }
            let is_empty = |count| count == 0.0;
            (side.spans, side.counts) = buckets::compact(&side.spans, &side.counts, max_empty, 0.0, is_empty);
        }
        self
    }

    /// The same observations in the buckets of a coarser schema. Without effect where the schema is not coarser
    /// or one of the two has custom buckets.
    pub fn reduce_resolution(&mut self, schema: i32) -> &mut Self {
        if !self.uses_custom_buckets() && is_exponential(schema) && schema < self.schema {
            for side in [&mut self.positive, &mut self.negative] {
                (side.spans, side.counts) =
                    buckets::coarsen(&side.spans, &side.counts, self.schema, schema, |a, b| a + b);
            }
            self.schema = schema;
        }
        self
    }

    /// A copy at a schema that is not finer than the histogram's own. Where it is coarser the copy's counter
    /// reset hint is unknown.
    pub fn to_schema(&self, schema: i32) -> Self {
        let mut copy = self.clone();
        copy.reduce_resolution(schema);
        if copy.schema != self.schema {
            copy.counter_reset_hint = CounterResetHint::Unknown;
        }
        copy
    }

    /// Whether a count, the sum or a bound is infinite.
    pub fn has_overflow(&self) -> bool {
        [self.zero_count, self.count, self.sum]
            .iter()
            .chain(&self.positive.counts)
            .chain(&self.negative.counts)
            .chain(self.custom_values.iter())
            .any(|number| number.is_infinite())
    }

    /// How much the histogram counts for the sample limit, in bytes as Prometheus estimates them.
    pub fn size(&self) -> usize {
        let elements = [
            self.positive.spans.len(),
            self.negative.spans.len(),
            self.positive.counts.len(),
            self.negative.counts.len(),
            self.custom_values.len(),
        ];
        168 + 8 * elements.iter().sum::<usize>()
    }

    /// The mean of the observations.
    pub fn average(&self) -> f64 {
        self.sum / self.count
    }
}

//! Buckets with their bounds.

use super::bounds::upper_bound;
use super::{CUSTOM_SCHEMA, FloatHistogram};
use crate::gomath;

/// A bucket with its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bucket {
    /// Where it begins.
    pub lower: f64,
    /// Where it ends.
    pub upper: f64,
    /// Whether an observation equal to the lower bound is counted here.
    pub lower_inclusive: bool,
    /// Whether an observation equal to the upper bound is counted here.
    pub upper_inclusive: bool,
    /// How many observations it holds.
    pub count: f64,
}

impl Bucket {
    fn new(schema: i32, index: i32, lower: f64, upper: f64, count: f64) -> Self {
        let custom = schema == CUSTOM_SCHEMA;
        Bucket {
            lower,
            upper,
            lower_inclusive: if custom { index == 0 } else { lower < 0.0 },
            upper_inclusive: custom || upper > 0.0,
            count,
        }
    }

    /// Which part of the bucket lies below a value within its finite bounds: on a linear scale, or on a
    /// logarithmic one, where the buckets of an exponential schema are equally wide.
    pub fn fraction_below(&self, value: f64, linear: bool) -> f64 {
        if linear {
            return (value - self.lower) / (self.upper - self.lower);
        }
        let [lower, upper, value_log] =
            [self.lower, self.upper, value].map(|bound| gomath::log2(bound.abs()));
        if value > 0.0 {
            (value_log - lower) / (upper - lower)
        } else {
            1.0 - ((value_log - upper) / (lower - upper))
        }
    }
}

impl FloatHistogram {
    /// Buckets above zero, or all custom buckets, in ascending order.
    pub fn positive_buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.positive
            .iter()
            .map(|(index, count)| self.positive_bucket(index, count))
    }

    /// Buckets above zero, or all custom buckets, in descending order.
    pub fn positive_buckets_rev(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.positive
            .iter_rev()
            .map(|(index, count)| self.positive_bucket(index, count))
    }

    /// Buckets below zero from zero downwards.
    pub fn negative_buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.negative
            .iter()
            .map(|(index, count)| self.negative_bucket(index, count))
    }

    /// Buckets below zero from the lowest up.
    pub fn negative_buckets_rev(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.negative
            .iter_rev()
            .map(|(index, count)| self.negative_bucket(index, count))
    }

    /// All buckets in ascending order, the zero bucket where it holds anything. Buckets do not reach into the
    /// zero bucket.
    pub fn all_buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        let negative = self.negative_buckets_rev().map(|bucket| self.beside_zero(bucket));
        let positive = self.positive_buckets().map(|bucket| self.beside_zero(bucket));
        negative.chain(self.populated_zero_bucket()).chain(positive)
    }

    /// All buckets in descending order; see [`FloatHistogram::all_buckets`].
    pub fn all_buckets_rev(&self) -> impl Iterator<Item = Bucket> + '_ {
        let positive = self.positive_buckets_rev().map(|bucket| self.beside_zero(bucket));
        let negative = self.negative_buckets().map(|bucket| self.beside_zero(bucket));
        positive.chain(self.populated_zero_bucket()).chain(negative)
    }

    /// The bucket around zero.
    pub fn zero_bucket(&self) -> Bucket {
        Bucket {
            lower: -self.zero_threshold,
            upper: self.zero_threshold,
            lower_inclusive: true,
            upper_inclusive: true,
            count: self.zero_count,
        }
    }

    fn populated_zero_bucket(&self) -> Option<Bucket> {
        (self.zero_count > 0.0 && !self.uses_custom_buckets()).then(|| self.zero_bucket())
    }

    fn positive_bucket(&self, index: i32, count: f64) -> Bucket {
        let bound = |index| upper_bound(index, self.schema, &self.custom_values);
        Bucket::new(
            self.schema,
            index,
            bound(index.wrapping_sub(1)),
            bound(index),
            count,
        )
    }

    fn negative_bucket(&self, index: i32, count: f64) -> Bucket {
        let bound = |index| -upper_bound(index, self.schema, &[]);
        Bucket::new(
            self.schema,
            index,
            bound(index),
            bound(index.wrapping_sub(1)),
            count,
        )
    }

    fn beside_zero(&self, mut bucket: Bucket) -> Bucket {
        if bucket.upper < 0.0 && bucket.upper > -self.zero_threshold {
            bucket.upper = -self.zero_threshold;
        } else if bucket.lower > 0.0 && bucket.lower < self.zero_threshold {
            bucket.lower = self.zero_threshold;
        }
        bucket
    }
}

//! Classic histograms as native ones with custom buckets.

use std::fmt;
use std::sync::Arc;

use super::classic::ClassicBucket;
use super::{Buckets, CUSTOM_SCHEMA, FloatHistogram};
use crate::gofmt::float_g;

/// Why a classic histogram cannot be converted, in Prometheus' words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(String);

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConversionError {}

fn error<T>(message: String) -> Result<T, ConversionError> {
    Err(ConversionError(message))
}

/// Collects the samples of a classic histogram at one time. The first error sticks.
#[derive(Clone, Debug, Default)]
pub struct ClassicHistogram {
    /// Ascending, with cumulative counts.
    buckets: Vec<ClassicBucket>,
    count: Option<f64>,
    sum: f64,
    error: Option<ConversionError>,
}

impl ClassicHistogram {
    /// Nothing collected yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a bucket. A second one with the same bound is ignored.
    pub fn set_bucket(&mut self, bound: f64, count: f64) -> Result<(), ConversionError> {
        self.remember(Self::try_set_bucket, (bound, count))
    }

    /// Sets the count of all observations; without it the highest bucket says.
    pub fn set_count(&mut self, count: f64) -> Result<(), ConversionError> {
        self.remember(Self::try_set_count, count)
    }

    /// Sets the sum of the observations.
    pub fn set_sum(&mut self, sum: f64) -> Result<(), ConversionError> {
        self.remember(Self::try_set_sum, sum)
    }

    fn remember<A>(
        &mut self,
        set: impl FnOnce(&mut Self, A) -> Result<(), ConversionError>,
        argument: A,
    ) -> Result<(), ConversionError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let result = set(self, argument);
        self.error = result.clone().err();
        result
    }

    fn try_set_bucket(&mut self, (upper_bound, count): (f64, f64)) -> Result<(), ConversionError> {
        let compare = |a: f64, sign: char, b: f64| {
            error(format!(
                "count is not cumulative: {} {sign} {}",
                float_g(a),
                float_g(b)
            ))
        };
        if upper_bound.is_nan() {
            return error("bucket boundary must not be NaN".into());
        }
        if count < 0.0 {
            return error(format!(
                "bucket count must be non-negative: le={}, count={}",
                float_g(upper_bound),
                float_g(count)
            ));
        }
        let position = self
            .buckets
            .partition_point(|bucket| bucket.upper_bound < upper_bound);
        let next = self.buckets.get(position);
        if next.is_some_and(|next| next.upper_bound == upper_bound) {
            return Ok(());
        }
        if let Some(before) = position.checked_sub(1).map(|before| self.buckets[before])
            && count < before.count
        {
            return compare(count, '<', before.count);
        }
        if let Some(next) = next
            && count > next.count
        {
            return compare(count, '>', next.count);
        }
        self.buckets
            .insert(position, ClassicBucket { upper_bound, count });
        Ok(())
    }

    fn try_set_count(&mut self, count: f64) -> Result<(), ConversionError> {
        if count < 0.0 {
            return error(format!("count must be non-negative: count={}", float_g(count)));
        }
        self.count = Some(count);
        Ok(())
    }

    fn try_set_sum(&mut self, sum: f64) -> Result<(), ConversionError> {
        self.sum = sum;
        Ok(())
    }

    /// The native histogram. Empty buckets are left out, except for one or two in a row where all counts are whole
    /// numbers.
    pub fn convert(mut self) -> Result<FloatHistogram, ConversionError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let highest = self.buckets.last().copied();
        let count = self
            .count
            .or(highest.map(|bucket| bucket.count))
            .unwrap_or_default();
        if highest.is_none_or(|bucket| bucket.upper_bound != f64::INFINITY) {
            self.buckets.push(ClassicBucket {
                upper_bound: f64::INFINITY,
                count,
            });
        }
        let whole = |number: f64| number == (number.round() as i64) as f64;
        let all_whole = whole(count) && self.buckets.iter().all(|bucket| whole(bucket.count));

        let mut counts = Vec::with_capacity(self.buckets.len());
        let mut before = 0.0;
        for bucket in &self.buckets {
            counts.push(bucket.count - before);
            before = bucket.count;
        }
        if count != before {
            return error(format!(
                "count mismatch: count={} != le=+Inf count={}",
                if all_whole {
                    format!("{count}")
                } else {
                    float_g(count)
                },
                float_g(before)
            ));
        }
        let bounds = self.buckets.iter().map(|bucket| bucket.upper_bound);
        let mut histogram = FloatHistogram {
            schema: CUSTOM_SCHEMA,
            count,
            sum: self.sum,
            positive: Buckets::consecutive(0, counts),
            custom_values: Arc::from_iter(bounds.take(self.buckets.len() - 1)),
            ..FloatHistogram::default()
        };
        histogram.compact(if all_whole { 2 } else { 0 });
        Ok(histogram)
    }
}

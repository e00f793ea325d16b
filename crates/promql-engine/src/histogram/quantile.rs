//! Quantiles, fractions and variance of native histograms.
//!
//! Within a bucket observations are assumed to lie evenly: on a linear scale in custom buckets and in the zero
//! bucket, on a logarithmic one elsewhere. The zero bucket of a histogram with buckets on one side only is taken to
//! end at zero on the other.

use super::{Bucket, FloatHistogram};
use crate::{gomath, kahan};

/// What observations that are not numbers did to a quantile. They are in the count but in no bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NanEffect {
    /// There are none, or they did not matter.
    None,
    /// The quantile fell among them.
    ResultIsNan,
    /// They pushed the quantile up.
    Skewed,
}

impl FloatHistogram {
    /// The value below which the given part of the observations lies.
    pub fn quantile(&self, q: f64) -> (f64, NanEffect) {
        if q < 0.0 {
            return (f64::NEG_INFINITY, NanEffect::None);
        }
        if q > 1.0 {
            return (f64::INFINITY, NanEffect::None);
        }
        if self.count == 0.0 || q.is_nan() {
            return (f64::NAN, NanEffect::None);
        }
        // Observations that are not numbers make the buckets add up to less than the count, so counting has to
        // begin at the low end.
        if self.sum.is_nan() || q < 0.5 {
            self.quantile_from(self.all_buckets(), q * self.count, true)
        } else {
            self.quantile_from(self.all_buckets_rev(), (1.0 - q) * self.count, false)
        }
    }

    /// Counts buckets up to a rank, which is counted from the end where the buckets begin.
    fn quantile_from(
        &self,
        mut buckets: impl Iterator<Item = Bucket>,
        mut rank: f64,
        ascending: bool,
    ) -> (f64, NanEffect) {
        let custom = self.uses_custom_buckets();
        let mut bucket = Bucket::default();
        let mut count = 0.0;
        for next in buckets.by_ref() {
            bucket = next;
            count += bucket.count;
            if bucket.count != 0.0 && count >= rank {
                break;
            }
        }
        if custom {
            if bucket.lower == f64::NEG_INFINITY {
                if bucket.upper <= 0.0 {
                    return (bucket.upper, NanEffect::None);
                }
                bucket.lower = 0.0;
            } else if bucket.upper == f64::INFINITY {
                return (bucket.lower, NanEffect::None);
            }
        } else if bucket.lower < 0.0 && bucket.upper > 0.0 {
            self.cut_zero_bucket(&mut bucket);
        }
        // Rounding may have taken the buckets above the count.
        if count > self.count {
            count = self.count;
        }
        if count < rank {
            return if self.sum.is_nan() {
                (f64::NAN, NanEffect::ResultIsNan)
            } else {
                (bucket.upper, NanEffect::None)
            };
        }
        rank = if ascending {
            rank - (count - bucket.count)
        } else {
            count - rank
        };

        let mut effect = NanEffect::None;
        let mut last = bucket;
        if self.sum.is_nan() {
            for next in buckets {
                count += next.count;
                last = next;
            }
            if count < self.count {
                effect = NanEffect::Skewed;
            }
        }
        (interpolate(last, rank / last.count, custom), effect)
    }

    /// The part of the observations between two values, and whether observations that are not numbers
    /// were left out of it.
    pub fn fraction(&self, lower: f64, upper: f64) -> (f64, bool) {
        if self.count == 0.0 || lower.is_nan() || upper.is_nan() {
            return (f64::NAN, false);
        }
        if lower >= upper {
            return (0.0, false);
        }
        let custom = self.uses_custom_buckets();
        let mut buckets = self.all_buckets();
        let mut count = 0.0;
        let mut rank = 0.0;
        let mut ranks = [None; 2];
        for mut bucket in buckets.by_ref() {
            count += bucket.count;
            let around_zero = bucket.lower <= 0.0 && bucket.upper >= 0.0;
            if around_zero {
                self.cut_zero_bucket(&mut bucket);
            }
            let linear = custom || around_zero;
            for (found, value) in ranks.iter_mut().zip([lower, upper]) {
                if found.is_some() {
                    continue;
                }
                if bucket.lower >= value {
                    *found = Some(rank);
                } else if bucket.upper > value {
                    *found = Some(if linear && bucket.lower == f64::NEG_INFINITY {
                        bucket.count
                    } else {
                        rank + bucket.count * bucket.fraction_below(value, linear)
                    });
                }
            }
            if ranks.iter().all(Option::is_some) {
                break;
            }
            rank += bucket.count;
        }
        let mut nan_excluded = false;
        if self.sum.is_nan() {
            for bucket in buckets {
                count += bucket.count;
            }
            nan_excluded = count < self.count;
        } else {
            count = self.count;
        }
        let [lower, upper] = ranks.map(|rank| match rank {
            Some(rank) if rank > count => count,
            Some(rank) => rank,
            None => count,
        });
        ((upper - lower) / self.count, nan_excluded)
    }

    /// The variance of the observations, each taken to lie in the middle of its bucket.
    pub fn variance(&self) -> f64 {
        let mean = self.average();
        let (mut sum, mut compensation) = (0.0, 0.0);
        for bucket in self.all_buckets().filter(|bucket| bucket.count != 0.0) {
            let middle = if self.uses_custom_buckets() {
                (bucket.upper + bucket.lower) / 2.0
            } else if bucket.lower <= 0.0 && bucket.upper >= 0.0 {
                0.0
            } else {
                let mean = (bucket.upper * bucket.lower).sqrt();
                if bucket.upper < 0.0 { -mean } else { mean }
            };
            let delta = middle - mean;
            (sum, compensation) = kahan::add(bucket.count * delta * delta, sum, compensation);
        }
        (sum + compensation) / self.count
    }

    /// Ends the zero bucket at zero where the histogram has buckets on one side only.
    fn cut_zero_bucket(&self, bucket: &mut Bucket) {
        if self.negative.is_empty() && !self.positive.is_empty() {
            bucket.lower = 0.0;
        } else if self.positive.is_empty() && !self.negative.is_empty() {
            bucket.upper = 0.0;
        }
    }
}

/// The value that lies a fraction of the way into a bucket.
fn interpolate(bucket: Bucket, fraction: f64, linear: bool) -> f64 {
    let Bucket { lower, upper, .. } = bucket;
    if linear || (lower <= 0.0 && upper >= 0.0) {
        return lower + (upper - lower) * fraction;
    }
    let [log_lower, log_upper] = [lower, upper].map(|bound| gomath::log2(bound.abs()));
    if lower > 0.0 {
        gomath::exp2(log_lower + (log_upper - log_lower) * fraction)
    } else {
        -gomath::exp2(log_upper + (log_lower - log_upper) * (1.0 - fraction))
    }
}

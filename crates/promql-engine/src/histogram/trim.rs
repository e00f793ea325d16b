//! The trimming operators `</` and `>/`: a histogram without its observations above or below a value.
//!
//! A bucket that holds the value keeps the part of its count that interpolation assigns to the kept side. The sum
//! is estimated anew, from the middles of what remains of the buckets.

use super::{Bucket, FloatHistogram};

/// Which observations remain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Those below the value (`</`).
    Below,
    /// Those above the value (`>/`).
    Above,
}

impl FloatHistogram {
    /// Removes the observations on the other side of a value. Count and sum change only where a bucket does.
    pub fn trim(&mut self, value: f64, keep: Keep) -> &mut Self {
        let custom = self.uses_custom_buckets();
        let mut total = Total::default();
        let mut changed = false;
        let mut sides_populated = [false; 2];
        let sides: [(bool, Vec<Bucket>); 2] = [
            (true, self.positive_buckets().collect()),
            (false, self.negative_buckets().collect()),
        ];
        for (position, (positive, buckets)) in sides.into_iter().enumerate() {
            let counts = if positive {
                &mut self.positive.counts
            } else {
                &mut self.negative.counts
            };
            for (count, bucket) in counts.iter_mut().zip(buckets) {
                if bucket.count == 0.0 {
                    continue;
                }
                sides_populated[position] = true;
                let scale = Scale {
                    positive,
                    linear: custom,
                };
                match scale.trim(bucket, value, keep) {
                    Kept::Whole => total.add(bucket.count, scale.middle(bucket.lower, bucket.upper)),
                    Kept::Part { count: kept, middle } => {
                        total.add(kept, middle);
                        changed |= *count != kept;
                        *count = kept;
                    }
                    Kept::Nothing => {
                        changed = true;
                        *count = 0.0;
                    }
                }
            }
        }
        if self.zero_count > 0.0 {
            let (kept, middle) = self.trim_zero_bucket(sides_populated, value, keep);
            changed |= self.zero_count != kept;
            self.zero_count = kept;
            total.add(kept, middle);
        }
        if changed {
            self.count = total.count;
            self.sum = total.sum;
            self.compact(0);
        }
        self
    }

    /// What remains in the zero bucket, and its middle. With populated buckets on one side only, the zero bucket
    /// is taken to end at zero on the other.
    fn trim_zero_bucket(&self, [positive, negative]: [bool; 2], value: f64, keep: Keep) -> (f64, f64) {
        let Bucket {
            mut lower,
            mut upper,
            count,
            ..
        } = self.zero_bucket();
        if negative && !positive {
            upper = 0.0;
        }
        if positive && !negative {
            lower = 0.0;
        }
        let (whole, nothing) = match keep {
            Keep::Below => (value >= upper && value > lower, value <= lower),
            Keep::Above => (value <= lower, value >= upper),
        };
        if nothing && !whole {
            return (0.0, 0.0);
        }
        if whole {
            return (count, (lower + upper) / 2.0);
        }
        let (fraction, middle) = match keep {
            Keep::Below => ((value - lower) / (upper - lower), (lower + value) / 2.0),
            Keep::Above => ((upper - value) / (upper - lower), (value + upper) / 2.0),
        };
        (count * fraction, middle)
    }
}

/// The count and sum of what was kept.
#[derive(Default)]
struct Total {
    count: f64,
    sum: f64,
}

impl Total {
    fn add(&mut self, count: f64, middle: f64) {
        self.count += count;
        self.sum += middle * count;
    }
}

/// What is kept of a bucket.
enum Kept {
    Whole,
    Nothing,
    Part { count: f64, middle: f64 },
}

/// How observations are assumed to lie within a bucket.
struct Scale {
    positive: bool,
    /// Evenly rather than evenly on a logarithmic scale.
    linear: bool,
}

impl Scale {
    fn trim(&self, bucket: Bucket, value: f64, keep: Keep) -> Kept {
        match keep {
            Keep::Below if bucket.upper <= value => Kept::Whole,
            Keep::Above if bucket.lower >= value => Kept::Whole,
            Keep::Below if bucket.lower < value => self.part(bucket, value, keep),
            Keep::Above if bucket.upper > value => self.part(bucket, value, keep),
            _ => Kept::Nothing,
        }
    }

    /// For a bucket that holds the value.
    fn part(&self, bucket: Bucket, value: f64, keep: Keep) -> Kept {
        let (count, middle) = if bucket.lower == f64::NEG_INFINITY {
            part_from_minus_infinity(bucket, value, keep)
        } else if bucket.upper == f64::INFINITY {
            part_to_infinity(bucket, value, keep)
        } else {
            let below = bucket.count * bucket.fraction_below(value, self.linear);
            match keep {
                Keep::Below => (below, self.middle(bucket.lower, value)),
                Keep::Above => (bucket.count - below, self.middle(value, bucket.upper)),
            }
        };
        Kept::Part { count, middle }
    }

    /// The middle of an interval: the arithmetic mean on a linear scale, the geometric one on a logarithmic scale.
    /// An interval without end is represented by its other end, and one from minus infinity to a positive bound
    /// by half of that.
    fn middle(&self, lower: f64, upper: f64) -> f64 {
        if lower.is_infinite() {
            return match upper {
                _ if upper.is_infinite() => 0.0,
                _ if upper > 0.0 => upper / 2.0,
                _ => upper,
            };
        }
        if upper.is_infinite() {
            return lower;
        }
        if self.linear {
            return (lower + upper) / 2.0;
        }
        let mean = (lower * upper).abs().sqrt();
        if self.positive { mean } else { -mean }
    }
}

/// A bucket from minus infinity is treated as beginning at zero where it ends above; nothing is known about how
/// the observations lie in it otherwise.
fn part_from_minus_infinity(bucket: Bucket, value: f64, keep: Keep) -> (f64, f64) {
    let Bucket { upper, count, .. } = bucket;
    let ends_above_zero = upper > 0.0 && upper.is_finite();
    match keep {
        Keep::Below if value > 0.0 && ends_above_zero => (count * value / upper, value / 2.0),
        Keep::Below if upper <= 0.0 => (count, value),
        Keep::Above if value >= 0.0 && upper > value && upper.is_finite() => {
            (count * (1.0 - value / upper), (value + upper) / 2.0)
        }
        _ => (0.0, if upper.is_finite() { upper } else { 0.0 }),
    }
}

/// Of a bucket up to infinity nothing lies below a value within, as far as is known, and all of it above.
fn part_to_infinity(bucket: Bucket, value: f64, keep: Keep) -> (f64, f64) {
    match keep {
        Keep::Above if value >= bucket.lower => (bucket.count, value),
        _ => (0.0, bucket.lower),
    }
}

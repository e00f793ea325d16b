//! Detecting that a counter histogram was reset.

use std::iter::Peekable;

use super::bounds::{exponential_bound, is_exponential};
use super::{Buckets, CounterResetHint, FloatHistogram};

impl FloatHistogram {
    /// Whether the counter was reset between the previous histogram and this one: by the hint where it says so,
    /// else if a count has become smaller, a populated bucket is gone, or the layout changed in a way that only a
    /// reset permits (a finer schema, a smaller zero bucket, a zero bucket that cuts through a populated one).
    pub fn detect_reset(&self, previous: &FloatHistogram) -> bool {
        match self.counter_reset_hint {
            CounterResetHint::Reset => true,
            CounterResetHint::NotReset => false,
            CounterResetHint::Unknown | CounterResetHint::Gauge => self.is_reset_of(previous),
        }
    }

    /// Whether the counter was reset since the previous histogram, by the numbers alone.
    pub(super) fn is_reset_of(&self, previous: &FloatHistogram) -> bool {
        if self.count < previous.count {
            return true;
        }
        if self.uses_custom_buckets() {
            if !previous.uses_custom_buckets() {
                return true;
            }
            if self.custom_values != previous.custom_values {
                return self.decreased_between_common_bounds(previous);
            }
        }
        if self.schema > previous.schema || self.zero_threshold < previous.zero_threshold {
            return true;
        }
        let (zero_count, threshold, _) = previous.zero_bucket_up_to(self.zero_threshold, None);
        if threshold != self.zero_threshold || self.zero_count < zero_count {
            return true;
        }
        let decreased = |now: &Buckets, before: &Buckets| {
            let outside = |index: i32| {
                !is_exponential(self.schema)
                    || self.zero_threshold == 0.0
                    || exponential_bound(index, self.schema) > self.zero_threshold
            };
            decreased(
                now.iter().skip_while(|(index, _)| !outside(*index)),
                before
                    .iter_coarser(previous.schema, self.schema)
                    .skip_while(|(index, _)| !outside(*index)),
            )
        };
        decreased(&self.positive, &previous.positive) || decreased(&self.negative, &previous.negative)
    }

    /// For custom buckets with different bounds: whether fewer observations lie between two bounds that both
    /// have.
    fn decreased_between_common_bounds(&self, previous: &FloatHistogram) -> bool {
        let mut now = self.positive_buckets().map(|b| (b.upper, b.count)).peekable();
        let mut before = previous.positive_buckets().map(|b| (b.upper, b.count)).peekable();
        let common = common_bounds(&self.custom_values, &previous.custom_values);
        common
            .into_iter()
            .chain([f64::INFINITY])
            .any(|bound| sum_up_to(bound, &mut now) < sum_up_to(bound, &mut before))
    }
}

/// Takes the buckets up to a bound and adds up their counts.
fn sum_up_to(bound: f64, buckets: &mut Peekable<impl Iterator<Item = (f64, f64)>>) -> f64 {
    let mut sum = 0.0;
    while let Some((_, count)) = buckets.next_if(|(upper, _)| *upper <= bound) {
        sum += count;
    }
    sum
}

/// The bounds that two ascending lists have in common.
pub(super) fn common_bounds(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut b = b.iter().peekable();
    let mut common = Vec::new();
    for bound in a {
        while b.next_if(|other| *other < bound).is_some() {}
        if b.next_if(|other| *other == bound).is_some() {
            common.push(*bound);
        }
    }
    common
}

/// Whether any bucket of the second side holds more than the same bucket of the first one.
fn decreased(now: impl Iterator<Item = (i32, f64)>, before: impl Iterator<Item = (i32, f64)>) -> bool {
    let mut now = now.peekable();
    for (index, count) in before {
        while now.next_if(|(other, _)| *other < index).is_some() {}
        let decreased = match now.peek() {
            Some((other, current)) if *other == index => *current < count,
            _ => count != 0.0,
        };
        if decreased {
            return true;
        }
    }
    false
}

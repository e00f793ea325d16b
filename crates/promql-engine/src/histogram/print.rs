//! Histograms as text, in Prometheus' two notations.

use std::fmt;

use super::{Bucket, Buckets, CounterResetHint, FloatHistogram};
use crate::gofmt::float_g;

/// Interval notation and count: `(0.5,1]:3`.
impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = if self.lower_inclusive { '[' } else { '(' };
        let close = if self.upper_inclusive { ']' } else { ')' };
        let [lower, upper, count] = [self.lower, self.upper, self.count].map(float_g);
        write!(f, "{open}{lower},{upper}{close}:{count}")
    }
}

/// Count, sum and the populated buckets in ascending order: `{count:3, sum:2.5, (0.5,1]:3}`.
impl fmt::Display for FloatHistogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{count:{}, sum:{}", float_g(self.count), float_g(self.sum))?;
        let zero = (self.zero_count != 0.0).then(|| self.zero_bucket());
        let populated = |bucket: &Bucket| bucket.count != 0.0;
        for bucket in self
            .negative_buckets_rev()
            .filter(populated)
            .chain(zero)
            .chain(self.positive_buckets().filter(populated))
        {
            write!(f, ", {bucket}")?;
        }
        f.write_str("}")
    }
}

/// Gaps that add up to more buckets than this are not written out.
const MAX_WRITTEN_BUCKETS: u64 = 100_000;

impl FloatHistogram {
    /// The notation of test files: `{{schema:1 count:3 sum:2.5 offset:-1 buckets:[3]}}`.
    ///
    /// It has one run of buckets for each side. Where gaps would make it absurdly long the form of `Display` is
    /// returned instead.
    pub fn test_expression(&self) -> String {
        let mut compacted = self.clone();
        compacted.compact(0);
        let width = |side: &Buckets| {
            side.spans
                .iter()
                .map(|span| u64::from(span.offset.unsigned_abs()))
                .sum::<u64>()
        };
        let gaps = |side: &Buckets| match side.spans.first() {
            Some(first) => width(side) - u64::from(first.offset.unsigned_abs()),
            None => 0,
        };
        if gaps(&compacted.positive).max(gaps(&compacted.negative)) > MAX_WRITTEN_BUCKETS {
            return self.to_string();
        }
        compacted.compact(u32::MAX);

        let mut parts = Vec::new();
        if self.schema != 0 {
            parts.push(format!("schema:{}", self.schema));
        }
        let numbers = [
            ("count", self.count),
            ("sum", self.sum),
            ("z_bucket", self.zero_count),
            ("z_bucket_w", self.zero_threshold),
        ];
        for (key, number) in numbers {
            if number != 0.0 {
                parts.push(format!("{key}:{}", float_g(number)));
            }
        }
        if self.uses_custom_buckets() {
            parts.push(format!("custom_values:{}", list(&self.custom_values)));
        }
        match self.counter_reset_hint {
            CounterResetHint::Unknown => {}
            CounterResetHint::Reset => parts.push("counter_reset_hint:reset".into()),
            CounterResetHint::NotReset => parts.push("counter_reset_hint:not_reset".into()),
            CounterResetHint::Gauge => parts.push("counter_reset_hint:gauge".into()),
        }
        let sides = [
            (&compacted.positive, "offset", "buckets"),
            (&compacted.negative, "n_offset", "n_buckets"),
        ];
        for (side, offset_key, buckets_key) in sides {
            let Some(span) = side.spans.first() else { continue };
            if span.offset != 0 {
                parts.push(format!("{offset_key}:{}", span.offset));
            }
            parts.push(format!("{buckets_key}:{}", list(&side.counts)));
        }
        format!("{{{{{}}}}}", parts.join(" "))
    }
}

/// Numbers as Go prints a slice of them: `[1 2.5]`.
fn list(numbers: &[f64]) -> String {
    let numbers: Vec<_> = numbers.iter().copied().map(float_g).collect();
    format!("[{}]", numbers.join(" "))
}

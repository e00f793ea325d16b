//! Tests of the room: tables of known results here, what must always hold in `properties`.

mod arithmetic;
mod classic;
mod properties;
mod reset;
mod shape;
mod statistics;

use std::sync::Arc;

use super::*;

/// An exponential histogram whose count is that of its buckets and whose sum is the given one.
fn exponential(schema: i32, sum: f64, offset: i32, counts: &[f64]) -> FloatHistogram {
    FloatHistogram {
        schema,
        count: total(counts),
        sum,
        positive: Buckets::consecutive(offset, counts.to_vec()),
        ..FloatHistogram::default()
    }
}

/// Adds a zero bucket.
fn with_zero_bucket(mut histogram: FloatHistogram, threshold: f64, count: f64) -> FloatHistogram {
    histogram.zero_threshold = threshold;
    histogram.zero_count = count;
    histogram.count += count;
    histogram
}

/// Adds buckets below zero.
fn with_negative(mut histogram: FloatHistogram, offset: i32, counts: &[f64]) -> FloatHistogram {
    histogram.negative = Buckets::consecutive(offset, counts.to_vec());
    histogram.count += total(counts);
    histogram
}

/// A histogram with custom bounds.
fn custom(sum: f64, bounds: &[f64], counts: &[f64]) -> FloatHistogram {
    FloatHistogram {
        custom_values: Arc::from(bounds),
        ..exponential(CUSTOM_SCHEMA, sum, 0, counts)
    }
}

fn hinted(hint: CounterResetHint, mut histogram: FloatHistogram) -> FloatHistogram {
    histogram.counter_reset_hint = hint;
    histogram
}

fn spans(spans: &[(i32, u32)]) -> Vec<BucketSpan> {
    spans
        .iter()
        .map(|(offset, length)| BucketSpan {
            offset: *offset,
            length: *length,
        })
        .collect()
}

/// A sum that begins at zero; the standard library's begins at minus zero.
fn total(counts: &[f64]) -> f64 {
    counts.iter().fold(0.0, |sum, count| sum + count)
}

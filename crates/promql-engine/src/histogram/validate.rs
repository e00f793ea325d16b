//! Which histograms are consistent in themselves, with Prometheus' error texts.

use std::fmt;

use super::{BucketSpan, Buckets, CUSTOM_SCHEMA, FloatHistogram, MAX_SCHEMA, MIN_SCHEMA, is_exponential};
use crate::gofmt::float_g;

/// Why a histogram is inconsistent, in Prometheus' words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidHistogram(String);

impl fmt::Display for InvalidHistogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidHistogram {}

impl FloatHistogram {
    /// Whether spans and counts belong together, no count is negative, and nothing is set that the schema does not
    /// know. That the buckets add up to the count is not asked for: rounding makes them differ.
    pub fn validate(&self) -> Result<(), InvalidHistogram> {
        self.check().map_err(InvalidHistogram)
    }

    fn check(&self) -> Result<(), String> {
        if self.uses_custom_buckets() {
            self.check_custom()?;
        } else if is_exponential(self.schema) {
            self.check_exponential()?;
        } else {
            return Err(format!(
                "histogram has an invalid schema, which must be between {MIN_SCHEMA} and {MAX_SCHEMA} for \
                 exponential buckets, or {CUSTOM_SCHEMA} for custom buckets, got schema {}",
                self.schema
            ));
        }
        if self.count < 0.0 {
            let count = float_g(self.count);
            return Err(format!(
                "observation count is  {count}: histogram's observation count is negative"
            ));
        }
        check_counts(&self.positive.counts).map_err(on("positive side"))
    }

    fn check_exponential(&self) -> Result<(), String> {
        check_spans(&self.positive, |position| position > 0).map_err(on("positive side"))?;
        check_spans(&self.negative, |position| position > 0).map_err(on("negative side"))?;
        check_counts(&self.negative.counts).map_err(on("negative side"))?;
        if self.zero_count < 0.0 {
            let count = float_g(self.zero_count);
            return Err(format!(
                "zero bucket has observation count of {count}: {NEGATIVE_BUCKET}"
            ));
        }
        if !self.custom_values.is_empty() {
            return Err("histogram with exponential schema must not have custom bounds".into());
        }
        Ok(())
    }

    fn check_custom(&self) -> Result<(), String> {
        check_bounds(&self.custom_values)
            .and_then(|()| check_spans(&self.positive, |_| true))
            .and_then(|()| {
                let width = |span: &BucketSpan| i64::from(span.length) + i64::from(span.offset);
                let needed: i64 = self.positive.spans.iter().map(width).sum();
                let bounds = self.custom_values.len();
                if needed > bounds as i64 + 1 {
                    return Err(format!(
                        "only {bounds} custom bounds defined which is insufficient to cover total span length of \
                         {needed}: histogram custom bounds are too few"
                    ));
                }
                Ok(())
            })
            .map_err(on("custom buckets"))?;
        let forbidden = [
            (self.zero_count != 0.0, "must have zero count of 0"),
            (self.zero_threshold != 0.0, "must have zero threshold of 0"),
            (!self.negative.spans.is_empty(), "must not have negative spans"),
            (!self.negative.counts.is_empty(), "must not have negative buckets"),
        ];
        match forbidden.iter().find(|(found, _)| *found) {
            Some((_, rule)) => Err(format!("custom buckets: {rule}")),
            None => Ok(()),
        }
    }
}

const NEGATIVE_BUCKET: &str = "histogram has a bucket whose observation count is negative";

fn on(part: &str) -> impl Fn(String) -> String + '_ {
    move |problem| format!("{part}: {problem}")
}

fn check_spans(side: &Buckets, is_gap: impl Fn(usize) -> bool) -> Result<(), String> {
    let mut needed = 0u64;
    for (position, span) in side.spans.iter().enumerate() {
        if is_gap(position) && span.offset < 0 {
            return Err(format!(
                "span number {} with offset {}: histogram has a span whose offset is negative",
                position + 1,
                span.offset
            ));
        }
        needed += u64::from(span.length);
    }
    let there = side.counts.len();
    if needed != there as u64 {
        return Err(format!(
            "spans need {needed} buckets, have {there} buckets: histogram spans specify different number of \
             buckets than provided"
        ));
    }
    Ok(())
}

fn check_counts(counts: &[f64]) -> Result<(), String> {
    match counts.iter().position(|count| *count < 0.0) {
        Some(position) => Err(format!(
            "bucket number {} has observation count of {}: {NEGATIVE_BUCKET}",
            position + 1,
            float_g(counts[position])
        )),
        None => Ok(()),
    }
}

fn check_bounds(bounds: &[f64]) -> Result<(), String> {
    let mut previous = f64::NEG_INFINITY;
    for (position, bound) in bounds.iter().enumerate() {
        if bound.is_nan() {
            return Err("histogram custom bounds must not be NaN".into());
        }
        if position > 0 && *bound <= previous {
            return Err(format!(
                "previous bound is {} and current is {}: histogram custom bounds must be in strictly increasing \
                 order",
                six_decimals(previous),
                six_decimals(*bound)
            ));
        }
        previous = *bound;
    }
    if previous == f64::INFINITY {
        return Err(
            "last +Inf bound must not be explicitly defined: histogram custom bounds must be finite".into(),
        );
    }
    Ok(())
}

/// A number as Go's `%f` prints it.
fn six_decimals(number: f64) -> String {
    if number.is_finite() {
        format!("{number:.6}")
    } else {
        float_g(number)
    }
}

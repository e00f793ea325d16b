//! Native histograms in series notation: `{{schema:1 sum:5 count:4 buckets:[1 2 1]}}`.

use super::scan::Scanner;
use super::{fault, number, unexpected};
use crate::error::ParseError;
use crate::span::Span;

/// A native histogram as written; what is not written is zero, empty or unknown.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HistogramDescription {
    /// Resolution: buckets per power of two as a power of two, or -53 for custom bounds.
    pub schema: i64,
    /// Sum of the observations.
    pub sum: f64,
    /// Number of observations.
    pub count: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// Half the width of the zero bucket.
    pub zero_threshold: f64,
    /// Index of the first positive bucket.
    pub offset: i64,
    /// Observations in each positive bucket.
    pub buckets: Vec<f64>,
    /// Index of the first negative bucket.
    pub negative_offset: i64,
    /// Observations in each negative bucket.
    pub negative_buckets: Vec<f64>,
    /// Upper bounds of custom buckets.
    pub custom_values: Vec<f64>,
    /// What is known of counter resets, where it is written.
    pub counter_reset_hint: Option<CounterResetHint>,
}

/// What a histogram says of a counter reset before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CounterResetHint {
    /// Nothing.
    Unknown,
    /// There was one.
    Reset,
    /// There was none.
    NotReset,
    /// It is a gauge: the question does not arise.
    Gauge,
}

pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<HistogramDescription, ParseError> {
    if !scanner.eat("{{") {
        return Err(unexpected(
            scanner,
            "series values",
            "",
            "A histogram begins with `{{`.",
        ));
    }
    let mut histogram = HistogramDescription::default();
    let mut seen = Vec::new();
    loop {
        scanner.skip_spaces();
        if scanner.eat("}}") {
            return Ok(histogram);
        }
        let from = scanner.at();
        let key = scanner.take_while(|c| c == '_' || c.is_ascii_alphabetic());
        if key.is_empty() {
            let expected = "histogram description key, e.g. buckets:[5 10 7]";
            return Err(unexpected(scanner, "histogram description", expected, KEYS));
        }
        let span = Span::new(from, scanner.at());
        if seen.contains(&key) {
            let message = format!("duplicate key \"{key}\" in histogram");
            return Err(fault(span, message, "Write each key once."));
        }
        seen.push(key);
        if !KNOWN.contains(&key.to_ascii_lowercase().as_str()) {
            return Err(fault(
                span,
                format!("bad histogram descriptor found: \"{key}\""),
                KEYS,
            ));
        }
        if !scanner.eat(":") {
            return Err(fault(
                span,
                "missing `:` for histogram descriptor",
                "Keys read `key:value`.",
            ));
        }
        value(scanner, &key.to_ascii_lowercase(), &mut histogram)?;
    }
}

const KNOWN: [&str; 11] = [
    "schema",
    "sum",
    "count",
    "z_bucket",
    "z_bucket_w",
    "offset",
    "buckets",
    "n_offset",
    "n_buckets",
    "custom_values",
    "counter_reset_hint",
];

const KEYS: &str = "Keys are schema, sum, count, z_bucket, z_bucket_w, offset, buckets, n_offset, n_buckets, \
                    custom_values and counter_reset_hint.";

fn value(
    scanner: &mut Scanner<'_>,
    key: &str,
    histogram: &mut HistogramDescription,
) -> Result<(), ParseError> {
    match key {
        "schema" => histogram.schema = integer(scanner)?,
        "sum" => histogram.sum = signed(scanner)?,
        "count" => histogram.count = signed(scanner)?,
        "z_bucket" => histogram.zero_count = signed(scanner)?,
        "z_bucket_w" => histogram.zero_threshold = number(scanner)?,
        "offset" => histogram.offset = integer(scanner)?,
        "n_offset" => histogram.negative_offset = integer(scanner)?,
        "buckets" => histogram.buckets = list(scanner)?,
        "n_buckets" => histogram.negative_buckets = list(scanner)?,
        "custom_values" => histogram.custom_values = list(scanner)?,
        _ => histogram.counter_reset_hint = Some(hint(scanner)?),
    }
    Ok(())
}

fn hint(scanner: &mut Scanner<'_>) -> Result<CounterResetHint, ParseError> {
    let from = scanner.at();
    let word = scanner.take_while(|c| c == '_' || c.is_ascii_alphabetic());
    match word.to_ascii_lowercase().as_str() {
        "unknown" => Ok(CounterResetHint::Unknown),
        "reset" => Ok(CounterResetHint::Reset),
        "not_reset" => Ok(CounterResetHint::NotReset),
        "gauge" => Ok(CounterResetHint::Gauge),
        _ => {
            let help = "Hints are unknown, reset, not_reset and gauge.";
            let span = Span::new(from, scanner.at());
            Err(fault(
                span,
                format!("bad histogram descriptor found: \"{word}\""),
                help,
            ))
        }
    }
}

fn integer(scanner: &mut Scanner<'_>) -> Result<i64, ParseError> {
    let from = scanner.at();
    let negative = scanner.eat("-");
    let digits = scanner.take_while(|c| c.is_ascii_digit());
    let value: Option<i64> = digits.parse().ok();
    match value {
        Some(value) => Ok(if negative { -value } else { value }),
        None => {
            let span = Span::new(from, scanner.at());
            Err(fault(
                span,
                "expected a whole number in histogram description",
                "Write a whole number.",
            ))
        }
    }
}

fn signed(scanner: &mut Scanner<'_>) -> Result<f64, ParseError> {
    let sign = if scanner.eat("-") {
        -1.0
    } else {
        scanner.eat("+");
        1.0
    };
    Ok(sign * number(scanner)?)
}

fn list(scanner: &mut Scanner<'_>) -> Result<Vec<f64>, ParseError> {
    if !scanner.eat("[") {
        return Err(unexpected(
            scanner,
            "histogram description",
            "\"[\"",
            "Lists read `[1 2 3]`.",
        ));
    }
    let mut values = Vec::new();
    loop {
        scanner.skip_spaces();
        if scanner.eat("]") {
            return Ok(values);
        }
        values.push(signed(scanner)?);
    }
}

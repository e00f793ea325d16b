//! The values that series notation stands for: `0+10x5` counted out, histograms added up.
//!
//! A few characters can describe billions of values, so callers look at
//! [`series::value_count`] before they expand.

use std::fmt;
use std::sync::Arc;

use promql_syntax::Span;
use promql_syntax::series::{self, HistogramDescription, SequenceItem, SequenceValues};

use crate::histogram::{Buckets, CounterResetHint, FloatHistogram};
use crate::sample::{STALE_NAN, SampleValue};

/// What stands at one interval of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceValue {
    /// The sample; none where `_` is written.
    pub value: Option<SampleValue>,
    /// Whether it is a histogram with a counter reset hint in writing. In an expected histogram only such a hint
    /// is compared.
    pub hint_given: bool,
}

/// Why values cannot be made.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpansionError {
    /// Where in the notation.
    pub span: Span,
    /// Why, in Prometheus' words.
    pub message: String,
}

impl fmt::Display for ExpansionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ExpansionError {}

/// The values one after the other. An item whose histograms cannot be added ends with an error.
pub fn expand(items: &[SequenceItem]) -> impl Iterator<Item = Result<SequenceValue, ExpansionError>> + '_ {
    items.iter().flat_map(|item| {
        let current = match &item.values {
            SequenceValues::Omitted { .. } => Run::Omitted,
            SequenceValues::Stale { .. } => Run::Float {
                next: STALE_NAN,
                step: 0.0,
            },
            SequenceValues::Floats { start, step, .. } => Run::Float {
                next: *start,
                step: *step,
            },
            SequenceValues::Histograms {
                start,
                step,
                subtract,
                ..
            } => Run::Histogram {
                next: Arc::new(histogram(start)),
                step: step.as_ref().map(|step| histogram(step)),
                subtract: *subtract,
                hint_given: step.as_ref().unwrap_or(start).counter_reset_hint.is_some(),
            },
        };
        Values {
            current,
            left: item.values.count(),
            span: item.span,
        }
    })
}

/// The histogram that a description stands for.
pub fn histogram(description: &HistogramDescription) -> FloatHistogram {
    let index = |offset: i64| offset.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
    FloatHistogram {
        counter_reset_hint: match description.counter_reset_hint {
            None | Some(series::CounterResetHint::Unknown) => CounterResetHint::Unknown,
            Some(series::CounterResetHint::Reset) => CounterResetHint::Reset,
            Some(series::CounterResetHint::NotReset) => CounterResetHint::NotReset,
            Some(series::CounterResetHint::Gauge) => CounterResetHint::Gauge,
        },
        schema: index(description.schema),
        zero_threshold: description.zero_threshold,
        zero_count: description.zero_count,
        count: description.count,
        sum: description.sum,
        positive: Buckets::consecutive(index(description.offset), description.buckets.clone()),
        negative: Buckets::consecutive(
            index(description.negative_offset),
            description.negative_buckets.clone(),
        ),
        custom_values: Arc::from(description.custom_values.as_slice()),
    }
}

/// The values of one item.
struct Values {
    current: Run,
    left: u64,
    span: Span,
}

enum Run {
    Omitted,
    Float {
        next: f64,
        step: f64,
    },
    Histogram {
        next: Arc<FloatHistogram>,
        step: Option<FloatHistogram>,
        subtract: bool,
        hint_given: bool,
    },
}

impl Iterator for Values {
    type Item = Result<SequenceValue, ExpansionError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let more = self.left > 0;
        let (value, hint_given) = match &mut self.current {
            Run::Omitted => (None, false),
            Run::Float { next, step } => {
                let value = *next;
                if *step != 0.0 {
                    *next += *step;
                }
                (Some(SampleValue::Float(value)), false)
            }
            Run::Histogram {
                next,
                step,
                subtract,
                hint_given,
            } => {
                let value = Arc::clone(next);
                if let Some(step) = step
                    && more
                    && let Err(message) = advance(Arc::make_mut(next), step, *subtract)
                {
                    self.left = 0;
                    return Some(Err(ExpansionError {
                        span: self.span,
                        message,
                    }));
                }
                (Some(SampleValue::Histogram(value)), *hint_given)
            }
        };
        Some(Ok(SequenceValue { value, hint_given }))
    }
}

fn advance(current: &mut FloatHistogram, step: &FloatHistogram, subtract: bool) -> Result<(), String> {
    if current.schema > step.schema {
        return Err(format!(
            "error combining histograms: cannot merge from schema {} to {}",
            step.schema, current.schema
        ));
    }
    let combined = if subtract {
        current.sub(step)
    } else {
        current.add(step)
    };
    combined.map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use promql_syntax::series::{parse_series_description, value_count};

    use super::*;

    fn values(notation: &str) -> Result<String, String> {
        let series = parse_series_description(&format!("m {notation}")).map_err(|error| error.to_string())?;
        let shown: Result<Vec<_>, _> = expand(&series.items)
            .map(|value| {
                let value = value?;
                let hint = if value.hint_given { "!" } else { "" };
                Ok(match value.value {
                    None => "_".to_owned(),
                    Some(SampleValue::Float(value)) if crate::sample::is_stale(value) => "stale".to_owned(),
                    Some(SampleValue::Float(value)) => value.to_string(),
                    Some(SampleValue::Histogram(value)) => value.test_expression() + hint,
                })
            })
            .collect();
        shown
            .map(|shown| {
                assert_eq!(value_count(&series.items), shown.len() as u64, "{notation}");
                shown.join(" ")
            })
            .map_err(|error: ExpansionError| error.to_string())
    }

    #[test]
    fn notations() {
        let cases = [
            ("", ""),
            ("1 -2.5 NaN", "1 -2.5 NaN"),
            ("0+10x3", "0 10 20 30"),
            ("1-2x2", "1 -1 -3"),
            ("7x2", "7 7 7"),
            ("_ _x2 stale", "_ _ _ stale"),
            ("1 _x0 2", "1 2"),
            ("0.1+0.1x3", "0.1 0.2 0.30000000000000004 0.4"),
            ("{{}}", "{{}}"),
            (
                "{{count:1 sum:2 buckets:[1]}}x1",
                "{{count:1 sum:2 buckets:[1]}} {{count:1 sum:2 buckets:[1]}}",
            ),
            (
                "{{count:1 buckets:[1]}}+{{count:2 offset:1 buckets:[2]}}x2",
                "{{count:1 buckets:[1]}} {{count:3 buckets:[1 2]}} {{count:5 buckets:[1 4]}}",
            ),
            (
                "{{count:3 sum:3}}-{{count:1 sum:2}}x1",
                "{{count:3 sum:3}} {{count:2 sum:1}}",
            ),
            (
                "{{schema:-53 custom_values:[1 2] buckets:[1 2 3] n_offset:5}}",
                "{{schema:-53 custom_values:[1 2] buckets:[1 2 3]}}",
            ),
            (
                "{{counter_reset_hint:gauge}} {{counter_reset_hint:unknown}} {{}}",
                "{{counter_reset_hint:gauge}}! {{}}! {{}}",
            ),
            // The hint in writing is that of the step where there is one.
            (
                "{{counter_reset_hint:gauge}}+{{}}x1",
                "{{counter_reset_hint:gauge}} {{counter_reset_hint:gauge}}",
            ),
        ];
        for (notation, expected) in cases {
            assert_eq!(values(notation).as_deref(), Ok(expected), "{notation}");
        }
    }

    #[test]
    fn histograms_that_cannot_be_added() {
        assert_eq!(
            values("{{schema:1}}+{{schema:0}}x1"),
            Err("error combining histograms: cannot merge from schema 0 to 1".to_owned())
        );
        assert_eq!(
            values("{{schema:-53}}+{{schema:0}}x1"),
            Err("cannot apply this operation on histograms with a mix of exponential and custom bucket schemas"
                .to_owned())
        );
    }

    #[test]
    fn describing_billions_of_values_costs_nothing() {
        let series = parse_series_description("m 0x100000000 _x18446744073709551615").expect("well-formed");
        assert_eq!(value_count(&series.items), u64::MAX);
        assert!(expand(&series.items).next().is_some());
    }
}

//! Functions over made-up series, without an evaluator around them.

mod histograms;
mod range;
mod whole;

use std::sync::Arc;

use promql_syntax::Span;
use promql_syntax::ast::RangeExtension;

use super::lookup;
use crate::annotations::Annotations;
use crate::call::{Implementation, RangeCall, RangeSeries, Samples, Scalar, Scratch, Window};
use crate::columns::{Columns, SeriesSet, ValueRef};
use crate::error::EvalError;
use crate::histogram::FloatHistogram;
use crate::labels::Labels;
use crate::steps::Steps;

/// A series to compute functions of.
#[derive(Clone, Debug, Default)]
struct TestSeries {
    floats: Vec<(i64, f64)>,
    starts: Vec<i64>,
    histograms: Vec<(i64, FloatHistogram)>,
}

impl TestSeries {
    /// Floats every ten seconds from 0 on; `_` is a gap.
    fn every_ten_seconds(text: &str) -> Self {
        let floats = text
            .split_whitespace()
            .enumerate()
            .filter_map(|(i, value)| Some((i as i64 * 10_000, value.parse().ok()?)));
        TestSeries {
            floats: floats.collect(),
            ..TestSeries::default()
        }
    }
}

/// How a function is called.
#[derive(Clone)]
struct TestCall {
    name: &'static str,
    range: i64,
    steps: Steps,
    scalars: Vec<f64>,
    extension: Option<RangeExtension>,
}

impl TestCall {
    fn at(name: &'static str, range: i64, time: i64) -> Self {
        TestCall {
            name,
            range,
            steps: Steps::instant(time),
            scalars: Vec::new(),
            extension: None,
        }
    }

    fn with(mut self, scalars: &[f64]) -> Self {
        self.scalars = scalars.to_vec();
        self
    }

    fn extended(mut self, extension: RangeExtension) -> Self {
        self.extension = Some(extension);
        self
    }
}

/// What a function made of a series: a value or nothing at each step, and what it had to say.
#[derive(Debug, PartialEq)]
struct TestResult {
    values: Vec<TestValue>,
    messages: Vec<String>,
}

#[derive(Debug, Clone)]
enum TestValue {
    Nothing,
    Float(f64),
    Histogram(Arc<FloatHistogram>),
}

/// Floats are the same where their bits are.
impl PartialEq for TestValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (TestValue::Nothing, TestValue::Nothing) => true,
            (TestValue::Float(a), TestValue::Float(b)) => {
                a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
            }
            (TestValue::Histogram(a), TestValue::Histogram(b)) => format!("{a:?}") == format!("{b:?}"),
            _ => false,
        }
    }
}

/// How far `anchored` and `smoothed` look beyond the range.
const LOOKBACK: i64 = 50_000;

fn eval(call: &TestCall, series: &TestSeries) -> Result<TestResult, EvalError> {
    let Some(Implementation::Range(function)) = lookup(call.name) else {
        panic!("{} is no function of a range", call.name);
    };
    let (times, floats): (Vec<i64>, Vec<f64>) = series.floats.iter().copied().unzip();
    let histogram_times: Vec<i64> = series.histograms.iter().map(|(time, _)| *time).collect();
    let histograms: Vec<Arc<FloatHistogram>> = series
        .histograms
        .iter()
        .map(|(_, histogram)| Arc::new(histogram.clone()))
        .collect();
    let windows: Vec<Window> = call
        .steps
        .iter()
        .map(|end| window(call, end, &times, &histogram_times))
        .collect();
    let labels = Labels::new([("__name__", "metric_total"), ("job", "test")]);
    let range_series = RangeSeries {
        labels: &labels,
        samples: Samples {
            times: &times,
            floats: &floats,
            starts: if function.uses_start_timestamps {
                &series.starts
            } else {
                &[]
            },
            histogram_times: &histogram_times,
            histograms: &histograms,
            histogram_starts: &[],
        },
        windows: &windows,
    };
    let scalars: Vec<Scalar> = call.scalars.iter().copied().map(Scalar::Constant).collect();
    let mut annotations = Annotations::new();
    let mut range_call = RangeCall {
        steps: call.steps,
        scalars: &scalars,
        spans: &[Span::new(0, 1); 3],
        range_seconds: call.range as f64 / 1000.0,
        extension: call.extension,
        annotations: &mut annotations,
        scratch: &mut Scratch::default(),
    };
    let mut columns = Columns::absent(SeriesSet::new(vec![labels.clone()]), call.steps.count);
    (function.eval)(&mut range_call, &range_series, &mut columns.writer(0))?;
    let values = (0..call.steps.count).map(|step| match columns.get(0, step) {
        None => TestValue::Nothing,
        Some(ValueRef::Float(value)) => TestValue::Float(value),
        Some(ValueRef::Histogram(histogram)) => TestValue::Histogram(Arc::clone(histogram)),
    });
    Ok(TestResult {
        values: values.collect(),
        messages: annotations
            .iter()
            .map(|annotation| annotation.message().to_owned())
            .collect(),
    })
}

fn window(call: &TestCall, end: i64, times: &[i64], histogram_times: &[i64]) -> Window {
    let start = end - call.range;
    let (from, to) = match call.extension {
        None => (start, end),
        Some(RangeExtension::Anchored) => (start - LOOKBACK, end),
        Some(RangeExtension::Smoothed) => (start - LOOKBACK, end + LOOKBACK),
    };
    let part = |times: &[i64]| {
        (
            times.partition_point(|time| *time <= from),
            times.partition_point(|time| *time <= to),
        )
    };
    Window {
        floats: part(times),
        histograms: part(histogram_times),
        start,
        end,
    }
}

/// The float that a function makes of a series at one time; `None` where it makes nothing.
fn float_at(call: &TestCall, series: &TestSeries) -> Option<f64> {
    match eval(call, series).expect("evaluates").values[0] {
        TestValue::Float(value) => Some(value),
        TestValue::Nothing => None,
        TestValue::Histogram(_) => panic!("{} gives a histogram", call.name),
    }
}

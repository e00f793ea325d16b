//! Curves from samples: which of many series are drawn, and what stands for a histogram.

use std::collections::HashMap;

use promql_engine::{Labels, Sample, SampleValue, sample};

use super::thin::Line;
use crate::outcome::{Curve, Curves};

/// The most curves in one picture: more cannot be told apart.
pub(super) const MOST_CURVES: usize = 12;
/// How many of them are those that reach highest; the others are those that reach lowest.
const HIGHEST: usize = 8;

/// The number that is drawn for a sample: of a native histogram that of its observations.
fn drawn(value: &SampleValue) -> (Option<f64>, bool) {
    match value {
        SampleValue::Float(value) if sample::is_stale(*value) => (None, false),
        SampleValue::Float(value) => (Some(*value), false),
        SampleValue::Histogram(histogram) => (Some(histogram.count), true),
    }
}

/// The samples of one series.
#[derive(Default)]
pub(super) struct OneSeries {
    line: Line,
    observations: bool,
    bounds: Option<(f64, f64)>,
    /// When the series was last seen.
    last: Option<i64>,
}

impl OneSeries {
    /// Adds what stands at a time, in milliseconds since the start.
    pub(super) fn push(&mut self, at: i64, value: Option<&SampleValue>) {
        let (number, observations) = value.map_or((None, false), drawn);
        self.observations |= observations;
        if let Some(number) = number.filter(|n| !n.is_nan()) {
            let (low, high) = self.bounds.unwrap_or((number, number));
            self.bounds = Some((low.min(number), high.max(number)));
        }
        self.line.push(at, number);
        self.last = Some(at);
    }

    fn finish(self, labels: &Labels) -> Curve {
        let (points, thinned_from) = self.line.finish();
        let labels = labels.iter().filter(|(name, _)| *name != "__name__");
        Curve {
            labels: labels
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            points,
            thinned_from,
        }
    }
}

/// Series in the order in which they came.
#[derive(Default)]
pub(super) struct ManySeries {
    numbers: HashMap<Labels, usize>,
    series: Vec<(Labels, OneSeries)>,
    /// Those that are counted and no more.
    left_out: usize,
}

impl ManySeries {
    /// Adds a series.
    pub(super) fn add(&mut self, labels: Labels, series: OneSeries) {
        self.series.push((labels, series));
    }

    /// Counts a series that is not drawn.
    pub(super) fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// How many series there are to be drawn.
    pub(super) fn len(&self) -> usize {
        self.series.len()
    }

    /// Adds a vector at a time, in milliseconds since the start. Series that are not in it have a gap there: that
    /// between `before`, when the last vector was, and now.
    pub(super) fn push(&mut self, before: Option<i64>, at: i64, vector: &[Sample]) {
        for sample in vector {
            let next = self.series.len();
            let number = *self.numbers.entry(sample.labels.clone()).or_insert(next);
            if number == next {
                self.series.push((sample.labels.clone(), OneSeries::default()));
            }
            let (_, series) = &mut self.series[number];
            if let (Some(last), Some(before)) = (series.last, before)
                && last < before
            {
                series.push(last + 1, None);
            }
            series.push(at, Some(&sample.value));
        }
    }

    /// The curves, whose values have this unit: of many series those that reach highest and lowest.
    pub(super) fn finish(mut self, unit: Option<String>) -> Curves {
        let all = self.series.len();
        let mut left_out = self.left_out;
        if all > MOST_CURVES {
            let low = |(_, series): &(Labels, OneSeries)| series.bounds.map_or(f64::INFINITY, |(low, _)| low);
            let high =
                |(_, series): &(Labels, OneSeries)| series.bounds.map_or(f64::NEG_INFINITY, |(_, high)| high);
            self.series
                .sort_by(|a, b| high(b).total_cmp(&high(a)).then_with(|| a.0.cmp(&b.0)));
            self.series[HIGHEST..].sort_by(|a, b| low(a).total_cmp(&low(b)).then_with(|| a.0.cmp(&b.0)));
            self.series.truncate(MOST_CURVES);
            left_out += all - MOST_CURVES;
        }
        self.series.sort_by(|a, b| a.0.cmp(&b.0));
        Curves {
            unit,
            observations: self.series.iter().any(|(_, series)| series.observations),
            drawn: self
                .series
                .into_iter()
                .map(|(labels, series)| series.finish(&labels))
                .collect(),
            left_out,
            error: None,
        }
    }
}

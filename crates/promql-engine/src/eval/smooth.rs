//! `smoothed` instant vector selectors: values between samples are interpolated.

use std::sync::Arc;

use super::select::Selected;
use super::{Evaluator, LookupTimes, values};
use crate::annotations::Annotation;
use crate::columns::Columns;
use crate::error::EvalError;
use crate::functions::{self, Remarks};
use crate::histogram::{CounterResetHint, FloatHistogram};
use crate::plan::Node;

impl Evaluator<'_> {
    /// The value at each time: that of a sample at the time itself, else what lies between the samples around it
    /// within the lookback delta, else the last value before it.
    pub(super) fn smoothed(
        &mut self,
        node: &Node,
        selected: &Selected,
        times: LookupTimes,
        columns: &mut Columns,
    ) -> Result<(), EvalError> {
        let lookback = self.options.lookback_delta_ms;
        for (series, id) in selected.ids.iter().enumerate() {
            self.check_deadline()?;
            let samples = self.storage.samples(*id);
            let mut remarks = Remarks {
                annotations: &mut self.annotations,
                span: node.span,
                metric: selected.set.labels[series].metric_name(),
            };
            for step in 0..columns.steps {
                let time = times.at(step);
                let floats = Around::new(samples.times, samples.floats, time, lookback);
                let histograms = Around::new(samples.histogram_times, samples.histograms, time, lookback);
                if floats.any && histograms.any {
                    let mixed = Annotation::mixed_floats_histograms(remarks.metric, remarks.span);
                    remarks.annotations.add(mixed);
                } else if let Some(value) = smooth_float(&floats, time) {
                    columns.column_mut(series)[step] = value;
                } else if let Some(histogram) = smooth_histogram(&histograms, time, &mut remarks) {
                    columns.writer(series).set_histogram(step, histogram);
                }
            }
        }
        let samples = self.budget.samples(columns);
        self.budget.add(samples)
    }
}

/// The samples on both sides of a time, not farther away than the lookback delta.
struct Around<'s, T> {
    before: Option<(i64, &'s T)>,
    /// At the time or after it.
    after: Option<(i64, &'s T)>,
    any: bool,
}

impl<'s, T> Around<'s, T> {
    fn new(times: &[i64], values: &'s [T], time: i64, lookback: i64) -> Self {
        let next = times.partition_point(|t| *t < time);
        let point = |index: usize| Some((*times.get(index)?, values.get(index)?));
        let before = next
            .checked_sub(1)
            .and_then(point)
            .filter(|(t, _)| *t > time.saturating_sub(lookback));
        let after = point(next).filter(|(t, _)| *t <= time.saturating_add(lookback));
        Around {
            any: before.is_some() || after.is_some(),
            before,
            after,
        }
    }
}

fn smooth_float(around: &Around<'_, f64>, time: i64) -> Option<f64> {
    match (around.before, around.after) {
        (_, Some((t, value))) if t == time => Some(*value),
        (Some(before), Some(after)) => Some(functions::interpolate(
            (before.0, *before.1),
            (after.0, *after.1),
            time,
            false,
        )),
        (before, _) => before.map(|(_, value)| *value),
    }
}

fn smooth_histogram(
    around: &Around<'_, Arc<FloatHistogram>>,
    time: i64,
    remarks: &mut Remarks<'_>,
) -> Option<Arc<FloatHistogram>> {
    match (around.before, around.after) {
        (_, Some((t, histogram))) if t == time => Some(Arc::clone(histogram)),
        (Some((_, before)), Some((_, after)))
            if before.uses_custom_buckets() != after.uses_custom_buckets() =>
        {
            let mixed = Annotation::mixed_exponential_custom(remarks.metric, remarks.span);
            remarks.annotations.add(mixed);
            None
        }
        (Some((from, before)), Some((to, after))) => {
            let is_gauge =
                |histogram: &FloatHistogram| histogram.counter_reset_hint == CounterResetHint::Gauge;
            let counter = !is_gauge(before) || !is_gauge(after);
            functions::interpolate_histograms((from, before), (to, after), time, counter, remarks)
                .map(Arc::new)
        }
        // The hint is about the sample, not about its value at another time.
        (Some((_, before)), None) => Some(values::without_reset_hint(before, true)),
        (None, _) => None,
    }
}

//! `smoothed` instant vector selectors: values between samples are interpolated.

use super::select::Selected;
use super::{Evaluator, LookupTimes};
use crate::columns::{ColumnWriter, Columns};
use crate::error::EvalError;
use crate::functions;
use crate::plan::Node;
use crate::storage::SeriesData;

impl Evaluator<'_> {
    /// The value at each time: that of a sample at the time itself, else what lies between the samples around it
    /// within the lookback delta, else the last value before it.
    pub(super) fn smoothed(
        &mut self,
        _node: &Node,
        selected: &Selected,
        times: LookupTimes,
        columns: &mut Columns,
    ) -> Result<(), EvalError> {
        let lookback = self.options.lookback_delta_ms;
        for (series, id) in selected.ids.iter().enumerate() {
            self.check_deadline()?;
            let data = self.storage.data(*id);
            let steps = columns.steps;
            smooth_floats(data, times, lookback, steps, &mut columns.writer(series));
        }
        Ok(())
    }
}

fn smooth_floats(
    data: &SeriesData,
    times: LookupTimes,
    lookback: i64,
    steps: usize,
    out: &mut ColumnWriter<'_>,
) {
    let all = &data.floats.timestamps;
    for step in 0..steps {
        let time = times.at(step);
        let next = all.partition_point(|t| *t < time);
        let after = all.get(next).filter(|t| **t <= time.saturating_add(lookback));
        let before = next
            .checked_sub(1)
            .filter(|i| all[*i] > time.saturating_sub(lookback));
        let value = match (before, after) {
            (_, Some(t)) if *t == time => data.floats.values[next],
            (Some(before), Some(_)) => {
                let point = |i: usize| (all[i], data.floats.values[i]);
                functions::interpolate(point(before), point(next), time, false)
            }
            (Some(before), None) => data.floats.values[before],
            (None, _) => continue,
        };
        out.set(step, value);
    }
}

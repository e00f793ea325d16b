//! The input series of a test, fed to the storage as the clock advances: what lies in the future of an
//! evaluation is not there yet.

use std::iter::Peekable;

use promql_engine::series_notation::expand;
use promql_engine::{Labels, SampleValue, SeriesId, Storage};
use promql_syntax::series::{SequenceItem, parse_metric, parse_series_description};

use super::world::Fault;
use crate::model::unit_tests::InputSeries;

/// Series with the values that are yet to come.
pub(super) struct Input {
    series: Vec<(Labels, Vec<SequenceItem>)>,
}

/// The input while it is being fed.
pub(super) struct Feed<'i> {
    pending: Vec<Pending<'i>>,
    start: i64,
    interval: i64,
}

struct Pending<'i> {
    id: SeriesId,
    /// Number of the next value.
    at: i64,
    values: Peekable<Box<dyn Iterator<Item = Result<Option<SampleValue>, String>> + 'i>>,
}

impl Input {
    /// Reads the notation. A series that is written twice has the values of the last.
    pub(super) fn read(list: &[InputSeries]) -> Result<Input, Fault> {
        let mut series: Vec<(Labels, Vec<SequenceItem>)> = Vec::with_capacity(list.len());
        let fault = |input: &InputSeries, message: String| Fault {
            kind: "input",
            message,
            range: input.range.clone(),
        };
        for input in list {
            let Some(metric) = &input.series else { continue };
            let labels = parse_metric(metric.as_str())
                .map_err(|e| fault(input, format!("series {}: {e}", metric.as_str())))?;
            let labels = Labels::new(labels);
            let values = input.values.as_ref().map_or("", |v| v.as_str());
            let described = parse_series_description(&format!("v {values}"))
                .map_err(|e| fault(input, format!("values of {}: {e}", metric.as_str())))?;
            series.retain(|(known, _)| *known != labels);
            series.push((labels, described.items));
        }
        Ok(Input { series })
    }

    /// Begins to feed: the first value of each series stands at `start`, the others `interval` apart, in
    /// milliseconds.
    pub(super) fn feed(&self, storage: &mut Storage, start: i64, interval: i64) -> Feed<'_> {
        let pending = self.series.iter().map(|(labels, items)| {
            let values = expand(items).map(|v| v.map(|v| v.value).map_err(|e| e.message));
            let values: Box<dyn Iterator<Item = _>> = Box::new(values);
            Pending {
                id: storage.series_id(labels),
                at: 0,
                values: values.peekable(),
            }
        });
        Feed {
            pending: pending.collect(),
            start,
            interval,
        }
    }
}

impl Feed<'_> {
    /// Appends everything up to and including `now`.
    pub(super) fn advance(&mut self, storage: &mut Storage, now: i64) -> Result<(), String> {
        for series in &mut self.pending {
            while let Some(at) = self
                .interval
                .checked_mul(series.at)
                .and_then(|t| t.checked_add(self.start))
            {
                if at > now {
                    break;
                }
                let Some(value) = series.values.next() else { break };
                series.at += 1;
                if let Some(value) = value? {
                    storage
                        .append_to(series.id, at, value, 0)
                        .map_err(|e| e.to_string())?;
                }
            }
        }
        Ok(())
    }
}

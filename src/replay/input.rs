//! The input series of a test, fed to the storage as the clock advances: what lies in the future of an
//! evaluation is not there yet.

use std::collections::HashMap;

use promql_engine::series_notation::expand;
use promql_engine::{Labels, SampleValue, SeriesId, Storage};
use promql_syntax::ParseError;
use promql_syntax::series::{SequenceItem, parse_metric, parse_series_description};

use super::world::Fault;
use crate::model::text::Text;
use crate::model::unit_tests::InputSeries;
use crate::source::SourceFile;

/// The most samples that a test may load.
const MOST_SAMPLES: usize = 50_000_000;

/// Series with the values that are yet to come.
pub(super) struct Input {
    series: Vec<InputValues>,
}

struct InputValues {
    labels: Labels,
    items: Vec<SequenceItem>,
    /// Where the entry stands in the test file.
    range: std::ops::Range<usize>,
}

/// The input while it is being fed.
pub(super) struct Feed<'i> {
    pending: Vec<Pending<'i>>,
    start: i64,
    interval: i64,
    fed: usize,
}

struct Pending<'i> {
    id: SeriesId,
    /// Number of the next value.
    at: i64,
    values: Box<dyn Iterator<Item = Result<Option<SampleValue>, String>> + 'i>,
    range: std::ops::Range<usize>,
}

impl Input {
    /// Reads the notation. A series that is written twice has the values of the last.
    pub(super) fn read(file: &SourceFile, list: &[InputSeries]) -> Result<Input, Fault> {
        let mut series: Vec<InputValues> = Vec::with_capacity(list.len());
        let mut numbers: HashMap<Labels, usize> = HashMap::with_capacity(list.len());
        for input in list {
            let Some(metric) = &input.series else { continue };
            let shown = metric.as_str();
            let labels = parse_metric(shown).map_err(|e| fault(file, metric, 0, &e, "series"))?;
            let labels = Labels::new(labels);
            let items = match &input.values {
                None => Vec::new(),
                Some(values) => {
                    // The values are parsed behind a stand-in for the series, as one text.
                    let text = format!("v {}", values.as_str());
                    let described = parse_series_description(&text);
                    let what = format!("values of {shown}");
                    described.map_err(|e| fault(file, values, 2, &e, &what))?.items
                }
            };
            let range = input.range.clone();
            let number = *numbers.entry(labels.clone()).or_insert(series.len());
            let read = InputValues { labels, items, range };
            match series.get_mut(number) {
                Some(known) => *known = read,
                None => series.push(read),
            }
        }
        Ok(Input { series })
    }

    /// Begins to feed: the first value of each series stands at `start`, the others `interval` apart, in
    /// milliseconds.
    pub(super) fn feed(&self, storage: &mut Storage, start: i64, interval: i64) -> Feed<'_> {
        let pending = self.series.iter().map(|series| {
            let values = expand(&series.items).map(|v| v.map(|v| v.value).map_err(|e| e.message));
            Pending {
                id: storage.series_id(&series.labels),
                at: 0,
                values: Box::new(values),
                range: series.range.clone(),
            }
        });
        Feed {
            pending: pending.collect(),
            start,
            interval,
            fed: 0,
        }
    }
}

/// What is wrong with a text whose first `prefix` bytes are not its own.
fn fault(file: &SourceFile, text: &Text, prefix: usize, error: &ParseError, what: &str) -> Fault {
    let own = |at: usize| at.saturating_sub(prefix);
    Fault {
        kind: "input",
        message: format!("{what}: {error}"),
        range: text.locate(file, own(error.span.start)..own(error.span.end)),
    }
}

impl Feed<'_> {
    /// Appends everything up to and including `now`.
    pub(super) fn advance(&mut self, storage: &mut Storage, now: i64) -> Result<(), Fault> {
        for series in &mut self.pending {
            let fault = |message: String| Fault {
                kind: "input",
                message,
                range: series.range.clone(),
            };
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
                if let Some(value) = value.map_err(&fault)? {
                    storage
                        .append_to(series.id, at, value, 0)
                        .map_err(|e| fault(e.to_string()))?;
                    self.fed += 1;
                }
                if self.fed > MOST_SAMPLES {
                    return Err(fault(format!("a test may load {MOST_SAMPLES} samples at most")));
                }
            }
        }
        Ok(())
    }
}

//! Fills the storage.

use std::collections::{BTreeMap, HashMap};

use promql_engine::histogram::nhcb::ClassicHistogram;
use promql_engine::labels::{BUCKET_BOUND, METRIC_NAME};
use promql_engine::series_notation::{SequenceValue, expand};
use promql_engine::{Labels, SampleValue, Storage};
use promql_syntax::parse_number;
use promql_syntax::series::value_count;

use crate::model::script::{Load, LoadedSeries, StartRun};

/// How much a script may hold: float samples, or histograms by the space that they need.
const MAX_HELD: u64 = 10_000_000;

/// What a float sample counts for.
const BYTES_PER_UNIT: usize = 16;

/// Carries out a `load`. `held` is how much the storage holds already. An error comes with its line.
pub(super) fn load(storage: &mut Storage, load: &Load, held: &mut u64) -> Result<(), (usize, String)> {
    // Of several lines for one series the last counts.
    let labels: Vec<Labels> = load
        .series
        .iter()
        .map(|series| Labels::new(series.series.labels.iter().map(|(n, v)| (n, v))))
        .collect();
    let last: HashMap<&Labels, usize> = labels
        .iter()
        .enumerate()
        .map(|(position, labels)| (labels, position))
        .collect();
    let series = || {
        let pairs = load.series.iter().zip(&labels).enumerate();
        pairs
            .filter(|(position, (_, labels))| last[labels] == *position)
            .map(|(_, pair)| pair)
    };
    for (loaded, labels) in series() {
        append(storage, load.interval_ms, loaded, labels, held)
            .map_err(|message| (loaded.series.line, message))?;
    }
    if load.with_nhcb {
        let mut classic = ClassicSeries::default();
        for (loaded, labels) in series() {
            classic
                .collect(load.interval_ms, loaded, labels)
                .map_err(|message| (loaded.series.line, message))?;
        }
        classic
            .append(storage, held)
            .map_err(|message| (load.line, message))?;
    }
    Ok(())
}

fn append(
    storage: &mut Storage,
    interval_ms: i64,
    loaded: &LoadedSeries,
    labels: &Labels,
    held: &mut u64,
) -> Result<(), String> {
    hold(held, value_count(&loaded.series.items))?;
    let id = storage.series_id(labels);
    let mut starts = loaded.starts.iter().flat_map(offsets);
    for (timestamp, value) in samples(interval_ms, loaded) {
        let start = match starts.next().flatten() {
            Some(offset) => timestamp + offset,
            None => 0,
        };
        let Some(value) = value?.value else { continue };
        if let SampleValue::Histogram(histogram) = &value {
            hold(held, (histogram.size() / BYTES_PER_UNIT) as u64)?;
        }
        storage
            .append_to(id, timestamp, value, start)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn hold(held: &mut u64, more: u64) -> Result<(), String> {
    *held = held.saturating_add(more);
    if *held > MAX_HELD {
        return Err(format!(
            "the series of a script may hold {MAX_HELD} samples at most"
        ));
    }
    Ok(())
}

/// The values with their times.
fn samples(
    interval_ms: i64,
    loaded: &LoadedSeries,
) -> impl Iterator<Item = (i64, Result<SequenceValue, String>)> + '_ {
    let times = (0i64..).map(move |position| position.saturating_mul(interval_ms));
    times.zip(expand(&loaded.series.items).map(|value| value.map_err(|error| error.to_string())))
}

/// The offsets of a run, `None` where there is no start timestamp.
fn offsets(run: &StartRun) -> impl Iterator<Item = Option<i64>> + '_ {
    (0..run.count).map(|position| {
        let (first, step) = run.offsets_ms?;
        Some(first.saturating_add(step.saturating_mul(position as i64)))
    })
}

/// Classic histograms of one `load`, put together from their series.
#[derive(Default)]
struct ClassicSeries {
    histograms: BTreeMap<Labels, BTreeMap<i64, ClassicHistogram>>,
}

impl ClassicSeries {
    /// Takes a series in if it is part of a classic histogram.
    fn collect(&mut self, interval_ms: i64, loaded: &LoadedSeries, labels: &Labels) -> Result<(), String> {
        let Some((base, part)) = classic_part(labels)? else {
            return Ok(());
        };
        let mut builder = labels.builder();
        builder.set(METRIC_NAME, base).del(BUCKET_BOUND);
        let histograms = self.histograms.entry(builder.build()).or_default();
        for (timestamp, value) in samples(interval_ms, loaded) {
            let Some(SampleValue::Float(value)) = value?.value else {
                continue;
            };
            let histogram = histograms.entry(timestamp).or_default();
            // An error shows when the histogram is converted.
            let _ = match part {
                Part::Bucket(bound) => histogram.set_bucket(bound, value),
                Part::Sum => histogram.set_sum(value),
                Part::Count => histogram.set_count(value),
            };
        }
        Ok(())
    }

    /// Appends the native histograms.
    fn append(self, storage: &mut Storage, held: &mut u64) -> Result<(), String> {
        for (labels, histograms) in self.histograms {
            let id = storage.series_id(&labels);
            for (timestamp, classic) in histograms {
                let histogram = classic.convert().map_err(|error| error.to_string())?;
                hold(held, (histogram.size() / BYTES_PER_UNIT) as u64)?;
                storage
                    .append_to(id, timestamp, histogram, 0)
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}

/// What a series of a classic histogram holds.
#[derive(Clone, Copy)]
enum Part {
    /// How many observations are not greater than this.
    Bucket(f64),
    Sum,
    Count,
}

/// The name of the classic histogram that a series is part of, and which part it is. Nothing for other series, and
/// for a bucket whose bound is no number.
fn classic_part(labels: &Labels) -> Result<Option<(&str, Part)>, String> {
    let name = labels.metric_name();
    if let Some(base) = name.strip_suffix("_bucket") {
        let bound = labels.get(BUCKET_BOUND);
        if bound.is_empty() {
            return Err(format!(
                "the bucket series {} has no label `le`",
                labels.metric_form()
            ));
        }
        return Ok(bucket_bound(bound).map(|bound| (base, Part::Bucket(bound))));
    }
    let sum = name.strip_suffix("_sum").map(|base| (base, Part::Sum));
    Ok(sum.or_else(|| name.strip_suffix("_count").map(|base| (base, Part::Count))))
}

/// The number in a label `le`; nothing where it is none.
fn bucket_bound(text: &str) -> Option<f64> {
    let number = match text.strip_prefix('-') {
        Some(digits) => parse_number(digits).map(|number| -number),
        None => parse_number(text.strip_prefix('+').unwrap_or(text)),
    };
    number.filter(|number| !number.is_nan())
}

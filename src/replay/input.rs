//! The input series of a test, fed to the storage as the clock advances: what lies in the future of an
//! evaluation is not there yet.
//!
//! Series come from promtool's notation, from descriptions ([`curve`], sampled at [`moments`]) or from [`files`].

mod curve;
mod files;
mod moments;
mod random;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use promql_engine::sample::STALE_NAN;
use promql_engine::series_notation::expand;
use promql_engine::{Labels, SampleValue, SeriesId, Storage};
use promql_syntax::ParseError;
use promql_syntax::series::{SequenceItem, parse_metric, parse_series_description};

use self::curve::Part;
use self::moments::{Moment, Moments};
use super::world::Fault;
use crate::model::text::Text;
use crate::model::unit_tests::{InputSeries, Sampling, SeriesFile};
use crate::source::SourceFile;

/// The most samples that a test may load.
const MOST_SAMPLES: usize = 50_000_000;
/// The most series that one entry may stand for.
const MOST_SERIES: usize = 1_000_000;

/// Series with the values that are yet to come.
pub(super) struct Input {
    series: Vec<InputValues>,
}

struct InputValues {
    labels: Labels,
    origin: Origin,
    sampling: Arc<Sampling>,
    /// Where the entry stands in the test file.
    range: std::ops::Range<usize>,
}

/// Where values come from.
enum Origin {
    /// One at each moment, as written.
    Notation(Arc<[SequenceItem]>),
    /// One at each moment, as described.
    Described(Arc<Part>),
    /// At times of their own, in milliseconds since the start.
    Points(Vec<(i64, SampleValue)>),
    /// What was last said at each moment; nothing where the series is gone.
    Pages(Vec<(i64, Option<f64>)>),
}

/// The input while it is being fed.
pub(super) struct Feed<'i> {
    pending: Vec<Pending<'i>>,
    start: i64,
    fed: usize,
}

/// A time in milliseconds since the start, and what stands there.
pub(super) type Timed = (i64, Option<SampleValue>);

struct Pending<'i> {
    id: SeriesId,
    values: Box<dyn Iterator<Item = Result<Timed, String>> + 'i>,
    /// What comes next, where it is known already.
    next: Option<Timed>,
    range: std::ops::Range<usize>,
}

impl Input {
    /// Reads the notation and the files. A series that is written twice has the values of the last. `start_ms` is
    /// when the test begins, in milliseconds since the epoch.
    pub(super) fn read(file: &SourceFile, list: &[InputSeries], start_ms: i64) -> Result<Input, Fault> {
        let mut series: Vec<InputValues> = Vec::with_capacity(list.len());
        let mut numbers: HashMap<Labels, usize> = HashMap::with_capacity(list.len());
        for input in list {
            let sampling = Arc::new(input.sampling.clone());
            for (labels, origin) in origins(file, input, start_ms)? {
                let number = *numbers.entry(labels.clone()).or_insert(series.len());
                let read = InputValues {
                    labels,
                    origin,
                    sampling: Arc::clone(&sampling),
                    range: input.range.clone(),
                };
                match series.get_mut(number) {
                    Some(known) => *known = read,
                    None => series.push(read),
                }
            }
        }
        Ok(Input { series })
    }

    /// The series, each with what stands at which times since the start, in milliseconds. Samples are `interval` apart
    /// where they say nothing of it.
    pub(super) fn series(
        &self,
        interval: i64,
    ) -> impl Iterator<Item = (&Labels, impl Iterator<Item = Result<Timed, String>> + '_)> {
        let series = self.series.iter();
        series.map(move |series| (&series.labels, series.values(interval)))
    }

    /// Begins to feed: the test begins at `start`, and samples are `interval` apart where they say nothing of it,
    /// both in milliseconds.
    pub(super) fn feed(&self, storage: &mut Storage, start: i64, interval: i64) -> Feed<'_> {
        let pending = self.series.iter().map(|series| Pending {
            id: storage.series_id(&series.labels),
            values: series.values(interval),
            next: None,
            range: series.range.clone(),
        });
        Feed {
            pending: pending.collect(),
            start,
            fed: 0,
        }
    }
}

/// The series of an entry and where their values come from.
fn origins(file: &SourceFile, input: &InputSeries, start_ms: i64) -> Result<Vec<(Labels, Origin)>, Fault> {
    if let Some(source) = &input.file {
        return from_file(file, input, source, start_ms);
    }
    let Some(metric) = &input.series else {
        return Ok(Vec::new());
    };
    let shown = metric.as_str();
    let own = parse_metric(shown).map_err(|e| fault(file, metric, 0, &e, "series"))?;
    let all = combinations(input, &own)?;
    let mut made = Vec::with_capacity(all.len());
    match &input.generator {
        Some(generator) => {
            let parts: Vec<Arc<Part>> = curve::parts(generator).into_iter().map(Arc::new).collect();
            for labels in &all {
                made.extend(parts.iter().map(|part| {
                    let mut builder = Labels::new(labels.iter().map(|(n, v)| (n, v))).builder();
                    if !part.suffix.is_empty() {
                        let name = labels.iter().find(|(name, _)| name == "__name__");
                        let name = name.map_or("", |(_, name)| name);
                        builder.set("__name__", &format!("{name}{}", part.suffix));
                    }
                    if let Some(le) = &part.le {
                        builder.set("le", le);
                    }
                    (builder.build(), Origin::Described(Arc::clone(part)))
                }));
            }
        }
        None => {
            let items: Arc<[SequenceItem]> = match &input.values {
                None => Arc::default(),
                Some(values) => {
                    // The values are parsed behind a stand-in for the series, as one text.
                    let text = format!("v {}", values.as_str());
                    let described = parse_series_description(&text);
                    let what = format!("values of {shown}");
                    described
                        .map_err(|e| fault(file, values, 2, &e, &what))?
                        .items
                        .into()
                }
            };
            let one = |labels| (Labels::new(labels), Origin::Notation(Arc::clone(&items)));
            made.extend(all.into_iter().map(one));
        }
    }
    Ok(made)
}

/// The labels of an entry's series: those of the metric, with each combination of those that it has besides.
fn combinations(input: &InputSeries, own: &[(String, String)]) -> Result<Vec<Vec<(String, String)>>, Fault> {
    let mut all = vec![own.to_vec()];
    for (name, values) in &input.labels {
        let refuse = |message: String| Fault {
            kind: "input",
            message,
            range: name.raw(),
        };
        if all
            .first()
            .is_some_and(|labels| labels.iter().any(|(known, _)| known == name.as_str()))
        {
            return Err(refuse(format!(
                "the series has the label {} already",
                name.as_str()
            )));
        }
        if all.len().saturating_mul(values.len()) > MOST_SERIES {
            return Err(refuse(format!("the labels make more than {MOST_SERIES} series")));
        }
        let with = |labels: &Vec<(String, String)>, value: &Text| {
            let mut labels = labels.clone();
            labels.push((name.as_str().to_owned(), value.as_str().to_owned()));
            labels
        };
        all = all
            .iter()
            .flat_map(|labels| values.iter().map(move |value| with(labels, value)))
            .collect();
    }
    Ok(all)
}

/// The series of a file.
fn from_file(
    file: &SourceFile,
    input: &InputSeries,
    source: &SeriesFile,
    start_ms: i64,
) -> Result<Vec<(Labels, Origin)>, Fault> {
    let fault = |message: String| Fault {
        kind: "input",
        message,
        range: input
            .files()
            .first()
            .map_or(input.range.clone(), |path| path.whole(file)),
    };
    let path = |text: &Text| -> PathBuf {
        let base = file.path().parent().unwrap_or(Path::new(""));
        base.join(text.as_str())
    };
    let points = match source {
        SeriesFile::Csv(text) => files::csv(&path(text)),
        SeriesFile::TsdbDump(text, at) => files::tsdb_dump(&path(text), *at, start_ms),
        SeriesFile::Metrics(pages) => {
            let paths: Vec<(i64, PathBuf)> = pages.iter().map(|(at, text)| (*at, path(text))).collect();
            let pages: Vec<(i64, &Path)> = paths.iter().map(|(at, path)| (*at, path.as_path())).collect();
            let mut made = Vec::new();
            for target in combinations(input, &[])? {
                let read = files::metrics(&pages, &target).map_err(fault)?;
                made.extend(
                    read.into_iter()
                        .map(|(labels, said)| (labels, Origin::Pages(said))),
                );
            }
            return Ok(made);
        }
    };
    let mut made = Vec::new();
    for (labels, points) in points.map_err(fault)? {
        let own: Vec<(String, String)> = labels
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        for labels in combinations(input, &own)? {
            made.push((Labels::new(labels), Origin::Points(points.clone())));
        }
    }
    Ok(made)
}

impl InputValues {
    /// What stands at which times since the start, in milliseconds.
    fn values(&self, interval: i64) -> Box<dyn Iterator<Item = Result<Timed, String>> + '_> {
        let name = self.labels.to_string();
        let moments = || Moments::new(&self.sampling, interval, &name);
        let cut =
            |at: i64| at >= self.sampling.from_ms && self.sampling.until_ms.is_none_or(|until| at < until);
        match &self.origin {
            Origin::Notation(items) => {
                let values = expand(items).map(|v| v.map(|v| v.value).map_err(|e| e.message));
                Box::new(
                    moments()
                        .zip(values)
                        .map(|(moment, value)| Ok((moment.time(), value?))),
                )
            }
            Origin::Described(part) => {
                let mut curve = part.curve(&self.sampling, &name);
                Box::new(moments().map(move |moment| {
                    let value = match moment {
                        Moment::Sample(at) => Some(SampleValue::Float(curve.at(at))),
                        Moment::Missing(_) => None,
                        Moment::End(_) => Some(SampleValue::Float(STALE_NAN)),
                    };
                    Ok((moment.time(), value))
                }))
            }
            Origin::Points(points) => {
                let points = points.iter().filter(move |(at, _)| cut(*at));
                Box::new(points.map(|(at, value)| Ok((*at, Some(value.clone())))))
            }
            Origin::Pages(said) => {
                let mut gone = true;
                Box::new(moments().map(move |moment| {
                    let at = moment.time();
                    let later = said.partition_point(|(since, _)| *since <= at);
                    let now = later.checked_sub(1).and_then(|last| said[last].1);
                    let value = match (moment, now) {
                        (Moment::Sample(_), Some(value)) => Some(value),
                        // It is gone: said once.
                        _ if !gone => Some(STALE_NAN),
                        _ => None,
                    };
                    gone = value.is_none_or(promql_engine::sample::is_stale);
                    Ok((at, value.map(SampleValue::Float)))
                }))
            }
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
    /// Appends everything up to and including `now`, in milliseconds since the epoch.
    pub(super) fn advance(&mut self, storage: &mut Storage, now: i64) -> Result<(), Fault> {
        let elapsed = now - self.start;
        for series in &mut self.pending {
            let fault = |message: String| Fault {
                kind: "input",
                message,
                range: series.range.clone(),
            };
            loop {
                let next = match series.next.take() {
                    Some(next) => next,
                    None => match series.values.next() {
                        Some(next) => next.map_err(&fault)?,
                        None => break,
                    },
                };
                if next.0 > elapsed {
                    series.next = Some(next);
                    break;
                }
                if let (at, Some(value)) = next {
                    storage
                        .append_to(series.id, self.start.saturating_add(at), value, 0)
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

#[cfg(test)]
mod tests;

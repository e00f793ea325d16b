//! The entries of `input_series`: series with values in promtool's notation, series that are described by what
//! happens ([`generator`](super::generator)), and series that come from a file.

use std::ops::Range;

use promql_syntax::series::{SequenceValues, parse_series_description};

use super::generator::{self, GENERATORS, Generator, Noise};
use super::input_fields::{self, SERIES};
use crate::model::reader::{Fields, Located, Reader, codes, first_line};
use crate::model::text::Text;
use crate::source::{Node, NodeKind};

/// A series and its values, or several.
#[derive(Clone, Debug)]
pub struct InputSeries {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// The metric with its labels.
    pub series: Option<Text>,
    /// Labels that it has besides. Several values make a series for each, and a series for each combination.
    pub labels: Vec<(Text, Vec<Text>)>,
    /// The values in series notation.
    pub values: Option<Text>,
    /// What makes the values, in place of the notation.
    pub generator: Option<Generator>,
    /// When samples are taken, and what disturbs them.
    pub sampling: Sampling,
    /// The file that holds series with their values, in place of both.
    pub file: Option<SeriesFile>,
}

/// When the samples of a series are taken, and what disturbs them. All times are milliseconds since the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sampling {
    /// Time between samples; that of the test where none is written.
    pub every_ms: Option<i64>,
    /// When the series begins.
    pub from_ms: i64,
    /// When the series ends, with a staleness marker.
    pub until_ms: Option<i64>,
    /// Spans without samples, begin and exclusive end.
    pub gaps: Vec<(i64, i64)>,
    /// When a counter or histogram begins again at zero, ascending.
    pub resets: Vec<i64>,
    /// How much later than planned a sample may be taken.
    pub jitter_ms: i64,
    /// Noise on the values.
    pub noise: Option<Noise>,
    /// Makes noise and jitter the same in each run, and other than with another seed.
    pub seed: u64,
}

/// A file that holds series.
#[derive(Clone, Debug)]
pub enum SeriesFile {
    /// A table.
    Csv(Text),
    /// Pages of metrics, each since a time in milliseconds since the start.
    Metrics(Vec<(i64, Text)>),
    /// What `promtool tsdb dump` prints, its first sample at a time in milliseconds since the start, or all where
    /// they were recorded where there is none.
    TsdbDump(Text, Option<i64>),
}

impl InputSeries {
    /// When its last sample is taken, in milliseconds since the start, as far as the entry says it. `interval_ms` is
    /// the time between the samples of the test.
    pub fn end_ms(&self, interval_ms: i64) -> Option<i64> {
        if self.sampling.until_ms.is_some() {
            return self.sampling.until_ms;
        }
        // The values are parsed behind a stand-in for the series.
        let series = parse_series_description(&format!("v {}", self.values.as_ref()?.as_str())).ok()?;
        let counts = series.items.iter().map(|item| intervals(&item.values));
        let count = counts.fold(0_u64, u64::saturating_add);
        let every = self.sampling.every_ms.unwrap_or(interval_ms);
        let last = i64::try_from(count.checked_sub(1)?).unwrap_or(i64::MAX);
        Some(every.saturating_mul(last))
    }

    /// The files that it reads, relative to the test file.
    pub fn files(&self) -> Vec<&Text> {
        match &self.file {
            None => Vec::new(),
            Some(SeriesFile::Csv(path) | SeriesFile::TsdbDump(path, _)) => vec![path],
            Some(SeriesFile::Metrics(pages)) => pages.iter().map(|(_, path)| path).collect(),
        }
    }
}

/// How many intervals a run of values takes.
fn intervals(values: &SequenceValues) -> u64 {
    match values {
        SequenceValues::Omitted { count } => *count,
        SequenceValues::Stale { repeat }
        | SequenceValues::Floats { repeat, .. }
        | SequenceValues::Histograms { repeat, .. } => repeat.saturating_add(1),
    }
}

/// Keys that make up how a series is sampled.
const SAMPLING: [&str; 8] = [
    "every", "from", "until", "gaps", "resets", "jitter", "noise", "seed",
];
/// Keys that name a file.
const FILES: [&str; 3] = ["csv", "metrics", "tsdb_dump"];

/// Reads an entry.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<InputSeries> {
    let fields = reader.fields(node, &SERIES)?;
    let sources: Vec<&str> = std::iter::once("values")
        .chain(GENERATORS)
        .chain(FILES)
        .filter(|key| fields.get(key).is_some())
        .collect();
    if let [first, second, ..] = sources[..] {
        let message = format!("an input series has both `{first}` and `{second}`: the test cannot run");
        refuse(
            reader,
            &fields,
            second,
            &message,
            "Keep one: each says what the values are.",
        );
        return None;
    }
    let source = sources.first().copied();
    let file = match source.filter(|key| FILES.contains(key)) {
        None => None,
        Some(key) => Some(read_file(reader, &fields, key)?),
    };
    let series = fields.get("series").and_then(|n| reader.text(n, "series"));
    if series.is_none() && file.is_none() {
        let help = "Write the metric with its labels: `series: up{job=\"api\"}`.";
        reader.missing("an input series", "series", fields.range.clone(), help);
    }
    if let (Some(_), Some(key)) = (&series, source.filter(|_| file.is_some())) {
        let message = format!("an input series has both `series` and `{key}`: the test cannot run");
        refuse(
            reader,
            &fields,
            "series",
            &message,
            "The file says which series there are: remove `series`.",
        );
        return None;
    }
    let generator = match source.filter(|key| GENERATORS.contains(key)) {
        None => None,
        Some(key) => Some(generator::read(reader, key, fields.get(key)?)?),
    };
    let allowed: &[&str] = match &generator {
        Some(Generator::Counter(_)) => &SAMPLING,
        Some(Generator::Histogram(_)) => &["every", "from", "until", "gaps", "resets", "jitter", "seed"],
        Some(_) => &["every", "from", "until", "gaps", "jitter", "noise", "seed"],
        None if file.is_some() => &["from", "until"],
        None => &["every", "jitter", "seed"],
    };
    for key in SAMPLING.iter().filter(|key| !allowed.contains(key)) {
        if fields.get(key).is_some() {
            let message = format!(
                "`{key}` has no meaning beside `{}`: the test cannot run",
                source.unwrap_or("values")
            );
            let help = format!("Here {} may stand.", and_list(allowed));
            refuse(reader, &fields, key, &message, &help);
            return None;
        }
    }
    Some(InputSeries {
        labels: fields
            .get("labels")
            .map_or(Vec::new(), |n| read_labels(reader, n)),
        values: fields.get("values").and_then(|n| reader.text(n, "values")),
        sampling: read_sampling(reader, &fields)?,
        series,
        generator,
        file,
        range: fields.range,
    })
}

/// Reports something about one of the entry's keys.
fn refuse(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str, message: &str, help: &str) {
    let entry = fields.entry(key);
    let range = entry.map_or(first_line(reader.file, fields.range.clone()), |entry| {
        entry.key.place()
    });
    reader.error(codes::INVALID_VALUE, range, message, help);
}

fn and_list(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn read_labels(reader: &mut Reader<'_>, node: &Node) -> Vec<(Text, Vec<Text>)> {
    if node.is_null() {
        return Vec::new();
    }
    let Some(entries) = node.as_mapping() else {
        reader.wrong_kind(node, "`labels`", "a mapping of names to values");
        return Vec::new();
    };
    let mut labels = Vec::new();
    for entry in entries {
        let Some(name) = reader.text(&entry.key, "the name of a label") else {
            continue;
        };
        let values = match &entry.value.kind {
            NodeKind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        let values: Vec<Text> = values
            .iter()
            .filter_map(|node| reader.text(node, "the value of a label"))
            .collect();
        labels.push((name, values));
    }
    labels
}

fn read_sampling(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Sampling> {
    let mut duration = |key: &str| -> Option<Located<i64>> {
        let node = fields.get(key)?;
        reader.duration(node, key)
    };
    let (every, from, until) = (duration("every"), duration("from"), duration("until"));
    let jitter = duration("jitter").map_or(0, |jitter| jitter.value);
    if every.as_ref().is_some_and(|every| every.value <= 0) {
        let message = "`every` is no time between samples: the test cannot run";
        refuse(
            reader,
            fields,
            "every",
            message,
            "Write a duration above zero: `every: 15s`.",
        );
        return None;
    }
    let seed = fields.get("seed").and_then(|n| reader.integer(n, "seed"));
    let noise = match fields.get("noise") {
        Some(node) => Some(generator::read_noise(reader, node)?),
        None => None,
    };
    Some(Sampling {
        every_ms: every.map(|every| every.value),
        from_ms: from.map_or(0, |from| from.value),
        until_ms: until.map(|until| until.value),
        gaps: fields
            .get("gaps")
            .map_or(Vec::new(), |n| generator::read_spans(reader, n, "gaps")),
        resets: fields
            .get("resets")
            .map_or(Vec::new(), |n| generator::read_times(reader, n, "resets")),
        jitter_ms: jitter,
        noise,
        // Any bits will do.
        seed: seed.map_or(0, |seed| seed.value as u64),
    })
}

fn read_file(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<SeriesFile> {
    let node = fields.get(key)?;
    match key {
        "csv" => reader.text(node, "the path of a table").map(SeriesFile::Csv),
        "metrics" => {
            let nodes = match &node.kind {
                NodeKind::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(node),
            };
            let mut pages: Vec<(i64, Text)> = Vec::with_capacity(nodes.len());
            for node in nodes {
                let (path, at) = path_and_time(reader, node, "a page of metrics")?;
                let at = at.map_or(0, |at| at.value);
                if pages.last().is_some_and(|(last, _)| *last >= at) {
                    let message = "the pages do not ascend: the test cannot run";
                    reader.error(
                        codes::INVALID_VALUE,
                        path.raw(),
                        message,
                        "Give each page but the first a later `at`.",
                    );
                    return None;
                }
                pages.push((at, path));
            }
            Some(SeriesFile::Metrics(pages))
        }
        _ => {
            let recorded = node.as_mapping().is_some_and(|entries| {
                entries
                    .iter()
                    .any(|e| e.key.as_str() == Some("at") && e.value.as_str() == Some("recorded"))
            });
            if recorded {
                let fields = reader.mapping(node, "a dump", &input_fields::FILE.names())?;
                let path = fields
                    .get("file")
                    .and_then(|n| reader.text(n, "the path of a dump"))?;
                return Some(SeriesFile::TsdbDump(path, None));
            }
            let (path, at) = path_and_time(reader, node, "a dump")?;
            Some(SeriesFile::TsdbDump(path, Some(at.map_or(0, |at| at.value))))
        }
    }
}

/// `path`, or `{file: path, at: 5m}`.
fn path_and_time(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<(Text, Option<Located<i64>>)> {
    if node.as_mapping().is_none() {
        return Some((reader.text(node, what)?, None));
    }
    let fields = reader.mapping(node, what, &input_fields::FILE.names())?;
    let at = fields.get("at").and_then(|n| reader.duration(n, "at"));
    match fields.get("file") {
        Some(path) => Some((reader.text(path, "a path")?, at)),
        None => {
            reader.missing(
                what,
                "file",
                fields.range.clone(),
                "Write its path, relative to this file.",
            );
            None
        }
    }
}

//! What a Prometheus answers, read from JSON without trusting it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::question::Question;
use crate::observed::{Labels, MetadataEntry};

/// The answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Which version it is.
    BuildInfo(BuildInfo),
    /// How it was started.
    Flags(Flags),
    /// Its configuration, as YAML.
    Config(String),
    /// Type, help and unit of metrics, by name.
    Metadata(BTreeMap<String, Vec<MetadataEntry>>),
    /// Names, or values of a label.
    Texts(Vec<String>),
    /// The labels of series.
    Series(Vec<Labels>),
    /// The value of an expression at a time.
    Reached(Reached),
    /// The values of an expression over time.
    Tracks(Vec<Track>),
}

/// Which version a server is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct BuildInfo {
    /// `3.5.0`.
    #[serde(default)]
    pub version: String,
}

/// How a server was started: flags with their values, as far as they matter.
pub type Flags = BTreeMap<String, String>;

/// The value of an expression at a time. A scalar is a point without labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    /// The samples.
    pub points: Vec<Point>,
    /// What it cost, where the server says so.
    pub stats: Option<Stats>,
}

/// A sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its labels.
    pub labels: Labels,
    /// Its value; not a number where it is a histogram.
    pub value: f64,
}

/// What an expression cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stats {
    /// Seconds that the evaluation took.
    pub seconds: f64,
    /// Samples that were read.
    pub samples: u64,
    /// The most samples that were in memory at a time.
    pub peak_samples: u64,
}

/// A series over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Its labels.
    pub labels: Labels,
    /// Milliseconds since the epoch at which it has a value, and the value.
    pub points: Vec<(i64, f64)>,
}

/// What every answer of the API is wrapped in.
#[derive(Deserialize)]
struct Envelope {
    status: String,
    #[serde(default)]
    data: Json,
    #[serde(default, rename = "errorType")]
    error_type: String,
    #[serde(default)]
    error: String,
}

/// Why an answer is none.
pub(super) enum Unread {
    /// The server says that it cannot answer: kind, and its own words.
    Rejected(String, String),
    /// It is not what the API gives: in which way.
    Nonsense(String),
}

#[derive(Deserialize)]
struct QueryData {
    #[serde(rename = "resultType")]
    result_type: String,
    result: Json,
    #[serde(default)]
    stats: Option<StatsData>,
}

#[derive(Deserialize)]
struct StatsData {
    #[serde(default)]
    timings: Timings,
    #[serde(default)]
    samples: Samples,
}

#[derive(Default, Deserialize)]
struct Timings {
    #[serde(default, rename = "evalTotalTime")]
    total: f64,
}

#[derive(Default, Deserialize)]
struct Samples {
    #[serde(default, rename = "totalQueryableSamples")]
    total: u64,
    #[serde(default, rename = "peakSamples")]
    peak: u64,
}

#[derive(Deserialize)]
struct SeriesData {
    #[serde(default)]
    metric: Labels,
    #[serde(default)]
    value: Option<(f64, String)>,
    #[serde(default)]
    values: Vec<(f64, String)>,
    #[serde(default)]
    histograms: Vec<(f64, Json)>,
}

#[derive(Deserialize)]
struct ConfigData {
    yaml: String,
}

/// Reads the answer to a question.
pub(super) fn read(question: &Question, bytes: &[u8]) -> Result<Answer, Unread> {
    let nonsense = |e: serde_json::Error| Unread::Nonsense(e.to_string());
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(nonsense)?;
    match envelope.status.as_str() {
        "success" => {}
        "error" => return Err(Unread::Rejected(envelope.error_type, envelope.error)),
        other => {
            let short: String = other.chars().take(40).collect();
            return Err(Unread::Nonsense(format!("its status is `{short}`")));
        }
    }
    let data = envelope.data;
    Ok(match question {
        Question::BuildInfo => Answer::BuildInfo(of(data)?),
        Question::Flags => Answer::Flags(of(data)?),
        Question::Config => Answer::Config(of::<ConfigData>(data)?.yaml),
        Question::Metadata => Answer::Metadata(of(data)?),
        // Where there is none, there is no list.
        Question::Names { .. } | Question::LabelValues { .. } => {
            Answer::Texts(of::<Option<_>>(data)?.unwrap_or_default())
        }
        Question::Series { .. } => Answer::Series(of::<Option<_>>(data)?.unwrap_or_default()),
        Question::Time | Question::Instant { .. } => Answer::Reached(reached(of(data)?)?),
        Question::Range { .. } => Answer::Tracks(tracks(of(data)?)?),
    })
}

fn of<T: serde::de::DeserializeOwned>(data: Json) -> Result<T, Unread> {
    serde_json::from_value(data).map_err(|e| Unread::Nonsense(format!("in `data`: {e}")))
}

fn reached(data: QueryData) -> Result<Reached, Unread> {
    let points = match data.result_type.as_str() {
        "vector" => {
            let list: Vec<SeriesData> = of(data.result)?;
            let point = |one: SeriesData| Point {
                labels: one.metric,
                value: one.value.map_or(f64::NAN, |(_, text)| number(&text)),
            };
            list.into_iter().map(point).collect()
        }
        "scalar" => {
            let (_, text): (f64, String) = of(data.result)?;
            vec![Point {
                labels: Labels::new(),
                value: number(&text),
            }]
        }
        "string" => Vec::new(),
        other => return Err(unexpected(other)),
    };
    let stats = data.stats.map(|stats| Stats {
        seconds: stats.timings.total,
        samples: stats.samples.total,
        peak_samples: stats.samples.peak,
    });
    Ok(Reached { points, stats })
}

fn tracks(data: QueryData) -> Result<Vec<Track>, Unread> {
    if data.result_type != "matrix" {
        return Err(unexpected(&data.result_type));
    }
    let list: Vec<SeriesData> = of(data.result)?;
    let track = |one: SeriesData| {
        let floats = one
            .values
            .iter()
            .map(|(at, text)| (milliseconds(*at), number(text)));
        let histograms = one.histograms.iter().map(|(at, _)| (milliseconds(*at), f64::NAN));
        let mut points: Vec<(i64, f64)> = floats.chain(histograms).collect();
        points.sort_by_key(|(at, _)| *at);
        Track {
            labels: one.metric,
            points,
        }
    };
    Ok(list.into_iter().map(track).collect())
}

fn unexpected(result_type: &str) -> Unread {
    let short: String = result_type.chars().take(40).collect();
    Unread::Nonsense(format!("its type is `{short}`"))
}

/// A value as Prometheus writes it: `+Inf`, `NaN`, `1e+06`.
fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

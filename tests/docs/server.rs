//! What stands for a Prometheus in the examples of pages: `server.yml` holds its series as in tests, and how it is set up. It is asked
//! what a real one would be asked, and the engine answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use promql_engine::series_notation::expand;
use promql_engine::{Engine, Labels, Query, QueryResult, Storage, Value};
use promql_syntax::series::parse_series_description;
use promql_syntax::{ParseOptions, parse_duration, parse_valid};
use rulecheck::catalog::Asked;
use rulecheck::diagnostic::Location;
use rulecheck::lints::{self, Levels};
use rulecheck::live::{
    Answer, BuildInfo, Fault, Interview, Point, Question, Reached, Server, Track, Trouble, ask,
};
use rulecheck::observed::{self, MetadataEntry};
use rulecheck::project::Project;
use rulecheck::source::SourceFile;
use serde::Deserialize;

const ADDRESS: &str = "http://prometheus:9090";
/// When the series begin: 2026-01-01.
const START: i64 = 1_767_225_600_000;

/// `server.yml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Whether nobody answers.
    #[serde(default)]
    unreachable: bool,
    /// Series with their values; the longest ends now.
    #[serde(default)]
    series: Vec<String>,
    /// Between two samples; five minutes where it is left out.
    #[serde(default)]
    interval: Option<String>,
    /// Types of metrics.
    #[serde(default)]
    types: BTreeMap<String, String>,
    #[serde(default)]
    external_labels: BTreeMap<String, String>,
    #[serde(default)]
    retention: Option<String>,
}

struct Simulated {
    written: Written,
    storage: Storage,
    engine: Engine,
    now: i64,
}

/// What the server of an example answers about a project.
pub(crate) fn answers(text: &str, project: &Project, levels: &Levels) -> Asked {
    let server = Simulated::new(text);
    let shown = format!("--prometheus {ADDRESS}");
    let range = "--prometheus ".len()..shown.len();
    let interview = Interview {
        rules: project.rule_files().collect(),
        boards: project.dashboards().collect(),
        wanted: lints::wanted(levels),
        place: Location::new(&Arc::new(SourceFile::new("command line", shown)), range),
    };
    Asked {
        config: None,
        observed: Arc::new(ask(&server, &interview)),
    }
}

impl Simulated {
    fn new(text: &str) -> Simulated {
        let written: Written = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("server.yml: {e}"));
        let interval = written.interval.as_deref().unwrap_or("5m");
        let interval = parse_duration(interval).expect("a duration");
        let mut storage = Storage::new();
        let mut now = START;
        for series in &written.series {
            let described = parse_series_description(series).unwrap_or_else(|e| panic!("{series}: {e}"));
            let labels = Labels::new(described.labels);
            for (at, value) in expand(&described.items).enumerate() {
                let value = value.unwrap_or_else(|e| panic!("{series}: {e:?}"));
                let time = START + interval * i64::try_from(at).expect("a time");
                now = now.max(time);
                if let Some(value) = value.value {
                    storage.append(&labels, time, value).expect("a sample");
                }
            }
        }
        Simulated {
            written,
            storage,
            engine: Engine::default(),
            now,
        }
    }

    fn query(&self, text: &str) -> Result<Query, Fault> {
        let parsed = parse_valid(text, &ParseOptions::ALL);
        let expr = parsed.map_err(|e| rejected(format!("bad_data: {}", e[0])))?;
        Ok(Query::new(text, expr))
    }

    fn instant(&self, text: &str, at: i64) -> Result<Vec<Point>, Fault> {
        let result = self.engine.instant(&self.storage, &self.query(text)?, at);
        let points = match finished(result)? {
            Value::Vector(samples) => samples
                .into_iter()
                .map(|sample| Point {
                    labels: labels(&sample.labels),
                    value: match sample.value {
                        promql_engine::SampleValue::Float(value) => value,
                        promql_engine::SampleValue::Histogram(_) => f64::NAN,
                    },
                })
                .collect(),
            Value::Scalar { value, .. } => vec![Point {
                labels: observed::Labels::new(),
                value,
            }],
            _ => Vec::new(),
        };
        Ok(points)
    }

    fn range(&self, text: &str, start: i64, end: i64, step: i64) -> Result<Vec<Track>, Fault> {
        let result = self
            .engine
            .range(&self.storage, &self.query(text)?, start, end, step);
        let Value::Matrix(series) = finished(result)? else {
            panic!("{text}: no matrix");
        };
        let track = |one: promql_engine::Series| Track {
            labels: labels(&one.labels),
            points: one.floats,
        };
        Ok(series.into_iter().map(track).collect())
    }

    fn answer(&self, question: &Question) -> Result<Answer, Fault> {
        if self.written.unreachable {
            return Err(Fault {
                url: format!("{ADDRESS}/api/v1/query"),
                trouble: Trouble::Unreachable,
                message: "no connection: Connection refused (os error 111)".to_owned(),
                help: "Check the address, and that the server runs.".to_owned(),
            });
        }
        Ok(match question {
            Question::Time => Answer::Reached(Reached {
                points: vec![Point {
                    labels: observed::Labels::new(),
                    value: self.now as f64 / 1000.0,
                }],
                stats: None,
            }),
            Question::BuildInfo => Answer::BuildInfo(BuildInfo {
                version: "3.5.0".to_owned(),
            }),
            Question::Flags => {
                let retention = self.written.retention.iter();
                let flag = |time: &String| ("storage.tsdb.retention.time".to_owned(), time.clone());
                Answer::Flags(retention.map(flag).collect())
            }
            Question::Config => {
                let labels = serde_json::to_string(&self.written.external_labels).expect("JSON");
                Answer::Config(format!("global: {{external_labels: {labels}}}\n"))
            }
            Question::Metadata => {
                let entry = |kind: &String| MetadataEntry {
                    kind: kind.clone(),
                    ..MetadataEntry::default()
                };
                let types = self.written.types.iter();
                Answer::Metadata(
                    types
                        .map(|(name, kind)| (name.clone(), vec![entry(kind)]))
                        .collect(),
                )
            }
            Question::Names { end, .. } => {
                let points = self.instant(r#"group by (__name__) ({__name__!=""})"#, *end)?;
                Answer::Texts(
                    points
                        .into_iter()
                        .map(|point| point.labels["__name__"].clone())
                        .collect(),
                )
            }
            Question::LabelValues {
                label,
                selector,
                start,
                end,
                ..
            } => {
                let query = format!("group by ({label}) ({selector})");
                let tracks = self.range(&query, *start, *end, 300_000)?;
                let values = tracks.iter().filter_map(|track| track.labels.get(label).cloned());
                Answer::Texts(values.collect())
            }
            Question::Series { selector, end, .. } => {
                let points = self.instant(selector, *end)?;
                Answer::Series(points.into_iter().map(|point| point.labels).collect())
            }
            Question::Instant { query, at } => Answer::Reached(Reached {
                points: self.instant(query, *at)?,
                stats: None,
            }),
            Question::Range {
                query,
                start,
                end,
                step,
                ..
            } => Answer::Tracks(self.range(query, *start, *end, *step)?),
        })
    }
}

impl Server for Simulated {
    fn address(&self) -> String {
        ADDRESS.to_owned()
    }

    fn ask(&self, questions: Vec<Question>) -> Vec<Result<Answer, Fault>> {
        questions.iter().map(|question| self.answer(question)).collect()
    }
}

fn finished(result: Result<QueryResult, promql_engine::EvalError>) -> Result<Value, Fault> {
    let result = result.map_err(|e| rejected(format!("execution: {e}")))?;
    Ok(result.value)
}

fn rejected(message: String) -> Fault {
    Fault {
        url: format!("{ADDRESS}/api/v1/query"),
        trouble: Trouble::Rejected,
        message,
        help: String::new(),
    }
}

fn labels(labels: &Labels) -> observed::Labels {
    let pairs = labels.iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

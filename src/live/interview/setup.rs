//! What a server is, before anything is asked of its data.

use std::sync::Arc;

use promql_syntax::parse_duration;

use super::{LOOKBACK_DELTA, Talk};
use crate::live::answer::{Answer, Flags};
use crate::live::question::Question;
use crate::model::prometheus::{self, PrometheusConfig};
use crate::model::reader::Reader;
use crate::observed::{ServerConfig, Window};
use crate::source::{SourceFile, yaml};

/// How long a server keeps samples where nothing is said of it, in milliseconds.
const DEFAULT_RETENTION: i64 = 15 * 24 * 3_600_000;
/// Time between scrapes and evaluations where nothing is written, in milliseconds.
const DEFAULT_INTERVAL: i64 = 60_000;

/// The memory that a server needs for a series: all of it by the series that it holds.
const MEMORY: &str = "avg(process_resident_memory_bytes / on (job, instance) prometheus_tsdb_head_series)";

/// Asks what the server is. Answers whether it is worth asking about its data.
pub(super) fn ask(talk: &mut Talk<'_>, lookback: i64) -> bool {
    // The server's clock counts: by another one, all of its data might be old.
    let [time, version] = ask_each(talk, [Question::Time, Question::BuildInfo]);
    if talk.observed.unanswered.iter().any(|one| one.total) {
        return false;
    }
    if let Some(Answer::Reached(reached)) = time
        && let Some(point) = reached.points.first()
        && point.value.is_finite()
    {
        talk.observed.asked = (point.value * 1000.0) as i64;
    }
    if let Some(Answer::BuildInfo(info)) = version {
        talk.observed.version = Some(info.version).filter(|version| !version.is_empty());
    }
    let now = talk.observed.asked;
    // A proxy in front of several servers may not tell how each of them was started: nothing is wrong then.
    let noted = talk.observed.unanswered.len();
    let [flags, config] = ask_each(talk, [Question::Flags, Question::Config]);
    talk.observed.unanswered.truncate(noted);
    if let Some(Answer::Flags(flags)) = flags {
        talk.observed.retention = retention(&flags);
    }
    if let Some(Answer::Config(text)) = config {
        talk.observed.config = Some(read_config(text));
    }
    let kept = talk.observed.retention.unwrap_or(i64::MAX);
    talk.observed.window = Window::before(now, lookback.min(kept), LOOKBACK_DELTA);
    let names = Question::Names {
        start: now - LOOKBACK_DELTA,
        end: now,
    };
    let [metadata, names] = ask_each(talk, [Question::Metadata, names]);
    if let Some(Answer::Metadata(metadata)) = metadata {
        talk.observed.metadata = metadata;
    }
    let Some(Answer::Texts(names)) = names else {
        return false;
    };
    talk.observed.names = names.into_iter().collect();
    if talk.observed.names.contains("prometheus_tsdb_head_series") {
        let [memory] = ask_each(
            talk,
            [Question::Instant {
                query: MEMORY.to_owned(),
                at: now,
            }],
        );
        if let Some(Answer::Reached(reached)) = memory {
            talk.observed.bytes_per_series = reached.points.first().map(|point| point.value);
        }
    }
    !talk.observed.names.is_empty()
}

fn ask_each<const N: usize>(talk: &mut Talk<'_>, questions: [Question; N]) -> [Option<Answer>; N] {
    let mut answers = talk.ask(questions.to_vec()).into_iter();
    std::array::from_fn(|_| answers.next().flatten())
}

/// How long samples are kept, in milliseconds; none where that depends on their size.
fn retention(flags: &Flags) -> Option<i64> {
    let flag = |name: &str| flags.get(name).map(String::as_str);
    let duration = |text: &str| parse_duration(text).ok().filter(|time| *time > 0);
    let by_time = flag("storage.tsdb.retention.time").and_then(duration);
    let by_size = flag("storage.tsdb.retention.size").is_some_and(|size| !size.starts_with('0'));
    by_time
        .or_else(|| (!by_size && flag("storage.tsdb.retention.time").is_some()).then_some(DEFAULT_RETENTION))
}

/// Reads the configuration, as Prometheus prints it: complete, and without secrets.
fn read_config(text: String) -> ServerConfig {
    let file = Arc::new(SourceFile::new("the server's configuration", text));
    let documents = yaml::parse(file.text());
    let mut found = Vec::new();
    let mut reader = Reader::new(&file, "Prometheus", &mut found);
    reader.ignore_unknown_fields = true;
    let Some(root) = documents.roots.first() else {
        return ServerConfig::default();
    };
    let config: PrometheusConfig = prometheus::read_config(&mut reader, root);
    let interval = config
        .scrape_interval
        .as_ref()
        .map_or(DEFAULT_INTERVAL, |i| i.value);
    let jobs = config.jobs.iter().filter_map(|job| {
        let own = job.scrape_interval.as_ref().map_or(interval, |i| i.value);
        Some((job.name.as_ref()?.as_str().to_owned(), own))
    });
    let labels = config.external_labels.iter();
    ServerConfig {
        external_labels: labels
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()))
            .collect(),
        scrape_interval: interval,
        evaluation_interval: config
            .evaluation_interval
            .as_ref()
            .map_or(DEFAULT_INTERVAL, |i| i.value),
        jobs: jobs.collect(),
    }
}

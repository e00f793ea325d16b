//! Prometheus' configuration, as of version 3.14: what rules depend on, and what Prometheus refuses in it, but for the
//! settings of discovery, `otlp`, `tracing` and `storage`.

mod alerting;
mod fields;
mod naming;
mod protocols;
mod relabelling;
mod remote;
mod targets;

use std::ops::Range;
use std::sync::Arc;

use super::reader::{Fields, Located, Reader, codes};
use super::shapes::http;
use super::text::Text;
use crate::source::{Node, SourceFile};
use naming::Names;

pub use alerting::{Alerting, AlertmanagerGroup};
pub use relabelling::Relabelling;
pub use targets::TargetGroup;

/// `prometheus.yml`.
#[derive(Clone, Debug)]
pub struct PrometheusConfig {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Time between scrapes in milliseconds where a job sets none; one minute where nothing is written.
    pub scrape_interval: Option<Located<i64>>,
    /// Time between evaluations in milliseconds where a group sets none.
    pub evaluation_interval: Option<Located<i64>>,
    /// Labels added to everything that leaves the server.
    pub external_labels: Vec<(Text, Text)>,
    /// Globs of rule files.
    pub rule_files: Vec<Text>,
    /// The scrape jobs.
    pub jobs: Vec<ScrapeJob>,
    /// Whether series may come from elsewhere, too: jobs in other files, other servers, programs that send theirs.
    pub more_jobs: bool,
    /// Whether histograms with buckets may be stored as native ones, under their bare names.
    pub converts_histograms: bool,
    /// Where alerts are sent.
    pub alerting: Option<Alerting>,
}

/// A scrape job.
#[derive(Clone, Debug)]
pub struct ScrapeJob {
    /// Byte range of the job.
    pub range: Range<usize>,
    /// Its name, which its series carry as label `job`.
    pub name: Option<Text>,
    /// Time between scrapes in milliseconds.
    pub scrape_interval: Option<Located<i64>>,
    /// The targets that are listed in the file itself.
    pub targets: Vec<TargetGroup>,
    /// Globs of the files that list others, relative to the file.
    pub target_files: Vec<Text>,
    /// Whether there are targets besides that are found while Prometheus runs.
    pub discovers: bool,
    /// Whether labels that a program sets win over those of its target.
    pub honor_labels: bool,
    /// The path that is scraped, where one is written.
    pub metrics_path: Option<Text>,
    /// How the labels of targets are changed before they are scraped.
    pub relabelling: Vec<Relabelling>,
    /// How the labels of series are changed before they are stored.
    pub metric_relabelling: Vec<Relabelling>,
}

/// Time between scrapes where nothing is written, in milliseconds.
const DEFAULT_INTERVAL: i64 = 60_000;

/// Whether a document is a configuration: it has what no other has, or a section that others have too as Prometheus
/// has it.
pub fn is_config(root: &Node) -> bool {
    let has = |section: &str| root.get(section).is_some();
    let list = |section: &str| root.get(section).is_some_and(|node| node.as_sequence().is_some());
    let has_any = |section: &str, keys: &[&str]| {
        let section = root.get(section);
        section.is_some_and(|section| keys.iter().any(|key| section.get(key).is_some()))
    };
    // Charts and other programs have sections of these names, too.
    let alerting = has_any("alerting", fields::ALERTING);
    let times = [
        "scrape_interval",
        "scrape_timeout",
        "evaluation_interval",
        "external_labels",
    ];
    let otlp = has_any("otlp", fields::OTLP);
    let global = has("global") && (list("rule_files") || alerting || otlp) || has_any("global", &times);
    // What is described in other files alone, or sent elsewhere alone: all there is must be Prometheus'.
    let told = alerting
        || otlp
        || ["remote_write", "remote_read", "rule_files"]
            .into_iter()
            .any(list);
    let keys = || {
        root.as_mapping()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.key.as_str())
    };
    let alone = told && keys().all(|key| fields::SECTIONS.contains(&key));
    // Promtail has scrape jobs, too.
    let is_other = ["clients", "client", "positions", "server"].into_iter().any(has);
    has("scrape_configs") && !is_other || has("scrape_config_files") || global || alone
}

/// Reads the root of `prometheus.yml`.
pub fn read_config(reader: &mut Reader<'_>, root: &Node) -> PrometheusConfig {
    let mut config = PrometheusConfig {
        file: reader.file.clone(),
        scrape_interval: None,
        evaluation_interval: None,
        external_labels: Vec::new(),
        rule_files: Vec::new(),
        jobs: Vec::new(),
        more_jobs: false,
        converts_histograms: false,
        alerting: None,
    };
    let Some(sections) = reader.mapping(root, "the configuration", fields::SECTIONS) else {
        return config;
    };
    let mut around = Around::default();
    let elsewhere = ["scrape_config_files", "remote_read", "otlp"];
    config.more_jobs = elsewhere.iter().any(|section| sections.get(section).is_some());
    if let Some(node) = sections.get("global")
        && let Some(global) = reader.mapping(node, "`global`", fields::GLOBAL)
    {
        config.scrape_interval = read_duration(reader, &global, "scrape_interval");
        config.evaluation_interval = read_duration(reader, &global, "evaluation_interval");
        config.converts_histograms = global.get(fields::CONVERTS_HISTOGRAMS).is_some();
        let timeout = read_duration(reader, &global, "scrape_timeout");
        check_timeout(
            reader,
            interval_or(&config.scrape_interval, DEFAULT_INTERVAL),
            timeout,
        );
        read_duration(reader, &global, "rule_query_offset");
        around.names = Names::read(reader, &global, Names::default());
        if sections
            .get("scrape_configs")
            .and_then(Node::as_sequence)
            .is_some_and(|jobs| !jobs.is_empty())
        {
            around.escaping = naming::global_escaping(reader, &global);
        }
        protocols::check(reader, &global);
        if let Some(labels) = global.get("external_labels") {
            config.external_labels = reader.text_map(labels, "external_labels");
        }
    }
    if let Some(list) = sections.get("rule_files") {
        config.rule_files = read_globs(reader, list, "rule_files", "a rule file");
    }
    if let Some(list) = sections.get("scrape_config_files") {
        read_globs(reader, list, "scrape_config_files", "a file of scrape jobs");
    }
    if let Some(list) = sections.get("remote_write") {
        remote::read_written(reader, list, around.names);
    }
    if let Some(list) = sections.get("remote_read") {
        remote::read_read(reader, list);
    }
    if let Some(list) = sections.get("scrape_configs") {
        around.interval = interval_or(&config.scrape_interval, DEFAULT_INTERVAL);
        for node in reader.sequence(list, "`scrape_configs`") {
            config.converts_histograms |= node.get(fields::CONVERTS_HISTOGRAMS).is_some();
            config.jobs.extend(read_job(reader, node, around));
        }
    }
    if let Some(node) = sections.get("alerting") {
        config.alerting = alerting::read(reader, node, around.names);
    }
    let names = config.jobs.iter().filter_map(|job| job.name.as_ref());
    reader.repeated("scrape jobs", names);
    config
}

/// Reads globs of files. Prometheus takes no `*` in the folders.
fn read_globs(reader: &mut Reader<'_>, list: &Node, section: &str, what: &str) -> Vec<Text> {
    let mut globs = Vec::new();
    for node in reader.sequence(list, &format!("`{section}`")) {
        let Some(glob) = reader.text(node, what) else {
            continue;
        };
        let mut parts = glob.as_str().splitn(2, '*').skip(1);
        if parts.any(|rest| rest.contains('/')) {
            let message = format!(
                "`{}` has a `*` before the last `/`: Prometheus refuses the file",
                glob.as_str()
            );
            let help = "Name each folder: only the name of the file may have a `*`.";
            reader.error(codes::INVALID_VALUE, glob.whole(reader.file), message, help);
        }
        globs.push(glob);
    }
    globs
}

fn read_duration(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<Located<i64>> {
    fields.get(key).and_then(|n| reader.duration(n, key))
}

/// An interval as written; zero counts as not written.
fn interval_or(interval: &Option<Located<i64>>, default: i64) -> i64 {
    let written = interval.as_ref().filter(|i| i.value != 0);
    written.map_or(default, |i| i.value)
}

/// A scrape must be over before the next one begins.
fn check_timeout(reader: &mut Reader<'_>, interval: i64, timeout: Option<Located<i64>>) {
    if let Some(timeout) = timeout.filter(|t| t.value > interval) {
        let message = "scrape_timeout is longer than the scrape interval: Prometheus refuses the file";
        let help = "Make it at most as long as `scrape_interval`.";
        reader.error(codes::INVALID_VALUE, timeout.range, message, help);
    }
}

/// What holds for jobs that do not say otherwise.
#[derive(Clone, Copy, Default)]
struct Around<'n> {
    /// Time between scrapes, in milliseconds.
    interval: i64,
    names: Names,
    /// How names are escaped.
    escaping: Option<&'n Node>,
}

fn read_job(reader: &mut Reader<'_>, node: &Node, around: Around<'_>) -> Option<ScrapeJob> {
    let known = fields::with_http_client(&[fields::JOB, fields::DISCOVERY]);
    let job = reader.mapping(node, "a scrape job", &known)?;
    let name = job.get("job_name").and_then(|n| reader.text(n, "job_name"));
    if name.as_ref().is_none_or(|n| n.as_str().is_empty()) {
        reader.missing(
            "a scrape job",
            "job_name",
            node.place(),
            "Name it: `- job_name: …`.",
        );
    }
    let scrape_interval = read_duration(reader, &job, "scrape_interval");
    let timeout = read_duration(reader, &job, "scrape_timeout");
    check_timeout(reader, interval_or(&scrape_interval, around.interval), timeout);
    http::read_among(reader, &job, "a scrape job");
    for key in fields::JOB_SWITCHES {
        job.get(key).and_then(|n| reader.boolean(n, key));
    }
    for key in fields::JOB_LIMITS {
        job.get(key).and_then(|n| reader.integer(n, key));
    }
    let names = Names::read(reader, &job, around.names);
    naming::check_escaping(reader, &job, around.escaping, names);
    protocols::check(reader, &job);
    let honor_labels = job
        .get("honor_labels")
        .and_then(|n| reader.boolean(n, "honor_labels"));
    Some(ScrapeJob {
        range: node.range.clone(),
        name,
        scrape_interval,
        targets: targets::read_static(reader, &job),
        target_files: targets::read_files(reader, &job),
        discovers: targets::are_discovered(&job),
        honor_labels: honor_labels.is_some_and(|honor| honor.value),
        metrics_path: job
            .get("metrics_path")
            .and_then(|n| reader.text(n, "metrics_path")),
        relabelling: relabelling::read(reader, &job, "relabel_configs", names),
        metric_relabelling: relabelling::read(reader, &job, "metric_relabel_configs", names),
    })
}

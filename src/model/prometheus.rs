//! Prometheus' configuration, as far as rules depend on it.

use std::ops::Range;
use std::sync::Arc;

use super::reader::{Located, Reader};
use super::text::Text;
use crate::source::{Node, SourceFile};

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
    /// `host:port` of the targets that are listed in the file itself.
    pub targets: Vec<Text>,
}

const SECTIONS: [&str; 12] = [
    "global",
    "runtime",
    "rule_files",
    "scrape_config_files",
    "scrape_configs",
    "alerting",
    "storage",
    "tracing",
    "remote_write",
    "remote_read",
    "otlp",
    "labels",
];

/// Reads the root of `prometheus.yml`.
pub fn read_config(reader: &mut Reader<'_>, root: &Node) -> PrometheusConfig {
    let mut config = PrometheusConfig {
        file: reader.file.clone(),
        scrape_interval: None,
        evaluation_interval: None,
        external_labels: Vec::new(),
        rule_files: Vec::new(),
        jobs: Vec::new(),
    };
    let Some(fields) = reader.mapping(root, "the configuration", &SECTIONS) else {
        return config;
    };
    if let Some(global) = fields.get("global") {
        let interval =
            |reader: &mut Reader<'_>, key: &str| global.get(key).and_then(|n| reader.duration(n, key));
        config.scrape_interval = interval(reader, "scrape_interval");
        config.evaluation_interval = interval(reader, "evaluation_interval");
        if let Some(labels) = global.get("external_labels") {
            config.external_labels = reader.text_map(labels, "external_labels");
        }
    }
    if let Some(list) = fields.get("rule_files") {
        for node in reader.sequence(list, "`rule_files`") {
            config.rule_files.extend(reader.text(node, "a rule file"));
        }
    }
    if let Some(list) = fields.get("scrape_configs") {
        for node in reader.sequence(list, "`scrape_configs`") {
            config.jobs.push(read_job(reader, node));
        }
    }
    config
}

fn read_job(reader: &mut Reader<'_>, node: &Node) -> ScrapeJob {
    let name = node.get("job_name").and_then(|n| reader.text(n, "job_name"));
    if name.as_ref().is_none_or(|n| n.as_str().is_empty()) {
        reader.missing(
            "a scrape job",
            "job_name",
            node.place(),
            "Name it: `- job_name: …`.",
        );
    }
    let scrape_interval = node
        .get("scrape_interval")
        .and_then(|n| reader.duration(n, "scrape_interval"));
    let mut targets = Vec::new();
    if let Some(list) = node.get("static_configs") {
        for group in reader.sequence(list, "`static_configs`") {
            let Some(list) = group.get("targets") else {
                continue;
            };
            for target in reader.sequence(list, "`targets`") {
                targets.extend(reader.text(target, "a target"));
            }
        }
    }
    ScrapeJob {
        range: node.range.clone(),
        name,
        scrape_interval,
        targets,
    }
}

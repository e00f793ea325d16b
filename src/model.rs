//! Typed documents that keep the place of everything in them. This room knows source text, PromQL syntax
//! and which states an alert has; it knows nothing of what is right or wrong beyond what the formats themselves demand.

pub mod alertmanager;
pub mod compose;
pub mod dashboard;
pub mod datasources;
pub mod directive;
pub mod exposition;
pub mod format;
pub mod prometheus;
pub mod reader;
pub mod rules;
pub mod script;
pub mod settings;
mod shapes;
pub mod text;
pub mod unit_tests;

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{Node, SourceFile, json, yaml};
use alertmanager::AlertmanagerConfig;
use compose::Compose;
use dashboard::Dashboard;
use datasources::Datasources;
use exposition::Exposition;
use prometheus::PrometheusConfig;
use reader::{Reader, codes};
use rules::RuleFile;
use script::Script;
use unit_tests::UnitTestFile;

/// A document, by what it is.
#[derive(Clone, Debug)]
pub enum Document {
    /// Rules, as Prometheus loads them or as a Kubernetes resource.
    Rules(RuleFile),
    /// Unit tests of rules.
    UnitTests(UnitTestFile),
    /// A script of queries and what they return.
    Script(ScriptFile),
    /// A Grafana dashboard.
    Dashboard(Dashboard),
    /// Prometheus' configuration.
    Prometheus(PrometheusConfig),
    /// Alertmanager's configuration.
    Alertmanager(Box<AlertmanagerConfig>),
    /// A compose file.
    Compose(Compose),
    /// Data sources of Grafana.
    Datasources(Datasources),
    /// Metrics as a program exposes them.
    Metrics(MetricsPage),
}

/// A page of metrics with its file.
#[derive(Clone, Debug)]
pub struct MetricsPage {
    /// The file.
    pub file: Arc<SourceFile>,
    /// What it holds.
    pub page: Exposition,
}

/// A script with its file.
#[derive(Clone, Debug)]
pub struct ScriptFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its commands.
    pub script: Script,
}

/// What a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `groups:` of rules.
    Rules,
    /// A Kubernetes `PrometheusRule`.
    RuleResource,
    /// `tests:` of rules.
    UnitTests,
    /// A Grafana dashboard.
    Dashboard,
    /// Kubernetes ConfigMaps with dashboards in them.
    EmbeddedDashboards,
    /// Prometheus' configuration.
    Prometheus,
    /// Alertmanager's configuration.
    Alertmanager,
    /// A compose file.
    Compose,
    /// Data sources of Grafana.
    Datasources,
}

/// What was read of a file.
#[derive(Debug, Default)]
pub struct Reading {
    /// The documents in it that rulecheck knows.
    pub documents: Vec<Document>,
    /// What was found while reading.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether a part of the file could not be read at all.
    pub broken: bool,
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// Whether the file must be something that rulecheck knows.
    pub must_be_known: bool,
    /// Whether fields that a format does not have are left alone.
    pub ignore_unknown_fields: bool,
}

/// What a document is, by its content.
pub fn detect(root: &Node) -> Option<Kind> {
    let has = |key: &str| root.get(key).is_some();
    let list = |key: &str| root.get(key).is_some_and(|n| n.as_sequence().is_some());
    if has("apiVersion") && has("kind") {
        let items = kubernetes_items(root);
        let kind = |name: &str| {
            items
                .iter()
                .any(|i| i.get("kind").and_then(Node::as_str) == Some(name))
        };
        if kind("PrometheusRule") {
            return Some(Kind::RuleResource);
        }
        return kind("ConfigMap").then_some(Kind::EmbeddedDashboards);
    }
    if prometheus::is_config(root) {
        return Some(Kind::Prometheus);
    }
    // A collector of telemetry has receivers too, but no list of them.
    let routes = ["route", "inhibit_rules", "time_intervals"].into_iter().any(has);
    if routes && list("receivers") {
        return Some(Kind::Alertmanager);
    }
    if list("tests") || (has("rule_files") && (has("evaluation_interval") || has("tests"))) {
        return Some(Kind::UnitTests);
    }
    if has("groups") {
        return Some(Kind::Rules);
    }
    if dashboard::is_dashboard(root) {
        return Some(Kind::Dashboard);
    }
    if has("apiVersion") && list("datasources") {
        return Some(Kind::Datasources);
    }
    (has("services") && root.get("services").is_some_and(|s| s.as_mapping().is_some()))
        .then_some(Kind::Compose)
}

/// The resources of a Kubernetes document: itself, or the items of a list.
pub(crate) fn kubernetes_items(root: &Node) -> Vec<&Node> {
    match root.get("items").and_then(Node::as_sequence) {
        Some(items) => items.iter().collect(),
        None => vec![root],
    }
}

/// Reads what a file holds.
pub fn read(file: &Arc<SourceFile>, options: ReadOptions) -> Reading {
    let mut reading = Reading::default();
    if has_ending(file.path(), "test") {
        read_script(file, options, &mut reading);
        return reading;
    }
    if is_metrics_page(file) {
        read_metrics_page(file, &mut reading);
        return reading;
    }
    let roots = match has_ending(file.path(), "json") {
        true => json_roots(file, options, &mut reading),
        false => yaml_roots(file, options, &mut reading),
    };
    for (at, root) in roots.iter().enumerate() {
        read_root(file, root, at == 0, options, &mut reading);
    }
    if options.must_be_known && reading.documents.is_empty() && reading.diagnostics.is_empty() {
        let mut reader = Reader::new(file, "rulecheck", &mut reading.diagnostics);
        let message = match roots.is_empty() {
            true => "the file is empty",
            false => "the file holds nothing that rulecheck knows",
        };
        let help = "It reads rule files (`groups:`), PrometheusRule resources, unit tests (`tests:`), Grafana \
                    dashboards (`panels`), the configuration of Prometheus and Alertmanager, and pages of metrics (`.prom`).";
        let range = roots
            .first()
            .map_or(0..0, |r| reader::first_line(file, r.place()));
        reader.error(codes::UNKNOWN_FILE, range, message, help);
        reading.broken = true;
    }
    reading
}

fn read_script(file: &Arc<SourceFile>, options: ReadOptions, reading: &mut Reading) {
    let script = Script::parse(file);
    if options.must_be_known && script.commands.is_empty() {
        let mut reader = Reader::new(file, "rulecheck", &mut reading.diagnostics);
        let help = "Scripts are explained in docs/promql-scripts.md.";
        reader.error(codes::UNKNOWN_FILE, 0..0, "the script has no commands", help);
        reading.broken = true;
    } else if options.must_be_known || script.is_recognised() {
        // Other tools have files of this ending too.
        reading.documents.push(Document::Script(ScriptFile {
            file: file.clone(),
            script,
        }));
    }
}

/// Whether a file holds metrics: by its ending, or, where that says nothing, because it begins as such a page does.
fn is_metrics_page(file: &SourceFile) -> bool {
    let is_other = ["yml", "yaml", "json"]
        .iter()
        .any(|ending| has_ending(file.path(), ending));
    let begins = ["# HELP ", "# TYPE ", "# UNIT "]
        .iter()
        .any(|keyword| file.text().trim_start().starts_with(keyword));
    has_ending(file.path(), "prom") || begins && !is_other
}

fn read_metrics_page(file: &Arc<SourceFile>, reading: &mut Reading) {
    let page = Exposition::read(file.text());
    let mut reader = Reader::new(file, "Prometheus", &mut reading.diagnostics);
    for fault in &page.faults {
        reader.error(
            codes::METRICS_SYNTAX,
            fault.range.clone(),
            &fault.message,
            fault.help,
        );
    }
    let file = Arc::clone(file);
    reading
        .documents
        .push(Document::Metrics(MetricsPage { file, page }));
}

pub(crate) fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending))
}

fn json_roots(file: &Arc<SourceFile>, options: ReadOptions, reading: &mut Reading) -> Vec<Node> {
    match json::parse(file.text()) {
        Ok(root) => root.into_iter().collect(),
        Err(error) => {
            // A broken file that nobody named may be anybody's; one with queries in it is ours.
            if options.must_be_known || file.text().contains("\"expr\"") {
                let mut reader = Reader::new(file, "Grafana", &mut reading.diagnostics);
                let message = format!("the file is no JSON: {}", error.message);
                reader.error(codes::JSON_SYNTAX, error.range, message, error.help);
                reading.broken = true;
            }
            Vec::new()
        }
    }
}

fn yaml_roots(file: &Arc<SourceFile>, options: ReadOptions, reading: &mut Reading) -> Vec<Node> {
    let documents = yaml::parse(file.text());
    if options.must_be_known || looks_like_ours(file.text()) {
        for error in documents.errors {
            let mut reader = Reader::new(file, "Prometheus", &mut reading.diagnostics);
            let message = format!("the file is no YAML: {}", error.message);
            reader.error(codes::YAML_SYNTAX, error.range, message, error.help);
            reading.broken = true;
        }
    }
    documents.roots
}

/// Whether a text that is no YAML was meant to be one of our files. Templates that produce YAML are not.
fn looks_like_ours(text: &str) -> bool {
    let ours = [
        "groups:",
        "rule_files:",
        "scrape_configs:",
        "kind: PrometheusRule",
    ];
    let templated = text
        .lines()
        .any(|l| l.trim_start().starts_with("{{") || l.trim_start().starts_with("{%"));
    !templated
        && text
            .lines()
            .any(|line| ours.iter().any(|key| line.starts_with(key)))
}

fn read_root(
    file: &Arc<SourceFile>,
    root: &Node,
    is_first: bool,
    options: ReadOptions,
    reading: &mut Reading,
) {
    let Some(kind) = detect(root) else {
        let mut reader = Reader::new(file, "Compose", &mut reading.diagnostics);
        return compose::refuse_bare_services(&mut reader, root);
    };
    let consumer = match kind {
        Kind::UnitTests => "promtool",
        Kind::Dashboard | Kind::EmbeddedDashboards => "Grafana",
        Kind::Alertmanager => "Alertmanager",
        _ => "Prometheus",
    };
    let mut reader = Reader::new(file, consumer, &mut reading.diagnostics);
    reader.ignore_unknown_fields = options.ignore_unknown_fields;
    let read_alone = [Kind::Rules, Kind::UnitTests, Kind::Prometheus, Kind::Alertmanager];
    if !is_first && read_alone.contains(&kind) {
        let message = format!("{consumer} reads the first document of a file alone: this one is ignored");
        let help = "Move it to a file of its own, or its contents into the first document.";
        let range = reader::first_line(file, root.place());
        return reader.warning(codes::IGNORED_DOCUMENT, range, message, help);
    }
    match kind {
        Kind::Rules => reading
            .documents
            .push(Document::Rules(rules::read_rule_file(&mut reader, root))),
        Kind::RuleResource => {
            for item in kubernetes_items(root) {
                if item.get("kind").and_then(Node::as_str) == Some("PrometheusRule") {
                    reading
                        .documents
                        .push(Document::Rules(rules::read_resource(&mut reader, item)));
                }
            }
        }
        Kind::UnitTests => {
            reading
                .documents
                .push(Document::UnitTests(unit_tests::read_unit_tests(
                    &mut reader,
                    root,
                )));
        }
        Kind::Dashboard => {
            reading
                .documents
                .push(Document::Dashboard(dashboard::read_dashboard(&mut reader, root)));
        }
        Kind::EmbeddedDashboards => {
            for value in dashboard::embedded(root) {
                let read = dashboard::read_embedded(file, value, &mut reading.diagnostics);
                reading.documents.extend(read.map(Document::Dashboard));
            }
        }
        Kind::Prometheus => {
            reading
                .documents
                .push(Document::Prometheus(prometheus::read_config(&mut reader, root)));
        }
        Kind::Alertmanager => {
            let config = alertmanager::read_config(&mut reader, root);
            reading.documents.push(Document::Alertmanager(Box::new(config)));
        }
        Kind::Compose => reading
            .documents
            .push(Document::Compose(compose::read_compose(file, root))),
        Kind::Datasources => {
            let read = datasources::read_datasources(file, root);
            reading.documents.push(Document::Datasources(read));
        }
    }
}

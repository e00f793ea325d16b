//! Alertmanager's configuration, as of version 0.34: what it holds, and everything that Alertmanager refuses in it.
//!
//! Templates of messages are not looked into, and secrets in files are not opened.

mod global;
mod inhibition;
mod integrations;
mod load;
mod marks;
pub mod matcher;
mod names;
mod receivers;
mod route;
pub mod times;

use std::sync::Arc;

pub use inhibition::InhibitRule;
pub use integrations::Integration;
pub use load::load;
pub use marks::Marks;
pub use receivers::Receiver;
pub use route::{GroupBy, Route};
pub use times::TimeInterval;

use super::reader::{Fields, Reader, codes};
use super::shapes::{self, Shape};
use super::text::Text;
use crate::source::{Node, SourceFile};

/// An Alertmanager's configuration.
#[derive(Clone, Debug)]
pub struct AlertmanagerConfig {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The root of the routing tree.
    pub route: Option<Route>,
    /// Who can be notified.
    pub receivers: Vec<Receiver>,
    /// Which alerts silence which others.
    pub inhibit_rules: Vec<InhibitRule>,
    /// Named times, those of `mute_time_intervals` before those of `time_intervals`.
    pub time_intervals: Vec<TimeInterval>,
    /// Globs of the files with templates of messages.
    pub templates: Vec<Text>,
}

const SECTIONS: &[&str] = &[
    "global",
    "route",
    "inhibit_rules",
    "receivers",
    "templates",
    "mute_time_intervals",
    "time_intervals",
    "tracing",
    "event_recorder",
];

const TRACING: &[(&str, Shape)] = &[
    ("client_type", Shape::Text),
    ("endpoint", Shape::Text),
    ("sampling_fraction", Shape::Number),
    ("insecure", Shape::Switch),
    ("tls_config", shapes::http::TLS),
    ("headers", Shape::Anything),
    ("compression", Shape::Text),
    ("timeout", Shape::Duration),
];

const EVENT_RECORDER: &[(&str, Shape)] = &[
    ("file_outputs", Shape::Anything),
    ("webhook_outputs", Shape::Anything),
    ("kafka_outputs", Shape::Anything),
    ("stdout_outputs", Shape::Anything),
];

/// Reads a configuration.
pub fn read_config(reader: &mut Reader<'_>, root: &Node) -> AlertmanagerConfig {
    let mut config = AlertmanagerConfig {
        file: reader.file.clone(),
        route: None,
        receivers: Vec::new(),
        inhibit_rules: Vec::new(),
        time_intervals: Vec::new(),
        templates: Vec::new(),
    };
    let Some(sections) = reader.mapping(root, "the configuration", SECTIONS) else {
        return config;
    };
    let global = global::read(reader, sections.get("global"));
    if let Some(node) = sections.get("route").filter(|node| !node.is_null()) {
        config.route = route::read(reader, node);
    } else {
        let help = "Write at least `route: {receiver: NAME}` with one of the `receivers`.";
        reader.missing("the configuration", "route", root.place(), help);
    }
    for node in list(reader, &sections, "receivers") {
        config.receivers.extend(receivers::read(reader, node, &global));
    }
    for node in list(reader, &sections, "inhibit_rules") {
        config.inhibit_rules.extend(inhibition::read(reader, node));
    }
    for (key, what) in [
        ("mute_time_intervals", "a mute time interval"),
        ("time_intervals", "a time interval"),
    ] {
        for node in list(reader, &sections, key) {
            config.time_intervals.extend(times::read(reader, node, what));
        }
    }
    config.templates = texts(reader, &sections, "templates", "a template file");
    read_tracing(reader, &sections);
    if let Some(node) = sections.get("event_recorder") {
        shapes::read_mapping(reader, node, "`event_recorder`", EVENT_RECORDER);
    }
    names::check(reader, &config);
    config
}

fn read_tracing(reader: &mut Reader<'_>, sections: &Fields<'_>) {
    let Some(node) = sections.get("tracing").filter(|node| !node.is_null()) else {
        return;
    };
    let Some(fields) = shapes::read_mapping(reader, node, "`tracing`", TRACING) else {
        return;
    };
    let written = |key: &str| fields.get(key).and_then(Node::as_str).unwrap_or_default();
    if written("endpoint").is_empty() {
        let help = "Write where spans are sent to: `endpoint: host:port`.";
        reader.missing("`tracing`", "endpoint", node.place(), help);
    }
    for (key, known, help) in [
        ("client_type", ["http", "grpc"], "It is `http` or `grpc`."),
        ("compression", ["gzip", ""], "Write `gzip`, or nothing for none."),
    ] {
        let Some(value) = fields.get(key).filter(|node| !node.is_null()) else {
            continue;
        };
        if value.as_str().is_some_and(|text| !known.contains(&text)) {
            let message = format!("{key} has no such value: Alertmanager refuses the file");
            reader.error(codes::INVALID_VALUE, value.place(), message, help);
        }
    }
}

/// The elements of a list; an empty one is worth a warning, for Alertmanager takes it as something with nothing set.
fn list<'n>(reader: &mut Reader<'_>, fields: &Fields<'n>, key: &str) -> Vec<&'n Node> {
    match fields.get(key) {
        Some(node) => reader.filled_sequence(node, &format!("`{key}`")),
        None => Vec::new(),
    }
}

/// A list of texts.
fn texts(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str, what: &str) -> Vec<Text> {
    let Some(node) = fields.get(key) else {
        return Vec::new();
    };
    let nodes = reader.sequence(node, &format!("`{key}`"));
    nodes.iter().filter_map(|node| reader.text(node, what)).collect()
}

#[cfg(test)]
pub(crate) mod tests;

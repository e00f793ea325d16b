//! Other servers that samples are sent to and read from.

use super::naming::Names;
use super::{fields, relabelling};
use crate::model::reader::{Fields, Reader, codes};
use crate::model::shapes::{self, Demand, Shape, check_demands, http};
use crate::model::text::Text;
use crate::source::Node;

/// What both kinds have besides the settings of an HTTP client.
const COMMON: [(&str, Shape); 4] = [
    // Anything is an address to Prometheus.
    ("url", Shape::Text),
    ("remote_timeout", Shape::Duration),
    ("headers", Shape::TextMap),
    ("name", Shape::Text),
];

const WRITE: [(&str, Shape); 9] = [
    ("send_exemplars", Shape::Switch),
    ("send_native_histograms", Shape::Switch),
    ("round_robin_dns", Shape::Switch),
    ("failed_request_logging", Shape::Switch),
    (
        "queue_config",
        Shape::Mapping(&[
            ("capacity", Shape::Whole),
            ("max_shards", Shape::Whole),
            ("min_shards", Shape::Whole),
            ("max_samples_per_send", Shape::Whole),
            ("batch_send_deadline", Shape::Duration),
            ("min_backoff", Shape::Duration),
            ("max_backoff", Shape::Duration),
            ("retry_on_http_429", Shape::Switch),
            ("sample_age_limit", Shape::Duration),
        ]),
    ),
    (
        "metadata_config",
        Shape::Mapping(&[
            ("send", Shape::Switch),
            ("send_interval", Shape::Duration),
            ("max_samples_per_send", Shape::Whole),
        ]),
    ),
    ("sigv4", Shape::AnyMap),
    ("azuread", Shape::AnyMap),
    ("google_iam", Shape::AnyMap),
];

const READ: [(&str, Shape); 4] = [
    ("chunked_read_limit", Shape::Count),
    ("read_recent", Shape::Switch),
    ("required_matchers", Shape::TextMap),
    ("filter_external_labels", Shape::Switch),
];

const DEMANDS: &[Demand] = &[Demand::Among(
    "protobuf_message",
    &["prometheus.WriteRequest", "io.prometheus.write.v2.Request"],
    "unknown protobuf_message",
)];

/// Headers that Prometheus sets itself.
const RESERVED: [&str; 17] = [
    "host",
    "content-encoding",
    "content-length",
    "content-type",
    "user-agent",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "www-authenticate",
    "accept-encoding",
    "x-prometheus-remote-write-version",
    "x-prometheus-remote-read-version",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
    "authorization",
];

/// Reads the servers that samples are sent to.
pub(super) fn read_written(reader: &mut Reader<'_>, list: &Node, names: Names) {
    let others = ["write_relabel_configs", "protobuf_message"];
    for fields in entries(reader, list, "remote_write", &WRITE, &others) {
        relabelling::read(reader, &fields, "write_relabel_configs", names);
        check_demands(reader, &fields, "an entry of `remote_write`", DEMANDS);
    }
}

/// Reads the servers that samples are read from.
pub(super) fn read_read(reader: &mut Reader<'_>, list: &Node) {
    entries(reader, list, "remote_read", &READ, &[]);
}

fn entries<'n>(
    reader: &mut Reader<'_>,
    list: &'n Node,
    section: &str,
    own: &[(&'static str, Shape)],
    others: &[&'static str],
) -> Vec<Fields<'n>> {
    let what = format!("an entry of `{section}`");
    let shape: Vec<(&'static str, Shape)> = COMMON.iter().chain(own).copied().collect();
    let own: Vec<&'static str> = shape.iter().map(|(name, _)| *name).collect();
    let known = fields::with_http_client(&[&own, others]);
    let mut names: Vec<Text> = Vec::new();
    let mut read = Vec::new();
    for node in reader.sequence(list, &format!("`{section}`")) {
        if node.is_null() {
            let help = "Say where the server is: `- url: https://…`, or remove the entry.";
            reader.empty(&what, node.place(), help);
            continue;
        }
        let Some(fields) = reader.mapping(node, &what, &known) else {
            continue;
        };
        shapes::read_values(reader, &fields, &shape);
        http::read_among(reader, &fields, &what);
        if fields.get("url").is_none_or(Node::is_null) {
            reader.missing(
                &what,
                "url",
                node.place(),
                "Say where the server is: `url: https://…`.",
            );
        }
        check_headers(reader, &fields);
        names.extend(fields.get("name").and_then(Text::of));
        read.push(fields);
    }
    reader.repeated(&format!("entries of `{section}`"), &names);
    read
}

fn check_headers(reader: &mut Reader<'_>, fields: &Fields<'_>) {
    let headers = fields.get("headers").and_then(Node::as_mapping);
    let names = headers
        .into_iter()
        .flatten()
        .filter_map(|entry| Text::of(&entry.key));
    for name in names.filter(|name| RESERVED.contains(&name.as_str().to_lowercase().as_str())) {
        let message = format!(
            "the header {} is Prometheus' own: Prometheus refuses the file",
            name.as_str()
        );
        let help = "Leave it out; who asks is said in `authorization`, `basic_auth` or `oauth2`.";
        reader.error(codes::INVALID_VALUE, name.whole(reader.file), message, help);
    }
}

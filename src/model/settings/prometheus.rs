//! What the settings say of the servers that may be asked.

use std::ops::Range;

use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// A Prometheus that may be asked. Secrets are named here, never written.
#[derive(Clone, Debug)]
pub struct PrometheusServer {
    /// Byte range of the entry in the settings.
    pub range: Range<usize>,
    /// Its address.
    pub url: Text,
    /// The configuration that it runs, relative to the settings; any where none is named.
    pub config: Option<Text>,
    /// The file that holds a bearer token, relative to the settings.
    pub token_file: Option<Text>,
    /// The environment variable that holds one.
    pub token_env: Option<Text>,
    /// The user.
    pub user: Option<Text>,
    /// The file that holds the user's password, relative to the settings.
    pub password_file: Option<Text>,
    /// The environment variable that holds it.
    pub password_env: Option<Text>,
    /// Headers to send besides.
    pub headers: Vec<(Text, Text)>,
    /// The file with the certificates of authorities to trust besides those of the system, relative to the settings.
    pub ca_file: Option<Text>,
    /// The file with the certificate to show, relative to the settings.
    pub cert_file: Option<Text>,
    /// The file with its key, relative to the settings.
    pub key_file: Option<Text>,
    /// Whether any certificate of the server is taken.
    pub insecure_skip_verify: bool,
    /// How long an answer may take, in milliseconds.
    pub timeout: Option<i64>,
    /// How many questions are asked at a time.
    pub concurrency: Option<i64>,
    /// How far back it is asked what there was, in milliseconds.
    pub lookback: Option<i64>,
}

/// The fields of an entry.
pub(super) static PROMETHEUS_SERVER: Shape = Shape {
    name: "PrometheusServer",
    what: "an entry of `prometheus`",
    about: "A Prometheus that is asked with `--live`.",
    fields: &[
        Field::required("url", Value::Text, "Its address, without /api/v1."),
        Field::new(
            "config",
            Value::Text,
            "The configuration of Prometheus that it runs, relative to this file; any where it is left out.",
        ),
        Field::new(
            "token_file",
            Value::Text,
            "The file that holds a bearer token, relative to this file.",
        ),
        Field::new(
            "token_env",
            Value::Text,
            "The environment variable that holds a bearer token.",
        ),
        Field::new("user", Value::Text, "The user of basic authentication."),
        Field::new(
            "password_file",
            Value::Text,
            "The file that holds the user's password, relative to this file.",
        ),
        Field::new(
            "password_env",
            Value::Text,
            "The environment variable that holds the user's password.",
        ),
        Field::new(
            "headers",
            Value::Map(&Value::Text),
            "Headers to send besides, such as X-Scope-OrgID. They stand here for all to read: no place for secrets.",
        ),
        Field::new(
            "ca_file",
            Value::Text,
            "The file with the certificates of authorities to trust besides those of the system, in PEM.",
        ),
        Field::new(
            "cert_file",
            Value::Text,
            "The file with the certificate to show, in PEM.",
        ),
        Field::new(
            "key_file",
            Value::Text,
            "The file with the key of that certificate, in PEM.",
        ),
        Field::new(
            "insecure_skip_verify",
            Value::Boolean,
            "Whether any certificate of the server is taken.",
        ),
        Field::new(
            "timeout",
            Value::Duration,
            "How long an answer may take; 30s where it is left out.",
        ),
        Field::new(
            "concurrency",
            Value::Whole,
            "How many questions are asked at a time; 4 where it is left out.",
        ),
        Field::new(
            "lookback",
            Value::Duration,
            "How far back it is asked what there was; 7d where it is left out.",
        ),
    ],
};

/// Reads one entry, or a list of them.
pub(super) fn read_servers(reader: &mut Reader<'_>, node: &Node) -> Vec<PrometheusServer> {
    match node.as_sequence() {
        Some(list) => list.iter().filter_map(|one| read_server(reader, one)).collect(),
        None => read_server(reader, node).into_iter().collect(),
    }
}

fn read_server(reader: &mut Reader<'_>, node: &Node) -> Option<PrometheusServer> {
    let fields = reader.fields(node, &PROMETHEUS_SERVER)?;
    let mut text = |key: &str| fields.get(key).and_then(|node| reader.text(node, key));
    let url = text("url");
    let texts = [
        "config",
        "token_file",
        "token_env",
        "user",
        "password_file",
        "password_env",
        "ca_file",
        "cert_file",
        "key_file",
    ]
    .map(text);
    check_ways(reader, &fields);
    let [
        config,
        token_file,
        token_env,
        user,
        password_file,
        password_env,
        ca_file,
        cert_file,
        key_file,
    ] = texts;
    let mut time = |key: &str| {
        let read = fields.get(key).and_then(|node| reader.duration(node, key))?;
        if read.value <= 0 {
            let help = format!("Leave `{key}` out for the usual time.");
            reader.error(
                codes::INVALID_VALUE,
                read.range,
                format!("{key} must not be zero"),
                help,
            );
        }
        Some(read.value)
    };
    let (timeout, lookback) = (time("timeout"), time("lookback"));
    let headers = fields.get("headers").map(|node| reader.text_map(node, "headers"));
    let insecure = fields.get("insecure_skip_verify");
    let insecure = insecure.and_then(|node| reader.boolean(node, "insecure_skip_verify"));
    let concurrency = fields
        .get("concurrency")
        .and_then(|node| reader.integer(node, "concurrency"));
    if let Some(count) = concurrency
        .as_ref()
        .filter(|count| !(1..=64).contains(&count.value))
    {
        let help = "Leave it out for 4 at a time.";
        let range = count.range.clone();
        reader.error(codes::INVALID_VALUE, range, "concurrency is from 1 to 64", help);
    }
    let Some(url) = url else {
        let help = "Write `url: http://prometheus:9090`.";
        reader.missing("an entry of `prometheus`", "url", fields.range.clone(), help);
        return None;
    };
    Some(PrometheusServer {
        range: node.place(),
        url,
        config,
        token_file,
        token_env,
        user,
        password_file,
        password_env,
        headers: headers.unwrap_or_default(),
        ca_file,
        cert_file,
        key_file,
        insecure_skip_verify: insecure.is_some_and(|insecure| insecure.value),
        timeout,
        concurrency: concurrency.map(|count| count.value),
        lookback,
    })
}

/// Reports where it is said in several ways who asks.
fn check_ways(reader: &mut Reader<'_>, fields: &Fields<'_>) {
    let mut only_one = |keys: &[&str], help: &str| {
        let mut written = keys.iter().filter_map(|key| fields.entry(key));
        if let (Some(_), Some(second)) = (written.next(), written.next()) {
            let message = format!("only one of {} can be", keys.join(", "));
            reader.error(codes::INVALID_VALUE, second.key.place(), message, help);
        }
    };
    only_one(
        &["token_file", "token_env", "user"],
        "Ask with a token or as a user.",
    );
    only_one(&["password_file", "password_env"], "Keep one of the two.");
}

//! What kind of value a field of a configuration holds, and what must hold of the fields of a mapping together.

mod demands;
pub(in crate::model) mod http;

use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

pub(in crate::model) use demands::{Demand, check_demands, fault};

/// What kind of value a field holds.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) enum Shape {
    /// Text of any kind.
    Text,
    /// True or false.
    Switch,
    /// A whole number.
    Whole,
    /// A whole number that is not negative.
    Count,
    /// A number.
    Number,
    /// A duration in Prometheus' notation.
    Duration,
    /// The address of a page, with scheme and host.
    Url,
    /// The same, or a template that makes one.
    TemplateUrl,
    /// `host:port`.
    Address,
    /// The settings of an HTTP client.
    Http,
    /// A list of texts.
    Texts,
    /// Names with texts.
    TextMap,
    /// Names with whatever it is.
    AnyMap,
    /// A mapping with these fields.
    Mapping(&'static [(&'static str, Shape)]),
    /// A list of mappings with these fields, of which some must be filled. Empty entries are passed over.
    Mappings(&'static [(&'static str, Shape)], &'static [&'static str]),
    /// The same, but an entry with nothing in it is one with nothing filled.
    Structs(&'static [(&'static str, Shape)], &'static [&'static str]),
    /// Whatever it is.
    Anything,
}

/// Reads a mapping with these fields.
pub(in crate::model) fn read_mapping<'n>(
    reader: &mut Reader<'_>,
    node: &'n Node,
    what: &str,
    shape: &[(&str, Shape)],
) -> Option<Fields<'n>> {
    let known: Vec<&str> = shape.iter().map(|(name, _)| *name).collect();
    let fields = reader.mapping(node, what, &known)?;
    read_values(reader, &fields, shape);
    Some(fields)
}

/// Reads what these fields of a mapping hold.
pub(in crate::model) fn read_values(reader: &mut Reader<'_>, fields: &Fields<'_>, shape: &[(&str, Shape)]) {
    for (name, shape) in shape {
        if let Some(value) = fields.get(name).filter(|value| !value.is_null()) {
            read(reader, value, name, *shape);
        }
    }
}

fn read(reader: &mut Reader<'_>, node: &Node, name: &str, shape: Shape) {
    match shape {
        Shape::Text => drop(reader.text(node, name)),
        Shape::Switch => drop(reader.boolean(node, name)),
        Shape::Whole => drop(reader.integer(node, name)),
        Shape::Count => {
            let number = reader.integer(node, name);
            if let Some(number) = number.filter(|number| number.value < 0) {
                let message = format!(
                    "{name} must not be negative: {} refuses the file",
                    reader.consumer
                );
                reader.error(
                    codes::INVALID_VALUE,
                    number.range,
                    message,
                    "Write 0 for no limit.",
                );
            }
        }
        Shape::AnyMap if node.as_mapping().is_none() => reader.wrong_kind(node, name, "a mapping"),
        Shape::AnyMap => {}
        Shape::Number => drop(reader.float(node, name)),
        Shape::Duration => drop(reader.duration(node, name)),
        Shape::Http => http::read(reader, node, name),
        Shape::TextMap => drop(reader.text_map(node, name)),
        Shape::Mapping(fields) => drop(read_mapping(reader, node, &format!("`{name}`"), fields)),
        Shape::Anything => {}
        Shape::Texts => {
            for node in reader.sequence(node, &format!("`{name}`")) {
                reader.text(node, &format!("an entry of `{name}`"));
            }
        }
        Shape::Mappings(fields, filled) => {
            let nodes = reader.filled_sequence(node, &format!("`{name}`"));
            read_entries(reader, nodes, name, fields, filled);
        }
        Shape::Structs(fields, filled) => {
            let nodes = reader.sequence(node, &format!("`{name}`"));
            read_entries(reader, nodes.iter().collect(), name, fields, filled);
        }
        Shape::Url | Shape::TemplateUrl | Shape::Address => {
            let Some(text) = reader.text(node, name) else {
                return;
            };
            let fault = match shape {
                Shape::Address => address_fault(text.as_str()),
                Shape::TemplateUrl if text.as_str().is_empty() || text.as_str().contains("{{") => None,
                _ => url_fault(text.as_str()),
            };
            if let Some((message, help)) = fault {
                refuse(reader, &text, name, &message, help);
            }
        }
    }
}

fn read_entries(
    reader: &mut Reader<'_>,
    nodes: Vec<&Node>,
    name: &str,
    fields: &[(&str, Shape)],
    filled: &[&str],
) {
    let what = format!("an entry of `{name}`");
    for node in nodes {
        let Some(read) = read_mapping(reader, node, &what, fields) else {
            continue;
        };
        for key in filled.iter().filter(|key| !is_filled(&read, key)) {
            reader.missing(&what, key, node.place(), format!("Fill it in: `{key}: …`."));
        }
    }
}

/// Whether a field holds something.
pub(in crate::model) fn is_filled(fields: &Fields<'_>, key: &str) -> bool {
    fields
        .get(key)
        .is_some_and(|node| !node.is_null() && node.as_str().is_none_or(|text| !text.is_empty()))
}

fn refuse(reader: &mut Reader<'_>, text: &Text, name: &str, message: &str, help: &str) {
    let range = text.whole(reader.file);
    if text.as_str().contains("${") {
        // The file may be one that another is made of.
        let message = format!(
            "{name}: {message}: as it stands, {} refuses the file",
            reader.consumer
        );
        let help = format!(
            "{} does not replace variables: put the value in before it is started.",
            reader.consumer
        );
        return reader.warning(codes::INVALID_VALUE, range, message, help);
    }
    let message = format!("{name}: {message}: {} refuses the file", reader.consumer);
    reader.error(codes::INVALID_VALUE, range, message, help);
}

/// What is wrong with the address of a page, as far as Go's parser of addresses is known to look.
fn url_fault(text: &str) -> Option<(String, &'static str)> {
    // How a secret looks that Alertmanager itself has written out.
    if text == "<secret>" {
        return None;
    }
    let help = "Write an address with scheme and host: `https://example.org/…`.";
    let fault = |message: String| Some((message, help));
    if text.chars().any(|c| c.is_ascii_control()) {
        return fault(format!(
            "parse {text:?}: net/url: invalid control character in URL"
        ));
    }
    let scheme_end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
    let scheme = match scheme_end {
        Some(end) if text[end..].starts_with(':') && text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            text[..end].to_ascii_lowercase()
        }
        Some(0) if text.starts_with(':') => return fault(format!("parse {text:?}: missing protocol scheme")),
        _ => String::new(),
    };
    if scheme != "http" && scheme != "https" {
        return fault(format!("unsupported scheme {scheme:?} for URL"));
    }
    let rest = &text[scheme.len() + 1..];
    let authority = rest.strip_prefix("//").unwrap_or_default();
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    let host = authority[..end].rsplit('@').next().unwrap_or_default();
    if host.is_empty() {
        return fault("missing host for URL".to_owned());
    }
    let port = match host.rfind(']') {
        Some(close) => host[close + 1..].strip_prefix(':'),
        None => host.split_once(':').map(|(_, port)| port),
    };
    if let Some(port) = port.filter(|port| !port.bytes().all(|b| b.is_ascii_digit())) {
        return fault(format!(
            "parse {text:?}: invalid port {:?} after host",
            format!(":{port}")
        ));
    }
    if host.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}']) {
        return fault(format!("parse {text:?}: invalid character in host name"));
    }
    if has_bad_escape(rest.split(['?', '#']).next().unwrap_or_default()) {
        return fault(format!("parse {text:?}: invalid URL escape"));
    }
    None
}

fn has_bad_escape(path: &str) -> bool {
    let hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
    let bytes = path.as_bytes();
    (0..bytes.len()).any(|at| bytes[at] == b'%' && !(hex(bytes.get(at + 1)) && hex(bytes.get(at + 2))))
}

/// What is wrong with `host:port`.
fn address_fault(text: &str) -> Option<(String, &'static str)> {
    let help = "Write host and port: `smtp.example.org:587`.";
    if text.is_empty() {
        return None;
    }
    let message = match text.rsplit_once(':') {
        None => format!("address {text}: missing port in address"),
        Some((host, _)) if host.contains(':') && !(host.starts_with('[') && host.ends_with(']')) => {
            format!("address {text}: too many colons in address")
        }
        Some((_, "")) => format!("address {text:?}: port cannot be empty"),
        Some(_) => return None,
    };
    Some((message, help))
}

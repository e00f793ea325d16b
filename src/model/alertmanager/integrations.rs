//! The ways to reach a receiver: what may stand in each, and what must.

mod kinds;

use std::ops::Range;

use super::global::Global;
use super::shapes::{self, Shape, is_filled};
use crate::model::reader::{Fields, Reader, codes};
use crate::source::Node;

pub(super) use kinds::KINDS;

/// One way to reach a receiver.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// Of what kind it is: `slack`, `email`, `webhook`, ….
    pub kind: &'static str,
    /// Its number among those of its kind in the receiver, from 0.
    pub number: usize,
    /// Whether it also tells that alerts are resolved.
    pub sends_resolved: bool,
}

/// A kind of integration.
pub(super) struct Kind {
    /// The field of receivers that holds a list of them: `slack_configs`.
    pub(super) field: &'static str,
    /// The name: `slack`.
    pub(super) name: &'static str,
    /// Whether it tells that alerts are resolved where `send_resolved` is not written.
    pub(super) sends_resolved: bool,
    /// Its own fields.
    pub(super) fields: &'static [(&'static str, Shape)],
    /// What must hold of them.
    pub(super) demands: &'static [Demand],
}

/// Something that must hold of the fields of a mapping.
#[derive(Clone, Copy)]
pub(super) enum Demand {
    /// One of these is filled; else Alertmanager says this.
    OneOf(&'static [&'static str], &'static str),
    /// One of the first is filled here, or one of the second in `global`; else Alertmanager says this.
    Inherits(&'static [&'static str], &'static [&'static str], &'static str),
    /// It is filled here, or the second is not cleared in `global`; else Alertmanager says this.
    Defaults(&'static str, &'static str, &'static str),
    /// Not both one of the first and one of the second is filled.
    AtMostOne(&'static [&'static str], &'static [&'static str]),
    /// Not both of these are filled; else Alertmanager says this.
    NotBoth(&'static str, &'static str, &'static str),
    /// The field has one of these values, where it is written; else Alertmanager says this.
    Among(&'static str, &'static [&'static str], &'static str),
    /// The number is not 0; else Alertmanager says this.
    NotZero(&'static str, &'static str),
    /// In the settings of the HTTP client there is an authorization, or one of these is filled; else Alertmanager
    /// says this.
    Authorized(&'static [&'static str], &'static str),
    /// There is none, if one of these is filled; else Alertmanager says this.
    NotAuthorized(&'static [&'static str], &'static str),
}

/// What all kinds have.
const COMMON: &[(&str, Shape)] = &[("send_resolved", Shape::Switch), ("http_config", Shape::Http)];

/// Reads one integration.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    kind: &'static Kind,
    number: usize,
    global: &Global<'_>,
) -> Option<Integration> {
    let what = format!("an entry of `{}`", kind.field);
    if node.is_null() {
        let message = format!("missing {} config: Alertmanager refuses the file", kind.name);
        let help = "Fill it in, or remove it.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
        return None;
    }
    let common = COMMON.iter().filter(|(name, _)| has_field(kind, name));
    let shape: Vec<(&str, Shape)> = common.chain(kind.fields).copied().collect();
    let fields = shapes::read_mapping(reader, node, &what, &shape)?;
    check_demands(reader, &fields, &what, kind.demands);
    check_inherited(reader, &fields, kind, global);
    // A wrong one has been reported with the other fields.
    let sends_resolved = fields
        .get("send_resolved")
        .and_then(Node::as_str)
        .map_or(kind.sends_resolved, |text| {
            matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "y")
        });
    Some(Integration {
        range: node.range.clone(),
        kind: kind.name,
        number,
        sends_resolved,
    })
}

/// Checks what must be here or in `global`.
fn check_inherited(reader: &mut Reader<'_>, fields: &Fields<'_>, kind: &Kind, global: &Global<'_>) {
    let has = |key: &&str| is_filled(fields, key);
    for demand in kind.demands {
        let (own, inherited, message) = match demand {
            Demand::Inherits(own, inherited, message)
                if !own.iter().any(has) && !inherited.iter().any(|key| global.has(key)) =>
            {
                (own.first(), inherited.first(), message)
            }
            Demand::Defaults(own, inherited, message) if !has(own) && global.clears(inherited) => {
                (Some(own), Some(inherited), message)
            }
            _ => continue,
        };
        let (own, inherited) = (own.unwrap_or(&""), inherited.unwrap_or(&""));
        let help = format!("Write `{own}` here, or `{inherited}` in `global`.");
        fault(reader, codes::MISSING_FIELD, fields, message, &help);
    }
}

/// Mails need no HTTP client.
fn has_field(kind: &Kind, name: &str) -> bool {
    name != "http_config" || kind.name != "email"
}

/// Checks what must hold of fields by themselves.
pub(super) fn check_demands(reader: &mut Reader<'_>, fields: &Fields<'_>, what: &str, demands: &[Demand]) {
    let has = |key: &str| is_filled(fields, key);
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let authorized = |fields: &Fields<'_>| {
        let http = fields.get("http_config");
        http.is_some_and(|http| http.get("authorization").is_some_and(|a| !a.is_null()))
    };
    for demand in demands {
        match demand {
            Demand::OneOf(keys, message) if !any(keys) => {
                let help = format!("{what} needs `{}`.", keys.join("` or `"));
                fault(reader, codes::MISSING_FIELD, fields, message, &help);
            }
            Demand::AtMostOne(first, second) if any(first) && any(second) => {
                let message = format!(
                    "at most one of {} & {} must be configured",
                    first.join("/"),
                    second.join("/")
                );
                fault(
                    reader,
                    codes::INVALID_VALUE,
                    fields,
                    &message,
                    "Remove one of the two.",
                );
            }
            Demand::NotBoth(first, second, message) if has(first) && has(second) => {
                fault(
                    reader,
                    codes::INVALID_VALUE,
                    fields,
                    message,
                    "Remove one of the two.",
                );
            }
            Demand::Among(key, known, message) => {
                let value = fields.get(key).filter(|node| !node.is_null());
                let Some(value) = value.and_then(Node::as_str) else {
                    continue;
                };
                if !known.contains(&value) {
                    let help = format!("Write one of {}.", known.join(", "));
                    fault(reader, codes::INVALID_VALUE, fields, message, &help);
                }
            }
            Demand::NotZero(key, message) if fields.get(key).and_then(Node::as_str) == Some("0") => {
                let help = format!("Write another number, or leave `{key}` out.");
                fault(reader, codes::INVALID_VALUE, fields, message, &help);
            }
            Demand::Authorized(keys, message) if !authorized(fields) && !any(keys) => {
                let help = "Write `http_config: {authorization: {credentials: …}}`.";
                fault(reader, codes::MISSING_FIELD, fields, message, help);
            }
            Demand::NotAuthorized(keys, message) if authorized(fields) && any(keys) => {
                fault(
                    reader,
                    codes::INVALID_VALUE,
                    fields,
                    message,
                    "Remove one of the two.",
                );
            }
            _ => {}
        }
    }
}

fn fault(reader: &mut Reader<'_>, code: &'static str, fields: &Fields<'_>, message: &str, help: &str) {
    let message = format!("{message}: Alertmanager refuses the file");
    let range = crate::model::reader::first_line(reader.file, fields.range.clone());
    reader.error(code, range, message, help);
}

//! The ways to reach a receiver: what may stand in each, and what must.

mod kinds;

use std::ops::Range;

use super::global::Global;
use crate::model::reader::{Fields, Reader, codes};
use crate::model::shapes::{self, Demand, Shape, check_demands, fault, is_filled};
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

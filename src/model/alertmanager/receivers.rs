//! Who can be notified.

use std::ops::Range;

use super::global::Global;
use super::integrations::{self, Integration, KINDS};
use crate::model::reader::{Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// Somebody, with the ways to reach them.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// The name that routes ask for.
    pub name: Option<Text>,
    /// The ways to reach them, in the order in which Alertmanager builds them.
    pub integrations: Vec<Integration>,
}

/// Reads a receiver.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, global: &Global<'_>) -> Option<Receiver> {
    let mut known = vec!["name", "labels"];
    known.extend(KINDS.iter().map(|kind| kind.field));
    let fields = reader.mapping(node, "a receiver", &known)?;
    let name = fields.get("name").and_then(|n| reader.text(n, "name"));
    let is_named = name.as_ref().is_some_and(|n| !n.as_str().is_empty());
    if !is_named {
        let help = "Routes ask for it by its name: `name: …`.";
        reader.missing("a receiver", "name", node.place(), help);
    }
    if let Some(labels) = fields.get("labels") {
        check_labels(reader, labels, name.as_ref());
    }
    let mut all = Vec::new();
    for kind in KINDS {
        let Some(list) = fields.get(kind.field) else {
            continue;
        };
        for (number, node) in reader
            .sequence(list, &format!("`{}`", kind.field))
            .iter()
            .enumerate()
        {
            all.extend(integrations::read(reader, node, kind, number, global));
        }
    }
    Some(Receiver {
        range: node.range.clone(),
        name,
        integrations: all,
    })
}

fn check_labels(reader: &mut Reader<'_>, node: &Node, name: Option<&Text>) {
    let labels = reader.text_map(node, "labels");
    let label = labels.iter().find(|(key, _)| key.as_str() == "name");
    if let (Some((_, value)), Some(name)) = (label, name)
        && value.as_str() != name.as_str()
    {
        let message = format!(
            "receiver label \"name\" must match receiver name {:?}, got {:?}: Alertmanager refuses the file",
            name.as_str(),
            value.as_str()
        );
        let help = "Leave the label out: Alertmanager sets it.";
        reader.error(codes::INVALID_VALUE, value.whole(reader.file), message, help);
    }
}

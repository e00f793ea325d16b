//! Relabelling: how the labels of targets and of series are changed.

use std::ops::Range;

use super::fields;
use crate::model::reader::{Fields, Reader};
use crate::source::Node;

/// One step of a relabelling.
#[derive(Clone, Debug)]
pub struct Relabelling {
    /// Byte range of the step.
    pub range: Range<usize>,
    /// What it does: `replace` where nothing is written.
    pub action: String,
    /// The labels whose values it looks at.
    pub source_labels: Vec<String>,
    /// What it puts between their values.
    pub separator: String,
    /// What those must match as a whole.
    pub regex: String,
    /// The label that it sets.
    pub target_label: String,
    /// What it sets it to, `$1` for the first group of the match.
    pub replacement: String,
}

/// Reads the steps under a key.
pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Vec<Relabelling> {
    let Some(list) = fields.get(key) else {
        return Vec::new();
    };
    let nodes = reader.sequence(list, &format!("`{key}`"));
    nodes
        .iter()
        .filter_map(|node| read_step(reader, node, key))
        .collect()
}

fn read_step(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<Relabelling> {
    let step = reader.mapping(node, &format!("an entry of `{key}`"), fields::RELABELLING)?;
    let mut text = |key: &str, default: &str| {
        let written = step.get(key).and_then(|node| reader.text(node, key));
        written.map_or_else(|| default.to_owned(), |text| text.as_str().to_owned())
    };
    let action = text("action", "replace").to_lowercase();
    let separator = text("separator", ";");
    let regex = text("regex", "(.*)");
    let target_label = text("target_label", "");
    let replacement = text("replacement", "$1");
    let mut source_labels = Vec::new();
    if let Some(list) = step.get("source_labels") {
        for node in reader.sequence(list, "`source_labels`") {
            source_labels.extend(reader.text(node, "a label").map(|t| t.as_str().to_owned()));
        }
    }
    Some(Relabelling {
        range: node.range.clone(),
        action,
        source_labels,
        separator,
        regex,
        target_label,
        replacement,
    })
}

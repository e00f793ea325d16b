//! Rules by which alerts silence others.

use std::ops::Range;

use super::marks::{self, MarkFields, Marks};
use super::texts;
use crate::model::reader::{Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// While a source fires, nobody is notified of the targets that have the same values of some labels.
#[derive(Clone, Debug)]
pub struct InhibitRule {
    /// Byte range of the rule.
    pub range: Range<usize>,
    /// Its name, where it has one.
    pub name: Option<Text>,
    /// Which alerts silence others.
    pub source: Marks,
    /// Which alerts are silenced.
    pub target: Marks,
    /// Labels that must be the same in both; one that is absent counts as empty.
    pub equal: Vec<Text>,
}

const FIELDS: &[&str] = &[
    "name",
    "source_match",
    "source_match_re",
    "source_matchers",
    "target_match",
    "target_match_re",
    "target_matchers",
    "equal",
];

const SOURCE: MarkFields = MarkFields {
    equal: "source_match",
    regex: "source_match_re",
    matchers: "source_matchers",
};

const TARGET: MarkFields = MarkFields {
    equal: "target_match",
    regex: "target_match_re",
    matchers: "target_matchers",
};

/// Reads a rule.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<InhibitRule> {
    let fields = reader.mapping(node, "an inhibit rule", FIELDS)?;
    let name = fields.get("name").and_then(|n| reader.text(n, "name"));
    let equal = texts(reader, &fields, "equal", "a label");
    for label in equal.iter().filter(|label| label.as_str().is_empty()) {
        let message = "invalid label name \"\" in equal list: Alertmanager refuses the file";
        let help = "Name the label, or remove the entry.";
        reader.error(codes::INVALID_VALUE, label.raw(), message, help);
    }
    Some(InhibitRule {
        range: node.range.clone(),
        name,
        source: marks::read(reader, &fields, &SOURCE),
        target: marks::read(reader, &fields, &TARGET),
        equal,
    })
}

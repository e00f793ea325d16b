//! Relabelling: how the labels of targets and of series are changed.

use std::ops::Range;

use promql_syntax::compile_anchored;

use super::fields;
use super::naming::Names;
use crate::model::reader::{Fields, Reader, codes, nearest};
use crate::model::text::Text;
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

const ACTIONS: [&str; 11] = [
    "replace",
    "keep",
    "drop",
    "keepequal",
    "dropequal",
    "hashmod",
    "labelmap",
    "labeldrop",
    "labelkeep",
    "lowercase",
    "uppercase",
];

/// What stands where nothing is written.
const DEFAULTS: [(&str, &str); 5] = [
    ("separator", ";"),
    ("regex", "(.*)"),
    ("modulus", "0"),
    ("target_label", ""),
    ("replacement", "$1"),
];

/// Reads the steps under a key.
pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: &str,
    names: Names,
) -> Vec<Relabelling> {
    let Some(list) = fields.get(key) else {
        return Vec::new();
    };
    let nodes = reader.sequence(list, &format!("`{key}`"));
    nodes
        .iter()
        .filter_map(|node| read_step(reader, node, key, names))
        .collect()
}

fn read_step(reader: &mut Reader<'_>, node: &Node, key: &str, names: Names) -> Option<Relabelling> {
    let what = format!("an entry of `{key}`");
    if node.is_null() {
        let help = "Say what is to be done: `- source_labels: […]`, or remove the entry.";
        reader.empty(&what, node.place(), help);
        return None;
    }
    let fields = reader.mapping(node, &what, fields::RELABELLING)?;
    let mut text = |key: &str| fields.get(key).and_then(|node| reader.text(node, key));
    let [action, separator, regex, target_label, replacement] =
        ["action", "separator", "regex", "target_label", "replacement"].map(&mut text);
    let modulus = fields
        .get("modulus")
        .and_then(|node| reader.integer(node, "modulus"));
    let mut source_labels = Vec::new();
    if let Some(list) = fields.get("source_labels") {
        for node in reader.sequence(list, "`source_labels`") {
            source_labels.extend(reader.text(node, "a label").map(|t| t.as_str().to_owned()));
        }
    }
    let or = |written: &Option<Text>, default: &str| {
        written
            .as_ref()
            .map_or_else(|| default.to_owned(), |text| text.as_str().to_owned())
    };
    let step = Step {
        node,
        fields: &fields,
        action: or(&action, "replace").to_lowercase(),
        names,
    };
    step.check_action(reader, action.as_ref());
    step.check_targets(reader, target_label.as_ref(), replacement.as_ref());
    if step.action == "hashmod" && modulus.is_none_or(|modulus| modulus.value == 0) {
        let help = "Say among how many the values are to be spread: `modulus: 4`.";
        reader.missing("a `hashmod`", "modulus", node.place(), help);
    }
    step.check_fields(reader);
    if let Some(regex) = &regex
        && let Err(fault) = compile_anchored(regex.as_str())
    {
        let message = format!("{fault}: Prometheus refuses the file");
        let help = "It is matched against the whole value; write `\\` before what is meant as it stands.";
        reader.error(codes::INVALID_VALUE, regex.whole(reader.file), message, help);
    }
    Some(Relabelling {
        range: node.range.clone(),
        source_labels,
        separator: or(&separator, ";"),
        regex: or(&regex, "(.*)"),
        target_label: or(&target_label, ""),
        replacement: or(&replacement, "$1"),
        action: step.action,
    })
}

/// A step that is being read, with what Prometheus asks of it.
struct Step<'n> {
    node: &'n Node,
    fields: &'n Fields<'n>,
    action: String,
    names: Names,
}

impl Step<'_> {
    fn is(&self, actions: &[&str]) -> bool {
        actions.contains(&self.action.as_str())
    }

    fn check_action(&self, reader: &mut Reader<'_>, written: Option<&Text>) {
        let Some(written) = written.filter(|_| !self.is(&ACTIONS)) else {
            return;
        };
        let message = match written.as_str() {
            "" => "the action is empty: Prometheus refuses the file".to_owned(),
            other => format!("there is no action `{other}`: Prometheus refuses the file"),
        };
        let help = match nearest(&self.action, &ACTIONS) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("The actions are {}.", ACTIONS.join(", ")),
        };
        reader.error(codes::INVALID_VALUE, written.whole(reader.file), message, help);
    }

    /// Whether there is a label to write to, and whether its name is one.
    fn check_targets(&self, reader: &mut Reader<'_>, target: Option<&Text>, replacement: Option<&Text>) {
        let writes = [
            "replace",
            "hashmod",
            "lowercase",
            "uppercase",
            "keepequal",
            "dropequal",
        ];
        let (label, key) = match self.action.as_str() {
            "labelmap" => (replacement, "replacement"),
            _ if self.is(&writes) => (target, "target_label"),
            _ => return,
        };
        // A replacement that is not written is a good one.
        let empty = label.map_or(key == "target_label", |label| label.as_str().is_empty());
        if empty {
            let what = format!("a `{}`", self.action);
            let range = label.map_or(self.node.place(), |label| label.whole(reader.file));
            return reader.missing(&what, key, range, "Name the label that is written.");
        }
        let takes_groups = self.is(&["replace", "labelmap"]);
        let is_fit = |name: &str| match takes_groups && (name.contains('$') || key == "replacement") {
            true => self.names.fit_with_groups(name),
            false => self.names.fit(name),
        };
        if let Some(label) = label.filter(|label| !is_fit(label.as_str())) {
            let message = format!(
                "`{}` is no name of a label here: Prometheus refuses the file",
                label.as_str()
            );
            let help = "With `metric_name_validation_scheme: legacy`, names have letters, digits and `_`, and no digit first.";
            reader.error(codes::INVALID_VALUE, label.whole(reader.file), message, help);
        }
    }

    /// Whether fields are written that the action does not take.
    fn check_fields(&self, reader: &mut Reader<'_>) {
        let (foreign, takes): (&[&str], &str) = match self.action.as_str() {
            "labeldrop" | "labelkeep" => (
                &[
                    "source_labels",
                    "target_label",
                    "modulus",
                    "separator",
                    "replacement",
                ],
                "`regex` alone",
            ),
            "keepequal" | "dropequal" => (
                &["regex", "modulus", "separator", "replacement"],
                "`source_labels` and `target_label` alone",
            ),
            "lowercase" | "uppercase" => (&["replacement"], "no `replacement`"),
            _ => return,
        };
        for key in foreign {
            let Some(node) = self.fields.get(key).filter(|node| self.counts(key, node)) else {
                continue;
            };
            let message = format!(
                "`{}` does not take `{key}`: Prometheus refuses the file",
                self.action
            );
            let help = format!("It takes {takes}.");
            reader.error(codes::INVALID_VALUE, node.place(), message, help);
        }
    }

    /// Whether something is written that is not what stands there anyway.
    fn counts(&self, key: &str, node: &Node) -> bool {
        let default = DEFAULTS.iter().find(|(known, _)| *known == key);
        match default {
            // Any expression counts, the default too.
            Some(("regex", _)) => true,
            Some(("modulus", _)) if node.is_null() => false,
            Some((_, default)) => Text::of(node).is_some_and(|text| text.as_str() != *default),
            None => !node.is_null(),
        }
    }
}

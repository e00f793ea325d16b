//! From what differs to what has to be written.

use std::ops::Range;

use promql_engine::gofmt::float_g;
use promql_syntax::format_duration;

use super::edit::{Editor, Edits, Refusal, entry};
use super::yaml::Yaml;
use crate::outcome::{
    AlertPair, AlertState, AlertsDifference, Change, Difference, Failure, Item, SamplePair,
    SamplesDifference, ShownAlert, ShownSample, Timeline,
};
use crate::source::{Node, NodeKind};

const NOT_FOUND: Refusal = "its place in the file was not found";

/// The assertions of a test file.
pub(super) struct Assertions<'t> {
    text: &'t str,
    roots: &'t [Node],
    edits: Edits,
}

impl<'t> Assertions<'t> {
    pub(super) fn new(text: &'t str, roots: &'t [Node]) -> Self {
        Assertions {
            text,
            roots,
            edits: Edits::default(),
        }
    }

    /// The text with what was observed.
    pub(super) fn text(&self) -> String {
        self.edits.apply(self.text)
    }

    /// Writes what was observed in the place of what a failed assertion expects.
    pub(super) fn update(&mut self, failure: &Failure) -> Result<(), String> {
        let range = match (&failure.difference, &failure.entry) {
            (Some(Difference::Fired(_)), _) => {
                return Err("an alert that is never to fire fired: that is for people to decide".to_owned());
            }
            (Some(_), Some(range)) => range,
            (Some(_), None) => return Err("its test is run for a table of parameters".to_owned()),
            (None, _) => return Err("there is nothing that could be written instead".to_owned()),
        };
        let mut editor = Editor::new(self.text);
        let entry_at = |node: &Node| node.range == *range && node.as_mapping().is_some();
        match &failure.difference {
            Some(Difference::Alerts(difference)) => {
                let node = find(self.roots, &entry_at).ok_or(NOT_FOUND)?;
                alerts(&mut editor, node, difference)?;
            }
            Some(Difference::Samples(difference)) => {
                let node = find(self.roots, &entry_at).ok_or(NOT_FOUND)?;
                samples(&mut editor, node, difference)?;
            }
            Some(Difference::States(_)) => {
                let holds = |node: &Node| value_at(node, range).is_some();
                let mapping = find(self.roots, &holds).ok_or(NOT_FOUND)?;
                let number = value_at(mapping, range).ok_or(NOT_FOUND)?;
                let timeline = failure.timeline.as_ref().ok_or(NOT_FOUND)?;
                editor.set_text(mapping, number, &states(timeline))?;
            }
            Some(Difference::Fired(_)) | None => return Err(NOT_FOUND.to_owned()),
        }
        Ok(self.edits.merge(editor.edits)?)
    }
}

/// The first value that fits.
fn find<'n>(nodes: &'n [Node], fits: &dyn Fn(&Node) -> bool) -> Option<&'n Node> {
    nodes.iter().find_map(|node| find_in(node, fits))
}

fn find_in<'n>(node: &'n Node, fits: &dyn Fn(&Node) -> bool) -> Option<&'n Node> {
    if fits(node) {
        return Some(node);
    }
    match &node.kind {
        NodeKind::Scalar(_) => None,
        NodeKind::Sequence(items) => find(items, fits),
        NodeKind::Mapping(entries) => entries.iter().find_map(|entry| find_in(&entry.value, fits)),
    }
}

/// The number of the entry whose value has this range.
fn value_at(mapping: &Node, range: &Range<usize>) -> Option<usize> {
    let mut entries = mapping.as_mapping()?.iter();
    entries.position(|entry| entry.value.range == *range && entry.value.as_str().is_some())
}

/// The number of the item with this range.
fn number_of(items: &[Node], range: Option<&Range<usize>>) -> Result<usize, Refusal> {
    let place = |item: &Node| Some(&item.range) == range;
    items.iter().position(place).ok_or(NOT_FOUND)
}

fn items_of<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::as_sequence).unwrap_or_default()
}

fn alerts(editor: &mut Editor<'_>, node: &Node, difference: &AlertsDifference) -> Result<(), Refusal> {
    // Where all alerts are meant, each says its name.
    let named = node.get("alertname").and_then(Node::as_str) != Some("*");
    let items = items_of(node, "exp_alerts");
    for pair in &difference.pairs {
        let item = &items[number_of(items, pair.entry.as_ref())?];
        alert_pair(editor, item, pair, named)?;
    }
    let remove: Result<Vec<usize>, Refusal> = difference
        .missing
        .iter()
        .map(|alert| number_of(items, alert.entry.as_ref()))
        .collect();
    let add: Vec<Yaml> = difference
        .unexpected
        .iter()
        .map(|alert| written(alert, named))
        .collect();
    editor.change_list(node, "exp_alerts", &remove?, &add)
}

/// Entries that are yet to be added to a mapping.
type Added = Vec<(String, Yaml)>;

fn alert_pair(editor: &mut Editor<'_>, item: &Node, pair: &AlertPair, named: bool) -> Result<(), Refusal> {
    let mut added = Added::new();
    if pair.expected_state != pair.actual_state {
        text(editor, item, "state", pair.actual_state.as_str(), &mut added)?;
    }
    let labels = pair
        .labels
        .iter()
        .filter(|item| !(named && item.name == "alertname"));
    texts(editor, item, "exp_labels", labels, &mut added)?;
    texts(
        editor,
        item,
        "exp_annotations",
        pair.annotations.iter(),
        &mut added,
    )?;
    editor.change_mapping(item, &[], &added)
}

/// Changes a text that is an entry of a mapping.
fn text(
    editor: &mut Editor<'_>,
    mapping: &Node,
    key: &str,
    text: &str,
    added: &mut Added,
) -> Result<(), Refusal> {
    match entry(mapping, key) {
        Some((number, _)) => editor.set_text(mapping, number, text)?,
        None => added.push((key.to_owned(), Yaml::Text(text.to_owned()))),
    }
    Ok(())
}

/// Changes texts by names, which are an entry of a mapping.
fn texts<'i>(
    editor: &mut Editor<'_>,
    mapping: &Node,
    key: &str,
    items: impl Iterator<Item = &'i Item>,
    added: &mut Added,
) -> Result<(), Refusal> {
    let known = entry(mapping, key).map(|(_, entry)| &entry.value);
    let mut remove = Vec::new();
    let mut add = Vec::new();
    for item in items {
        let written = known.and_then(|node| entry(node, &item.name));
        match (&item.change, known, written) {
            (Change::Differs { actual, .. }, Some(node), Some((number, _))) => {
                editor.set_text(node, number, actual)?;
            }
            (Change::Differs { actual, .. } | Change::Unexpected { actual }, ..) => {
                add.push((item.name.clone(), actual.clone()));
            }
            (Change::Missing { .. }, _, Some((number, _))) => remove.push(number),
            (Change::Missing { .. } | Change::Same(_) | Change::NotCompared(_), ..) => {}
        }
    }
    match known {
        Some(node) => {
            let add: Added = add
                .into_iter()
                .map(|(name, text)| (name, Yaml::Text(text)))
                .collect();
            editor.change_mapping(node, &remove, &add)
        }
        None if add.is_empty() => Ok(()),
        None => {
            added.push((key.to_owned(), Yaml::Texts(add)));
            Ok(())
        }
    }
}

/// An alert that was observed.
fn written(alert: &ShownAlert, named: bool) -> Yaml {
    let labels = alert.labels.iter();
    let labels = labels
        .filter(|(name, _)| !(named && name == "alertname"))
        .cloned();
    let mut entries = Vec::new();
    if alert.state != AlertState::Firing {
        entries.push(("state", Yaml::Text(alert.state.as_str().to_owned())));
    }
    let labels: Vec<(String, String)> = labels.collect();
    if !labels.is_empty() {
        entries.push(("exp_labels", Yaml::Texts(labels)));
    }
    if !alert.annotations.is_empty() {
        entries.push(("exp_annotations", Yaml::Texts(alert.annotations.clone())));
    }
    match entries.is_empty() {
        true => Yaml::Plain("{}".to_owned()),
        false => Yaml::Map(entries),
    }
}

fn samples(editor: &mut Editor<'_>, node: &Node, difference: &SamplesDifference) -> Result<(), Refusal> {
    let items = items_of(node, "exp_samples");
    for pair in &difference.pairs {
        let item = &items[number_of(items, pair.entry.as_ref())?];
        sample_pair(editor, item, pair)?;
    }
    let remove: Result<Vec<usize>, Refusal> = difference
        .missing
        .iter()
        .map(|sample| number_of(items, sample.entry.as_ref()))
        .collect();
    let add: Vec<Yaml> = difference.unexpected.iter().map(sample).collect();
    editor.change_list(node, "exp_samples", &remove?, &add)
}

fn sample_pair(editor: &mut Editor<'_>, item: &Node, pair: &SamplePair) -> Result<(), Refusal> {
    let (mut added, mut removed) = (Added::new(), Vec::new());
    let agrees = |item: &Item| matches!(item.change, Change::Same(_) | Change::NotCompared(_));
    if !pair.labels.iter().all(agrees) {
        text(editor, item, "labels", &pair.metric, &mut added)?;
    }
    match &pair.histogram {
        Some(Change::Differs { actual, .. }) if is_histogram(actual) => {
            text(editor, item, "histogram", actual, &mut added)?;
        }
        Some(Change::Differs { .. }) => removed.extend(entry(item, "histogram").map(|(number, _)| number)),
        _ => {}
    }
    if let Some(value) = pair.value.filter(|value| !value.same) {
        let value = number(&float_g(value.actual));
        match entry(item, "value") {
            Some((number, _)) => editor.set_plain(item, number, &value)?,
            None => added.push(("value".to_owned(), Yaml::Plain(value))),
        }
    }
    editor.change_mapping(item, &removed, &added)
}

fn is_histogram(value: &str) -> bool {
    value.starts_with("{{")
}

/// A number as YAML has it.
fn number(text: &str) -> String {
    match text {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        text => text.to_owned(),
    }
}

/// A sample that was observed.
fn sample(sample: &ShownSample) -> Yaml {
    let value = match is_histogram(&sample.value) {
        true => ("histogram", Yaml::Text(sample.value.clone())),
        false => ("value", Yaml::Plain(number(&sample.value))),
    };
    Yaml::Map(vec![("labels", Yaml::Text(sample.metric.clone())), value])
}

/// The states of an alert in the notation of tests.
fn states(timeline: &Timeline) -> String {
    let spans = &timeline.spans;
    let shown = spans.iter().enumerate().map(|(number, span)| {
        let (from, state) = (format_duration(span.from_ms), span.state.as_str());
        match spans.get(number + 1) {
            Some(next) => format!("{from}..{} {state}", format_duration(next.from_ms)),
            None if number == 0 => format!("{from}.. {state}"),
            None => format!("then {state}"),
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

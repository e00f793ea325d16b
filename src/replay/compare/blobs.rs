//! Alerts as two texts that are made for comparing: what was expected, what there was. What agrees is the same in
//! both.

use crate::outcome::{AlertPair, AlertState, Change, Item, ShownAlert};

/// The text where there is no alert.
const NOTHING: &str = "no alert fires\n";

/// Alerts that are to be written.
#[derive(Default)]
pub(super) struct Blobs {
    entries: Vec<Entry>,
}

/// An alert on both sides or on one.
struct Entry {
    /// Where it stands among the others.
    key: Vec<(String, String)>,
    expected: Option<String>,
    actual: Option<String>,
}

impl Blobs {
    /// An expected alert and the one in its place.
    pub(super) fn pair(&mut self, pair: &AlertPair) {
        let text = |state: AlertState, value: fn(&Change) -> Option<&str>| {
            block(state, &side(&pair.labels, value), &side(&pair.annotations, value))
        };
        self.entries.push(Entry {
            key: actual_side(&pair.labels),
            expected: Some(text(pair.expected_state, expected_value)),
            actual: Some(text(pair.actual_state, actual_value)),
        });
    }

    /// An alert that was expected and is not there.
    pub(super) fn expected(&mut self, alert: &ShownAlert) {
        self.entries.push(Entry {
            key: alert.labels.clone(),
            expected: Some(block(alert.state, &alert.labels, &alert.annotations)),
            actual: None,
        });
    }

    /// An alert that is there and was not expected.
    pub(super) fn actual(&mut self, alert: &ShownAlert) {
        self.entries.push(Entry {
            key: alert.labels.clone(),
            expected: None,
            actual: Some(block(alert.state, &alert.labels, &alert.annotations)),
        });
    }

    /// What was expected, and what there was.
    pub(super) fn texts(mut self) -> (String, String) {
        self.entries.sort_by(|a, b| a.key.cmp(&b.key));
        let side = |of: fn(&Entry) -> Option<&str>| {
            let text: String = self.entries.iter().filter_map(of).collect();
            match text.is_empty() {
                true => NOTHING.to_owned(),
                false => text,
            }
        };
        (side(|e| e.expected.as_deref()), side(|e| e.actual.as_deref()))
    }
}

/// The labels or annotations that came.
pub(super) fn actual_side(items: &[Item]) -> Vec<(String, String)> {
    side(items, actual_value)
}

fn side(items: &[Item], value: fn(&Change) -> Option<&str>) -> Vec<(String, String)> {
    let pairs = items
        .iter()
        .filter_map(|item| Some((item.name.clone(), value(&item.change)?.to_owned())));
    pairs.collect()
}

/// What was expected, or what came where nothing is said of it or it is as expected.
fn expected_value(change: &Change) -> Option<&str> {
    match change {
        Change::Same(value) | Change::NotCompared(value) => Some(value),
        Change::Missing { expected } | Change::Differs { expected, .. } => Some(expected),
        Change::Unexpected { .. } => None,
    }
}

fn actual_value(change: &Change) -> Option<&str> {
    match change {
        Change::Same(value) | Change::NotCompared(value) => Some(value),
        Change::Unexpected { actual } | Change::Differs { actual, .. } => Some(actual),
        Change::Missing { .. } => None,
    }
}

/// An alert: a line for each label and annotation.
fn block(state: AlertState, labels: &[(String, String)], annotations: &[(String, String)]) -> String {
    let mut text = match state {
        AlertState::Firing => "alert:\n  labels:\n".to_owned(),
        other => format!("{} alert:\n  labels:\n", other.as_str()),
    };
    push_pairs(&mut text, labels);
    if !annotations.is_empty() {
        text.push_str("  annotations:\n");
        push_pairs(&mut text, annotations);
    }
    text
}

fn push_pairs(text: &mut String, pairs: &[(String, String)]) {
    for (name, value) in pairs {
        // A value of several lines is written with escapes, so that each label keeps to its line.
        let value = value
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('\r', "\\r");
        text.push_str(&format!("    {name}: {value}\n"));
    }
}

//! Who is to be notified: the entries of `receivers`.

use std::ops::Range;

use super::UnitTestFile;
use super::alert_selector::AlertSelector;
use super::group::read_eval_time;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Located, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// Who is to be notified of alerts up to a time.
#[derive(Clone, Debug)]
pub struct ReceiversTest {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// When, in milliseconds since the start.
    pub eval_time: Located<i64>,
    /// Of which alerts; of every one where nothing is written.
    pub alert: Option<AlertSelector>,
    /// Who is notified of each of the alerts that fire at the time; nobody where it is empty.
    pub exp_receivers: Option<Vec<Text>>,
    /// The alert that keeps anybody from being notified.
    pub exp_inhibited_by: Option<AlertSelector>,
    /// The time interval that keeps anybody from being notified.
    pub exp_muted_by: Option<Text>,
    /// The notifications that are sent up to the time.
    pub exp_notifications: Option<Vec<ExpectedNotification>>,
}

/// A notification that is to be sent.
#[derive(Clone, Debug)]
pub struct ExpectedNotification {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// When, in milliseconds since the start.
    pub at: Located<i64>,
    /// To whom.
    pub receiver: Text,
    /// By which kind of integration; by any where nothing is written.
    pub integration: Option<Text>,
    /// The labels of its group.
    pub group_labels: Option<Vec<(Text, Text)>>,
    /// The firing alerts in it.
    pub firing: Option<Vec<AlertSelector>>,
    /// The resolved alerts in it.
    pub resolved: Option<Vec<AlertSelector>>,
}

/// The field with the path of Alertmanager's configuration, for files and tests.
pub(super) const ALERTMANAGER: Field = Field::new(
    "alertmanager",
    Value::Text,
    "Alertmanager's configuration, relative to this file: who is notified is asked of it in `receivers`.",
);

/// The fields of an entry.
pub(super) static RECEIVERS_TEST: Shape = Shape {
    name: "ReceiversTest",
    what: "an entry of `receivers`",
    about: "Who is notified of alerts at a time, or which notifications are sent up to it.",
    fields: &[
        Field::new("eval_time", Value::Duration, "When, from the start of the test."),
        Field::new(
            "alertname",
            Value::Text,
            "Of which alert: a name, or a name with matchers, `HighErrorRate{job=\"web\"}`. Every alert where it is left out.",
        ),
        Field::new(
            "exp_receivers",
            Value::List(&Value::Text),
            "Who is notified of each of the alerts that fire at the time: neither inhibited nor at a silent time. An \
             empty list is nobody.",
        ),
        Field::new(
            "exp_inhibited_by",
            Value::Text,
            "The alert that inhibits each of the alerts: a name, or a name with matchers.",
        ),
        Field::new(
            "exp_muted_by",
            Value::Text,
            "The time interval because of which nobody is notified of the alerts.",
        ),
        Field::new(
            "exp_notifications",
            Value::List(&Value::Fields(&NOTIFICATION)),
            "The notifications that are sent from the start up to the time, all of them, in their order.",
        ),
    ],
};

/// The fields of a notification.
pub(super) static NOTIFICATION: Shape = Shape {
    name: "ExpectedNotification",
    what: "an expected notification",
    about: "A notification that is to be sent. What is left out is not compared.",
    fields: &[
        Field::required("at", Value::Duration, "When, from the start of the test."),
        Field::required("receiver", Value::Text, "To whom."),
        Field::new(
            "integration",
            Value::Text,
            "By which of the receiver's integrations: `slack`, `email`, ….",
        ),
        Field::new(
            "group_labels",
            Value::Map(&Value::Text),
            "The labels of the group, all of them.",
        ),
        Field::new(
            "firing",
            Value::List(&Value::Text),
            "The firing alerts in it, as names or names with matchers: each one fits one of them, and each of them \
             one.",
        ),
        Field::new(
            "resolved",
            Value::List(&Value::Text),
            "The resolved alerts in it.",
        ),
    ],
};

/// Reads the entries.
pub(super) fn read_all(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<ReceiversTest> {
    let Some(list) = fields.get("receivers") else {
        return Vec::new();
    };
    let nodes = reader.sequence(list, "`receivers`");
    nodes.iter().filter_map(|node| read(reader, node)).collect()
}

fn read(reader: &mut Reader<'_>, node: &Node) -> Option<ReceiversTest> {
    let fields = reader.fields(node, &RECEIVERS_TEST)?;
    let eval_time = read_eval_time(reader, &fields);
    let expectations = RECEIVERS_TEST.names();
    let mut expectations = expectations.iter().filter(|name| name.starts_with("exp_"));
    if !expectations.any(|name| fields.get(name).is_some()) {
        let help = "Write who is notified: `exp_receivers: [NAME]`, or `exp_notifications`.";
        reader.missing("an entry of `receivers`", "exp_receivers", node.place(), help);
    }
    let exp_notifications = fields.get("exp_notifications").map(|list| {
        let nodes = reader.sequence(list, "`exp_notifications`");
        nodes
            .iter()
            .filter_map(|node| read_notification(reader, node))
            .collect()
    });
    Some(ReceiversTest {
        alert: read_selector(reader, &fields, "alertname"),
        exp_receivers: read_texts(reader, &fields, "exp_receivers", "a receiver"),
        exp_inhibited_by: read_selector(reader, &fields, "exp_inhibited_by"),
        exp_muted_by: fields
            .get("exp_muted_by")
            .and_then(|n| reader.text(n, "exp_muted_by")),
        exp_notifications,
        eval_time,
        range: fields.range,
    })
}

fn read_notification(reader: &mut Reader<'_>, node: &Node) -> Option<ExpectedNotification> {
    let fields = reader.fields(node, &NOTIFICATION)?;
    let at = fields.get("at").and_then(|n| reader.duration(n, "at"));
    let receiver = fields.get("receiver").and_then(|n| reader.text(n, "receiver"));
    for (key, is_there) in [("at", at.is_some()), ("receiver", receiver.is_some())] {
        if !is_there && fields.get(key).is_none_or(Node::is_null) {
            let help = format!("Write it: `{key}: …`.");
            reader.missing(NOTIFICATION.what, key, node.place(), help);
        }
    }
    let group_labels = fields.get("group_labels");
    Some(ExpectedNotification {
        at: at?,
        receiver: receiver?,
        integration: fields
            .get("integration")
            .and_then(|n| reader.text(n, "integration")),
        group_labels: group_labels.map(|n| reader.text_map(n, "group_labels")),
        firing: read_selectors(reader, &fields, "firing"),
        resolved: read_selectors(reader, &fields, "resolved"),
        range: fields.range,
    })
}

fn read_texts(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str, what: &str) -> Option<Vec<Text>> {
    let nodes = reader.sequence(fields.get(key)?, &format!("`{key}`"));
    Some(nodes.iter().filter_map(|node| reader.text(node, what)).collect())
}

fn read_selector(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<AlertSelector> {
    let text = reader.text(fields.get(key)?, key)?;
    AlertSelector::read(reader, text)
}

fn read_selectors(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<Vec<AlertSelector>> {
    let texts = read_texts(reader, fields, key, "an alert")?;
    Some(
        texts
            .into_iter()
            .filter_map(|text| AlertSelector::read(reader, text))
            .collect(),
    )
}

/// Reports tests that ask who is notified where no configuration is named.
pub(super) fn check_configured(reader: &mut Reader<'_>, file: &UnitTestFile) {
    if file.alertmanager.is_some() {
        return;
    }
    for test in file.tests.iter().filter(|test| test.alertmanager.is_none()) {
        if let Some(entry) = test.receivers.first() {
            let message = "`receivers` needs Alertmanager's configuration: the test cannot run";
            let help = "Name it in the test or at the head of the file: `alertmanager: alertmanager.yml`.";
            let range = crate::model::reader::first_line(reader.file, entry.range.clone());
            reader.error(codes::MISSING_FIELD, range, message, help);
        }
    }
}

//! The routing tree.

use std::ops::Range;

use super::marks::{self, MarkFields, Marks};
use super::texts;
use crate::model::reader::{Fields, Located, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// A node of the routing tree. What is not written is as in its parent.
#[derive(Clone, Debug)]
pub struct Route {
    /// Byte range of the node.
    pub range: Range<usize>,
    /// Who is notified.
    pub receiver: Option<Text>,
    /// By what alerts are put together.
    pub group_by: Option<GroupBy>,
    /// Which alerts it takes of those that reach it.
    pub marks: Marks,
    /// Whether the alerts it takes go on to the nodes behind it.
    pub continues: bool,
    /// Its children, asked in this order.
    pub routes: Vec<Route>,
    /// How long a new group waits for more alerts, in milliseconds.
    pub group_wait: Option<Located<i64>>,
    /// How long a group waits before it speaks of changes, in milliseconds.
    pub group_interval: Option<Located<i64>>,
    /// How long before a group says the same again, in milliseconds.
    pub repeat_interval: Option<Located<i64>>,
    /// Names of the times at which it is silent; not inherited.
    pub mute_time_intervals: Vec<Text>,
    /// Names of the times at which alone it is not; not inherited.
    pub active_time_intervals: Vec<Text>,
}

/// By what alerts are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// Alerts with the same values of these labels.
    Labels(Vec<String>),
    /// Each alert for itself.
    All,
}

const FIELDS: &[&str] = &[
    "receiver",
    "group_by",
    "match",
    "match_re",
    "matchers",
    "mute_time_intervals",
    "active_time_intervals",
    "continue",
    "routes",
    "group_wait",
    "group_interval",
    "repeat_interval",
    "labels",
];

const MARKS: MarkFields = MarkFields {
    equal: "match",
    regex: "match_re",
    matchers: "matchers",
};

/// Reads the root.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Route> {
    let route = read_node(reader, node)?;
    if route.receiver.as_ref().is_none_or(|r| r.as_str().is_empty()) {
        let help = "It is notified of the alerts that no other route takes: `receiver: NAME`.";
        reader.missing("the root route", "receiver", node.place(), help);
    }
    let mut refuse = |range: Range<usize>, message: &str, help: &str| {
        let message = format!("{message}: Alertmanager refuses the file");
        reader.error(codes::INVALID_VALUE, range, message, help);
    };
    if let Some(range) = &route.marks.range {
        let help = "It takes all alerts. Put a route with these matchers into its `routes`.";
        refuse(range.clone(), "root route must not have any matchers", help);
    }
    let help = "Put a route with them into its `routes`.";
    if let Some(name) = route.mute_time_intervals.first() {
        let message = "root route must not have any mute time intervals";
        refuse(name.raw(), message, help);
    }
    if let Some(name) = route.active_time_intervals.first() {
        let message = "root route must not have any active time intervals";
        refuse(name.raw(), message, help);
    }
    if route.continues {
        let range = node.get("continue").map_or(node.place(), Node::place);
        let help = "There is nothing behind it to go on to: remove it.";
        refuse(range, "cannot have continue in root route", help);
    }
    Some(route)
}

fn read_node(reader: &mut Reader<'_>, node: &Node) -> Option<Route> {
    let fields = reader.mapping(node, "a route", FIELDS)?;
    let receiver = fields
        .get("receiver")
        .and_then(|n| reader.text(n, "receiver"))
        .filter(|name| !name.as_str().is_empty());
    if let Some(labels) = fields.get("labels") {
        for (name, _) in reader.text_map(labels, "labels") {
            if name.as_str().is_empty() {
                let message = "invalid label name \"\" in route labels: Alertmanager refuses the file";
                reader.error(codes::INVALID_VALUE, name.raw(), message, "Name the label.");
            }
        }
    }
    let mut duration = |key: &str, may_be_zero: bool| {
        let read = fields.get(key).and_then(|n| reader.duration(n, key))?;
        if read.value == 0 && !may_be_zero {
            let message = format!("{key} cannot be zero: Alertmanager refuses the file");
            let help = "Leave it out to take that of the parent, or write a longer one.";
            reader.error(codes::INVALID_VALUE, read.range.clone(), message, help);
        }
        Some(read)
    };
    let group_wait = duration("group_wait", true);
    let group_interval = duration("group_interval", false);
    let repeat_interval = duration("repeat_interval", false);
    let continues = fields.get("continue").and_then(|n| reader.boolean(n, "continue"));
    let mut routes = Vec::new();
    if let Some(list) = fields.get("routes") {
        for node in reader.sequence(list, "`routes`") {
            if node.is_null() {
                reader.empty("an entry of `routes`", node.place(), "Fill it in, or remove it.");
                continue;
            }
            routes.extend(read_node(reader, node));
        }
    }
    Some(Route {
        receiver,
        group_by: read_group_by(reader, &fields),
        marks: marks::read(reader, &fields, &MARKS),
        continues: continues.is_some_and(|c| c.value),
        routes,
        group_wait,
        group_interval,
        repeat_interval,
        mute_time_intervals: texts(
            reader,
            &fields,
            "mute_time_intervals",
            "the name of a time interval",
        ),
        active_time_intervals: texts(
            reader,
            &fields,
            "active_time_intervals",
            "the name of a time interval",
        ),
        range: node.range.clone(),
    })
}

fn read_group_by(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<GroupBy> {
    let node = fields.get("group_by").filter(|node| !node.is_null())?;
    let written = texts(reader, fields, "group_by", "a label");
    let wildcard = written.iter().find(|text| text.as_str() == "...");
    let mut labels: Vec<&Text> = Vec::new();
    for label in written.iter().filter(|text| text.as_str() != "...") {
        if label.as_str().is_empty() {
            let message = "invalid label name \"\" in group_by list: Alertmanager refuses the file";
            let help = "Name the label, or remove the entry.";
            reader.error(codes::INVALID_VALUE, label.raw(), message, help);
        } else if labels.iter().any(|known| known.as_str() == label.as_str()) {
            let message = format!(
                "duplicated label {:?} in group_by: Alertmanager refuses the file",
                label.as_str()
            );
            reader.error(codes::INVALID_VALUE, label.raw(), message, "Write it once.");
        } else {
            labels.push(label);
        }
    }
    if wildcard.is_some() && !labels.is_empty() {
        let message = "cannot have wildcard group_by (`...`) and other labels at the same time: \
                       Alertmanager refuses the file";
        let help = "`...` stands for all labels: write it alone.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
    }
    Some(match wildcard {
        Some(_) => GroupBy::All,
        None => GroupBy::Labels(labels.iter().map(|text| text.as_str().to_owned()).collect()),
    })
}

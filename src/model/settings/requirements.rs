//! What the settings ask of a component: the alerts, metrics and dashboards that it must have.

use std::ops::Range;

use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Reader};
use crate::model::text::Text;
use crate::source::Node;

/// What a component must have.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// What must have it.
    pub component: Text,
    /// The configuration of Prometheus around which it is looked for, relative to the settings; everywhere where none
    /// is named.
    pub config: Option<Text>,
    /// The alerts.
    pub alerts: Vec<RequiredAlert>,
    /// The metrics.
    pub metrics: Vec<RequiredMetric>,
    /// The dashboards.
    pub dashboards: Vec<RequiredDashboard>,
}

/// An alert that there must be: one that has all of this.
#[derive(Clone, Debug)]
pub struct RequiredAlert {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// Its name.
    pub name: Option<Text>,
    /// The metrics that it must read, itself or through recording rules.
    pub reads: Vec<Text>,
    /// The labels that it must set.
    pub labels: Vec<(Text, Text)>,
    /// What it is for.
    pub about: Option<Text>,
}

/// A metric that there must be.
#[derive(Clone, Debug)]
pub struct RequiredMetric {
    /// Its name, without what a histogram or summary appends.
    pub name: Text,
    /// The labels that it must have.
    pub labels: Vec<Text>,
    /// Who must read it.
    pub used_by: Vec<User>,
    /// What it is for.
    pub about: Option<Text>,
}

/// Who reads a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// An alert, itself or through recording rules.
    Alerts,
    /// A panel of a dashboard, itself or through recording rules.
    Dashboards,
}

/// A dashboard that there must be.
#[derive(Clone, Debug)]
pub struct RequiredDashboard {
    /// Its title.
    pub title: Text,
    /// The metrics that its panels must read, themselves or through recording rules.
    pub shows: Vec<Text>,
}

const TEXTS: Value = Value::Any(&[Value::Text, Value::List(&Value::Text)]);

/// The fields of a requirement.
pub(super) static REQUIREMENT: Shape = Shape {
    name: "Requirement",
    what: "a requirement",
    about: "What a component must have: alerts, metrics and dashboards. What is missing is a finding.",
    fields: &[
        Field::required("component", Value::Text, "What must have it, for messages."),
        Field::new(
            "config",
            Value::Text,
            "The configuration of Prometheus around which it is looked for, relative to this file; everywhere where it is left out.",
        ),
        Field::new(
            "alerts",
            Value::List(&Value::Any(&[Value::Text, Value::Fields(&ALERT)])),
            "The alerts: names, or what they must read and say.",
        ),
        Field::new(
            "metrics",
            Value::List(&Value::Any(&[Value::Text, Value::Fields(&METRIC)])),
            "The metrics: names, or names with the labels that they must have and who must use them.",
        ),
        Field::new(
            "dashboards",
            Value::List(&Value::Any(&[Value::Text, Value::Fields(&DASHBOARD)])),
            "The dashboards: titles, or titles with the metrics that they must show.",
        ),
    ],
};

static ALERT: Shape = Shape {
    name: "RequiredAlert",
    what: "a required alert",
    about: "An alert that there must be: one that has all of this.",
    fields: &[
        Field::new("name", Value::Text, "Its name; any where it is left out."),
        Field::new(
            "reads",
            TEXTS,
            "Metrics that it must read, itself or through recording rules.",
        ),
        Field::new(
            "labels",
            Value::Map(&Value::Text),
            "Labels that it must set: `{severity: critical}`.",
        ),
        Field::new(
            "about",
            Value::Text,
            "What it is for, for messages: `failed tasks`.",
        ),
    ],
};

static METRIC: Shape = Shape {
    name: "RequiredMetric",
    what: "a required metric",
    about: "A metric that there must be.",
    fields: &[
        Field::required(
            "name",
            Value::Text,
            "Its name; of a histogram or a summary the one without `_bucket`, `_sum` and `_count`.",
        ),
        Field::new("labels", TEXTS, "Labels that it must have."),
        Field::new(
            "used_by",
            Value::Any(&[Value::Choice(&USERS), Value::List(&Value::Choice(&USERS))]),
            "Who must read it, itself or through recording rules.",
        ),
        Field::new(
            "about",
            Value::Text,
            "What it is for, for messages: `queue depth`.",
        ),
    ],
};

static DASHBOARD: Shape = Shape {
    name: "RequiredDashboard",
    what: "a required dashboard",
    about: "A dashboard that there must be.",
    fields: &[
        Field::required("title", Value::Text, "Its title."),
        Field::new(
            "shows",
            TEXTS,
            "Metrics that its panels must read, themselves or through recording rules.",
        ),
    ],
};

const USERS: [&str; 2] = ["alerts", "dashboards"];

/// Reads a requirement.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Requirement> {
    let fields = reader.fields(node, &REQUIREMENT)?;
    let component = required(reader, &fields, &REQUIREMENT, "component")?;
    let config = fields.get("config").and_then(|node| reader.text(node, "config"));
    Some(Requirement {
        component,
        config,
        alerts: each(reader, &fields, "alerts", read_alert),
        metrics: each(reader, &fields, "metrics", read_metric),
        dashboards: each(reader, &fields, "dashboards", read_dashboard),
    })
}

/// What is read of each entry of a list.
fn each<T>(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: &str,
    read: fn(&mut Reader<'_>, &Node) -> Option<T>,
) -> Vec<T> {
    let Some(list) = fields.get(key) else {
        return Vec::new();
    };
    let nodes = reader.sequence(list, &format!("`{key}`"));
    nodes.iter().filter_map(|node| read(reader, node)).collect()
}

/// A text that must be there.
fn required(reader: &mut Reader<'_>, fields: &Fields<'_>, shape: &Shape, key: &str) -> Option<Text> {
    match fields.get(key) {
        Some(node) => reader.text(node, key),
        None => {
            reader.missing(
                shape.what,
                key,
                fields.range.clone(),
                format!("Write `{key}: …`."),
            );
            None
        }
    }
}

/// One text, or those of a list.
fn texts(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Vec<Text> {
    let Some(node) = fields.get(key) else {
        return Vec::new();
    };
    let nodes = node.as_sequence().unwrap_or(std::slice::from_ref(node));
    nodes.iter().filter_map(|node| reader.text(node, key)).collect()
}

fn read_alert(reader: &mut Reader<'_>, node: &Node) -> Option<RequiredAlert> {
    if let Some(name) = Text::of(node) {
        return Some(RequiredAlert {
            range: name.whole(reader.file),
            name: Some(name),
            reads: Vec::new(),
            labels: Vec::new(),
            about: None,
        });
    }
    let fields = reader.fields(node, &ALERT)?;
    let name = fields.get("name").and_then(|node| reader.text(node, "name"));
    let reads = texts(reader, &fields, "reads");
    if name.is_none() && reads.is_empty() {
        let help = "Write its `name`, or what it `reads`.";
        reader.missing(ALERT.what, "name", fields.range.clone(), help);
    }
    let place = name
        .as_ref()
        .or(reads.first())
        .map(|text| text.whole(reader.file));
    Some(RequiredAlert {
        range: place.unwrap_or(fields.range.clone()),
        labels: fields
            .get("labels")
            .map_or_else(Vec::new, |node| reader.text_map(node, "labels")),
        about: fields.get("about").and_then(|node| reader.text(node, "about")),
        name,
        reads,
    })
}

fn read_metric(reader: &mut Reader<'_>, node: &Node) -> Option<RequiredMetric> {
    if let Some(name) = Text::of(node) {
        return Some(RequiredMetric {
            name,
            labels: Vec::new(),
            used_by: Vec::new(),
            about: None,
        });
    }
    let fields = reader.fields(node, &METRIC)?;
    let name = required(reader, &fields, &METRIC, "name")?;
    let users = fields.get("used_by");
    let nodes = users.map_or(&[][..], |node| {
        node.as_sequence().unwrap_or(std::slice::from_ref(node))
    });
    let used_by = nodes
        .iter()
        .filter_map(|node| match reader.choice(node, "used_by", &USERS)? {
            "alerts" => Some(User::Alerts),
            _ => Some(User::Dashboards),
        })
        .collect();
    Some(RequiredMetric {
        name,
        labels: texts(reader, &fields, "labels"),
        used_by,
        about: fields.get("about").and_then(|node| reader.text(node, "about")),
    })
}

fn read_dashboard(reader: &mut Reader<'_>, node: &Node) -> Option<RequiredDashboard> {
    if let Some(title) = Text::of(node) {
        let shows = Vec::new();
        return Some(RequiredDashboard { title, shows });
    }
    let fields = reader.fields(node, &DASHBOARD)?;
    Some(RequiredDashboard {
        title: required(reader, &fields, &DASHBOARD, "title")?,
        shows: texts(reader, &fields, "shows"),
    })
}

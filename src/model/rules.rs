//! Rule files: as Prometheus loads them, and as Kubernetes `PrometheusRule` resources.

use std::ops::Range;
use std::sync::Arc;

use promql_syntax::{ErrorKind, ParseError, ParseOptions, Parsed};

use super::reader::{Fields, Located, Reader, codes};
use super::text::Text;
use crate::source::{Node, SourceFile};

/// The rules of one document.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The groups in the order written.
    pub groups: Vec<Group>,
    /// Name of the Kubernetes resource that holds them, where they are in one.
    pub resource: Option<Text>,
}

/// Rules that are evaluated one after the other at the same times.
#[derive(Clone, Debug)]
pub struct Group {
    /// Byte range of the group.
    pub range: Range<usize>,
    /// Its name; empty where none is written.
    pub name: Option<Text>,
    /// Time between evaluations in milliseconds; the global one where none is written.
    pub interval: Option<Located<i64>>,
    /// How far evaluations look back from their time, in milliseconds.
    pub query_offset: Option<Located<i64>>,
    /// The most alerts or series that a rule may produce; 0 is no limit.
    pub limit: Option<Located<i64>>,
    /// Labels added to all rules.
    pub labels: Vec<(Text, Text)>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// An alerting or a recording rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Byte range of the rule.
    pub range: Range<usize>,
    /// The name of the alert, where it is an alerting rule.
    pub alert: Option<Text>,
    /// The name of the recorded metric, where it is a recording rule.
    pub record: Option<Text>,
    /// The expression.
    pub expr: Option<Expression>,
    /// How long the expression must hold before the alert fires, in milliseconds.
    pub hold: Option<Located<i64>>,
    /// How long the alert goes on firing when the expression no longer holds, in milliseconds.
    pub keep_firing_for: Option<Located<i64>>,
    /// Labels.
    pub labels: Vec<(Text, Text)>,
    /// Annotations.
    pub annotations: Vec<(Text, Text)>,
}

/// A PromQL expression in a file.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The text.
    pub text: Text,
    /// What was understood of it. All experimental syntax counts as enabled.
    pub parsed: Parsed,
    /// What a Prometheus without feature flags refuses in it.
    pub not_enabled: Vec<ParseError>,
}

impl Expression {
    /// Parses the expression that stands in a file.
    pub fn new(text: Text) -> Self {
        // Arithmetic in durations needs no flag any more.
        let without_flags = ParseOptions {
            duration_expressions: true,
            ..ParseOptions::default()
        };
        let parsed = promql_syntax::parse(text.as_str(), &without_flags);
        let is_not_enabled = |error: &&ParseError| error.kind == ErrorKind::NotEnabled;
        let not_enabled: Vec<_> = parsed.errors.iter().filter(is_not_enabled).cloned().collect();
        let parsed = match not_enabled.is_empty() {
            true => parsed,
            false => promql_syntax::parse(text.as_str(), &ParseOptions::ALL),
        };
        Expression {
            text,
            parsed,
            not_enabled,
        }
    }
}

impl Rule {
    /// The name of the alert or of the recorded metric.
    pub fn name(&self) -> &str {
        self.alert
            .as_ref()
            .or(self.record.as_ref())
            .map_or("", Text::as_str)
    }
}

impl Group {
    /// The name; empty where none is written.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", Text::as_str)
    }
}

const GROUP_FIELDS: [&str; 6] = ["name", "interval", "query_offset", "limit", "rules", "labels"];
/// What the Prometheus operator and Thanos add to groups; the operator drops it for Prometheus.
const RESOURCE_GROUP_FIELDS: [&str; 7] = [
    "name",
    "interval",
    "query_offset",
    "limit",
    "rules",
    "labels",
    "partial_response_strategy",
];
const RULE_FIELDS: [&str; 7] = [
    "record",
    "alert",
    "expr",
    "for",
    "keep_firing_for",
    "labels",
    "annotations",
];

/// Reads a rule file's root.
pub fn read_rule_file(reader: &mut Reader<'_>, root: &Node) -> RuleFile {
    let groups = match reader.mapping(root, "a rule file", &["groups"]) {
        Some(fields) => read_groups(reader, &fields, &GROUP_FIELDS),
        None => Vec::new(),
    };
    RuleFile {
        file: reader.file.clone(),
        groups,
        resource: None,
    }
}

/// Reads a `PrometheusRule` resource.
pub fn read_resource(reader: &mut Reader<'_>, root: &Node) -> RuleFile {
    let name = root
        .get("metadata")
        .and_then(|m| m.get("name"))
        .and_then(Text::of);
    let groups = match root
        .get("spec")
        .map(|spec| reader.mapping(spec, "the spec", &["groups"]))
    {
        Some(Some(fields)) => read_groups(reader, &fields, &RESOURCE_GROUP_FIELDS),
        Some(None) => Vec::new(),
        None => {
            reader.missing(
                "a PrometheusRule",
                "spec",
                root.place(),
                "Write the groups under `spec`.",
            );
            Vec::new()
        }
    };
    RuleFile {
        file: reader.file.clone(),
        groups,
        resource: name,
    }
}

fn read_groups(reader: &mut Reader<'_>, fields: &Fields<'_>, known: &[&str]) -> Vec<Group> {
    let Some(groups) = fields.get("groups") else {
        return Vec::new();
    };
    reader
        .filled_sequence(groups, "`groups`")
        .into_iter()
        .filter_map(|group| read_group(reader, group, known))
        .collect()
}

fn read_group(reader: &mut Reader<'_>, node: &Node, known: &[&str]) -> Option<Group> {
    reader.group = node.get("name").and_then(Node::as_str).map(str::to_owned);
    let fields = reader.mapping(node, "a group", known)?;
    let name = fields
        .get("name")
        .and_then(|n| reader.text(n, "the name of a group"));
    if name.as_ref().is_none_or(|n| n.as_str().is_empty()) {
        reader.missing("a group", "name", fields.range.clone(), "Name it: `- name: …`.");
    }
    let interval = fields
        .get("interval")
        .and_then(|n| reader.duration(n, "interval"));
    let query_offset = fields
        .get("query_offset")
        .and_then(|n| reader.duration(n, "query_offset"));
    let limit = fields.get("limit").and_then(|n| reader.integer(n, "limit"));
    let labels = fields
        .get("labels")
        .map_or(Vec::new(), |n| reader.text_map(n, "labels"));
    let mut rules = Vec::new();
    if let Some(list) = fields.get("rules") {
        for rule in reader.filled_sequence(list, "`rules`") {
            rules.extend(read_rule(reader, rule));
        }
    }
    reader.group = None;
    Some(Group {
        range: fields.range,
        name,
        interval,
        query_offset,
        limit,
        labels,
        rules,
    })
}

fn read_rule(reader: &mut Reader<'_>, node: &Node) -> Option<Rule> {
    let name_of = |key| {
        node.get(key)
            .and_then(Node::as_str)
            .filter(|n| !n.is_empty())
            .map(str::to_owned)
    };
    reader.rule = name_of("alert").or_else(|| name_of("record"));
    let fields = reader.mapping(node, "a rule", &RULE_FIELDS)?;
    let mut text = |key: &str, what| {
        let text = fields.get(key).and_then(|n| reader.text(n, what));
        text.filter(|t| !t.as_str().is_empty())
    };
    let alert = text("alert", "the name of an alert");
    let record = text("record", "the name of a recorded metric");
    let expr = text("expr", "an expression").map(Expression::new);
    let hold = fields.get("for").and_then(|n| reader.duration(n, "for"));
    let keep_firing_for = fields
        .get("keep_firing_for")
        .and_then(|n| reader.duration(n, "keep_firing_for"));
    let labels = fields
        .get("labels")
        .map_or(Vec::new(), |n| reader.text_map(n, "labels"));
    let annotations = fields
        .get("annotations")
        .map_or(Vec::new(), |n| reader.text_map(n, "annotations"));
    match (&alert, &record) {
        (Some(_), Some(record)) => {
            let message = "a rule has both `alert` and `record`: Prometheus refuses the file";
            let help = "Make it two rules.";
            reader.error(codes::INVALID_VALUE, record.whole(reader.file), message, help);
        }
        (None, None) => {
            let help = "Name the alert with `alert: …`, or the metric with `record: …`.";
            reader.missing("a rule", "alert` or `record", fields.range.clone(), help);
        }
        (None, Some(_)) => {
            for key in ["annotations", "for", "keep_firing_for"] {
                let written = match key {
                    "annotations" => !annotations.is_empty(),
                    "for" => hold.as_ref().is_some_and(|h| h.value != 0),
                    _ => keep_firing_for.as_ref().is_some_and(|k| k.value != 0),
                };
                let Some(entry) = fields.entry(key).filter(|_| written) else {
                    continue;
                };
                let message = format!("a recording rule has no `{key}`: Prometheus refuses the file");
                let help = "Remove it, or make the rule an alert.";
                reader.error(codes::UNKNOWN_FIELD, entry.key.place(), message, help);
            }
        }
        (Some(_), None) => {}
    }
    if expr.is_none() {
        reader.missing(
            "a rule",
            "expr",
            fields.range.clone(),
            "Write the PromQL expression: `expr: …`.",
        );
    }
    reader.rule = None;
    Some(Rule {
        range: fields.range,
        alert,
        record,
        expr,
        hold,
        keep_firing_for,
        labels,
        annotations,
    })
}

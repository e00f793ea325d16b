//! What the settings ask of rules: which rules are meant, and what those must be like.

use std::ops::Range;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use promql_syntax::compile_anchored;
use regex::Regex;

use crate::diagnostic::Severity;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// What some rules must be like.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Byte range of the entry in the settings.
    pub range: Range<usize>,
    /// The rules that are meant; all where it is empty.
    pub applies: Selection,
    /// The rules among them that are not.
    pub except: Option<Selection>,
    /// How grave it is where a rule is not like that.
    pub level: Severity,
    /// Why it is asked, for those whose rule is not like that.
    pub because: Option<String>,
    /// What is asked of labels.
    pub labels: Vec<TextPolicy>,
    /// What is asked of annotations.
    pub annotations: Vec<TextPolicy>,
    /// What names must be like.
    pub name: Option<Pattern>,
    /// How long alerts must wait, and may at most.
    pub hold: Option<Bounds>,
    /// How long alerts must go on, and may at most.
    pub keep_firing_for: Option<Bounds>,
    /// Labels that the series of the result must have.
    pub keep: Vec<String>,
    /// Labels that they may not have.
    pub strip: Vec<String>,
    /// What is asked of selectors.
    pub selectors: Vec<SelectorPolicy>,
    /// The longest range that may be read, in milliseconds.
    pub max_range: Option<i64>,
    /// How far back expressions may look in all, in milliseconds.
    pub max_age: Option<i64>,
    /// The most rules that a group may have.
    pub max_rules: Option<i64>,
    /// The highest `limit` of a group; it must be set.
    pub max_limit: Option<i64>,
    /// How often groups must be evaluated.
    pub interval: Option<Bounds>,
    /// Whether such a rule may not be at all.
    pub forbidden: bool,
}

/// Which rules.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only alerts, or only recording rules.
    pub kind: Option<RuleKind>,
    /// Those in these files.
    pub files: Option<Gitignore>,
    /// Those in groups of such a name.
    pub groups: Option<Pattern>,
    /// Those of such a name.
    pub names: Option<Pattern>,
    /// Those with these labels, and such values.
    pub labels: Vec<(String, Pattern)>,
}

/// Alerts or recording rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Alerting rules.
    Alert,
    /// Recording rules.
    Record,
}

/// What is asked of labels or annotations with certain names.
#[derive(Clone, Debug)]
pub struct TextPolicy {
    /// Their names.
    pub names: Pattern,
    /// Whether there must be one.
    pub required: bool,
    /// Whether there may be none.
    pub forbidden: bool,
    /// What the pieces of a value are; the whole value where it is left out.
    pub each: Option<Regex>,
    /// What a value must be like.
    pub pattern: Option<Pattern>,
    /// What a value may not be like.
    pub not: Option<Pattern>,
    /// The values that there may be; any where it is empty.
    pub values: Vec<String>,
}

/// What is asked of the selectors of metrics.
#[derive(Clone, Debug)]
pub struct SelectorPolicy {
    /// The metrics.
    pub metric: Pattern,
    /// Only within functions of such a name.
    pub within: Option<Pattern>,
    /// Labels that must have a matcher.
    pub labels: Vec<String>,
    /// Labels that may have none.
    pub not_labels: Vec<String>,
    /// Whether such a metric may not be read at all.
    pub forbidden: bool,
}

/// A regular expression that whole texts are compared with.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    regex: Regex,
}

/// Two ends of a length of time, in milliseconds, both included.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Not shorter than this.
    pub min: Option<i64>,
    /// Not longer than this.
    pub max: Option<i64>,
}

impl Pattern {
    /// Whether a whole text is like this.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

const LEVELS: [&str; 3] = ["info", "warning", "error"];
const KINDS: [&str; 2] = ["alert", "record"];

static SELECTION: Shape = Shape {
    name: "RuleSelection",
    what: "a selection of rules",
    about: "Rules, by all that is said of them.",
    fields: &[
        Field::new(
            "kind",
            Value::Choice(&KINDS),
            "Alerting or recording rules; both where it is left out.",
        ),
        Field::new(
            "files",
            Value::List(&Value::Text),
            "Globs of their files, as in .gitignore, relative to this file.",
        ),
        Field::new(
            "groups",
            Value::Text,
            "A regular expression for the whole name of their group.",
        ),
        Field::new("names", Value::Text, "A regular expression for their whole name."),
        Field::new(
            "labels",
            Value::Map(&Value::Text),
            "Labels that they have, with regular expressions for the whole values.",
        ),
    ],
};

static BOUNDS: Shape = Shape {
    name: "DurationBounds",
    what: "bounds of a duration",
    about: "The shortest and the longest that a duration may be.",
    fields: &[
        Field::new("min", Value::Duration, "Not shorter than this."),
        Field::new("max", Value::Duration, "Not longer than this."),
    ],
};

static TEXT_POLICY: Shape = Shape {
    name: "TextPolicy",
    what: "what is asked of a label or an annotation",
    about: "What is asked of labels or annotations of one name.",
    fields: &[
        Field::new("required", Value::Boolean, "Whether it must be there."),
        Field::new("forbidden", Value::Boolean, "Whether it may not be there."),
        Field::new(
            "pattern",
            Value::Text,
            "A regular expression that the whole value must match.",
        ),
        Field::new(
            "not",
            Value::Text,
            "A regular expression that the whole value may not match.",
        ),
        Field::new(
            "values",
            Value::List(&Value::Text),
            "The values that it may have.",
        ),
        Field::new(
            "each",
            Value::Text,
            "A regular expression for the pieces of a value: each is compared for itself, rather than the whole value.",
        ),
    ],
};

static SELECTOR_POLICY: Shape = Shape {
    name: "SelectorPolicy",
    what: "what is asked of selectors",
    about: "What is asked of the selectors in expressions.",
    fields: &[
        Field::new(
            "metric",
            Value::Text,
            "A regular expression for the whole name of the metric; any where it is left out.",
        ),
        Field::new(
            "within",
            Value::Text,
            "Only within functions whose whole name matches this regular expression.",
        ),
        Field::new(
            "labels",
            Value::List(&Value::Text),
            "Labels that must have a matcher.",
        ),
        Field::new(
            "not_labels",
            Value::List(&Value::Text),
            "Labels that may have no matcher.",
        ),
        Field::new(
            "forbidden",
            Value::Boolean,
            "Whether such a metric may not be read.",
        ),
    ],
};

/// The fields of an entry of `policy`.
pub(super) static POLICY: Shape = Shape {
    name: "Policy",
    what: "an entry of `policy`",
    about: "What some rules must be like.",
    fields: &[
        Field::new(
            "where",
            Value::Fields(&SELECTION),
            "The rules that are meant; all where it is left out.",
        ),
        Field::new(
            "except",
            Value::Fields(&SELECTION),
            "Those among them that are not meant.",
        ),
        Field::new(
            "level",
            Value::Choice(&LEVELS),
            "How grave it is where a rule is not like that: warning, where it is left out.",
        ),
        Field::new(
            "because",
            Value::Text,
            "Why, for those whose rule is not like that.",
        ),
        Field::new(
            "label",
            Value::Map(&Value::Fields(&TEXT_POLICY)),
            "What is asked of labels, by regular expressions for their whole names.",
        ),
        Field::new(
            "annotation",
            Value::Map(&Value::Fields(&TEXT_POLICY)),
            "What is asked of annotations of alerts, by regular expressions for their whole names.",
        ),
        Field::new(
            "name",
            Value::Text,
            "A regular expression that the whole name of a rule must match.",
        ),
        Field::new(
            "for",
            Value::Fields(&BOUNDS),
            "How long alerts wait before they fire.",
        ),
        Field::new(
            "keep_firing_for",
            Value::Fields(&BOUNDS),
            "How long alerts go on firing.",
        ),
        Field::new(
            "keep",
            Value::List(&Value::Text),
            "Labels that the series of the result must have.",
        ),
        Field::new(
            "strip",
            Value::List(&Value::Text),
            "Labels that the series of the result may not have.",
        ),
        Field::new(
            "selectors",
            Value::List(&Value::Fields(&SELECTOR_POLICY)),
            "What is asked of the selectors in expressions.",
        ),
        Field::new(
            "max_range",
            Value::Duration,
            "The longest range that a selector or a subquery may have.",
        ),
        Field::new(
            "max_age",
            Value::Duration,
            "How far back an expression may look in all, such as the retention of Prometheus.",
        ),
        Field::new("max_rules", Value::Whole, "The most rules that a group may have."),
        Field::new(
            "max_limit",
            Value::Whole,
            "The highest `limit` that a group may set; it must set one.",
        ),
        Field::new(
            "interval",
            Value::Fields(&BOUNDS),
            "How much time may lie between evaluations, where a group says so.",
        ),
        Field::new(
            "forbidden",
            Value::Boolean,
            "Whether such a rule may not be at all.",
        ),
    ],
};

/// Reads an entry of `policy`.
pub(super) fn read_policy(reader: &mut Reader<'_>, node: &Node) -> Option<Policy> {
    let fields = reader.fields(node, &POLICY)?;
    let level = fields
        .get("level")
        .and_then(|node| reader.choice(node, "level", &LEVELS));
    let because = fields
        .get("because")
        .and_then(|node| reader.text(node, "because"));
    let selectors = fields
        .get("selectors")
        .map_or(&[][..], |node| reader.sequence(node, "`selectors`"));
    let selectors = selectors
        .iter()
        .filter_map(|node| selector_policy(reader, node))
        .collect();
    Some(Policy {
        applies: fields
            .get("where")
            .and_then(|node| selection(reader, node))
            .unwrap_or_default(),
        except: fields.get("except").and_then(|node| selection(reader, node)),
        level: match level {
            Some("info") => Severity::Info,
            Some("error") => Severity::Error,
            _ => Severity::Warning,
        },
        because: because.map(|text| text.as_str().to_owned()),
        labels: text_policies(reader, &fields, "label"),
        annotations: text_policies(reader, &fields, "annotation"),
        name: pattern(reader, &fields, "name"),
        hold: bounds(reader, &fields, "for"),
        keep_firing_for: bounds(reader, &fields, "keep_firing_for"),
        keep: texts(reader, &fields, "keep"),
        strip: texts(reader, &fields, "strip"),
        selectors,
        max_range: duration(reader, &fields, "max_range"),
        max_age: duration(reader, &fields, "max_age"),
        max_rules: integer(reader, &fields, "max_rules"),
        max_limit: integer(reader, &fields, "max_limit"),
        interval: bounds(reader, &fields, "interval"),
        forbidden: truth(reader, &fields, "forbidden"),
        range: fields.range,
    })
}

fn selection(reader: &mut Reader<'_>, node: &Node) -> Option<Selection> {
    let fields = reader.fields(node, &SELECTION)?;
    let kind = fields
        .get("kind")
        .and_then(|node| reader.choice(node, "kind", &KINDS));
    let globs = fields
        .get("files")
        .map_or(&[][..], |node| reader.sequence(node, "`files`"));
    let globs: Vec<Text> = globs
        .iter()
        .filter_map(|node| reader.text(node, "a glob"))
        .collect();
    let labels = fields
        .get("labels")
        .map_or(Vec::new(), |node| reader.text_map(node, "labels"));
    let labels = labels
        .into_iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), compiled(reader, &value)?)));
    Some(Selection {
        kind: kind.map(|kind| {
            if kind == "alert" {
                RuleKind::Alert
            } else {
                RuleKind::Record
            }
        }),
        labels: labels.collect(),
        files: (!globs.is_empty()).then(|| matcher(reader, &globs)),
        groups: pattern(reader, &fields, "groups"),
        names: pattern(reader, &fields, "names"),
    })
}

fn matcher(reader: &mut Reader<'_>, globs: &[Text]) -> Gitignore {
    let root = reader.file.path().parent().unwrap_or(std::path::Path::new(""));
    let mut builder = GitignoreBuilder::new(root);
    for glob in globs {
        if let Err(error) = builder.add_line(None, glob.as_str()) {
            let help = "Globs are written as in .gitignore: `rules/prod/**`.";
            reader.error(
                codes::INVALID_VALUE,
                glob.raw(),
                format!("the glob does not parse: {error}"),
                help,
            );
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn text_policies(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &'static str) -> Vec<TextPolicy> {
    let Some(node) = fields.get(key) else {
        return Vec::new();
    };
    let Some(entries) = node.as_mapping() else {
        if !node.is_null() {
            reader.wrong_kind(node, key, "a mapping of names to what is asked");
        }
        return Vec::new();
    };
    let mut policies = Vec::new();
    for entry in entries {
        let Some(name) = reader.text(&entry.key, "a name") else {
            continue;
        };
        let (Some(names), Some(fields)) =
            (compiled(reader, &name), reader.fields(&entry.value, &TEXT_POLICY))
        else {
            continue;
        };
        policies.push(TextPolicy {
            names,
            required: truth(reader, &fields, "required"),
            forbidden: truth(reader, &fields, "forbidden"),
            each: fields
                .get("each")
                .and_then(|node| reader.text(node, "each"))
                .and_then(|text| {
                    let compile = promql_syntax::compile_unanchored;
                    compile(text.as_str())
                        .map_err(|fault| unsound(reader, &text, &fault))
                        .ok()
                }),
            pattern: pattern(reader, &fields, "pattern"),
            not: pattern(reader, &fields, "not"),
            values: texts(reader, &fields, "values"),
        });
    }
    policies
}

fn selector_policy(reader: &mut Reader<'_>, node: &Node) -> Option<SelectorPolicy> {
    let fields = reader.fields(node, &SELECTOR_POLICY)?;
    let metric = match fields.get("metric") {
        Some(_) => pattern(reader, &fields, "metric")?,
        None => Pattern {
            text: ".*".to_owned(),
            regex: compile_anchored(".*").ok()?,
        },
    };
    Some(SelectorPolicy {
        metric,
        within: pattern(reader, &fields, "within"),
        labels: texts(reader, &fields, "labels"),
        not_labels: texts(reader, &fields, "not_labels"),
        forbidden: truth(reader, &fields, "forbidden"),
    })
}

fn pattern(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &'static str) -> Option<Pattern> {
    let text = fields.get(key).and_then(|node| reader.text(node, key))?;
    compiled(reader, &text)
}

fn compiled(reader: &mut Reader<'_>, text: &Text) -> Option<Pattern> {
    match compile_anchored(text.as_str()) {
        Ok(regex) => Some(Pattern {
            text: text.as_str().to_owned(),
            regex,
        }),
        Err(fault) => {
            unsound(reader, text, &fault);
            None
        }
    }
}

fn unsound(reader: &mut Reader<'_>, text: &Text, fault: &str) {
    let help = "Regular expressions are Go's, as in Prometheus, and must match the whole text.";
    reader.error(codes::INVALID_VALUE, text.raw(), fault.to_owned(), help);
}

fn bounds(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &'static str) -> Option<Bounds> {
    let fields = reader.fields(fields.get(key)?, &BOUNDS)?;
    Some(Bounds {
        min: duration(reader, &fields, "min"),
        max: duration(reader, &fields, "max"),
    })
}

fn duration(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &'static str) -> Option<i64> {
    let found = fields.get(key).and_then(|node| reader.duration(node, key))?;
    Some(found.value)
}

fn integer(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &'static str) -> Option<i64> {
    let found = fields.get(key).and_then(|node| reader.integer(node, key))?;
    Some(found.value)
}

fn truth(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &'static str) -> bool {
    let found = fields.get(key).and_then(|node| reader.boolean(node, key));
    found.is_some_and(|found| found.value)
}

fn texts(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &'static str) -> Vec<String> {
    let nodes = fields.get(key).map_or(&[][..], |node| reader.sequence(node, key));
    let texts = nodes.iter().filter_map(|node| reader.text(node, key));
    texts.map(|text| text.as_str().to_owned()).collect()
}

//! What the settings say of lints: how grave their findings are, what they are told, and what is known already.

use std::ops::Range;

use jiff::civil::Date;

use crate::diagnostic::Severity;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Located, Reader, codes};
use crate::model::text::Text;
use crate::source::{Node, NodeKind};

/// How one lint goes about. Which lints and options there are is not known here.
#[derive(Clone, Debug)]
pub struct LintSetting {
    /// The code of the lint.
    pub code: Text,
    /// How grave its findings are; the lint is off where it holds nothing. None where nothing is said of it.
    pub level: Option<Option<Severity>>,
    /// Its options with their values: one, or those of a list.
    pub options: Vec<(Text, Vec<Text>)>,
}

/// Findings that are known and not to be shown.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// Byte range of the entry in the settings.
    pub range: Range<usize>,
    /// The code of the findings.
    pub code: Text,
    /// Globs of the files that they are in, as in git's ignore files; all where empty.
    pub files: Vec<String>,
    /// Names of the rules or panels that they are about; all where empty.
    pub rules: Vec<String>,
    /// The last day on which they are not shown.
    pub until: Option<Date>,
}

const LEVELS: [&str; 4] = ["off", "info", "warning", "error"];

/// What may stand under `lints`.
pub(super) const LINTS: Value = Value::Map(&Value::Any(&[
    Value::Choice(&LEVELS),
    Value::Map(&Value::Any(&[Value::Text, Value::List(&Value::Text)])),
]));

/// The fields of a suppression.
pub(super) static SUPPRESSION: Shape = Shape {
    name: "Suppression",
    what: "a suppression",
    about: "Findings of one code that are known and not to be shown.",
    fields: &[
        Field::required("code", Value::Text, "The code of the findings."),
        Field::new(
            "files",
            Value::List(&Value::Text),
            "Globs of the files that they are in, as in .gitignore; all where it is left out.",
        ),
        Field::new(
            "rules",
            Value::List(&Value::Text),
            "Names of the alerts, recorded metrics or panels that they are about; all where it is left out.",
        ),
        Field::new(
            "until",
            Value::Text,
            "The last day on which they are not shown: 2026-12-31.",
        ),
        Field::new("reason", Value::Text, "Why, for whoever reads this."),
    ],
};

/// Reads what is under `lints`.
pub(super) fn read_lints(reader: &mut Reader<'_>, node: &Node) -> Vec<LintSetting> {
    let Some(entries) = mapping(reader, node, "`lints`") else {
        return Vec::new();
    };
    let mut settings = Vec::new();
    for entry in entries {
        let Some(code) = reader.text(&entry.key, "the code of a lint") else {
            continue;
        };
        let (mut named, mut options) = (None, Vec::new());
        if let NodeKind::Mapping(entries) = &entry.value.kind {
            for entry in entries {
                let Some(name) = reader.text(&entry.key, "an option") else {
                    continue;
                };
                if name.as_str() == "level" {
                    named = Some(&entry.value);
                    continue;
                }
                options.push((name, texts(reader, &entry.value)));
            }
        } else {
            named = Some(&entry.value);
        }
        let level = named.and_then(|node| level(reader, node));
        settings.push(LintSetting { code, level, options });
    }
    settings
}

fn mapping<'n>(reader: &mut Reader<'_>, node: &'n Node, what: &str) -> Option<&'n [crate::source::Entry]> {
    if node.is_null() {
        return None;
    }
    let entries = node.as_mapping();
    if entries.is_none() {
        reader.wrong_kind(node, what, "a mapping of codes to levels");
    }
    entries
}

/// One text, or those of a list.
fn texts(reader: &mut Reader<'_>, node: &Node) -> Vec<Text> {
    let nodes = match &node.kind {
        NodeKind::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    nodes
        .iter()
        .filter_map(|node| reader.text(node, "a value"))
        .collect()
}

fn level(reader: &mut Reader<'_>, node: &Node) -> Option<Option<Severity>> {
    let text = reader.text(node, "a level")?;
    match text.as_str() {
        // YAML of old reads `off` as a truth value; we read what stands there.
        "off" => Some(None),
        "info" => Some(Some(Severity::Info)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        other => {
            let message = format!("`{other}` is no level");
            let help = "The levels are off, info, warning and error.";
            reader.error(codes::INVALID_VALUE, text.raw(), message, help);
            None
        }
    }
}

/// Reads an entry of `suppress`.
pub(super) fn read_suppression(reader: &mut Reader<'_>, node: &Node) -> Option<Suppression> {
    let fields = reader.fields(node, &SUPPRESSION)?;
    let Some(code) = fields.get("code").and_then(|n| reader.text(n, "a code")) else {
        let help = "Write the code in the brackets of the finding: `code: duplicate-rule`.";
        reader.missing("a suppression", "code", fields.range.clone(), help);
        return None;
    };
    let mut list = |key: &str| -> Vec<String> {
        let texts = fields.get(key).map_or(Vec::new(), |node| texts(reader, node));
        texts.iter().map(|text| text.as_str().to_owned()).collect()
    };
    let (files, rules) = (list("files"), list("rules"));
    Some(Suppression {
        code,
        files,
        rules,
        until: read_date(reader, &fields).map(|date| date.value),
        range: fields.range,
    })
}

fn read_date(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Located<Date>> {
    let text = fields.get("until").and_then(|n| reader.text(n, "a day"))?;
    match text.as_str().parse() {
        Ok(value) => Some(Located {
            value,
            range: text.raw(),
        }),
        Err(_) => {
            let message = format!("`{}` is no day", text.as_str());
            reader.error(
                codes::INVALID_VALUE,
                text.raw(),
                message,
                "Write year, month and day: 2026-12-31.",
            );
            None
        }
    }
}

//! How closely what happens must match what is written.

use regex::Regex;

use crate::model::format::{Field, Value};
use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// How much of labels and annotations must be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Match {
    /// All of them.
    #[default]
    Exact,
    /// Those that are written are compared, the others may be anything.
    Subset,
}

/// The field that says it, for files, tests and single assertions.
pub(super) const MATCH: Field = Field::new(
    "match",
    Value::Choice(&["exact", "subset"]),
    "`exact`: all labels and annotations must be written. `subset`: only what is written is compared. What is said \
     further in overrides it.",
);

/// Reads the field `match`; what it is further out where it is left out.
pub(super) fn read_match(reader: &mut Reader<'_>, fields: &Fields<'_>, outer: Match) -> Match {
    let Some(node) = fields.get("match") else {
        return outer;
    };
    match reader.choice(node, "match", &["exact", "subset"]) {
        Some("subset") => Match::Subset,
        Some(_) => Match::Exact,
        None => outer,
    }
}

/// The value that a label or an annotation is to have.
#[derive(Clone, Debug)]
pub struct ExpectedValue {
    /// What is written.
    pub text: Text,
    /// The regular expression that the whole value must match, where it is written as `~ "…"`.
    pub regex: Option<Regex>,
}

impl ExpectedValue {
    /// The value as written.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Whether a value is the one expected.
    pub fn matches(&self, actual: &str) -> bool {
        match &self.regex {
            Some(regex) => regex.is_match(actual),
            None => actual == self.as_str(),
        }
    }
}

/// Reads labels or annotations.
pub(super) fn read_values(reader: &mut Reader<'_>, node: &Node, what: &str) -> Vec<(Text, ExpectedValue)> {
    let pairs = reader.text_map(node, what);
    pairs
        .into_iter()
        .map(|(name, text)| {
            let regex = read_regex(reader, &text);
            (name, ExpectedValue { text, regex })
        })
        .collect()
}

/// The regular expression of a text like `~ "…"`, with any of PromQL's quotes.
fn read_regex(reader: &mut Reader<'_>, text: &Text) -> Option<Regex> {
    let written = text.as_str();
    let literal = written.strip_prefix('~')?.trim();
    if !literal.starts_with(['"', '\'', '`']) {
        return None;
    }
    let at = written.len() - written[1..].trim_start().len();
    let range = text.locate(reader.file, at..at + literal.len());
    let Some(pattern) = promql_syntax::unquote(literal) else {
        let message = format!("`{written}` is no quoted regular expression: the test cannot run");
        let help = "Write `~ \"…\"`; a backslash in it is written twice, or the quotes are backticks.";
        reader.error(codes::INVALID_VALUE, range, message, help);
        return None;
    };
    match promql_syntax::compile_anchored(&pattern) {
        Ok(regex) => Some(regex),
        Err(reason) => {
            let message = format!("{reason}: the test cannot run");
            let help = "It is a regular expression of Go (RE2) that must match the whole value.";
            reader.error(codes::INVALID_VALUE, range, message, help);
            None
        }
    }
}

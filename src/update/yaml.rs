//! Values written as YAML.

use crate::source::scalar::Style;

/// A value to be written.
#[derive(Clone, Debug)]
pub(super) enum Yaml {
    /// A text, which needs quotes where it could be taken for something else.
    Text(String),
    /// A number or the like, written as it is.
    Plain(String),
    /// A mapping.
    Map(Vec<(&'static str, Yaml)>),
    /// Texts by names.
    Texts(Vec<(String, String)>),
}

impl Yaml {
    /// The value on one line.
    pub(super) fn flow(&self) -> String {
        match self {
            Yaml::Text(text) => scalar(text, None),
            Yaml::Plain(text) => text.clone(),
            Yaml::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", value.flow()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Yaml::Texts(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", scalar(key, None), scalar(value, None)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value behind a key or dash, with its further lines indented by this many columns.
    pub(super) fn block(&self, indent: usize) -> String {
        let space = " ".repeat(indent);
        let below = |entries: Vec<String>| {
            let lines = entries.iter().map(|entry| format!("\n{space}{entry}"));
            lines.collect::<String>()
        };
        match self {
            Yaml::Text(text) => format!(" {}", scalar(text, Some(indent))),
            Yaml::Plain(text) => format!(" {text}"),
            Yaml::Map(entries) => {
                let entries = entries.iter();
                below(
                    entries
                        .map(|(key, value)| format!("{key}:{}", value.block(indent + 2)))
                        .collect(),
                )
            }
            Yaml::Texts(entries) => {
                let entries = entries.iter();
                let entry = |(key, value): &(String, String)| {
                    format!("{}: {}", scalar(key, None), scalar(value, Some(indent + 2)))
                };
                below(entries.map(entry).collect())
            }
        }
    }

    /// The value as an item behind a dash that stands at this column.
    pub(super) fn item(&self, dash: usize) -> String {
        match self {
            Yaml::Map(_) | Yaml::Texts(_) => {
                let block = self.block(dash + 2);
                // The first entry stands behind the dash.
                format!("- {}", block.trim_start())
            }
            other => format!("- {}", other.flow()),
        }
    }
}

/// A text as a scalar. Where it may take several lines, they are indented by this many columns.
pub(super) fn scalar(text: &str, block: Option<usize>) -> String {
    if let Some(indent) = block.filter(|_| text.contains('\n')) {
        return literal(text, indent).unwrap_or_else(|| double_quoted(text));
    }
    if is_plain(text, block.is_some()) {
        text.to_owned()
    } else if text.chars().any(char::is_control) {
        double_quoted(text)
    } else {
        single_quoted(text)
    }
}

/// A text in the style of the one that it replaces, where that is possible. In a block, further lines are indented by
/// this many columns.
pub(super) fn scalar_like(text: &str, style: Style, block: Option<usize>) -> String {
    let on_one_line = !text.chars().any(char::is_control);
    match style {
        Style::SingleQuoted if on_one_line => single_quoted(text),
        Style::DoubleQuoted | Style::Json => double_quoted(text),
        Style::Literal | Style::Folded => block
            .and_then(|indent| literal(text, indent))
            .unwrap_or_else(|| scalar(text, block)),
        _ => scalar(text, block),
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// JSON's strings are YAML's too.
fn double_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A block that keeps its line breaks; nothing where the text could not be read back from it.
fn literal(text: &str, indent: usize) -> Option<String> {
    let fits = |c: char| c == '\n' || (!c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
    let body = text.strip_suffix('\n').unwrap_or(text);
    if !text.chars().all(fits) || body.is_empty() || body.starts_with([' ', '\n']) || body.ends_with('\n') {
        return None;
    }
    let space = " ".repeat(indent);
    let mut block = if text.ends_with('\n') { "|" } else { "|-" }.to_owned();
    for line in body.split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.push_str(&space);
            block.push_str(line);
        }
    }
    Some(block)
}

/// Whether a text is itself without quotes, for readers of YAML 1.1 too. On one line with others it may hold no comma.
fn is_plain(text: &str, block: bool) -> bool {
    let word =
        |c: char| c.is_alphanumeric() || "_-./: %+()=@~<>'$^*;?&!|\"\\".contains(c) || (block && c == ',');
    // A colon ends a key where a space follows it.
    let mut colons = text.match_indices(':');
    let colons_within =
        colons.all(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '/'));
    let letters = |c: char| c.is_alphabetic() || c == '_' || c == '/';
    // What begins with a digit may be a number or a date, unless there are words in it.
    let words =
        text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(' ') && text.contains(letters);
    let lower = text.to_ascii_lowercase();
    let is_word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&lower.as_str());
    (text.starts_with(letters) || words)
        && colons_within
        && !is_word
        && !text.ends_with(' ')
        && text.chars().all(word)
}

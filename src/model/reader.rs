//! Reads typed documents from trees, reporting every place that does not fit and going on.

use std::ops::Range;
use std::sync::Arc;

use promql_syntax::parse_duration;

use super::format::Shape;
use super::text::Text;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Entry, Node, SourceFile};

/// A value with the range it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its byte range in the file.
    pub range: Range<usize>,
}

/// Codes of what is found while reading.
pub mod codes {
    /// A file cannot be read.
    pub const UNREADABLE_FILE: &str = "unreadable-file";
    /// A file is no YAML.
    pub const YAML_SYNTAX: &str = "yaml-syntax";
    /// A file is no JSON.
    pub const JSON_SYNTAX: &str = "json-syntax";
    /// A file is nothing that rulecheck knows.
    pub const UNKNOWN_FILE: &str = "unknown-file";
    /// A field that the format does not have.
    pub const UNKNOWN_FIELD: &str = "unknown-field";
    /// A field is written twice.
    pub const DUPLICATE_FIELD: &str = "duplicate-field";
    /// A value of the wrong kind.
    pub const INVALID_VALUE: &str = "invalid-value";
    /// A field that must be there is not.
    pub const MISSING_FIELD: &str = "missing-field";
    /// A line of a page of metrics that cannot be read.
    pub const METRICS_SYNTAX: &str = "metrics-syntax";
    /// A duration that does not parse.
    pub const INVALID_DURATION: &str = "invalid-duration";
    /// A matcher of Alertmanager that does not parse.
    pub const MATCHER_SYNTAX: &str = "matcher-syntax";
    /// A name that is used and not defined.
    pub const UNDEFINED_NAME: &str = "undefined-name";
    /// A document that is not read because it is not the first of its file.
    pub const IGNORED_DOCUMENT: &str = "ignored-document";
}

/// What goes on while a document is read.
pub struct Reader<'a> {
    /// The file.
    pub file: &'a Arc<SourceFile>,
    /// What was found so far.
    pub diagnostics: &'a mut Vec<Diagnostic>,
    /// Who refuses a wrong file, for messages: `Prometheus`, `promtool`.
    pub consumer: &'static str,
    /// Whether unknown fields are left alone.
    pub ignore_unknown_fields: bool,
    /// Name of the group that is being read.
    pub group: Option<String>,
    /// Name of the rule that is being read.
    pub rule: Option<String>,
}

impl<'a> Reader<'a> {
    /// A reader of a file that `consumer` will load.
    pub fn new(
        file: &'a Arc<SourceFile>,
        consumer: &'static str,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Reader {
            file,
            diagnostics,
            consumer,
            ignore_unknown_fields: false,
            group: None,
            rule: None,
        }
    }

    /// Reports an error at a range of the file.
    pub fn error(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::new(code, Severity::Error, message, self.file, range).with_help(help));
    }

    /// Reports something that is taken but hardly meant.
    pub fn warning(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::new(code, Severity::Warning, message, self.file, range).with_help(help));
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        let diagnostic = diagnostic.with_rule(self.group.as_deref(), self.rule.as_deref());
        self.diagnostics.push(diagnostic);
    }

    /// The entries of a mapping whose keys must be among `known`. Null is an empty mapping.
    pub fn mapping<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        if node.is_null() {
            return Some(Fields {
                entries: &[],
                range: node.place(),
            });
        }
        let Some(entries) = node.as_mapping() else {
            self.wrong_kind(node, what, "a mapping");
            return None;
        };
        let mut seen: Vec<(&str, &Entry)> = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(key) = entry.key.as_str() else {
                let help = format!("{what} has the fields {}.", known.join(", "));
                self.error(
                    codes::INVALID_VALUE,
                    entry.key.place(),
                    "a field name must be text",
                    help,
                );
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(k, _)| *k == key) {
                let line = self.file.line_column(first.key.range.start).line;
                let message = format!(
                    "field `{key}` is written twice: {} refuses the file",
                    self.consumer
                );
                let help = format!("Keep one of the two; the first is on line {line}.");
                self.error(codes::DUPLICATE_FIELD, entry.key.place(), message, help);
                continue;
            }
            seen.push((key, entry));
            if !known.contains(&key) && !self.ignore_unknown_fields {
                self.unknown_field(what, key, entry.key.place(), known);
            }
        }
        Some(Fields {
            entries,
            range: node.place(),
        })
    }

    /// The entries of a mapping that has the fields of a shape.
    pub fn fields<'n>(&mut self, node: &'n Node, shape: &Shape) -> Option<Fields<'n>> {
        self.mapping(node, shape.what, &shape.names())
    }

    fn unknown_field(&mut self, what: &str, key: &str, range: Range<usize>, known: &[&str]) {
        let message = format!("{what} has no field `{key}`: {} refuses the file", self.consumer);
        let help = match nearest(key, known) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("Its fields are {}.", known.join(", ")),
        };
        self.error(codes::UNKNOWN_FIELD, range, message, help);
    }

    /// The elements of a list; null is an empty one.
    pub fn sequence<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        if node.is_null() {
            return &[];
        }
        match node.as_sequence() {
            Some(items) => items,
            None => {
                self.wrong_kind(node, what, "a list");
                &[]
            }
        }
    }

    /// The text of a scalar.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<Text> {
        let text = Text::of(node);
        if text.is_none() {
            self.wrong_kind(node, what, "text");
        }
        text
    }

    /// A duration in milliseconds.
    pub fn duration(&mut self, node: &Node, what: &str) -> Option<Located<i64>> {
        let text = self.text(node, what)?;
        if node.is_null() {
            return None;
        }
        match parse_duration(text.as_str()) {
            Ok(value) => Some(Located {
                value,
                range: text.raw(),
            }),
            Err(reason) => {
                let message = format!("{what}: {reason}: {} refuses the file", self.consumer);
                let help = "Write a number with a unit, from large to small: `30s`, `5m`, `1h30m`, `1d`.";
                self.error(codes::INVALID_DURATION, text.whole(self.file), message, help);
                None
            }
        }
    }

    /// A whole number.
    pub fn integer(&mut self, node: &Node, what: &str) -> Option<Located<i64>> {
        let text = self.text(node, what)?;
        if node.is_null() {
            return None;
        }
        // A fraction is cut off, as Go does it.
        let value = match number(&text) {
            Some(Number::Whole(value)) => Some(value),
            Some(Number::Fraction(value)) if value <= i64::MAX as f64 => Some(value as i64),
            _ => None,
        };
        if value.is_none() {
            let message = format!(
                "{what} must be a whole number: {} refuses the file",
                self.consumer
            );
            let help = "Write digits alone, without quotes: `10`.";
            self.error(codes::INVALID_VALUE, text.whole(self.file), message, help);
        }
        value.map(|value| Located {
            value,
            range: text.raw(),
        })
    }

    /// A number.
    pub fn float(&mut self, node: &Node, what: &str) -> Option<Located<f64>> {
        let text = self.text(node, what)?;
        if node.is_null() {
            return None;
        }
        let value = match number(&text) {
            Some(Number::Whole(value)) => Some(value as f64),
            Some(Number::Fraction(value)) => Some(value),
            None => None,
        };
        if value.is_none() {
            let message = format!("{what} must be a number: {} refuses the file", self.consumer);
            let help = "Write `1`, `0.5`, `1e3`, `.inf` or `.nan`, without quotes.";
            self.error(codes::INVALID_VALUE, text.whole(self.file), message, help);
        }
        value.map(|value| Located {
            value,
            range: text.raw(),
        })
    }

    /// A truth value.
    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<Located<bool>> {
        let text = self.text(node, what)?;
        if node.is_null() {
            return None;
        }
        let value = match text.as_str() {
            _ if text.is_quoted() => None,
            "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Some(true),
            "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => {
                Some(false)
            }
            _ => None,
        };
        if value.is_none() {
            let message = format!("{what} must be true or false: {} refuses the file", self.consumer);
            let help = "Write `true` or `false`, without quotes.";
            self.error(codes::INVALID_VALUE, text.whole(self.file), message, help);
        }
        value.map(|value| Located {
            value,
            range: text.raw(),
        })
    }

    /// One of several words.
    pub fn choice(&mut self, node: &Node, what: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(node, what)?;
        if node.is_null() {
            return None;
        }
        let chosen = words.iter().find(|word| **word == text.as_str()).copied();
        if chosen.is_none() {
            // promtool does not know the fields in which tests choose among words.
            let outcome = match self.consumer {
                "promtool" => "the test cannot run".to_owned(),
                consumer => format!("{consumer} refuses the file"),
            };
            let message = format!("{what} cannot be `{}`: {outcome}", text.as_str());
            let help = match nearest(text.as_str(), words) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Write {}.", words.join(" or ")),
            };
            self.error(codes::INVALID_VALUE, text.whole(self.file), message, help);
        }
        chosen
    }

    /// A mapping of names to texts: labels, annotations.
    pub fn text_map(&mut self, node: &Node, what: &str) -> Vec<(Text, Text)> {
        if node.is_null() {
            return Vec::new();
        }
        let Some(entries) = node.as_mapping() else {
            self.wrong_kind(node, what, "a mapping of names to texts");
            return Vec::new();
        };
        let mut pairs: Vec<(Text, Text)> = Vec::with_capacity(entries.len());
        // Go's reader passes over entries whose key is nothing.
        for entry in entries.iter().filter(|e| !e.key.is_null()) {
            let (Some(key), Some(value)) = (
                self.text(&entry.key, what),
                self.text(&entry.value, &format!("a value of {what}")),
            ) else {
                continue;
            };
            if let Some((first, _)) = pairs.iter().find(|(k, _)| k.as_str() == key.as_str()) {
                let line = self.file.line_column(first.raw().start).line;
                let message = format!(
                    "`{}` is written twice in {what}: {} refuses the file",
                    key.as_str(),
                    self.consumer
                );
                let help = format!("Keep one of the two; the first is on line {line}.");
                self.error(codes::DUPLICATE_FIELD, key.raw(), message, help);
                continue;
            }
            pairs.push((key, value));
        }
        pairs
    }

    /// The elements of a list but for empty ones, which Go's reader drops; that is worth a warning.
    pub fn filled_sequence<'n>(&mut self, node: &'n Node, what: &str) -> Vec<&'n Node> {
        let (empty, filled): (Vec<_>, Vec<_>) = self.sequence(node, what).iter().partition(|n| n.is_null());
        for node in empty {
            let message = format!("an entry of {what} is empty: {} passes over it", self.consumer);
            self.warning(
                codes::INVALID_VALUE,
                node.place(),
                message,
                "Fill it in, or remove it.",
            );
        }
        filled
    }

    /// Reports a value of the wrong kind.
    pub fn wrong_kind(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!(
            "{what} must be {wanted}, this is {}: {} refuses the file",
            node.kind_name(),
            self.consumer
        );
        let help = match self.file.text()[node.range.start..].starts_with("{{") {
            true => "A value that begins with `{{` is read as a mapping: put it in quotes.".to_owned(),
            false => format!("Write {wanted} here."),
        };
        let range = first_line(self.file, node.place());
        self.error(codes::INVALID_VALUE, range, message, help);
    }

    /// Reports a field that is not there.
    pub fn missing(&mut self, what: &str, field: &str, range: Range<usize>, help: impl Into<String>) {
        let message = format!("{what} has no `{field}`: {} refuses the file", self.consumer);
        let range = first_line(self.file, range);
        self.error(codes::MISSING_FIELD, range, message, help);
    }

    /// Reports an entry of a list with nothing in it.
    pub fn empty(&mut self, what: &str, range: Range<usize>, help: &str) {
        let message = format!("{what} is empty: {} refuses the file", self.consumer);
        self.error(codes::INVALID_VALUE, range, message, help);
    }

    /// Reports names that come a second time among those of a list.
    pub fn repeated<'t>(&mut self, what: &str, names: impl IntoIterator<Item = &'t Text>) {
        let mut seen: Vec<&Text> = Vec::new();
        for name in names.into_iter().filter(|name| !name.as_str().is_empty()) {
            if let Some(first) = seen.iter().find(|known| known.as_str() == name.as_str()) {
                let line = self.file.line_column(first.raw().start).line;
                let message = format!(
                    "two {what} are called {}: {} refuses the file",
                    name.as_str(),
                    self.consumer
                );
                let help = format!("Rename one of them; the first is on line {line}.");
                self.error(codes::INVALID_VALUE, name.whole(self.file), message, help);
            } else {
                seen.push(name);
            }
        }
    }
}

/// A number as Go's YAML reader understands it.
enum Number {
    /// Without fraction and exponent.
    Whole(i64),
    /// Any other.
    Fraction(f64),
}

/// The number that an unquoted scalar stands for: decimal, hexadecimal, octal, binary, with underscores, with
/// fraction and exponent, infinite, or none.
fn number(text: &Text) -> Option<Number> {
    let written = text.as_str();
    if text.is_quoted() || !written.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    let special = match written {
        ".inf" | "+.inf" | ".Inf" | "+.Inf" | ".INF" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        _ => None,
    };
    if special.is_some() {
        return special.map(Number::Fraction);
    }
    let plain = written.replace('_', "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let lower = digits.to_ascii_lowercase();
    let prefixes = [("0x", 16), ("0o", 8), ("0b", 2), ("0", 8), ("", 10)];
    let whole = prefixes.iter().find_map(|(prefix, radix)| {
        let digits = lower
            .strip_prefix(prefix)
            .filter(|d| !d.starts_with(['+', '-']))?;
        i64::from_str_radix(&format!("{sign}{digits}"), *radix).ok()
    });
    if let Some(whole) = whole {
        return Some(Number::Whole(whole));
    }
    let decimal = plain
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'));
    let fraction = plain.parse().ok().filter(|_| decimal);
    fraction.map(Number::Fraction)
}

/// The part of a range that is on its first line: enough to point at something long.
pub fn first_line(file: &SourceFile, range: Range<usize>) -> Range<usize> {
    let text = &file.text()[range.clone()];
    let len = text.find(['\n', '\r']).unwrap_or(text.len());
    range.start..range.start + len
}

/// The known word that is closest to a misspelt one, if any is close.
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |w: &str| w.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let word = plain(word);
    // `expression` for `expr`, `annotation` for `annotations`.
    let is_start =
        |k: &&&str| k.len() >= 4 && (word.starts_with(*k) || (word.len() >= 4 && k.starts_with(&word)));
    if let Some(known) = known.iter().find(is_start) {
        return Some(known);
    }
    let scored = known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(&word, &plain(k)), *k));
    let (distance, best) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance <= (word.len() / 3).max(1)).then_some(best)
}

/// The fields of a mapping.
pub struct Fields<'n> {
    entries: &'n [Entry],
    /// Byte range of the mapping.
    pub range: Range<usize>,
}

impl<'n> Fields<'n> {
    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The key and the value of a field.
    pub fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|e| e.key.as_str() == Some(key))
    }
}

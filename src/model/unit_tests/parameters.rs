//! Tests that are run for each row of a table: `parameters`, and `${name}` in the texts of the test.

use std::collections::HashSet;
use std::ops::Range;

use super::expected::Match;
use super::group::{TestGroup, read_group};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::reader::{Reader, codes, first_line, nearest};
use crate::model::text::Text;
use crate::source::{Entry, Node, NodeKind};

/// The key of the table.
pub(super) const KEY: &str = "parameters";

/// The most bytes that the rows of a test may take together.
const MOST_BYTES: usize = 256 << 20;
/// What a value takes besides its text, in bytes.
const VALUE_BYTES: usize = 128;

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Byte range of the row.
    pub range: Range<usize>,
    /// The names and values, in the order written.
    pub values: Vec<(Text, Text)>,
}

impl Row {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Text> {
        let value = self.values.iter().find(|(known, _)| known.as_str() == name);
        value.map(|(_, value)| value)
    }

    /// `status=500, wait=5m`.
    pub fn title(&self) -> String {
        let pairs = self
            .values
            .iter()
            .map(|(name, value)| format!("{}={}", name.as_str(), value.as_str()));
        pairs.collect::<Vec<_>>().join(", ")
    }
}

/// Reads a test once for each row. What is found in one row and not in the others is reported with the row.
pub(super) fn read_rows(
    reader: &mut Reader<'_>,
    node: &Node,
    table: &Node,
    number: usize,
    outer: Match,
) -> Vec<TestGroup> {
    let known = reader.diagnostics.len();
    let rows = rows(reader, table);
    let faults = reader.diagnostics[known..].iter();
    if rows.is_empty() || faults.filter(|d| d.severity == Severity::Error).count() > 0 {
        return vec![TestGroup::unread(node.place(), number)];
    }
    let mut used = Used::default();
    let mut tests = Vec::with_capacity(rows.len());
    let mut found: Vec<(Diagnostic, Vec<usize>)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut own = Vec::new();
        let mut inner = Reader::new(reader.file, reader.consumer, &mut own);
        inner.ignore_unknown_fields = reader.ignore_unknown_fields;
        let substituted = substituted_test(&mut inner, node, row, &mut used);
        if used.bytes > MOST_BYTES {
            let message = "the rows make more text than there is room for: the test cannot run";
            let help = "Make several tests of it, with fewer rows or shorter values.";
            reader.error(
                codes::INVALID_VALUE,
                first_line(reader.file, row.range.clone()),
                message,
                help,
            );
            return vec![TestGroup::unread(node.place(), number)];
        }
        tests.extend(read_group(
            &mut inner,
            &substituted,
            number,
            outer,
            Some(row.clone()),
        ));
        for diagnostic in own {
            match found.iter_mut().find(|(known, _)| known.is_same_as(&diagnostic)) {
                Some((_, rows)) => rows.push(at),
                None => found.push((diagnostic, vec![at])),
            }
        }
    }
    for (mut diagnostic, of) in found {
        if of.len() < rows.len() {
            for at in of {
                diagnostic = diagnostic.with_secondary(
                    reader.file,
                    first_line(reader.file, rows[at].range.clone()),
                    "with this row",
                );
            }
        }
        reader.diagnostics.push(diagnostic);
    }
    report_unused(reader, &rows, &used.names);
    tests
}

/// What the rows of a test have come to.
#[derive(Default)]
struct Used {
    /// The parameters that a text names.
    names: HashSet<String>,
    /// How much text there is.
    bytes: usize,
}

/// A parameter that is used nowhere may make rows that test the same.
fn report_unused(reader: &mut Reader<'_>, rows: &[Row], used: &HashSet<String>) {
    for (name, _) in rows.first().map_or(&[][..], |row| &row.values) {
        if name.as_str() != "name" && !used.contains(name.as_str()) {
            let message = format!("no text of the test says `${{{}}}`", name.as_str());
            let help = "Use the parameter, or remove it.";
            reader.warning(codes::INVALID_VALUE, name.whole(reader.file), message, help);
        }
    }
}

/// The rows of a table, all with the same names.
fn rows(reader: &mut Reader<'_>, table: &Node) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for node in reader.sequence(table, "`parameters`") {
        if node.as_mapping().is_none() {
            reader.wrong_kind(node, "a row of `parameters`", "a mapping of names to texts");
            continue;
        }
        let values = reader.text_map(node, "a row of `parameters`");
        for (name, _) in &values {
            if !promql_syntax::is_legacy_label_name(name.as_str()) {
                let message = format!(
                    "`{}` is no name of a parameter: the test cannot run",
                    name.as_str()
                );
                let help = "Take letters, digits and `_`, with no digit in front.";
                reader.error(codes::INVALID_VALUE, name.whole(reader.file), message, help);
            }
        }
        rows.push(Row {
            range: node.place(),
            values,
        });
    }
    if rows.is_empty() && table.as_sequence().is_some_and(<[Node]>::is_empty) || table.is_null() {
        let message = "`parameters` has no rows: the test would never run";
        let help = "Write a row for each run, `- {status: \"500\"}`, or remove it.";
        reader.error(codes::INVALID_VALUE, table.place(), message, help);
    }
    let mut names: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.values) {
        // A name for the run is each row's own affair.
        if name.as_str() != "name" && !names.iter().any(|known| known == name.as_str()) {
            names.push(name.as_str().to_owned());
        }
    }
    for row in &rows {
        for name in names.iter().filter(|name| row.get(name).is_none()) {
            let message =
                format!("a row of `parameters` has no `{name}`, which others have: the test cannot run");
            let help = format!("Write its value: `{name}: …`.");
            let range = first_line(reader.file, row.range.clone());
            reader.error(codes::MISSING_FIELD, range, message, help);
        }
    }
    rows
}

/// The test with the values of a row in its texts.
fn substituted_test(reader: &mut Reader<'_>, node: &Node, row: &Row, used: &mut Used) -> Node {
    let mut substitution = Substitution { reader, row, used };
    let NodeKind::Mapping(entries) = &node.kind else {
        return node.clone();
    };
    let entries = entries.iter().map(|entry| match entry.key.as_str() {
        Some(KEY) => entry.clone(),
        _ => substitution.entry(entry),
    });
    Node {
        kind: NodeKind::Mapping(entries.collect()),
        ..node.clone()
    }
}

struct Substitution<'s, 'r> {
    reader: &'s mut Reader<'r>,
    row: &'s Row,
    used: &'s mut Used,
}

impl Substitution<'_, '_> {
    fn entry(&mut self, entry: &Entry) -> Entry {
        Entry {
            key: self.node(&entry.key),
            value: self.node(&entry.value),
        }
    }

    fn node(&mut self, node: &Node) -> Node {
        let kind = match &node.kind {
            NodeKind::Sequence(items) => {
                NodeKind::Sequence(items.iter().map(|item| self.node(item)).collect())
            }
            NodeKind::Mapping(entries) => {
                NodeKind::Mapping(entries.iter().map(|entry| self.entry(entry)).collect())
            }
            NodeKind::Scalar(scalar) if scalar.text.contains("${") => {
                let replacements = self.replacements(node, &scalar.text);
                match self.may_make(scalar.text.len() + VALUE_BYTES) {
                    true => NodeKind::Scalar(scalar.replaced(&replacements)),
                    false => NodeKind::Sequence(Vec::new()),
                }
            }
            NodeKind::Scalar(scalar) => match self.may_make(scalar.text.len() + VALUE_BYTES) {
                true => NodeKind::Scalar(scalar.clone()),
                false => NodeKind::Sequence(Vec::new()),
            },
        };
        Node { kind, ..node.clone() }
    }

    /// Whether there is room for so much text more.
    fn may_make(&mut self, bytes: usize) -> bool {
        self.used.bytes = self.used.bytes.saturating_add(bytes);
        self.used.bytes <= MOST_BYTES
    }

    /// What is to stand in place of `${name}` and `$${`.
    fn replacements(&mut self, node: &Node, text: &str) -> Vec<(Range<usize>, String)> {
        let mut replacements = Vec::new();
        let mut at = 0;
        while let Some(start) = text[at..].find("${").map(|found| at + found) {
            if text[..start].ends_with('$') {
                // The dollar sign before it makes it text.
                replacements.push((start - 1..start + 2, "${".to_owned()));
                at = start + 2;
                continue;
            }
            let Some(end) = text[start..].find('}').map(|found| start + found) else {
                let message = "`${` has no `}`: the test cannot run";
                let help = "Write `${name}` for a parameter, `$${` for the text `${` itself.";
                self.error(node, start..start + 2, message, help);
                break;
            };
            let name = &text[start + 2..end];
            match self.row.get(name) {
                Some(value) => {
                    self.used.names.insert(name.to_owned());
                    if !self.may_make(value.as_str().len()) {
                        break;
                    }
                    replacements.push((start..end + 1, value.as_str().to_owned()));
                }
                None => {
                    let names: Vec<&str> = self.row.values.iter().map(|(name, _)| name.as_str()).collect();
                    let message = format!("no parameter is called `{name}`: the test cannot run");
                    let help = match nearest(name, &names) {
                        Some(near) => format!("Did you mean `${{{near}}}`?"),
                        None => format!(
                            "The parameters are {}. Write `$${{{name}}}` for the text itself.",
                            names.join(", ")
                        ),
                    };
                    self.error(node, start..end + 1, &message, &help);
                }
            }
            at = end + 1;
        }
        replacements
    }

    fn error(&mut self, node: &Node, decoded: Range<usize>, message: &str, help: &str) {
        let range = node.locate(self.reader.file.text(), decoded);
        self.reader.error(codes::INVALID_VALUE, range, message, help);
    }
}

//! Matchers in their places: what marks the alerts of a route, the sources and the targets of an inhibition.

use std::ops::Range;

use promql_syntax::ast::MatchOp;

use promql_syntax::is_legacy_label_name;

use super::matcher::{self, Matcher, braced};
use crate::diagnostic::Severity;
use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// Matchers that must all fit.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// The matchers in Alertmanager's order.
    pub matchers: Vec<Matcher>,
    /// Byte range of the first field that holds some.
    pub range: Option<Range<usize>>,
    /// Whether some could not be read, so that more is taken by those that could.
    pub broken: bool,
}

/// The names of the three fields that hold matchers.
pub(super) struct MarkFields {
    /// Labels with their values.
    pub(super) equal: &'static str,
    /// Labels with regular expressions.
    pub(super) regex: &'static str,
    /// Matchers.
    pub(super) matchers: &'static str,
}

impl Marks {
    /// Whether all matchers fit; `label` answers the value of a label, empty where it is absent.
    pub fn matches<'v>(&self, label: impl Fn(&str) -> &'v str) -> bool {
        self.matchers.iter().all(|m| m.matches(label(&m.name)))
    }

    /// The matchers as Alertmanager writes them.
    pub fn text(&self) -> String {
        braced(&self.matchers)
    }
}

/// Reads the matchers of the three fields.
pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, names: &MarkFields) -> Marks {
    let mut marks = Marks::default();
    let before = reader.diagnostics.len();
    for (key, op) in [(names.equal, MatchOp::Equal), (names.regex, MatchOp::Regex)] {
        let Some(node) = fields.get(key) else { continue };
        for (name, value) in reader.text_map(node, key) {
            marks.range.get_or_insert(name.raw());
            if !is_legacy_label_name(name.as_str()) {
                let message = format!(
                    "invalid label name {:?} in {key}: Alertmanager refuses the file",
                    name.as_str()
                );
                let help = format!(
                    "Names with other characters than letters, digits and `_` can stand in `{}`.",
                    names.matchers
                );
                reader.error(codes::INVALID_VALUE, name.raw(), message, help);
            } else if op == MatchOp::Regex && node.get(name.as_str()).is_some_and(Node::is_null) {
                let message = format!(
                    "invalid regexp value for {:?}: Alertmanager refuses the file",
                    name.as_str()
                );
                let help = "Write a regular expression, `\"\"` for labels that are empty or absent.";
                reader.error(codes::INVALID_VALUE, name.raw(), message, help);
            } else {
                match Matcher::new(name.as_str(), op, value.as_str()) {
                    Ok(matcher) => marks.matchers.push(matcher),
                    Err(message) => regex_error(reader, &value, &message),
                }
            }
        }
    }
    if let Some(node) = fields.get(names.matchers) {
        for node in reader.sequence(node, &format!("`{}`", names.matchers)) {
            if let Some(text) = reader.text(node, "a matcher") {
                marks.range.get_or_insert(text.raw());
                marks.matchers.extend(read_matchers(reader, &text));
            }
        }
    }
    let new = &reader.diagnostics[before..];
    marks.broken = new.iter().any(|finding| finding.severity == Severity::Error);
    marks.matchers.sort_by(Matcher::order);
    marks
}

fn regex_error(reader: &mut Reader<'_>, value: &Text, message: &str) {
    let message = format!("{message}: Alertmanager refuses the file");
    let help = "It is a regular expression for the whole value, in RE2's syntax.";
    reader.error(codes::MATCHER_SYNTAX, value.whole(reader.file), message, help);
}

fn read_matchers(reader: &mut Reader<'_>, text: &Text) -> Vec<Matcher> {
    match matcher::parse(text.as_str()) {
        Ok(read) => {
            if let Some(complaint) = read.complaint {
                let range = text.locate(reader.file, complaint.range);
                let help = format!("Write `{}`.", complaint.better);
                reader.warning(codes::MATCHER_SYNTAX, range, complaint.message, help);
            }
            read.matchers
        }
        Err(fault) => {
            let range = text.locate(reader.file, fault.range);
            let message = format!("{}: Alertmanager refuses the file", fault.message);
            let help = match fault.message == fault.expected {
                true => "Write `label=\"value\"`, or `!=`, `=~`, `!~` in place of `=`.".to_owned(),
                false => format!(
                    "Write `label=\"value\"`, or `!=`, `=~`, `!~` in place of `=`: here {}.",
                    fault.expected
                ),
            };
            reader.error(codes::MATCHER_SYNTAX, range, message, help);
            Vec::new()
        }
    }
}

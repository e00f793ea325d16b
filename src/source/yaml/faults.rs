//! What the parser's faults mean for whoever wrote the file: a sentence, a place, a way out.

use std::ops::Range;

use granit_parser::{ErrorKind, ScanError};

use super::SyntaxError;

pub(super) const TAB_HELP: &str =
    "YAML does not allow tabs as indentation, not even on blank lines; use spaces.";

/// A fault of the parser as an error of ours.
pub(super) fn explain(text: &str, error: &ScanError) -> SyntaxError {
    let offset = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    if is_about_tabs(error.kind())
        && let Some(range) = nearest_tab(text, offset)
    {
        return SyntaxError {
            range,
            message: "a tab stands where indentation is read".to_owned(),
            help: TAB_HELP.to_owned(),
        };
    }
    let line = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..]
        .find(['\n', '\r'])
        .map_or(text.len(), |at| offset + at);
    if let Some(range) = unquoted_template(text, line..end) {
        return SyntaxError {
            range,
            message: "a value that begins with `{{` is read as a mapping".to_owned(),
            help: "Put the whole value in quotes: `'{{ … }} …'`.".to_owned(),
        };
    }
    let (message, help) = words(error);
    SyntaxError {
        range: place(text, offset, error.kind()),
        message,
        help: help.to_owned(),
    }
}

fn is_about_tabs(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(
        kind,
        K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabAtBlockScalarStart
            | K::TabInIndentation
            | K::TabInPlainScalar
    )
}

/// The tab that a fault at `offset` is about: on its line, or else the next.
fn nearest_tab(text: &str, offset: usize) -> Option<Range<usize>> {
    let line = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let before = text[line..offset].trim_start_matches(' ');
    let at = match before.starts_with('\t') {
        true => offset - before.len(),
        false => offset + text[offset..].find('\t')?,
    };
    Some(at..at + 1)
}

/// The value in a line that begins with `{{` without a quote, behind its key.
fn unquoted_template(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let at = text[line.clone()].find(": {{")?;
    let value = text[line.start + at + 2..line.end].trim_end();
    let start = line.start + at + 2;
    Some(start..start + value.len())
}

/// The character at which the parser stopped, or the whole word where it names something.
fn place(text: &str, offset: usize, kind: &ErrorKind) -> Range<usize> {
    let rest = &text[offset..];
    let word = matches!(kind, ErrorKind::UnknownAnchor | ErrorKind::UndeclaredTagHandle);
    let len = match rest.chars().next().filter(|c| !c.is_whitespace()) {
        Some(_) if word => rest
            .find(|c: char| c.is_whitespace() || ",]}".contains(c))
            .unwrap_or(rest.len()),
        Some(c) => c.len_utf8(),
        None => 0,
    };
    offset..offset + len
}

fn words(error: &ScanError) -> (String, &'static str) {
    use ErrorKind as K;
    let (message, help) = match error.kind() {
        K::RecursionLimitExceeded => (
            "the document nests too deep",
            "No file that rulecheck reads nests so deep; check the brackets.",
        ),
        K::ExpectedBlockMappingKey => (
            "this fits neither the mapping before it nor a value",
            "Line it up with the other keys of its mapping, and put values with special characters in quotes.",
        ),
        K::ExpectedBlockSequenceEntry => (
            "a list goes on with `-`, and this does not",
            "Line it up with what it belongs to, or begin it with `- `.",
        ),
        K::MappingValueNotAllowed => (
            "a colon and a blank begin a value, and none can stand here",
            "Put a value that holds `: ` in quotes; else check the indentation here and on the line before.",
        ),
        K::MappingKeyNotAllowed => (
            "a key cannot stand here",
            "Begin it on a line of its own, in line with the other keys.",
        ),
        K::UnclosedQuotedScalar => (
            "this quote is never closed",
            "Close it, or write a long value as a block: `|` and indented lines.",
        ),
        K::UnknownQuotedScalarEscape => (
            "double quotes hold an escape that YAML does not know",
            "Double the backslash, or use single quotes, in which backslashes are plain characters.",
        ),
        K::InvalidTrailingDoubleQuotedScalar | K::InvalidTrailingSingleQuotedScalar => (
            "the value ends with its closing quote, and more follows",
            "Put all of it in quotes: in single ones, double quotes are plain characters.",
        ),
        K::UnknownAnchor => (
            "the alias names an anchor that is not defined before it",
            "Define it with `&name` at an earlier value; a value that begins with `*` needs quotes.",
        ),
        K::UnexpectedCharacter { .. } => (
            "no value can begin with this character",
            "Put the value in quotes.",
        ),
        K::UnclosedFlowCollection { .. } => ("this bracket is never closed", "Close it."),
        K::ExpectedFlowMappingSeparator | K::ExpectedFlowSequenceSeparator => (
            "a comma or the closing bracket is missing before this",
            "Separate values with commas; put a value that begins with a bracket in quotes.",
        ),
        K::ExpectedDocumentStart => (
            "the document has ended before this",
            "Line it up with what it belongs to; the first line of the file sets the indentation of its keys.",
        ),
        K::SimpleKeyExpected => (
            "a colon is missing behind this",
            "Write `key: value`, or indent the line if it goes on with the value before.",
        ),
        _ => {
            let help = "Check indentation, quotes and colons here and on the line before.";
            return (error.info(), help);
        }
    };
    (message.to_owned(), help)
}

//! Tabs that indent. YAML 1.2, and so our parser, takes some that the YAML 1.1 readers in Go refuse: before a
//! comment, on a line without content, behind a dash.

use std::ops::Range;

use super::SyntaxError;
use super::faults::TAB_HELP;
use crate::source::scalar::Style;

/// What a document's text holds between its block collections: pieces in which tabs may stand.
#[derive(Default)]
pub(super) struct Pieces {
    /// The scalars in the order of their places.
    pub(super) scalars: Vec<Piece>,
    /// The `[…]` and `{…}`.
    pub(super) flow: Vec<Range<usize>>,
}

/// A scalar of a document.
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    pub(super) style: Style,
    /// The column (from 0) at which its continuation lines must begin at least.
    pub(super) indent: usize,
}

/// Whether a text has a tab that could be indentation; if not, the pieces need not be collected.
pub(super) fn possible(text: &str) -> bool {
    text.contains('\t') && text.lines().any(|line| tab_in_indentation(line).is_some())
}

/// The tabs before `end` that Go's readers refuse, one for each line.
pub(super) fn refused(text: &str, end: usize, pieces: &Pieces) -> Vec<SyntaxError> {
    let mut found = Vec::new();
    let mut start = 0;
    // Go's reader looks past a comment for more of it, and takes tabs there.
    let mut behind_comment = false;
    for line in text[..end].split_inclusive('\n') {
        if let Some(column) = tab_in_indentation(line) {
            let at = start + column;
            if !behind_comment && pieces.refuse(text, at, column) {
                found.push(SyntaxError {
                    range: at..at + 1,
                    message: "a tab stands where indentation is read".to_owned(),
                    help: TAB_HELP.to_owned(),
                });
            }
        }
        if !line.trim().is_empty() {
            behind_comment = line.trim_start().starts_with('#');
        }
        start += line.len();
    }
    found
}

/// The column of the first tab among the blanks and dashes that begin a line.
fn tab_in_indentation(line: &str) -> Option<usize> {
    let at = line.find(|c| c != ' ' && c != '-')?;
    // `--- ` begins a document, and `-5` a number.
    let dashes_apart = !line[..at].contains("--");
    (line[at..].starts_with('\t') && dashes_apart).then_some(at)
}

impl Pieces {
    fn refuse(&self, text: &str, at: usize, column: usize) -> bool {
        if self.flow.iter().any(|range| range.contains(&at)) {
            return false;
        }
        let before = self.scalars.partition_point(|piece| piece.range.start <= at);
        let Some(piece) = before.checked_sub(1).map(|last| &self.scalars[last]) else {
            return true;
        };
        // Blank lines behind a scalar are read as a part of it.
        let within = at < piece.range.end || text[piece.range.end..at].trim().is_empty();
        match piece.style {
            Style::SingleQuoted | Style::DoubleQuoted | Style::Json => at >= piece.range.end,
            Style::Plain => !within || column < piece.indent,
            Style::Literal | Style::Folded => !within || column < content_column(text, &piece.range),
        }
    }
}

/// The column at which the content of a block begins; 1 where an indicator tells.
fn content_column(text: &str, range: &Range<usize>) -> usize {
    let mut lines = text[range.clone()].lines();
    let header = lines.next().unwrap_or_default();
    if header.contains(|c: char| c.is_ascii_digit()) {
        return 1;
    }
    let first = lines.find(|line| !line.trim_matches(' ').is_empty());
    first.map_or(1, |line| line.len() - line.trim_start_matches(' ').len())
}

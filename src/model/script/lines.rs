//! The lines of a script without the white space around them.

use std::ops::Range;

use promql_syntax::ParseError;
use promql_syntax::series::parse_series_description;

use super::{Fault, ScriptSeries};
use crate::source::SourceFile;

/// A part of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    /// What it says.
    pub(super) text: &'a str,
    /// Byte offset in the file.
    pub(super) offset: usize,
}

impl<'a> Text<'a> {
    /// Takes the next word off the beginning; empty at the end. What is left begins with the word after it.
    pub(super) fn next_word(&mut self) -> Text<'a> {
        let end = self.text.find(char::is_whitespace).unwrap_or(self.text.len());
        let word = self.slice(0..end);
        let rest = &self.text[end..];
        *self = self.slice(end + (rest.len() - rest.trim_start().len())..self.text.len());
        word
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A part of this.
    pub(super) fn slice(&self, range: Range<usize>) -> Text<'a> {
        Text {
            offset: self.offset + range.start,
            text: &self.text[range],
        }
    }

    /// Byte range in the file.
    pub(super) fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.text.len()
    }

    /// Something wrong with it.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault {
            range: self.range(),
            message: message.into(),
        }
    }

    /// An error that a parser found in it.
    pub(super) fn parse_fault(&self, error: &ParseError) -> Fault {
        Fault {
            range: self.offset + error.span.start..self.offset + error.span.end,
            message: error.message.clone(),
        }
    }
}

/// A line that is neither empty nor a comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: usize,
    /// Its text without the white space around it.
    pub(super) text: Text<'a>,
}

impl Line<'_> {
    /// The line as a series with values.
    pub(super) fn series(&self) -> Result<ScriptSeries, Fault> {
        let series =
            parse_series_description(self.text.text).map_err(|error| self.text.parse_fault(&error))?;
        Ok(ScriptSeries {
            line: self.number,
            range: self.text.range(),
            labels: series.labels,
            items: series.items,
        })
    }
}

/// A cursor over the lines of a file.
pub(super) struct Lines<'a> {
    file: &'a SourceFile,
    /// Number of the next line, from 1.
    next: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(file: &'a SourceFile) -> Self {
        Lines { file, next: 1 }
    }

    /// The first line of the next command.
    pub(super) fn next_command(&mut self) -> Option<Line<'a>> {
        while self.next <= self.file.line_count() {
            if let Some(line) = self.next_in_block() {
                return Some(line);
            }
            self.next += 1;
        }
        None
    }

    /// The next line, unless it is empty or a comment, which ends the command.
    pub(super) fn next_in_block(&mut self) -> Option<Line<'a>> {
        let whole = self.file.line(self.next)?;
        let text = whole.trim();
        if text.is_empty() || text.starts_with('#') {
            return None;
        }
        let indentation = whole.len() - whole.trim_start().len();
        let line = Line {
            number: self.next,
            text: Text {
                text,
                offset: self.file.line_start(self.next) + indentation,
            },
        };
        self.next += 1;
        Some(line)
    }

    /// Goes on behind the command.
    pub(super) fn skip_block(&mut self) {
        while self.next_in_block().is_some() {}
    }
}

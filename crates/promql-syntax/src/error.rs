//! What is wrong with an expression.

use std::fmt;

use crate::span::Span;

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A character or word that is none of PromQL's.
    Lexical,
    /// Words in an order that means nothing.
    Syntax,
    /// A well-formed expression that has no meaning: wrong types, wrong number of arguments.
    Type,
    /// Syntax that Prometheus knows but refuses unless a feature flag is set.
    NotEnabled,
}

/// A fault in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What kind of fault.
    pub kind: ErrorKind,
    /// Where, in bytes.
    pub span: Span,
    /// What Prometheus says of it.
    pub message: String,
    /// A sentence that says what was expected or how to mend it.
    pub help: String,
    /// The offset that Prometheus names in its text, which is often less exact than the range.
    shown_at: usize,
}

impl ParseError {
    pub(crate) fn new(
        kind: ErrorKind,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        ParseError {
            kind,
            span,
            message: message.into(),
            help: help.into(),
            shown_at: span.start,
        }
    }

    /// Sets the offset that Prometheus names for the fault.
    pub(crate) fn shown_at(mut self, offset: usize) -> Self {
        self.shown_at = offset;
        self
    }

    /// The error as Prometheus prints it: `1:5: parse error: …`, line and byte column from 1 in `text`.
    pub fn promql_text(&self, text: &str) -> String {
        if text.is_empty() {
            return format!("unknown position: parse error: {}", self.message);
        }
        let before = text.get(..self.shown_at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
        format!("{line}:{column}: parse error: {}", self.message)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

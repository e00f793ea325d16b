//! PromQL as Prometheus 3.14 reads it: lexer, error-recovering parser, type checker, formatter.
//!
//! This crate knows nothing of data, files or rules.

pub mod ast;
mod check;
mod duration;
mod error;
mod format;
pub mod functions;
mod go_regex;
mod lexer;
mod matcher;
mod name;
mod options;
mod parser;
mod print;
mod quote;
pub mod series;
pub mod span;
mod stack;
mod token;

pub use duration::{format_duration, parse_duration};
pub use error::{ErrorKind, ParseError};
pub use format::format;
pub use matcher::{LabelMatcher, compile_anchored, compile_unanchored, matches_empty};
pub use name::is_legacy_label_name;
pub use options::ParseOptions;
pub use parser::{Parsed, parse_number};
pub use quote::{go_char, go_quote, unquote};
pub use span::Span;
pub use stack::with_enough_stack;

use ast::{Expr, Matcher};

/// Parses an expression and reports every fault in it, type errors included where the syntax is sound.
pub fn parse(text: &str, options: &ParseOptions) -> Parsed {
    parser::parse(text, options)
}

/// Parses an expression that must be without fault.
///
/// # Errors
/// All faults, in the order of their places.
pub fn parse_valid(text: &str, options: &ParseOptions) -> Result<Expr, Vec<ParseError>> {
    let parsed = parse(text, options);
    if parsed.errors.is_empty() {
        Ok(parsed.expr)
    } else {
        Err(parsed.errors)
    }
}

/// Parses a selector of series on its own, `metric{label="value"}`, as the HTTP interface of Prometheus takes
/// them, into its matchers, one of `__name__` for the metric name among them.
///
/// # Errors
/// All faults; Prometheus reports the first.
pub fn parse_metric_selector(text: &str) -> Result<Vec<Matcher>, Vec<ParseError>> {
    parser::parse_selector(text).map(|selector| selector.all_matchers())
}

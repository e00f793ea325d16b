//! PromQL as Prometheus 3.14 reads it: lexer, error-recovering parser, type checker, formatter.
//!
//! This crate knows nothing of data, files or rules.

pub mod ast;
pub mod span;

pub use span::Span;

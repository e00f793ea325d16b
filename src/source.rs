//! Source text with positions. This room knows nothing of what the text means.

pub mod discover;
mod file;

pub use file::{LineColumn, SourceFile};

//! Source text with positions: files as they are read, YAML and JSON as trees whose every value knows its
//! place. This room knows nothing of what the text means.

pub mod comments;
pub mod discover;
mod file;
pub mod json;
pub mod load;
pub mod node;
mod rewritten;
pub mod save;
pub mod scalar;
pub mod yaml;

pub use file::{LineColumn, SourceFile};
pub use node::{Entry, Node, NodeKind, Scalar};
pub use rewritten::Rewritten;

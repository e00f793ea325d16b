//! What became of mutants, in each of the formats.

mod json;
mod text;

pub(super) use json::{MutationJson, json};
pub(super) use text::render as text;

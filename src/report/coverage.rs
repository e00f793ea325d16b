//! What the tests cover, in each of the formats.

mod json;
mod lcov;
mod text;

pub(super) use json::{CoverageJson, json};
pub(super) use lcov::render as lcov;
pub(super) use text::render as text;

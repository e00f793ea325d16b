//! Writes what was observed into tests.
//!
//! Only what a failed assertion expects is changed, piece by piece: a value, a label, an alert, a sample, a timeline.
//! Everything else keeps its place, its comments and its layout. This room knows the texts of tests and what came of
//! them; it reads and writes no files.
//!
//! An update never makes a test say less: what was written as a regular expression, a subset or a state and does not
//! hold is replaced by what was observed. What asserts that something never happens cannot be updated, nor can a test
//! that is run for a table of parameters, since its texts stand for several values at once.

mod assertions;
mod edit;
mod yaml;

use std::sync::Arc;

use crate::outcome::TestOutcome;
use crate::source::{SourceFile, yaml::parse};
use assertions::Assertions;

/// A test file as it could be.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The file as it is.
    pub file: Arc<SourceFile>,
    /// The text that it would have.
    pub text: String,
    /// How many failed assertions would hold.
    pub updated: usize,
    /// Those that cannot be updated: the line, and why.
    pub left: Vec<(Option<usize>, String)>,
}

/// What a test file would have to say so that its failed assertions hold.
pub fn propose<'o>(file: &Arc<SourceFile>, outcomes: impl IntoIterator<Item = &'o TestOutcome>) -> Proposal {
    let documents = parse(file.text());
    let mut assertions = Assertions::new(file.text(), &documents.roots);
    let mut proposal = Proposal {
        file: file.clone(),
        text: String::new(),
        updated: 0,
        left: Vec::new(),
    };
    for failure in outcomes.into_iter().flat_map(|outcome| &outcome.failures) {
        match assertions.update(failure) {
            Ok(()) => proposal.updated += 1,
            Err(reason) => proposal.left.push((failure.line, reason)),
        }
    }
    proposal.text = assertions.text();
    proposal
}

#[cfg(test)]
mod tests;

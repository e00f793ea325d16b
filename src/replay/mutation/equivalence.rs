//! Proofs that a mutant does the same as its rule, whatever the series are. Only what is certain is here: a mutant
//! that cannot be told apart by any test would be held against the tests for ever, one that is wrongly thought
//! equivalent would hide a gap.
//!
//! That two mutants are the same (`duplicate`) is found where they are made.

mod grouping;
mod labels;
mod matchers;
mod scale;

use super::change::Change;
use super::subject::Subject;
use crate::model::rules::Rule;

/// A proof.
struct Proof {
    /// Its name.
    name: &'static str,
    /// Says why the rule and the changed rule do the same, where it can tell.
    prove: fn(&Subject<'_>, &Change, &Rule) -> Option<String>,
}

const PROOFS: [&Proof; 7] = [
    &matchers::IMPLIED,
    &matchers::EVERYTHING,
    &scale::SCALE,
    &scale::SIGN,
    &scale::PRESENCE,
    &grouping::ABSENT_LABEL,
    &labels::OVERRIDDEN,
];

/// The name of the proof that a change of a rule changes nothing that it does, and why.
pub(super) fn prove(
    subject: &Subject<'_>,
    change: &Change,
    changed: &Rule,
) -> Option<(&'static str, String)> {
    PROOFS
        .iter()
        .find_map(|proof| Some((proof.name, (proof.prove)(subject, change, changed)?)))
}

//! How good the tests are: what is asked for of coverage and mutation, on one suite.

use super::rule_files::RuleCache;
use super::run::{FileRun, RunOptions, TestFile};
use super::suite::{Scope, Suite};
use super::{coverage, mutation};
use crate::outcome::Measures;

/// What is to be measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the tests see and assert of each rule.
    pub coverage: bool,
    /// Which changes of the rules they notice.
    pub mutation: bool,
}

/// Measures the tests of files on the rules that they name, and others in the scope.
pub fn measure(files: &[TestFile<'_>], scope: &Scope<'_>, options: &RunOptions, wanted: Wanted) -> Measures {
    if wanted == Wanted::default() {
        return Measures::default();
    }
    let runs = FileRun::all(files, &RuleCache::new(options.ignore_unknown_fields));
    let suite = Suite::new(&runs, scope, options);
    Measures {
        coverage: wanted.coverage.then(|| coverage::cover(&suite)),
        mutation: wanted.mutation.then(|| mutation::mutate(&suite)),
    }
}

//! rulecheck's verdicts on test files.

use std::path::PathBuf;

use rulecheck::outcome::TestOutcome;
use rulecheck::project::Project;
use rulecheck::replay::run::{RunOptions, TestFile, run_tests};
use rulecheck::source::discover::FoundFile;

/// What became of test files.
pub(crate) struct Verdict {
    pub(crate) outcomes: Vec<TestOutcome>,
    /// What is wrong with the test files themselves.
    pub(crate) unreadable: Vec<String>,
}

/// Runs the tests of files.
pub(crate) fn test(files: &[PathBuf], options: &RunOptions) -> Verdict {
    let found: Vec<_> = files
        .iter()
        .map(|path| FoundFile {
            path: path.clone(),
            named: true,
        })
        .collect();
    let project = Project::load(&found, false);
    let diagnostics = project.files.iter().flat_map(|file| &file.diagnostics);
    Verdict {
        outcomes: run_tests(&TestFile::all(&project), options),
        unreadable: diagnostics.map(|d| d.message.clone()).collect(),
    }
}

//! Which files of tests are run: those that were found, and those that use the rule files that were named.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cli::inputs::{Inputs, Selection, canonical};
use crate::diagnostic::Diagnostic;
use crate::model::rules::RuleFile;
use crate::model::unit_tests::UnitTestFile;
use crate::project::Project;
use crate::replay::run::{TestFile, rule_paths};
use crate::source::discover::Discovered;

/// What was found and read.
pub(super) struct Files {
    /// What was found where the user said.
    pub(super) found: Discovered,
    project: Project,
    /// Tests elsewhere that use the rule files that were named.
    elsewhere: Project,
}

impl Files {
    /// Finds and reads the files.
    ///
    /// # Errors
    /// What is wrong with the settings, ready to be shown.
    pub(super) fn find(inputs: &Inputs) -> Result<Files, String> {
        let found = inputs.find()?;
        let project = Project::load(&found.files, inputs.skip_unrecognised);
        let elsewhere = tests_elsewhere(inputs, &project)?;
        Ok(Files {
            found,
            project,
            elsewhere,
        })
    }

    /// The files of tests, each once, in the order of their paths.
    pub(super) fn tests(&self) -> Vec<TestFile<'_>> {
        let mut files = TestFile::all(&self.project);
        files.extend(TestFile::all(&self.elsewhere));
        files.sort_by(|a, b| a.path().cmp(b.path()));
        files.dedup_by(|a, b| a.path() == b.path());
        files
    }

    /// The rules among the files.
    pub(super) fn rules(&self) -> Vec<&RuleFile> {
        self.project.rule_files().collect()
    }

    /// What was found while the files were read.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        let files = self.project.files.iter();
        files.flat_map(|file| file.diagnostics.clone()).collect()
    }

    /// Whether anything could not be read at all.
    pub(super) fn broken(&self) -> bool {
        self.project.files.iter().any(|file| file.broken) || !self.found.errors.is_empty()
    }
}

/// Where rule files are named, the tests that use them: they are found by the settings, as without paths.
fn tests_elsewhere(inputs: &Inputs, project: &Project) -> Result<Project, String> {
    let named: BTreeSet<PathBuf> = match inputs.selection() {
        Selection::Everything => return Ok(Project::default()),
        Selection::Named(paths) => {
            let rules = project.rule_files().map(|f| f.file.path().to_path_buf());
            rules
                .filter(|path| paths.iter().any(|p| p == path))
                .map(|p| canonical(&p))
                .collect()
        }
    };
    if named.is_empty() {
        return Ok(Project::default());
    }
    let mut all = Project::load(&inputs.find_everything()?.files, true);
    let uses = |tests: &UnitTestFile| {
        rule_paths(tests)
            .iter()
            .any(|path| named.contains(&canonical(path)))
    };
    all.files.retain(|file| Project::unit_tests_of(file).any(uses));
    Ok(all)
}

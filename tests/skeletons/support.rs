//! Makes and judges tests for alerts that are written in a test.

use std::fs;
use std::path::Path;
use std::process::Command;

use rulecheck::model::rules::RuleFile;
use rulecheck::outcome::Status;
use rulecheck::project::Project;
use rulecheck::replay::run::{RunOptions, TestFile, run_tests};
use rulecheck::skeleton::{Skeleton, skeletons, test_file};
use rulecheck::source::discover::FoundFile;

/// Reads a file.
pub(crate) fn load(path: &Path) -> Project {
    let file = FoundFile {
        path: path.to_path_buf(),
        named: true,
    };
    Project::load(&[file], false)
}

/// Makes tests for the alerts of a rule file, given as text, and hands them to `judge` with the folder in which
/// `rules.yml` and `tests.yml` lie.
pub(crate) fn with_tests<T>(rules: &str, judge: impl FnOnce(&[Skeleton], &Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rules.yml");
    fs::write(&path, rules).expect("rules");
    let project = load(&path);
    let rules: Vec<&RuleFile> = project.rule_files().collect();
    let made = skeletons(&rules, &|_| true);
    fs::write(folder.path().join("tests.yml"), test_file("rules.yml", &made)).expect("tests");
    judge(&made, folder.path())
}

/// Runs the tests as `rulecheck test` does; answers what does not hold.
pub(crate) fn failures(folder: &Path) -> Vec<String> {
    let project = load(&folder.join("tests.yml"));
    let outcomes = run_tests(&TestFile::all(&project), &RunOptions::default());
    let bad = outcomes.iter().filter(|outcome| outcome.status != Status::Passed);
    bad.map(|outcome| format!("{}: {:?}", outcome.name, outcome.failures))
        .collect()
}

/// Runs the tests as promtool does; answers what it says where it is not content.
pub(crate) fn promtool_says(promtool: &Path, folder: &Path) -> Option<String> {
    let output = Command::new(promtool)
        .args([
            "test",
            "rules",
            "--enable-feature=promql-experimental-functions",
            "tests.yml",
        ])
        .current_dir(folder)
        .output()
        .expect("promtool runs");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (!output.status.success()).then(|| said.into_owned())
}

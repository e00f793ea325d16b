//! Runs unit-test files: finds the rule files that each names, and runs its tests in parallel.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rayon::prelude::*;
use regex::Regex;

use super::{case, script};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::rules::RuleFile;
use crate::model::text::Text;
use crate::model::unit_tests::UnitTestFile;
use crate::model::{self, Document, ReadOptions, ScriptFile};
use crate::outcome::{Failure, TestOutcome};
use crate::project::{Project, ProjectFile};
use crate::source::load;

/// How tests are run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Only tests whose name matches one of these are run; all where empty.
    pub run: Vec<Regex>,
    /// Whether fields that rule files do not have are left alone.
    pub ignore_unknown_fields: bool,
}

/// A file of tests.
#[derive(Clone, Copy, Debug)]
pub enum TestFile<'p> {
    /// Unit tests of rules.
    UnitTests(&'p UnitTestFile),
    /// A script.
    Script(&'p ScriptFile),
}

impl TestFile<'_> {
    /// The path of the file, as it is shown.
    pub fn path(&self) -> &Path {
        match self {
            TestFile::UnitTests(tests) => tests.file.path(),
            TestFile::Script(script) => script.file.path(),
        }
    }
}

/// Runs the tests of files, in their order. Files and tests are run in parallel.
pub fn run_tests(files: &[TestFile<'_>], options: &RunOptions) -> Vec<TestOutcome> {
    let rules = RuleCache {
        options,
        files: Mutex::default(),
    };
    let wanted = |name: &str| options.run.is_empty() || options.run.iter().any(|r| r.is_match(name));
    let outcomes = files.par_iter().map(|file| match file {
        TestFile::UnitTests(tests) => run_file(tests, &rules, &wanted),
        TestFile::Script(script) => {
            let mut outcomes = script::run(&script.file, &script.script, &script::engine_options());
            outcomes.retain(|outcome| wanted(&outcome.name));
            outcomes
        }
    });
    outcomes.collect::<Vec<_>>().concat()
}

/// The rule files that a test file names, as paths from the current folder.
pub fn rule_paths(file: &UnitTestFile) -> Vec<PathBuf> {
    file.rule_files
        .iter()
        .filter_map(|pattern| resolve(file, pattern).ok())
        .flatten()
        .collect()
}

fn run_file(
    file: &UnitTestFile,
    rules: &RuleCache<'_>,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Vec<TestOutcome> {
    let tests = file.tests.iter().enumerate();
    let tests: Vec<_> = tests
        .filter(|(_, test)| wanted(test.name.as_ref().map_or("", Text::as_str)))
        .collect();
    let loaded = load_rules(file, rules);
    let run = |(number, test): &(usize, &model::unit_tests::TestGroup)| match &loaded {
        Ok(files) => {
            let files: Vec<&RuleFile> = files.iter().flat_map(|f| &f.rules).collect();
            case::run(file, *number, test, &files)
        }
        Err(failures) => case::not_run(file, *number, test, failures.clone()),
    };
    tests.par_iter().map(run).collect()
}

/// Reads all rule files of a test file, or says why they cannot be used.
fn load_rules(file: &UnitTestFile, rules: &RuleCache<'_>) -> Result<Vec<Arc<LoadedRules>>, Vec<Failure>> {
    let mut failures = Vec::new();
    let mut loaded = Vec::new();
    let mut fail = |kind: &'static str, range: Range<usize>, message: String| {
        let line = Some(file.file.line_column(range.start).line);
        failures.push(Failure {
            kind,
            message,
            expected: None,
            actual: None,
            line,
            timeline: None,
        });
    };
    let mut seen = std::collections::HashSet::new();
    for name in &file.group_eval_order {
        if !seen.insert(name.as_str()) {
            let message = format!("group name repeated in evaluation order: {}", name.as_str());
            fail("config", name.raw(), message);
        }
    }
    for pattern in &file.rule_files {
        match resolve(file, pattern) {
            Ok(paths) => {
                for path in paths {
                    let rules = rules.get(&path);
                    for error in &rules.errors {
                        fail("rules", pattern.raw(), error.clone());
                    }
                    loaded.push(rules);
                }
            }
            Err(message) => fail("rules", pattern.raw(), message),
        }
    }
    if failures.is_empty() {
        Ok(loaded)
    } else {
        Err(failures)
    }
}

/// The files that a pattern names, sorted. A pattern without `*`, `?` or `[` is a path, and must exist.
fn resolve(file: &UnitTestFile, pattern: &Text) -> Result<Vec<PathBuf>, String> {
    let base = file.file.path().parent().unwrap_or(Path::new(""));
    let path = base.join(pattern.as_str());
    let is_glob = pattern.as_str().contains(['*', '?', '[']);
    if !is_glob {
        return match path.is_file() {
            true => Ok(vec![path]),
            false => Err(format!("the rule file {} does not exist", path.display())),
        };
    }
    let name = path.to_string_lossy();
    let found = glob::glob(&name).map_err(|e| format!("the pattern {name} does not parse: {e}"))?;
    let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).filter(|p| p.is_file()).collect();
    paths.sort();
    Ok(paths)
}

/// The rules of a file, or what is wrong with it.
struct LoadedRules {
    rules: Vec<RuleFile>,
    errors: Vec<String>,
}

/// Rule files by path, each read once however many tests use it.
struct RuleCache<'o> {
    options: &'o RunOptions,
    files: Mutex<HashMap<PathBuf, Arc<LoadedRules>>>,
}

impl RuleCache<'_> {
    fn get(&self, path: &Path) -> Arc<LoadedRules> {
        let known = |files: &HashMap<_, Arc<LoadedRules>>| files.get(path).cloned();
        let lock = || {
            self.files
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        };
        if let Some(rules) = known(&lock()) {
            return rules;
        }
        let rules = Arc::new(self.read(path));
        lock().insert(path.to_owned(), rules.clone());
        rules
    }

    fn read(&self, path: &Path) -> LoadedRules {
        let file = match load::load(path) {
            Ok(file) => file,
            Err(error) => {
                let errors = vec![format!("{}: {}", path.display(), error.message)];
                return LoadedRules {
                    rules: Vec::new(),
                    errors,
                };
            }
        };
        let read = ReadOptions {
            must_be_known: true,
            ignore_unknown_fields: self.options.ignore_unknown_fields,
        };
        let reading = model::read(&file, read);
        let project = Project {
            files: vec![ProjectFile {
                source: file,
                documents: reading.documents,
                diagnostics: reading.diagnostics,
                broken: reading.broken,
            }],
        };
        let found = crate::lints::run(&project);
        let errors = found
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .map(one_line)
            .collect();
        let documents = project.files.into_iter().flat_map(|f| f.documents);
        let rules = documents.filter_map(|d| match d {
            Document::Rules(rules) => Some(rules),
            _ => None,
        });
        LoadedRules {
            rules: rules.collect(),
            errors,
        }
    }
}

fn one_line(diagnostic: &Diagnostic) -> String {
    let location = &diagnostic.primary.location;
    let at = location.file.line_column(location.range.start);
    format!(
        "{}:{}:{}: {}",
        location.file.path().display(),
        at.line,
        at.column,
        diagnostic.message
    )
}

//! Runs test files: files and tests in parallel, outcomes in the order of the files.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use regex::Regex;

use super::case::Case;
use super::receivers::Configs;
use super::rule_files::{LoadedRules, RuleCache, is_glob, resolve};
use super::script;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ScriptFile;
use crate::model::rules::RuleFile;
use crate::model::unit_tests::{Row, TestGroup, UnitTestFile};
use crate::outcome::{Failure, Remark, TestOutcome};
use crate::project::Project;

/// How tests are run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Only tests whose name matches one of these are run; all where empty.
    pub run: Vec<Regex>,
    /// Whether fields that rule files do not have are left alone.
    pub ignore_unknown_fields: bool,
    /// Evaluate all rules in turn at each time, even those that could be evaluated for many times at once. It takes
    /// longer and gives the same.
    pub in_turn: bool,
    /// Drop metric names at the end of a query rather than in every operation, as Prometheus does with the feature
    /// `promql-delayed-name-removal`.
    pub delayed_name_removal: bool,
    /// Keep the course of each test, for drawing it.
    pub trace: bool,
    /// Whether failures are explained: what the parts of the rule's expression were worth.
    pub explain_failures: bool,
    /// Rules that are explained at a time, whether their tests fail or not.
    pub explain: Vec<RuleAt>,
    /// Whether all series at the end of a test are to be kept as text.
    pub dump: bool,
    /// How far the run has come, for whoever looks on.
    pub progress: Arc<Progress>,
}

/// How far a run has come, in tests; a script counts as one.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicUsize,
    done: AtomicUsize,
}

impl Progress {
    /// How many tests there are, as far as is known.
    pub fn total(&self) -> usize {
        self.total.load(Ordering::Relaxed)
    }

    /// How many tests have been run.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    fn expect(&self, tests: usize) {
        self.total.fetch_add(tests, Ordering::Relaxed);
    }

    fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// A rule at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleAt {
    /// The name of the alert or of the recorded metric.
    pub rule: String,
    /// Milliseconds since the start of the replay.
    pub at_ms: i64,
}

impl RunOptions {
    /// Whether a test of this name is to be run.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.run.is_empty() || self.run.iter().any(|wanted| wanted.is_match(name))
    }
}

/// A file of tests.
#[derive(Clone, Copy, Debug)]
pub enum TestFile<'p> {
    /// Unit tests of rules.
    UnitTests {
        /// The tests.
        tests: &'p UnitTestFile,
        /// What was found while the file was read. A test with an error in it cannot be judged.
        diagnostics: &'p [Diagnostic],
    },
    /// A script.
    Script(&'p ScriptFile),
}

impl<'p> TestFile<'p> {
    /// All files of tests among those that were read.
    pub fn all(project: &'p Project) -> Vec<TestFile<'p>> {
        let unit_tests = project.files.iter().flat_map(|file| {
            Project::unit_tests_of(file).map(|tests| TestFile::UnitTests {
                tests,
                diagnostics: &file.diagnostics,
            })
        });
        unit_tests
            .chain(project.scripts().map(TestFile::Script))
            .collect()
    }

    /// The path of the file, as it is shown.
    pub fn path(&self) -> &Path {
        match self {
            TestFile::UnitTests { tests, .. } => tests.file.path(),
            TestFile::Script(script) => script.file.path(),
        }
    }
}

/// Runs the tests of files, in their order. Files and tests are run in parallel.
pub fn run_tests(files: &[TestFile<'_>], options: &RunOptions) -> Vec<TestOutcome> {
    let cache = RuleCache::new(options.ignore_unknown_fields);
    for file in files {
        let tests = match file {
            TestFile::UnitTests { tests, .. } => tests
                .tests
                .iter()
                .filter(|test| options.wants(&test.chosen_by()))
                .count(),
            TestFile::Script(_) => 1,
        };
        options.progress.expect(tests);
    }
    let outcomes = files.par_iter().map(|file| match file {
        TestFile::UnitTests { tests, diagnostics } => {
            let run = FileRun::new(tests, diagnostics, &cache);
            run.outcomes(options)
        }
        TestFile::Script(script) => {
            let mut outcomes = script::run(&script.file, &script.script, &script::engine_options());
            outcomes.retain(|outcome| options.wants(&outcome.name));
            options.progress.advance();
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

/// A test file that is ready to be run.
pub(super) struct FileRun<'f> {
    file: &'f UnitTestFile,
    rules: Vec<Arc<LoadedRules>>,
    alertmanagers: Configs,
    /// What keeps all tests from being run.
    failures: Vec<Failure>,
    /// What keeps single tests from being run.
    local: Vec<Local>,
    remarks: Vec<Remark>,
}

/// Something that keeps a test from being run.
struct Local {
    /// Its place in the test file.
    range: Range<usize>,
    /// The rows of `parameters` that have it, by their places; all where there are none.
    rows: Vec<Range<usize>>,
    failure: Failure,
}

impl Local {
    fn of(diagnostic: &Diagnostic, failure: Failure) -> Local {
        Local {
            range: diagnostic.primary.location.range.clone(),
            rows: diagnostic
                .secondary
                .iter()
                .map(|label| label.location.range.clone())
                .collect(),
            failure,
        }
    }

    /// Whether it concerns a test.
    fn concerns(&self, test: &TestGroup) -> bool {
        let of_row = |row: &Row| {
            let is_in_it = |range: &Range<usize>| row.range.contains(&range.start);
            self.rows.is_empty() || self.rows.iter().any(is_in_it)
        };
        test.range.contains(&self.range.start) && test.row.as_ref().is_none_or(of_row)
    }
}

impl<'f> FileRun<'f> {
    /// The test files that are unit tests, ready to be run.
    pub(super) fn all(files: &[TestFile<'f>], cache: &RuleCache) -> Vec<FileRun<'f>> {
        let unit_tests = files.iter().filter_map(|file| match file {
            TestFile::UnitTests { tests, diagnostics } => Some(FileRun::new(tests, diagnostics, cache)),
            TestFile::Script(_) => None,
        });
        unit_tests.collect()
    }

    fn new(file: &'f UnitTestFile, diagnostics: &[Diagnostic], cache: &RuleCache) -> Self {
        let mut run = FileRun {
            file,
            rules: Vec::new(),
            alertmanagers: Configs::read(file),
            failures: Vec::new(),
            local: Vec::new(),
            remarks: Vec::new(),
        };
        for diagnostic in diagnostics.iter().filter(|d| d.severity == Severity::Error) {
            let range = diagnostic.primary.location.range.clone();
            let failure = run.failure("config", range.start, diagnostic.message.clone());
            let within = |test: &TestGroup| test.range.contains(&range.start);
            match file.tests.iter().any(within) {
                true => run.local.push(Local::of(diagnostic, failure)),
                false => run.failures.push(failure),
            }
        }
        let mut seen = HashSet::new();
        for name in &file.group_eval_order {
            if !seen.insert(name.as_str()) {
                let message = format!("group name repeated in evaluation order: {}", name.as_str());
                run.failures
                    .push(run.failure("config", name.raw().start, message));
            }
        }
        run.load(cache);
        run
    }

    /// Reads the rule files.
    fn load(&mut self, cache: &RuleCache) {
        let mut seen = HashSet::new();
        for pattern in &self.file.rule_files {
            let at = pattern.raw().start;
            let paths = match resolve(self.file, pattern) {
                Ok(paths) => paths,
                Err(message) => {
                    self.failures.push(self.failure("rules", at, message));
                    continue;
                }
            };
            if paths.is_empty() && is_glob(pattern.as_str()) {
                let message = format!("no file matches the pattern {}", pattern.as_str());
                let line = Some(self.file.file.line_column(at).line);
                self.remarks.push(Remark { message, line });
            }
            for path in paths {
                // A file that is named twice counts once.
                if !seen.insert(path.clone()) {
                    continue;
                }
                let rules = cache.get(&path);
                let errors = rules.errors.iter();
                let failures: Vec<_> = errors.map(|e| self.failure("rules", at, e.clone())).collect();
                self.failures.extend(failures);
                self.rules.push(rules);
            }
        }
        let groups: Vec<&str> = self
            .rule_files()
            .flat_map(|f| &f.groups)
            .map(|g| g.name())
            .collect();
        let unknown = self
            .file
            .group_eval_order
            .iter()
            .filter(|name| !groups.contains(&name.as_str()));
        let remarks: Vec<Remark> = unknown
            .map(|name| Remark {
                message: format!(
                    "`group_eval_order` names {}, and no rule file has such a group",
                    name.as_str()
                ),
                line: Some(self.file.file.line_column(name.raw().start).line),
            })
            .collect();
        self.remarks.extend(remarks);
    }

    /// The documents with the rules that the tests see.
    pub(super) fn rule_files(&self) -> impl Iterator<Item = &RuleFile> {
        self.rules.iter().flat_map(|loaded| &loaded.rules)
    }

    /// The tests whose names are wanted, each with what keeps it from being run.
    pub(super) fn cases<'r>(&'r self, options: &'r RunOptions) -> Vec<(Case<'r>, Vec<Failure>)> {
        let tests = self.file.tests.iter();
        let wanted = tests.filter(|test| options.wants(&test.chosen_by()));
        let cases = wanted.map(|test| {
            let case = Case {
                file: self.file,
                test,
                options,
                alertmanager: self.alertmanagers.of(self.file, test),
            };
            let local = self.local.iter().filter(|local| local.concerns(test));
            let mut failures = self.failures.clone();
            failures.extend(local.map(|local| local.failure.clone()));
            let faults = self.alertmanagers.faults(self.file, test).into_iter();
            failures.extend(faults.map(|(at, fault)| self.failure("config", at, fault.to_owned())));
            (case, failures)
        });
        cases.collect()
    }

    /// Runs the tests whose names are wanted.
    fn outcomes(&self, options: &RunOptions) -> Vec<TestOutcome> {
        let rules: Vec<&RuleFile> = self.rule_files().collect();
        let cases = self.cases(options).into_par_iter();
        let outcomes = cases.map(|(case, failures)| {
            let outcome = if failures.is_empty() {
                case.run(&rules)
            } else {
                case.not_run(failures)
            };
            options.progress.advance();
            outcome
        });
        let mut outcomes: Vec<TestOutcome> = outcomes.collect();
        // What is odd about the file is said once.
        if let Some(first) = outcomes.first_mut() {
            first.remarks.splice(0..0, self.remarks.iter().cloned());
        }
        outcomes
    }

    fn failure(&self, kind: &'static str, at: usize, message: String) -> Failure {
        let at = self.file.file.line_column(at);
        let mut failure = Failure::new(kind, message);
        (failure.line, failure.column) = (Some(at.line), Some(at.column));
        failure
    }
}

#[cfg(test)]
mod tests;

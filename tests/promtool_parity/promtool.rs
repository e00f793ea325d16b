//! promtool as an oracle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;

use crate::program::promtool;

/// The program.
pub(crate) struct Promtool(PathBuf);

/// What it found wrong, by test file and by the name of the test.
pub(crate) type Failures = BTreeMap<(PathBuf, String), Vec<String>>;

impl Promtool {
    /// The program, where there is one.
    pub(crate) fn find() -> Option<Self> {
        promtool().map(Promtool)
    }

    /// Runs test files. A file that it refuses as a whole panics.
    pub(crate) fn test(&self, files: &[PathBuf]) -> Failures {
        let folder = tempfile::tempdir().expect("a folder for the report");
        let report = folder.path().join("report.xml");
        let output = Command::new(&self.0)
            .args(["test", "rules"])
            .arg(format!("--junit={}", report.display()))
            .args(files)
            .output()
            .expect("promtool runs");
        let report = std::fs::read_to_string(&report).expect("promtool writes a report");
        let said = String::from_utf8_lossy(&output.stderr);
        let failures = read_report(&report);
        let tests = |file: &Path| failures.keys().filter(|(path, _)| path == file).count();
        for file in files {
            assert!(tests(file) > 0, "{} has no tests: {said}", file.display());
        }
        failures
    }
}

/// Reads promtool's JUnit report: suites are files, cases are tests.
fn read_report(report: &str) -> Failures {
    static TAGS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"<testsuite name="([^"]*)"|<testcase name="([^"]*)"|(?s:<failure>(.*?)</failure>)"#)
            .expect("compiles")
    });
    let mut failures = Failures::new();
    let mut key = (PathBuf::new(), String::new());
    for tag in TAGS.captures_iter(report) {
        if let Some(suite) = tag.get(1) {
            key.0 = PathBuf::from(unescape(suite.as_str()));
        } else if let Some(case) = tag.get(2) {
            key.1 = unescape(case.as_str());
            failures.entry(key.clone()).or_default();
        } else if let Some(failure) = tag.get(3) {
            failures
                .entry(key.clone())
                .or_default()
                .push(unescape(failure.as_str()));
        }
    }
    failures
}

fn unescape(text: &str) -> String {
    let escapes = [
        ("&#xA;", "\n"),
        ("&#x9;", "\t"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    escapes.iter().fold(text.to_owned(), |text, (escape, plain)| {
        text.replace(escape, plain)
    })
}

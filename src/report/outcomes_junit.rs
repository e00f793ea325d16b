//! Outcomes as JUnit XML, the dialect that CI systems read: a suite for each file, a case for each test, in it
//! `failure` where an assertion did not hold and `error` where the test could not be judged.
//!
//! promtool writes some of these elements and attributes (`testsuite` with `name`, `tests`, `failures`, `errors`,
//! `skipped`, `timestamp`; `testcase` with `name`; the texts of `failure` and `error`), and they mean the same here.
//! As there, `failures` counts the failed assertions.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::Duration;

use super::outcomes_text;
use super::xml::escaped;
use crate::outcome::{Status, TestOutcome};

pub(super) fn render(outcomes: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    let count = Count::of(outcomes);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="rulecheck" tests="{}" failures="{}" errors="{}" time="{}">"#,
        outcomes.len(),
        count.failures,
        count.errors,
        seconds(count.took)
    )?;
    for of_file in outcomes.chunk_by(|a, b| a.path == b.path) {
        suite(of_file, out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Count {
    failures: usize,
    errors: usize,
    took: Duration,
}

impl Count {
    fn of(outcomes: &[TestOutcome]) -> Count {
        let with = |status| outcomes.iter().filter(move |o| o.status == status);
        Count {
            failures: with(Status::Failed).map(|o| o.failures.len()).sum(),
            errors: with(Status::Error).count(),
            took: outcomes.iter().map(|o| o.took).sum(),
        }
    }
}

fn suite(tests: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    let path = tests[0].path.display().to_string();
    let count = Count::of(tests);
    // In UTC, so that it means the same everywhere.
    let now = jiff::Timestamp::now();
    writeln!(
        out,
        r#"  <testsuite name="{path}" tests="{}" failures="{}" errors="{}" skipped="0" timestamp="{}" time="{}" file="{path}">"#,
        tests.len(),
        count.failures,
        count.errors,
        now.strftime("%Y-%m-%dT%H:%M:%S"),
        seconds(count.took),
        path = escaped(&path),
    )?;
    let alerts: BTreeSet<&str> = tests.iter().flat_map(|t| &t.alerts).map(String::as_str).collect();
    writeln!(out, "    <properties>")?;
    property("rulecheck.version", env!("CARGO_PKG_VERSION"), out)?;
    for alert in alerts {
        property("alert", alert, out)?;
    }
    writeln!(out, "    </properties>")?;
    for test in tests {
        case(test, out)?;
    }
    writeln!(out, "  </testsuite>")
}

fn property(name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        r#"      <property name="{name}" value="{}"/>"#,
        escaped(value)
    )
}

fn case(test: &TestOutcome, out: &mut dyn Write) -> io::Result<()> {
    let path = test.path.display().to_string();
    let line = test
        .line
        .map_or(String::new(), |line| format!(r#" line="{line}""#));
    write!(
        out,
        r#"    <testcase name="{}" classname="{path}" time="{}" file="{path}"{line}"#,
        escaped(&test.name),
        seconds(test.took),
        path = escaped(&path),
    )?;
    let element = match test.status {
        Status::Passed => return writeln!(out, "/>"),
        Status::Failed => "failure",
        Status::Error => "error",
    };
    writeln!(out, ">")?;
    for failure in &test.failures {
        writeln!(
            out,
            r#"      <{element} message="{}" type="{}">{}</{element}>"#,
            escaped(&failure.message),
            escaped(failure.kind),
            escaped(&outcomes_text::plain(&test.path, failure))
        )?;
    }
    writeln!(out, "    </testcase>")
}

fn seconds(took: Duration) -> String {
    format!("{:.3}", took.as_secs_f64())
}

#[cfg(test)]
mod tests;

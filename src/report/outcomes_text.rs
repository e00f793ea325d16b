//! Outcomes for people: a line for each test file, each failure with what differs and the states of the alert over
//! time, and a summary that names the alerts that were tested.

mod difference;
mod explanation;
mod failure;
mod states;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use super::{Style, TestSummary, counted};
use crate::outcome::{Failure, Status, TestOutcome};

/// How failures are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    /// Colours and width.
    pub(super) style: Style,
    /// Whether expected and actual values are compared line by line, rather than piece by piece.
    pub(super) unified: bool,
}

pub(super) fn render(drawing: Drawing, outcomes: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    let style = drawing.style;
    for of_file in outcomes.chunk_by(|a, b| a.path == b.path) {
        file(drawing, &of_file[0].path, of_file, out)?;
    }
    if !outcomes.is_empty() {
        writeln!(out)?;
    }
    let alerts: BTreeSet<&str> = outcomes
        .iter()
        .flat_map(|o| o.alerts.iter().map(String::as_str))
        .collect();
    if !alerts.is_empty() {
        let heading = format!("{} tested:", counted(alerts.len(), "alert"));
        let list = alerts.into_iter().collect::<Vec<_>>().join(", ");
        for line in textwrap(&format!("{heading} {list}"), style.width) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out, "{}", summary_line(style, outcomes))
}

/// `31 tests in 4 files: 30 passed, 1 failed`.
pub(super) fn summary_line(style: Style, outcomes: &[TestOutcome]) -> String {
    let files = outcomes.chunk_by(|a, b| a.path == b.path).count();
    let TestSummary {
        passed,
        failed,
        errors,
    } = TestSummary::of(outcomes);
    let mut parts = vec![style.good(&format!("{passed} passed"))];
    if failed > 0 {
        parts.push(style.bad(&format!("{failed} failed")));
    }
    if errors > 0 {
        parts.push(style.bad(&format!("{errors} could not be judged")));
    }
    format!(
        "{} in {}: {}",
        counted(outcomes.len(), "test"),
        counted(files, "file"),
        parts.join(", ")
    )
}

fn file(drawing: Drawing, path: &Path, tests: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    let style = drawing.style;
    let passed = tests.iter().filter(|t| t.status == Status::Passed).count();
    let tally = format!("{passed}/{} passed", tests.len());
    let mark = if passed == tests.len() {
        style.good("✓")
    } else {
        style.bad("✗")
    };
    writeln!(out, "{mark} {}  {}", path.display(), style.faint(&tally))?;
    for test in tests {
        for remark in &test.remarks {
            let place = style.faint(&format!("({})", place(path, remark.line, None)));
            writeln!(out, "  {} {} {place}", style.strong("note:"), remark.message)?;
        }
    }
    for test in tests.iter().filter(|test| !test.explanations.is_empty()) {
        let place = style.faint(&format!("({})", place(path, test.line, None)));
        writeln!(out, "\n  {} {place}", style.strong(&test.name))?;
        for explained in &test.explanations {
            explanation::draw(style, explained, "    ", out)?;
        }
    }
    let not_passed: Vec<&TestOutcome> = tests.iter().filter(|t| t.status != Status::Passed).collect();
    // What keeps a whole file from being judged is said once.
    let alike = |a: &&TestOutcome, b: &&TestOutcome| {
        (a.status, b.status) == (Status::Error, Status::Error) && a.failures == b.failures
    };
    for tests in not_passed.chunk_by(alike) {
        let status = match tests[0].status {
            Status::Error => "ERROR",
            _ => "FAILED",
        };
        for test in tests {
            let place = style.faint(&format!("({})", place(path, test.line, None)));
            writeln!(
                out,
                "\n  {} {} {place}",
                style.bad(status),
                style.strong(&test.name)
            )?;
        }
        failure::draw_all(drawing, path, &tests[0].failures, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// A failure as plain text, without indentation.
pub(super) fn plain(path: &Path, failure: &Failure) -> String {
    let drawing = Drawing {
        style: Style::PLAIN,
        unified: false,
    };
    let mut drawn = Vec::new();
    // Writing into memory cannot fail.
    let _ = failure::draw_all(drawing, path, std::slice::from_ref(failure), &mut drawn);
    let drawn = String::from_utf8_lossy(&drawn);
    let lines = drawn
        .lines()
        .map(|line| line.strip_prefix("    ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// `path:line:column`, as far as it is known.
pub(super) fn place(path: &Path, line: Option<usize>, column: Option<usize>) -> String {
    let mut place = path.display().to_string();
    for number in [line, column.filter(|_| line.is_some())].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    place
}

/// Breaks a line at spaces so that it fits the width; words are never broken.
fn textwrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(format!("  {word}"));
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests;

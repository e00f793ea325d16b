//! Outcomes for people: a line for each test file, each failure with its difference and the states of the
//! alert over time, and a summary that names the alerts that were tested.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use promql_syntax::format_duration;
use similar::{ChangeTag, TextDiff};

use super::{Style, TestSummary, counted};
use crate::outcome::{AlertState, Failure, Status, TestOutcome, Timeline};

pub(super) fn render(style: Style, outcomes: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    for of_file in outcomes.chunk_by(|a, b| a.path == b.path) {
        file(style, &of_file[0].path, of_file, out)?;
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
fn summary_line(style: Style, outcomes: &[TestOutcome]) -> String {
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

fn file(style: Style, path: &Path, tests: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
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
        for failure in &tests[0].failures {
            show_failure(style, path, failure, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `path:line:column`, as far as it is known.
fn place(path: &Path, line: Option<usize>, column: Option<usize>) -> String {
    let mut place = path.display().to_string();
    for number in [line, column.filter(|_| line.is_some())].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    place
}

fn show_failure(style: Style, path: &Path, failure: &Failure, out: &mut dyn Write) -> io::Result<()> {
    let place = match failure.line {
        Some(_) => format!("{}: ", place(path, failure.line, failure.column)),
        None => String::new(),
    };
    let mut lines = failure.message.lines();
    writeln!(out, "    {place}{}", lines.next().unwrap_or_default())?;
    for line in lines {
        writeln!(out, "    {line}")?;
    }
    if failure.expected.is_some() || failure.actual.is_some() {
        let expected = failure.expected.as_deref().unwrap_or_default();
        let actual = failure.actual.as_deref().unwrap_or_default();
        difference(style, expected, actual, out)?;
    }
    if let Some(timeline) = &failure.timeline {
        writeln!(out, "      states: {}", timeline_line(style, timeline))?;
    }
    Ok(())
}

/// Expected lines that did not come (`-`) and lines that came unexpected (`+`), among those that agree.
fn difference(style: Style, expected: &str, actual: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "      {} {}",
        style.bad("- expected"),
        style.good("+ actual")
    )?;
    for change in TextDiff::from_lines(expected, actual).iter_all_changes() {
        let text = change.value();
        let line = text.trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Equal => writeln!(out, "        {line}")?,
            ChangeTag::Delete => writeln!(out, "      {}", style.bad(&format!("- {line}")))?,
            ChangeTag::Insert => writeln!(out, "      {}", style.good(&format!("+ {line}")))?,
        }
    }
    Ok(())
}

/// `0s..4m30s inactive, 5m..9m30s pending, ▶10m..30m firing◀ (asserted at 12m)`.
fn timeline_line(style: Style, timeline: &Timeline) -> String {
    let asserted = timeline
        .asserted_at_ms
        .map_or(0, |at| timeline.spans.partition_point(|span| span.from_ms <= at));
    let spans = timeline.spans.iter().enumerate().map(|(number, span)| {
        let range = if span.from_ms == span.to_ms {
            format_duration(span.from_ms)
        } else {
            format!(
                "{}..{}",
                format_duration(span.from_ms),
                format_duration(span.to_ms)
            )
        };
        let state = match span.state {
            AlertState::Inactive => span.state.as_str().to_owned(),
            _ if span.active > 1 => format!("{} ({})", span.state.as_str(), span.active),
            _ => span.state.as_str().to_owned(),
        };
        let text = format!("{range} {state}");
        match (number + 1 == asserted, span.state) {
            (true, _) => style.strong(&format!("[{text}]")),
            (false, AlertState::Inactive) => style.faint(&text),
            (false, _) => text,
        }
    });
    let spans = spans.collect::<Vec<_>>().join(", ");
    match timeline.asserted_at_ms {
        Some(at) => format!("{spans}; asserted at {}", format_duration(at)),
        None => spans,
    }
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
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_broken_at_spaces() {
        assert_eq!(
            textwrap("alerts tested: Alpha, Beta", 20),
            ["alerts tested:", "  Alpha, Beta"]
        );
    }
}

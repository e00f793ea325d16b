//! Outcomes in the Test Anything Protocol, version 14: a line for each test, and where it did not pass a block of YAML
//! with what happened.

use std::io::{self, Write};

use super::outcomes_text;
use crate::outcome::{Failure, Status, TestOutcome};

pub(super) fn render(outcomes: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TAP version 14")?;
    writeln!(out, "1..{}", outcomes.len())?;
    for (number, outcome) in outcomes.iter().enumerate() {
        let result = match outcome.status {
            Status::Passed => "ok",
            Status::Failed | Status::Error => "not ok",
        };
        let name = format!("{}: {}", outcome.path.display(), outcome.name);
        writeln!(out, "{result} {} - {}", number + 1, description(&name))?;
        if outcome.status != Status::Passed {
            diagnostics(outcome, out)?;
        }
        for remark in &outcome.remarks {
            writeln!(out, "# {}", remark.message.replace(['\n', '\r'], " "))?;
        }
    }
    Ok(())
}

/// A description on one line, with no `#` that would begin a directive.
fn description(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('#', "\\#")
        .replace(['\n', '\r'], " ")
}

fn diagnostics(outcome: &TestOutcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  ---")?;
    let severity = match outcome.status {
        Status::Error => "error",
        Status::Failed | Status::Passed => "fail",
    };
    writeln!(out, "  severity: {severity}")?;
    place(outcome, outcome.line, "  ", out)?;
    writeln!(out, "  duration_ms: {}", outcome.took.as_millis())?;
    writeln!(out, "  failures:")?;
    for failure in &outcome.failures {
        show(outcome, failure, out)?;
    }
    writeln!(out, "  ...")
}

fn show(outcome: &TestOutcome, failure: &Failure, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "    - message: {}", scalar(&failure.message, 8))?;
    writeln!(out, "      kind: {}", failure.kind)?;
    place(outcome, failure.line, "      ", out)?;
    if let Some(expected) = &failure.expected {
        writeln!(out, "      expected: {}", scalar(expected, 8))?;
    }
    if let Some(actual) = &failure.actual {
        writeln!(out, "      actual: {}", scalar(actual, 8))?;
    }
    let drawn = outcomes_text::plain(&outcome.path, failure);
    writeln!(out, "      details: {}", scalar(&drawn, 8))
}

fn place(outcome: &TestOutcome, line: Option<usize>, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{indent}at:")?;
    let path = outcome.path.display().to_string();
    writeln!(out, "{indent}  file: {}", scalar(&path, 8))?;
    match line {
        Some(line) => writeln!(out, "{indent}  line: {line}"),
        None => Ok(()),
    }
}

/// Text as a YAML scalar: in double quotes, or, where it has several lines of plain characters, as a block indented
/// by this many columns.
fn scalar(text: &str, indent: usize) -> String {
    let printable =
        |c: char| c == '\n' || !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if text.contains('\n') && text.chars().all(printable) && !text.starts_with([' ', '\n']) {
        let keep = if text.ends_with('\n') { "|+" } else { "|-" };
        let space = " ".repeat(indent);
        let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
        let lines = lines.map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("\n{space}{line}"),
        });
        return format!("{keep}{}", lines.collect::<String>());
    }
    // JSON's strings are YAML's too.
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;

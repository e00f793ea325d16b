//! One failure: what it is, what differs, the states of the alert, the rule.

use std::io::{self, Write};
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::{Drawing, difference, explanation, place, states};
use crate::outcome::{Failure, RuleSource};
use crate::report::Style;

/// Longer expressions are cut.
const MOST_LINES: usize = 12;

/// Draws the failures of a test. A rule that several of them are about is shown once.
pub(super) fn draw_all(
    drawing: Drawing,
    path: &Path,
    failures: &[Failure],
    out: &mut dyn Write,
) -> io::Result<()> {
    for (number, failure) in failures.iter().enumerate() {
        draw(drawing, path, failure, out)?;
        let following = failures.get(number + 1);
        if following.is_none_or(|next| next.rules != failure.rules) {
            for rule in &failure.rules {
                draw_rule(drawing.style, rule, out)?;
            }
        }
    }
    Ok(())
}

fn draw(drawing: Drawing, path: &Path, failure: &Failure, out: &mut dyn Write) -> io::Result<()> {
    let style = drawing.style;
    let place = match failure.line {
        Some(_) => format!("{}: ", place(path, failure.line, failure.column)),
        None => String::new(),
    };
    let mut lines = failure.message.lines();
    writeln!(out, "    {place}{}", lines.next().unwrap_or_default())?;
    for line in lines {
        writeln!(out, "    {line}")?;
    }
    match &failure.difference {
        Some(difference) if !drawing.unified => difference::draw(style, path, difference, out)?,
        _ if failure.expected.is_some() || failure.actual.is_some() => {
            let expected = failure.expected.as_deref().unwrap_or_default();
            let actual = failure.actual.as_deref().unwrap_or_default();
            line_by_line(style, expected, actual, out)?;
        }
        _ => {}
    }
    if let Some(timeline) = &failure.timeline {
        states::draw(style, timeline, out)?;
    }
    for explained in &failure.explanations {
        explanation::draw(style, explained, "      ", out)?;
    }
    Ok(())
}

/// Expected lines that did not come (`-`) and lines that came unexpected (`+`), among those that agree.
fn line_by_line(style: Style, expected: &str, actual: &str, out: &mut dyn Write) -> io::Result<()> {
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

/// Where the rule stands, and its expression.
fn draw_rule(style: Style, rule: &RuleSource, out: &mut dyn Write) -> io::Result<()> {
    let place = place(&rule.path, Some(rule.line), None);
    writeln!(
        out,
        "      rule:   {} {}",
        rule.name,
        style.faint(&format!("({place})"))
    )?;
    let lines: Vec<&str> = rule.expression.trim_end().lines().collect();
    for line in lines.iter().take(MOST_LINES) {
        writeln!(out, "        {}", style.faint(line))?;
    }
    if lines.len() > MOST_LINES {
        let left = format!("… {} more lines", lines.len() - MOST_LINES);
        writeln!(out, "        {}", style.faint(&left))?;
    }
    Ok(())
}

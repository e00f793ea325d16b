//! What an expression was worth: a tree of its parts, each with its value, and what was otherwise when the outcome
//! was another one.

use std::io::{self, Write};

use promql_engine::gofmt::float_g;
use promql_syntax::format_duration;

use super::place;
use crate::outcome::{ExplainedPart, Explanation, Turn, Worth};
use crate::report::Style;

/// Longer texts of parts are shown in outline, in columns.
const LONGEST: usize = 50;
/// Longer outlines are cut in their middle.
const LONGEST_OUTLINE: usize = 80;

/// Draws an explanation, indented by this much.
pub(super) fn draw(
    style: Style,
    explanation: &Explanation,
    indent: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let at = format_duration(explanation.at_ms);
    match &explanation.rule {
        Some(rule) => {
            let place = style.faint(&format!("({})", place(&rule.path, Some(rule.line), None)));
            writeln!(out, "{indent}{} at {at} {place}", style.strong(&rule.name))?;
        }
        None => writeln!(out, "{indent}at {at}:")?,
    }
    for (number, part) in explanation.parts.iter().enumerate() {
        if part.is_literal && number > 0 {
            continue;
        }
        draw_part(style, &explanation.parts, number, indent, out)?;
    }
    for (turn, when) in [(&explanation.before, "before"), (&explanation.after, "after")] {
        if let Some(turn) = turn {
            draw_turn(style, &explanation.parts, turn, when, indent, out)?;
        }
    }
    Ok(())
}

fn draw_part(
    style: Style,
    parts: &[ExplainedPart],
    number: usize,
    indent: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let part = &parts[number];
    let (head, below) = branches(parts, number);
    let time = part.elsewhen_ms.map_or(String::new(), |then| {
        style.faint(&format!(" at {}", format_duration(then)))
    });
    let text = shown(part);
    let (value, more) = worth(style, &part.worth);
    writeln!(
        out,
        "{indent}  {}{text}{time}  {} {value}",
        style.faint(&head),
        style.faint("→")
    )?;
    let why = part.why.iter().map(|why| style.caution(why));
    for line in why.chain(more) {
        writeln!(out, "{indent}  {}  {line}", style.faint(&below))?;
    }
    Ok(())
}

/// The lines of the tree in front of a part, and below it.
fn branches(parts: &[ExplainedPart], number: usize) -> (String, String) {
    let depth = parts[number].depth;
    // Whether another part follows at a depth, before the tree goes up again.
    let continues = |depth: usize| {
        let following = parts[number + 1..].iter().filter(|part| !part.is_literal);
        let mut following = following.take_while(|part| part.depth >= depth);
        following.any(|part| part.depth == depth)
    };
    let mut head = String::new();
    for above in 1..depth {
        head.push_str(if continues(above) { "│ " } else { "  " });
    }
    let mut below = head.clone();
    if depth > 0 {
        let follows = continues(depth);
        head.push_str(if follows { "├ " } else { "└ " });
        below.push_str(if follows { "│ " } else { "  " });
    }
    below.push_str(if continues(depth + 1) { "│" } else { " " });
    (head, below)
}

/// The value in a few words, and lines with what does not fit there.
fn worth(style: Style, worth: &Worth) -> (String, Vec<String>) {
    match worth {
        Worth::Number(value) => (style.strong(&float_g(*value)), Vec::new()),
        Worth::Text(text) => (format!("{text:?}"), Vec::new()),
        Worth::Fault(message) => (style.bad(message), Vec::new()),
        Worth::Series { count: 0, .. } | Worth::Ranges { count: 0, .. } => {
            (style.caution("nothing"), Vec::new())
        }
        Worth::Series { count, first } => {
            let lines = first
                .iter()
                .map(|series| format!("{} {}", series.metric, style.strong(&series.value)));
            listed(*count, lines.collect())
        }
        Worth::Ranges { count, first } => {
            let sample =
                |(at, value): &(i64, String)| format!("{} at {}", style.strong(value), format_duration(*at));
            let lines = first.iter().map(|range| match range.samples {
                1 => format!("{} 1 sample: {}", range.metric, sample(&range.first)),
                n => format!(
                    "{} {n} samples, {} … {}",
                    range.metric,
                    sample(&range.first),
                    sample(&range.last)
                ),
            });
            listed(*count, lines.collect())
        }
    }
}

/// One line stands alone; of several, how many there are stands above.
fn listed(count: usize, mut lines: Vec<String>) -> (String, Vec<String>) {
    if count == 1 && lines.len() == 1 {
        return (lines.remove(0), Vec::new());
    }
    if count > lines.len() {
        lines.push(format!("… {} more", count - lines.len()));
    }
    (format!("{count} series"), lines)
}

fn draw_turn(
    style: Style,
    parts: &[ExplainedPart],
    turn: &Turn,
    when: &str,
    indent: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let at = format_duration(turn.at_ms);
    writeln!(out, "{indent}{when}, at {at}, it was otherwise:")?;
    for (number, value) in &turn.changed {
        let (value, more) = worth(style, value);
        let part = &parts[*number];
        let depth = "  ".repeat(part.depth);
        writeln!(
            out,
            "{indent}  {depth}{}  {} {value}",
            shown(part),
            style.faint("→")
        )?;
        for line in more {
            writeln!(out, "{indent}  {depth}    {line}")?;
        }
    }
    Ok(())
}

/// The text of a part, or where it is long what it does with its operands, which have lines of their own.
fn shown(part: &ExplainedPart) -> String {
    if part.text.chars().count() <= LONGEST {
        return part.text.clone();
    }
    let outline = &part.outline;
    let count = outline.chars().count();
    if count <= LONGEST_OUTLINE {
        return outline.clone();
    }
    let half = LONGEST_OUTLINE / 2 - 1;
    let start: String = outline.chars().take(half).collect();
    let end: String = outline.chars().skip(count - half).collect();
    format!("{start}…{end}")
}

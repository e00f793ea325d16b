//! The states of an alert over time: as a list, and as a line on which the asserted moment is marked.

use std::io::{self, Write};

use promql_syntax::format_duration;

use crate::outcome::{AlertState, Timeline, TimelineSpan};
use crate::report::Style;

/// How wide the line is at most, in columns.
const WIDTH: i64 = 60;

pub(super) fn draw(style: Style, timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "      states: {}", list(style, timeline))?;
    if timeline.spans.len() < 2 {
        return Ok(());
    }
    let (line, mark) = line(style, timeline);
    writeln!(out, "        {line}")?;
    match mark {
        Some(mark) => writeln!(out, "        {mark}"),
        None => Ok(()),
    }
}

/// `0s..4m30s inactive, 5m..9m30s pending, [10m..30m firing]; asserted at 12m`.
fn list(style: Style, timeline: &Timeline) -> String {
    let asserted = timeline
        .asserted_at_ms
        .map_or(0, |at| timeline.spans.partition_point(|span| span.from_ms <= at));
    let spans = timeline.spans.iter().enumerate().map(|(number, span)| {
        let state = match span.state {
            AlertState::Inactive => span.state.as_str().to_owned(),
            _ if span.active > 1 => format!("{} ({})", span.state.as_str(), span.active),
            _ => span.state.as_str().to_owned(),
        };
        let text = format!("{} {state}", range(span.from_ms, span.to_ms));
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

/// `5m..9m`, or `5m` where both are the same.
pub(super) fn range(from_ms: i64, to_ms: i64) -> String {
    if from_ms == to_ms {
        return format_duration(from_ms);
    }
    format!("{}..{}", format_duration(from_ms), format_duration(to_ms))
}

/// `──────▒▒▒▒██████`, and a line with a mark below the asserted moment. Columns stand for equal times; where states
/// change within one, it has the highest of them.
fn line(style: Style, timeline: &Timeline) -> (String, Option<String>) {
    let spans = &timeline.spans;
    let start = spans.first().map_or(0, |span| span.from_ms);
    let end = spans.last().map_or(0, |span| span.to_ms);
    // The distance between evaluations is that of the nearest two known ones.
    let step = spans
        .windows(2)
        .map(|pair| pair[1].from_ms - pair[0].to_ms)
        .min()
        .unwrap_or(1)
        .max(1);
    let evaluations = (end - start) / step + 1;
    let per_column = evaluations.div_euclid(WIDTH) + i64::from(evaluations.rem_euclid(WIDTH) > 0);
    let column_ms = per_column.max(1).saturating_mul(step);
    let columns = (end - start) / column_ms + 1;
    let line = (0..columns).map(|column| {
        let from = start + column * column_ms;
        let within = |span: &&TimelineSpan| span.from_ms < from + column_ms && from <= span.to_ms;
        let states = spans.iter().filter(within).map(|span| span.state);
        match states.max() {
            None | Some(AlertState::Inactive) => style.faint("─"),
            Some(AlertState::Pending) => style.caution("▒"),
            Some(AlertState::Firing) => style.bad("█"),
        }
    });
    let line = line.collect();
    let mark = timeline.asserted_at_ms.map(|at| {
        let column = ((at - start) / column_ms).clamp(0, columns - 1);
        let space = " ".repeat(usize::try_from(column).unwrap_or(0));
        format!("{space}{}", style.strong(&format!("▲ {}", format_duration(at))))
    });
    (line, mark)
}

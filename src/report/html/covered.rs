//! What the tests see and assert of a rule, on its lines.

use std::ops::Range;

use maud::{Markup, html};

use super::source;
use crate::outcome::{CoverageTally, CoveredRule, Element};

/// `covered 12 of 14`.
pub(super) fn tally(tally: CoverageTally) -> String {
    format!("{} of {} covered", tally.covered, tally.all)
}

/// The lines of a rule with their numbers. Beside each is how much of what there is to see on it a test covers, and
/// below it what is missing.
pub(super) fn lines(rule: &CoveredRule, lines: &[&str], first: usize) -> Markup {
    let indentation = source::indentation(lines.iter().copied());
    let file = &rule.place.file;
    html! {
        table.lines.covered {
            @for (index, line) in lines.iter().enumerate() {
                @let number = first + index;
                @let on_it: Vec<&Element> = rule.elements.iter().filter(|element| element.line() == number).collect();
                @let begin = file.line_start(number) + indentation;
                tr {
                    td.line { (number) }
                    td.cover { (share(&on_it)) }
                    td { code { (marked(source::dedented(line, indentation), &missed(rule, begin))) } }
                }
                @for element in on_it.iter().filter(|element| element.tests == 0) {
                    tr.missing { td {} td {} td { "Not covered: " (element.missing) } }
                }
            }
        }
    }
}

/// How much of what is on a line is covered.
fn share(on_it: &[&Element]) -> Markup {
    let covered = on_it.iter().filter(|element| element.tests > 0).count();
    let class = match covered {
        all if all == on_it.len() => "full",
        0 => "none",
        _ => "part",
    };
    html! {
        @if !on_it.is_empty() {
            span class=(class) { (covered) "/" (on_it.len()) span.unseen { " covered" } }
        }
    }
}

/// The pieces of the file that no test covers, from a place in it on.
fn missed(rule: &CoveredRule, begin: usize) -> Vec<Range<usize>> {
    let missing = rule.elements.iter().filter(|element| element.tests == 0);
    let within = |element: &Element| {
        let Range { start, end } = element.place.range;
        start.saturating_sub(begin)..end.saturating_sub(begin)
    };
    let mut pieces: Vec<Range<usize>> = missing.map(within).filter(|piece| !piece.is_empty()).collect();
    pieces.sort_by_key(|piece| piece.start);
    pieces
}

/// A line with these pieces of it marked. They are sorted; those that overlap are one.
fn marked(line: &str, pieces: &[Range<usize>]) -> Markup {
    let mut done = 0;
    let mut parts: Vec<(bool, &str)> = Vec::new();
    for piece in pieces {
        let (start, end) = (
            piece.start.clamp(done, line.len()),
            piece.end.clamp(done, line.len()),
        );
        let (Some(before), Some(within)) = (line.get(done..start), line.get(start..end)) else {
            continue;
        };
        parts.extend([(false, before), (true, within)]);
        done = end;
    }
    parts.push((false, line.get(done..).unwrap_or_default()));
    html! {
        @for (is_marked, text) in parts {
            @if is_marked && !text.is_empty() { mark { (text) } } @else { (text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_line_are_marked_once() {
        let drawn = |line, pieces: &[(usize, usize)]| {
            let pieces: Vec<Range<usize>> = pieces.iter().map(|(start, end)| *start..*end).collect();
            marked(line, &pieces).into_string()
        };
        assert_eq!(drawn("up > 0", &[]), "up &gt; 0");
        assert_eq!(drawn("up > 0", &[(3, 4)]), "up <mark>&gt;</mark> 0");
        assert_eq!(
            drawn("up > 0", &[(0, 2), (0, 6)]),
            "<mark>up</mark><mark> &gt; 0</mark>"
        );
        assert_eq!(drawn("up > 0", &[(5, 90), (100, 110)]), "up &gt; <mark>0</mark>");
        // What is not on the boundary of a character is not marked.
        assert_eq!(drawn("é", &[(1, 2)]), "é");
    }
}

//! Outcomes as commands of GitHub's workflows: an annotation at the place of each failure, then the summary.

use std::io::{self, Write};

use super::github::{self, Annotation};
use super::{Style, outcomes_text};
use crate::outcome::{Status, TestOutcome};

pub(super) fn render(outcomes: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    for outcome in outcomes {
        let mut annotate = |level, line: Option<usize>, column: Option<usize>, message: String| {
            let numbers = [("line", line), ("col", column)];
            let annotation = Annotation {
                level,
                path: &outcome.path,
                place: numbers
                    .into_iter()
                    .filter_map(|(name, number)| Some((name, number?)))
                    .collect(),
                title: &outcome.name,
                message,
            };
            github::write(&annotation, out)
        };
        for remark in &outcome.remarks {
            annotate("notice", remark.line, None, remark.message.clone())?;
        }
        if outcome.status == Status::Passed {
            continue;
        }
        for failure in &outcome.failures {
            let text = outcomes_text::plain(&outcome.path, failure);
            annotate("error", failure.line.or(outcome.line), failure.column, text)?;
        }
    }
    writeln!(out, "{}", outcomes_text::summary_line(Style::PLAIN, outcomes))
}

#[cfg(test)]
mod tests;

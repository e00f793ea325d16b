//! Outcomes as commands of GitHub's workflows: an annotation at the place of each failure, then the summary.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Style, outcomes_text};
use crate::outcome::{Status, TestOutcome};

pub(super) fn render(outcomes: &[TestOutcome], out: &mut dyn Write) -> io::Result<()> {
    let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
    for outcome in outcomes {
        let path = within(&outcome.path, workspace.as_deref());
        let mut annotate =
            |level: &str, line: Option<usize>, column: Option<usize>, title: &str, text: &str| {
                let mut properties = vec![format!("file={}", property(&path.display().to_string()))];
                let numbers = [("line", line), ("col", column)];
                let numbers = numbers
                    .into_iter()
                    .filter_map(|(name, number)| Some((name, number?)));
                properties.extend(numbers.map(|(name, number)| format!("{name}={number}")));
                properties.push(format!("title={}", property(title)));
                writeln!(out, "::{level} {}::{}", properties.join(","), data(text))
            };
        for remark in &outcome.remarks {
            annotate("notice", remark.line, None, &outcome.name, &remark.message)?;
        }
        if outcome.status == Status::Passed {
            continue;
        }
        for failure in &outcome.failures {
            let line = failure.line.or(outcome.line);
            let text = outcomes_text::plain(&outcome.path, failure);
            annotate("error", line, failure.column, &outcome.name, &text)?;
        }
    }
    writeln!(out, "{}", outcomes_text::summary_line(Style::PLAIN, outcomes))
}

/// The path as GitHub knows it: from the root of the repository.
fn within(path: &Path, workspace: Option<&Path>) -> PathBuf {
    let Some(workspace) = workspace else {
        return path.to_owned();
    };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.strip_prefix(workspace).unwrap_or(path).to_owned()
}

/// The text of a command, which keeps to one line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, which ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;

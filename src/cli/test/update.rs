//! `--update`: writes what was observed into the tests, after showing what would change.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;

use similar::{ChangeTag, TextDiff};

use super::files::Files;
use super::{Args, finish, run_files};
use crate::cli::{FOUND, refuse};
use crate::diagnostic::Severity;
use crate::model::{self, Document, ReadOptions};
use crate::outcome::{Status, TestOutcome};
use crate::replay::run::{RunOptions, TestFile, run_tests};
use crate::report::Style;
use crate::source::{SourceFile, save};
use crate::update::{Proposal, propose};

/// The options.
#[derive(clap::Args)]
pub(super) struct UpdateArgs {
    /// Write what was observed into the tests that fail, after showing what would change
    #[arg(long, conflicts_with = "watch")]
    pub(super) update: bool,

    /// Write without asking
    #[arg(long, requires = "update")]
    yes: bool,
}

/// Shows what would change, and writes it where the user agrees. Answers the exit code: that of a run with the new
/// tests where they were written.
pub(super) fn run(args: &Args, files: &Files, outcomes: &[TestOutcome]) -> u8 {
    let style = Style::for_stream(&io::stdout());
    let mut sound = Vec::new();
    for file in files.tests() {
        let TestFile::UnitTests { tests, .. } = file else {
            continue;
        };
        let of_file = outcomes
            .iter()
            .filter(|o| o.path == file.path() && o.status == Status::Failed);
        let proposal = propose(&tests.file, of_file.clone());
        for (line, reason) in &proposal.left {
            let line = line.map_or(String::new(), |line| format!(":{line}"));
            eprintln!(
                "rulecheck: {}{line}: not updated: {reason}",
                file.path().display()
            );
        }
        if proposal.updated == 0 {
            continue;
        }
        match check(&proposal, outcomes, &args.running.options()) {
            Ok(()) => sound.push(proposal),
            Err(reason) => eprintln!("rulecheck: {}: not updated: {reason}", file.path().display()),
        }
    }
    if sound.is_empty() {
        return finish(args, files, outcomes);
    }
    for proposal in &sound {
        if let Err(error) = show(style, proposal, &mut io::stdout()) {
            return refuse(&format!("cannot show what would change: {error}"));
        }
    }
    if !args.update.yes && !agreed(&sound) {
        return FOUND;
    }
    for proposal in &sound {
        let path = proposal.file.path();
        if let Err(error) = save::save(path, proposal.text.as_bytes()) {
            return refuse(&format!("cannot write {}: {error}", path.display()));
        }
    }
    match Files::find(&args.inputs) {
        Ok(files) => {
            let outcomes = run_files(args, &files.tests());
            finish(args, &files, &outcomes)
        }
        Err(message) => refuse(&message),
    }
}

/// Whether the user wants the changes. Who cannot be asked does not.
fn agreed(proposals: &[Proposal]) -> bool {
    let assertions: usize = proposals.iter().map(|proposal| proposal.updated).sum();
    let counted = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    };
    let what = format!(
        "{} in {}",
        counted(assertions, "assertion"),
        counted(proposals.len(), "file")
    );
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        eprintln!("rulecheck: nothing was written; --yes updates {what}");
        return false;
    }
    eprint!("Update {what}? [y/N] ");
    let mut answer = String::new();
    let read = io::stderr()
        .flush()
        .and_then(|()| io::stdin().lock().read_line(&mut answer));
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// Runs the tests as they would be: what was updated must hold, and nothing else may break.
fn check(proposal: &Proposal, before: &[TestOutcome], options: &RunOptions) -> Result<(), String> {
    let path = proposal.file.path();
    let source = Arc::new(SourceFile::new(path, proposal.text.clone()));
    let read = ReadOptions {
        must_be_known: true,
        ignore_unknown_fields: false,
    };
    let reading = model::read(&source, read);
    if let Some(error) = reading.diagnostics.iter().find(|d| d.severity == Severity::Error) {
        return Err(format!("its text would be refused: {}", error.message));
    }
    let unit_tests = reading.documents.iter().filter_map(|document| match document {
        Document::UnitTests(tests) => Some(TestFile::UnitTests {
            tests,
            diagnostics: &reading.diagnostics,
        }),
        _ => None,
    });
    let after = run_tests(&unit_tests.collect::<Vec<_>>(), options);
    let failures = |outcomes: &[TestOutcome]| -> usize {
        let of_file = outcomes.iter().filter(|outcome| outcome.path == path);
        of_file.map(|outcome| outcome.failures.len()).sum()
    };
    let (expected, left) = (failures(before) - proposal.updated, failures(&after));
    if left > expected {
        return Err(format!("{left} assertions would still fail, not {expected}"));
    }
    Ok(())
}

/// Draws what would change in a file, as `diff -u` does.
fn show(style: Style, proposal: &Proposal, out: &mut dyn Write) -> io::Result<()> {
    let path = proposal.file.path().display();
    writeln!(out, "{}", style.strong(&format!("--- {path}")))?;
    writeln!(out, "{}", style.strong(&format!("+++ {path}")))?;
    let difference = TextDiff::from_lines(proposal.file.text(), proposal.text.as_str());
    for hunk in difference.unified_diff().context_radius(3).iter_hunks() {
        writeln!(out, "{}", style.faint(&hunk.header().to_string()))?;
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\n', '\r']);
            match change.tag() {
                ChangeTag::Equal => writeln!(out, " {line}")?,
                ChangeTag::Delete => writeln!(out, "{}", style.bad(&format!("-{line}")))?,
                ChangeTag::Insert => writeln!(out, "{}", style.good(&format!("+{line}")))?,
            }
        }
    }
    out.flush()
}

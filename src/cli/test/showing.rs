//! How outcomes are shown.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;

use crate::diagnostic::{Diagnostic, Severity};
use crate::outcome::{Failure, Measures, Status, TestOutcome};
use crate::report::{self, Style, TestFormat};

/// The options.
#[derive(clap::Args)]
pub(super) struct ShowingArgs {
    /// How to show the outcomes
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,

    /// Compare what was expected and what happened line by line, rather than piece by piece
    #[arg(long)]
    diff: bool,

    /// Write the outcomes as JUnit XML to a file besides
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// The formats.
#[derive(Clone, Copy, ValueEnum)]
enum OutputFormat {
    /// For people.
    Text,
    /// One JSON document on standard output.
    Json,
    /// JUnit XML, for CI systems.
    Junit,
    /// The Test Anything Protocol, version 14.
    Tap,
    /// Annotations in GitHub's workflows.
    Github,
}

impl ShowingArgs {
    /// Shows what was found while reading, on standard error, and the outcomes.
    ///
    /// # Errors
    /// Why they cannot be shown.
    pub(super) fn show(
        &self,
        unreadable: &[Diagnostic],
        outcomes: &[TestOutcome],
        measures: &Measures,
    ) -> Result<(), String> {
        let complete;
        let outcomes_too = match self.format {
            OutputFormat::Text | OutputFormat::Json => outcomes,
            OutputFormat::Junit | OutputFormat::Tap | OutputFormat::Github => {
                complete = with_unreadable(unreadable, outcomes);
                &complete
            }
        };
        let stdout = io::stdout();
        let style = Style::for_stream(&stdout);
        let mut out = BufWriter::new(stdout.lock());
        report::diagnostics(Style::for_stream(&io::stderr()), unreadable, &mut io::stderr())
            .and_then(|()| report::outcomes(self.format(), style, outcomes_too, measures, &mut out))
            .and_then(|()| out.flush())
            .map_err(|error| format!("cannot write the outcomes: {error}"))?;
        if !matches!(self.format, OutputFormat::Text | OutputFormat::Json) {
            // Nobody is left to tell where standard error is gone.
            let _ = report::measures_text(Style::for_stream(&io::stderr()), measures, &mut io::stderr());
        }
        match &self.junit {
            Some(path) => write_junit(path, &with_unreadable(unreadable, outcomes))
                .map_err(|error| format!("--junit: cannot write {}: {error}", path.display())),
            None => Ok(()),
        }
    }

    fn format(&self) -> TestFormat {
        match self.format {
            OutputFormat::Text => TestFormat::Text { unified: self.diff },
            OutputFormat::Json => TestFormat::Json,
            OutputFormat::Junit => TestFormat::JUnit,
            OutputFormat::Tap => TestFormat::Tap,
            OutputFormat::Github => TestFormat::GitHub,
        }
    }
}

/// Prints what promtool prints with `--debug`: the series of each test at its end, and how long it took.
pub(super) fn debug(outcomes: &[TestOutcome]) {
    for outcome in outcomes {
        let Some(dump) = &outcome.dump else { continue };
        eprintln!("DEBUG: Starting test {}", outcome.name);
        eprint!("DEBUG: {dump}");
        eprintln!("DEBUG: Test {} finished, took {:?}", outcome.name, outcome.took);
    }
}

fn write_junit(path: &Path, outcomes: &[TestOutcome]) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    report::outcomes(
        TestFormat::JUnit,
        Style::PLAIN,
        outcomes,
        &Measures::default(),
        &mut out,
    )?;
    out.flush()
}

/// The outcomes, and one for each file of which nothing could be run, so that a format for programs has all that is
/// wrong.
pub(super) fn with_unreadable(unreadable: &[Diagnostic], outcomes: &[TestOutcome]) -> Vec<TestOutcome> {
    let mut all = outcomes.to_vec();
    let path = |diagnostic: &Diagnostic| diagnostic.primary.location.file.path().to_owned();
    let errors = unreadable.iter().filter(|d| d.severity == Severity::Error);
    let errors: Vec<&Diagnostic> = errors
        .filter(|d| outcomes.iter().all(|o| o.path != path(d)))
        .collect();
    for of_file in errors.chunk_by(|a, b| path(a) == path(b)) {
        let failures = of_file.iter().map(|diagnostic| {
            let location = &diagnostic.primary.location;
            let at = location.file.line_column(location.range.start);
            let mut failure = Failure::new("config", diagnostic.message.clone());
            (failure.line, failure.column) = (Some(at.line), Some(at.column));
            failure
        });
        all.push(TestOutcome {
            path: path(of_file[0]),
            name: "the file can be read".to_owned(),
            line: None,
            status: Status::Error,
            failures: failures.collect(),
            alerts: Vec::new(),
            remarks: Vec::new(),
            explanations: Vec::new(),
            dump: None,
            took: Duration::ZERO,
            trace: None,
        });
    }
    all
}

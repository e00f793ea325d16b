//! The page that shows all about a run.

use std::fs;
use std::path::PathBuf;

use super::showing::with_unreadable;
use crate::diagnostic::Diagnostic;
use crate::outcome::{Measures, TestOutcome};
use crate::report::html;
use crate::source::save::save;

/// The options.
#[derive(clap::Args)]
pub(super) struct PageArgs {
    /// Write a page for a browser that shows each test: its series, the states of its alerts, what failed
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl PageArgs {
    /// Whether there is to be a page.
    pub(super) fn is_wanted(&self) -> bool {
        self.report.is_some()
    }

    /// Writes the page, where there is to be one. Whoever reads the file meanwhile sees the old page or the new one.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub(super) fn write(
        &self,
        unreadable: &[Diagnostic],
        outcomes: &[TestOutcome],
        measures: &Measures,
    ) -> Result<(), String> {
        let Some(path) = &self.report else {
            return Ok(());
        };
        let page = html::page(&with_unreadable(unreadable, outcomes), measures);
        let written = match fs::metadata(path) {
            // A pipe or a terminal has no old content to keep.
            Ok(metadata) if !metadata.is_file() => fs::write(path, page),
            _ => save(path, page.as_bytes()),
        };
        written.map_err(|error| format!("--report: cannot write {}: {error}", path.display()))
    }
}

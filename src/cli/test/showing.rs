//! How outcomes are shown.

use std::io::{self, BufWriter, Write};

use crate::cli::OutputFormat;
use crate::diagnostic::Diagnostic;
use crate::outcome::TestOutcome;
use crate::report::{self, Style};

/// The options.
#[derive(clap::Args)]
pub(super) struct ShowingArgs {
    /// How to show the outcomes
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

impl ShowingArgs {
    /// Shows what was found while reading, on standard error, and the outcomes.
    ///
    /// # Errors
    /// Why they cannot be shown.
    pub(super) fn show(&self, unreadable: &[Diagnostic], outcomes: &[TestOutcome]) -> Result<(), String> {
        let stdout = io::stdout();
        let style = Style::for_stream(&stdout);
        let mut out = BufWriter::new(stdout.lock());
        report::diagnostics(Style::for_stream(&io::stderr()), unreadable, &mut io::stderr())
            .and_then(|()| report::outcomes(self.format.into(), style, outcomes, &mut out))
            .and_then(|()| out.flush())
            .map_err(|error| format!("cannot write the outcomes: {error}"))
    }
}

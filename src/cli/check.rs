//! `rulecheck check`: find what is wrong.

use std::io::{self, BufWriter, Write};

use super::inputs::{self, Inputs};
use super::{BROKEN, FOUND, OK, OutputFormat, refuse};
use crate::diagnostic::Severity;
use crate::project::Project;
use crate::report::{self, CheckSummary, Style};

/// Arguments of `rulecheck check`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    /// How to show the findings
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

pub(super) fn run(args: &Args) -> u8 {
    let found = match args.inputs.find() {
        Ok(found) => found,
        Err(message) => return refuse(&message),
    };
    let project = Project::load(&found.files, args.inputs.skip_unrecognised);
    let findings = crate::lints::run(&project);
    let summary = CheckSummary::of(project.files.len(), project.rule_count(), &findings);
    let stdout = io::stdout();
    let style = Style::for_stream(&stdout);
    let mut out = BufWriter::new(stdout.lock());
    let shown =
        report::findings(args.format.into(), style, &findings, summary, &mut out).and_then(|()| out.flush());
    inputs::complain(&found);
    if shown.is_err() || !found.errors.is_empty() || project.files.iter().any(|f| f.broken) {
        return BROKEN;
    }
    let wrong = findings.iter().any(|f| f.severity >= Severity::Warning);
    if wrong { FOUND } else { OK }
}

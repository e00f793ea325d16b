//! `rulecheck check`: find what is wrong.

use std::io::{self, BufWriter, Write};

use super::inputs::{self, Inputs};
use super::{BROKEN, FOUND, OK, refuse};
use crate::diagnostic::{Code, Severity};
use crate::lints;
use crate::project::Project;
use crate::report::{self, CheckSummary, FindingsFormat, Style};

/// Arguments of `rulecheck check`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    /// How to show the findings
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,
}

/// How findings are shown.
#[derive(Clone, Copy, clap::ValueEnum)]
enum CheckFormat {
    /// For people.
    Text,
    /// One JSON document on standard output.
    Json,
    /// SARIF 2.1.0, for GitHub code scanning and other viewers.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Checkstyle's XML.
    Checkstyle,
    /// reviewdog's JSON.
    Rdjson,
}

impl From<CheckFormat> for FindingsFormat {
    fn from(format: CheckFormat) -> FindingsFormat {
        match format {
            CheckFormat::Text => FindingsFormat::Text,
            CheckFormat::Json => FindingsFormat::Json,
            CheckFormat::Sarif => FindingsFormat::Sarif,
            CheckFormat::Github => FindingsFormat::Github,
            CheckFormat::Gitlab => FindingsFormat::Gitlab,
            CheckFormat::Checkstyle => FindingsFormat::Checkstyle,
            CheckFormat::Rdjson => FindingsFormat::Rdjson,
        }
    }
}

pub(super) fn run(args: &Args) -> u8 {
    let found = match args.inputs.find() {
        Ok(found) => found,
        Err(message) => return refuse(&message),
    };
    let project = Project::load(&found.files, args.inputs.skip_unrecognised);
    let options = match args.inputs.lint_options() {
        Ok(options) => options,
        Err(message) => return refuse(&message),
    };
    let findings = lints::run(&project, &options);
    let summary = CheckSummary::of(project.files.len(), project.rule_count(), &findings);
    let stdout = io::stdout();
    let style = Style::for_stream(&stdout);
    let mut out = BufWriter::new(stdout.lock());
    let codes: Vec<Code> = lints::codes().collect();
    let shown = report::findings(args.format.into(), style, &findings, &codes, summary, &mut out);
    let shown = shown.and_then(|()| out.flush());
    inputs::complain(&found);
    if shown.is_err() || !found.errors.is_empty() || project.files.iter().any(|f| f.broken) {
        return BROKEN;
    }
    let wrong = findings.iter().any(|f| f.severity >= Severity::Warning);
    if wrong { FOUND } else { OK }
}

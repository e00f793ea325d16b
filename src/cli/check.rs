//! `rulecheck check`: find what is wrong.

mod since;

use std::io::{self, BufWriter, Write};

use similar::TextDiff;

use super::inputs::{self, Inputs};
use super::servers::Servers;
use super::{BROKEN, FOUND, OK, refuse};
use crate::diagnostic::{Code, Severity};
use crate::fix::{self, Mended};
use crate::lints;
use crate::project::Project;
use crate::report::{self, CheckSummary, FindingsFormat, Style};
use crate::source::save;

/// Arguments of `rulecheck check`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    servers: Servers,

    /// How to show the findings
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,

    /// Show only what was not found yet where the history last met this revision of git, such as origin/main
    #[arg(long, value_name = "REVISION", conflicts_with = "fix")]
    changed_since: Option<String>,

    /// Mend what can be mended without changing what it means, in the files
    #[arg(long)]
    fix: bool,

    /// With --fix: show what would be changed, and change nothing
    #[arg(long, requires = "fix")]
    diff: bool,
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
    match checked(args) {
        Ok(code) => code,
        Err(message) => refuse(&message),
    }
}

fn checked(args: &Args) -> Result<u8, String> {
    let found = args.inputs.find()?;
    let options = args.inputs.lint_options()?;
    let load = || Project::load(&found.files, args.inputs.skip_unrecognised);
    let mut project = load();
    let lint = |project: &Project| {
        let asked = args.servers.ask(project, &options)?;
        let catalogs = args.inputs.catalogs(project, &found, &asked)?;
        Ok::<_, String>(lints::run(project, &catalogs, &options))
    };
    let mut findings = lint(&project)?;
    if args.fix {
        let mended = fix::mend(&findings);
        if args.diff {
            return Ok(show_changes(&mended));
        }
        save(&mended)?;
        project = load();
        findings = lint(&project)?;
    }
    if let Some(revision) = &args.changed_since {
        let known = since::retain_new((&args.inputs, &args.servers), revision, &options, &mut findings)?;
        if known > 0 {
            let findings = if known == 1 {
                "finding was"
            } else {
                "findings were"
            };
            eprintln!("{known} {findings} there before {revision}, and not shown");
        }
    }
    let summary = CheckSummary::of(project.files.len(), project.rule_count(), &findings);
    let stdout = io::stdout();
    let style = Style::for_stream(&stdout);
    let mut out = BufWriter::new(stdout.lock());
    let codes: Vec<Code> = lints::codes().collect();
    let shown = report::findings(args.format.into(), style, &findings, &codes, summary, &mut out);
    let shown = shown.and_then(|()| out.flush());
    inputs::complain(&found);
    if shown.is_err() || !found.errors.is_empty() || project.files.iter().any(|f| f.broken) {
        return Ok(BROKEN);
    }
    let wrong = findings.iter().any(|f| f.severity >= Severity::Warning);
    Ok(if wrong { FOUND } else { OK })
}

/// Writes files that were mended, and says what was done.
fn save(mended: &[Mended]) -> Result<(), String> {
    for Mended { file, text, count } in mended {
        let path = file.path();
        save::save(path, text.as_bytes()).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
        let findings = if *count == 1 { "finding" } else { "findings" };
        eprintln!("{}: {count} {findings} mended", path.display());
    }
    Ok(())
}

/// Shows what would be changed, as a patch.
fn show_changes(mended: &[Mended]) -> u8 {
    let mut out = io::stdout().lock();
    for Mended { file, text, .. } in mended {
        let name = file.path().display().to_string();
        let diff = TextDiff::from_lines(file.text(), text);
        let patch = diff.unified_diff().header(&name, &name).to_string();
        if out.write_all(patch.as_bytes()).is_err() {
            return BROKEN;
        }
    }
    if mended.is_empty() { OK } else { FOUND }
}

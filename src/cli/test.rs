//! `rulecheck test`: replay rules against their tests.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use regex::Regex;

use super::inputs::{self, Inputs, Selection};
use super::{BROKEN, FOUND, OK, OutputFormat, refuse};
use crate::diagnostic::Diagnostic;
use crate::model::unit_tests::UnitTestFile;
use crate::outcome::Status;
use crate::project::Project;
use crate::replay::run::{RunOptions, TestFile, rule_paths, run_tests};
use crate::report::{self, Style};

/// Arguments of `rulecheck test`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    /// How to show the outcomes
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,

    /// Run only the tests whose name matches this regular expression; may be given several times
    #[arg(long, value_name = "REGEX")]
    run: Vec<Regex>,

    /// Leave fields of rule files alone that Prometheus does not know
    #[arg(long)]
    ignore_unknown_fields: bool,
}

pub(super) fn run(args: &Args) -> u8 {
    let found = match args.inputs.find() {
        Ok(found) => found,
        Err(message) => return refuse(&message),
    };
    let project = Project::load(&found.files, args.inputs.skip_unrecognised);
    let elsewhere = match tests_elsewhere(args, &project) {
        Ok(project) => project,
        Err(message) => return refuse(&message),
    };
    let mut files = TestFile::all(&project);
    files.extend(TestFile::all(&elsewhere));
    files.sort_by(|a, b| a.path().cmp(b.path()));
    files.dedup_by(|a, b| a.path() == b.path());
    let unreadable: Vec<Diagnostic> = project.files.iter().flat_map(|f| f.diagnostics.clone()).collect();
    let options = RunOptions {
        run: args.run.clone(),
        ignore_unknown_fields: args.ignore_unknown_fields,
        in_turn: false,
    };
    let outcomes = run_tests(&files, &options);
    let stdout = io::stdout();
    let style = Style::for_stream(&stdout);
    let mut out = BufWriter::new(stdout.lock());
    let complained = report::diagnostics(Style::for_stream(&io::stderr()), &unreadable, &mut io::stderr());
    let shown = report::outcomes(args.format.into(), style, &outcomes, &mut out).and_then(|()| out.flush());
    let broken = project.files.iter().any(|f| f.broken) || !found.errors.is_empty();
    inputs::complain(&found);
    if complained.is_err() || shown.is_err() || broken {
        return BROKEN;
    }
    if outcomes.iter().all(|o| o.status == Status::Passed) && unreadable.is_empty() {
        OK
    } else {
        FOUND
    }
}

/// Where rule files are named, the tests that use them: they are found by the settings, as without paths.
fn tests_elsewhere(args: &Args, project: &Project) -> Result<Project, String> {
    let named: BTreeSet<PathBuf> = match args.inputs.selection() {
        Selection::Everything => return Ok(Project::default()),
        Selection::Named(paths) => {
            let rules = project.rule_files().map(|f| f.file.path().to_path_buf());
            rules
                .filter(|path| paths.iter().any(|p| p == path))
                .map(|p| canonical(&p))
                .collect()
        }
    };
    if named.is_empty() {
        return Ok(Project::default());
    }
    let mut all = Project::load(&args.inputs.find_everything()?.files, true);
    let uses = |tests: &UnitTestFile| {
        rule_paths(tests)
            .iter()
            .any(|path| named.contains(&canonical(path)))
    };
    all.files.retain(|file| Project::unit_tests_of(file).any(uses));
    Ok(all)
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

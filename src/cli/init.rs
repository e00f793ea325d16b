//! `rulecheck init`: a settings file to begin with, or tests for alerts that have none.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::inputs::{self, Inputs};
use super::{BROKEN, FOUND, OK, refuse};
use crate::diagnostic::Diagnostic;
use crate::model::rules::RuleFile;
use crate::model::unit_tests::UnitTestFile;
use crate::project::{Project, ProjectFile};
use crate::replay::run::rule_paths;
use crate::report::{self, Style};
use crate::skeleton::{Skeleton, skeletons, test_file};

/// Arguments of `rulecheck init`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    /// Write tests for alerts: series that make each of them fire, worked out from its expression
    #[arg(long)]
    tests: bool,

    /// Print the tests rather than write them into files beside the rules
    #[arg(long, requires = "tests", conflicts_with = "output")]
    stdout: bool,

    /// The folder to write the tests into [default: that of the rule file]
    #[arg(long, value_name = "DIR", requires = "tests")]
    output: Option<PathBuf>,

    /// Write tests for alerts too that a test file names already
    #[arg(long, requires = "tests")]
    all: bool,

    /// Overwrite files that exist
    #[arg(long)]
    force: bool,
}

/// A settings file in which everything is a comment.
const SETTINGS: &str = "\
# Settings of rulecheck; see docs/settings.md. Everything here is a default.

# Files and folders that are looked at, as globs from this folder.
# include: ['**/*.yml', '**/*.yaml', '**/*.json', '**/*.rules', '**/*.test']

# What is left out of them.
# exclude: []
";

pub(super) fn run(args: &Args) -> u8 {
    match args.tests {
        true => write_tests(args),
        false if args.inputs.is_some() => refuse("files are for `rulecheck init --tests`"),
        false => match write(Path::new(inputs::SETTINGS), SETTINGS, args.force) {
            Ok(()) => OK,
            Err(message) => refuse(&message),
        },
    }
}

fn write_tests(args: &Args) -> u8 {
    let found = match args.inputs.find() {
        Ok(found) => found,
        Err(message) => return refuse(&message),
    };
    let project = Project::load(&found.files, args.inputs.skip_unrecognised);
    let tested = if args.all {
        Tested::default()
    } else {
        Tested::of(&args.inputs, &project)
    };
    let unreadable: Vec<Diagnostic> = project.files.iter().flat_map(|f| f.diagnostics.clone()).collect();
    let complained = report::diagnostics(Style::for_stream(&io::stderr()), &unreadable, &mut io::stderr());
    inputs::complain(&found);
    let mut code = OK;
    if complained.is_err() || !found.errors.is_empty() || project.files.iter().any(|f| f.broken) {
        code = BROKEN;
    }
    for file in &project.files {
        let rules: Vec<&RuleFile> = Project::rules_of(file).collect();
        let path = file.source.path();
        let made = skeletons(&rules, &|alert| !tested.names(path, alert));
        if made.is_empty() {
            continue;
        }
        match put(args, file, &made) {
            Ok(()) if made.iter().any(|skeleton| skeleton.test.is_err()) => code = code.max(FOUND),
            Ok(()) => {}
            Err(message) => code = refuse(&message),
        }
    }
    code
}

/// Writes or prints the tests for a rule file, and says what was found.
fn put(args: &Args, file: &ProjectFile, made: &[Skeleton]) -> Result<(), String> {
    let path = file.source.path();
    let target = test_path(path, args.output.as_deref());
    let folder = if args.stdout {
        Path::new("")
    } else {
        target.parent().unwrap_or(Path::new(""))
    };
    let text = test_file(&relative(path, folder), made);
    if args.stdout {
        let shown = io::stdout().write_all(text.as_bytes());
        return shown.map_err(|e| format!("cannot print: {e}"));
    }
    write(&target, &text, args.force)?;
    let fire = made.iter().filter(|skeleton| skeleton.test.is_ok()).count();
    println!("{}: {fire} of {} alerts fire", target.display(), made.len());
    for skeleton in made {
        if let Err(none) = &skeleton.test {
            println!("  {}: {}", skeleton.alert, none.reason);
        }
    }
    Ok(())
}

/// The test file for a rule file.
fn test_path(rules: &Path, folder: Option<&Path>) -> PathBuf {
    let stem = rules
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let name = format!("{stem}.test.yml");
    match folder {
        Some(folder) => folder.join(name),
        None => rules.with_file_name(name),
    }
}

/// A path as it is seen from a folder.
fn relative(path: &Path, folder: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let here = Path::new(".");
    let folder = if folder.as_os_str().is_empty() {
        here
    } else {
        folder
    };
    let (path, folder) = (absolute(path), absolute(folder));
    let shared = path
        .components()
        .zip(folder.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.components().skip(shared).map(|_| "..".to_owned());
    let down = path
        .components()
        .skip(shared)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), String> {
    if path.exists() && !force {
        return Err(format!(
            "{} exists already; --force overwrites it, --stdout prints instead",
            path.display()
        ));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// The alerts that tests name, with the rule files that those tests load.
#[derive(Default)]
struct Tested {
    alerts: BTreeSet<(PathBuf, String)>,
}

impl Tested {
    fn of(inputs: &Inputs, project: &Project) -> Tested {
        let mut tested = Tested::default();
        // Tests may lie elsewhere than the rules that were named.
        let elsewhere = inputs
            .find_everything()
            .map(|found| Project::load(&found.files, true));
        for project in [Some(project), elsewhere.as_ref().ok()].into_iter().flatten() {
            project.unit_tests().for_each(|tests| tested.add(tests));
        }
        tested
    }

    fn add(&mut self, tests: &UnitTestFile) {
        let names: BTreeSet<&str> = tests.tests.iter().flat_map(|test| test.alert_names()).collect();
        for path in rule_paths(tests) {
            let path = inputs::canonical(&path);
            self.alerts
                .extend(names.iter().map(|name| (path.clone(), (*name).to_owned())));
        }
    }

    fn names(&self, rules: &Path, alert: &str) -> bool {
        self.alerts
            .contains(&(inputs::canonical(rules), alert.to_owned()))
    }
}

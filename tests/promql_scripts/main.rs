//! Our own scripts in `tests/promql`: all pass, they leave nothing of PromQL out, and they would notice a change.
//!
//! To see what fails in one of them: `RULECHECK_SCRIPT=math.test cargo test --test promql_scripts`.

mod coverage;
mod mutated;

use std::path::{Path, PathBuf};

use rulecheck::model::script::{Command, Eval, ExpectedResult, Script};
use rulecheck::outcome::{Status, TestOutcome};
use rulecheck::replay::script;
use rulecheck::source::SourceFile;

/// The scripts, or the one that is asked for.
fn scripts() -> Vec<(SourceFile, Script)> {
    let only = std::env::var("RULECHECK_SCRIPT").ok();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promql");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "test"))
        .filter(|path| only.as_ref().is_none_or(|only| path.ends_with(only)))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("the script can be read");
        let file = SourceFile::new(path, text);
        let script = Script::parse(&file);
        (file, script)
    };
    paths.into_iter().map(read).collect()
}

fn run(file: &SourceFile, script: &Script) -> Vec<TestOutcome> {
    script::run(file, script, &script::engine_options())
}

fn evals(script: &Script) -> impl Iterator<Item = &Eval> {
    script.commands.iter().filter_map(|command| match command {
        Command::Eval(eval) => Some(&**eval),
        _ => None,
    })
}

/// An outcome for people.
fn show(outcome: &TestOutcome) -> String {
    let name = outcome.path.file_name().unwrap_or_default().to_string_lossy();
    let mut text = format!("{name}:{}: {}\n", outcome.line.unwrap_or_default(), outcome.name);
    for failure in &outcome.failures {
        text.push_str(&format!("    {}\n", failure.message));
        for (what, value) in [("expected", &failure.expected), ("actual", &failure.actual)] {
            for line in value.iter().flat_map(|value| value.lines()) {
                text.push_str(&format!("      {what}: {line}\n"));
            }
        }
    }
    text
}

#[test]
fn all_evaluations_pass() {
    let mut passed = 0;
    let mut failures = String::new();
    for (file, script) in scripts() {
        for outcome in run(&file, &script) {
            match outcome.status {
                Status::Passed => passed += 1,
                Status::Failed | Status::Error => failures.push_str(&show(&outcome)),
            }
        }
    }
    println!("{passed} passed");
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn nothing_of_promql_is_left_out() {
    let scripts = scripts();
    let missing = coverage::missing(scripts.iter().flat_map(|(_, script)| evals(script)));
    if std::env::var_os("RULECHECK_SCRIPT").is_none() {
        assert!(missing.is_empty(), "no script has {missing:?}");
    }
}

/// Of an evaluation that expects series, whichever series is left out must be missed.
#[test]
fn a_script_with_one_series_fewer_fails() {
    for (file, mut script) in scripts() {
        let mut bent = Vec::new();
        for command in &mut script.commands {
            if let Command::Eval(eval) = command
                && let ExpectedResult::Series(series) = &mut eval.expected.result
                && series.pop().is_some()
            {
                bent.push(eval.line);
            }
        }
        let passed = run(&file, &script)
            .into_iter()
            .filter(|outcome| outcome.status == Status::Passed);
        let unnoticed: Vec<_> = passed
            .filter_map(|outcome| outcome.line)
            .filter(|line| bent.contains(line))
            .collect();
        assert!(unnoticed.is_empty(), "{}: {unnoticed:?}", file.path().display());
    }
}

//! Prometheus' own acceptance scripts, where they are at hand.
//!
//! To see what fails in one of them:
//! `RULECHECK_SCRIPT=functions.test cargo test --test conformance_promqltest -- --nocapture`.

#[path = "support/shared.rs"]
mod shared;

use std::path::Path;

use rulecheck::model::script::Script;
use rulecheck::outcome::{Status, TestOutcome};
use rulecheck::replay::script;
use rulecheck::source::SourceFile;
use shared::shared;

/// How many evaluations there are. One of them stands on an indented line.
const EVALUATIONS: usize = 2214;

#[test]
fn acceptance_scripts() {
    let Some(folder) = shared("conformance/promqltest") else {
        return;
    };
    let only = std::env::var("RULECHECK_SCRIPT").ok();
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "test"))
        .filter(|path| only.as_ref().is_none_or(|only| path.ends_with(only)))
        .collect();
    paths.sort();
    let (mut passed, mut failed) = (0, 0);
    for path in &paths {
        let outcomes = run(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let good = outcomes
            .iter()
            .filter(|outcome| outcome.status == Status::Passed)
            .count();
        println!("{name}: {good} passed, {} failed", outcomes.len() - good);
        passed += good;
        failed += outcomes.len() - good;
        outcomes
            .iter()
            .filter(|outcome| outcome.status != Status::Passed)
            .for_each(show);
    }
    println!("{passed} passed, {failed} failed");
    assert_eq!(failed, 0, "all evaluations pass");
    if only.is_none() {
        assert_eq!(passed, EVALUATIONS, "each evaluation counts once");
    }
}

fn run(path: &Path) -> Vec<TestOutcome> {
    let text = std::fs::read_to_string(path).expect("the script can be read");
    let file = SourceFile::new(path, text);
    script::run(&file, &Script::parse(&file), &script::engine_options())
}

fn show(outcome: &TestOutcome) {
    println!("  line {}: {}", outcome.line.unwrap_or_default(), outcome.name);
    for failure in &outcome.failures {
        println!("    {}", failure.message);
        for (what, text) in [("expected", &failure.expected), ("actual", &failure.actual)] {
            for line in text.iter().flat_map(|text| text.lines()) {
                println!("      {what}: {line}");
            }
        }
    }
}

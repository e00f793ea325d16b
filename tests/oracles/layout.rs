//! `promtool promql format` lays out an expression as we do.

use std::path::{Path, PathBuf};
use std::process::Command;

use promql_syntax::{ParseOptions, format, parse};
use rayon::prelude::*;
use rulecheck::project::Project;
use rulecheck::source::discover::discover;

use crate::program::promtool;
use crate::shared::shared;

/// A promtool process takes a while for each expression, so only so many are asked; `RULECHECK_ALL` asks for all.
const ASKED: usize = 60;

#[test]
fn expressions_are_laid_out_alike() {
    let Some(promtool) = promtool() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders: Vec<PathBuf> = std::iter::once(root.join("rules"))
        .chain(shared("corpus"))
        .collect();
    let found = discover(root, &folders, &[], &[]).expect("no globs");
    let project = Project::load(&found.files, false);
    let rules = project
        .rule_files()
        .flat_map(|f| &f.groups)
        .flat_map(|g| &g.rules);
    let mut expressions: Vec<&str> = rules
        .filter_map(|r| r.expr.as_ref())
        .map(|e| e.text.as_str())
        .collect();
    // promtool drops comments.
    expressions.retain(|text| !text.contains('#'));
    expressions.sort_unstable();
    expressions.dedup();
    let every = match std::env::var_os("RULECHECK_ALL") {
        Some(_) => 1,
        None => expressions.len().div_ceil(ASKED),
    };
    let asked: Vec<&str> = expressions.into_iter().step_by(every).collect();
    let differences: Vec<String> = asked
        .par_iter()
        .filter_map(|text| difference(&promtool, text))
        .collect();
    println!(
        "{} expressions, {} laid out differently",
        asked.len(),
        differences.len()
    );
    assert!(differences.is_empty(), "{differences:#?}");
}

fn difference(promtool: &Path, text: &str) -> Option<String> {
    let output = Command::new(promtool)
        .args(["--experimental", "promql", "format", text])
        .output()
        .expect("promtool starts");
    let theirs = String::from_utf8(output.stdout).expect("text");
    assert!(
        output.status.success(),
        "promtool refuses {text}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let ours = format(text, &parse(text, &ParseOptions::ALL));
    (theirs.trim_end() != ours).then(|| format!("{ours}\n{theirs}"))
}

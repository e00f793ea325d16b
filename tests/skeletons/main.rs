//! Tests that are made for alerts of other projects: each runs and its alert fires, or the reason why no data can make
//! it fire is told.

#[path = "../support/shared.rs"]
mod shared;

use std::path::{Path, PathBuf};
use std::time::Instant;

use rulecheck::model::rules::RuleFile;
use rulecheck::project::Project;
use rulecheck::skeleton::{Skeleton, skeletons};
use rulecheck::source::discover::FoundFile;

/// All YAML files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => open.push(path),
                false if path.extension().is_some_and(|e| e == "yml" || e == "yaml") => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

struct Made {
    path: PathBuf,
    skeleton: Skeleton,
}

fn made(part: &str) -> Option<Vec<Made>> {
    let folder = shared::shared(&format!("corpus/{part}"))?;
    let mut all = Vec::new();
    for path in files(&folder) {
        let file = FoundFile {
            path: path.clone(),
            named: false,
        };
        let project = Project::load(&[file], true);
        let rules: Vec<&RuleFile> = project.rule_files().collect();
        let started = Instant::now();
        let found = skeletons(&rules, &|_| true);
        let took = started.elapsed();
        if took.as_millis() > 3000 {
            println!("slow: {} {took:?}", path.display());
        }
        all.extend(found.into_iter().map(|skeleton| Made {
            path: path.clone(),
            skeleton,
        }));
    }
    Some(all)
}

fn report(part: &str, made: &[Made]) {
    let fire = made.iter().filter(|made| made.skeleton.test.is_ok()).count();
    let tests = made.iter().filter_map(|made| made.skeleton.test.as_ref().ok());
    let with = |state: &str| {
        tests
            .clone()
            .filter(|test| test.checks.iter().any(|check| check.state == state))
            .count()
    };
    println!(
        "{part}: {fire} of {} fire; {} silent before, {} resolved",
        made.len(),
        with("inactive"),
        with("resolved")
    );
    for Made { path, skeleton } in made {
        if let Err(none) = &skeleton.test {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            println!(
                "- {file} {} ({}): {}\n    {}",
                skeleton.alert,
                if none.proved { "proved" } else { "open" },
                none.reason,
                skeleton.expr.split_whitespace().collect::<Vec<_>>().join(" ")
            );
        }
    }
}

#[test]
fn awesome_prometheus_alerts() {
    let Some(made) = made("awesome-prometheus-alerts") else {
        return;
    };
    report("awesome-prometheus-alerts", &made);
}

#[test]
fn kube_prometheus() {
    let Some(made) = made("kube-prometheus") else {
        return;
    };
    report("kube-prometheus", &made);
}

//! The alerts of other projects.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rulecheck::model::rules::RuleFile;
use rulecheck::project::Project;
use rulecheck::skeleton::{Skeleton, skeletons, test_file};
use rulecheck::source::discover::FoundFile;

/// All YAML files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
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

/// The skeletons for a file.
struct Made {
    path: PathBuf,
    skeletons: Vec<Skeleton>,
}

fn made(part: &str) -> Option<Vec<Made>> {
    let folder = super::shared::shared(&format!("corpus/{part}"))?;
    let make = |path: PathBuf| {
        let file = FoundFile {
            path: path.clone(),
            named: false,
        };
        let project = Project::load(&[file], true);
        let rules: Vec<&RuleFile> = project.rule_files().collect();
        Made {
            path,
            skeletons: skeletons(&rules, &|_| true),
        }
    };
    Some(files(&folder).into_iter().map(make).collect())
}

/// Prints what was found; answers how many fire, and how many are known never to.
fn report(part: &str, made: &[Made]) -> (usize, usize) {
    let all = || made.iter().flat_map(|made| &made.skeletons);
    let tests = || all().filter_map(|skeleton| skeleton.test.as_ref().ok());
    let with = |state: &str| {
        tests()
            .filter(|test| test.checks.iter().any(|check| check.state == state))
            .count()
    };
    let took: Duration = all().map(|skeleton| skeleton.took).sum();
    println!(
        "{part}: {} of {} fire, {} after silence, {} are resolved; {took:?}",
        tests().count(),
        all().count(),
        with("inactive"),
        with("resolved")
    );
    let mut never = 0;
    for Made { path, skeletons } in made {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        for skeleton in skeletons {
            if skeleton.took > Duration::from_millis(1500) {
                println!("- {file} {} took {:?}", skeleton.alert, skeleton.took);
            }
            let none = match &skeleton.test {
                Ok(test) if test.checks.iter().all(|check| check.state != "inactive") => {
                    println!("- {file} {}: fires from the start", skeleton.alert);
                    continue;
                }
                Ok(_) => continue,
                Err(none) => none,
            };
            never += usize::from(none.proved);
            let known = if none.proved {
                "never fires"
            } else {
                "no data found"
            };
            println!("- {file} {}: {known}: {}", skeleton.alert, none.reason);
        }
    }
    (tests().count(), never)
}

/// The longest test that promtool is asked about unless `RULECHECK_LONG` is set: it takes its time with long ones.
const LONGEST_MS: i64 = 3_600_000;

/// Lets promtool judge the tests, in one file for each file of rules.
fn ask_promtool(made: &[Made]) {
    let Some(promtool) = super::promtool::promtool() else {
        return;
    };
    let all = std::env::var_os("RULECHECK_LONG").is_some();
    for Made { path, skeletons } in made {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("rules.yml"), plain_rules(path)).expect("rules");
        let short = |skeleton: &&Skeleton| {
            let test = skeleton.test.as_ref();
            all || test.is_ok_and(|test| test.checks.iter().all(|check| check.eval_time_ms <= LONGEST_MS))
        };
        let asked: Vec<Skeleton> = skeletons.iter().filter(short).cloned().collect();
        if asked.iter().all(|skeleton| skeleton.test.is_err()) {
            continue;
        }
        fs::write(folder.path().join("tests.yml"), test_file("rules.yml", &asked)).expect("tests");
        let output = Command::new(&promtool)
            .args(["test", "rules", "tests.yml"])
            .current_dir(folder.path())
            .output()
            .expect("promtool runs");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", path.display());
    }
}

/// The groups of a rule file, without the Kubernetes resource around them.
fn plain_rules(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a file");
    let value: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
    let groups = value.get("spec").unwrap_or(&value).get("groups").cloned();
    let plain = std::collections::BTreeMap::from([("groups", groups.unwrap_or_default())]);
    serde_yaml::to_string(&plain).expect("YAML")
}

#[test]
fn awesome_prometheus_alerts() {
    let Some(made) = made("awesome-prometheus-alerts") else {
        return;
    };
    let (fire, never) = report("awesome-prometheus-alerts", &made);
    ask_promtool(&made);
    assert!(fire >= 939, "{fire} fire");
    assert_eq!(never, 12);
}

#[test]
fn kube_prometheus() {
    let Some(made) = made("kube-prometheus") else {
        return;
    };
    let (fire, never) = report("kube-prometheus", &made);
    ask_promtool(&made);
    assert_eq!((fire, never), (138, 1));
}

//! A configuration with every field that Alertmanager knows, and what becomes of it when it is bent.

use std::path::Path;

use rulecheck::diagnostic::Severity;
use rulecheck::project::Project;
use rulecheck::source::discover::FoundFile;

use crate::amtool::Amtool;

/// How many bent configurations amtool is asked about, where `RULECHECK_CONFIGS` does not say so.
const CONFIGS: usize = 600;

const EVERYTHING: &str = include_str!("everything.yml");

/// What is found in a configuration that Alertmanager would refuse it for.
pub(crate) fn errors(path: &Path) -> Vec<String> {
    let named = FoundFile {
        path: path.to_path_buf(),
        named: true,
    };
    let project = Project::load(&[named], false);
    let found = project.files.iter().flat_map(|file| &file.diagnostics);
    found
        .filter(|d| d.severity == Severity::Error)
        .map(|d| d.message.clone())
        .collect()
}

/// The configuration with one line bent in one way.
fn bent() -> Vec<String> {
    let lines: Vec<&str> = EVERYTHING.lines().collect();
    let mut all = vec![EVERYTHING.to_owned()];
    for (number, line) in lines.iter().enumerate() {
        let mut with = |replacement: &[String]| {
            let mut text = String::new();
            for (at, line) in lines.iter().enumerate() {
                if at != number {
                    text.push_str(line);
                    text.push('\n');
                    continue;
                }
                for line in replacement {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            all.push(text);
        };
        let Some((key, value)) = line.split_once(": ") else {
            continue;
        };
        let dash = key.contains("- ");
        for other in [
            "",
            "''",
            "0",
            "-1",
            "true",
            "maybe",
            "5m",
            "5 min",
            "[]",
            "[a]",
            "[~]",
            "{}",
            "{a: b}",
            "~",
            "http://example.org:x/",
            "'{{ .x }}'",
            "a=b",
            "'('",
        ] {
            with(&[format!("{key}: {other}")]);
        }
        with(&[format!("{key}x: {value}")]);
        if !dash {
            with(&[]);
            with(&[(*line).to_owned(), (*line).to_owned()]);
        }
    }
    all
}

#[test]
fn amtool_takes_and_refuses_the_same_configurations() {
    let Some(amtool) = Amtool::find() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    let asked = std::env::var("RULECHECK_CONFIGS")
        .ok()
        .and_then(|n| n.parse().ok());
    let all = bent();
    // Evenly spread over the file and the ways to bend it.
    let step = all.len().div_ceil(asked.unwrap_or(CONFIGS));
    let texts: Vec<String> = all.into_iter().step_by(step).collect();
    for (number, text) in texts.iter().enumerate() {
        let path = folder.path().join(format!("{number}.yml"));
        std::fs::write(&path, text).expect("a file");
        files.push(path);
    }
    let theirs = amtool.check(&files);
    assert_eq!(theirs[0], None, "the configuration is sound as it stands");
    let (mut refused, mut same_words) = (0, 0);
    let mut wrong = Vec::new();
    for ((path, text), theirs) in files.iter().zip(&texts).zip(&theirs) {
        let ours = errors(path);
        if ours.is_empty() != theirs.is_none() {
            let line = text
                .lines()
                .zip(EVERYTHING.lines())
                .position(|(a, b)| a != b)
                .unwrap_or_default();
            let line = text.lines().nth(line).unwrap_or_default();
            wrong.push(format!("{line}\n  ours: {ours:?}\n  theirs: {theirs:?}"));
        }
        if let Some(theirs) = theirs {
            refused += 1;
            same_words += usize::from(ours.iter().any(|o| o.contains(theirs.as_str())));
        }
    }
    println!(
        "{} configurations, {refused} refused, {same_words} in amtool's words",
        files.len()
    );
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

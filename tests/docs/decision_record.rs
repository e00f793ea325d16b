//! Holds docs/adr-008.md: what it says that rulecheck finds in the decision record is what rulecheck finds, and every test
//! that it names as a proof is there.

use std::fs;
use std::path::Path;
use std::process::Command;

use rulecheck::lints;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join("docs/adr-008.md")).expect("the page")
}

/// The rows of the table in a section, as cells.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let section = page
        .split_once(&format!("\n## {heading}\n"))
        .expect("the section")
        .1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = section.lines().filter(|line| line.starts_with("| "));
    let cells = |line: &str| {
        line.split(" | ")
            .map(|cell| cell.trim_matches(['|', ' ']).to_owned())
            .collect()
    };
    lines.skip(1).map(cells).collect()
}

/// What `rulecheck check` finds, as `path:line` and code, sorted.
fn found(folder: &str) -> Vec<(String, String)> {
    found_in(root(), folder)
}

fn found_in(root: &Path, folder: &str) -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
        .args(["check", "--format", "json", folder])
        .current_dir(root)
        .output()
        .expect("the program starts");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let one = |finding: &serde_json::Value| {
        let path = finding["path"].as_str().unwrap_or_default();
        let path = path.strip_prefix(&format!("{folder}/")).unwrap_or(path);
        let code = finding["code"].as_str().unwrap_or_default();
        (format!("{path}:{}", finding["line"]), code.to_owned())
    };
    let mut found: Vec<_> = findings.iter().map(one).collect();
    found.sort();
    found
}

#[test]
fn the_page_lists_what_is_found_in_the_record() {
    let page = page();
    let mut listed: Vec<(String, String)> = rows(&page, "What rulecheck says of it")
        .into_iter()
        .map(|row| (row[0].trim_matches('`').to_owned(), row[1].clone()))
        .collect();
    listed.sort();
    assert_eq!(
        found("fixtures/adr-008"),
        listed,
        "findings, and the list in docs/adr-008.md"
    );
}

#[test]
fn nothing_is_found_in_the_repaired_stack_with_its_requirements() {
    assert_eq!(found("rules"), []);
}

#[test]
fn nothing_is_found_there_with_every_lint_on() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("rules"), &folder.path().join("rules"));
    let mut settings = fs::read_to_string(root().join("rulecheck.yml")).expect("the settings");
    settings.push_str("lints:\n");
    for lint in lints::REGISTRY {
        let level = lint.severity().as_str();
        // Without a budget no alert is slow.
        let budget = if lint.code() == "slow-alert" {
            ", budget: 30m"
        } else {
            ""
        };
        settings.push_str(&format!("  {}: {{level: {level}{budget}}}\n", lint.code()));
    }
    fs::write(folder.path().join("rulecheck.yml"), settings).expect("the settings");
    assert_eq!(found_in(folder.path(), "rules"), []);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
    {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy(&from, &to),
            false => drop(fs::copy(&from, &to).expect("a file")),
        }
    }
}

#[test]
fn every_proof_is_a_test() {
    let page = page();
    let tests = fs::read_to_string(root().join("fixtures/adr-008/as-written.test.yml")).expect("the tests");
    let proofs = rows(&page, "The eight alerts")
        .into_iter()
        .map(|row| row[3].clone());
    let proofs = proofs.chain(
        rows(&page, "What rulecheck says of it")
            .into_iter()
            .map(|row| row[4].clone()),
    );
    for proof in proofs {
        for name in proof.split('"').skip(1).step_by(2) {
            let name = name.trim_start_matches("… ").trim_end_matches('…').trim();
            assert!(tests.contains(name), "no test is called {name}");
        }
    }
}

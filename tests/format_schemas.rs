//! The JSON schemas of rulecheck's own formats: what is shipped is what the program prints, and real files fit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shipped(format: &str) -> String {
    let path = root().join(format!("schemas/{format}.schema.json"));
    fs::read_to_string(path).expect("the schema is shipped")
}

fn validator(format: &str) -> Validator {
    let schema: Value = serde_json::from_str(&shipped(format)).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// What is wrong with a document.
fn faults(validator: &Validator, text: &str) -> Vec<String> {
    let document: Value = serde_yaml::from_str(text).expect("YAML");
    let errors = validator.iter_errors(&document);
    errors
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect()
}

#[test]
fn shipped_schemas_are_those_that_are_printed() {
    for format in ["tests", "settings", "catalog"] {
        let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(["schema", format])
            .output()
            .expect("the program starts");
        let printed = String::from_utf8(output.stdout).expect("text");
        assert!(
            printed == shipped(format),
            "run `rulecheck schema {format} > schemas/{format}.schema.json`"
        );
    }
}

fn files_of(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(ending));
    paths.sort();
    paths
}

#[test]
fn fixtures_and_examples_of_the_docs_fit() {
    let tests = validator("tests");
    let mut checked = 0;
    for path in files_of("fixtures", ".test.yml") {
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(faults(&tests, &text), Vec::<String>::new(), "{}", path.display());
        checked += 1;
    }
    let mut pages = files_of("docs", ".md");
    pages.push(root().join("README.md"));
    for page in pages {
        for (name, text) in examples(&fs::read_to_string(&page).expect("text")) {
            let format = match name.as_str() {
                "rulecheck.yml" => validator("settings"),
                name if name.ends_with(".test.yml") => validator("tests"),
                _ => continue,
            };
            assert_eq!(
                faults(&format, &text),
                Vec::<String>::new(),
                "{}: {name}",
                page.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked} files");
    let catalog = validator("catalog");
    for path in files_of("src/catalog/exporters", ".json") {
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(
            faults(&catalog, &text),
            Vec::<String>::new(),
            "{}",
            path.display()
        );
    }
    let own = fs::read_to_string(root().join("rulecheck.yml")).expect("settings");
    assert_eq!(faults(&validator("settings"), &own), Vec::<String>::new());
}

/// The named YAML blocks of a page.
fn examples(page: &str) -> Vec<(String, String)> {
    let mut examples = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("```yaml ") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            examples.push((name.to_owned(), text.join("\n")));
        }
    }
    examples
}

#[test]
fn what_the_reader_refuses_does_not_fit() {
    let tests = validator("tests");
    let cases = [
        "tests: [{nam: x}]",
        "tests: [{match: some}]",
        "evaluation_interval: 1 minute",
        "fuzzy_compare: maybe",
        "tests: [{alert_rule_test: [{eval_time: 1m}]}]",
        "tests: [{alert_rule_test: [{alertname: A, exp_alerts: [{state: fires}]}]}]",
        "tests: [{promql_expr_test: [{expr: up, exp_samples: [{value: one}]}]}]",
        "tests: [{timeline: [A]}]",
        "tests: [{parameters: {a: b}}]",
        "rule_files: a.yml",
    ];
    for case in cases {
        assert_ne!(faults(&tests, case), Vec::<String>::new(), "{case}");
    }
    let fits = "tests: [{parameters: [{v: 1}], alert_rule_test: [{alertname: A, eval_time: '${v}m', exp_alerts: }]}]";
    assert_eq!(faults(&tests, fits), Vec::<String>::new());
    assert!(!validator("settings").is_valid(&json!({"includes": []})));
}

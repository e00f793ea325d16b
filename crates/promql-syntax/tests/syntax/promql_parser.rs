//! The crate promql-parser reads the grammar of Prometheus 3.8. Wherever it knows the syntax, both must take the same
//! expressions and read the same tree from them.
//!
//! Trees are compared by their text: what promql-parser prints, read and printed by us, is what we print.

use std::path::{Path, PathBuf};

use promql_syntax::{ParseOptions, parse};
use proptest::prelude::*;

use crate::{exceptions, generate};

/// What differs, if anything that no exception explains.
fn difference(text: &str) -> Option<String> {
    let ours = parse(text, &ParseOptions::ALL);
    let theirs = ::promql_parser::parser::parse(text);
    if exceptions::reason(text, &ours).is_some() {
        return None;
    }
    match (&theirs, ours.errors.is_empty()) {
        (Err(_), false) => None,
        (Ok(_), false) => Some(format!(
            "only promql-parser takes {text}: {}",
            ours.errors[0].promql_text(text)
        )),
        (Err(error), true) => Some(format!("only we take {text}: {error}")),
        (Ok(tree), true) => {
            let printed = tree.to_string();
            let again = parse(&printed, &ParseOptions::ALL);
            let (ours, again_errors) = (exceptions::reduced(ours.expr).to_string(), again.errors);
            let same = again_errors.is_empty() && exceptions::reduced(again.expr).to_string() == ours;
            (!same).then(|| format!("{text} is {ours} for us and {printed} for promql-parser"))
        }
    }
}

fn shared() -> PathBuf {
    match std::env::var_os("RULECHECK_SHARED") {
        Some(shared) => PathBuf::from(shared),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    }
}

/// The texts under the key `expr`, anywhere in a document.
fn expressions(value: &serde_yaml::Value, found: &mut Vec<String>) {
    match value {
        serde_yaml::Value::Mapping(map) => {
            for (key, value) in map {
                match (key.as_str(), value.as_str()) {
                    (Some("expr"), Some(text)) => found.push(text.to_owned()),
                    (Some(name), Some(text)) if name.ends_with(".json") => {
                        let json: serde_yaml::Value = serde_json::from_str(text).expect("JSON");
                        expressions(&json, found);
                    }
                    _ => expressions(value, found),
                }
            }
        }
        serde_yaml::Value::Sequence(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

#[test]
fn the_corpora_are_read_alike() {
    let corpus = shared().join("corpus");
    if !corpus.is_dir() {
        println!("skipped: {} is not there", corpus.display());
        return;
    }
    let mut folders = vec![corpus];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
                let text = std::fs::read_to_string(&path).expect("text");
                for document in serde_yaml::Deserializer::from_str(&text) {
                    let value = serde::Deserialize::deserialize(document).expect("YAML");
                    expressions(&value, &mut found);
                }
            }
        }
    }
    // Grafana's variables are no PromQL.
    found.retain(|text| !text.contains('$') || text.contains("$1") || text.contains("$2"));
    let differences: Vec<String> = found.iter().filter_map(|text| difference(text)).collect();
    println!(
        "{} expressions, {} read differently",
        found.len(),
        differences.len()
    );
    assert!(differences.is_empty(), "{differences:#?}");
}

proptest! {
    #[test]
    fn generated_expressions_are_read_alike(text in generate::expression()) {
        prop_assert_eq!(difference(&text), None);
    }
}

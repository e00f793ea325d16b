//! serde_yaml descends from libyaml, as the reader in Prometheus does: both must decode every scalar alike.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rulecheck::source::{Node, NodeKind, yaml};
use serde::Deserialize;
use serde_yaml::Value;

use crate::shared::shared;

/// Why the two may differ; none where they must agree.
fn exception(text: &str) -> Option<&'static str> {
    if text.contains('\t') {
        return Some("YAML 1.2 takes tabs in some places where libyaml does not");
    }
    None
}

fn differs(ours: &Node, theirs: &Value, at: &str) -> Option<String> {
    match (&ours.kind, theirs) {
        (NodeKind::Scalar(scalar), Value::String(text)) => {
            (scalar.text != *text).then(|| format!("{at}: {:?} is {text:?} for serde_yaml", scalar.text))
        }
        (NodeKind::Scalar(scalar), Value::Null) => {
            (!ours.is_null()).then(|| format!("{at}: {:?} is nothing for serde_yaml", scalar.text))
        }
        // Numbers and truth values are read from the text when a field asks for them.
        (NodeKind::Scalar(_), Value::Number(_) | Value::Bool(_)) => None,
        (NodeKind::Sequence(items), Value::Sequence(values)) if items.len() == values.len() => items
            .iter()
            .zip(values)
            .enumerate()
            .find_map(|(n, (a, b))| differs(a, b, &format!("{at}[{n}]"))),
        (NodeKind::Mapping(entries), Value::Mapping(map)) if entries.len() == map.len() => {
            entries.iter().find_map(|entry| {
                let key = entry.key.as_str().unwrap_or("?");
                // Merged entries stand in another order.
                let value = map.iter().find(|(k, _)| differs(&entry.key, k, at).is_none())?.1;
                differs(&entry.value, value, &format!("{at}.{key}"))
            })
        }
        _ => Some(format!("{at}: {} is {theirs:?} for serde_yaml", ours.kind_name())),
    }
}

/// What differs between the two in a text; whether both take it counts too.
fn difference(text: &str) -> Option<String> {
    let ours = yaml::parse(text);
    let theirs: Result<Vec<Value>, _> = serde_yaml::Deserializer::from_str(text)
        .map(Value::deserialize)
        .collect();
    match (ours.errors.first(), theirs) {
        (None, Ok(mut values)) => {
            values
                .iter_mut()
                .for_each(|value| value.apply_merge().expect("merges of mappings"));
            values.retain(|value| !value.is_null());
            if values.len() != ours.roots.len() {
                return Some(format!(
                    "{} documents, {} for serde_yaml",
                    ours.roots.len(),
                    values.len()
                ));
            }
            ours.roots
                .iter()
                .zip(&values)
                .find_map(|(a, b)| differs(a, b, ""))
        }
        (Some(_), Err(_)) => None,
        (Some(error), Ok(_)) => Some(format!("only serde_yaml takes it: {}", error.message)),
        (None, Err(error)) => Some(format!("only we take it: {error}")),
    }
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn files_are_decoded_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    yaml_files(&root.join("rules"), &mut found);
    yaml_files(&root.join("fixtures"), &mut found);
    if let Some(corpus) = shared("corpus") {
        yaml_files(&corpus, &mut found);
    }
    let differences: Vec<String> = found
        .iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(path).expect("text");
            difference(&text).map(|d| format!("{}: {d}", path.display()))
        })
        .collect();
    println!("{} files, {} decoded differently", found.len(), differences.len());
    assert!(differences.is_empty(), "{differences:#?}");
}

/// A scalar in one of the styles, as the value of a key.
fn value() -> impl Strategy<Value = String> {
    let word =
        || proptest::string::string_regex("[a-zé漢0-9][a-zé漢0-9(){}=,.*+/<>~|-]{0,5}").expect("a pattern");
    let words = || prop::collection::vec(word(), 1..5);
    let lines = || prop::collection::vec((0usize..3, words()), 1..5);
    let block = (
        prop::sample::select(vec!["|", ">", "|-", ">-", "|+", ">+"]),
        lines(),
        0usize..3,
    )
        .prop_map(|(header, lines, blank)| {
            let line = |(indent, words): (usize, Vec<String>)| {
                format!("{}{}\n", " ".repeat(4 + indent), words.join(" "))
            };
            format!(
                "{header}\n    first\n{}{}",
                lines.into_iter().map(line).collect::<String>(),
                "\n".repeat(blank)
            )
        });
    prop_oneof![
        words().prop_map(|w| format!("{}\n", w.join(" "))),
        words().prop_map(|w| format!("'{}'\n", w.join("''\n     "))),
        words().prop_map(|w| format!("\"{}\"\n", w.join("\\n\\u00e9 \n\n     "))),
        words().prop_map(|w| format!("{}\n", w.join("\n      "))),
        // Inside brackets, fewer characters may stand unquoted.
        prop::collection::vec("[a-z0-9]{1,6}", 1..5).prop_map(|w| format!("[{}]\n", w.join(", "))),
        block,
        prop::sample::select(vec![
            "~\n", "null\n", "\n", "yes\n", "on\n", "017\n", "0x1f\n", "1e3\n", ".inf\n", "5m\n"
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn generated_documents_are_decoded_alike(values in prop::collection::vec(value(), 1..4)) {
        let keys = values.iter().enumerate().map(|(n, value)| format!("  k{n}: {value}"));
        let text = format!("top:\n{}", keys.collect::<String>());
        if exception(&text).is_none() {
            prop_assert_eq!(difference(&text), None, "{}", text);
        }
    }
}

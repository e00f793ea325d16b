//! Texts that are matchers, and texts that nearly are.

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::amtool::Amtool;
use crate::configs::errors;

/// How many texts amtool is asked about.
const TEXTS: usize = 1000;

fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "b1",
        "ü",
        "é",
        "=",
        "!=",
        "=~",
        "!~",
        "!",
        "~",
        ",",
        "{",
        "}",
        "\"",
        "\"b\"",
        "\"b c\"",
        "\"b\\n\"",
        "\"\\\"\"",
        "\"\\d\"",
        "\"\\u00e9\"",
        "\\",
        "'",
        "`",
        " ",
        "\t",
        ".*",
        "(",
        "[a-z]+",
        "|",
        "\"(\"",
        ":",
        "-",
        "0",
    ];
    prop::sample::select(pieces.to_vec()).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
    let matcher = (
        piece(),
        prop::sample::select(vec!["=", "!=", "=~", "!~"]),
        piece(),
    )
        .prop_map(|(name, op, value)| format!("{name}{op}{value}"));
    let list = prop::collection::vec(matcher, 0..3)
        .prop_map(|m| m.join(","))
        .boxed();
    let braced = list.clone().prop_map(|list| format!("{{{list}}}"));
    let any = prop::collection::vec(piece(), 0..7).prop_map(|p| p.concat());
    prop_oneof![3 => list, 1 => braced, 3 => any]
}

#[test]
fn amtool_takes_and_refuses_the_same_matchers() {
    let Some(amtool) = Amtool::find() else { return };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let folder = tempfile::tempdir().expect("a folder");
    let mut texts = Vec::new();
    let mut files: Vec<PathBuf> = Vec::new();
    for number in 0..TEXTS {
        let text = text().new_tree(&mut runner).expect("a text").current();
        let quoted = serde_json::to_string(&text).expect("JSON");
        let config =
            format!("route: {{receiver: a, routes: [{{matchers: [{quoted}]}}]}}\nreceivers: [{{name: a}}]\n");
        let path = folder.path().join(format!("{number}.yml"));
        std::fs::write(&path, config).expect("a file");
        texts.push(text);
        files.push(path);
    }
    let theirs = amtool.check(&files);
    let (mut refused, mut wrong) = (0, Vec::new());
    for ((path, text), theirs) in files.iter().zip(&texts).zip(&theirs) {
        let ours = errors(path);
        refused += usize::from(theirs.is_some());
        let agree = match (&theirs, ours.first()) {
            (None, None) => true,
            (Some(theirs), Some(ours)) => {
                let ours = ours.strip_suffix(": Alertmanager refuses the file");
                ours.map(str::trim_end) == Some(theirs.as_str())
            }
            _ => false,
        };
        if !agree {
            wrong.push(format!("{text:?}\n  ours: {ours:?}\n  theirs: {theirs:?}"));
        }
    }
    println!("{TEXTS} texts, {refused} refused");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

//! The examples in `docs/promql-scripts.md` are run.

use rulecheck::model::script::Script;
use rulecheck::outcome::Status;
use rulecheck::replay::script;
use rulecheck::source::SourceFile;

const PAGE: &str = include_str!("../docs/promql-scripts.md");

/// The text of each fenced block of scripts, with the number of lines before it.
fn examples() -> Vec<(usize, String)> {
    let mut examples = Vec::new();
    let mut inside = false;
    for (number, line) in PAGE.lines().enumerate() {
        match (inside, line) {
            (false, "```promql-script") => {
                inside = true;
                examples.push((number + 1, String::new()));
            }
            (true, "```") => inside = false,
            (true, line) => {
                if let Some((_, text)) = examples.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            (false, _) => {}
        }
    }
    examples
}

#[test]
fn examples_pass() {
    let examples = examples();
    assert!(examples.len() >= 7, "the page has its examples");
    for (before, text) in examples {
        let file = SourceFile::new("docs/promql-scripts.md", text);
        let outcomes = script::run(&file, &Script::parse(&file), &script::engine_options());
        assert!(!outcomes.is_empty(), "an example has an evaluation");
        for outcome in outcomes {
            let line = before + outcome.line.unwrap_or_default();
            assert_eq!(
                outcome.status,
                Status::Passed,
                "line {line}: {:?}",
                outcome.failures
            );
        }
    }
}

#[test]
fn everything_that_can_be_expected_is_explained() {
    for word in [
        "fail",
        "warn",
        "info",
        "no_warn",
        "no_info",
        "ordered",
        "string",
        "range vector",
    ] {
        assert!(PAGE.contains(&format!("expect {word}")), "{word}");
    }
    for word in [
        "load_with_nhcb",
        "clear",
        "@st",
        "eval_fail",
        "eval_warn",
        "eval_info",
        "eval_ordered",
    ] {
        assert!(PAGE.contains(word), "{word}");
    }
}

//! `rulecheck explain`.

use crate::support::Folder;

#[test]
fn a_code_is_explained_by_its_page() {
    let run = Folder::with(&[]).run(&["explain", "duplicate-rule"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(run.out, include_str!("../../docs/lints/duplicate-rule.md"));
}

#[test]
fn all_codes_are_listed() {
    let run = Folder::with(&[]).run(&["explain"]);
    assert_eq!(run.out.lines().count(), rulecheck::lints::codes().count());
    let line = "promql-syntax      error    an expression that does not parse, or whose types do not fit";
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(run.out.lines().any(|l| words(l) == words(line)), "{}", run.out);
}

#[test]
fn a_misspelt_code_is_an_error_with_a_suggestion() {
    let run = Folder::with(&[]).run(&["explain", "duplicate-rules"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "rulecheck: there is no code duplicate-rules, did you mean duplicate-rule?\n"
    );
}

//! `rulecheck check --fix`: what is changed, and nothing else.

use std::fs;

use crate::support::Folder;

const RULES: &str = r#"# A comment that stays.
groups:
- name: g   # and this one
  rules:
  - record: plain
    expr: a{x=~"1"} + b{y !~ "^2$"}
  - record: single
    expr: 'a{x=~"it''s"}'
  - record: double
    expr: "a{x=~\"1\"}"
  - {record: block, expr: up}
  - record: literal
    expr: |
      # of the expression
      a{x=~'1',
        y=~"^(a|b).*$"}
  - &shared
    record: anchor
    expr: &expr a{x=~"1"}
  - record: alias
    expr: *expr
"#;

const MENDED: &str = r#"# A comment that stays.
groups:
- name: g   # and this one
  rules:
  - record: plain
    expr: a{x="1"} + b{y != "2"}
  - record: single
    expr: 'a{x="it''s"}'
  - record: double
    expr: "a{x=\"1\"}"
  - {record: block, expr: up}
  - record: literal
    expr: |
      # of the expression
      a{x='1',
        y=~"^(a|b).*$"}
  - &shared
    record: anchor
    expr: &expr a{x="1"}
  - record: alias
    expr: *expr
"#;

#[test]
fn only_what_is_mended_changes() {
    let folder = Folder::with(&[("a.yml", RULES)]);
    let run = folder.run(&["check", "--fix", "a.yml"]);
    assert_eq!(run.err, "a.yml: 6 findings mended\n");
    assert_eq!(fs::read_to_string(folder.path().join("a.yml")).unwrap(), MENDED);
    let again = folder.run(&["check", "--fix", "a.yml"]);
    assert_eq!(again.err, "", "nothing is left to mend");
}

#[test]
fn a_diff_changes_nothing() {
    let folder = Folder::with(&[("a.yml", RULES)]);
    let run = folder.run(&["check", "--fix", "--diff"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.starts_with("--- a.yml\n+++ a.yml\n@@ "), "{}", run.out);
    assert!(
        run.out
            .contains("-    expr: a{x=~\"1\"} + b{y !~ \"^2$\"}\n+    expr: a{x=\"1\"} + b{y != \"2\"}\n")
    );
    assert_eq!(fs::read_to_string(folder.path().join("a.yml")).unwrap(), RULES);
    let run = folder.run(&["check", "--diff"]);
    assert_eq!(run.code, Some(2), "a diff of nothing is asked for");
}

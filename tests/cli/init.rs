//! `rulecheck init`.

use crate::support::Folder;

const RULES: &str = "
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        annotations: {summary: '{{ $labels.instance }} is down'}
      - alert: Never
        expr: count(up) == 0
";

#[test]
fn tests_are_written_beside_the_rules_and_hold() {
    let folder = Folder::with(&[("rules/a.yml", RULES)]);
    let run = folder.run(&["init", "--tests", "rules/a.yml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.out
            .starts_with("rules/a.test.yml: 1 of 2 alerts fire\n  Never: "),
        "{run:?}"
    );
    let test = folder.run(&["test", "rules/a.test.yml"]);
    assert_eq!(test.code, Some(0), "{test:?}");
}

#[test]
fn files_are_overwritten_only_on_demand() {
    let folder = Folder::with(&[("a.yml", RULES), ("a.test.yml", "mine")]);
    let read = || std::fs::read_to_string(folder.path().join("a.test.yml")).expect("a file");
    let run = folder.run(&["init", "--tests", "a.yml"]);
    assert_eq!((run.code, read().as_str()), (Some(2), "mine"), "{run:?}");
    assert!(run.err.contains("a.test.yml exists already"), "{run:?}");
    folder.run(&["init", "--tests", "--force", "a.yml"]);
    assert!(read().contains("name: Down"));
}

#[test]
fn tests_go_into_another_folder_with_the_way_back() {
    let folder = Folder::with(&[("rules/a.yml", RULES)]);
    folder.run(&["init", "--tests", "--output", "tests/made", "rules"]);
    let test = folder.run(&["test", "tests/made/a.test.yml"]);
    assert_eq!(test.code, Some(0), "{test:?}");
}

#[test]
fn alerts_that_are_tested_are_left_out() {
    let tests = "
rule_files: [rules/a.yml]
tests:
  - input_series: [{series: 'up{instance=\"a\"}', values: '1x5'}]
    alert_rule_test: [{eval_time: 5m, alertname: Down}]
";
    let folder = Folder::with(&[("rules/a.yml", RULES), ("tests.yml", tests)]);
    let run = folder.run(&["init", "--tests", "--stdout", "rules/a.yml"]);
    assert!(
        !run.out.contains("name: Down") && run.out.contains("Never"),
        "{run:?}"
    );
    let run = folder.run(&["init", "--tests", "--stdout", "--all", "rules/a.yml"]);
    assert!(run.out.contains("name: Down"), "{run:?}");
}

#[test]
fn settings_to_begin_with() {
    let folder = Folder::with(&[("a.yml", RULES)]);
    assert_eq!(folder.run(&["init"]).code, Some(0));
    // It checks the rules, one of which cannot fire.
    assert_eq!(folder.run(&["check"]).code, Some(1));
    assert_eq!(folder.run(&["init"]).code, Some(2));
    assert_eq!(folder.run(&["init", "a.yml"]).code, Some(2));
}

//! `rulecheck test`.

use super::support::{Folder, RULES, TESTS};

#[test]
fn a_passing_run_names_the_alerts() {
    let folder = Folder::with(&[("rules.yml", RULES), ("down.test.yml", TESTS)]);
    let run = folder.run(&["test"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    insta::assert_snapshot!(run.out, @r"
    ✓ down.test.yml  1/1 passed

    1 alert tested: Down
    1 test in 1 file: 1 passed
    ");
}

#[test]
fn a_failure_shows_the_difference_and_the_states() {
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        ("down.test.yml", &TESTS.replace("a:1 is down", "a:1 is up")),
    ]);
    let run = folder.run(&["test"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    insta::assert_snapshot!(run.out, @r"
    ✗ down.test.yml  0/1 passed

      FAILED Down fires after five minutes (down.test.yml:4)
        down.test.yml:13: Down fires at 5m with other annotations than expected
          - expected + actual
          ~ alert (down.test.yml:16)
              alertname: Down
              instance: a:1
              job: api
              severity: critical
              annotations
            ~ summary: a:1 is [-up-]{+down+}
          states: 0s..4m pending, [5m firing]; asserted at 5m
            ▒▒▒▒▒█
                 ▲ 5m
          rule:   Down (rules.yml:4)
            up == 0


    1 alert tested: Down
    1 test in 1 file: 0 passed, 1 failed
    ");
}

#[test]
fn json_holds_the_same() {
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        (
            "down.test.yml",
            &TESTS.replace("eval_time: 5m", "eval_time: 4m30s"),
        ),
    ]);
    let run = folder.run(&["test", "--format", "json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.err, "");
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(
        json["summary"],
        serde_json::json!({"passed": 0, "failed": 1, "errors": 0})
    );
    let test = &json["tests"][0];
    assert_eq!(test["status"], "failed");
    assert_eq!(test["name"], "Down fires after five minutes");
    assert_eq!(test["alerts"], serde_json::json!(["Down"]));
    let failure = &test["failures"][0];
    assert_eq!(failure["kind"], "alert");
    assert_eq!(failure["line"], 13);
    let actual = failure["actual"].as_str().expect("text");
    assert!(actual.starts_with("pending alert:\n"), "{actual}");
    assert_eq!(
        failure["message"],
        "Down does not fire at 4m30s: it is pending since 0s and would fire at 5m"
    );
}

#[test]
fn a_misspelt_alert_is_noticed() {
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        (
            "down.test.yml",
            &TESTS.replace("alertname: Down", "alertname: Dwon"),
        ),
    ]);
    let run = folder.run(&["test"]);
    assert!(
        run.out
            .contains("no rule file of this test defines Dwon, did you mean Down?"),
        "{}",
        run.out
    );
}

#[test]
fn a_rule_file_stands_for_the_tests_that_use_it() {
    let other = RULES.replace("Down", "Other");
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        ("other.yml", &other),
        ("tests/down.yml", &TESTS.replace("rules.yml", "../rules.yml")),
        (
            "tests/other.yml",
            &TESTS
                .replace("rules.yml", "../other.yml")
                .replace("Down", "Other"),
        ),
    ]);
    let run = folder.run(&["test", "rules.yml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.out.contains("1 alert tested: Down\n1 test in 1 file"),
        "{}",
        run.out
    );
    assert!(folder.run(&["test"]).out.contains("2 tests in 2 files: 2 passed"));
}

#[test]
fn kubernetes_resources_are_rule_files_too() {
    let spec: String = RULES.lines().map(|line| format!("  {line}\n")).collect();
    let resource = format!(
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: api}}\nspec:\n{spec}"
    );
    let folder = Folder::with(&[("rules.yml", &resource), ("down.test.yml", TESTS)]);
    let run = folder.run(&["test"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn tests_are_chosen_by_name() {
    let folder = Folder::with(&[("rules.yml", RULES), ("down.test.yml", TESTS)]);
    let run = folder.run(&["test", "--run", "five", "--run", "nothing"]);
    assert!(run.out.contains("1 test in 1 file: 1 passed"), "{}", run.out);
    let run = folder.run(&["test", "--run", "six"]);
    assert!(run.out.contains("0 tests in 0 files"), "{}", run.out);
}

#[test]
fn scripts_are_tests_too() {
    let script = "load 1m\n  up 1 1 0\n\neval instant at 2m up\n  up 0\n\neval instant at 1m up\n  up 7\n";
    let folder = Folder::with(&[("up.test", script)]);
    let run = folder.run(&["test"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.out.contains("2 tests in 1 file: 1 passed, 1 failed"),
        "{}",
        run.out
    );
}

#[test]
fn every_format_says_that_a_test_failed() {
    let broken = TESTS.replace("a:1 is down", "a:1 is up");
    let folder = Folder::with(&[
        ("rules.yml", RULES),
        ("down.test.yml", &broken),
        ("bad.test.yml", "rule_files: [rules.yml\n"),
    ]);
    let cases = [
        (
            "junit",
            "<failure message=\"Down fires at 5m",
            "<testcase name=\"the file can be read\"",
        ),
        (
            "tap",
            "not ok 1 - down.test.yml: Down fires",
            "not ok 2 - bad.test.yml: ",
        ),
        (
            "github",
            "::error file=down.test.yml,line=13",
            "::error file=bad.test.yml,line=",
        ),
    ];
    for (format, failed, unreadable) in cases {
        let run = folder.run(&["test", "--format", format, "down.test.yml", "bad.test.yml"]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.out.contains(failed), "{format}: {}", run.out);
        assert!(run.out.contains(unreadable), "{format}: {}", run.out);
    }
}

#[test]
fn junit_goes_to_a_file_besides() {
    let folder = Folder::with(&[("rules.yml", RULES), ("down.test.yml", TESTS)]);
    let run = folder.run(&["test", "--junit", "out.xml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("1 test in 1 file: 1 passed"), "{}", run.out);
    let xml = std::fs::read_to_string(folder.path().join("out.xml")).expect("the file");
    let document = roxmltree::Document::parse(&xml).expect("XML");
    let case = document.descendants().find(|node| node.has_tag_name("testcase"));
    assert_eq!(
        case.and_then(|case| case.attribute("name")),
        Some("Down fires after five minutes")
    );
    let run = folder.run(&["test", "--junit", "no/such/folder.xml"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.err.contains("--junit: cannot write no/such/folder.xml"),
        "{}",
        run.err
    );
}

#[test]
fn test_names_are_matched_as_go_does() {
    let folder = Folder::with(&[("rules.yml", RULES), ("down.test.yml", TESTS)]);
    // In Go's syntax a brace that begins no repetition is itself, and `\z` is known.
    let run = folder.run(&["test", "--run", r"minutes\z|{x}"]);
    assert!(run.out.contains("1 test in 1 file: 1 passed"), "{run:?}");
    let run = folder.run(&["test", "--run", "("]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.err.contains("error parsing regexp: missing closing ): `(`"),
        "{}",
        run.err
    );
}

#[test]
fn features_change_how_expressions_are_evaluated() {
    // Without delayed removal `rate` drops the name, and the label replacement finds none.
    let tests = "\
tests:
  - interval: 1m
    input_series: [{series: requests_total, values: 0+60x10}]
    promql_expr_test:
      - expr: label_replace(rate(requests_total[5m]), \"of\", \"$1\", \"__name__\", \"(.*)_total\")
        eval_time: 10m
        exp_samples: [{labels: '{of=\"requests\"}', value: 1}]
";
    let folder = Folder::with(&[("names.test.yml", tests)]);
    assert_eq!(folder.run(&["test"]).code, Some(1));
    let with = |feature: &str| folder.run(&["test", "--enable-feature", feature]);
    let run = with("promql-experimental-functions,promql-delayed-name-removal");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.err, "");
    let run = with("promql-experimental-functions");
    assert_eq!(run.code, Some(1), "{run:?}");
    let run = with("more-speed");
    assert!(
        run.err.contains("nobody knows the feature more-speed"),
        "{}",
        run.err
    );
}

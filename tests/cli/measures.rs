//! `rulecheck test --coverage` and `--mutate`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::support::Folder;

const RULES: &str = "\
groups:
  - name: queue
    rules:
      - alert: QueueLong
        expr: queue_length{job=\"worker\"} > 100
        for: 2m
        labels:
          severity: warning
        annotations:
          summary: '{{ $labels.queue }} holds {{ $value }} tasks'
      - record: job:up:min
        expr: min by (job) (up)
      - alert: JobDown
        expr: job:up:min == 0
        labels: {severity: critical}
";

const TESTS: &str = "\
rule_files: [rules.yml]
tests:
  - name: a long queue
    interval: 1m
    input_series:
      - series: queue_length{job=\"worker\", queue=\"mail\"}
        values: 0x4 150x10
    alert_rule_test:
      - eval_time: 6m
        alertname: QueueLong
      - eval_time: 10m
        alertname: QueueLong
        exp_alerts:
          - exp_labels: {severity: warning, job: worker, queue: mail}
            exp_annotations: {summary: mail holds 150 tasks}
  - name: a short queue
    interval: 1m
    input_series:
      - series: queue_length{job=\"worker\", queue=\"mail\"}
        values: 10x10
    alert_rule_test:
      - eval_time: 10m
        alertname: QueueLong
";

fn folder() -> Folder {
    Folder::with(&[("rules.yml", RULES), ("queue.test.yml", TESTS)])
}

fn json(folder: &Folder, args: &[&str]) -> Value {
    let args: Vec<&str> = ["test", "--format", "json"].iter().chain(args).copied().collect();
    let run = folder.run(&args);
    serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{e}: {run:?}"))
}

#[test]
fn coverage_names_what_no_test_sees() {
    let run = folder().run(&["test", "--coverage"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    insta::assert_snapshot!(run.out, @r#"
    ✓ queue.test.yml  2/2 passed

    1 alert tested: QueueLong
    2 tests in 1 file: 2 passed

    rules.yml  40 % covered
      ✗ QueueLong   83.3 %  10/12
          no test sees it resolve (rules.yml:4:16)
          `job="worker"` never kept a series out (rules.yml:5:28)
      ✗ job:up:min    0 %  0/4
          no test: `rulecheck init --tests rules.yml` writes one to begin with
      ✗ JobDown       0 %  0/9
          no test: `rulecheck init --tests rules.yml` writes one to begin with

    40 % of 3 rules: 10 of 25 covered
    "#);
}

#[test]
fn too_little_fails() {
    let folder = folder();
    for (args, code) in [
        (["test", "--min-coverage", "40"], 0),
        (["test", "--min-coverage", "90"], 1),
        (["test", "--min-score", "20"], 0),
        (["test", "--min-score", "90%"], 1),
        (["test", "--min-score", "101"], 2),
        (["test", "--min-coverage", "much"], 2),
    ] {
        let run = folder.run(&args);
        assert_eq!(run.code, Some(code), "{args:?}: {run:?}");
    }
    let run = folder.run(&["test", "--min-coverage", "90"]);
    assert!(
        run.err.contains("below the 90 % of --min-coverage"),
        "{}",
        run.err
    );
}

#[test]
fn survivors_come_with_what_would_have_noticed() {
    let run = folder().run(&["test", "--mutate"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    insta::assert_snapshot!(run.out, @r#"
    ✓ queue.test.yml  2/2 passed

    1 alert tested: QueueLong
    2 tests in 1 file: 2 passed

    SURVIVED QueueLong: `job="worker"` is dropped (matcher)
      rules.yml:5:27
      - expr: queue_length{job="worker"} > 100
      + expr: queue_length > 100
      No series of the tests tell the two apart. These would: a series of `queue_length` whose `job` is not `worker`, and that would count otherwise.

    SURVIVED QueueLong: `>` becomes `>=` (comparison)
      rules.yml:5:42
      - expr: queue_length{job="worker"} > 100
      + expr: queue_length{job="worker"} >= 100
      No series of the tests tell the two apart. These would: series for which `queue_length{job="worker"}` is exactly `100`.

    SURVIVED QueueLong: 100 becomes 110 (number)
      rules.yml:5:44
      - expr: queue_length{job="worker"} > 100
      + expr: queue_length{job="worker"} > 110
      No series of the tests tell the two apart. These would: series for which `queue_length{job="worker"}` lies between 100 and 110, such as 105.

    SURVIVED QueueLong: 100 becomes 90 (number)
      rules.yml:5:44
      - expr: queue_length{job="worker"} > 100
      + expr: queue_length{job="worker"} > 90
      No series of the tests tell the two apart. These would: series for which `queue_length{job="worker"}` lies between 90 and 100, such as 95.

    SURVIVED QueueLong: 100 becomes 50 (number)
      rules.yml:5:44
      - expr: queue_length{job="worker"} > 100
      + expr: queue_length{job="worker"} > 50
      No series of the tests tell the two apart. These would: series for which `queue_length{job="worker"}` lies between 50 and 100, such as 75.

    SURVIVED QueueLong: `for: 2m` is doubled (for)
      rules.yml:6:14
      - for: 2m
      + for: 4m
      At 7m of "a long queue" (queue.test.yml:3), the mutant does not fire. This would notice:
        alert_rule_test:
          - eval_time: 7m
            alertname: QueueLong
            exp_alerts:
              - exp_labels:
                  job: worker
                  queue: mail
                  severity: warning
                exp_annotations:
                  summary: mail holds 150 tasks

    UNTESTED job:up:min: no test asserts anything that depends on it
      rules.yml:11
      `rulecheck init --tests rules.yml` writes a test to begin with

    UNTESTED JobDown: no test asserts anything that depends on it
      rules.yml:13
      `rulecheck init --tests rules.yml` writes a test to begin with

    rules.yml  11/28 killed
      ✗ QueueLong   11/17 killed
      ✗ job:up:min  0/5 killed
      ✗ JobDown     0/6 killed

    1 of 2 input series can be taken out, and their tests still pass: `--format json` lists them

    28 mutants of 3 rules: 11 killed, 17 survived, score 39.2 %
    "#);
}

/// Each rule's elements with how many tests cover them.
fn covered(document: &Value) -> BTreeMap<String, u64> {
    let rules = document["coverage"]["rules"].as_array().expect("rules");
    let elements = rules.iter().flat_map(|rule| {
        let elements = rule["elements"].as_array().expect("elements").iter().enumerate();
        elements.map(move |(number, element)| {
            let tests = element["tests"].as_u64().expect("a number");
            (format!("{} {number} {}", rule["rule"], element["kind"]), tests)
        })
    });
    elements.collect()
}

#[test]
fn more_tests_cover_more() {
    let folder = folder();
    let both = covered(&json(&folder, &["--coverage"]));
    let (long, short) = (
        covered(&json(&folder, &["--coverage", "--run", "long"])),
        covered(&json(&folder, &["--coverage", "--run", "short"])),
    );
    assert!(both.values().any(|tests| *tests == 2));
    for (element, tests) in &both {
        assert_eq!(*tests, long[element] + short[element], "{element}");
    }
}

#[test]
fn lcov_says_the_same() {
    let folder = folder();
    let document = json(&folder, &["--coverage-lcov", "lcov.info"]);
    let lcov = std::fs::read_to_string(folder.path().join("lcov.info")).expect("a file");
    let numbers = |key: &str| -> Vec<Vec<String>> {
        lcov.lines()
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix(':'))
            .map(|rest| rest.split(',').map(str::to_owned).collect())
            .collect()
    };
    assert_eq!(numbers("SF"), [["rules.yml"]]);
    let rules = document["coverage"]["rules"].as_array().expect("rules");
    assert_eq!(numbers("FN").len(), rules.len());
    let hit = |lines: &[Vec<String>], at: usize| {
        lines
            .iter()
            .filter(|line| line[at] != "0" && line[at] != "-")
            .count()
            .to_string()
    };
    let (lines, branches) = (numbers("DA"), numbers("BRDA"));
    assert_eq!(numbers("LF"), [[lines.len().to_string()]]);
    assert_eq!(numbers("LH"), [[hit(&lines, 1)]]);
    assert_eq!(numbers("BRF"), [[branches.len().to_string()]]);
    assert_eq!(numbers("BRH"), [[hit(&branches, 3)]]);
    // The line of `for` was seen pending, that of the second alert was not seen at all.
    assert!(lines.contains(&vec!["6".to_owned(), "1".to_owned()]), "{lines:?}");
    assert!(
        lines.contains(&vec!["13".to_owned(), "0".to_owned()]),
        "{lines:?}"
    );
    let elements = rules
        .iter()
        .flat_map(|rule| rule["elements"].as_array().expect("elements"));
    let not_lines = elements.filter(|element| {
        let kind = element["kind"].as_str().expect("a kind");
        !["evaluated", "pending", "label", "annotation"].contains(&kind)
    });
    assert_eq!(branches.len(), not_lines.count());
}

#[test]
fn mutants_do_in_the_file_what_is_said_of_them() {
    let document = json(&folder(), &["--mutate"]);
    let rule = &document["mutation"]["rules"][0];
    assert_eq!(rule["rule"], "QueueLong");
    let mut fates: BTreeMap<&str, usize> = BTreeMap::new();
    for mutant in rule["mutants"].as_array().expect("mutants") {
        let text = |key: &str| mutant[key].as_str().expect("text");
        *fates.entry(text("fate")).or_default() += 1;
        if mutant["operator"] == "removal" {
            continue;
        }
        let edited = RULES.replacen(text("before"), text("after"), 1);
        assert_ne!(edited, RULES, "{mutant}");
        let folder = Folder::with(&[("rules.yml", &edited), ("queue.test.yml", TESTS)]);
        let expected = if mutant["fate"] == "killed" { 1 } else { 0 };
        assert_eq!(folder.run(&["test"]).code, Some(expected), "{mutant}");
        // What is said to notice it does.
        if let Some(entry) = mutant["remedy"]["entry"].as_str() {
            let entry: String = entry.lines().map(|line| format!("      {line}\n")).collect();
            let key = format!("    {}:\n", mutant["remedy"]["key"].as_str().expect("a key"));
            let test = mutant["remedy"]["test"]["name"].as_str().expect("a name");
            let at = TESTS.find(&format!("- name: {test}")).expect("the test");
            let tests = format!(
                "{}{}",
                &TESTS[..at],
                TESTS[at..].replacen(&key, &format!("{key}{entry}"), 1)
            );
            assert_ne!(tests, TESTS, "{mutant}");
            let with = |rules: &str| {
                let folder = Folder::with(&[("rules.yml", rules), ("queue.test.yml", &tests)]);
                folder.run(&["test"])
            };
            assert_eq!(with(RULES).code, Some(0), "{mutant} {:?}", with(RULES));
            assert_eq!(with(&edited).code, Some(1), "{mutant}");
        }
    }
    assert!(fates["killed"] > 5 && fates["survived"] > 3, "{fates:?}");
}

#[test]
fn runs_do_not_differ() {
    let folder = folder();
    let first = folder.run(&["test", "--coverage", "--mutate", "--format", "json"]);
    let second = folder.run(&["test", "--coverage", "--mutate", "--format", "json"]);
    assert_eq!(first.out, second.out);
}

#[test]
fn what_the_settings_exclude_is_not_measured() {
    let folder = folder();
    folder.write("rulecheck.yml", b"exclude: [rules.yml]\n");
    let document = json(&folder, &["--coverage", "--mutate"]);
    assert_eq!(document["coverage"]["rules"], serde_json::json!([]));
    assert_eq!(document["mutation"]["rules"], serde_json::json!([]));
}

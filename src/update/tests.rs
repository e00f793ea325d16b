//! Tests before and after an update: that they hold afterwards, and what has changed in their text.

use std::sync::Arc;

use similar::{ChangeTag, TextDiff};

use super::{Proposal, propose};
use crate::model::{self, Document, ReadOptions};
use crate::outcome::TestOutcome;
use crate::replay::run::{RunOptions, TestFile, run_tests};
use crate::source::SourceFile;

const RULES: &str = "\
groups:
  - name: api
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: Down
        expr: up == 0
        for: 2m
        labels: {severity: critical}
        annotations:
          summary: '{{ $labels.instance }} is down'
          text: \"first: #1\\nsecond\\n\"
";

/// The series that all tests have: `a` is down from 3m on, `b` at 5m and 6m.
const SERIES: &str = "  input_series:
    - {series: 'up{job=\"api\", instance=\"a\"}', values: 1 1 1 0x20}
    - {series: 'up{job=\"api\", instance=\"b\"}', values: 1x4 0 0 1x20}
";

/// What is observed of `a` once it fires.
const A: &str = "exp_labels: {severity: critical, job: api, instance: a}";

fn run(folder: &std::path::Path, text: &str) -> (Arc<SourceFile>, Vec<TestOutcome>) {
    let file = Arc::new(SourceFile::new(folder.join("test.yml"), text.to_owned()));
    let reading = model::read(&file, ReadOptions::default());
    assert!(
        reading.diagnostics.is_empty(),
        "{text}\n{:?}",
        reading.diagnostics
    );
    let unit_tests = reading.documents.iter().filter_map(|document| match document {
        Document::UnitTests(tests) => Some(TestFile::UnitTests {
            tests,
            diagnostics: &[],
        }),
        _ => None,
    });
    let outcomes = run_tests(&unit_tests.collect::<Vec<_>>(), &RunOptions::default());
    (file, outcomes)
}

/// The tests with these assertions, and with what they would be.
fn updated(assertions: &str) -> (String, Proposal, Vec<TestOutcome>) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("rules.yml"), RULES).expect("writes");
    let text = format!("rule_files: [rules.yml]\ntests:\n- name: x\n{SERIES}{assertions}");
    let (file, outcomes) = run(folder.path(), &text);
    let proposal = propose(&file, &outcomes);
    let (_, after) = run(folder.path(), &proposal.text);
    (text, proposal, after)
}

/// The lines that an update changes, `-` and `+` in front; it must make everything hold.
fn changes(assertions: &str) -> Vec<String> {
    let (text, proposal, after) = updated(assertions);
    assert_eq!(proposal.left, [], "{assertions}");
    let failures: Vec<_> = after.iter().flat_map(|outcome| &outcome.failures).collect();
    assert!(failures.is_empty(), "{}\n{failures:#?}", proposal.text);
    let difference = TextDiff::from_lines(text.as_str(), proposal.text.as_str());
    let changes = difference.iter_all_changes().filter_map(|change| {
        let line = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Delete => Some(format!("-{line}")),
            ChangeTag::Insert => Some(format!("+{line}")),
        }
    });
    changes.collect()
}

#[test]
fn values_are_replaced_where_they_stand() {
    // Blocks with comments, each kind of quotes, and a list on one line.
    let block = "  alert_rule_test:
    - eval_time: 10m
      alertname: Down
      # Who is down.
      exp_alerts:
        - exp_labels:
            severity: page # why
            job: 'web'
            instance: \"a\"
          exp_annotations:
            # The short one.
            summary: >-
              a is up
            text: |
              first: #1
              third
";
    assert_eq!(
        changes(block),
        [
            "-            severity: page # why",
            "-            job: 'web'",
            "+            severity: critical # why",
            "+            job: 'api'",
            "-            summary: >-",
            "-              a is up",
            "+            summary: |-",
            "+              a is down",
            "-              third",
            "+              second",
        ]
    );
    let flow = "  alert_rule_test:\n  - {eval_time: 10m, alertname: Down, exp_alerts: [{exp_labels: {severity: page, job: \
                api, instance: a}, exp_annotations: {summary: 'a is down', text: \"first\"}}]}\n";
    assert_eq!(
        changes(flow)[1],
        "+  - {eval_time: 10m, alertname: Down, exp_alerts: [{exp_labels: {severity: critical, job: api, instance: a}, \
         exp_annotations: {summary: 'a is down', text: \"first: #1\\nsecond\\n\"}}]}"
    );
}

#[test]
fn labels_come_and_go() {
    let block = "  alert_rule_test:
    - eval_time: 10m
      alertname: Down
      exp_alerts:
        - exp_labels:
            team: web
            severity: critical
            zone: c

          # Not said of annotations.
";
    assert_eq!(
        changes(block),
        [
            "-            team: web",
            "-            zone: c",
            "+            instance: a",
            "+            job: api",
            "+          exp_annotations:",
            "+            summary: a is down",
            "+            text: |",
            "+              first: #1",
            "+              second",
        ]
    );
    let flow = "  alert_rule_test:\n  - {eval_time: 10m, alertname: Down, exp_alerts: [{exp_labels: {team: web, severity: \
                critical, zone: c}}]}\n";
    assert_eq!(
        changes(flow)[1],
        "+  - {eval_time: 10m, alertname: Down, exp_alerts: [{exp_labels: {severity: critical, instance: a, job: api}, \
         exp_annotations: {summary: a is down, text: \"first: #1\\nsecond\\n\"}}]}"
    );
}

#[test]
fn alerts_come_and_go() {
    // Without a list, with an empty one, and with an empty value.
    for empty in ["", "      exp_alerts: []\n", "      exp_alerts:\n"] {
        let test = format!("  alert_rule_test:\n    - eval_time: 10m\n      alertname: Down\n{empty}");
        let changed = changes(&test);
        assert_eq!(
            changed
                .iter()
                .filter(|line| line.starts_with('+'))
                .collect::<Vec<_>>(),
            [
                "+      exp_alerts:",
                "+        - exp_labels:",
                "+            instance: a",
                "+            job: api",
                "+            severity: critical",
                "+          exp_annotations:",
                "+            summary: a is down",
                "+            text: |",
                "+              first: #1",
                "+              second",
            ][usize::from(empty == "      exp_alerts:\n")..]
                .iter()
                .collect::<Vec<_>>(),
            "{empty}"
        );
    }
    let flow = "  alert_rule_test: [{eval_time: 10m, alertname: Down}]\n";
    assert!(changes(flow)[1].contains("alertname: Down, exp_alerts: [{exp_labels: {instance: a"));
    // One too many, behind and before the one that fires.
    let fires = format!(
        "        - {A}\n          exp_annotations: {{summary: a is down, text: \"first: #1\\nsecond\\n\"}}\n"
    );
    let head = "  alert_rule_test:\n    - eval_time: 10m\n      alertname: Down\n      exp_alerts:\n";
    let other =
        "        # The other.\n        - exp_labels: {job: db, instance: z}\n          exp_annotations: {}\n";
    for test in [format!("{head}{fires}{other}"), format!("{head}{other}{fires}")] {
        assert_eq!(
            changes(&test),
            [
                "-        - exp_labels: {job: db, instance: z}",
                "-          exp_annotations: {}",
            ]
        );
    }
    // The last one goes.
    let silent = "  alert_rule_test:\n    - eval_time: 1m\n      alertname: Down\n      exp_alerts:\n        - exp_labels: {}\n";
    assert_eq!(
        changes(silent),
        [
            "-      exp_alerts:",
            "-        - exp_labels: {}",
            "+      exp_alerts: []",
        ]
    );
    let silent =
        "  alert_rule_test: [{eval_time: 1m, alertname: Down, exp_alerts: [{}, {exp_labels: {a: b}}]}]\n";
    assert_eq!(
        changes(silent)[1],
        "+  alert_rule_test: [{eval_time: 1m, alertname: Down, exp_alerts: []}]"
    );
}

#[test]
fn what_says_less_is_replaced_by_what_was_observed() {
    let test = "  match: subset
  alert_rule_test:
    - eval_time: 4m
      alertname: Down
      exp_alerts:
        - exp_labels: {severity: '~ \"page|ticket\"'}
    - eval_time: 10m
      alertname: '*'
      exp_alerts:
        - state: pending
          exp_labels: {alertname: Down, instance: '~ \".\"'}
";
    assert_eq!(
        changes(test),
        [
            "-        - exp_labels: {severity: '~ \"page|ticket\"'}",
            "+        - exp_labels: {severity: 'critical'}",
            "+          state: pending",
            "-        - state: pending",
            "+        - state: firing",
        ]
    );
}

#[test]
fn samples_and_timelines_are_updated() {
    let test = "  promql_expr_test:
    - expr: job:up:sum
      eval_time: 10m
      exp_samples:
        - labels: job:up:sum{job=\"db\"}
          value: 1 # one
        - labels: job:up:sum{job=\"api\"}
          value: 2.5
    - expr: up * 1e9
      eval_time: 10m
    - expr: up / 0
      eval_time: 1m
      exp_samples:
        - {labels: '{job=\"api\", instance=\"a\"}', value: 7}
  timeline:
    Down{instance=\"a\"}: 0m..5m inactive, then firing
";
    assert_eq!(
        changes(test),
        [
            "-        - labels: job:up:sum{job=\"db\"}",
            "-          value: 1 # one",
            "-          value: 2.5",
            "+          value: 1",
            "+      exp_samples:",
            "+        - labels: '{instance=\"a\", job=\"api\"}'",
            "+          value: 0",
            "+        - labels: '{instance=\"b\", job=\"api\"}'",
            "+          value: 1e+09",
            "-        - {labels: '{job=\"api\", instance=\"a\"}', value: 7}",
            "+        - {labels: '{job=\"api\", instance=\"a\"}', value: .inf}",
            "+        - labels: '{instance=\"b\", job=\"api\"}'",
            "+          value: .inf",
            "-    Down{instance=\"a\"}: 0m..5m inactive, then firing",
            "+    Down{instance=\"a\"}: 0s..3m inactive, 3m..5m pending, then firing",
        ]
    );
}

#[test]
fn what_cannot_be_updated_is_left_with_a_reason() {
    let (text, proposal, _) = updated(
        "  never_fires: [Down]\n  alert_rule_test: [{eval_time: 10m, alertname: Down, exp_alerts: [{}]}]\n",
    );
    assert_eq!(proposal.updated, 1);
    assert_eq!(proposal.left.len(), 1);
    assert!(
        proposal.left[0].1.contains("for people to decide"),
        "{:?}",
        proposal.left
    );
    assert_ne!(proposal.text, text);

    let rows = "  parameters: [{n: a}, {n: b}]\n  alert_rule_test: [{eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels: \
                {instance: '${n}'}}]}]\n";
    let (text, proposal, _) = updated(rows);
    assert_eq!(proposal.left.len(), 2, "{proposal:?}");
    assert!(
        proposal.left[0].1.contains("table of parameters"),
        "{:?}",
        proposal.left
    );
    assert_eq!(proposal.text, text);

    // What stands for something else too.
    let alias = "  external_labels: &common {a: b}\n  alert_rule_test: [{eval_time: 10m, alertname: Down, exp_alerts: \
                 [{exp_labels: *common}]}]\n";
    let (text, proposal, _) = updated(alias);
    assert!(proposal.left[0].1.contains("alias"), "{:?}", proposal.left);
    assert_eq!(proposal.text, text);
}

proptest::proptest! {
    #[test]
    fn any_text_can_be_written(text in r#"(\PC|[ \n:#,'"~0-9a-c\[\]{}|>-]|\n  |: | #){0,12}"#, style in 0..6usize) {
        use super::yaml::{scalar, scalar_like};
        use crate::source::scalar::Style;
        let style = [Style::Plain, Style::SingleQuoted, Style::DoubleQuoted, Style::Literal, Style::Folded, Style::Json][style];
        let yaml = format!(
            "a:\n  b: {}\n  c: {}\n  d: [{}, {{e: {}}}]\n",
            scalar(&text, Some(4)),
            scalar_like(&text, style, Some(4)),
            scalar(&text, None),
            scalar_like(&text, style, None),
        );
        let documents = crate::source::yaml::parse(&yaml);
        proptest::prop_assert!(documents.errors.is_empty(), "{yaml}\n{:?}", documents.errors);
        let root = documents.roots[0].get("a").expect("an entry");
        let written = [root.get("b"), root.get("c")];
        let list = root.get("d").and_then(|node| node.as_sequence()).expect("a list");
        let written = written.into_iter().chain([Some(&list[0]), list[1].get("e")]);
        for node in written {
            let node = node.expect("a value");
            proptest::prop_assert_eq!(node.as_str(), Some(&text[..]), "{}", yaml);
            proptest::prop_assert!(!node.is_null() , "{}", yaml);
        }
        let peer: serde_yaml::Value = serde_yaml::from_str(&yaml).map_err(|e| proptest::test_runner::TestCaseError::fail(format!("{e}\n{yaml}")))?;
        proptest::prop_assert_eq!(peer["a"]["b"].as_str(), Some(&text[..]), "{}", yaml);
        proptest::prop_assert_eq!(peer["a"]["d"][0].as_str(), Some(&text[..]), "{}", yaml);
    }
}

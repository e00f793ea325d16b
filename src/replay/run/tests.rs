//! Test files from the outside: which rule files they find, what is remarked, what keeps tests from being judged.

use std::path::Path;

use super::{RunOptions, TestFile, run_tests};
use crate::outcome::{Status, TestOutcome};
use crate::project::Project;
use crate::source::discover::FoundFile;

const RULES: &str = "groups:\n- name: g\n  rules: [{alert: Up, expr: up == 1}]\n";
const SERIES: &str = "input_series: [{series: up, values: 1x10}]";
const FIRES: &str = "alert_rule_test: [{eval_time: 1m, alertname: Up, exp_alerts: [{}]}]";

/// Names and texts.
type Files<'f> = &'f [(&'f str, &'f str)];

/// Runs `test.yml` in a folder with these files beside it.
fn run(files: Files<'_>, test: &str, options: &RunOptions) -> Vec<TestOutcome> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("writes");
        path
    };
    for (name, text) in files {
        write(name, text);
    }
    let path = write("test.yml", test);
    let project = Project::load(&[FoundFile { path, named: true }], false);
    let mut outcomes = run_tests(&TestFile::all(&project), options);
    for outcome in &mut outcomes {
        outcome.path = Path::new("test.yml").to_owned();
        for failure in &mut outcome.failures {
            failure.message = failure
                .message
                .replace(&format!("{}/", folder.path().display()), "");
        }
    }
    outcomes
}

fn run_one(files: Files<'_>, test: &str) -> TestOutcome {
    let mut outcomes = run(files, test, &RunOptions::default());
    assert_eq!(outcomes.len(), 1, "{outcomes:#?}");
    outcomes.remove(0)
}

/// `kind line:column message` of each failure.
fn failures(outcome: &TestOutcome) -> Vec<String> {
    let number = |number: Option<usize>| number.map_or("-".to_owned(), |n| n.to_string());
    let failures = outcome.failures.iter();
    failures
        .map(|f| format!("{} {}:{} {}", f.kind, number(f.line), number(f.column), f.message))
        .collect()
}

#[test]
fn rule_files_are_found_beside_the_test_file() {
    let files = [("a.yml", RULES), ("sub/b.yml", RULES), ("sub/deep/c.yml", RULES)];
    let cases = [
        ("[a.yml]", 1),
        ("[./a.yml]", 1),
        ("['?.yml']", 1),
        ("['[a-c].yml']", 1),
        ("['[^b].yml']", 1),
        ("[sub/*.yml]", 1),
        ("['*/*.yml', a.yml]", 2),
        // As in Go, two stars are one.
        ("['**/*.yml']", 1),
        // What is named twice counts once.
        ("[a.yml, ./a.yml, sub/../a.yml, sub/./../a.yml, 'a*']", 1),
    ];
    for (rule_files, alerts) in cases {
        let expected = vec!["{}"; alerts].join(", ");
        let test = format!(
            "rule_files: {rule_files}\ntests:\n- {SERIES}\n  alert_rule_test: [{{eval_time: 1m, alertname: Up, \
             exp_alerts: [{expected}]}}]\n"
        );
        let outcome = run_one(&files, &test);
        assert_eq!(failures(&outcome), Vec::<String>::new(), "{rule_files}");
    }
}

#[test]
fn what_is_wrong_with_rule_files_keeps_tests_from_being_judged() {
    let cases: &[(Files<'_>, &str, &[&str])] = &[
        (
            &[],
            "rule_files: [absent.yml]",
            &["rules 1:14 the rule file absent.yml does not exist"],
        ),
        (
            &[(
                "a.yml",
                "groups:\n- name: g\n  rules: [{alert: Up, expr: up ==}]\n",
            )],
            "rule_files: [a.yml]",
            &["rules 1:14 a.yml:3:34: unexpected end of input: Prometheus refuses the file"],
        ),
        (
            &[("a.yml", RULES)],
            "rule_files: [a.yml]\ngroup_eval_order: [g, g]",
            &["config 2:23 group name repeated in evaluation order: g"],
        ),
        (
            &[("a.yml", RULES)],
            "rule_files: [a.yml]\nevaluation_intervall: 1m",
            &["config 2:1 a test file has no field `evaluation_intervall`: promtool refuses the file"],
        ),
    ];
    for (files, head, expected) in cases {
        let outcome = run_one(files, &format!("{head}\ntests:\n- {SERIES}\n  {FIRES}\n"));
        assert_eq!(outcome.status, Status::Error, "{head}");
        assert_eq!(failures(&outcome), *expected, "{head}");
    }
}

#[test]
fn a_broken_test_hides_no_other() {
    let test = format!(
        "rule_files: [a.yml]\ntests:\n- {SERIES}\n  {FIRES}\n- {SERIES}\n  alert_rule_test: [{{eval_time: 1m}}]\n- name: \
         third\n  input_series: [{{series: up, values: 1y}}]\n"
    );
    let outcomes = run(&[("a.yml", RULES)], &test, &RunOptions::default());
    let statuses: Vec<_> = outcomes
        .iter()
        .map(|o| (o.name.as_str(), o.line, o.status))
        .collect();
    assert_eq!(
        statuses,
        [
            ("test 1", Some(3), Status::Passed),
            ("test 2", Some(5), Status::Error),
            ("third", Some(7), Status::Error),
        ]
    );
    assert_eq!(outcomes[1].failures[0].kind, "config");
    assert_eq!(
        (outcomes[2].failures[0].kind, outcomes[2].failures[0].line),
        ("input", Some(8))
    );
}

#[test]
fn a_rule_that_fails_ends_the_test_after_what_was_judged() {
    let rules =
        "groups:\n- name: g\n  rules: [{alert: Up, expr: up == 1}, {record: r, expr: up + on () m}]\n";
    let test = "rule_files: [a.yml]\ntests:\n- start_timestamp: 1000\n  input_series: [{series: up, values: 1x10}, \
                {series: 'm{i=\"1\"}', values: 1x10}, {series: 'm{i=\"2\"}', values: _x2 1}]\n  alert_rule_test: \
                [{eval_time: 1m, alertname: Up}, {eval_time: 5m, alertname: Up}]\n";
    let outcome = run_one(&[("a.yml", rules)], test);
    assert_eq!(outcome.status, Status::Error);
    let failures = failures(&outcome);
    assert_eq!(
        failures[0],
        "alert 5:- Up fires at 1m, since 0s, and was expected not to"
    );
    assert!(
        failures[1]
            .starts_with("evaluation 3:- rule r failed at 2m: found duplicate series for the match group"),
        "{failures:?}"
    );
    assert_eq!(failures.len(), 2);
}

#[test]
fn what_is_odd_is_remarked() {
    let remarks = |test: &str| {
        let outcome = run_one(&[("a.yml", RULES)], test);
        assert_eq!(outcome.status, Status::Passed, "{outcome:#?}");
        let shown = outcome.remarks.iter();
        let shown = shown.map(|remark| format!("{}: {}", remark.line.unwrap_or_default(), remark.message));
        shown.collect::<Vec<_>>()
    };
    let cases: &[(&str, &[&str])] = &[
        (
            "rule_files: [a.yml]\ntests:\n- alert_rule_test: [{eval_time: 1m, alertname: Up}]\n",
            &[],
        ),
        (
            "rule_files: [a.yml]\ntests:\n- alert_rule_test: [{eval_time: 1m, alertname: Ub}, {eval_time: 2m, alertname: \
             Ub}]\n",
            &["3: no rule file of this test defines Ub, did you mean Up?"],
        ),
        (
            "rule_files: [a.yml, 'b*.yml']\ntests:\n- {}\n",
            &["1: no file matches the pattern b*.yml"],
        ),
        (
            "rule_files: [a.yml]\ngroup_eval_order: [g, h]\ntests:\n- {}\n",
            &["2: `group_eval_order` names h, and no rule file has such a group"],
        ),
    ];
    for (test, expected) in cases {
        assert_eq!(remarks(test), *expected, "{test}");
    }
}

#[test]
fn an_alert_that_no_rule_defines_does_not_fire() {
    let test = format!(
        "rule_files: [a.yml]\ntests:\n- {SERIES}\n  {}\n",
        FIRES.replace("Up", "Upp")
    );
    let outcome = run_one(&[("a.yml", RULES)], &test);
    assert_eq!(
        failures(&outcome),
        ["alert 4:- Upp does not fire at 1m: no rule file of this test defines Upp, did you mean Up?"]
    );
    assert_eq!(outcome.alerts, ["Upp"]);
}

#[test]
fn tests_are_chosen_by_their_names() {
    let test = format!("rule_files: [a.yml]\ntests:\n- name: one\n  {SERIES}\n- name: two\n- {SERIES}\n");
    for (patterns, expected) in [
        (&[][..], &["one", "two", "test 3"][..]),
        (&["^o"], &["one"]),
        (&["two", "on"], &["one", "two"]),
        // Tests without a name have an empty one.
        (&["^$"], &["test 3"]),
        (&["test"], &[]),
    ] {
        let options = RunOptions {
            run: patterns
                .iter()
                .map(|p| regex::Regex::new(p).expect("compiles"))
                .collect(),
            ..RunOptions::default()
        };
        let outcomes = run(&[("a.yml", RULES)], &test, &options);
        let names: Vec<&str> = outcomes.iter().map(|o| o.name.as_str()).collect();
        assert_eq!(names, expected, "{patterns:?}");
    }
}

#[test]
fn unknown_fields_of_rule_files_can_be_ignored() {
    let rules = RULES.replace("rules:", "owner: me\n  rules:");
    let test = format!("rule_files: [a.yml]\ntests:\n- {SERIES}\n  {FIRES}\n");
    for (ignore_unknown_fields, status) in [(false, Status::Error), (true, Status::Passed)] {
        let options = RunOptions {
            ignore_unknown_fields,
            ..RunOptions::default()
        };
        assert_eq!(run(&[("a.yml", &rules)], &test, &options)[0].status, status);
    }
}

#[test]
fn the_surroundings_are_there_for_templates() {
    let rules = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    annotations: {a: '{{ \
                 $externalLabels.cluster }} {{ $externalURL }}'}\n";
    let test = "rule_files: [a.yml]\ntests:\n- input_series: [{series: up, values: 1}]\n  external_labels: {cluster: \
                c1}\n  external_url: http://x\n  alert_rule_test: [{eval_time: 0, alertname: A, exp_alerts: \
                [{exp_annotations: {a: c1 http://x}}]}]\n";
    let outcome = run_one(&[("a.yml", rules)], test);
    assert_eq!(failures(&outcome), Vec::<String>::new());
}

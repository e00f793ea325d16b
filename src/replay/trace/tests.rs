//! What is kept of a test for drawing it.

use std::path::Path;

use crate::outcome::{AlertState, Curve, Subject, TestOutcome, Trace};
use crate::project::Project;
use crate::replay::run::{RunOptions, TestFile, run_tests};
use crate::source::discover::FoundFile;

const RULES: &str = "\
groups:
- name: targets
  rules:
  - alert: Quiet
    expr: vector(0) > 1
  # Down for long.
  - alert: Down
    expr: up{job=\"api\"} == 0
    for: 2m
  - alert: Slow
    expr: (0.5 < latency_seconds) and on () up
    keep_firing_for: 1m
  - alert: Gone
    expr: absent(nothing)
";

const TESTS: &str = "\
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
- name: it goes down
  interval: 1m
  input_series:
  - {series: 'up{job=\"api\"}', values: 1x4 0x5}
  - {series: 'latency_seconds{q=\"b\"}', values: 0+0.25x10}
  - {series: 'latency_seconds{q=\"a\"}', values: 1x10}
  alert_rule_test:
  - {eval_time: 10m, alertname: Down}
  - {eval_time: 4m, alertname: Down}
  promql_expr_test:
  - {expr: ' up + 1 ', eval_time: 1m, exp_samples: [{labels: '{job=\"api\"}', value: 2}]}
  never_fires: [Quiet]
  timeline: {Down: '0m..5m inactive, 5m..10m firing'}
";

fn run(tests: &str, trace: bool) -> Vec<TestOutcome> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("writes");
        path
    };
    write("rules.yml", RULES);
    let path = write("a.test.yml", tests);
    let project = Project::load(&[FoundFile { path, named: true }], false);
    let options = RunOptions {
        trace,
        ..RunOptions::default()
    };
    run_tests(&TestFile::all(&project), &options)
}

fn trace(tests: &str) -> Trace {
    let outcomes = run(tests, true);
    *outcomes[0]
        .trace
        .clone()
        .unwrap_or_else(|| panic!("{outcomes:?}"))
}

/// `{q="a"} 0:1 10:2`: labels, and points as minutes and values.
fn shown(curve: &Curve) -> String {
    let labels: Vec<String> = curve.labels.iter().map(|(n, v)| format!("{n}={v:?}")).collect();
    let points = curve.points.iter().map(|point| {
        let value = point.value.map_or("-".to_owned(), |value| value.to_string());
        format!("{}:{value}", point.at_ms as f64 / 60_000.0)
    });
    format!(
        "{{{}}} {}",
        labels.join(","),
        points.collect::<Vec<_>>().join(" ")
    )
}

#[test]
fn nothing_is_kept_unless_asked_for() {
    assert!(run(TESTS, false).iter().all(|outcome| outcome.trace.is_none()));
}

#[test]
fn asserted_rules_come_first_then_those_that_were_active() {
    let trace = trace(TESTS);
    let names: Vec<&str> = trace.rules.iter().map(|rule| rule.source.name.as_str()).collect();
    assert_eq!(names, ["Quiet", "Down", "Slow", "Gone"]);
    let down = &trace.rules[1];
    assert_eq!(
        down.text,
        "  - alert: Down\n    expr: up{job=\"api\"} == 0\n    for: 2m"
    );
    assert_eq!((down.source.line, down.source.expression_line), (7, 8));
    assert_eq!(
        (down.hold_ms, trace.rules[2].keep_firing_for_ms),
        (120_000, 60_000)
    );
    assert_eq!(
        down.source.path.file_name(),
        Some(Path::new("rules.yml").as_os_str())
    );
    let states: Vec<_> = down
        .spans
        .iter()
        .map(|span| (span.from_ms / 60_000, span.state))
        .collect();
    assert_eq!(
        states,
        [
            (0, AlertState::Inactive),
            (5, AlertState::Pending),
            (7, AlertState::Firing)
        ]
    );
}

#[test]
fn comparisons_are_drawn_with_the_value_on_the_left() {
    let trace = trace(TESTS);
    let conditions: Vec<_> = trace
        .rules
        .iter()
        .flat_map(|rule| &rule.conditions)
        .map(|c| {
            (
                c.text.as_str(),
                c.bound.as_ref().map(|b| (b.operator, b.text.as_str())),
            )
        })
        .collect();
    assert_eq!(
        conditions,
        [
            ("vector(0)", Some((">", "1"))),
            ("up{job=\"api\"}", Some(("==", "0"))),
            ("latency_seconds", Some((">", "0.5"))),
            ("absent(nothing)", None),
        ]
    );
    let values = |rule: usize| -> Vec<String> {
        trace.rules[rule].conditions[0]
            .values
            .drawn
            .iter()
            .map(shown)
            .collect()
    };
    assert_eq!(values(1), ["{job=\"api\"} 0:1 4:1 5:0 10:0"]);
    assert_eq!(values(2), ["{q=\"a\"} 0:1 10:1", "{q=\"b\"} 0:0 10:2.5"]);
    let bound = trace.rules[2].conditions[0].bound.as_ref().expect("a bound");
    assert_eq!(shown(&bound.values.drawn[0]), "{} 0:0.5 10:0.5");
    assert_eq!(trace.rules[2].conditions[0].values.unit.as_deref(), Some("s"));
}

#[test]
fn input_is_kept_by_metric_up_to_the_last_evaluation() {
    let trace = trace(TESTS);
    let inputs: Vec<_> = trace
        .inputs
        .iter()
        .map(|i| (i.metric.as_str(), i.values.drawn.len()))
        .collect();
    assert_eq!(inputs, [("up", 1), ("latency_seconds", 2)]);
    assert_eq!(
        shown(&trace.inputs[0].values.drawn[0]),
        "{job=\"api\"} 0:1 4:1 5:0 10:0"
    );
    assert_eq!(trace.end_ms, 600_000);
}

#[test]
fn assertions_say_whether_they_held() {
    let trace = trace(TESTS);
    let shown: Vec<_> = trace
        .assertions
        .iter()
        .map(|a| {
            (
                a.at_ms.map(|at| at / 60_000),
                &a.subject,
                a.claim.as_str(),
                a.held,
                a.line,
            )
        })
        .collect();
    let down = Subject::Alert("Down".to_owned());
    let quiet = Subject::Alert("Quiet".to_owned());
    let up = Subject::Expression("up + 1".to_owned());
    assert_eq!(
        shown,
        [
            (Some(1), &up, "returns 1 sample", Some(true), 14),
            (Some(4), &down, "does not fire", Some(true), 12),
            (Some(10), &down, "does not fire", Some(false), 11),
            (None, &down, "is inactive, then firing", Some(false), 16),
            (None, &quiet, "never fires", Some(true), 15),
        ]
    );
    assert_eq!(trace.expressions.len(), 1);
}

#[test]
fn many_series_and_long_runs_stay_small() {
    let series: String = (0..40)
        .map(|n| format!("  - {{series: 'up{{job=\"api\", n=\"{n:02}\"}}', values: '{n}+{n}x9000 0 1 0'}}\n"))
        .collect();
    let tests = format!(
        "rule_files: [rules.yml]\nevaluation_interval: 15s\ntests:\n- interval: 15s\n  input_series:\n{series}  alert_rule_test:\n  - {{eval_time: 12h, alertname: Down}}\n"
    );
    let trace = trace(&tests);
    let values = &trace.rules[0].conditions[0].values;
    assert_eq!((values.drawn.len(), values.left_out), (12, 28));
    assert_eq!(
        (
            trace.inputs[0].values.drawn.len(),
            trace.inputs[0].values.left_out
        ),
        (12, 28)
    );
    let points = values.drawn.iter().map(|curve| curve.points.len());
    assert!(points.max() <= Some(400));
    // The lowest and the highest are among them.
    let names: Vec<&str> = values
        .drawn
        .iter()
        .map(|curve| curve.labels[1].1.as_str())
        .collect();
    assert!(names.contains(&"00") && names.contains(&"39"), "{names:?}");
}

//! What rule groups and test files can say, each in a small case with its verdict.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rulecheck::outcome::Status;
use rulecheck::replay::run::RunOptions;

use crate::ours;
use crate::promtool::Promtool;

/// A rule group, a test of it, and whether it passes.
type Case = (&'static str, &'static str, &'static str, bool);

const CASES: &[Case] = &[
    (
        "a limit that is kept",
        "limit: 2\nrules: [{alert: A, expr: m}]",
        "input_series: [{series: 'm{i=\"1\"}', values: 1}, {series: 'm{i=\"2\"}', values: 1}]\nalert_rule_test: [{alertname: A, \
         exp_alerts: [{exp_labels: {i: 1}}, {exp_labels: {i: 2}}]}]",
        true,
    ),
    (
        "a limit that is exceeded",
        "limit: 1\nrules: [{alert: A, expr: m}]",
        "input_series: [{series: 'm{i=\"1\"}', values: 1}, {series: 'm{i=\"2\"}', values: 1}]\nalert_rule_test: [{alertname: A}]",
        false,
    ),
    (
        "a limit of recorded series that is exceeded",
        "limit: 1\nrules: [{record: r, expr: m}]",
        "input_series: [{series: 'm{i=\"1\"}', values: 1}, {series: 'm{i=\"2\"}', values: 1}]\npromql_expr_test: [{expr: r}]",
        false,
    ),
    (
        "an offset of queries",
        "query_offset: 2m\nrules: [{record: r, expr: m}]",
        "input_series: [{series: m, values: 1 2 3 4}]\npromql_expr_test: [{expr: r, eval_time: 3m, exp_samples: [{labels: r, \
         value: 2}]}]",
        true,
    ),
    (
        "no offset of queries",
        "query_offset: 0s\nrules: [{record: r, expr: m}]",
        "input_series: [{series: m, values: 1 2 3 4}]\npromql_expr_test: [{expr: r, eval_time: 3m, exp_samples: [{labels: r, \
         value: 2}]}]",
        false,
    ),
    (
        "labels of a group",
        "labels: {team: a, env: x}\nrules: [{alert: A, expr: m, labels: {team: b}}, {record: r, expr: m}]",
        "input_series: [{series: m, values: 1}]\nalert_rule_test: [{alertname: A, exp_alerts: [{exp_labels: {team: b, env: \
         x}}]}]\npromql_expr_test: [{expr: r, exp_samples: [{labels: 'r{env=\"x\", team=\"a\"}', value: 1}]}]",
        true,
    ),
    (
        "an alert that is kept firing",
        "rules: [{alert: A, expr: m > 0, keep_firing_for: 2m}]",
        "input_series: [{series: m, values: 1 0 0 0 0}]\nalert_rule_test: [{eval_time: 2m, alertname: A, exp_alerts: [{}]}]",
        true,
    ),
    (
        "an alert that was kept firing for long enough",
        "rules: [{alert: A, expr: m > 0, keep_firing_for: 2m}]",
        "input_series: [{series: m, values: 1 0 0 0 0}]\nalert_rule_test: [{eval_time: 3m, alertname: A}]",
        true,
    ),
    (
        "the annotations of an alert that is kept firing",
        "rules: [{alert: A, expr: m > 0, keep_firing_for: 5m, annotations: {v: '{{ $value }}'}}]",
        "input_series: [{series: m, values: 1 2 0 0 0}]\nalert_rule_test: [{eval_time: 3m, alertname: A, exp_alerts: \
         [{exp_annotations: {v: '2'}}]}]",
        true,
    ),
    (
        "an interval of the group that is not looked at",
        "interval: 5m\nrules: [{record: r, expr: m}]",
        "input_series: [{series: m, values: 1 2 3}]\npromql_expr_test: [{expr: r, eval_time: 1m, exp_samples: [{labels: r, \
         value: 2}]}]",
        true,
    ),
    (
        "a staleness marker where a recorded series ends",
        "rules: [{record: r, expr: m > 1}]",
        "input_series: [{series: m, values: 2 1 1}]\npromql_expr_test: [{expr: r, eval_time: 1m}, {expr: 'count_over_time(r[5m])', \
         eval_time: 2m, exp_samples: [{labels: '{}', value: 1}]}]",
        true,
    ),
    (
        "alerts with the same labels",
        "rules: [{alert: A, expr: m, labels: {i: same}}]",
        "input_series: [{series: 'm{i=\"1\"}', values: 1}, {series: 'm{i=\"2\"}', values: 1}]\nalert_rule_test: [{alertname: A}]",
        false,
    ),
    (
        "alerts that have the same labels after their templates alone",
        "rules: [{alert: A, expr: m, labels: {i: '{{ if true }}same{{ end }}'}}]",
        "input_series: [{series: 'm{i=\"1\"}', values: 1}, {series: 'm{i=\"2\"}', values: 1}]\nalert_rule_test: [{alertname: A}]",
        false,
    ),
    (
        "recorded series with the same labels",
        "rules: [{record: r, expr: m, labels: {i: same}}]",
        "input_series: [{series: 'm{i=\"1\"}', values: 1}, {series: 'm{i=\"2\"}', values: 1}]\npromql_expr_test: [{expr: r}]",
        false,
    ),
    (
        "a label of a template that comes out empty",
        "rules: [{alert: A, expr: m, labels: {l: '{{ $labels.none }}'}}]",
        "input_series: [{series: m, values: 1}]\nalert_rule_test: [{alertname: A, exp_alerts: [{}]}]",
        true,
    ),
    (
        "an evaluation that fails in a rule that nothing is asserted of",
        "rules: [{alert: A, expr: m}, {record: r, expr: 'm + on() group_left() n'}]",
        "input_series: [{series: m, values: 1}, {series: 'n{i=\"1\"}', values: 1}, {series: 'n{i=\"2\"}', values: 1}]\n\
         alert_rule_test: [{alertname: A, exp_alerts: [{}]}]",
        false,
    ),
    (
        "the series of a pending alert and since when it is active",
        "rules: [{alert: A, expr: m, for: 5m}]",
        "input_series: [{series: m, values: _ 1x9}]\npromql_expr_test: [{expr: '{__name__=~\"ALERTS.*\"}', eval_time: 3m, \
         exp_samples: [{labels: 'ALERTS{alertname=\"A\", alertstate=\"pending\"}', value: 1}, {labels: \
         'ALERTS_FOR_STATE{alertname=\"A\"}', value: 60}]}]",
        true,
    ),
    (
        "the end of the pending series when the alert fires",
        "rules: [{alert: A, expr: m, for: 2m}]",
        "input_series: [{series: m, values: 1x9}]\npromql_expr_test: [{expr: 'ALERTS', eval_time: 2m, exp_samples: [{labels: \
         'ALERTS{alertname=\"A\", alertstate=\"firing\"}', value: 1}]}]",
        true,
    ),
    (
        "an assertion between two evaluations",
        "rules: [{alert: A, expr: m > 0}]",
        "input_series: [{series: m, values: 0 1}]\nalert_rule_test: [{eval_time: 59s, alertname: A}, {eval_time: 61s, alertname: A, \
         exp_alerts: [{}]}]",
        true,
    ),
    (
        "external labels and the external URL in a label",
        "rules: [{alert: A, expr: m, labels: {l: '{{ $externalLabels.c }} {{ $externalURL }}'}}]",
        "external_labels: {c: x}\nexternal_url: http://u\ninput_series: [{series: m, values: 1}]\nalert_rule_test: [{alertname: A, \
         exp_alerts: [{exp_labels: {l: 'x http://u'}}]}]",
        true,
    ),
    (
        "a histogram where a number is expected beside it",
        "rules: []",
        "input_series: [{series: h, values: '{{count:1 sum:2 buckets:[1]}}'}]\npromql_expr_test: [{expr: h, exp_samples: [{labels: \
         h, histogram: '{{count:1 sum:2 buckets:[1]}}', value: 5}]}]",
        false,
    ),
    (
        "a histogram as expected",
        "rules: []",
        "input_series: [{series: h, values: '{{count:1 sum:2 buckets:[1]}}'}]\npromql_expr_test: [{expr: h, exp_samples: [{labels: \
         h, histogram: '{{count:1 sum:2 buckets:[1]}}'}]}]",
        true,
    ),
    (
        "the same alert expected twice",
        "rules: [{alert: A, expr: m}]",
        "input_series: [{series: m, values: 1}]\nalert_rule_test: [{alertname: A, exp_alerts: [{}, {}]}]",
        false,
    ),
    (
        "the same alert of two rules",
        "rules: [{alert: A, expr: m}, {alert: A, expr: m * 2}]",
        "input_series: [{series: m, values: 1}]\nalert_rule_test: [{alertname: A, exp_alerts: [{}, {}]}]",
        true,
    ),
    (
        "a series that is given twice",
        "rules: []",
        "input_series: [{series: m, values: 1}, {series: m, values: 2}]\npromql_expr_test: [{expr: m, exp_samples: [{labels: m, \
         value: 2}]}]",
        true,
    ),
];

fn indented(text: &str, by: usize) -> String {
    let lines = text.lines();
    lines.map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

#[test]
fn small_cases_have_the_same_verdicts() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files: Vec<PathBuf> = Vec::new();
    for (number, (name, group, test, _)) in CASES.iter().enumerate() {
        let rules = format!("groups:\n- name: g\n{}", indented(group, 2));
        std::fs::write(folder.path().join(format!("rules{number}.yml")), rules).expect("a file");
        let test = format!(
            "rule_files: [rules{number}.yml]\nevaluation_interval: 1m\ntests:\n- name: {name}\n{}",
            indented(test, 2)
        );
        let path = folder.path().join(format!("case{number:02}.yml"));
        std::fs::write(&path, test).expect("a file");
        files.push(path);
    }
    let ours = ours::test(&files, &RunOptions::default());
    assert_eq!(ours.unreadable, Vec::<String>::new());
    let ours: BTreeMap<_, _> = ours.outcomes.iter().map(|o| (&o.path, o)).collect();
    for (file, (name, .., passes)) in files.iter().zip(CASES) {
        let outcome = ours[file];
        assert_eq!(
            outcome.status == Status::Passed,
            *passes,
            "{name}: {:#?}",
            outcome.failures
        );
    }
    let Some(promtool) = Promtool::find() else { return };
    let theirs = promtool.test(&files);
    assert_eq!(theirs.len(), CASES.len());
    for (((path, _), failures), (name, .., passes)) in theirs.iter().zip(CASES) {
        assert_eq!(
            failures.is_empty(),
            *passes,
            "promtool: {name} in {}: {failures:?}",
            path.display()
        );
    }
}

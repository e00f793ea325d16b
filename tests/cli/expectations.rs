//! What tests can expect beyond promtool's format: each key in small cases, and faults in them with their places.

use proptest::prelude::*;

use super::support::Folder;

const RULES: &str = "\
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.instance }} is down, value {{ $value }}'}
      - alert: Idle
        expr: load < 0.1
";

/// A test file with two instances, `a` down from 3m to 8m, `b` never; the fields go into its one test.
fn file(fields: &str) -> String {
    let fields: String = fields.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - name: it\n    input_series:\n      - {{series: \
         'up{{instance=\"a\"}}', values: 1x2 0x4 1x12}}\n      - {{series: 'up{{instance=\"b\"}}', values: 1x20}}\n{fields}"
    )
}

/// The failures of a test with these fields, one a line; nothing where it passes.
fn failures(fields: &str) -> Vec<String> {
    let folder = Folder::with(&[("rules.yml", RULES), ("it.test.yml", &file(fields))]);
    let run = folder.run(&["test", "--format", "json"]);
    assert_eq!(run.err, "", "{fields}");
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let tests = json["tests"].as_array().expect("tests").iter();
    let failures = tests.flat_map(|test| test["failures"].as_array().expect("failures"));
    failures
        .map(|failure| failure["message"].as_str().expect("text").to_owned())
        .collect()
}

#[test]
fn assertions_hold_or_say_what_is_wrong() {
    let at = |time: &str, rest: &str| {
        format!("alert_rule_test:\n- {{eval_time: {time}, alertname: Down, {rest}}}")
    };
    let every =
        |time: &str, rest: &str| format!("alert_rule_test:\n- {{eval_time: {time}, alertname: '*', {rest}}}");
    let cases: Vec<(String, &[&str])> = vec![
        (at("6m", "match: subset, exp_alerts: [{exp_labels: {instance: a}}]"), &[]),
        (
            at("6m", "match: subset, exp_alerts: [{exp_labels: {instance: b}}]"),
            &["Down fires at 6m with other labels than expected"],
        ),
        (
            at("6m", "match: subset, exp_alerts: [{exp_annotations: {summary: '~ \"a is .*\"'}}]"),
            &[],
        ),
        (
            at("6m", "match: subset, exp_alerts: [{exp_annotations: {summary: '~ \"a is\"'}}]"),
            &["Down fires at 6m with other annotations than expected"],
        ),
        (at("4m", "match: subset, exp_alerts: [{state: pending}]"), &[]),
        (
            at("5m", "match: subset, exp_alerts: [{state: pending}]"),
            &["Down fires at 5m, and was expected to be pending"],
        ),
        (
            at("4m", "exp_alerts: [{state: inactive, exp_labels: {instance: a}}]"),
            &["Down is pending at 4m, and was expected to be inactive"],
        ),
        (
            at("6m", "exp_alerts: [{state: inactive, exp_labels: {instance: b}}]"),
            &["Down fires at 6m, and was expected not to"],
        ),
        (
            every("6m", "match: subset, exp_alerts: [{exp_labels: {alertname: Down}}]"),
            &[],
        ),
        (every("4m", "exp_alerts: []"), &[]),
        (every("6m", ""), &["Down fires at 6m, and was expected not to"]),
        (
            every("6m", "match: subset, exp_alerts: [{exp_labels: {alertname: Idle}}]"),
            &["Idle does not fire at 6m (and 1 difference more)"],
        ),
        ("never_fires: [Idle, 'Down{instance=\"b\"}']".to_owned(), &[]),
        (
            "never_fires: ['Down{instance=~\"a|b\"}']".to_owned(),
            &["Down{instance=\"a\", severity=\"critical\"} fires from 5m to 7m, and was expected never to"],
        ),
        (
            "never_fires: '*'".to_owned(),
            &["Down{instance=\"a\", severity=\"critical\"} fires from 5m to 7m, and was expected never to"],
        ),
        (
            "never_fires: Dwon".to_owned(),
            &["no rule file of this test defines Dwon, did you mean Down?"],
        ),
        (
            "timeline:\n  Down: 0m..3m inactive, 3m..5m pending, 5m..8m firing, then inactive".to_owned(),
            &[],
        ),
        (
            "timeline:\n  Down: 0m..3m inactive, 3m..6m pending, 6m..8m firing, then inactive".to_owned(),
            &["Down is firing at 5m, and was expected to be pending"],
        ),
        ("timeline:\n  Down: 4m30s pending, 7m59s firing, 8m inactive".to_owned(), &[]),
        (
            "timeline:\n  Down: 3m.. firing\n  'Down{instance=\"b\"}': 0m..10m pending\nnever_fires: Idle".to_owned(),
            &[
                "Down is pending from 3m to 4m, and was expected to be firing (and 1 difference more)",
                "Down{instance=\"b\"} is inactive from 0s to 9m, and was expected to be pending",
            ],
        ),
        (
            "promql_expr_test:\n- {expr: up, eval_time: 1m, match: subset, exp_samples: [{labels: up, value: 1}, {labels: \
             '{instance=~\"a|c\"}', value: 1}]}"
                .to_owned(),
            &[],
        ),
        (
            "promql_expr_test:\n- {expr: up, eval_time: 1m, match: subset, exp_samples: [{labels: up, value: 1}]}"
                .to_owned(),
            &["`up` at 1m returns 2 samples, expected 1 sample"],
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(failures(&fields), expected, "{fields}");
    }
}

/// What `check` says of a test with these fields: `line:column message | help`.
fn faults(fields: &str) -> Vec<String> {
    let folder = Folder::with(&[("rules.yml", RULES), ("it.test.yml", &file(fields))]);
    let run = folder.run(&["check", "it.test.yml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let findings = json["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| {
            let message = finding["message"].as_str().expect("text");
            let help = finding["help"].as_str().unwrap_or_default();
            format!("{}:{} {message} | {help}", finding["line"], finding["column"])
        })
        .collect()
}

#[test]
fn faults_have_their_place_and_help() {
    let cases: &[(&str, &[&str])] = &[
        (
            "mtach: subset",
            &["8:5 a test has no field `mtach`: promtool refuses the file | Did you mean `match`?"],
        ),
        (
            "match: subst",
            &["8:12 match cannot be `subst`: the test cannot run | Did you mean `subset`?"],
        ),
        (
            "alert_rule_test: [{alertname: Down, exp_alerts: [{state: fireing}]}]",
            &["8:62 state cannot be `fireing`: the test cannot run | Did you mean `firing`?"],
        ),
        (
            "alert_rule_test: [{alertname: Down, exp_alerts: [{exp_labels: {a: '~ \"(\"'}}]}]",
            &[
                "8:74 error parsing regexp: missing closing ): `(`: the test cannot run | It is a regular expression of Go \
                 (RE2) that must match the whole value.",
            ],
        ),
        (
            "alert_rule_test: [{alertname: '*', exp_alerts: [{}]}]",
            &[
                "8:53 an alert expected under `alertname: '*'` has no `alertname` among its labels: no alert is like it | \
                 Write it: `exp_labels: {alertname: …}`. With `match: subset` it may be left out.",
            ],
        ),
        (
            "alert_rule_test: [{alertname: Down, exp_alerts: [{state: inactive, exp_annotations: {a: b}}]}]",
            &[
                "8:72 an inactive alert has no annotations: the test cannot run | Remove `exp_annotations`: with `state: \
                 inactive` the labels say which alert is not active.",
            ],
        ),
        (
            "timeline: {Down: '0m..5m pendin, 4m..6m firing, 5m.. inactive, then firing'}",
            &[
                "8:30 `pendin` is no state of an alert: the test cannot run | Did you mean `pending`?",
                "8:53 a span begins at 5m, and the one before it lasts until 6m: the test cannot run | Write the spans in \
                 the order of time; each may begin where the one before it ends.",
            ],
        ),
        (
            "timeline: {Down: '5m..5m firing, then firing', Idle: 'x firing', A: 'firing', B: '', C: '1m.. firing, 2m pending'}",
            &[
                "8:23 the span `5m..5m` ends before it begins: the test cannot run | Write the earlier time first.",
                "8:38 `then` follows no span that ends: the test cannot run | Write a span with an end before it: `0m..5m \
                 pending, then firing`.",
                "8:59 `x` is no time: not a valid duration string: \"x\": the test cannot run | Write `5m..10m`, `5m..` \
                 until the end of the run, `5m` for one moment, or `then`.",
            ],
        ),
        ("never_fires: ['Down{instance~\"a\"}', '{a=\"b\"}']", &[]),
    ];
    for (fields, expected) in cases {
        let found = faults(fields);
        for (found, expected) in found.iter().zip(*expected) {
            assert_eq!(found, expected, "{fields}");
        }
        assert!(found.len() >= expected.len().max(1), "{fields}: {found:?}");
    }
}

#[test]
fn parameters_make_a_test_of_each_row() {
    let fields = "\
parameters:
  - {wait: 5m, state: firing}
  - {wait: 4m, state: pending}
  - {wait: 1m, state: firing, name: too early}
match: subset
alert_rule_test:
  - {eval_time: '${wait}', alertname: Down, exp_alerts: [{state: '${state}', exp_annotations: {summary: '~ \"$${|a.*\"'}}]}";
    // `$${` is the text, which is no regular expression here.
    let fields = fields.replace("$${|", "");
    let folder = Folder::with(&[("rules.yml", RULES), ("it.test.yml", &file(&fields))]);
    let run = folder.run(&["test"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.contains("FAILED too early"), "{}", run.out);
    assert!(
        run.out.contains("3 tests in 1 file: 2 passed, 1 failed"),
        "{}",
        run.out
    );
    let run = folder.run(&["test", "--run", r"^it \[wait=5m, state=firing\]$"]);
    assert!(run.out.contains("1 test in 1 file: 1 passed"), "{}", run.out);
}

#[test]
fn faults_of_parameters() {
    let test = "alert_rule_test:\n- {eval_time: '${wait}', alertname: Down}";
    let cases = [
        (
            format!("parameters: [{{wait: 5m}}, {{wait: 5 m}}]\n{test}"),
            "10:20 eval_time: unknown unit",
        ),
        (
            format!("parameters: [{{wait: 5m, a: b}}, {{wait: 6m}}]\n{test}"),
            "8:36 a row of `parameters` has no `a`, which others have",
        ),
        (
            format!("parameters: [{{wiat: 5m}}]\n{test}"),
            "10:20 no parameter is called `wait`",
        ),
        (format!("parameters: []\n{test}"), "8:17 `parameters` has no rows"),
        (
            format!("parameters: [{{wait: 5m, b: c}}]\n{test}"),
            "8:29 no text of the test says `${b}`",
        ),
        (
            format!("parameters: [{{wait: 5m, 1b: c}}]\n{test}"),
            "8:29 `1b` is no name of a parameter",
        ),
    ];
    for (fields, expected) in cases {
        let found = faults(&fields);
        let is_it = |found: &String| found.starts_with(expected);
        assert!(found.iter().any(is_it), "{fields}: {found:?}");
    }
    // A short file cannot make a long one.
    let long = format!(
        "parameters: [{{a: {}}}]\nmatch: '{}'",
        "x".repeat(100_000),
        "${a}".repeat(10_000)
    );
    let found = faults(&long);
    assert!(
        found[0].contains("the rows make more text than there is room for"),
        "{found:?}"
    );
    // The other rows are judged.
    let fields = format!("parameters: [{{wait: 4m}}, {{wait: 5 m}}]\n{test}");
    let folder = Folder::with(&[("rules.yml", RULES), ("it.test.yml", &file(&fields))]);
    let run = folder.run(&["test"]);
    assert!(run.out.contains("1 passed, 1 could not be judged"), "{}", run.out);
}

#[test]
fn a_run_lasts_as_long_as_it_is_looked_at() {
    // The series ends at 20m; nothing else says how long the test lasts.
    let late = "input_series: [{series: up, values: 1x20 0x10}]\nnever_fires: Down";
    let text = format!(
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- {}\n",
        late.replace('\n', "\n  ")
    );
    let folder = Folder::with(&[("rules.yml", RULES), ("it.test.yml", &text)]);
    let run = folder.run(&["test"]);
    assert!(
        run.out
            .contains("fires from 23m until the end of the run, and was expected never to"),
        "{}",
        run.out
    );
    let text = text.replace("values: 1x20 0x10", "gauge: 0");
    let folder = Folder::with(&[("rules.yml", RULES), ("it.test.yml", &text)]);
    let run = folder.run(&["test"]);
    assert!(
        run.out.contains("the test does not say how long it lasts"),
        "{}",
        run.out
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// A test with one row of parameters says what the test says that is written out; a subset that is complete says
    /// what is said exactly.
    #[test]
    fn parameters_and_subsets_are_the_same_as_written_out(
        minute in 0_u32..12,
        instance in "[ab]",
        state in prop::sample::select(vec!["firing", "pending", "inactive"]),
        value in 0_u32..2,
        labels in any::<bool>(),
    ) {
        let annotations = match (state, labels) {
            ("inactive", _) | (_, false) => String::new(),
            _ => format!(", exp_annotations: {{summary: '{instance} is down, value {value}'}}"),
        };
        let alert = format!("{{state: {state}, exp_labels: {{instance: {instance}, severity: critical}}{annotations}}}");
        let written = format!(
            "alert_rule_test:\n- {{eval_time: {minute}m, alertname: Down, exp_alerts: [{alert}]}}\ntimeline: {{Down: {minute}m {state}}}"
        );
        let with_parameters = written
            .replace(&format!("{minute}m"), "${minute}m")
            .replace(&format!("state: {state}"), "state: '${state}'")
            .replace(&format!("m {state}"), "m ${state}");
        let with_parameters = with_parameters.replace("eval_time: ${minute}m", "eval_time: '${minute}m'")
            .replace("Down: ${minute}m ${state}", "Down: '${minute}m ${state}'");
        let row = format!("parameters: [{{minute: {minute}, state: {state}}}]\n{with_parameters}");
        prop_assert_eq!(failures(&row), failures(&written));
        if !annotations.is_empty() {
            let subset = format!("match: subset\n{written}");
            prop_assert_eq!(failures(&subset), failures(&written));
        }
    }
}

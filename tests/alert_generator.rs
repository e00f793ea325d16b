//! Prometheus' specification of alert generators (prometheus/compliance, `alert_generator/specification.md`, 1.0), point
//! by point, in its order.
//!
//! Not here, because nothing is sent and nothing is served: the JSON of alerts, when firing and resolved alerts are
//! sent and sent again to an Alertmanager (`ResendDelay`, `startsAt`, `endsAt`, `generatorURL`), and the two GET APIs
//! with their health, times and errors. Of the templates, which have a room of their own, only that labels and
//! annotations are run through them. Groups are evaluated at the interval of the test file, as promtool does it, and
//! not at their own.

use std::fs;

use rulecheck::outcome::{Status, TestOutcome};
use rulecheck::project::Project;
use rulecheck::replay::run::{RunOptions, TestFile, run_tests};
use rulecheck::source::discover::FoundFile;

/// What became of a test of these rules, both given as YAML.
fn run(rules: &str, test: &str) -> TestOutcome {
    let folder = tempfile::tempdir().expect("a folder");
    let indent = |text: &str, by: usize| -> String {
        text.lines()
            .map(|line| format!("{}{line}\n", " ".repeat(by)))
            .collect()
    };
    let rules = format!("groups:\n- name: g\n  rules:\n{}", indent(rules, 2));
    fs::write(folder.path().join("rules.yml"), rules).expect("a file");
    let test = format!(
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- name: it\n{}",
        indent(test, 2)
    );
    let path = folder.path().join("it.test.yml");
    fs::write(&path, test).expect("a file");
    let project = Project::load(&[FoundFile { path, named: true }], false);
    let found: Vec<_> = project.files.iter().flat_map(|file| &file.diagnostics).collect();
    assert!(found.is_empty(), "{found:#?}");
    let mut outcomes = run_tests(&TestFile::all(&project), &RunOptions::default());
    outcomes.pop().expect("an outcome")
}

/// Everything that the test asserts of the rules holds.
fn holds(rules: &str, test: &str) {
    let outcome = run(rules, test);
    let messages: Vec<_> = outcome.failures.iter().map(|failure| &failure.message).collect();
    assert!(outcome.status == Status::Passed, "{messages:#?}");
}

mod alerting_rules {
    use super::*;

    #[test]
    fn a_group_without_interval_and_a_rule_without_for_or_labels_are_taken() {
        holds(
            "- {alert: A, expr: m > 0}",
            "input_series: [{series: m, values: 1}]\nalert_rule_test: [{eval_time: 0m, alertname: A, exp_alerts: [{}]}]",
        );
    }

    #[test]
    fn later_rules_of_a_group_see_the_results_of_earlier_ones_at_the_same_time() {
        holds(
            "- {record: r, expr: m * 2}\n- {alert: A, expr: r > 3}\n- {record: s, expr: 'count(ALERTS{alertname=\"A\"})'}",
            "input_series: [{series: m, values: 1 2}]\npromql_expr_test: [{expr: s, eval_time: 1m, exp_samples: [{labels: s, \
             value: 1}]}]\ntimeline: {A: '0m inactive, 1m firing'}",
        );
    }

    #[test]
    fn earlier_rules_of_a_group_do_not_see_those_of_later_ones() {
        holds(
            "- {alert: A, expr: r > 3}\n- {record: r, expr: m * 2}",
            "input_series: [{series: m, values: 1 2 2}]\ntimeline: {A: '0m..2m inactive, 2m firing'}",
        );
    }

    #[test]
    fn labels_and_annotations_are_templates() {
        holds(
            "- {alert: A, expr: m, labels: {l: '{{ $labels.i }}!'}, annotations: {a: '{{ $value }} {{ .Labels.i }}'}}",
            "input_series: [{series: 'm{i=\"x\"}', values: 7}]\nalert_rule_test: [{eval_time: 0m, alertname: A, exp_alerts: \
             [{exp_labels: {i: x, l: x!}, exp_annotations: {a: 7 x}}]}]",
        );
    }

    // `pathPrefix` and `externalURL` fail in tests as they do for promtool: there is no server with a URL.
    #[test]
    fn no_optional_function_makes_a_rule_refused() {
        for call in [
            "graphLink \"up\"",
            "tableLink \"up\"",
            "safeHtml \"x\"",
            "strvalue (query \"m\" | first)",
        ] {
            let rule = format!("- {{alert: A, expr: m, annotations: {{a: '{{{{ {call} }}}}'}}}}");
            holds(
                &rule,
                "match: subset\ninput_series: [{series: m, values: 1}]\nalert_rule_test: [{eval_time: 0m, alertname: A, \
                 exp_alerts: [{exp_annotations: {a: '~ \"[^<].*|\"'}}]}]",
            );
        }
    }
}

mod processing_the_result {
    use super::*;

    const TWO: &str =
        "input_series: [{series: 'm{i=\"x\"}', values: 10}, {series: 'm{i=\"y\"}', values: 18}]\n";

    #[test]
    fn each_element_makes_an_alert_with_its_labels() {
        let expected = "alert_rule_test: [{eval_time: 0m, alertname: A, exp_alerts: [{exp_labels: {i: x}}, {exp_labels: {i: y}}]}]";
        holds("- {alert: A, expr: m}", &format!("{TWO}{expected}"));
    }

    #[test]
    fn templates_see_the_element_of_their_alert() {
        let expected = "alert_rule_test: [{eval_time: 0m, alertname: A, exp_alerts: [{exp_labels: {i: x, v: '10'}}, \
                        {exp_labels: {i: y, v: '18'}}]}]";
        holds(
            "- {alert: A, expr: m, labels: {v: '{{ $value }}'}}",
            &format!("{TWO}{expected}"),
        );
    }

    #[test]
    fn labels_of_the_rule_override_those_of_the_element() {
        holds(
            "- {alert: A, expr: m, labels: {i: mine}}",
            "input_series: [{series: 'm{i=\"x\", j=\"y\"}', values: 1}]\nalert_rule_test: [{eval_time: 0m, alertname: A, \
             exp_alerts: [{exp_labels: {i: mine, j: y}}]}]",
        );
    }

    #[test]
    fn the_name_of_the_alert_overrides_any_label_of_that_name() {
        holds(
            "- {alert: A, expr: m, labels: {alertname: C}}",
            "input_series: [{series: 'm{alertname=\"B\"}', values: 1}]\nalert_rule_test: [{eval_time: 0m, alertname: '*', \
             exp_alerts: [{exp_labels: {alertname: A}}]}]",
        );
    }

    #[test]
    fn alerts_with_the_same_labels_are_an_error() {
        let outcome = run(
            "- {alert: A, expr: m, labels: {i: same}}",
            &format!("{TWO}alert_rule_test: [{{eval_time: 0m, alertname: A}}]"),
        );
        assert_eq!(outcome.status, Status::Error);
        assert_eq!(
            outcome.failures[0].message,
            "rule A failed at 0s: vector contains metrics with the same labelset after applying alert labels"
        );
    }

    #[test]
    fn an_expression_that_fails_is_an_error_of_its_rule_and_makes_no_alerts() {
        let outcome = run(
            "- {alert: A, expr: 'm * on(k) group_left() n'}",
            "input_series: [{series: m, values: 1}, {series: 'n{i=\"1\"}', values: 1}, {series: 'n{i=\"2\"}', values: 1}]\n\
             alert_rule_test: [{eval_time: 0m, alertname: A}]",
        );
        assert_eq!(outcome.status, Status::Error);
        let message = &outcome.failures[0].message;
        assert!(message.contains("found duplicate series"), "{message}");
    }
}

mod states {
    use super::*;

    /// The alert A over time, its expression holding where a value is above 0.
    fn lives(rule: &str, values: &str, timeline: &str) {
        holds(
            &format!("- {{alert: A, expr: m > 0, {rule}}}"),
            &format!("input_series: [{{series: m, values: {values}}}]\ntimeline: {{A: '{timeline}'}}"),
        );
    }

    #[test]
    fn an_alert_with_a_for_begins_as_pending() {
        lives("for: 3m", "0 1x9", "0m inactive, 1m..4m pending, 4m..8m firing");
    }

    #[test]
    fn it_fires_as_soon_as_its_for_has_passed() {
        lives("for: 2m", "1x9", "0m..2m pending, 2m..9m firing");
    }

    #[test]
    fn without_a_for_it_fires_at_once() {
        lives("for: 0s", "0 1x9", "0m inactive, 1m..9m firing");
    }

    #[test]
    fn a_for_below_the_interval_is_pending_until_the_next_evaluation() {
        lives("for: 1s", "1x9", "0m pending, 59s pending, 1m..9m firing");
    }

    #[test]
    fn with_a_for_below_the_interval_it_never_fires_where_it_is_gone_at_the_next_evaluation() {
        lives("for: 1s", "1 0x9", "0m pending, 1m..9m inactive");
    }

    #[test]
    fn a_pending_alert_that_is_gone_is_inactive_at_once() {
        lives("for: 5m", "1x2 0x9", "0m..3m pending, 3m..9m inactive");
    }

    #[test]
    fn a_firing_alert_that_is_gone_is_inactive_at_once() {
        lives("for: 1m", "1x2 0x9", "0m pending, 1m..3m firing, 3m..9m inactive");
    }

    #[test]
    fn an_alert_that_comes_back_begins_anew() {
        lives(
            "for: 2m",
            "1x4 0 1x9",
            "0m..2m pending, 2m..5m firing, 5m inactive, 6m..8m pending, 8m..12m firing",
        );
    }

    #[test]
    fn the_time_of_a_pending_alert_begins_anew_when_it_was_gone() {
        lives(
            "for: 3m",
            "1 1 0 1x9",
            "0m..2m pending, 2m inactive, 3m..6m pending, 6m firing",
        );
    }

    #[test]
    fn a_sample_that_is_missing_does_not_end_an_alert_while_it_is_looked_back_to() {
        lives(
            "for: 2m",
            "1x2 _x4 0",
            "0m..2m pending, 2m..7m firing, 7m inactive",
        );
    }

    #[test]
    fn a_stale_series_ends_its_alert() {
        lives("for: 1m", "1x2 stale", "0m pending, 1m..3m firing, 3m inactive");
    }

    #[test]
    fn annotations_follow_the_latest_evaluation() {
        for (hold, state) in [("0s", "firing"), ("1h", "pending")] {
            let rule =
                format!("- {{alert: A, expr: m > 0, for: {hold}, annotations: {{v: '{{{{ $value }}}}'}}}}");
            let at = |time: u32, value: u32| {
                format!(
                    "- {{eval_time: {time}m, alertname: A, exp_alerts: [{{state: {state}, exp_annotations: {{v: '{value}'}}}}]}}\n"
                )
            };
            let tests = format!("{}{}", at(1, 2), at(2, 3));
            holds(
                &rule,
                &format!("input_series: [{{series: m, values: 1 2 3}}]\nalert_rule_test:\n{tests}"),
            );
        }
    }

    #[test]
    fn alerts_of_one_rule_live_on_their_own() {
        holds(
            "- {alert: A, expr: m > 0, for: 2m}",
            "input_series: [{series: 'm{i=\"x\"}', values: 1x9}, {series: 'm{i=\"y\"}', values: 0x3 1x9}]\ntimeline:\n  \
             'A{i=\"x\"}': 0m..2m pending, 2m..9m firing\n  'A{i=\"y\"}': 0m..4m inactive, 4m..6m pending, 6m..9m firing",
        );
    }

    #[test]
    fn a_label_that_changes_makes_another_alert() {
        holds(
            "- {alert: A, expr: m > 0, for: 2m, labels: {v: '{{ $value }}'}}",
            "input_series: [{series: m, values: 1x3 2x5}]\ntimeline:\n  'A{v=\"1\"}': 0m..2m pending, 2m..4m firing, then \
             inactive\n  'A{v=\"2\"}': 0m..4m inactive, 4m..6m pending, 6m firing",
        );
    }

    #[test]
    fn keep_firing_for_delays_the_end() {
        lives("keep_firing_for: 3m", "1x2 0x9", "0m..6m firing, 6m..9m inactive");
    }

    #[test]
    fn keep_firing_for_does_not_keep_a_pending_alert() {
        lives(
            "for: 5m, keep_firing_for: 3m",
            "1x2 0x9",
            "0m..3m pending, 3m..9m inactive",
        );
    }
}

mod time_series {
    use super::*;

    /// `ALERTS` is this at a time, for a rule A with labels.
    fn alerts_are(rule: &str, series: &str, time: &str, samples: &str) {
        holds(
            &format!("- {{alert: A, expr: m > 0, {rule}}}"),
            &format!(
                "input_series: [{series}]\npromql_expr_test: [{{expr: ALERTS, eval_time: {time}, exp_samples: [{samples}]}}]"
            ),
        );
    }

    #[test]
    fn an_active_alert_has_a_series_with_all_its_labels() {
        alerts_are(
            "labels: {l: x}",
            "{series: 'm{i=\"1\"}', values: 1}",
            "0m",
            "{labels: 'ALERTS{alertname=\"A\", alertstate=\"firing\", i=\"1\", l=\"x\"}', value: 1}",
        );
    }

    #[test]
    fn it_says_pending_while_the_alert_is() {
        alerts_are(
            "for: 5m",
            "{series: m, values: 1x9}",
            "4m",
            "{labels: 'ALERTS{alertname=\"A\", alertstate=\"pending\"}', value: 1}",
        );
    }

    #[test]
    fn the_pending_series_ends_when_the_alert_fires() {
        alerts_are(
            "for: 5m",
            "{series: m, values: 1x9}",
            "5m",
            "{labels: 'ALERTS{alertname=\"A\", alertstate=\"firing\"}', value: 1}",
        );
    }

    #[test]
    fn name_and_state_override_labels_of_the_alert() {
        alerts_are(
            "labels: {alertstate: very_critical, severity: page}",
            "{series: m, values: 1}",
            "0m",
            "{labels: 'ALERTS{alertname=\"A\", alertstate=\"firing\", severity=\"page\"}', value: 1}",
        );
    }

    #[test]
    fn an_inactive_alert_has_none() {
        alerts_are("for: 0s", "{series: m, values: 1x2 0x5}", "3m", "");
    }

    #[test]
    fn the_series_is_there_for_the_next_rule_of_the_group() {
        holds(
            "- {alert: A, expr: m > 0}\n- {alert: B, expr: 'ALERTS{alertname=\"A\", alertstate=\"firing\"}'}",
            "input_series: [{series: m, values: 0 1 0}]\ntimeline: {B: '0m inactive, 1m firing, 2m inactive'}",
        );
    }

    #[test]
    fn the_time_since_when_an_alert_is_active_has_a_series_too() {
        holds(
            "- {alert: A, expr: m > 0, for: 1m}",
            "input_series: [{series: m, values: 0x1 1x9}]\npromql_expr_test: [{expr: ALERTS_FOR_STATE, eval_time: 5m, \
             exp_samples: [{labels: 'ALERTS_FOR_STATE{alertname=\"A\"}', value: 120}]}]",
        );
    }
}

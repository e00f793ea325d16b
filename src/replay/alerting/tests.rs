//! The life of alerts, point by point as Prometheus' alert-generator specification orders it, and what Prometheus
//! adds to it.

use promql_engine::{Labels, Sample, SampleValue};

use super::{AlertDefinition, AlertingRule};
use crate::outcome::AlertState;
use crate::replay::testing::{labels, sample, shown, world};

const MINUTE: i64 = 60_000;

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
}

/// A rule named `A`.
fn rule(
    hold_ms: i64,
    keep_firing_for_ms: i64,
    own: &[(&str, &str)],
    annotations: &[(&str, &str)],
) -> AlertingRule {
    AlertingRule::new(AlertDefinition {
        name: "A".to_owned(),
        hold_ms,
        keep_firing_for_ms,
        labels: pairs(own),
        annotations: pairs(annotations),
    })
}

fn evaluate(
    rule: &mut AlertingRule,
    result: Vec<Sample>,
    now: i64,
) -> Result<Vec<(Labels, SampleValue)>, String> {
    rule.evaluate(result, &world(), now, 0)
}

/// The labels of the alerts that a rule without `for` makes of samples.
fn alerts_of(own: &[(&str, &str)], result: Vec<Sample>) -> Result<Vec<String>, String> {
    let mut rule = rule(0, 0, own, &[]);
    evaluate(&mut rule, result, 0)?;
    Ok(rule.remembered().map(|(labels, _)| labels.to_string()).collect())
}

/// The states after each evaluation, a minute apart, where the expression returns the alert (`x`) or not (`.`):
/// `-` inactive, `p` pending, `F` firing.
fn life(hold_ms: i64, keep_ms: i64, returned: &str) -> String {
    let mut rule = rule(hold_ms, keep_ms, &[], &[]);
    let states = returned.chars().enumerate().map(|(number, returned)| {
        let result = match returned {
            'x' => vec![sample(&[("i", "1")], 1.0)],
            _ => Vec::new(),
        };
        evaluate(&mut rule, result, number as i64 * MINUTE).expect("evaluates");
        match rule.state() {
            (AlertState::Inactive, _) => '-',
            (AlertState::Pending, _) => 'p',
            (AlertState::Firing, _) => 'F',
        }
    });
    states.collect()
}

#[test]
fn each_element_of_the_result_is_an_alert_with_its_labels() {
    let result = vec![
        sample(&[("__name__", "up"), ("job", "api"), ("i", "1")], 0.0),
        sample(&[("__name__", "up"), ("job", "api"), ("i", "2")], 0.0),
        sample(&[], 0.0),
    ];
    let expected = [
        r#"{alertname="A"}"#,
        r#"{alertname="A", i="1", job="api"}"#,
        r#"{alertname="A", i="2", job="api"}"#,
    ];
    assert_eq!(alerts_of(&[], result).expect("alerts"), expected);
}

#[test]
fn labels_of_the_rule_override_those_of_the_element() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (
            &[("severity", "page")],
            r#"{alertname="A", i="1", severity="page"}"#,
        ),
        (&[("i", "other")], r#"{alertname="A", i="other"}"#),
        (&[("i", "")], r#"{alertname="A"}"#),
        (
            &[("n", "{{ $labels.i }}-{{ $value }}")],
            r#"{alertname="A", i="1", n="1-7"}"#,
        ),
        // The name of the metric is there for templates, though not in the alert.
        (
            &[("n", "{{ $labels.__name__ }}")],
            r#"{alertname="A", i="1", n="up"}"#,
        ),
        (&[("n", "{{ $labels.none }}")], r#"{alertname="A", i="1"}"#),
    ];
    for (own, expected) in cases {
        let result = vec![sample(&[("__name__", "up"), ("i", "1")], 7.0)];
        assert_eq!(alerts_of(own, result).expect("alerts"), [*expected], "{own:?}");
    }
}

#[test]
fn the_name_of_the_rule_overrides_any_alertname() {
    let result = || vec![sample(&[("alertname", "element")], 1.0)];
    assert_eq!(alerts_of(&[], result()).expect("alerts"), [r#"{alertname="A"}"#]);
    let own = [("alertname", "rule")];
    assert_eq!(alerts_of(&own, result()).expect("alerts"), [r#"{alertname="A"}"#]);
}

#[test]
fn alerts_with_the_same_labels_fail_the_evaluation() {
    let two = || vec![sample(&[("i", "1")], 1.0), sample(&[("i", "2")], 1.0)];
    let message = "vector contains metrics with the same labelset after applying alert labels";
    assert_eq!(alerts_of(&[("i", "fixed")], two()), Err(message.to_owned()));
    let differing_names = vec![
        sample(&[("__name__", "a"), ("i", "1")], 1.0),
        sample(&[("__name__", "b"), ("i", "1")], 1.0),
    ];
    assert_eq!(alerts_of(&[], differing_names), Err(message.to_owned()));

    // What was there before stays as it was.
    let mut rule = rule(0, 0, &[("i", "fixed")], &[]);
    evaluate(&mut rule, vec![sample(&[("i", "1")], 1.0)], 0).expect("one alert");
    evaluate(&mut rule, two(), MINUTE).expect_err("two alerts");
    assert_eq!(rule.state(), (AlertState::Firing, 1));
}

#[test]
fn states_follow_the_expression() {
    let cases = [
        // Without `for` an alert fires at once.
        (0, 0, "xx", "FF"),
        // It is pending while it has been active for less than `for`, and fires once it has been for as long.
        (2 * MINUTE, 0, "xxxx", "ppFF"),
        (2 * MINUTE + 1, 0, "xxxx", "pppF"),
        // A `for` below the interval takes effect at the next evaluation.
        (1, 0, "xx", "pF"),
        // It is inactive as soon as the expression does not return it, pending or firing.
        (2 * MINUTE, 0, "xx.", "pp-"),
        (MINUTE, 0, "xx.", "pF-"),
        // Coming back it is a new alert.
        (2 * MINUTE, 0, "xx.xxx", "pp-ppF"),
        (MINUTE, 0, "xx.xx", "pF-pF"),
        (0, 0, "x.x", "F-F"),
        // `keep_firing_for` counts from the evaluation that misses the alert.
        (0, 2 * MINUTE, "x....", "FFF--"),
        (0, 2 * MINUTE + 1, "x....", "FFFF-"),
        (0, 1, "x..", "FF-"),
        // It does nothing for pending alerts.
        (2 * MINUTE, 5 * MINUTE, "xx..", "pp--"),
        // A return ends it, and it begins anew.
        (0, 2 * MINUTE, "x.x...", "FFFFF-"),
        // The alert that was kept is the same, and goes on without being pending.
        (2 * MINUTE, 2 * MINUTE, "xxx.xx", "ppFFFF"),
        (2 * MINUTE, MINUTE, "xxx..xxx", "ppFF-ppF"),
    ];
    for (hold, keep, returned, expected) in cases {
        assert_eq!(
            life(hold, keep, returned),
            expected,
            "for {hold}, keep {keep}: {returned}"
        );
    }
}

#[test]
fn a_new_alert_begins_at_its_own_time() {
    let mut rule = rule(0, 0, &[], &[]);
    let one = || vec![sample(&[], 1.0)];
    let times = |rule: &AlertingRule| {
        let (_, alert) = rule.remembered().next().expect("one alert");
        (alert.active_at, alert.fired_at, alert.resolved_at)
    };
    evaluate(&mut rule, one(), 0).expect("evaluates");
    assert_eq!(times(&rule), (0, Some(0), None));
    evaluate(&mut rule, Vec::new(), MINUTE).expect("evaluates");
    assert_eq!(times(&rule), (0, Some(0), Some(MINUTE)));
    evaluate(&mut rule, one(), 2 * MINUTE).expect("evaluates");
    assert_eq!(times(&rule), (2 * MINUTE, Some(2 * MINUTE), None));
}

#[test]
fn annotations_are_those_of_the_last_time() {
    let mut rule = rule(
        MINUTE,
        5 * MINUTE,
        &[],
        &[("text", "{{ $labels.i }} is {{ $value }}")],
    );
    let mut texts = Vec::new();
    for (minute, value) in [(0, Some(1.0)), (1, Some(2.0)), (2, Some(3.0)), (3, None)] {
        let result = value
            .map(|value| sample(&[("i", "1")], value))
            .into_iter()
            .collect();
        evaluate(&mut rule, result, minute * MINUTE).expect("evaluates");
        let (_, alert) = rule.remembered().next().expect("one alert");
        texts.push(rule.annotations_of(alert, &world())[0].1.clone());
    }
    // Kept firing, it has nothing new to say.
    assert_eq!(texts, ["1 is 1", "1 is 2", "1 is 3", "1 is 3"]);
}

#[test]
fn annotations_that_ask_see_the_series_of_their_time() {
    let text = "{{ range query \"m\" }}{{ .Value }}{{ end }}";
    let mut rule = rule(0, 5 * MINUTE, &[], &[("asked", text)]);
    let mut world = world();
    let m = labels(&[("__name__", "m")]);
    for (minute, result) in [(0, vec![sample(&[], 1.0)]), (1, Vec::new())] {
        world
            .storage
            .append(&m, minute * MINUTE, minute as f64 + 5.0)
            .expect("appends");
        rule.evaluate(result, &world, minute * MINUTE, 0)
            .expect("evaluates");
    }
    let (_, alert) = rule.remembered().next().expect("one alert");
    assert_eq!(rule.annotations_of(alert, &world)[0].1, "5");
}

#[test]
fn failing_templates_leave_their_error_as_text() {
    let rule_text = "{{ $labels.i.j }}";
    let mut rule = rule(0, 0, &[], &[("text", rule_text)]);
    evaluate(&mut rule, vec![sample(&[("i", "1")], 1.0)], 0).expect("evaluates");
    let (_, alert) = rule.remembered().next().expect("one alert");
    let text = &rule.annotations_of(alert, &world())[0].1;
    assert!(
        text.starts_with("<error expanding template: error executing template __alert_A"),
        "{text}"
    );
}

#[test]
fn active_alerts_leave_series() {
    let mut rule = rule(
        MINUTE,
        0,
        &[("severity", "page"), ("alertstate", "critical")],
        &[],
    );
    let result = || vec![sample(&[("__name__", "up"), ("i", "1")], 3.0)];
    let written = |rule: &mut AlertingRule, result, minute: i64| {
        shown(&evaluate(rule, result, minute * MINUTE).expect("evaluates"))
    };
    // The state overrides a label of that name; the value is 1, and in the other series when the alert began.
    assert_eq!(
        written(&mut rule, result(), 1),
        [
            r#"ALERTS_FOR_STATE{alertname="A", alertstate="critical", i="1", severity="page"} 60"#,
            r#"ALERTS{alertname="A", alertstate="pending", i="1", severity="page"} 1"#,
        ]
    );
    assert_eq!(
        written(&mut rule, result(), 2),
        [
            r#"ALERTS_FOR_STATE{alertname="A", alertstate="critical", i="1", severity="page"} 60"#,
            r#"ALERTS{alertname="A", alertstate="firing", i="1", severity="page"} 1"#,
        ]
    );
    assert!(
        written(&mut rule, Vec::new(), 3).is_empty(),
        "inactive alerts leave none"
    );
}

#[test]
fn a_label_that_comes_out_empty_stays_as_written_in_the_series() {
    let mut rule = rule(0, 0, &[("team", "{{ $labels.team }}")], &[]);
    let written = evaluate(&mut rule, vec![sample(&[], 1.0)], 0).expect("evaluates");
    let (alert, _) = rule.remembered().next().expect("one alert");
    assert_eq!(alert.to_string(), r#"{alertname="A"}"#);
    assert_eq!(
        shown(&written)[1],
        r#"ALERTS{alertname="A", alertstate="firing", team="{{ $labels.team }}"} 1"#
    );
}

#[test]
fn resolved_alerts_are_remembered_for_a_quarter_of_an_hour() {
    let mut rule = rule(0, 0, &[], &[]);
    evaluate(&mut rule, vec![sample(&[], 1.0)], 0).expect("evaluates");
    for minute in 1..=16 {
        evaluate(&mut rule, Vec::new(), minute * MINUTE).expect("evaluates");
        assert_eq!(rule.remembered().count(), 1, "{minute}");
    }
    evaluate(&mut rule, Vec::new(), 17 * MINUTE).expect("evaluates");
    assert_eq!(rule.remembered().count(), 0);
}

#[test]
fn too_many_alerts_fail_the_evaluation_and_are_forgotten() {
    let mut rule = rule(0, 0, &[], &[]);
    let result = |count: usize| {
        (0..count)
            .map(|i| sample(&[("i", &i.to_string())], 1.0))
            .collect::<Vec<_>>()
    };
    rule.evaluate(result(2), &world(), 0, 2)
        .expect("as many as there may be");
    let failed = rule.evaluate(result(3), &world(), MINUTE, 2);
    assert_eq!(failed, Err("exceeded limit of 2 with 3 alerts".to_owned()));
    assert_eq!(rule.remembered().count(), 0);
    // Resolved alerts do not count.
    rule.evaluate(result(2), &world(), 2 * MINUTE, 2).expect("two");
    let others = vec![sample(&[("i", "8")], 1.0), sample(&[("i", "9")], 1.0)];
    rule.evaluate(others, &world(), 3 * MINUTE, 2)
        .expect("two others");
}

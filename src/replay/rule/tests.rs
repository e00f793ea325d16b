use promql_engine::{Sample, Storage};

use super::{Rule, in_order};
use crate::model::text::Text;
use crate::replay::testing::{labels, rule_file, rules, sample, test_file, world};
use crate::replay::world::World;

const MINUTE: i64 = 60_000;

/// What a rule writes at minute 0 where its query returns this: the newest sample of each series, sorted.
fn written(rule: &str, result: Vec<Sample>) -> Result<Vec<String>, String> {
    let (mut rules, mut world) = (rules(&[rule]), world());
    rules[0].take(result, &mut world, 0)?;
    Ok(newest(&world.storage))
}

/// The newest sample of each series, sorted: `name{labels} value@minute`.
fn newest(storage: &Storage) -> Vec<String> {
    let mut shown: Vec<String> = storage
        .select(&[])
        .into_iter()
        .filter_map(|id| {
            let (time, value) = storage.newest(id)?;
            let promql_engine::SampleValue::Float(value) = value else {
                return None;
            };
            let value = match promql_engine::sample::is_stale(*value) {
                true => "stale".to_owned(),
                false => value.to_string(),
            };
            Some(format!(
                "{} {value}@{}",
                storage.labels(id).metric_form(),
                time / MINUTE
            ))
        })
        .collect();
    shown.sort();
    shown
}

#[test]
fn recording_rules_give_a_name_and_labels() {
    let cases = [
        ("{record: r, expr: m}", r#"r{i="1", j="x"} 5@0"#),
        (
            "{record: r, expr: m, labels: {k: v}}",
            r#"r{i="1", j="x", k="v"} 5@0"#,
        ),
        (
            "{record: r, expr: m, labels: {i: other}}",
            r#"r{i="other", j="x"} 5@0"#,
        ),
        ("{record: r, expr: m, labels: {i: ''}}", r#"r{j="x"} 5@0"#),
        // Templates are for alerts.
        (
            "{record: r, expr: m, labels: {k: '{{ 1 }}'}}",
            r#"r{i="1", j="x", k="{{ 1 }}"} 5@0"#,
        ),
    ];
    for (rule, expected) in cases {
        let result = vec![sample(&[("__name__", "m"), ("i", "1"), ("j", "x")], 5.0)];
        assert_eq!(written(rule, result), Ok(vec![expected.to_owned()]), "{rule}");
    }
}

#[test]
fn recorded_series_must_differ() {
    let result = vec![sample(&[("i", "1")], 1.0), sample(&[("i", "2")], 2.0)];
    assert_eq!(
        written("{record: r, expr: m, labels: {i: x}}", result),
        Err("vector contains metrics with the same labelset after applying rule labels".to_owned())
    );
}

#[test]
fn labels_of_the_group_come_before_those_of_the_rule() {
    let file = rule_file(
        "groups:\n- name: g\n  labels: {a: group, b: group}\n  rules:\n  - {record: r, expr: m, labels: {b: rule}}\n  \
         - {alert: A, expr: m, labels: {b: rule}}\n",
    );
    let (mut rules, mut world) = (in_order(&[&file], &[]), world());
    for rule in &mut rules {
        rule.take(vec![sample(&[], 1.0)], &mut world, 0).expect("writes");
    }
    assert_eq!(
        newest(&world.storage),
        [
            r#"ALERTS_FOR_STATE{a="group", alertname="A", b="rule"} 0@0"#,
            r#"ALERTS{a="group", alertname="A", alertstate="firing", b="rule"} 1@0"#,
            r#"r{a="group", b="rule"} 1@0"#,
        ]
    );
}

#[test]
fn the_limit_of_a_group_is_for_each_rule() {
    let file = rule_file(
        "groups:\n- name: g\n  limit: 1\n  rules: [{record: r, expr: m}, {alert: A, expr: m}, {record: s, expr: m}]\n",
    );
    let (mut rules, mut world) = (in_order(&[&file], &[]), world());
    let two = || vec![sample(&[("i", "1")], 1.0), sample(&[("i", "2")], 1.0)];
    let results: Vec<_> = rules
        .iter_mut()
        .map(|rule| rule.take(two(), &mut world, 0))
        .collect();
    let refused = |what: &str| Err(format!("exceeded limit of 1 with 2 {what}"));
    assert_eq!(results, [refused("series"), refused("alerts"), refused("series")]);
    assert!(newest(&world.storage).is_empty(), "nothing is written");
}

#[test]
fn what_is_no_longer_written_is_marked_stale() {
    let (mut rules, mut world) = (
        rules(&["{record: r, expr: m}", "{alert: A, expr: m, for: 1m}"]),
        world(),
    );
    let results: [&[&str]; 4] = [&["1", "2"], &["2"], &[], &["1"]];
    let expected: [&[&str]; 4] = [
        &[r#"r{i="1"} 1@0"#, r#"r{i="2"} 1@0"#],
        &[r#"r{i="1"} stale@1"#, r#"r{i="2"} 1@1"#],
        &[r#"r{i="1"} stale@1"#, r#"r{i="2"} stale@2"#],
        &[r#"r{i="1"} 1@3"#, r#"r{i="2"} stale@2"#],
    ];
    for (minute, (result, expected)) in results.iter().zip(expected).enumerate() {
        let result: Vec<Sample> = result.iter().map(|i| sample(&[("i", i)], 1.0)).collect();
        for rule in &mut rules {
            rule.take(result.clone(), &mut world, minute as i64 * MINUTE)
                .expect("writes");
        }
        let recorded: Vec<_> = newest(&world.storage)
            .into_iter()
            .filter(|s| s.starts_with('r'))
            .collect();
        assert_eq!(recorded, expected, "minute {minute}");
    }
    // An alert leaves a series for each state: the one ends where the other begins.
    let alerts: Vec<_> = newest(&world.storage)
        .into_iter()
        .filter(|s| s.starts_with("ALERTS{"))
        .collect();
    assert_eq!(
        alerts,
        [
            r#"ALERTS{alertname="A", alertstate="firing", i="2"} stale@2"#,
            r#"ALERTS{alertname="A", alertstate="pending", i="1"} 1@3"#,
            r#"ALERTS{alertname="A", alertstate="pending", i="2"} stale@1"#,
        ]
    );
}

#[test]
fn the_query_offset_is_that_of_what_is_read_and_written() {
    let file = rule_file(
        "groups:\n- name: g\n  query_offset: 2m\n  rules: [{record: r, expr: m}, {alert: A, expr: m}]\n",
    );
    let (mut rules, mut world) = (in_order(&[&file], &[]), world());
    let m = labels(&[("__name__", "m")]);
    for minute in 0..10 {
        world
            .storage
            .append(&m, minute * MINUTE, minute as f64)
            .expect("appends");
    }
    for rule in &mut rules {
        rule.evaluate(&mut world, 5 * MINUTE).expect("evaluates");
    }
    // The alert itself is active since the time of the evaluation.
    assert_eq!(
        newest(&world.storage),
        [
            r#"ALERTS_FOR_STATE{alertname="A"} 300@3"#,
            r#"ALERTS{alertname="A", alertstate="firing"} 1@3"#,
            "m 9@9",
            "r 3@3",
        ]
    );
}

#[test]
fn two_rules_may_not_write_different_samples_of_one_series() {
    let (mut rules, mut world) = (rules(&["{record: r, expr: m}", "{record: r, expr: n}"]), world());
    let take = |rule: &mut Rule, world: &mut World<'_>, value: Option<f64>, minute: i64| {
        let result = value.map(|value| sample(&[], value)).into_iter().collect();
        rule.take(result, world, minute * MINUTE)
    };
    assert_eq!(take(&mut rules[0], &mut world, Some(1.0), 1), Ok(()));
    assert_eq!(
        take(&mut rules[1], &mut world, Some(1.0), 1),
        Ok(()),
        "the same sample"
    );
    assert_eq!(take(&mut rules[0], &mut world, Some(1.0), 2), Ok(()));
    let message = "duplicate sample for timestamp 120000; overrides not allowed: existing 1, new value 2";
    assert_eq!(
        take(&mut rules[1], &mut world, Some(2.0), 2),
        Err(message.to_owned())
    );
    // That a series goes on being written elsewhere is no fault of the rule that ceased to.
    assert_eq!(take(&mut rules[0], &mut world, Some(1.0), 3), Ok(()));
    assert_eq!(take(&mut rules[1], &mut world, Some(1.0), 3), Ok(()));
    assert_eq!(take(&mut rules[0], &mut world, Some(1.0), 4), Ok(()));
    assert_eq!(take(&mut rules[1], &mut world, None, 4), Ok(()));
    assert_eq!(newest(&world.storage), ["r 1@4"]);
}

#[test]
fn groups_are_ordered_as_the_test_file_says() {
    let file = rule_file(
        "groups:\n- {name: a, rules: [{record: a1, expr: m}, {record: a2, expr: m}]}\n- {name: b, rules: [{record: b1, \
         expr: m}]}\n- {name: c, rules: [{record: c1, expr: m}]}\n",
    );
    let cases: [(&[&str], &str); 4] = [
        (&[], "a1 a2 b1 c1"),
        (&["c", "b", "a"], "c1 b1 a1 a2"),
        // Groups that are not named count as the first.
        (&["c"], "a1 a2 b1 c1"),
        (&["c", "a"], "b1 c1 a1 a2"),
    ];
    for (order, expected) in cases {
        let tests = test_file(&format!(
            "rule_files: []\ngroup_eval_order: {order:?}\ntests: []\n"
        ));
        let order: Vec<Text> = tests.group_eval_order;
        let rules = in_order(&[&file], &order);
        let names: Vec<&str> = rules.iter().map(Rule::name).collect();
        assert_eq!(names.join(" "), expected);
    }
}

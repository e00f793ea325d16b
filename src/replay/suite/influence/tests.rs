use super::Influence;
use crate::replay::testing::{rules, test_file};

#[test]
fn assertions_depend_on_what_they_name_and_read() {
    let rules = rules(&[
        "{record: a, expr: x}",
        "{record: b, expr: a}",
        "{alert: OnB, expr: b > 0}",
        "{alert: OnX, expr: x > 0}",
        "{alert: Meta, expr: 'ALERTS{alertname=\"OnX\"}'}",
        "{alert: Asks, expr: y, annotations: {s: '{{ query \"a\" | first | value }}'}}",
    ]);
    let influence = Influence::of(&rules);
    let table: &[(&str, &[&str])] = &[
        ("alert_rule_test: [{alertname: OnB}]", &["a", "b", "OnB"]),
        ("alert_rule_test: [{alertname: OnX}]", &["OnX"]),
        ("alert_rule_test: [{alertname: Unknown}]", &[]),
        // Which labels a changed rule may write is not known: any alert may be one that `Meta` reads.
        (
            "alert_rule_test: [{alertname: Meta}]",
            &["a", "b", "OnB", "OnX", "Meta", "Asks"],
        ),
        ("alert_rule_test: [{alertname: Asks}]", &["a", "Asks"]),
        ("promql_expr_test: [{expr: b + 1}]", &["a", "b"]),
        ("promql_expr_test: [{expr: x}]", &[]),
        ("never_fires: [OnX]", &["OnX"]),
        ("timeline: {OnB: 0m.. inactive}", &["a", "b", "OnB"]),
        ("never_fires: '*'", &["a", "b", "OnB", "OnX", "Meta", "Asks"]),
    ];
    for (assertion, expected) in table {
        let file = test_file(&format!("rule_files: [r.yml]\ntests:\n- {assertion}\n"));
        let reached = influence.on_assertions(&file.tests[0], &rules);
        let names: Vec<&str> = rules
            .iter()
            .zip(reached)
            .filter_map(|(rule, reached)| reached.then_some(rule.name()))
            .collect();
        assert_eq!(names, *expected, "{assertion}");
    }
}

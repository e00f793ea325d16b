use super::elements;
use crate::replay::testing::rule_file;

/// What there is to see of the expression of an alert.
fn parts(expr: &str) -> Vec<String> {
    let expr = serde_json::Value::from(expr);
    let file = rule_file(&format!(
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n"
    ));
    let sought = elements::of(&file, &file.groups[0].rules[0]);
    let parts = sought
        .into_iter()
        .filter(|sought| matches!(sought.check, elements::Check::Part(_)));
    parts
        .map(|sought| format!("{}: {}", sought.kind.as_str(), sought.missing))
        .collect()
}

#[test]
fn what_there_is_to_see_of_expressions() {
    let table: &[(&str, &[&str])] = &[
        ("a", &["selected: `a` never found a sample"]),
        (
            "rate(a{x=\"1\"}[5m]) > 2",
            &[
                "comparison: `rate(a{x=\"1\"}[5m]) > 2` never held",
                "comparison: `rate(a{x=\"1\"}[5m]) > 2` never failed to hold",
                "selected: `a{x=\"1\"}` never found a sample",
                "matcher: `x=\"1\"` never kept a series out",
            ],
        ),
        (
            "a and b",
            &[
                "operand: `and b` never kept anything",
                "operand: `and b` never removed anything",
                "selected: `a` never found a sample",
                "selected: `b` never found a sample",
            ],
        ),
        (
            "a or absent(b)",
            &[
                "operand: `a` never added anything",
                "operand: `absent(b)` never added anything",
                "selected: `a` never found a sample",
                "absence: `b` was never absent",
                "absence: `b` was always absent",
                "selected: `b` never found a sample",
            ],
        ),
        ("vector(1)", &[]),
    ];
    for (expr, expected) in table {
        assert_eq!(parts(expr), *expected, "{expr}");
    }
}

#[test]
fn what_there_is_to_see_of_rules() {
    let file = rule_file(
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: vector(1)\n    for: 5m\n    labels: {x: y}\n    \
         annotations: {s: t}\n  - record: r\n    expr: vector(1)\n",
    );
    let kinds = |number: usize| {
        let sought = elements::of(&file, &file.groups[0].rules[number]);
        sought
            .iter()
            .map(|sought| sought.kind.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(0),
        [
            "evaluated",
            "pending",
            "fired",
            "resolved",
            "firing-asserted",
            "silence-asserted",
            "label",
            "annotation",
        ]
    );
    assert_eq!(kinds(1), ["evaluated", "recorded", "record-asserted"]);
}

use super::{Plan, Unit};
use crate::replay::rule;
use crate::replay::testing::{rule_file, rules};

/// A plan as text: rules that go at once by their numbers, those that go in turn in brackets; `reference` where all
/// do, at each evaluation.
fn shown(plan: &Plan, rules: usize) -> String {
    if *plan == Plan::in_turn(rules) {
        return "reference".to_owned();
    }
    let unit = |unit: &Unit| match unit {
        Unit::AtOnce(rule) => rule.to_string(),
        Unit::InTurn(rules) => format!("{rules:?}"),
    };
    plan.units.iter().map(unit).collect::<Vec<_>>().join(" ")
}

fn plan(list: &[&str]) -> String {
    let rules = rules(list);
    shown(&Plan::of(&rules), rules.len())
}

#[test]
fn rules_that_read_only_what_is_there_go_at_once() {
    let cases: &[(&[&str], &str)] = &[
        (&[], ""),
        (&["{alert: A, expr: up == 0}"], "0"),
        (
            &["{record: r, expr: m}", "{alert: A, expr: 'rate(r[5m]) > 0'}"],
            "0 1",
        ),
        (&["{record: r, expr: m}", "{record: s, expr: r offset 5m}"], "0 1"),
        // Other rules' alerts, once they are written.
        (
            &[
                "{alert: A, expr: m}",
                "{record: r, expr: 'ALERTS{alertname=\"A\"}'}",
            ],
            "0 1",
        ),
        (
            &[
                "{alert: A, expr: m}",
                "{alert: B, expr: 'ALERTS{alertname=\"A\"}'}",
            ],
            "0 1",
        ),
        (
            &[
                "{alert: A, expr: m, labels: {s: x}}",
                "{alert: B, expr: 'ALERTS{s=\"x\"}', labels: {s: y}}",
            ],
            "0 1",
        ),
        (
            &["{alert: A, expr: m, annotations: {a: '{{ query \"m\" }}'}}"],
            "0",
        ),
        (&["{record: r, expr: 'm[5m:1m] offset 1m'}"], "0"),
    ];
    for (list, expected) in cases {
        assert_eq!(plan(list), *expected, "{list:?}");
    }
}

#[test]
fn rules_that_feed_back_go_in_turn() {
    let cases: &[(&[&str], &str)] = &[
        // Itself.
        (&["{record: r, expr: r or m}"], "[0]"),
        (&["{alert: A, expr: ALERTS}"], "[0]"),
        // What a later rule writes.
        (&["{alert: A, expr: r}", "{record: r, expr: m}"], "[0, 1]"),
        // What lies between two of them goes in turn, what comes before and after goes at once.
        (
            &[
                "{record: before, expr: m}",
                "{record: a, expr: c + before}",
                "{record: b, expr: a}",
                "{record: apart, expr: m}",
                "{record: c, expr: b}",
                "{record: after, expr: c}",
            ],
            "0 3 [1, 2, 4] 5",
        ),
        // By a template.
        (
            &["{alert: A, expr: m, labels: {a: '{{ query \"ALERTS\" }}'}}"],
            "[0]",
        ),
        // By a selector without a name, or with a pattern.
        (&["{record: r, expr: 'sum({job=\"a\"})'}"], "[0]"),
        (&["{record: r, expr: 'sum({__name__=~\"r|m\"})'}"], "[0]"),
        (&["{record: r, expr: 'sum({__name__=~\"m|n\"})'}"], "0"),
        (&["{record: r, expr: 'sum({job=\"a\"})', labels: {job: b}}"], "0"),
    ];
    for (list, expected) in cases {
        assert_eq!(plan(list), *expected, "{list:?}");
    }
}

#[test]
fn rules_that_depend_on_more_than_the_past_make_everything_go_in_turn() {
    let expressions = [
        "m @ 100",
        "m @ end()",
        "m offset -5m",
        "rate(m[5m] offset -1m)",
        "max_over_time(m[5m:1m] offset -1m)",
        "max_over_time((m offset -1m)[5m:1m])",
        "rate(m[5m] smoothed)",
        "rate(m[range()])",
        "max_over_time(m[5m:step()])",
        "info(m)",
    ];
    for expr in expressions {
        assert_eq!(
            plan(&[&format!("{{record: r, expr: '{expr}'}}")]),
            "reference",
            "{expr}"
        );
    }
    let made_up = "{alert: A, expr: m, annotations: {a: '{{ query $labels.q }}'}}";
    assert_eq!(plan(&[made_up]), "reference");
}

#[test]
fn samples_written_further_back_than_they_are_read_come_too_early() {
    let cases = [
        ("0s", "0s", "0 1"),
        ("0s", "1m", "0 1"),
        ("1m", "1m", "0 1"),
        ("1m", "0s", "[0, 1]"),
    ];
    for (writer, reader, expected) in cases {
        let file = rule_file(&format!(
            "groups:\n- name: a\n  query_offset: {writer}\n  rules: [{{record: r, expr: m}}]\n- name: b\n  \
             query_offset: {reader}\n  rules: [{{record: s, expr: r}}]\n"
        ));
        let rules = rule::in_order(&[&file], &[]);
        assert_eq!(shown(&Plan::of(&rules), 2), expected, "{writer} {reader}");
    }
}

//! Alerts that nobody wrote: whatever the expression, a test that is made for it holds.

use proptest::prelude::*;

use rulecheck::model::rules::RuleFile;
use rulecheck::outcome::AlertState;
use rulecheck::replay::rehearsal::Rehearsal;

use super::support::{failures, load, with_tests};

fn selector() -> impl Strategy<Value = String> {
    let metric = prop_oneof![Just("x"), Just("y"), Just("z_total")];
    let matchers = prop_oneof![
        Just(""),
        Just("{a=\"1\"}"),
        Just("{a!=\"1\"}"),
        Just("{a=~\"1|2\"}"),
        Just("{b!~\"q.*\", a=\"2\"}"),
    ];
    let offset = prop_oneof![4 => Just(""), 1 => Just(" offset 4m")];
    (metric, matchers, offset).prop_map(|(metric, matchers, offset)| format!("{metric}{matchers}{offset}"))
}

/// Values of a series.
fn values() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        4 => (-3..25i32).prop_map(|v| v.to_string()),
        2 => Just("_".to_owned()),
        1 => Just("0.5".to_owned()),
        1 => Just("NaN".to_owned()),
        1 => Just("Inf".to_owned()),
        1 => Just("0+3x6".to_owned()),
        1 => Just("20x4".to_owned()),
    ];
    prop::collection::vec(value, 1..12).prop_map(|values| values.join(" "))
}

fn vector() -> impl Strategy<Value = String> {
    let window = (
        prop_oneof![
            Just("rate"),
            Just("increase"),
            Just("delta"),
            Just("avg_over_time"),
            Just("changes"),
            Just("max_over_time")
        ],
        prop_oneof![Just("x"), Just("y{a=\"1\"}"), Just("z_total")],
        prop_oneof![Just("2m"), Just("5m"), Just("10m")],
    )
        .prop_map(|(function, selector, range)| format!("{function}({selector}[{range}])"));
    let leaf = prop_oneof![3 => selector(), 2 => window];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let number = prop_oneof![
            Just("0"),
            Just("1"),
            Just("0.5"),
            Just("3"),
            Just("20"),
            Just("-2")
        ];
        let comparison = prop_oneof![
            Just(">"),
            Just("<"),
            Just(">="),
            Just("<="),
            Just("=="),
            Just("!=")
        ];
        let grouping = prop_oneof![
            Just(""),
            Just(" by (a)"),
            Just(" by (b)"),
            Just(" without (instance)")
        ];
        let aggregation = prop_oneof![
            Just("sum"),
            Just("avg"),
            Just("count"),
            Just("max"),
            Just("stddev")
        ];
        let matching = prop_oneof![Just(""), Just("on (a)"), Just("ignoring (a)"), Just("on ()")];
        let set = prop_oneof![Just("and"), Just("or"), Just("unless")];
        let arithmetic = prop_oneof![Just("+"), Just("-"), Just("*"), Just("/")];
        prop_oneof![
            (inner.clone(), comparison.clone(), number.clone())
                .prop_map(|(v, op, n)| format!("({v}) {op} {n}")),
            (inner.clone(), arithmetic.clone(), number).prop_map(|(v, op, n)| format!("({v}) {op} {n}")),
            (aggregation, grouping, inner.clone()).prop_map(|(op, by, v)| format!("{op}{by} ({v})")),
            (inner.clone(), set, matching.clone(), inner.clone())
                .prop_map(|(a, op, m, b)| format!("({a}) {op} {m} ({b})")),
            (
                inner.clone(),
                prop_oneof![comparison, arithmetic],
                matching,
                inner
            )
                .prop_map(|(a, op, m, b)| format!("({a}) {op} {m} ({b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn what_is_made_holds(exprs in prop::collection::vec(vector(), 4), hold in prop_oneof![Just("0s"), Just("4m")]) {
        let mut text = "groups:\n  - name: g\n    rules:\n".to_owned();
        for (number, expr) in exprs.iter().enumerate() {
            let expr = expr.replace('\'', "''");
            text.push_str(&format!("      - {{alert: A{number}, expr: '{expr}', for: {hold}}}\n"));
        }
        let (fire, never, failures) = with_tests(&text, |made, folder| {
            let fire = made.iter().filter(|skeleton| skeleton.test.is_ok()).count();
            let never = made.iter().filter(|s| s.test.as_ref().is_err_and(|none| none.proved)).count();
            if std::env::var_os("RULECHECK_SHOW").is_some() {
                for skeleton in made {
                    if let Err(none) = &skeleton.test {
                        println!("{}\n    {} {}", skeleton.expr, none.proved, none.reason);
                    }
                }
            }
            (fire, never, failures(folder))
        });
        prop_assert!(failures.is_empty(), "{} fire, {} never: {:#?}\n{}", fire, never, failures, text);
    }

    #[test]
    fn what_is_known_never_to_fire_does_not(exprs in prop::collection::vec(vector(), 12), values in prop::collection::vec(values(), 27)) {
        let mut text = "groups:\n  - name: g\n    rules:\n".to_owned();
        for (number, expr) in exprs.iter().enumerate() {
            text.push_str(&format!("      - {{alert: A{number}, expr: '{expr}'}}\n"));
        }
        let known = with_tests(&text, |made, folder| {
            let never: Vec<String> =
                made.iter().filter(|s| s.test.as_ref().is_err_and(|n| n.proved)).map(|s| s.alert.clone()).collect();
            let project = load(&folder.join("rules.yml"));
            let rules: Vec<RuleFile> = project.rule_files().cloned().collect();
            (never, rules)
        });
        let mut series = Vec::new();
        for metric in ["x", "y", "z_total"] {
            for a in ["", "a=\"1\"", "a=\"2\""] {
                for b in ["", ", b=\"q1\"", ", b=\"r\""] {
                    let labels = format!("{a}{b}");
                    series.push((format!("{metric}{{{}}}", labels.trim_start_matches(", ")), values[series.len()].clone()));
                }
            }
        }
        let rehearsal = Rehearsal { series, sample_interval_ms: 60_000, interval_ms: 60_000, start_ms: 0, from: 0, last: 20 };
        let (never, rules) = known;
        for alert in never {
            let mut rules = rules.clone();
            for group in rules.iter_mut().flat_map(|file| &mut file.groups) {
                group.rules.retain(|rule| rule.name() == alert);
            }
            let rules: Vec<&RuleFile> = rules.iter().collect();
            let seen = rehearsal.run(&rules, (&alert, ""), &[]).expect("series");
            let fires = seen.states.iter().any(|(_, state)| *state != AlertState::Inactive);
            prop_assert!(!fires, "{alert} fires: {text}");
        }
    }
}

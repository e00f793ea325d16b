//! Alerts that nobody wrote: whatever the expression, a test that is made for it holds.

use proptest::prelude::*;

use super::support::{failures, with_tests};

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
}

//! The parts of expressions, and their values.

use promql_engine::{Engine, EngineOptions, Labels, SampleValue, Storage, Value};
use promql_syntax::ParseOptions;
use promql_syntax::ast::Expr;

use super::Parts;

const MINUTE: i64 = 60_000;

fn parsed(text: &str) -> Expr {
    promql_syntax::parse_valid(text, &ParseOptions::ALL).expect("parses")
}

/// `a{n="1"}` counts by 1 each minute, `a{n="2"}` by 2, `b{n="2"}` is 10, until 20m.
fn storage() -> Storage {
    let mut storage = Storage::new();
    for minute in 0..=20 {
        for (name, n, value) in [
            ("a", "1", minute as f64),
            ("a", "2", 2.0 * minute as f64),
            ("b", "2", 10.0),
        ] {
            let labels = Labels::new([("__name__", name), ("n", n)]);
            storage.append(&labels, minute * MINUTE, value).expect("appends");
        }
    }
    storage
}

fn engine() -> Engine {
    Engine::new(EngineOptions::default())
}

/// `{n="1"} 4, {n="2"} 8` and so on; samples of ranges as `value@minute`.
fn shown(value: &Result<Value, String>) -> String {
    let float = |value: &SampleValue| match value {
        SampleValue::Float(value) => value.to_string(),
        SampleValue::Histogram(_) => "histogram".to_owned(),
    };
    match value {
        Err(message) => format!("error: {message}"),
        Ok(Value::Scalar { value, .. }) => value.to_string(),
        Ok(Value::String { value, .. }) => format!("{value:?}"),
        Ok(Value::Vector(samples)) => {
            let samples = samples.iter();
            let shown = samples.map(|s| format!("{} {}", s.labels.metric_form(), float(&s.value)));
            shown.collect::<Vec<_>>().join(", ")
        }
        Ok(Value::Matrix(series)) => {
            let shown = series.iter().map(|series| {
                let samples = series.floats.iter();
                let samples: Vec<String> = samples
                    .map(|(at, value)| format!("{value}@{}", at / MINUTE))
                    .collect();
                format!("{} {}", series.labels.metric_form(), samples.join(" "))
            });
            shown.collect::<Vec<_>>().join(", ")
        }
    }
}

/// `text = value` of each part at 10m, indented by its depth.
fn tree(text: &str) -> Vec<String> {
    let expr = parsed(text);
    let parts = Parts::of(text, &expr);
    let values = parts.values(&engine(), &storage(), 10 * MINUTE);
    let lines = parts.all().iter().zip(values).map(|(part, value)| {
        let mut depth = 0;
        let mut parent = part.parent;
        while let Some(number) = parent {
            depth += 1;
            parent = parts.all()[number].parent;
        }
        let at = match value.at {
            600_000 => String::new(),
            at => format!(" (at {}s)", at / 1000),
        };
        format!(
            "{}{} = {}{at}",
            "  ".repeat(depth),
            part.text,
            shown(&value.value)
        )
    });
    lines.collect()
}

#[test]
fn parts_have_the_values_that_they_had_then() {
    let cases: &[(&str, &[&str])] = &[
        ("a", &[r#"a = a{n="1"} 10, a{n="2"} 20"#]),
        (
            "(a) > (5 + time() / 60)",
            &[
                r#"(a) > (5 + time() / 60) = a{n="2"} 20"#,
                r#"  a = a{n="1"} 10, a{n="2"} 20"#,
                "  5 + time() / 60 = 15",
                "    5 = 5",
                "    time() / 60 = 10",
                "      time() = 600",
                "      60 = 60",
            ],
        ),
        (
            "sum(a) / on() topk(1, b)",
            &[
                "sum(a) / on() topk(1, b) = {} 3",
                "  sum(a) = {} 30",
                r#"    a = a{n="1"} 10, a{n="2"} 20"#,
                r#"  topk(1, b) = b{n="2"} 10"#,
                "    1 = 1",
                r#"    b = b{n="2"} 10"#,
            ],
        ),
        // The samples of a range; strings are no parts.
        (
            r#"label_replace(rate(b[2m] offset 1m), "x", "$1", "n", "(.*)")"#,
            &[
                r#"label_replace(rate(b[2m] offset 1m), "x", "$1", "n", "(.*)") = {n="2", x="2"} 0"#,
                r#"  rate(b[2m] offset 1m) = {n="2"} 0"#,
                r#"    b[2m] offset 1m = b{n="2"} 10@8 10@9"#,
            ],
        ),
        // Within subqueries the last step counts, with their offsets and `@`.
        (
            "max_over_time(sum(a)[4m:2m] offset 3m)",
            &[
                "max_over_time(sum(a)[4m:2m] offset 3m) = {} 18",
                "  sum(a)[4m:2m] offset 3m = {} 12@4 18@6",
                "    sum(a) = {} 18 (at 360s)",
                r#"      a = a{n="1"} 6, a{n="2"} 12 (at 360s)"#,
            ],
        ),
        (
            "sum_over_time(max_over_time(b[1m:20s])[3m:90s] @ 240)",
            &[
                r#"sum_over_time(max_over_time(b[1m:20s])[3m:90s] @ 240) = {n="2"} 20"#,
                r#"  max_over_time(b[1m:20s])[3m:90s] @ 240 = {n="2"} 10@1 10@3"#,
                r#"    max_over_time(b[1m:20s]) = {n="2"} 10 (at 180s)"#,
                r#"      b[1m:20s] = b{n="2"} 10@2 10@2 10@3 (at 180s)"#,
                r#"        b = b{n="2"} 10 (at 180s)"#,
            ],
        ),
        // What is wrong with a part is said of it and of what is made of it.
        (
            "1 + (a + on() a)",
            &[
                "1 + (a + on() a) = error: found duplicate series for the match group {} on the right hand-side of \
                 the operation: [{__name__=\"a\", n=\"1\"}, {__name__=\"a\", n=\"2\"}];many-to-many matching not \
                 allowed: matching labels must be unique on one side",
            ],
        ),
    ];
    for (text, expected) in cases {
        let shown = tree(text);
        let of_interest = if expected.len() == 1 {
            &shown[..1]
        } else {
            &shown[..]
        };
        assert_eq!(of_interest, *expected, "{text}");
    }
}

#[test]
fn the_vectors_of_many_times_are_those_of_each() {
    let (engine, storage) = (engine(), storage());
    let text = "sum by (n) (rate(a[3m])) > 0.02 or scalar(b) - b offset 2m";
    let expr = parsed(text);
    let parts = Parts::of(text, &expr);
    let mut compared = 0;
    for number in 0..parts.all().len() {
        let Some(vectors) = parts.vectors(number, &engine, &storage, (0, 24 * MINUTE, MINUTE)) else {
            continue;
        };
        for minute in 0..=24 {
            let single = match parts
                .value(number, &engine, &storage, minute as i64 * MINUTE)
                .value
            {
                Ok(Value::Vector(mut samples)) => {
                    samples.sort_by(|a, b| a.labels.cmp(&b.labels));
                    samples
                }
                Ok(Value::Scalar { value, .. }) => {
                    assert_eq!(vectors.vector(minute)[0].value, SampleValue::Float(value));
                    continue;
                }
                other => panic!("{other:?}"),
            };
            let mut together = vectors.vector(minute);
            together.sort_by(|a, b| a.labels.cmp(&b.labels));
            assert_eq!(together, single, "{} at {minute}m", parts.all()[number].text);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn long_expressions_are_not_taken_apart_to_the_end() {
    let text = (0..11).fold("1".to_owned(), |half, _| format!("({half} + {half})"));
    let expr = parsed(&text);
    let parts = Parts::of(&text, &expr);
    assert_eq!(parts.all().len(), super::MOST_PARTS);
    let deep = format!("{}1{}", "(".repeat(100), ")".repeat(100));
    let expr = parsed(&deep);
    assert_eq!(Parts::of(&deep, &expr).all().len(), 1);
}

#[test]
fn outlines_leave_out_what_is_a_part_itself() {
    for (text, expected) in [
        ("a", "a"),
        ("a[5m]", "a[5m]"),
        ("sum by (n) (a)", "sum by (n) (…)"),
        ("sum(a) by (n)", "sum(…) by (n)"),
        ("(a) > (5)", "(…) > (5)"),
        ("rate(a[5m]) / on (n) b", "… / on (n) …"),
        ("topk(3, a)", "topk(3, …)"),
        (
            "label_replace(a, \"x\", \"y\", \"\", \"\")",
            "label_replace(…, \"x\", \"y\", \"\", \"\")",
        ),
        ("max_over_time(a[1h:5m] offset 1m)", "max_over_time(…)"),
        ("-a", "-…"),
    ] {
        let expr = parsed(text);
        assert_eq!(Parts::of(text, &expr).outline(0), expected);
    }
}

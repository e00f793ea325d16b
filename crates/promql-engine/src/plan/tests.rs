//! Tests of planning: what is computed once, how long durations are.

use promql_syntax::{ParseOptions, parse_valid};

use super::{Kind, Node, Plan, QueryShape, Selector};

fn plan(text: &str, range: i64, step: i64) -> Result<Plan, String> {
    let expr = parse_valid(text, &ParseOptions::ALL).map_err(|errors| format!("{errors:?}"))?;
    Plan::new(&expr, text, QueryShape { range, step }).map_err(|error| error.to_string())
}

/// The texts of the parts that are computed once.
fn invariant_parts(text: &str) -> Vec<String> {
    fn collect(node: &Node, text: &str, parts: &mut Vec<String>) {
        match &node.kind {
            Kind::StepInvariant(inner) => {
                parts.push(text[inner.span.start..inner.span.end].to_owned());
                collect(inner, text, parts);
            }
            Kind::Negate(inner) => collect(inner, text, parts),
            Kind::Binary(binary) => [&binary.lhs, &binary.rhs]
                .into_iter()
                .for_each(|side| collect(side, text, parts)),
            Kind::Aggregate(aggregate) => {
                aggregate
                    .param
                    .iter()
                    .chain([&aggregate.expr])
                    .for_each(|part| collect(part, text, parts));
            }
            Kind::Call(call) => call.args.iter().for_each(|arg| collect(arg, text, parts)),
            Kind::Subquery(subquery) => collect(&subquery.expr, text, parts),
            Kind::Number(_)
            | Kind::Bound(_)
            | Kind::String(_)
            | Kind::Selector(_)
            | Kind::RangeSelector(_) => {}
        }
    }
    let mut parts = Vec::new();
    collect(
        &plan(text, 0, 0).expect("it can be planned").root,
        text,
        &mut parts,
    );
    parts
}

#[test]
fn what_does_not_depend_on_the_step_is_computed_once() {
    let cases: [(&str, &[&str]); 16] = [
        ("a", &[]),
        ("1", &[]),
        ("1 + 1", &["1 + 1"]),
        ("a @ 1", &["a @ 1"]),
        ("a @ start()", &["a @ start()"]),
        ("-(a @ 1)", &["-(a @ 1)"]),
        ("a + b @ 1", &["b @ 1"]),
        ("a @ 1 + b @ 2", &["a @ 1 + b @ 2"]),
        ("sum(a @ 1)", &["sum(a @ 1)"]),
        ("rate(a[1m] @ 1)", &["rate(a[1m] @ 1)"]),
        ("rate(a[1m])", &[]),
        // The time of the evaluation goes into some functions.
        ("time()", &[]),
        ("hour(a @ 1)", &["a @ 1"]),
        ("timestamp(a @ 1)", &["timestamp(a @ 1)"]),
        ("predict_linear(a[1m] @ 1, 60)", &[]),
        // What is in a subquery is computed once for all its steps.
        ("max_over_time((a @ 1)[1m:])", &["a @ 1"]),
    ];
    for (text, expected) in cases {
        assert_eq!(invariant_parts(text), expected, "{text}");
    }
}

#[test]
fn parameters_are_left_as_they_are() {
    assert_eq!(invariant_parts("topk(scalar(a @ 1), b)"), [""; 0]);
    assert_eq!(
        invariant_parts("topk(scalar(a), b @ 1)"),
        ["topk(scalar(a), b @ 1)"]
    );
}

fn selector(node: &Node) -> &Selector {
    match &node.kind {
        Kind::Selector(selector) => selector,
        Kind::RangeSelector(range) => &range.selector,
        Kind::StepInvariant(inner) | Kind::Negate(inner) => selector(inner),
        Kind::Subquery(subquery) => selector(&subquery.expr),
        Kind::Call(call) => call
            .args
            .iter()
            .find(|arg| !matches!(arg.kind, Kind::Number(_)))
            .map_or_else(|| panic!("no argument"), selector),
        Kind::Binary(binary) => selector(&binary.lhs),
        Kind::Aggregate(aggregate) => selector(&aggregate.expr),
        Kind::Number(_) | Kind::Bound(_) | Kind::String(_) => panic!("no selector"),
    }
}

#[test]
fn durations() {
    // In a query over an hour by 30 seconds.
    let cases = [
        ("a[5m]", Ok(300_000)),
        ("a[90]", Ok(90_000)),
        ("a[1.5]", Ok(1_500)),
        ("a[2 * step()]", Ok(60_000)),
        ("a[range() / 2 + 1s]", Ok(1_801_000)),
        ("a[max_of(step(), 1m)]", Ok(60_000)),
        ("a[min_of(step(), 1m)]", Ok(30_000)),
        ("a[-(-5)]", Ok(5_000)),
        ("a[7 % 4]", Ok(3_000)),
        ("a[2 ^ 3]", Ok(8_000)),
        ("a[0.0019 + 0]", Ok(1)),
        ("a[step() - 30]", Err("2:13: duration must be greater than 0")),
        ("a[1 / (step() - 30)]", Err("2:18: division by zero")),
        ("a[1 % (step() - 30)]", Err("2:18: modulo by zero")),
        ("a[10 ^ step()]", Err("2:13: duration is out of range")),
        ("a[10 ^ (20 * step())]", Err("2:19: duration is NaN or infinite")),
    ];
    for (text, expected) in cases {
        let planned = plan(text, 3_600_000, 30_000).map(|plan| match &plan.root.kind {
            Kind::RangeSelector(range) => range.range.millis,
            other => panic!("{text}: {other:?}"),
        });
        assert_eq!(
            planned.as_ref().map_err(String::as_str),
            expected.as_ref().map_err(|error| *error),
            "{text}"
        );
    }
    let offset = |text: &str| plan(text, 3_600_000, 30_000).map(|plan| selector(&plan.root).offset);
    assert_eq!(offset("a offset -(step() * 2)"), Ok(-60_000));
    assert_eq!(offset("a offset (step() - 30)"), Ok(0));
}

#[test]
fn a_plan_knows_whether_it_depends_on_the_query() {
    for (text, depends) in [
        ("rate(a[5m])", false),
        ("rate(a[step()])", true),
        ("a offset (range() / 2)", true),
        ("step() + range()", false),
    ] {
        assert_eq!(
            plan(text, 60_000, 1_000).map(|plan| plan.depends_on_query),
            Ok(depends),
            "{text}"
        );
    }
}

#[test]
fn buckets_are_left_unread_where_only_totals_are_wanted() {
    for (text, totals_only) in [
        ("histogram_count(a)", true),
        ("histogram_sum(rate(a[5m]))", true),
        ("histogram_avg(sum(a))", true),
        ("a", false),
        ("histogram_quantile(0.9, a)", false),
        ("histogram_count(max_over_time(a[5m:1m]))", false),
        ("histogram_count(a >/ 3)", false),
        ("histogram_count(histogram_quantile(0.9, a))", false),
    ] {
        let plan = plan(text, 0, 0).expect("it can be planned");
        assert_eq!(selector(&plan.root).histogram_totals_only, totals_only, "{text}");
    }
}

use std::sync::Arc;

use promql_syntax::{ParseOptions, functions, parse_valid};

use super::*;
use crate::catalog::exposition;
use crate::catalog::{Builder, Extent, Job, Label, LabelSet, Values};
use crate::diagnostic::Location;
use crate::model::exposition::Exposition;
use crate::source::SourceFile;

const PAGE: &str = "\
# TYPE requests_total counter
requests_total{code=\"200\"} 3
requests_total{code=\"500\"} 1
# TYPE latency_seconds histogram
latency_seconds_bucket{le=\"0.5\"} 1
latency_seconds_bucket{le=\"10\"} 1
latency_seconds_bucket{le=\"+Inf\"} 1
latency_seconds_sum 0.2
latency_seconds_count 1
# TYPE temperature_celsius gauge
temperature_celsius{room=\"attic\"} 3
";

/// A catalog in which one job exposes a page, and nothing else is exposed.
fn complete() -> Catalog {
    let file = Arc::new(SourceFile::new("page.txt", PAGE));
    let mut builder = Builder::default();
    let target = LabelSet::closed()
        .with("job", Label::always(Values::only("api")))
        .with("instance", Label::always(Values::one_of(["a:80", "b:80"])));
    let job = builder.job(Job {
        name: "api".to_owned(),
        location: Location::new(&file, 0..0),
        scrape_interval: 15_000,
        targets: vec!["a:80".to_owned(), "b:80".to_owned()],
        target_labels: target,
        honor_labels: false,
        extent: Extent::All,
    });
    builder.no_other_jobs();
    for metric in exposition::metrics(&Exposition::read(PAGE), &file) {
        builder.metric(metric, &[job]);
    }
    builder.build()
}

fn facts(text: &str, catalog: &Catalog, trust: Trust) -> Facts {
    let expr = parse_valid(text, &ParseOptions::ALL).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    analyse(&expr, catalog, &Context::new(trust)).root().clone()
}

fn check(cases: &[(&str, &str)], catalog: &Catalog, trust: Trust) {
    let mut wrong = String::new();
    for (text, wanted) in cases {
        let shown = facts(text, catalog, trust).to_string();
        if shown != *wanted {
            wrong += &format!("{text}\n  is     {shown}\n  wanted {wanted}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn an_expression_alone_says_something() {
    let cases = [
        ("1 + 1", "=2"),
        ("time()", "≥0 timestamp seconds"),
        ("vector(1)", "always =1 {}"),
        ("x", "any or histograms {__name__=x …}"),
        (
            r#"x{a="1",b!="",c=""}"#,
            "any or histograms {__name__=x a=1 b=* no c …}",
        ),
        (r#"x{a=~"1|2",a!="2"}"#, "any or histograms {__name__=x a=1 …}"),
        (r#"x{a="1",a="2"}"#, "never"),
        ("sum(x)", "any or histograms {}"),
        ("sum by (job) (x)", "any or histograms {job=*?}"),
        (
            r#"sum without (job) (x{a="1"})"#,
            "any or histograms {a=1 no job …}",
        ),
        ("count(x)", "≥1 {} number"),
        ("count(x) < 1", "never"),
        ("group(x)", "=1 {}"),
        ("absent(x)", "=1 {} boolean"),
        (r#"absent(x{a="1",b=~"c"})"#, "=1 {a=1} boolean"),
        ("absent(x) or x", "always any or histograms {__name__=x? …}"),
        ("x or vector(0)", "always any or histograms {__name__=x? …}"),
        ("absent(vector(1))", "never"),
        ("x > 5", ">5 {__name__=x …}"),
        ("5 < x", ">5 {__name__=x …}"),
        ("x > bool 5", "0…1 {…} boolean"),
        ("abs(x) < 0", "never"),
        ("x - x", "=0 or NaN or histograms {…}"),
        ("x > x", "never"),
        ("sum(x > 0) < 0", "never"),
        ("clamp(x, 0, 1)", "0…1 or NaN {…}"),
        ("clamp(x, 2, 1)", "never"),
        ("scalar(vector(2))", "=2"),
        ("scalar(x)", "any"),
        ("vector(1) > 2", "never"),
        ("vector(1) < 2", "always =1 {}"),
        ("vector(1) + vector(2)", "always =3 {}"),
        ("sum by (a) (x) / sum by (b) (y)", "any or histograms {}"),
        ("sum(x) * on (job) y", "any or histograms {}"),
        (r#"x{a="1"} and on (a) y{a="2"}"#, "never"),
        (
            r#"x{a="1"} unless on (a) y{a="2"}"#,
            "any or histograms {__name__=x a=1 …}",
        ),
        ("sum by (a) (x) and ignoring (b) y{c!=\"\"}", "never"),
        ("hour()", "always 0…23 {} number"),
        ("day_of_week() > 6", "never"),
        ("sqrt(x)", "≥0 or NaN {…}"),
        ("count_over_time(x[5m])", "≥1 {…} number"),
        ("stddev_over_time(x[5m])", "≥0 or NaN {…}"),
        (r#"label_replace(vector(1), "a", "b", "", "")"#, "always =1 {a=b}"),
        (
            r#"label_replace(x{b="1"}, "a", "$1", "b", "(.*)")"#,
            "any or histograms {__name__=x a=1 b=1 …}",
        ),
        (
            r#"label_join(x{b="1",c="2"}, "a", "-", "b", "c")"#,
            "any or histograms {__name__=x a=1-2 b=1 c=2 …}",
        ),
        (r#"count_values("v", x)"#, "≥1 {v=*} number"),
        ("topk(0, x)", "never"),
        ("quantile(1.5, vector(1))", "always =+Inf {}"),
        ("histogram_quantile(0.9, vector(1))", "never"),
        ("time() - timestamp(x)", "≥0 {…} duration seconds"),
        ("time() - timestamp(x offset -5m)", "any {…} duration seconds"),
        ("histogram_count(vector(1))", "never"),
        ("round(clamp(x, 0.2, 0.7), 0.5)", "0…0.5 or NaN {…}"),
        ("(x > 0) / ((x > 0) + (y > 0))", "0…1 or NaN {…} ratio"),
    ];
    check(&cases, &Catalog::default(), Trust::Proven);
}

#[test]
fn names_say_what_is_likely() {
    let cases = [
        ("x_total", "≥0 {__name__=x_total …} counter"),
        ("x_total < 0", "never"),
        ("rate(x_seconds_total[5m])", "≥0 {…} rate seconds/s"),
        ("rate(x[5m])", "≥0 or histograms {…} rate"),
        (
            "sum(rate(x_total{code=\"500\"}[5m])) / sum(rate(x_total[5m]))",
            "0…1 or NaN {} ratio",
        ),
        (
            "1 - sum(rate(x_total{code=\"500\"}[5m])) / sum(rate(x_total[5m]))",
            "0…1 or NaN {} ratio",
        ),
        (
            "100 * sum(rate(x_bytes_total{a=\"1\"}[5m])) / sum(rate(x_bytes_total[5m]))",
            "0…100 or NaN {} ratio percent",
        ),
        (
            "sum(rate(x_bucket{le=\"1\"}[5m])) / sum(rate(x_count[5m]))",
            "0…1 or NaN {} ratio",
        ),
        (
            "rate(x_seconds_sum[5m]) / rate(x_seconds_count[5m])",
            "≥0 or NaN {…} seconds",
        ),
        ("time() - x_timestamp_seconds", "any {…} duration seconds"),
        (
            "time() - x_last_success_timestamp_seconds",
            "≥0 or NaN {…} duration seconds",
        ),
        ("x_expiry_timestamp_seconds - time()", "any {…} duration seconds"),
        ("up", "0…1 {__name__=up …} gauge"),
        ("build_info", "=1 {__name__=build_info …} info"),
        ("sum(build_info) by (version)", "≥1 {version=*?} info"),
        (
            "histogram_quantile(0.9, sum by (le) (rate(x_seconds_bucket[5m])))",
            "any {} seconds",
        ),
        (
            "histogram_fraction(0, 1, sum by (le) (rate(x_seconds_bucket[5m])))",
            "0…1 or NaN {} ratio",
        ),
        ("histogram_quantile(0.9, rate(x_seconds[5m]))", "any {…} seconds"),
        (
            "histogram_quantile(0.9, sum by (le) (rate(x_bytes_per_second_bucket[5m])))",
            "any {}",
        ),
        ("100 * x_bytes / y_bytes", "any or histograms {…} ratio percent"),
        ("x_percent / 100", "any or histograms {…} ratio"),
        ("100 * x_bytes", "any or histograms {…} hundredths of bytes"),
        ("changes(x_total[1h])", "≥0 {…} number"),
        ("resets(x_total[1h])", "≥0 {…} number"),
        ("increase(x_total[1h])", "≥0 {…} increase"),
    ];
    check(&cases, &Catalog::default(), Trust::Likely);
}

#[test]
fn what_reshapes_vectors_keeps_what_is_known_of_them() {
    let cases = [
        ("scalar(count(up))", "1…2 or NaN number"),
        (
            "topk(3, up)",
            "0…1 {__name__=up instance=a:80|b:80 job=api} gauge",
        ),
        (
            "sort_desc(up)",
            "0…1 {__name__=up instance=a:80|b:80 job=api} gauge",
        ),
        ("clamp_max(up, 0.5)", "0…0.5 {instance=a:80|b:80 job=api} gauge"),
        (
            "quantile_over_time(0.5, up[5m])",
            "0…1.0000000000010003 {instance=a:80|b:80 job=api} gauge",
        ),
        ("sum(up) or vector(0)", "always 0…2 {}"),
        ("(sum(up) or vector(0)) > 2", "never"),
        ("vector(0) or sum(up)", "always =0 {}"),
        ("absent_over_time(up[5m])", "=1 {} boolean"),
        (r#"absent_over_time(up{job="api"}[5m])"#, "=1 {job=api} boolean"),
        (
            "predict_linear(temperature_celsius[1h], 3600)",
            "any {instance=a:80|b:80 job=api room=*} celsius",
        ),
        (
            "temperature_celsius * on (instance) group_left (job) up",
            "any {instance=a:80|b:80 job=api room=*}",
        ),
        (r#"count_values("state", up)"#, "1…2 {state=*} number"),
        (
            r#"label_replace(up, "host", "$1", "instance", "(.*):80")"#,
            "0…1 {__name__=up host=*? instance=a:80|b:80 job=api} gauge",
        ),
        // External labels are added when series leave Prometheus; rules do not see them.
        (r#"up{cluster="eu"}"#, "never"),
        (r#"latency_seconds_bucket{le="2.5"}"#, "never"),
        (
            r#"rate(latency_seconds_bucket{le="0.5"}[5m])"#,
            "≥0 {instance=a:80|b:80 job=api le=0.5} rate count/s",
        ),
        ("up == bool 2", "=0 {instance=a:80|b:80 job=api} boolean"),
        ("up unless up", "never"),
        (
            "up unless vector(1)",
            "0…1 {__name__=up instance=a:80|b:80 job=api} gauge",
        ),
    ];
    check(&cases, &complete(), Trust::Proven);
}

#[test]
fn the_right_side_of_or_may_be_hidden() {
    for (text, hidden) in [
        ("vector(0) or sum(x)", true),
        ("vector(0) or on () x", true),
        ("sum(x) or vector(0)", false),
        ("vector(0) or x", false),
    ] {
        let expr = parse_valid(text, &ParseOptions::ALL).expect(text);
        let analysis = analyse(&expr, &Catalog::default(), &Context::new(Trust::Proven));
        let promql_syntax::ast::ExprKind::Binary(or) = &expr.kind else {
            panic!("{text} is no `or`");
        };
        assert_eq!(
            hides(or, analysis.facts(&or.lhs), analysis.facts(&or.rhs)),
            hidden,
            "{text}"
        );
    }
}

#[test]
fn a_complete_catalog_proves_much() {
    let cases = [
        (
            "requests_total",
            "≥0 {__name__=requests_total code=* instance=a:80|b:80 job=api} counter",
        ),
        ("missing", "never"),
        (r#"requests_total{job="web"}"#, "never"),
        (r#"requests_total{method="GET"}"#, "never"),
        (
            "sum by (instance) (rate(requests_total[5m]))",
            "≥0 {instance=a:80|b:80} rate",
        ),
        ("count(up)", "1…2 {} number"),
        ("up == 2", "never"),
        ("sum(up) > 2", "never"),
        (
            "histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m])))",
            "0…10 or NaN {} seconds",
        ),
        (
            "histogram_quantile(0.99, rate(latency_seconds_bucket[5m])) > 10",
            "never",
        ),
        ("histogram_quantile(0.99, rate(latency_seconds_sum[5m]))", "never"),
        ("up * on (room) temperature_celsius", "never"),
        (
            "requests_total / on (job, instance) up",
            "≥0 or NaN {instance=a:80|b:80 job=api}",
        ),
    ];
    check(&cases, &complete(), Trust::Proven);
}

#[test]
fn every_function_has_a_rule() {
    for function in functions::FUNCTIONS {
        assert!(
            super::functions::rule(function.name).is_some(),
            "{}",
            function.name
        );
    }
    assert!(super::functions::rule("frobnicate").is_none());
}

#[test]
fn comparisons_and_matches_explain_themselves() {
    let catalog = complete();
    let never = facts(
        "histogram_quantile(0.9, rate(latency_seconds_bucket[5m])) > 10",
        &catalog,
        Trust::Proven,
    );
    assert_eq!(never.verdict, Some(Verdict::Never));
    let reasons: Vec<&str> = never
        .why_presence
        .steps()
        .map(|step| step.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "0…10 or NaN > =10 never holds",
            "the last finite bucket ends at 10; no quantile is greater"
        ]
    );
    let apart = facts("up * on (room) temperature_celsius", &catalog, Trust::Proven);
    assert_eq!(apart.mismatches[0].label, "room");
}

#[test]
fn recorded_series_are_as_their_expressions() {
    let sources = [
        ("job:up:count", "count by (job) (up)"),
        ("job:up:double", "2 * job:up:count"),
        ("a:cycle", "b:cycle + 1"),
        ("b:cycle", "a:cycle + 1"),
    ];
    let parsed: Vec<_> = sources
        .iter()
        .map(|(name, text)| (*name, parse_valid(text, &ParseOptions::ALL).expect(text)))
        .collect();
    let rules: Vec<recording::Rule<'_>> = parsed
        .iter()
        .map(|(name, expr)| recording::Rule {
            name,
            labels: vec![("team", "x")],
            expr,
        })
        .collect();
    let catalog = complete();
    let recorded = Recorded::of_rules(&rules, &catalog, Trust::Proven);
    let context = Context {
        trust: Trust::Proven,
        recorded: Some(&recorded),
    };
    for (text, wanted) in [
        ("job:up:double", "2…4 {__name__=job:up:double job=api team=x}"),
        ("job:up:double > 4", "never"),
        ("a:cycle", "any or histograms {__name__=a:cycle …}"),
    ] {
        let expr = parse_valid(text, &ParseOptions::ALL).expect(text);
        assert_eq!(
            analyse(&expr, &catalog, &context).root().to_string(),
            wanted,
            "{text}"
        );
    }
}

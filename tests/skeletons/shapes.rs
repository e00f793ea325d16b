//! What alerts look like, one of each kind.

use rulecheck::skeleton::Skeleton;

use super::support::{failures, promtool_says, with_tests};

/// A rule file with an alert for each expression.
fn alerts(exprs: &[&str]) -> String {
    let mut text = "groups:\n  - name: g\n    rules:\n".to_owned();
    for (number, expr) in exprs.iter().enumerate() {
        let expr = expr.replace('\'', "''");
        text.push_str(&format!(
            "      - alert: A{number}\n        expr: '{expr}'\n        for: 3m\n"
        ));
        text.push_str("        labels: {severity: page}\n");
        text.push_str("        annotations: {summary: '{{ $labels.instance }}: {{ $value }}'}\n");
    }
    text
}

/// Expressions for which there are data.
const FIRE: &[&str] = &[
    // Selectors.
    "up == 0",
    "x{a=\"1\", b!=\"2\", c=~\"x|y\", d!~\"z.*\"} > 1",
    "{__name__=~\"errors_.+\", job=\"a\"} > 3",
    "x{code=~\"5..\", code!=\"500\"} >= 2",
    "x{a=\"\"} > 1",
    "x offset 10m > 5",
    "x offset -2m > 5",
    "x @ 0 > 5",
    // Comparisons.
    "x > 100",
    "x < 0.3",
    "x != 7",
    "x == 7",
    "3 < x",
    "x > 5 < 10",
    "x < -20",
    "x > bool 5",
    "x > y",
    "x > y * 0.8",
    "x > on (job) group_left y",
    "x > ignoring (mode) y{mode=\"a\"}",
    "x > scalar(y)",
    "-x > 5",
    "abs(x - y) > 10",
    // Arithmetic.
    "x / y > 0.9 and y > 0",
    "x / y * 100 < 5",
    "(x - y) / x > 0.5",
    "1 - x / y > 0.9",
    "x ^ 2 > 50",
    "x % 10 == 3",
    "100 * x / (x + y) > 20",
    // Sets.
    "x > 5 and y > 6",
    "x > 5 and on (job) y{job=\"a\"} == 1",
    "x > 5 or y > 6",
    "x > 5 unless y",
    "x > 0 unless x > 5",
    "x unless on (instance) (y == 1)",
    "(x or y) > 2",
    "x and on () vector(1)",
    // Windows.
    "rate(x_total[5m]) > 2",
    "rate(x_total[1m]) > 0.05",
    "irate(x_total[2m]) > 1",
    "increase(x_total[10m]) > 5",
    "increase(x_total[1h]) == 0 and x_total > 10",
    "delta(x[5m]) < -10",
    "idelta(x[5m]) > 1",
    "deriv(x[10m]) > 0.5",
    "predict_linear(x[1h], 4 * 3600) < 0 and x > 0",
    "changes(x[10m]) > 3",
    "changes(x[10m]) == 0",
    "resets(x[20m]) > 2",
    "avg_over_time(x[10m]) > 3",
    "min_over_time(x[5m]) > 3",
    "max_over_time(x[5m]) < 3",
    "sum_over_time(x[5m]) > 30",
    "count_over_time(x[5m]) < 3",
    "count_over_time(x[5m]) >= 5",
    "quantile_over_time(0.9, x[5m]) > 7",
    "stddev_over_time(x[10m]) > 2",
    "last_over_time(x[5m]) > 7",
    "present_over_time(x[5m])",
    "double_exponential_smoothing(x[10m], 0.5, 0.5) > 7",
    "x - x offset 10m > 5",
    "x / x offset 1h > 1.5",
    // Absence.
    "absent(up{job=\"a\"})",
    "absent(up{job=\"a\"} == 1)",
    "absent_over_time(x{job=\"a\"}[10m])",
    "x > 1 and on () absent(y)",
    "count(x) or vector(0) < 1",
    "(count(x) or vector(0)) < 1",
    // Aggregations.
    "sum(x) > 10",
    "sum by (job) (x) > 10",
    "sum without (instance) (x) > 10",
    "avg by (job) (x) < 0.5",
    "count(x) > 2",
    "count(up == 0) / count(up) > 0.3",
    "count by (job) (x) < 2",
    "min(x) > 2",
    "max(x) - min(x) > 4",
    "stddev(x) > 1",
    "topk(1, x) > 5",
    "quantile(0.9, x) > 5",
    "count(count_values(\"version\", x)) > 1",
    "group by (job) (x)",
    "sum(rate(e_total{code=~\"5..\"}[5m])) / sum(rate(e_total[5m])) > 0.05",
    "sum(rate(e_total{code!~\"5..\"}[5m])) / sum(rate(e_total[5m])) < 0.9",
    // Time.
    "time() - x > 300",
    "x - time() < 3600",
    "time() - x > 600 and x > 0",
    "time() - timestamp(x) < 60",
    "vector(1)",
    "vector(time()) > 600",
    // Labels.
    "label_replace(x, \"team\", \"$1\", \"job\", \"(.*)-.*\") > 1",
    "label_replace(x, \"pod\", \"$1\", \"instance\", \"(.+)\") * on (pod) group_left y > 3",
    "label_join(x, \"key\", \"/\", \"a\", \"b\") > 1",
    "x * on (instance) group_left (version) y{version=~\"1.+\"} > 4",
    // Histograms.
    "histogram_quantile(0.99, sum by (le) (rate(x_seconds_bucket[5m]))) > 0.5",
    "histogram_quantile(0.99, sum by (le, job) (rate(x_seconds_bucket[5m]))) < 0.5",
    "histogram_quantile(0.5, rate(x_seconds_bucket[5m])) * 1000 > 250",
    "histogram_quantile(0.9, rate(x_seconds[5m])) > 0.5",
    "histogram_count(rate(x_seconds[5m])) > 0",
    // Subqueries.
    "max_over_time(sum(x)[10m:1m]) > 5",
    "max_over_time(rate(x_total[5m])[10m:]) > 5",
    "min_over_time((x > 5)[10m:1m]) > 5",
    "avg_over_time((x / y)[10m:1m]) > 0.5",
    // Functions.
    "clamp_max(x, 10) > 8",
    "clamp(x, 0, 1) > 0.5",
    "ceil(x) > 3",
    "round(x, 0.5) == 2.5",
    "sqrt(x) > 3",
    "ln(x) > 2",
    "sgn(x) < 0",
    "scalar(x) > bool 3",
    "sort_desc(x) > 3",
    // Alerts.
    "ALERTS{alertstate=\"firing\", severity=\"info\"} == 1",
    "count(ALERTS{alertstate=\"firing\"}) > 0",
];

/// Expressions that never return anything.
const NEVER: &[&str] = &[
    "count(x) == 0",
    "absent(x) > 1",
    "changes(x[5m]) < 0",
    "x > 5 and x < 3",
    "x{a=\"1\", a=\"2\"} > 1",
    "x{a!~\".*\"} > 1",
    "x{a=\"1\"} / x{a=\"2\"} > 1",
    "x{a=\"1\"} and y{a=~\"2|3\"}",
    "sum by (a) (x{b=\"1\"}) and sum by (b) (y{b=\"1\", a=\"2\"})",
    "x{a=\"1\"} + ignoring (a) y > 1 and x{a=\"1\"}",
    "sum(x == 0) > 0",
    "(x > 5) < 3",
    "hour() > 23",
];

fn shown(skeleton: &Skeleton) -> String {
    format!("{}: {:?}", skeleton.expr, skeleton.test.as_ref().err())
}

#[test]
fn an_alert_of_each_kind_fires() {
    let promtool = crate::promtool::promtool();
    // Every test runs all rules of its file.
    for exprs in FIRE.chunks(8) {
        with_tests(&alerts(exprs), |made, folder| {
            let silent: Vec<String> = made.iter().filter(|s| s.test.is_err()).map(shown).collect();
            assert!(silent.is_empty(), "{silent:#?}");
            let failures = failures(folder);
            assert!(failures.is_empty(), "{failures:#?}");
            if let Some(promtool) = &promtool {
                assert_eq!(promtool_says(promtool, folder), None);
            }
        });
    }
}

#[test]
fn alerts_that_never_fire_are_known() {
    with_tests(&alerts(NEVER), |made, folder| {
        for skeleton in made {
            let proved = skeleton.test.as_ref().is_err_and(|none| none.proved);
            assert!(proved, "{}: {:?}", skeleton.expr, skeleton.test);
        }
        assert!(failures(folder).is_empty());
    });
}

#[test]
fn what_recording_rules_write_is_made_from_what_they_read() {
    let rules = "
groups:
  - name: g
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(errors_total[5m]))
        labels: {kind: recorded}
      - record: job:ratio
        expr: job:errors:rate5m / job:requests:rate5m
      - alert: A
        expr: job:errors:rate5m{job='a'} > 5
      - alert: B
        expr: job:ratio > 0.5
        for: 5m
      - alert: C
        expr: max_over_time(job:errors:rate5m[10m]) > 5
";
    with_tests(rules, |made, folder| {
        for skeleton in made {
            let test = skeleton
                .test
                .as_ref()
                .unwrap_or_else(|none| panic!("{}: {}", skeleton.alert, none.reason));
            assert!(
                test.series
                    .iter()
                    .any(|(metric, _)| metric.starts_with("errors_total")),
                "{test:?}"
            );
        }
        assert_eq!(failures(folder), Vec::<String>::new());
    });
}

#[test]
fn a_test_waits_for_a_time_of_day() {
    let exprs = [
        "x > 5 and on () hour() >= 9 < 17",
        "x > 5 and on () day_of_week() == 6",
        "month() == 3",
    ];
    with_tests(&alerts(&exprs), |made, folder| {
        let silent: Vec<String> = made.iter().filter(|s| s.test.is_err()).map(shown).collect();
        assert!(silent.is_empty(), "{silent:#?}");
        assert_eq!(failures(folder), Vec::<String>::new());
    });
}

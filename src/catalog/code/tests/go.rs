use super::shown;

const IMPORTS: &str = "package m\nimport (\n\"github.com/prometheus/client_golang/prometheus\"\n\
                       \"github.com/prometheus/client_golang/prometheus/promauto\"\n)\n";

fn one(expression: &str) -> String {
    shown(&[("app/metrics.go", &format!("{IMPORTS}var x = {expression}\n"))]).join("\n")
}

#[test]
fn names_types_and_buckets_as_the_library_makes_them() {
    let cases = [
        (
            r#"prometheus.NewCounter(prometheus.CounterOpts{Name: "jobs_total"})"#,
            "jobs_total Counter",
        ),
        (
            r#"promauto.NewGaugeVec(prometheus.GaugeOpts{Namespace: "a", Subsystem: "b", Name: "c"}, []string{"x", "y"})"#,
            "a_b_c Gauge x=* y=*",
        ),
        (
            r#"promauto.With(reg).NewCounterFunc(prometheus.CounterOpts{Subsystem: "b", Name: "c"}, f)"#,
            "b_c Counter",
        ),
        (
            r#"prometheus.NewGauge(prometheus.GaugeOpts{Name: "c", ConstLabels: prometheus.Labels{"zone": "eu", "host": h}})"#,
            "c Gauge host=* zone=eu",
        ),
        (
            r#"prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h"})"#,
            "h Histogram [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]",
        ),
        (
            r#"prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: []float64{.1, 1, 10}})"#,
            "h Histogram [0.1, 1.0, 10.0]",
        ),
        (
            r#"prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: prometheus.LinearBuckets(1, 2, 3)})"#,
            "h Histogram [1.0, 3.0, 5.0]",
        ),
        (
            r#"prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: prometheus.ExponentialBuckets(0.1, 2, 3)})"#,
            "h Histogram [0.1, 0.2, 0.4]",
        ),
        (
            r#"prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: append(prometheus.LinearBuckets(1, 1, 2), 9)})"#,
            "h Histogram [1.0, 2.0, 9.0]",
        ),
        (
            r#"prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: load()})"#,
            "h Histogram",
        ),
        (
            r#"prometheus.NewDesc(prometheus.BuildFQName("a", "", "up"), "h", []string{"x"}, nil)"#,
            "a_up Unknown x=*",
        ),
        (
            r#"prometheus.NewCounter(prometheus.CounterOpts{Name: name()})"#,
            "gap: a metric whose name is put together while the program runs",
        ),
        (
            r#"prometheus.NewCounter(options)"#,
            "gap: a metric whose options are made elsewhere",
        ),
        (r#"other.NewCounter(other.CounterOpts{Name: "x"})"#, ""),
    ];
    for (expression, wanted) in cases {
        assert_eq!(one(expression), wanted, "{expression}");
    }
}

#[test]
fn constants_are_followed_through_packages() {
    let metrics = format!(
        "{IMPORTS}import \"example.com/app/names\"\nconst prefix = \"app\" + \"_x\"\nvar common = []string{{names.Code}}\n\
         func New(f promauto.Factory) {{\n  opts := prometheus.CounterOpts{{Namespace: prefix, Name: names.Hits}}\n\
         \x20 f.NewCounterVec(opts, append(common, \"b\"))\n  f.NewGaugeVec(prometheus.GaugeOpts{{Name: Local}}, names.All)\n}}\n"
    );
    let files = [
        ("app/metrics.go", metrics.as_str()),
        ("app/local.go", "package m\nconst Local = `local`\n"),
        (
            "app/names/names.go",
            "package names\nconst (\n  Hits = \"hits_total\"\n  Code = \"code\"\n)\nvar All = []string{Code, \"z\"}\n",
        ),
    ];
    assert_eq!(
        shown(&files),
        ["app_x_hits_total Counter b=* code=*", "local Gauge code=* z=*"]
    );
}

#[test]
fn variables_that_change_are_not_known() {
    let text = format!(
        "{IMPORTS}func f() {{\n  name := \"a\"\n  name = g()\n  prometheus.NewGauge(prometheus.GaugeOpts{{Name: name}})\n}}\n"
    );
    assert_eq!(
        shown(&[("m.go", &text)]),
        ["gap: a metric whose name is put together while the program runs"]
    );
}

#[test]
fn label_values_are_known_where_all_calls_give_constants() {
    let cases = [
        ("", "kind=*"),
        ("hits.WithLabelValues(\"a\").Inc()", "kind=a"),
        (
            "hits.With(prometheus.Labels{\"kind\": Big}).Inc()\n hits.WithLabelValues(\"a\").Inc()",
            "kind=a|big",
        ),
        ("hits.WithLabelValues(k).Inc()", "kind=*"),
        (
            "hits.WithLabelValues(\"a\").Inc()\n other.WithLabelValues(k).Inc()",
            "kind=*",
        ),
        (
            "hits.WithLabelValues(\"a\").Inc()\n other.WithLabelValues(k, k).Inc()",
            "kind=a",
        ),
        (
            "hits.WithLabelValues(\"a\").Inc()\n hits.WithLabelValues(ks...).Inc()",
            "kind=*",
        ),
        (
            "hits.WithLabelValues(\"a\").Inc()\n f(hits.WithLabelValues)",
            "kind=*",
        ),
        (
            "hits.WithLabelValues(\"a\").Inc()\n hits.MustCurryWith(l).WithLabelValues()",
            "kind=*",
        ),
    ];
    for (uses, wanted) in cases {
        let text = format!(
            "{IMPORTS}const Big = \"big\"\n\
             var hits = promauto.NewCounterVec(prometheus.CounterOpts{{Name: \"hits\"}}, []string{{\"kind\"}})\n\
             func f(k string, ks []string) {{\n {uses}\n}}\n"
        );
        let shown = shown(&[("app/m.go", &text)]);
        assert_eq!(shown, [format!("hits Counter {wanted}")], "{uses}");
    }
}

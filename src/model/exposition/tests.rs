use super::*;

const PAGE: &str = r#"# HELP http_requests_total How many requests, by \\ and \n.
# TYPE http_requests_total counter
http_requests_total{code="200",path="C:\\a\"b\n"} 1027 1395066363000
http_requests_total{code="400",} 3

# a comment
# TYPE rpc summary
rpc{quantile="0.5"} 4773
rpc_sum 1.7560473e+07
rpc_count 2693
no_type +Inf
{"with.dots", "a label"="x"} NaN
# TYPE latency histogram
latency_bucket{le="0.1"} 1
latency_bucket{le="+Inf"} 2
latency_sum 3
latency_count 2
latency_other 7
"#;

#[test]
fn a_page_is_read_by_families() {
    let read = Exposition::read(PAGE);
    assert_eq!(read.faults, []);
    let families: Vec<_> = read
        .families
        .iter()
        .map(|f| (f.name.as_str(), f.kind, f.samples.len()))
        .collect();
    assert_eq!(
        families,
        [
            ("http_requests_total", MetricKind::Counter, 2),
            ("rpc", MetricKind::Summary, 3),
            ("no_type", MetricKind::Unknown, 1),
            ("with.dots", MetricKind::Unknown, 1),
            ("latency", MetricKind::Histogram, 4),
            ("latency_other", MetricKind::Unknown, 1),
        ]
    );
    let first = &read.families[0].samples[0];
    assert_eq!(first.labels[1], ("path".to_owned(), "C:\\a\"b\n".to_owned()));
    assert_eq!(
        (first.value, first.timestamp_ms),
        (1027.0, Some(1_395_066_363_000))
    );
    assert_eq!(
        read.families[0].help.as_deref(),
        Some("How many requests, by \\ and \n.")
    );
    assert_eq!(
        read.families[3].samples[0].labels,
        [("a label".to_owned(), "x".to_owned())]
    );
}

#[test]
fn open_metrics_has_seconds_units_and_exemplars() {
    let page = "# TYPE req_seconds counter\n# UNIT req_seconds seconds\nreq_seconds_total 5 1520879607.789 # {id=\"x\"} 1 2\nreq_seconds_created 1\n# EOF\n";
    let read = Exposition::read(page);
    assert_eq!(read.faults, []);
    let family = &read.families[0];
    assert_eq!(
        (family.samples.len(), family.unit.as_deref()),
        (2, Some("seconds"))
    );
    assert_eq!(family.samples[0].timestamp_ms, Some(1_520_879_607_789));
}

#[test]
fn what_cannot_be_read_is_named_with_its_place_and_the_rest_is_read() {
    let cases = [
        ("up{job=\"a\"", "the labels do not end", ""),
        ("up{job=a} 1", "the value of job is not in quotes", "a}"),
        ("up{job} 1", "the label job has no value", "job"),
        ("up{job=\"a} 1", "the quotes do not end", "\"a} 1"),
        (
            "up{job=\"a\",job=\"b\"} 1",
            "the label job is written twice",
            "job=\"b\"",
        ),
        ("up{=} 1", "the name of a label is expected here", "="),
        ("up", "the series up has no value", ""),
        ("up one", "`one` is no number", "one"),
        ("up 1_0", "`1_0` is no number", "1_0"),
        ("up 1 x", "`x` is no time", "x"),
        ("up 1 2 3", "more than a value and a time", "3"),
        (
            "{a=\"b\"} 1",
            "a line without the name of a metric",
            "{a=\"b\"} 1",
        ),
        ("# TYPE up count", "`count` is no type of metrics", "count"),
        ("# TYPE", "`# TYPE` without a metric", ""),
    ];
    for (line, message, piece) in cases {
        let page = format!("first 1\n{line}\nlast 2\n");
        let read = Exposition::read(&page);
        assert_eq!(read.samples().count(), 2, "{line}");
        let faults: Vec<_> = read
            .faults
            .iter()
            .map(|f| (f.message.as_str(), &page[f.range.clone()]))
            .collect();
        assert_eq!(faults, [(message, piece)], "{line}");
    }
}

#[test]
fn a_series_may_stand_on_a_page_once() {
    let read = Exposition::read("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n");
    assert_eq!(read.samples().count(), 1);
    assert_eq!(read.faults[0].message, "a second sample of the same series of a");
}

proptest::proptest! {
    /// Whatever a page holds, it is read to its end, and faults lie within it.
    #[test]
    fn any_page_is_read(page in "(\\PC|[#{}=\",\\\\ \n]|up|TYPE|HELP|1){0,80}") {
        for fault in Exposition::read(&page).faults {
            proptest::prop_assert!(page.get(fault.range).is_some());
        }
    }
}

use super::*;

fn items(text: &str) -> Vec<SequenceValues> {
    let description = parse_series_description(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    description.items.into_iter().map(|item| item.values).collect()
}

#[test]
fn a_metric_may_be_written_in_every_form() {
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("up 1", &[("__name__", "up")]),
        (
            "up{job=\"api\", instance='a:1'} 1",
            &[("__name__", "up"), ("job", "api"), ("instance", "a:1")],
        ),
        ("{__name__=\"up\"} 1", &[("__name__", "up")]),
        (
            "{\"http.requests\", \"a.b\"=\"c\",} 1",
            &[("__name__", "http.requests"), ("a.b", "c")],
        ),
        ("job:errors:rate5m{} 1", &[("__name__", "job:errors:rate5m")]),
    ];
    for (text, labels) in cases {
        let description = parse_series_description(text).expect(text);
        let found: Vec<_> = description
            .labels
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(found, labels, "{text}");
    }
}

#[test]
fn values_are_described_and_not_expanded() {
    let float = |start, step, repeat| SequenceValues::Floats { start, step, repeat };
    let cases = [
        ("m", vec![]),
        (
            "m 1 -2 +3",
            vec![float(1.0, 0.0, 0), float(-2.0, 0.0, 0), float(3.0, 0.0, 0)],
        ),
        ("m 1x3", vec![float(1.0, 0.0, 3)]),
        ("m 0+10x5 5-2.5x2", vec![float(0.0, 10.0, 5), float(5.0, -2.5, 2)]),
        ("m 1e3+1e-2x1", vec![float(1000.0, 0.01, 1)]),
        (
            "m _ _x3",
            vec![
                SequenceValues::Omitted { count: 1 },
                SequenceValues::Omitted { count: 3 },
            ],
        ),
        ("m stale", vec![SequenceValues::Stale { repeat: 0 }]),
        ("m -Inf+1x2", vec![float(f64::NEG_INFINITY, 1.0, 2)]),
        ("m 1x100000000000", vec![float(1.0, 0.0, 100_000_000_000)]),
    ];
    for (text, expected) in cases {
        assert_eq!(items(text), expected, "{text}");
    }
}

#[test]
fn histograms_may_be_written_in_full() {
    let text = "m {{schema:-1 sum:-5.5 count:4 z_bucket:1 z_bucket_w:0.1 buckets:[1 2] offset:-3 \
                n_buckets:[3] n_offset:2 counter_reset_hint:gauge}}+{{}}x2";
    let start = HistogramDescription {
        schema: -1,
        sum: -5.5,
        count: 4.0,
        zero_count: 1.0,
        zero_threshold: 0.1,
        offset: -3,
        buckets: vec![1.0, 2.0],
        negative_offset: 2,
        negative_buckets: vec![3.0],
        custom_values: vec![],
        counter_reset_hint: Some(CounterResetHint::Gauge),
    };
    let start = Box::new(start);
    let step = Some(Box::default());
    assert_eq!(
        items(text),
        [SequenceValues::Histograms {
            start,
            step,
            subtract: false,
            repeat: 2
        }]
    );
}

#[test]
fn faults_have_their_place() {
    let cases = [
        ("", 0..0),
        ("1 2", 0..1),
        ("m{", 2..2),
        ("m{a} 1", 3..4),
        ("m{a=1} 1", 4..6),
        ("m{a=\"b} 1", 4..9),
        ("m 1 foo", 4..7),
        ("m 1+2", 5..5),
        ("m 1x", 4..4),
        ("m 1xy", 4..5),
        ("m 1x99999999999999999999", 4..24),
        ("m 1.2.3", 2..7),
        ("m {{sum:1 sum:2}}", 10..13),
        ("m {{foo:1}}", 4..7),
        ("m {{buckets:1}}", 12..15),
        ("m {{sum:1", 9..9),
    ];
    for (text, range) in cases {
        let error = parse_series_description(text).expect_err(text);
        assert_eq!(std::ops::Range::from(error.span), range, "{text}: {error}");
    }
}

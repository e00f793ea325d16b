use super::*;
use crate::diagnostic::Diagnostic;
use crate::model::unit_tests::UnitTestFile;
use crate::model::{self, Document, ReadOptions};

/// Reads a test file with these input series; what is wrong with it comes second.
fn test_file(input: &str) -> (UnitTestFile, Vec<Diagnostic>) {
    let text = format!("tests:\n  - interval: 1m\n    input_series:\n{input}");
    let file = Arc::new(SourceFile::new("x.test.yml", text));
    let reading = model::read(
        &file,
        ReadOptions {
            must_be_known: true,
            ignore_unknown_fields: false,
        },
    );
    let Some(Document::UnitTests(tests)) = reading.documents.into_iter().next() else {
        panic!("{:?}", reading.diagnostics)
    };
    (tests, reading.diagnostics)
}

/// What an entry feeds in five minutes, a line for each series.
fn fed(input: &str) -> Vec<String> {
    let (file, found) = test_file(input);
    assert!(found.is_empty(), "{found:?}");
    let read = Input::read(&file.file, &file.tests[0].input_series, 0);
    let read = read.unwrap_or_else(|fault| panic!("{}", fault.message));
    let mut lines = Vec::new();
    for series in &read.series {
        let values = series.values(60_000).map(Result::unwrap);
        let shown: Vec<String> = values
            .take_while(|(at, _)| *at <= 300_000)
            .take(6)
            .map(|(_, value)| match value {
                None => "_".to_owned(),
                Some(SampleValue::Float(v)) if v.is_nan() => "stale".to_owned(),
                Some(SampleValue::Float(v)) => v.to_string(),
                Some(SampleValue::Histogram(h)) => h.to_string(),
            })
            .collect();
        lines.push(format!("{} {}", series.labels, shown.join(" ")));
    }
    lines
}

#[test]
fn entries_feed_what_they_describe() {
    let cases: [(&str, &[&str]); 9] = [
        (
            "{series: up, values: 1x2 _ stale}",
            &["{__name__=\"up\"} 1 1 1 _ stale"],
        ),
        (
            "{series: up, values: 0+1x9, labels: {job: [a, b], x: [1, 2]}}",
            &[
                "{__name__=\"up\", job=\"a\", x=\"1\"} 0 1 2 3 4 5",
                "{__name__=\"up\", job=\"a\", x=\"2\"} 0 1 2 3 4 5",
                "{__name__=\"up\", job=\"b\", x=\"1\"} 0 1 2 3 4 5",
                "{__name__=\"up\", job=\"b\", x=\"2\"} 0 1 2 3 4 5",
            ],
        ),
        (
            "{series: a, gauge: 5, gaps: [1m..3m]}",
            &["{__name__=\"a\"} 5 _ _ 5 5 5"],
        ),
        (
            "{series: a, steps: {0s: 1, 2m: 7}, from: 1m, until: 4m}",
            &["{__name__=\"a\"} _ 1 7 7 stale"],
        ),
        (
            "{series: a, ramp: {0s: 0, 4m: 8}}",
            &["{__name__=\"a\"} 0 2 4 6 8 8"],
        ),
        (
            "{series: a, counter: {0s: 1/s, 2m: 30/m}, resets: [4m]}",
            &["{__name__=\"a\"} 0 60 120 150 0 30"],
        ),
        (
            "{series: a, counter: 2, every: 2m}",
            &["{__name__=\"a\"} 0 240 480"],
        ),
        (
            "{series: a, sine: {mean: 5, amplitude: 0, period: 1h}}",
            &["{__name__=\"a\"} 5 5 5 5 5 5"],
        ),
        (
            "{series: h, labels: {job: x}, histogram: {rate: 1, buckets: [1], quantiles: {0.5: 1, 1: 1s}}, until: 1m}",
            &[
                "{__name__=\"h_bucket\", job=\"x\", le=\"1\"} 0 stale",
                "{__name__=\"h_bucket\", job=\"x\", le=\"+Inf\"} 0 stale",
                "{__name__=\"h_sum\", job=\"x\"} 0 stale",
                "{__name__=\"h_count\", job=\"x\"} 0 stale",
            ],
        ),
    ];
    for (entry, expected) in cases {
        assert_eq!(fed(&format!("      - {entry}\n")), expected, "{entry}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place() {
    let cases = [
        (
            "{series: a, counter: 1, gauge: 1}",
            "gauge",
            "an input series has both `counter` and `gauge`: the test cannot run",
        ),
        (
            "{series: a, csv: x}",
            "series",
            "an input series has both `series` and `csv`: the test cannot run",
        ),
        (
            "{gauge: 1}",
            "{gauge: 1}",
            "an input series has no `series`: promtool refuses the file",
        ),
        (
            "{series: a, counter: -1/s}",
            "-1/s",
            "`-1/s` is no rate: the test cannot run",
        ),
        (
            "{series: a, counter: 1/y}",
            "1/y",
            "`1/y` is no rate: the test cannot run",
        ),
        (
            "{series: a, gauge: {1m: 1, 0s: 2}}",
            "0s",
            "the times of `gauge` do not ascend: the test cannot run",
        ),
        (
            "{series: a, gauge: {}}",
            "{}",
            "`gauge` has no value: the test cannot run",
        ),
        (
            "{series: a, sine: {mean: 1}}",
            "{mean: 1}",
            "a sine has no period: the test cannot run",
        ),
        (
            "{series: a, values: 1, gaps: [1m..2m]}",
            "gaps",
            "`gaps` has no meaning beside `values`: the test cannot run",
        ),
        (
            "{series: a, gauge: 1, resets: [1m]}",
            "resets",
            "`resets` has no meaning beside `gauge`: the test cannot run",
        ),
        (
            "{series: a, gauge: 1, gaps: [2m..1m]}",
            "2m..1m",
            "`2m..1m` is no span of time: the test cannot run",
        ),
        (
            "{series: a, gauge: 1, every: 0s}",
            "every",
            "`every` is no time between samples: the test cannot run",
        ),
        (
            "{series: a, gauge: 1, noise: -1}",
            "-1",
            "noise needs a deviation of 0 or more: the test cannot run",
        ),
        (
            "{series: a, histogram: {quantiles: {1: 1}}}",
            "{quantiles: {1: 1}}",
            "a histogram has no rate: the test cannot run",
        ),
        (
            "{series: a, histogram: {rate: 1}}",
            "{rate: 1}",
            "a histogram has no quantiles: the test cannot run",
        ),
        (
            "{series: a, histogram: {rate: 1, quantiles: {0.9: 2, 0.5: 1}}}",
            "0.5",
            "the quantiles do not ascend from 0 to 1: the test cannot run",
        ),
        (
            "{series: a, histogram: {rate: 1, buckets: [2, 1], quantiles: {1: 1}}}",
            "1",
            "`1` is no bound of a bucket here: the test cannot run",
        ),
    ];
    for (entry, piece, message) in cases {
        let (file, found) = test_file(&format!("      - {entry}\n"));
        let found: Vec<_> = found
            .iter()
            .map(|d| {
                (
                    &file.file.text()[d.primary.location.range.clone()],
                    d.message.as_str(),
                )
            })
            .collect();
        assert_eq!(found, [(piece, message)], "{entry}");
    }
}

#[test]
fn a_label_is_set_once() {
    let (file, _) = test_file("      - {series: 'up{job=\"a\"}', gauge: 1, labels: {job: [b]}}\n");
    let fault = Input::read(&file.file, &file.tests[0].input_series, 0)
        .err()
        .unwrap();
    assert_eq!(fault.message, "the series has the label job already");
    assert_eq!(&file.file.text()[fault.range], "job");
}

#[test]
fn noise_and_jitter_are_the_same_in_each_run() {
    let entry = |seed| format!("      - {{series: a, gauge: 50, noise: 3, jitter: 5s, seed: {seed}}}\n");
    assert_eq!(fed(&entry(1)), fed(&entry(1)));
    assert_ne!(fed(&entry(1)), fed(&entry(2)));
}

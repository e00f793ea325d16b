use super::*;

/// Writes a file and reads it.
fn written<T>(text: &str, read: impl Fn(&Path) -> Result<T, String>) -> Result<T, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, text).unwrap();
    read(&path).map_err(|e| e.replace(&format!("{}", dir.path().display()), ""))
}

/// Each series with its samples, staleness as `stale`.
fn shown(series: Vec<Points>) -> Vec<String> {
    let value = |value: &SampleValue| match value {
        SampleValue::Float(v) if v.is_nan() => "stale".to_owned(),
        SampleValue::Float(v) => v.to_string(),
        SampleValue::Histogram(h) => h.to_string(),
    };
    let line = |(labels, points): &Points| {
        let points: Vec<_> = points
            .iter()
            .map(|(at, v)| format!("{}@{at}", value(v)))
            .collect();
        format!("{labels} {}", points.join(" "))
    };
    series.iter().map(line).collect()
}

#[test]
fn tables_have_a_column_for_each_series_or_a_row_for_each_sample() {
    let wide = "# measured on Monday\ntime,up,\"depth{queue=\"\"high\"\"}\"\n0,1,\n1m,0,5\n90,,stale\n";
    let long = "value,time,series\n1,0s,up\n5,60,\"depth{queue=\"\"high\"\"}\"\n0,1m,up\nstale,1m30s,\"depth{queue=\"\"high\"\"}\"\n";
    let expected = [
        "{__name__=\"up\"} 1@0 0@60000",
        "{__name__=\"depth\", queue=\"high\"} 5@60000 stale@90000",
    ];
    assert_eq!(shown(written(wide, csv).unwrap()), expected);
    assert_eq!(shown(written(long, csv).unwrap()), expected);
}

#[test]
fn what_is_wrong_with_a_table_is_named_with_its_line() {
    let cases = [
        (
            "",
            "/file:1: the table is empty: write `time` and series into its first row",
        ),
        ("up\n1\n", "/file:1: the table has no column `time`"),
        (
            "time,up{\n",
            "/file:1: `up{` is no series: unexpected end of input in label set, expected identifier or \"}\"",
        ),
        (
            "time,up\nx,1\n",
            "/file:2: `x` is no time: write a duration such as `5m`, or seconds",
        ),
        ("time,up\n0,1\n1,one\n", "/file:3: `one` is no number"),
        (
            "time,up\n0\n",
            "/file:2: this is no table: its rows differ in length, or quotes do not end",
        ),
    ];
    for (table, message) in cases {
        assert_eq!(written(table, csv).unwrap_err(), message);
    }
}

#[test]
fn a_page_holds_until_the_next_and_what_is_not_on_it_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    std::fs::write(&a, "up 1\njobs{job=\"x\"} 2\n").unwrap();
    std::fs::write(&b, "jobs{job=\"x\"} 3\n").unwrap();
    let target = [("job".to_owned(), "api".to_owned())];
    let read = metrics(&[(0, &a), (60_000, &b)], &target).unwrap();
    let shown: Vec<String> = read
        .iter()
        .map(|(labels, said)| format!("{labels} {said:?}"))
        .collect();
    assert_eq!(
        shown,
        [
            "{__name__=\"up\", job=\"api\"} [(0, Some(1.0)), (60000, None)]",
            "{__name__=\"jobs\", exported_job=\"x\", job=\"api\"} [(0, Some(2.0)), (60000, Some(3.0))]",
        ]
    );
    let broken = written("up 1\nup one\n", |path| metrics(&[(0, path)], &[])).unwrap_err();
    assert!(
        broken.starts_with("/file:2:4: `one` is no number: Write a number"),
        "{broken}"
    );
}

#[test]
fn a_dump_is_moved_to_where_the_test_wants_it() {
    let dump = "{__name__=\"up\", job=\"a}b\"} 1 1700000060000\n{__name__=\"up\", job=\"a}b\"} NaN 1700000120000\n{__name__=\"x\"} 2.5e+06 1700000000000\n";
    let moved = written(dump, |path| tsdb_dump(path, Some(5000), 0)).unwrap();
    let expected = [
        "{__name__=\"up\", job=\"a}b\"} 1@65000 stale@125000",
        "{__name__=\"x\"} 2500000@5000",
    ];
    assert_eq!(shown(moved), expected);
    let recorded = written(dump, |path| tsdb_dump(path, None, 1_700_000_000_000)).unwrap();
    assert_eq!(shown(recorded)[1], "{__name__=\"x\"} 2500000@0");
    for (dump, message) in [
        (
            "up 1 2",
            "a line of a dump is a series, a value and a time: `{__name__=\"up\"} 1 1700000000000`",
        ),
        (
            "{} 1",
            "a line of a dump is a series, a value and a time: `{__name__=\"up\"} 1 1700000000000`",
        ),
        (
            "{__name__=\"x\"} {count:5, sum:3, [-1,1]:2} 1700",
            "native histograms in a dump have no schema and cannot be read: remove their lines",
        ),
    ] {
        let got = written(dump, |path| tsdb_dump(path, None, 0)).unwrap_err();
        assert_eq!(got, format!("/file:1: {message}"));
    }
}

//! Series that tests describe or take from files.

use std::process::Command;

use crate::support::Folder;

/// A test file that expects an expression to return samples at a time.
fn expecting(input: &str, cases: &[(&str, &str, &str)]) -> String {
    let mut text = format!("tests:\n  - interval: 1m\n    input_series:\n{input}    promql_expr_test:\n");
    for (expr, at, samples) in cases {
        text.push_str(&format!(
            "      - {{expr: '{expr}', eval_time: {at}, exp_samples: [{samples}]}}\n"
        ));
    }
    text
}

#[test]
fn series_come_from_tables_pages_and_dumps() {
    let input = "      - csv: depth.csv
      - metrics: [{file: before.txt, at: 0s}, {file: after.txt, at: 2m}]
        labels: {job: api}
      - tsdb_dump: {file: dump.txt, at: 1m}
        labels: {site: x}
";
    let test = expecting(
        input,
        &[
            ("depth", "2m", "{labels: 'depth{queue=\"high\"}', value: 7}"),
            ("depth", "3m", ""),
            (
                "requests",
                "1m",
                "{labels: 'requests{job=\"api\", code=\"200\"}', value: 5}",
            ),
            (
                "requests",
                "4m",
                "{labels: 'requests{job=\"api\", code=\"500\"}', value: 6}",
            ),
            ("old", "0m", ""),
            ("old", "1m", "{labels: 'old{site=\"x\"}', value: 1}"),
            ("old", "2m", "{labels: 'old{site=\"x\"}', value: 2}"),
        ],
    );
    let folder = Folder::with(&[
        ("a.test.yml", &test),
        (
            "depth.csv",
            "time,\"depth{queue=\"\"high\"\"}\"\n0,5\n2m,7\n150,stale\n",
        ),
        ("before.txt", "requests{code=\"200\"} 5\n"),
        ("after.txt", "requests{code=\"500\"} 6\n"),
        (
            "dump.txt",
            "{__name__=\"old\"} 1 1700000000000\n{__name__=\"old\"} 2 1700000060000\n",
        ),
    ]);
    let run = folder.run(&["test", "a.test.yml"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
}

#[test]
fn a_broken_file_of_series_is_named_with_its_line() {
    let test = expecting("      - csv: depth.csv\n", &[("depth", "2m", "")]);
    let folder = Folder::with(&[("a.test.yml", &test), ("depth.csv", "time,depth\n0,1\n1m,many\n")]);
    let run = folder.run(&["test", "a.test.yml"]);
    assert_eq!(run.code, Some(1), "{}", run.out);
    assert!(
        run.out
            .contains("a.test.yml:4:14: depth.csv:3: `many` is no number"),
        "{}",
        run.out
    );
    let folder = Folder::with(&[("a.test.yml", &test)]);
    let run = folder.run(&["test", "a.test.yml"]);
    assert!(
        run.out
            .contains("a.test.yml:4:14: depth.csv: cannot read the file"),
        "{}",
        run.out
    );
}

#[test]
fn what_is_described_is_what_the_notation_says() {
    let described = "      - {series: a, counter: 2/s}
      - {series: b, ramp: {0s: 0, 10m: 100}}
      - {series: c, steps: {0s: 1, 3m: 0}}
";
    let written = "      - {series: a, values: 0+120x10}
      - {series: b, values: 0+10x10}
      - {series: c, values: 1x2 0x7}
";
    for input in [described, written] {
        let test = expecting(
            input,
            &[
                ("a", "8m", "{labels: a, value: 960}"),
                ("b", "7m", "{labels: b, value: 70}"),
                ("sum_over_time(c[9m])", "8m", "{labels: \"{}\", value: 3}"),
            ],
        );
        let run = Folder::with(&[("a.test.yml", &test)]).run(&["test"]);
        assert_eq!(run.code, Some(0), "{}", run.out);
    }
}

/// A database that promtool makes, printed by promtool, is read with all its samples.
#[test]
fn what_promtool_dumps_is_read() {
    let Some(promtool) = crate::promtool::promtool() else {
        return;
    };
    let folder = Folder::with(&[(
        "page.txt",
        "# TYPE a gauge\na{x=\"1\\\"}\"} 1.5 1700000000\na{x=\"1\\\"}\"} 1e9 1700000060\n# EOF\n",
    )]);
    let run = |args: &[&str]| {
        let output = Command::new(&promtool)
            .args(args)
            .current_dir(folder.path())
            .output()
            .expect("promtool starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    };
    run(&["tsdb", "create-blocks-from", "openmetrics", "page.txt", "data"]);
    // A real database has one.
    std::fs::create_dir_all(folder.path().join("data/wal")).expect("a folder");
    folder.write("dump.txt", &run(&["tsdb", "dump", "data"]));
    let test = expecting(
        "      - tsdb_dump: dump.txt\n",
        &[
            ("a", "0m", "{labels: 'a{x=\"1\\\"}\"}', value: 1.5}"),
            ("a", "1m", "{labels: 'a{x=\"1\\\"}\"}', value: 1e9}"),
        ],
    );
    folder.write("a.test.yml", test.as_bytes());
    let run = folder.run(&["test", "a.test.yml"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
}

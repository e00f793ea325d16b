//! `promtool check metrics` finds fault with the metrics of a page as we do.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use rulecheck::catalog::Catalogs;
use rulecheck::lints::{self, Options};
use rulecheck::project::Project;
use rulecheck::source::discover::FoundFile;

use crate::program::promtool;

/// A metric and a word for what is wrong with it.
type Fault = (String, &'static str);

/// What both say, each in its own words. What one says of percent the other does not know.
const WORDS: [(&str, &str, &str); 12] = [
    ("help", "no help text", "has no help text"),
    (
        "no total",
        "counter metrics should have \"_total\"",
        "does not end in _total",
    ),
    (
        "total",
        "non-counter metrics should not have \"_total\"",
        "ends in _total and is a",
    ),
    (
        "bucket",
        "should not have \"_bucket\" suffix",
        "and ends in _bucket",
    ),
    ("count", "should not have \"_count\" suffix", "and ends in _count"),
    ("sum", "should not have \"_sum\" suffix", "and ends in _sum"),
    ("le", "should not have \"le\" label", "has the label le"),
    (
        "quantile",
        "should not have \"quantile\" label",
        "has the label quantile",
    ),
    ("colon", "should not contain ':'", "there is a colon"),
    ("type", "should not include type", "says that it is a"),
    ("unit", "use base unit", "is measured in"),
    (
        "short",
        "should not contain abbreviated units",
        "is an abbreviation",
    ),
];

/// The word for a message of promtool, or of ours.
fn word(message: &str, ours: bool) -> &'static str {
    if message.contains("camelCase") {
        let of_label = message.starts_with("label names") || message.starts_with("the label");
        return if of_label { "camel label" } else { "camel" };
    }
    let said = |(_, theirs, own): &(&str, &str, &str)| message.contains(if ours { own } else { theirs });
    let known = WORDS.iter().find(|words| said(words));
    known.unwrap_or_else(|| panic!("an unknown message: {message}")).0
}

fn names() -> impl Strategy<Value = String> {
    let words = [
        "http",
        "requests",
        "total",
        "bytes",
        "seconds",
        "minutes",
        "milliseconds",
        "gibibytes",
        "kb",
        "ms",
        "s",
        "count",
        "sum",
        "bucket",
        "counter",
        "gauge",
        "histogram",
        "summary",
        "fooBar",
        "days",
        "celsius",
        "x:y",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 1..5).prop_map(|words| words.join("_"))
}

/// The lines of a metric of a name.
fn metric() -> impl Strategy<Value = (String, &'static str, bool, Option<&'static str>)> {
    let kinds = ["counter", "gauge", "histogram", "summary", "untyped"];
    let labels = ["job", "fooBar", "le", "quantile"];
    let label = prop::option::of(prop::sample::select(labels.to_vec()));
    (
        names(),
        prop::sample::select(kinds.to_vec()),
        any::<bool>(),
        label,
    )
}

fn page(metrics: &[(String, &'static str, bool, Option<&'static str>)]) -> String {
    let mut page = String::new();
    for (at, (name, kind, help, label)) in metrics.iter().enumerate() {
        // None is a part of another.
        let name = format!("m{at}_{name}");
        // These are what the parts of such a metric have.
        let own = matches!(
            (*kind, *label),
            ("histogram", Some("le")) | ("summary", Some("quantile"))
        );
        let label = label
            .filter(|_| !own)
            .map_or_else(String::new, |label| format!("{label}=\"1\""));
        if *help {
            let _ = writeln!(page, "# HELP {name} Something.");
        }
        let _ = writeln!(page, "# TYPE {name} {kind}");
        let _ = match *kind {
            "histogram" => writeln!(
                page,
                "{name}_bucket{{{label},le=\"+Inf\"}} 1\n{name}_sum{{{label}}} 1\n{name}_count{{{label}}} 1"
            ),
            "summary" => writeln!(
                page,
                "{name}{{{label},quantile=\"0.5\"}} 1\n{name}_sum{{{label}}} 1\n{name}_count{{{label}}} 1"
            ),
            _ => writeln!(page, "{name}{{{label}}} 1"),
        };
    }
    page.replace("{,", "{").replace("{}", "")
}

fn theirs(promtool: &Path, page: &str) -> BTreeSet<Fault> {
    let mut process = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    let mut input = process.stdin.take().expect("a pipe");
    input.write_all(page.as_bytes()).expect("promtool reads the page");
    drop(input);
    let output = process.wait_with_output().expect("promtool ends");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    let faults = said.lines().map(|line| {
        let (metric, message) = line.split_once(' ').unwrap_or_else(|| panic!("{line}\n{page}"));
        (metric.to_owned(), word(message, false))
    });
    faults.collect()
}

fn ours(page: &str) -> BTreeSet<Fault> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("page.prom");
    std::fs::write(&path, page).expect("a file");
    let project = Project::load(&[FoundFile { path, named: true }], false);
    let found = lints::run(&project, &Catalogs::default(), &Options::default());
    let faults = found.iter().map(|finding| {
        assert_eq!(finding.code, "metric-naming", "{}\n{page}", finding.message);
        let metric = finding
            .message
            .split(' ')
            .find(|word| word.starts_with('m') && word.contains('_'));
        let metric = metric.unwrap_or_else(|| panic!("{}", finding.message));
        (metric.to_owned(), word(&finding.message, true))
    });
    faults.collect()
}

#[test]
fn the_same_faults_are_found_in_metrics() {
    let Some(promtool) = promtool() else { return };
    let count = std::cell::Cell::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(20));
    runner
        .run(&prop::collection::vec(metric(), 1..80), |metrics| {
            let page = page(&metrics);
            let theirs = theirs(&promtool, &page);
            count.set(count.get() + theirs.len());
            prop_assert_eq!(ours(&page), theirs, "{}", page);
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
    println!("{} faults in metrics, all of them promtool's", count.get());
}

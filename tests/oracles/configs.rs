//! `promtool check config` refuses the configurations that we refuse.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rayon::prelude::*;
use rulecheck::lints;
use rulecheck::project::Project;
use rulecheck::source::discover::FoundFile;

use crate::program::promtool;

/// How many configurations are asked about, where `RULECHECK_CONFIGS` does not say so.
const CONFIGS: usize = 240;

/// A line or nothing: what is not written is as frequent as all that can be.
fn maybe(key: &'static str, values: &'static [&'static str]) -> BoxedStrategy<String> {
    let written = select(values).prop_map(move |value| format!("{key}: {value}"));
    prop_oneof![3 => Just(String::new()), 2 => written].boxed()
}

/// One step of a relabelling in the flow style.
fn step() -> BoxedStrategy<String> {
    let actions = &[
        "replace",
        "keep",
        "drop",
        "keepequal",
        "dropequal",
        "hashmod",
        "labelmap",
        "labeldrop",
        "labelkeep",
        "lowercase",
        "Uppercase",
        "rename",
        "null",
        "''",
    ];
    let names = &[
        "x",
        "a-b",
        "''",
        "'${1}'",
        "'$1_x'",
        "'x${'",
        "1x",
        "null",
        "'$'",
        "'a$1-b'",
        "__address__",
    ];
    let fields = [
        prop_oneof![1 => Just(String::new()), 4 => select(&actions[..]).prop_map(|action| format!("action: {action}"))]
            .boxed(),
        maybe("source_labels", &["[a]", "[a, b]", "[]", "null"]),
        maybe("separator", &["';'", "'-'", "''", "null"]),
        maybe("regex", &["'(.*)'", "'a('", "x", "null", "'(?P<n>a)'"]),
        maybe("modulus", &["0", "4", "null"]),
        maybe("target_label", names),
        maybe("replacement", &["'$1'", "x", "''", "a-b", "'${1}'", "null", "'$1'"]),
    ];
    fields
        .prop_map(|fields| {
            let written: Vec<String> = fields.into_iter().filter(|field| !field.is_empty()).collect();
            format!("{{{}}}", written.join(", "))
        })
        .boxed()
}

/// One thing in a scrape job.
fn of_job() -> BoxedStrategy<String> {
    let steps = || prop_oneof![8 => step(), 1 => Just("null".to_owned())];
    prop_oneof![
        6 => steps().prop_map(|step| format!("relabel_configs: [{step}]")),
        2 => steps().prop_map(|step| format!("metric_relabel_configs: [{step}]")),
        1 => maybe("static_configs", &["[{targets: ['a:1', b]}]", "[{targets: ['http://a:1/x']}]", "[{targets: [a/b]}]", "[null]"]),
        1 => Just("static_configs: [{targets: ['http://a:1/x']}]\n  relabel_configs: [{action: drop}]".to_owned()),
        1 => maybe("scrape_protocols", &["[PrometheusProto]", "[]", "[PrometheusText0.0.4, prometheustext0.0.4]", "[Other]", "null"]),
        1 => maybe("fallback_scrape_protocol", &["PrometheusText0.0.4", "OpenMetricsText1", "''"]),
        1 => maybe("body_size_limit", &["0", "10", "10MB", "1.5KiB", "1GB512MB", "x", "10mb", ".5B"]),
        1 => maybe("metric_name_validation_scheme", &["utf8", "other", "''"]),
        1 => maybe("metric_name_escaping_scheme", &["allow-utf-8", "underscores", "other", "''"]),
        1 => Just("bearer_token: x\n  bearer_token_file: x".to_owned()),
        1 => Just("basic_auth: {username: x}\n  bearer_token: x".to_owned()),
        1 => Just("basic_auth: {username: x}\n  authorization: {credentials: x}".to_owned()),
        1 => Just("authorization: {credentials: x}".to_owned()),
        1 => maybe("scrape_timeout", &["2m", "1m", "10s"]),
    ]
    .boxed()
}

/// A section beside the jobs.
fn section() -> BoxedStrategy<String> {
    let globs = &[
        "[a.yml]",
        "['rules/*.yml']",
        "['*/a.yml']",
        "['a*b*.yml']",
        "['**/*.yml']",
        "null",
    ];
    prop_oneof![
        4 => Just(String::new()),
        // Of names that are legacy promtool has not always thought the same.
        1 => Just("global: {metric_name_validation_scheme: other}".to_owned()),
        1 => Just("global: {metric_name_escaping_scheme: other}".to_owned()),
        1 => maybe("rule_files", globs),
        1 => maybe("scrape_config_files", globs),
        2 => step().prop_map(|step| format!("alerting: {{alert_relabel_configs: [{step}]}}")),
        1 => Just("alerting: {alertmanagers: [{api_version: v1}]}".to_owned()),
        2 => step().prop_map(|step| format!("remote_write: [{{url: 'http://a', write_relabel_configs: [{step}]}}]")),
        1 => maybe("remote_write", &["[null]", "[{}]", "[{url: a}]", "[{url: a, name: x}, {url: b, name: x}]",
            "[{url: a, headers: {Authorization: x}}]", "[{url: a, headers: {x-other: x}}]",
            "[{url: a, protobuf_message: other}]", "[{url: a, basic_auth: {}, authorization: {}}]", "[{url: a, queue: {}}]"]),
        1 => maybe("remote_read", &["[null]", "[{}]", "[{url: a}]", "[{url: a, name: x}, {url: b, name: x}]",
            "[{url: a, headers: {User-Agent: x}}]", "[{url: a, read_recent: x}]"]),
    ]
    .boxed()
}

fn config() -> impl Strategy<Value = String> {
    (section(), of_job())
        .prop_map(|(section, of_job)| format!("{section}\nscrape_configs:\n- job_name: a\n  {of_job}\n"))
}

/// What each says first, where it refuses the file.
fn verdicts(promtool: &Path, text: &str) -> [Option<String>; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("prometheus.yml");
    std::fs::write(&path, text).expect("a file");
    let output = Command::new(promtool)
        .args(["check", "config", "--syntax-only"])
        .arg(&path)
        .output()
        .expect("promtool starts");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let project = Project::load(&[FoundFile { path, named: true }], false);
    let ours = lints::refusals(&project);
    let errors = ours
        .iter()
        .filter(|finding| finding.severity == rulecheck::diagnostic::Severity::Error);
    [
        (!output.status.success()).then_some(said),
        errors.map(|finding| finding.message.clone()).next(),
    ]
}

#[test]
fn the_same_configurations_are_refused() {
    let Some(promtool) = promtool() else { return };
    let wanted = std::env::var("RULECHECK_CONFIGS")
        .ok()
        .and_then(|number| number.parse().ok());
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> = (0..wanted.unwrap_or(CONFIGS))
        .map(|_| config().new_tree(&mut runner).expect("a configuration").current())
        .collect();
    let verdicts: Vec<_> = texts
        .par_iter()
        .map(|text| (text, verdicts(&promtool, text)))
        .collect();
    let refused = verdicts
        .iter()
        .filter(|(_, [theirs, _])| theirs.is_some())
        .count();
    println!(
        "{} configurations of Prometheus, {refused} refused",
        verdicts.len()
    );
    let differing: Vec<_> = verdicts
        .iter()
        .filter(|(_, [theirs, ours])| theirs.is_some() != ours.is_some())
        .map(|(text, [theirs, ours])| format!("{text}\n  promtool: {theirs:?}\n  here: {ours:?}\n"))
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

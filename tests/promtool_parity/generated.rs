//! Rules and series made at random. What they do here is written down as what is expected of them: promtool must
//! find that it holds. The same worlds must come out the same whichever way their rules are evaluated.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rulecheck::outcome::{Failure, TestOutcome};
use rulecheck::replay::run::RunOptions;

use crate::ours;
use crate::promtool::Promtool;

/// How many worlds promtool is asked about, where `RULECHECK_WORLDS` does not say so.
const WORLDS: usize = 40;
/// When alerts and expressions are looked at, in seconds.
const TIMES: [u32; 8] = [0, 60, 150, 240, 360, 600, 840, 1170];

/// A world: a rule file, and a test file without what is expected.
#[derive(Clone, Debug)]
struct World {
    rules: String,
    order: Vec<String>,
    series: Vec<(String, String)>,
    interval: &'static str,
    evaluation_interval: &'static str,
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0u8..4).prop_map(|v| v.to_string()),
        1 => Just("_".to_owned()),
        1 => Just("stale".to_owned()),
        3 => (0u8..4, 1u8..6).prop_map(|(v, n)| format!("{v}x{n}")),
        1 => (1u8..6).prop_map(|n| format!("_x{n}")),
    ]
}

fn series() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = prop::sample::subsequence(
        vec![
            r#"m{i="1",j="a"}"#,
            r#"m{i="2",j="a"}"#,
            r#"m{i="3",j="b"}"#,
            r#"n{i="1",j="a"}"#,
            r#"n{i="4"}"#,
        ],
        1..=5,
    );
    names.prop_flat_map(|names| {
        let values = prop::collection::vec(value(), 5..25).prop_map(|v| v.join(" "));
        let values = prop::collection::vec(values, names.len());
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        values.prop_map(move |values| names.iter().cloned().zip(values).collect())
    })
}

fn expression() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "m > 1",
        "m > 1",
        "n == 0",
        "m",
        "sum by (j) (m) > 2",
        "max_over_time(m[3m]) > 2",
        "changes(m[5m]) > 1",
        "count_over_time(m[2m:30s]) > 2",
        "m > on (i) group_left () n",
        "absent(n)",
        "absent(m{i=\"1\"})",
        "vector(time()) > 200",
        "vector(2) < 1",
        "1",
        "rec0 > 1",
        "rec1",
        "sum(rec1) > 3",
        "rec0 offset 1m",
        "avg_over_time(rec0[4m]) > 1",
        "ALERTS{alertname=\"A0\"}",
        "ALERTS{alertstate=\"firing\"}",
        "count by (alertname) (ALERTS)",
        "time() - ALERTS_FOR_STATE > 120",
        "m unless on (i) ALERTS{alertname=\"A1\",alertstate=\"firing\"}",
        "m offset -1m > 1",
        "m @ 300 > 1",
        "{i=\"1\"} > 1",
        "{__name__=~\"rec.\"} > 0",
    ])
}

fn label() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "severity: page",
        "severity: page",
        "severity: page",
        "severity: '{{ $labels.j }}'",
        "v: '{{ $value }}'",
        "i: ''",
        "i: fixed",
        "n: '{{ $labels.__name__ }}{{ $externalLabels.cluster }}'",
        "t: '{{ with query \"count(rec0)\" }}{{ . | first | value }}{{ end }}'",
    ])
}

fn annotation() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "text: '{{ $labels.i }} of {{ $labels.j }} is {{ $value | humanize }}'",
        "url: '{{ $externalURL }}/x'",
        "asked: '{{ range query \"sum(ALERTS)\" }}{{ .Value }}{{ end }}'",
        "wrong: '{{ $labels.a.b }}'",
        "empty: ''",
    ])
}

fn pairs(
    of: impl Strategy<Value = &'static str> + Clone + 'static,
    most: usize,
) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(of, 0..=most).prop_map(|mut pairs| {
        let name = |pair: &&str| pair.split(':').next().unwrap_or_default().to_owned();
        pairs.sort_by_key(name);
        pairs.dedup_by_key(|pair| name(pair));
        pairs
    })
}

fn rule() -> impl Strategy<Value = String> {
    let durations = || prop::sample::select(vec!["0s", "30s", "1m", "2m", "5m"]);
    let alert = (
        0..3u8,
        expression(),
        durations(),
        durations(),
        pairs(label().boxed(), 2),
        pairs(annotation().boxed(), 2),
    );
    let alert = alert.prop_map(|(number, expr, hold, keep, labels, annotations)| {
        let mut text = format!(
            "  - alert: A{number}\n    expr: '{expr}'\n    for: {hold}\n    keep_firing_for: {keep}\n"
        );
        write_pairs(&mut text, "labels", &labels);
        write_pairs(&mut text, "annotations", &annotations);
        text
    });
    let record = (0..2u8, expression(), prop::option::of(Just("k: v")));
    let record = record.prop_map(|(number, expr, label)| {
        let mut text = format!("  - record: rec{number}\n    expr: '{expr}'\n");
        write_pairs(&mut text, "labels", label.as_slice());
        text
    });
    prop_oneof![2 => alert, 1 => record]
}

fn write_pairs(text: &mut String, key: &str, pairs: &[&str]) {
    if !pairs.is_empty() {
        let _ = writeln!(text, "    {key}:");
        for pair in pairs {
            let _ = writeln!(text, "      {pair}");
        }
    }
}

fn group() -> impl Strategy<Value = String> {
    let rules = prop::collection::vec(rule(), 1..4).prop_map(|rules| rules.concat());
    let extra = prop::sample::select(vec![
        "",
        "",
        "",
        "",
        "  limit: 2\n",
        "  query_offset: 1m\n",
        "  interval: 5m\n",
        "  labels: {g: of, k: g}\n",
    ]);
    (rules, extra).prop_map(|(rules, extra)| format!("{extra}  rules:\n{rules}"))
}

fn world() -> impl Strategy<Value = World> {
    let groups = prop::collection::vec(group(), 1..4);
    // The last takes more than one stretch of evaluations.
    let intervals = prop_oneof![
        4 => Just(("1m", "1m")),
        3 => Just(("30s", "1m")),
        3 => Just(("1m", "30s")),
        1 => Just(("30s", "1s")),
    ];
    (series(), groups, intervals, any::<bool>()).prop_map(|(series, groups, intervals, reversed)| {
        let mut rules = String::from("groups:\n");
        for (number, group) in groups.iter().enumerate() {
            let _ = write!(rules, "- name: g{number}\n{group}");
        }
        // All groups are named, since promtool takes the others in random order.
        let mut order: Vec<String> = (0..groups.len()).map(|number| format!("g{number}")).collect();
        if reversed {
            order.reverse();
        }
        World {
            rules,
            order,
            series,
            interval: intervals.0,
            evaluation_interval: intervals.1,
        }
    })
}

impl World {
    /// Writes the files; what is expected comes from `expected`, by the kind of assertion and its number.
    fn write(&self, folder: &Path, number: usize, expected: &dyn Fn(&str, usize) -> String) -> PathBuf {
        let rules = folder.join(format!("rules{number}.yml"));
        std::fs::write(&rules, &self.rules).expect("writes the rules");
        let mut text = format!(
            "rule_files: [rules{number}.yml]\nevaluation_interval: {}\ngroup_eval_order: [{}]\ntests:\n- name: it\n  \
             interval: {}\n  external_labels: {{cluster: c}}\n  external_url: http://here\n  input_series:\n",
            self.evaluation_interval,
            self.order.join(", "),
            self.interval,
        );
        for (name, values) in &self.series {
            let _ = writeln!(text, "  - series: '{name}'\n    values: '{values}'");
        }
        text.push_str("  alert_rule_test:\n");
        for (number, (time, alert)) in alert_tests().enumerate() {
            let _ = writeln!(text, "  - eval_time: {time}s\n    alertname: {alert}");
            text.push_str(&expected("alert", number));
        }
        text.push_str("  promql_expr_test:\n");
        for (number, (time, expr)) in expr_tests().enumerate() {
            let _ = writeln!(text, "  - eval_time: {time}s\n    expr: '{expr}'");
            text.push_str(&expected("promql", number));
        }
        let test = folder.join(format!("test{number}.yml"));
        std::fs::write(&test, text).expect("writes the test");
        test
    }
}

fn alert_tests() -> impl Iterator<Item = (u32, &'static str)> {
    TIMES
        .iter()
        .flat_map(|time| ["A0", "A1", "A2"].map(|alert| (*time, alert)))
}

fn expr_tests() -> impl Iterator<Item = (u32, &'static str)> {
    let exprs = ["ALERTS", "ALERTS_FOR_STATE", "rec0", "rec1"];
    TIMES.iter().flat_map(move |time| exprs.map(|expr| (*time, expr)))
}

/// Worlds that are the same in each run.
fn worlds(count: usize) -> Vec<World> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = world();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).expect("a world").current())
        .collect()
}

/// Runs worlds with nothing expected: what fails is all that happened.
fn run(worlds: &[World], folder: &Path, in_turn: bool) -> Vec<TestOutcome> {
    let files: Vec<PathBuf> = worlds
        .iter()
        .enumerate()
        .map(|(number, world)| world.write(folder, number, &|_, _| String::new()))
        .collect();
    let options = RunOptions {
        in_turn,
        ..RunOptions::default()
    };
    let mut verdict = ours::test(&files, &options);
    assert_eq!(verdict.unreadable, Vec::<String>::new());
    // How long it took is no part of what came of it.
    verdict.outcomes.iter_mut().for_each(|o| o.took = Duration::ZERO);
    verdict.outcomes
}

/// The failures that keep a test from being judged.
fn broken(outcome: &TestOutcome) -> Vec<&Failure> {
    outcome
        .failures
        .iter()
        .filter(|f| !["alert", "promql"].contains(&f.kind))
        .collect()
}

#[test]
fn promtool_expects_what_happens_here() {
    let Some(promtool) = Promtool::find() else { return };
    let folder = tempfile::tempdir().expect("a folder for the worlds");
    let count = std::env::var("RULECHECK_WORLDS")
        .ok()
        .and_then(|n| n.parse().ok());
    let worlds = worlds(count.unwrap_or(WORLDS));
    let outcomes = run(&worlds, folder.path(), false);
    let lines: Vec<Vec<usize>> = (0..worlds.len())
        .map(|number| assertion_lines(folder.path(), number))
        .collect();
    let mut files = Vec::new();
    for (number, (world, outcome)) in worlds.iter().zip(&outcomes).enumerate() {
        let happened = |kind: &str, assertion: usize| {
            let assertion = assertion
                + if kind == "promql" {
                    alert_tests().count()
                } else {
                    0
                };
            let line = lines[number][assertion];
            let failure = outcome
                .failures
                .iter()
                .find(|f| f.kind == kind && f.line == Some(line));
            failure.map_or(String::new(), |f| {
                expectation(kind, f.actual.as_deref().unwrap_or_default())
            })
        };
        files.push(world.write(folder.path(), number, &happened));
    }
    let theirs = promtool.test(&files);
    let (mut judged, mut alerts, mut samples) = (0, 0, 0);
    for ((file, outcome), world) in files.iter().zip(&outcomes).zip(&worlds) {
        let theirs = &theirs[&(file.clone(), "it".to_owned())];
        let broken = broken(outcome);
        if broken.is_empty() {
            let shown = std::fs::read_to_string(file).unwrap_or_default();
            judged += 1;
            alerts += shown.matches("exp_labels").count();
            samples += shown.matches("- labels").count();
            assert!(
                theirs.is_empty(),
                "{}\n{shown}\n{}",
                world.rules,
                theirs.join("\n")
            );
            continue;
        }
        // An evaluation failed: for the same rules with the same words.
        let theirs: Vec<String> = theirs.iter().filter_map(|f| rule_error(f)).collect();
        let ours: Vec<String> = broken.iter().filter_map(|f| rule_error(&f.message)).collect();
        assert!(!ours.is_empty(), "{broken:?}");
        assert_eq!(ours, theirs, "{}", world.rules);
    }
    println!("{judged} worlds with {alerts} firing alerts and {samples} samples");
    println!("{} with failing rules", worlds.len() - judged);
    assert!(alerts > 100 && samples > 100, "something happens in them");
}

/// On which lines of the test file of a world the assertions begin.
fn assertion_lines(folder: &Path, number: usize) -> Vec<usize> {
    let text = std::fs::read_to_string(folder.join(format!("test{number}.yml"))).expect("was written");
    let numbered = text.lines().enumerate();
    let begins = numbered.filter(|(_, line)| line.starts_with("  - eval_time"));
    begins.map(|(index, _)| index + 1).collect()
}

/// `A0: exceeded limit …` of a rule that failed, without the series or sample that Prometheus names at random.
fn rule_error(message: &str) -> Option<String> {
    let (rule, error) = match message.trim().strip_prefix("rule: ") {
        Some(rest) => (rest.split_once(',')?.0, rest.split_once("err: ")?.1),
        None => {
            let rest = message.strip_prefix("rule ")?;
            (rest.split_once(' ')?.0, rest.split_once(": ")?.1)
        }
    };
    let same = [
        "found duplicate series for the match group",
        "overrides not allowed",
    ];
    let end = same
        .iter()
        .filter_map(|words| Some(error.find(words)? + words.len()))
        .min();
    let error = &error[..end.unwrap_or(error.len())];
    Some(format!("{rule}: {error}"))
}

/// What happened, as an expectation in YAML.
fn expectation(kind: &str, actual: &str) -> String {
    let mut text = String::new();
    if kind == "promql" {
        text.push_str("    exp_samples:\n");
        for sample in actual.lines().filter(|line| *line != "nothing") {
            let (metric, value) = sample.rsplit_once(' ').expect("a sample");
            let _ = writeln!(text, "    - labels: '{metric}'\n      value: {value}");
        }
        return text;
    }
    text.push_str("    exp_alerts:\n");
    for line in actual.lines() {
        match line {
            "no alert fires" => return String::new(),
            "alert:" => text.push_str("    - \n"),
            "  labels:" => text.push_str("      exp_labels:\n"),
            "  annotations:" => text.push_str("      exp_annotations:\n"),
            pair => {
                let (name, value) = pair.trim_start().split_once(": ").expect("a label");
                let _ = writeln!(text, "        {name}: '{}'", value.replace('\'', "''"));
            }
        }
    }
    text.replace("    - \n      exp_labels", "    - exp_labels")
}

/// How many worlds are evaluated in both ways: 32, or as many as `PROPTEST_CASES` says.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(32)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_change_nothing(world in world()) {
        let folder = tempfile::tempdir().expect("a folder for the world");
        let worlds = [world];
        let planned = run(&worlds, folder.path(), false);
        let in_turn = run(&worlds, folder.path(), true);
        prop_assert_eq!(format!("{planned:#?}"), format!("{in_turn:#?}"));
    }
}

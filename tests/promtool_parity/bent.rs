//! This repository's test files, as they stand and with each expectation bent in turn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use promql_syntax::{format_duration, parse_duration};
use regex::Regex;
use rulecheck::outcome::Status;
use rulecheck::replay::run::RunOptions;
use serde_yaml::{Mapping, Value};

use crate::ours;
use crate::promtool::Promtool;

const KINDS: [&str; 2] = ["alert_rule_test", "promql_expr_test"];

/// A way to bend an expectation.
struct Way {
    expectation: Mapping,
    /// Whether it must fail now. Where only the time was moved it may go either way.
    must_fail: bool,
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.to_string_lossy().ends_with(".test.yml"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn the_fixtures_pass_with_promtool_too() {
    let Some(promtool) = Promtool::find() else { return };
    let files = fixtures();
    let theirs = promtool.test(&files);
    let failed: Vec<_> = theirs
        .iter()
        .filter(|(_, failures)| !failures.is_empty())
        .collect();
    assert!(failed.is_empty(), "promtool: {failed:#?}");
    let ours = ours::test(&files, &RunOptions::default());
    assert_eq!(ours.unreadable, Vec::<String>::new());
    assert_eq!(ours.outcomes.len(), theirs.len(), "the same tests are run");
    let failed = ours.outcomes.iter().filter(|o| o.status != Status::Passed);
    assert_eq!(failed.count(), 0);
}

#[test]
fn bent_expectations_have_the_same_verdicts() {
    let folder = tempfile::tempdir().expect("a folder for the tests");
    let mut files = Vec::new();
    // How many expectations of a test must fail.
    let mut must_fail = BTreeMap::new();
    for fixture in fixtures() {
        let path = folder.path().join(fixture.file_name().expect("a file"));
        let text = std::fs::read_to_string(&fixture).expect("the fixture can be read");
        let mut file: Mapping = serde_yaml::from_str(&text).expect("the fixture is YAML");
        let mut tests = Vec::new();
        for test in sequence(&file, "tests") {
            let test = test.as_mapping().expect("a test");
            let ways = bend(test, interval(&file));
            let (failing, moved): (Vec<_>, Vec<_>) = ways.into_iter().partition(|(_, way)| way.must_fail);
            for (suffix, ways) in [("bent", &failing), ("moved", &moved)] {
                let name = format!("{} {suffix}", tests.len());
                if suffix == "bent" {
                    must_fail.insert((path.clone(), name.clone()), ways.len());
                }
                tests.push(Value::from(with_expectations(test, name, ways)));
            }
        }
        file.insert("tests".into(), tests.into());
        make_absolute(&mut file, fixture.parent().expect("a folder"));
        std::fs::write(&path, serde_yaml::to_string(&file).expect("YAML")).expect("writes the tests");
        files.push(path);
    }
    println!("{} bent expectations", must_fail.values().sum::<usize>());
    let ours = ours::test(&files, &RunOptions::default());
    assert_eq!(ours.unreadable, Vec::<String>::new());
    let ours: BTreeMap<_, Vec<String>> = ours
        .outcomes
        .into_iter()
        .map(|o| {
            (
                (o.path, o.name),
                o.failures.iter().map(|f| our_place(&f.message)).collect(),
            )
        })
        .collect();
    for (key, count) in &must_fail {
        assert_eq!(ours[key].len(), *count, "all are noticed: {key:?}");
    }
    let Some(promtool) = Promtool::find() else { return };
    for (key, failures) in promtool.test(&files) {
        let mut theirs: Vec<String> = failures.iter().map(|f| their_place(f)).collect();
        let mut ours = ours[&key].clone();
        theirs.sort();
        ours.sort();
        assert_eq!(ours, theirs, "what fails is the same: {key:?}");
    }
}

/// `HighErrorRate 5m` of a failure of ours.
fn our_place(message: &str) -> String {
    static PLACE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(?:`(?s:(.*))`|(\w+)) .*?\bat ((?:\d+[a-z]+)+)\b").expect("compiles"));
    let place = PLACE
        .captures(message)
        .unwrap_or_else(|| panic!("no place in {message:?}"));
    let name = place.get(1).or(place.get(2)).expect("one of them").as_str();
    format!("{name} {}", &place[3])
}

/// The same of a failure of promtool's.
fn their_place(failure: &str) -> String {
    static PLACE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?:alertname: (\w+)|expr: "(.*)"), time: (\w+),"#).expect("compiles"));
    let place = PLACE
        .captures(failure)
        .unwrap_or_else(|| panic!("no place in {failure:?}"));
    let name = place.get(1).or(place.get(2)).expect("one of them").as_str();
    format!(
        "{} {}",
        name.replace("\\\"", "\"").replace("\\n", "\n"),
        &place[3]
    )
}

fn interval(file: &Mapping) -> i64 {
    file.get("evaluation_interval")
        .and_then(Value::as_str)
        .map_or(60_000, |i| parse_duration(i).expect("a duration"))
}

/// A test with these expectations in the place of its own.
fn with_expectations(test: &Mapping, name: String, ways: &[(&str, Way)]) -> Mapping {
    let mut test = test.clone();
    test.insert("name".into(), name.into());
    for kind in KINDS {
        let ways = ways.iter().filter(|(of, _)| *of == kind);
        let expectations: Vec<Value> = ways.map(|(_, way)| way.expectation.clone().into()).collect();
        test.insert(kind.into(), expectations.into());
    }
    test
}

fn make_absolute(file: &mut Mapping, folder: &Path) {
    let Some(Value::Sequence(rules)) = file.get_mut("rule_files") else {
        return;
    };
    for rule in rules {
        let path = folder.join(rule.as_str().expect("a path"));
        *rule = path.to_string_lossy().into_owned().into();
    }
}

/// All ways to bend one expectation of a test.
fn bend(test: &Mapping, interval: i64) -> Vec<(&'static str, Way)> {
    let mut bent = Vec::new();
    for kind in KINDS {
        for expectation in sequence(test, kind) {
            let expectation = expectation.as_mapping().expect("an expectation");
            let of_content = match kind {
                "alert_rule_test" => bent_alerts(expectation),
                _ => bent_samples(expectation),
            };
            for (must_fail, ways) in [(false, moved(expectation, interval)), (true, of_content)] {
                bent.extend(ways.into_iter().map(|expectation| {
                    (
                        kind,
                        Way {
                            expectation,
                            must_fail,
                        },
                    )
                }));
            }
        }
    }
    bent
}

/// The expectation an evaluation earlier and later.
fn moved(expectation: &Mapping, interval: i64) -> Vec<Mapping> {
    let at = match expectation.get("eval_time") {
        Some(Value::String(text)) => parse_duration(text).expect("a duration"),
        _ => 0,
    };
    [at - interval, at - 1, at + interval]
        .iter()
        .filter(|at| **at >= 0)
        .map(|moved| {
            let mut expectation = expectation.clone();
            expectation.insert("eval_time".into(), format_duration(*moved).into());
            expectation
        })
        .collect()
}

fn bent_alerts(expectation: &Mapping) -> Vec<Mapping> {
    let alerts = sequence(expectation, "exp_alerts");
    let with = |alerts: Vec<Value>| {
        let mut expectation = expectation.clone();
        expectation.insert("exp_alerts".into(), alerts.into());
        expectation
    };
    let mut one_more = alerts.to_vec();
    one_more.push(Value::Mapping(Mapping::new()));
    let mut ways = vec![with(one_more)];
    for (number, alert) in alerts.iter().enumerate() {
        let mut fewer = alerts.to_vec();
        fewer.remove(number);
        ways.push(with(fewer));
        let alert = alert.as_mapping().expect("an alert");
        for part in ["exp_labels", "exp_annotations"] {
            let pairs = alert
                .get(part)
                .and_then(Value::as_mapping)
                .cloned()
                .unwrap_or_default();
            for pairs in bent_pairs(&pairs) {
                let mut alert = alert.clone();
                alert.insert(part.into(), pairs.into());
                let mut alerts = alerts.to_vec();
                alerts[number] = alert.into();
                ways.push(with(alerts));
            }
        }
    }
    ways
}

fn bent_pairs(pairs: &Mapping) -> Vec<Mapping> {
    let mut ways = Vec::new();
    for (key, value) in pairs {
        let mut changed = pairs.clone();
        let text = format!("{} ", value.as_str().unwrap_or_default());
        changed.insert(key.clone(), text.into());
        ways.push(changed);
        let mut removed = pairs.clone();
        removed.remove(key);
        ways.push(removed);
    }
    let mut added = pairs.clone();
    added.insert("bent".into(), "yes".into());
    ways.push(added);
    ways
}

fn bent_samples(expectation: &Mapping) -> Vec<Mapping> {
    let samples = sequence(expectation, "exp_samples");
    let with = |samples: Vec<Value>| {
        let mut expectation = expectation.clone();
        expectation.insert("exp_samples".into(), samples.into());
        expectation
    };
    let mut one_more = samples.to_vec();
    one_more.push(serde_yaml::from_str("{labels: bent, value: 1}").expect("YAML"));
    let mut ways = vec![with(one_more)];
    for (number, sample) in samples.iter().enumerate() {
        let mut fewer = samples.to_vec();
        fewer.remove(number);
        ways.push(with(fewer));
        let sample = sample.as_mapping().expect("a sample");
        let value = sample.get("value").and_then(Value::as_f64).unwrap_or(0.0);
        for (key, changed) in [
            ("value", Value::from(value.next_up())),
            ("value", Value::from(-value - 1.0)),
            ("labels", Value::from("bent{a=\"b\"}")),
        ] {
            let mut sample = sample.clone();
            sample.insert(key.into(), changed);
            let mut samples = samples.to_vec();
            samples[number] = sample.into();
            ways.push(with(samples));
        }
    }
    ways
}

fn sequence<'v>(mapping: &'v Mapping, key: &str) -> &'v [Value] {
    mapping
        .get(key)
        .and_then(Value::as_sequence)
        .map_or(&[], Vec::as_slice)
}

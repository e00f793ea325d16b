//! What the tests of this room share.

use std::sync::Arc;

use promql_engine::{Engine, EngineOptions, Labels, Sample, SampleValue, Storage};

use super::rule::{self, Rule};
use super::world::World;
use crate::model::rules::RuleFile;
use crate::model::unit_tests::UnitTestFile;
use crate::model::{self, Document, ReadOptions};
use crate::source::SourceFile;

fn documents(text: &str) -> Vec<Document> {
    let file = Arc::new(SourceFile::new("file.yml", text.to_owned()));
    let reading = model::read(&file, ReadOptions::default());
    assert!(
        reading.diagnostics.is_empty(),
        "{text}: {:?}",
        reading.diagnostics
    );
    reading.documents
}

/// A rule file without fault.
pub(super) fn rule_file(text: &str) -> RuleFile {
    let rules = documents(text).into_iter().find_map(|document| match document {
        Document::Rules(rules) => Some(rules),
        _ => None,
    });
    rules.expect("rules")
}

/// A test file without fault.
pub(super) fn test_file(text: &str) -> UnitTestFile {
    let tests = documents(text).into_iter().find_map(|document| match document {
        Document::UnitTests(tests) => Some(tests),
        _ => None,
    });
    tests.expect("tests")
}

/// The rules of one group, each written as a YAML flow mapping.
pub(super) fn rules(list: &[&str]) -> Vec<Rule> {
    let rules: String = list.iter().map(|rule| format!("  - {rule}\n")).collect();
    let file = rule_file(&format!("groups:\n- name: g\n  rules:\n{rules}"));
    rule::in_order(&[&file], &[])
}

/// A world without series.
pub(super) fn world() -> World<'static> {
    World {
        storage: Storage::new(),
        engine: Engine::new(EngineOptions::default()),
        external_labels: &[],
        external_url: "",
    }
}

/// Labels as `name=value` pairs.
pub(super) fn labels(pairs: &[(&str, &str)]) -> Labels {
    Labels::new(pairs.iter().copied())
}

/// A sample that a rule's expression might return.
pub(super) fn sample(pairs: &[(&str, &str)], value: f64) -> Sample {
    Sample {
        labels: labels(pairs),
        timestamp: 0,
        value: SampleValue::Float(value),
    }
}

/// `a{b="c"} 1`, sorted, of samples that a rule writes.
pub(super) fn shown(samples: &[(Labels, SampleValue)]) -> Vec<String> {
    let show = |(labels, value): &(Labels, SampleValue)| match value {
        SampleValue::Float(value) => format!("{} {value}", labels.metric_form()),
        SampleValue::Histogram(histogram) => format!("{} {histogram}", labels.metric_form()),
    };
    let mut shown: Vec<String> = samples.iter().map(show).collect();
    shown.sort();
    shown
}

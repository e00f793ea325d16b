//! Unit-test files: the format of `promtool test rules`, and what rulecheck adds to it.
//!
//! Each part of the format has a room of its own, with its table of fields beside what is read of it.

mod alert_selector;
mod alerts;
mod expected;
mod generator;
mod group;
mod input;
mod input_fields;
mod parameters;
mod receivers;
mod samples;
mod timeline;
mod timestamp;

use std::sync::Arc;

use super::format::{Field, Shape, Value};
use super::reader::{Located, Reader};
use super::text::Text;
use crate::source::{Node, SourceFile};

pub use alert_selector::{AlertSelector, EVERY_ALERT};
pub use alerts::{AlertTest, ExpectedAlert};
pub use expected::{ExpectedValue, Match};
pub use generator::{Generator, Histogram, Noise, Phase, Point, Sine};
pub use group::TestGroup;
pub use input::{InputSeries, Sampling, SeriesFile};
pub use parameters::Row;
pub use receivers::{ExpectedNotification, ReceiversTest};
pub use samples::{ExpectedLabel, ExpectedSample, ExprTest};
pub use timeline::{ExpectedTimeline, TimelinePart};

/// A unit-test file.
#[derive(Clone, Debug)]
pub struct UnitTestFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Rule files, or globs of them, relative to this file.
    pub rule_files: Vec<Text>,
    /// Time between evaluations in milliseconds, for rule groups and tests that set none.
    pub evaluation_interval: Option<Located<i64>>,
    /// Names of rule groups in the order in which they are evaluated at one time.
    pub group_eval_order: Vec<Text>,
    /// Whether values may differ in their last bit.
    pub fuzzy_compare: bool,
    /// Alertmanager's configuration, relative to this file, for tests that name none.
    pub alertmanager: Option<Text>,
    /// The tests.
    pub tests: Vec<TestGroup>,
}

/// The fields of a unit-test file.
pub static FILE: Shape = Shape {
    name: "TestFile",
    what: "a test file",
    about: "Tests of alerting and recording rules, in the format of `promtool test rules` and more.",
    fields: &[
        Field::new(
            "rule_files",
            Value::List(&Value::Text),
            "The rule files to test, or globs of them, relative to this file.",
        ),
        Field::new(
            "evaluation_interval",
            Value::Duration,
            "The time between evaluations; one minute where it is left out.",
        ),
        Field::new(
            "group_eval_order",
            Value::List(&Value::Text),
            "Names of rule groups in the order in which they are evaluated at one time.",
        ),
        Field::new(
            "fuzzy_compare",
            Value::Boolean,
            "Whether values may differ in their last bit.",
        ),
        expected::MATCH,
        receivers::ALERTMANAGER,
        Field::new("tests", Value::List(&Value::Fields(&group::TEST)), "The tests."),
    ],
};

/// Reads a unit-test file's root.
pub fn read_unit_tests(reader: &mut Reader<'_>, root: &Node) -> UnitTestFile {
    let mut read = UnitTestFile {
        file: reader.file.clone(),
        rule_files: Vec::new(),
        evaluation_interval: None,
        group_eval_order: Vec::new(),
        fuzzy_compare: false,
        alertmanager: None,
        tests: Vec::new(),
    };
    let Some(fields) = reader.fields(root, &FILE) else {
        return read;
    };
    if let Some(list) = fields.get("rule_files") {
        for node in reader.sequence(list, "`rule_files`") {
            read.rule_files.extend(reader.text(node, "a rule file"));
        }
    }
    read.evaluation_interval = fields
        .get("evaluation_interval")
        .and_then(|n| reader.duration(n, "evaluation_interval"));
    if let Some(list) = fields.get("group_eval_order") {
        for node in reader.sequence(list, "`group_eval_order`") {
            read.group_eval_order
                .extend(reader.text(node, "the name of a group"));
        }
    }
    read.fuzzy_compare = fields
        .get("fuzzy_compare")
        .and_then(|n| reader.boolean(n, "fuzzy_compare"))
        .is_some_and(|b| b.value);
    read.alertmanager = fields
        .get("alertmanager")
        .and_then(|n| reader.text(n, "alertmanager"));
    let matching = expected::read_match(reader, &fields, Match::Exact);
    if let Some(list) = fields.get("tests") {
        for (number, node) in reader.sequence(list, "`tests`").iter().enumerate() {
            read.tests
                .extend(group::read_test(reader, node, number, matching));
        }
    }
    receivers::check_configured(reader, &read);
    read
}

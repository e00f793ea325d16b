//! Unit-test files in the format of `promtool test rules`.

mod generator;
mod input;

use std::ops::Range;
use std::sync::Arc;

use super::reader::{Located, Reader, codes};
use super::rules::Expression;
use super::text::Text;
use crate::source::{Node, SourceFile};

pub use generator::{Generator, Histogram, Noise, Phase, Point, Sine};
pub use input::{InputSeries, Sampling, SeriesFile};

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
    /// The tests.
    pub tests: Vec<TestGroup>,
}

/// Series and what is expected of the rules that see them.
#[derive(Clone, Debug)]
pub struct TestGroup {
    /// Byte range of the test.
    pub range: Range<usize>,
    /// Its name.
    pub name: Option<Text>,
    /// Time between the samples of the series, in milliseconds.
    pub interval: Option<Located<i64>>,
    /// The series.
    pub input_series: Vec<InputSeries>,
    /// What alerts are expected.
    pub alert_rule_test: Vec<AlertTest>,
    /// What expressions are expected to return.
    pub promql_expr_test: Vec<ExprTest>,
    /// Labels that alerts see as `$externalLabels`.
    pub external_labels: Vec<(Text, Text)>,
    /// What alerts see as `$externalURL`.
    pub external_url: Option<Text>,
    /// When the replay starts, in milliseconds since the epoch.
    pub start_timestamp: Option<Located<i64>>,
}

/// The alerts of one name expected at one time.
#[derive(Clone, Debug)]
pub struct AlertTest {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// When, in milliseconds since the start.
    pub eval_time: Located<i64>,
    /// The name of the alert.
    pub alertname: Option<Text>,
    /// The alerts that are to fire; none where empty.
    pub exp_alerts: Vec<ExpectedAlert>,
}

/// An alert that is to fire.
#[derive(Clone, Debug)]
pub struct ExpectedAlert {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// Its labels, `alertname` not among them.
    pub labels: Vec<(Text, Text)>,
    /// Its annotations.
    pub annotations: Vec<(Text, Text)>,
}

/// What an expression is to return at one time.
#[derive(Clone, Debug)]
pub struct ExprTest {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// The expression.
    pub expr: Option<Expression>,
    /// When, in milliseconds since the start.
    pub eval_time: Located<i64>,
    /// The samples; none where empty.
    pub exp_samples: Vec<ExpectedSample>,
}

/// A sample that an expression is to return.
#[derive(Clone, Debug)]
pub struct ExpectedSample {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// The metric with its labels.
    pub labels: Option<Text>,
    /// The value.
    pub value: f64,
    /// The histogram in series notation, in place of the value.
    pub histogram: Option<Text>,
}

const FILE_FIELDS: [&str; 5] = [
    "rule_files",
    "evaluation_interval",
    "group_eval_order",
    "tests",
    "fuzzy_compare",
];
const GROUP_FIELDS: [&str; 8] = [
    "interval",
    "input_series",
    "alert_rule_test",
    "promql_expr_test",
    "external_labels",
    "external_url",
    "name",
    "start_timestamp",
];

/// Reads a unit-test file's root.
pub fn read_unit_tests(reader: &mut Reader<'_>, root: &Node) -> UnitTestFile {
    let mut read = UnitTestFile {
        file: reader.file.clone(),
        rule_files: Vec::new(),
        evaluation_interval: None,
        group_eval_order: Vec::new(),
        fuzzy_compare: false,
        tests: Vec::new(),
    };
    let Some(fields) = reader.mapping(root, "a test file", &FILE_FIELDS) else {
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
    if let Some(list) = fields.get("tests") {
        for node in reader.sequence(list, "`tests`") {
            read.tests.extend(read_test(reader, node));
        }
    }
    read
}

fn read_test(reader: &mut Reader<'_>, node: &Node) -> Option<TestGroup> {
    let fields = reader.mapping(node, "a test", &GROUP_FIELDS)?;
    let mut list = |key: &str| match fields.get(key) {
        Some(list) => reader.sequence(list, &format!("`{key}`")),
        None => &[],
    };
    let (series, alerts, exprs) = (
        list("input_series"),
        list("alert_rule_test"),
        list("promql_expr_test"),
    );
    Some(TestGroup {
        name: fields
            .get("name")
            .and_then(|n| reader.text(n, "the name of a test")),
        interval: fields
            .get("interval")
            .and_then(|n| reader.duration(n, "interval")),
        input_series: series.iter().filter_map(|n| input::read(reader, n)).collect(),
        alert_rule_test: alerts.iter().filter_map(|n| read_alert_test(reader, n)).collect(),
        promql_expr_test: exprs.iter().filter_map(|n| read_expr_test(reader, n)).collect(),
        external_labels: fields
            .get("external_labels")
            .map_or(Vec::new(), |n| reader.text_map(n, "external_labels")),
        external_url: fields
            .get("external_url")
            .and_then(|n| reader.text(n, "external_url")),
        start_timestamp: fields
            .get("start_timestamp")
            .and_then(|n| read_timestamp(reader, n)),
        range: fields.range,
    })
}

fn read_alert_test(reader: &mut Reader<'_>, node: &Node) -> Option<AlertTest> {
    let fields = reader.mapping(node, "an alert test", &["eval_time", "alertname", "exp_alerts"])?;
    let eval_time = read_eval_time(reader, &fields);
    let alertname = fields.get("alertname").and_then(|n| reader.text(n, "alertname"));
    if alertname.as_ref().is_none_or(|n| n.as_str().is_empty()) {
        reader.missing(
            "an alert test",
            "alertname",
            fields.range.clone(),
            "Name the alert: `alertname: …`.",
        );
    }
    let mut exp_alerts = Vec::new();
    if let Some(list) = fields.get("exp_alerts") {
        for node in reader.sequence(list, "`exp_alerts`") {
            let known = ["exp_labels", "exp_annotations"];
            let Some(fields) = reader.mapping(node, "an expected alert", &known) else {
                continue;
            };
            let mut map = |key| fields.get(key).map_or(Vec::new(), |n| reader.text_map(n, key));
            let (labels, annotations) = (map("exp_labels"), map("exp_annotations"));
            exp_alerts.push(ExpectedAlert {
                range: fields.range,
                labels,
                annotations,
            });
        }
    }
    Some(AlertTest {
        range: fields.range,
        eval_time,
        alertname,
        exp_alerts,
    })
}

fn read_expr_test(reader: &mut Reader<'_>, node: &Node) -> Option<ExprTest> {
    let fields = reader.mapping(node, "an expression test", &["expr", "eval_time", "exp_samples"])?;
    let expr = fields.get("expr").and_then(|n| reader.text(n, "an expression"));
    if expr.is_none() {
        reader.missing(
            "an expression test",
            "expr",
            fields.range.clone(),
            "Write the expression: `expr: …`.",
        );
    }
    let eval_time = read_eval_time(reader, &fields);
    let mut exp_samples = Vec::new();
    if let Some(list) = fields.get("exp_samples") {
        for node in reader.sequence(list, "`exp_samples`") {
            let known = ["labels", "value", "histogram"];
            let Some(fields) = reader.mapping(node, "an expected sample", &known) else {
                continue;
            };
            let labels = fields.get("labels").and_then(|n| reader.text(n, "labels"));
            let value = fields
                .get("value")
                .and_then(|n| reader.float(n, "value"))
                .map_or(0.0, |v| v.value);
            let histogram = fields.get("histogram").and_then(|n| reader.text(n, "histogram"));
            let histogram = histogram.filter(|h| !h.as_str().is_empty());
            exp_samples.push(ExpectedSample {
                range: fields.range,
                labels,
                value,
                histogram,
            });
        }
    }
    Some(ExprTest {
        range: fields.range,
        expr: expr.map(Expression::new),
        eval_time,
        exp_samples,
    })
}

/// The time of an assertion; the start where none is written.
fn read_eval_time(reader: &mut Reader<'_>, fields: &super::reader::Fields<'_>) -> Located<i64> {
    let start = fields.range.start;
    let read = fields
        .get("eval_time")
        .and_then(|n| reader.duration(n, "eval_time"));
    read.unwrap_or(Located {
        value: 0,
        range: start..start,
    })
}

/// A time in RFC 3339 or in seconds since the epoch.
fn read_timestamp(reader: &mut Reader<'_>, node: &Node) -> Option<Located<i64>> {
    let text = reader.text(node, "start_timestamp")?;
    if node.is_null() {
        return None;
    }
    let seconds = text.as_str().parse::<f64>().ok().filter(|s| s.is_finite());
    let millis = seconds.map(|s| (s * 1000.0).round() as i64).or_else(|| {
        text.as_str()
            .parse::<jiff::Timestamp>()
            .ok()
            .map(|t| t.as_millisecond())
    });
    match millis {
        Some(value) => Some(Located {
            value,
            range: text.raw(),
        }),
        None => {
            let message = format!(
                "cannot parse \"{}\" to a valid timestamp: {} refuses the file",
                text.as_str(),
                reader.consumer
            );
            let help = "Write seconds since the epoch, or a time like `2026-01-31T12:00:00Z`.";
            reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
            None
        }
    }
}

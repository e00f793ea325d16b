//! A test: series, and what is expected of the rules that see them.

use std::ops::Range;

use super::alerts::{self, AlertTest};
use super::input::{self, InputSeries};
use super::input_fields;
use super::receivers::{self, ReceiversTest};
use super::samples::{self, ExprTest};
use super::timestamp::read_timestamp;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Located, Reader};
use crate::model::text::Text;
use crate::source::Node;

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
    /// Alertmanager's configuration, relative to the file; that of the file where nothing is written.
    pub alertmanager: Option<Text>,
    /// Who is to be notified.
    pub receivers: Vec<ReceiversTest>,
    /// Labels that alerts see as `$externalLabels`.
    pub external_labels: Vec<(Text, Text)>,
    /// What alerts see as `$externalURL`.
    pub external_url: Option<Text>,
    /// When the replay starts, in milliseconds since the epoch.
    pub start_timestamp: Option<Located<i64>>,
}

/// The fields of a test.
pub(super) static TEST: Shape = Shape {
    name: "Test",
    what: "a test",
    about: "Series, and what is expected of the rules that see them.",
    fields: &[
        Field::new("name", Value::Text, "What the test shows; `--run` chooses by it."),
        Field::new(
            "interval",
            Value::Duration,
            "The time between the samples of the series; that between evaluations where it is left out.",
        ),
        Field::new(
            "input_series",
            Value::List(&Value::Fields(&input_fields::SERIES)),
            "The series that the rules see.",
        ),
        Field::new(
            "alert_rule_test",
            Value::List(&Value::Fields(&alerts::ALERT_TEST)),
            "Which alerts are expected, and when.",
        ),
        Field::new(
            "promql_expr_test",
            Value::List(&Value::Fields(&samples::EXPRESSION_TEST)),
            "What expressions are expected to return, and when.",
        ),
        receivers::ALERTMANAGER,
        Field::new(
            "receivers",
            Value::List(&Value::Fields(&receivers::RECEIVERS_TEST)),
            "Who is notified, by the configuration that `alertmanager` names.",
        ),
        Field::new(
            "external_labels",
            Value::Map(&Value::Text),
            "What templates see as `$externalLabels`.",
        ),
        Field::new(
            "external_url",
            Value::Text,
            "What templates see as `$externalURL`.",
        ),
        Field::new(
            "start_timestamp",
            Value::Time,
            "When the clock starts: seconds since the epoch, or a time like `2026-01-31T12:00:00Z`; 0 where it is left out.",
        ),
    ],
};

/// Reads a test.
pub(super) fn read_test(reader: &mut Reader<'_>, node: &Node) -> Option<TestGroup> {
    let fields = reader.fields(node, &TEST)?;
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
        alert_rule_test: alerts
            .iter()
            .filter_map(|n| alerts::read_alert_test(reader, n))
            .collect(),
        promql_expr_test: exprs
            .iter()
            .filter_map(|n| samples::read_expr_test(reader, n))
            .collect(),
        alertmanager: fields
            .get("alertmanager")
            .and_then(|n| reader.text(n, "alertmanager")),
        receivers: receivers::read_all(reader, &fields),
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

/// The time of an assertion; the start where none is written.
pub(super) fn read_eval_time(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Located<i64> {
    let start = fields.range.start;
    let read = fields
        .get("eval_time")
        .and_then(|n| reader.duration(n, "eval_time"));
    read.unwrap_or(Located {
        value: 0,
        range: start..start,
    })
}

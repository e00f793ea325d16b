//! A test: series, and what is expected of the rules that see them.

use std::ops::Range;

use super::alert_selector::AlertSelector;
use super::alerts::{self, AlertTest, ExpectedAlert};
use super::expected::{self, Match, read_match};
use super::input::{self, InputSeries};
use super::input_fields;
use super::parameters::{self, Row};
use super::receivers::{self, ReceiversTest};
use super::samples::{self, ExprTest};
use super::timeline::{self, ExpectedTimeline};
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
    /// Its number in the file, from 0; the same for all rows of `parameters`.
    pub number: usize,
    /// Its name.
    pub name: Option<Text>,
    /// The row of `parameters` that it is run with, where it has such.
    pub row: Option<Row>,
    /// Time between the samples of the series, in milliseconds.
    pub interval: Option<Located<i64>>,
    /// The series.
    pub input_series: Vec<InputSeries>,
    /// What alerts are expected.
    pub alert_rule_test: Vec<AlertTest>,
    /// What expressions are expected to return.
    pub promql_expr_test: Vec<ExprTest>,
    /// Alerts that do not fire in the whole run.
    pub never_fires: Vec<AlertSelector>,
    /// The states of alerts over time.
    pub timeline: Vec<ExpectedTimeline>,
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

impl TestGroup {
    /// The name that is shown, and by which tests with parameters are chosen.
    pub fn title(&self) -> String {
        let row = self.row.as_ref();
        if let Some(own) = row.and_then(|row| row.get("name")) {
            return own.as_str().to_owned();
        }
        let name = match self.name.as_ref().map(Text::as_str) {
            None | Some("") => format!("test {}", self.number + 1),
            Some(name) => name.to_owned(),
        };
        match row {
            None => name,
            Some(row) => format!("{name} [{}]", row.title()),
        }
    }

    /// The name by which the test is chosen: the one that is written, which may be empty as for promtool.
    pub fn chosen_by(&self) -> String {
        match &self.row {
            None => self.name.as_ref().map_or("", Text::as_str).to_owned(),
            Some(_) => self.title(),
        }
    }

    /// Whether it asserts anything of the alerts of this name.
    pub fn asserts_alert(&self, name: &str) -> bool {
        let timelines = self.timeline.iter().map(|timeline| &timeline.alert);
        let told = self.receivers.iter().filter_map(|test| test.alert.as_ref());
        let mut selectors = timelines.chain(&self.never_fires).chain(told);
        self.alert_rule_test.iter().any(|test| test.is_about(name))
            || selectors.any(|selector| selector.chooses_name(name))
    }

    /// The names of the alerts of which it asserts something, as far as they are written out.
    pub fn alert_names(&self) -> impl Iterator<Item = &str> {
        let at_times = self.alert_rule_test.iter().flat_map(|test| {
            let own = test.alertname.as_ref().filter(|_| !test.is_about_every_alert());
            let own = own.map(Text::as_str).into_iter();
            own.chain(test.exp_alerts.iter().filter_map(ExpectedAlert::name))
        });
        let timelines = self.timeline.iter().map(|timeline| &timeline.alert);
        let told = self.receivers.iter().filter_map(|test| test.alert.as_ref());
        let selectors = timelines.chain(&self.never_fires).chain(told);
        at_times.chain(selectors.filter_map(|selector| selector.name.as_deref()))
    }

    /// A test that could not be read.
    pub(super) fn unread(range: Range<usize>, number: usize) -> TestGroup {
        TestGroup {
            range,
            number,
            name: None,
            row: None,
            interval: None,
            input_series: Vec::new(),
            alert_rule_test: Vec::new(),
            promql_expr_test: Vec::new(),
            alertmanager: None,
            receivers: Vec::new(),
            never_fires: Vec::new(),
            timeline: Vec::new(),
            external_labels: Vec::new(),
            external_url: None,
            start_timestamp: None,
        }
    }
}

/// The fields of a test.
pub(super) static TEST: Shape = Shape {
    name: "Test",
    what: "a test",
    about: "Series, and what is expected of the rules that see them.",
    fields: &[
        Field::new("name", Value::Text, "What the test shows; `--run` chooses by it."),
        Field::new(
            parameters::KEY,
            Value::List(&Value::Map(&Value::Text)),
            "A table: the test is run for each row, with the row's values in place of `${name}` in all its texts. A \
             row may have a `name`.",
        ),
        expected::MATCH,
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
            "never_fires",
            Value::Any(&[Value::Text, Value::List(&Value::Text)]),
            "Alerts that do not fire in the whole run: `HighErrorRate`, `HighErrorRate{job=\"web\"}`, `*`.",
        ),
        Field::new(
            "timeline",
            Value::Map(&Value::Text),
            "The states of alerts over time: `0m..5m inactive, 5m..10m pending, 10m..30m firing, then inactive`.",
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

/// Reads a test, for each row of its parameters. `outer` is what `match` says for the file, `number` counts the
/// tests of the file from 0.
pub(super) fn read_test(reader: &mut Reader<'_>, node: &Node, number: usize, outer: Match) -> Vec<TestGroup> {
    match node.get(parameters::KEY) {
        Some(table) => parameters::read_rows(reader, node, table, number, outer),
        None => read_group(reader, node, number, outer, None)
            .into_iter()
            .collect(),
    }
}

/// Reads a test in which parameters have been replaced by the values of a row, where it has such.
pub(super) fn read_group(
    reader: &mut Reader<'_>,
    node: &Node,
    number: usize,
    outer: Match,
    row: Option<Row>,
) -> Option<TestGroup> {
    let fields = reader.fields(node, &TEST)?;
    let matching = read_match(reader, &fields, outer);
    let mut test = TestGroup {
        row,
        ..TestGroup::unread(fields.range.clone(), number)
    };
    let mut list = |key: &str| match fields.get(key) {
        Some(list) => reader.sequence(list, &format!("`{key}`")),
        None => &[],
    };
    let (series, alerts, exprs) = (
        list("input_series"),
        list("alert_rule_test"),
        list("promql_expr_test"),
    );
    test.input_series = series.iter().filter_map(|n| input::read(reader, n)).collect();
    let alerts = alerts.iter();
    test.alert_rule_test = alerts
        .filter_map(|n| alerts::read_alert_test(reader, n, matching))
        .collect();
    let exprs = exprs.iter();
    test.promql_expr_test = exprs
        .filter_map(|n| samples::read_expr_test(reader, n, matching))
        .collect();
    if let Some(node) = fields.get("never_fires") {
        test.never_fires = alerts::read_never_fires(reader, node);
    }
    if let Some(node) = fields.get("timeline") {
        test.timeline = timeline::read_timelines(reader, node);
    }
    test.receivers = receivers::read_all(reader, &fields);
    if let Some(node) = fields.get("external_labels") {
        test.external_labels = reader.text_map(node, "external_labels");
    }
    let mut text = |key: &str, what: &str| fields.get(key).and_then(|n| reader.text(n, what));
    test.name = text("name", "the name of a test");
    test.alertmanager = text("alertmanager", "alertmanager");
    test.external_url = text("external_url", "external_url");
    let interval = fields.get("interval");
    test.interval = interval.and_then(|n| reader.duration(n, "interval"));
    let start = fields.get("start_timestamp");
    test.start_timestamp = start.and_then(|n| read_timestamp(reader, n));
    Some(test)
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

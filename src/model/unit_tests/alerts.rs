//! What alerts are expected at a time, or never.

use std::ops::Range;

use super::alert_selector::{AlertSelector, EVERY_ALERT};
use super::expected::{self, ExpectedValue, Match, read_match, read_values};
use super::group::read_eval_time;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Fields, Located, Reader, codes, first_line};
use crate::model::text::Text;
use crate::outcome::AlertState;
use crate::source::{Node, NodeKind};

/// The alerts of one name expected at one time.
#[derive(Clone, Debug)]
pub struct AlertTest {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// When, in milliseconds since the start.
    pub eval_time: Located<i64>,
    /// The name of the alert, or `*`.
    pub alertname: Option<Text>,
    /// How much of each alert must be written.
    pub matching: Match,
    /// The alerts that are to be there; where it is empty, none may fire.
    pub exp_alerts: Vec<ExpectedAlert>,
}

impl AlertTest {
    /// Whether it is about every alert of the rule files at once.
    pub fn is_about_every_alert(&self) -> bool {
        self.alertname
            .as_ref()
            .is_some_and(|name| name.as_str() == EVERY_ALERT)
    }

    /// Whether it is about the alerts of this name.
    pub fn is_about(&self, name: &str) -> bool {
        let written = self.alertname.as_ref().map(Text::as_str);
        written == Some(name) || self.is_about_every_alert()
    }
}

/// An alert in the state that it is to have.
#[derive(Clone, Debug)]
pub struct ExpectedAlert {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// Its state. Where it is inactive, no alert with these labels may be pending or firing.
    pub state: AlertState,
    /// Its labels; where the name of the alert is known, `alertname` need not be among them.
    pub labels: Vec<(Text, ExpectedValue)>,
    /// Its annotations.
    pub annotations: Vec<(Text, ExpectedValue)>,
}

impl ExpectedAlert {
    /// The name of the alert among its labels, where it is written out.
    pub fn name(&self) -> Option<&str> {
        let label = self.labels.iter().find(|(name, _)| name.as_str() == "alertname");
        label
            .filter(|(_, value)| value.regex.is_none())
            .map(|(_, value)| value.as_str())
    }
}

/// The fields of an alert test.
pub(super) static ALERT_TEST: Shape = Shape {
    name: "AlertTest",
    what: "an alert test",
    about: "The alerts of one name that are expected at one time.",
    fields: &[
        Field::new("eval_time", Value::Duration, "When, from the start of the test."),
        Field::required(
            "alertname",
            Value::Text,
            "The name of the alert; `*` is every alert of the rule files at once.",
        ),
        expected::MATCH,
        Field::new(
            "exp_alerts",
            Value::List(&Value::Fields(&EXPECTED_ALERT)),
            "The alerts that are to be there. Others may not fire.",
        ),
    ],
};

/// The fields of an expected alert.
pub(super) static EXPECTED_ALERT: Shape = Shape {
    name: "ExpectedAlert",
    what: "an expected alert",
    about: "An alert in the state that it is to have.",
    fields: &[
        Field::new(
            "state",
            Value::Choice(&STATES),
            "`firing` where it is left out. `inactive`: no alert with these labels is pending or firing.",
        ),
        Field::new(
            "exp_labels",
            Value::Map(&Value::Text),
            "Its labels, those of the series among them; `alertname` goes without saying. `~ \"…\"` is a regular \
             expression.",
        ),
        Field::new(
            "exp_annotations",
            Value::Map(&Value::Text),
            "Its annotations. `~ \"…\"` is a regular expression.",
        ),
    ],
};

/// The states, as they are written.
pub(super) const STATES: [&str; 3] = ["pending", "firing", "inactive"];

/// The state of a name in [`STATES`].
pub(super) fn state_of(name: &str) -> Option<AlertState> {
    let states = [AlertState::Pending, AlertState::Firing, AlertState::Inactive];
    states.into_iter().find(|state| state.as_str() == name)
}

/// Reads an alert test. `outer` is what `match` says further out.
pub(super) fn read_alert_test(reader: &mut Reader<'_>, node: &Node, outer: Match) -> Option<AlertTest> {
    let fields = reader.fields(node, &ALERT_TEST)?;
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
    let mut test = AlertTest {
        eval_time,
        alertname,
        matching: read_match(reader, &fields, outer),
        exp_alerts: Vec::new(),
        range: fields.range.clone(),
    };
    if let Some(list) = fields.get("exp_alerts") {
        for node in reader.sequence(list, "`exp_alerts`") {
            let alert = read_expected(reader, node, &test);
            test.exp_alerts.extend(alert);
        }
    }
    Some(test)
}

fn read_expected(reader: &mut Reader<'_>, node: &Node, test: &AlertTest) -> Option<ExpectedAlert> {
    let fields = reader.fields(node, &EXPECTED_ALERT)?;
    let state = fields
        .get("state")
        .and_then(|n| reader.choice(n, "state", &STATES))
        .and_then(state_of);
    let mut map = |key| {
        fields
            .get(key)
            .map_or(Vec::new(), |n| read_values(reader, n, key))
    };
    let (labels, annotations) = (map("exp_labels"), map("exp_annotations"));
    let alert = ExpectedAlert {
        range: fields.range.clone(),
        state: state.unwrap_or(AlertState::Firing),
        labels,
        annotations,
    };
    report_vain(reader, &fields, test, &alert);
    Some(alert)
}

/// Reports what is expected in vain.
fn report_vain(reader: &mut Reader<'_>, fields: &Fields<'_>, test: &AlertTest, alert: &ExpectedAlert) {
    if alert.state == AlertState::Inactive {
        if let Some(entry) = fields
            .entry("exp_annotations")
            .filter(|_| !alert.annotations.is_empty())
        {
            let message = "an inactive alert has no annotations: the test cannot run";
            let help =
                "Remove `exp_annotations`: with `state: inactive` the labels say which alert is not active.";
            reader.error(codes::INVALID_VALUE, entry.key.place(), message, help);
        }
    } else if test.is_about_every_alert()
        && test.matching == Match::Exact
        && alert.labels.iter().all(|(name, _)| name.as_str() != "alertname")
    {
        let message = "an alert expected under `alertname: '*'` has no `alertname` among its labels: no alert is like it";
        let help = "Write it: `exp_labels: {alertname: …}`. With `match: subset` it may be left out.";
        let range = first_line(reader.file, alert.range.clone());
        reader.error(codes::MISSING_FIELD, range, message, help);
    }
}

/// Reads `never_fires`: a list of alerts, or one.
pub(super) fn read_never_fires(reader: &mut Reader<'_>, node: &Node) -> Vec<AlertSelector> {
    let nodes = match &node.kind {
        NodeKind::Scalar(_) if !node.is_null() => std::slice::from_ref(node),
        _ => reader.sequence(node, "`never_fires`"),
    };
    let texts: Vec<Text> = nodes
        .iter()
        .filter_map(|node| reader.text(node, "the name of an alert"))
        .collect();
    texts
        .into_iter()
        .filter_map(|text| AlertSelector::read(reader, text))
        .collect()
}

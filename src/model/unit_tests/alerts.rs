//! What alerts are expected at a time.

use std::ops::Range;

use super::group::read_eval_time;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Located, Reader};
use crate::model::text::Text;
use crate::source::Node;

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

/// The fields of an alert test.
pub(super) static ALERT_TEST: Shape = Shape {
    name: "AlertTest",
    what: "an alert test",
    about: "The alerts of one name that are expected at one time.",
    fields: &[
        Field::new("eval_time", Value::Duration, "When, from the start of the test."),
        Field::required("alertname", Value::Text, "The name of the alert."),
        Field::new(
            "exp_alerts",
            Value::List(&Value::Fields(&EXPECTED_ALERT)),
            "The alerts that are to fire; none where it is empty or left out.",
        ),
    ],
};

/// The fields of an expected alert.
pub(super) static EXPECTED_ALERT: Shape = Shape {
    name: "ExpectedAlert",
    what: "an expected alert",
    about: "An alert that is to fire.",
    fields: &[
        Field::new(
            "exp_labels",
            Value::Map(&Value::Text),
            "Its labels, those of the series among them; `alertname` goes without saying.",
        ),
        Field::new("exp_annotations", Value::Map(&Value::Text), "Its annotations."),
    ],
};

/// Reads an alert test.
pub(super) fn read_alert_test(reader: &mut Reader<'_>, node: &Node) -> Option<AlertTest> {
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
    let mut exp_alerts = Vec::new();
    if let Some(list) = fields.get("exp_alerts") {
        for node in reader.sequence(list, "`exp_alerts`") {
            exp_alerts.extend(read_expected(reader, node));
        }
    }
    Some(AlertTest {
        range: fields.range,
        eval_time,
        alertname,
        exp_alerts,
    })
}

fn read_expected(reader: &mut Reader<'_>, node: &Node) -> Option<ExpectedAlert> {
    let fields = reader.fields(node, &EXPECTED_ALERT)?;
    let mut map = |key| fields.get(key).map_or(Vec::new(), |n| reader.text_map(n, key));
    let (labels, annotations) = (map("exp_labels"), map("exp_annotations"));
    Some(ExpectedAlert {
        range: fields.range,
        labels,
        annotations,
    })
}

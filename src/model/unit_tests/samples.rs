//! What an expression is expected to return at a time.

use std::ops::Range;

use promql_syntax::LabelMatcher;
use promql_syntax::series::parse_metric;

use super::expected::{self, Match, read_match};
use super::group::read_eval_time;
use crate::model::format::{Field, Shape, Value};
use crate::model::reader::{Located, Reader};
use crate::model::rules::Expression;
use crate::model::text::Text;
use crate::source::Node;

/// What an expression is to return at one time.
#[derive(Clone, Debug)]
pub struct ExprTest {
    /// Byte range of the entry.
    pub range: Range<usize>,
    /// The expression.
    pub expr: Option<Expression>,
    /// When, in milliseconds since the start.
    pub eval_time: Located<i64>,
    /// How much of the labels must be written.
    pub matching: Match,
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
    /// What the labels must match, where they are written as a selector: `{job=~"api|web"}`.
    pub matchers: Option<Vec<ExpectedLabel>>,
    /// The value.
    pub value: f64,
    /// The histogram in series notation, in place of the value.
    pub histogram: Option<Text>,
}

/// What a label of a sample must match.
#[derive(Clone, Debug)]
pub struct ExpectedLabel {
    /// The label; `__name__` for the name of the metric.
    pub name: String,
    /// What its value must match.
    pub matcher: LabelMatcher,
    /// The matcher as written, without the label.
    pub text: String,
}

/// The fields of an expression test.
pub(super) static EXPRESSION_TEST: Shape = Shape {
    name: "ExpressionTest",
    what: "an expression test",
    about: "What an expression is to return at one time.",
    fields: &[
        Field::required("expr", Value::Text, "The expression."),
        Field::new("eval_time", Value::Duration, "When, from the start of the test."),
        expected::MATCH,
        Field::new(
            "exp_samples",
            Value::List(&Value::Fields(&EXPECTED_SAMPLE)),
            "The samples; none where it is empty or left out.",
        ),
    ],
};

/// The fields of an expected sample.
pub(super) static EXPECTED_SAMPLE: Shape = Shape {
    name: "ExpectedSample",
    what: "an expected sample",
    about: "A sample that an expression is to return.",
    fields: &[
        Field::new(
            "labels",
            Value::Text,
            "The metric with its labels: `up{job=\"api\"}`, or a selector: `up{job=~\"api|web\"}`.",
        ),
        Field::new("value", Value::Number, "The value."),
        Field::new(
            "histogram",
            Value::Text,
            "The native histogram in series notation, in the place of the value: `{{schema:0 sum:5 count:4 buckets:[1 2 1]}}`.",
        ),
    ],
};

/// Reads an expression test. `outer` is what `match` says further out.
pub(super) fn read_expr_test(reader: &mut Reader<'_>, node: &Node, outer: Match) -> Option<ExprTest> {
    let fields = reader.fields(node, &EXPRESSION_TEST)?;
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
            exp_samples.extend(read_expected(reader, node));
        }
    }
    Some(ExprTest {
        matching: read_match(reader, &fields, outer),
        range: fields.range,
        expr: expr.map(Expression::new),
        eval_time,
        exp_samples,
    })
}

fn read_expected(reader: &mut Reader<'_>, node: &Node) -> Option<ExpectedSample> {
    let fields = reader.fields(node, &EXPECTED_SAMPLE)?;
    let labels = fields.get("labels").and_then(|n| reader.text(n, "labels"));
    let value = fields
        .get("value")
        .and_then(|n| reader.float(n, "value"))
        .map_or(0.0, |v| v.value);
    let histogram = fields.get("histogram").and_then(|n| reader.text(n, "histogram"));
    Some(ExpectedSample {
        range: fields.range,
        matchers: labels.as_ref().and_then(matchers),
        labels,
        value,
        histogram: histogram.filter(|h| !h.as_str().is_empty()),
    })
}

/// What labels must match, where they are written as a selector and not as a metric.
fn matchers(labels: &Text) -> Option<Vec<ExpectedLabel>> {
    let written = labels.as_str();
    if parse_metric(written).is_ok() {
        return None;
    }
    let matchers = promql_syntax::parse_metric_selector(written).ok()?;
    let mut read = Vec::with_capacity(matchers.len());
    for matcher in &matchers {
        let behind = matcher.name.span.end..matcher.span.end;
        let text = written.get(behind).filter(|text| !text.is_empty());
        read.push(ExpectedLabel {
            name: matcher.name.name.clone(),
            matcher: LabelMatcher::new(matcher).ok()?,
            text: text.unwrap_or(&matcher.value).trim().to_owned(),
        });
    }
    Some(read)
}

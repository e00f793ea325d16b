//! The course of a test, for drawing: what went in, what the expressions of its rules were worth over time, which
//! states the alerts had, and when something was asserted.
//!
//! All times are milliseconds since the start of the replay. What is many is thinned out: of each curve its first and
//! last points and its extremes are kept, and it is said how many curves are left out.

use super::{RuleSource, TimelineSpan};

/// The course of a test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The last evaluation.
    pub end_ms: i64,
    /// From one evaluation to the next.
    pub interval_ms: i64,
    /// What was asserted, in the order of time.
    pub assertions: Vec<Assertion>,
    /// The alerting rules that are asserted or were active: the asserted ones first.
    pub rules: Vec<RuleTrace>,
    /// How many rules that were active are left out.
    pub rules_left_out: usize,
    /// The expressions that are asserted, each once.
    pub expressions: Vec<ExpressionTrace>,
    /// The input series, by metric, in the order of the file.
    pub inputs: Vec<InputTrace>,
    /// How many metrics of the input are left out.
    pub inputs_left_out: usize,
}

/// Something asserted of one moment, or of the whole replay.
#[derive(Clone, Debug, PartialEq)]
pub struct Assertion {
    /// Of what.
    pub subject: Subject,
    /// When; none where it is about the whole replay.
    pub at_ms: Option<i64>,
    /// What, in a few words: `2 alerts fire`.
    pub claim: String,
    /// Whether it held; none where it was not judged.
    pub held: Option<bool>,
    /// Line in the test file, from 1.
    pub line: usize,
}

/// What an assertion is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The alert of this name.
    Alert(String),
    /// This expression.
    Expression(String),
}

/// An alerting rule over the replay.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleTrace {
    /// Where it stands.
    pub source: RuleSource,
    /// The name of its group.
    pub group: String,
    /// The lines of the rule as they are written, from that of [`RuleSource::line`] on.
    pub text: String,
    /// `for`, in milliseconds.
    pub hold_ms: i64,
    /// `keep_firing_for`, in milliseconds.
    pub keep_firing_for_ms: i64,
    /// The highest state of its alerts over time.
    pub spans: Vec<TimelineSpan>,
    /// What its expression compares. Where it compares nothing, what it returns.
    pub conditions: Vec<Condition>,
}

/// A comparison, as far as it can be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What is compared, as written.
    pub text: String,
    /// Its values.
    pub values: Curves,
    /// What it is compared with.
    pub bound: Option<Bound>,
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The operator, with the value on its left.
    pub operator: &'static str,
    /// What is on its right, as written.
    pub text: String,
    /// The values of that.
    pub values: Curves,
}

/// An expression that a test asserts something of.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpressionTrace {
    /// As written.
    pub text: String,
    /// What it returns.
    pub values: Curves,
}

/// The input series of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct InputTrace {
    /// The metric.
    pub metric: String,
    /// Its series.
    pub values: Curves,
}

/// Values over time of one or several series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// Those that are drawn, sorted by labels.
    pub drawn: Vec<Curve>,
    /// How many are left out.
    pub left_out: usize,
    /// The unit of the values, where the names of metrics tell it: `s`, `B/s`.
    pub unit: Option<String>,
    /// Whether the values are the numbers of observations in native histograms.
    pub observations: bool,
    /// Why there are none, where they could not be had.
    pub error: Option<String>,
}

/// The values of a series over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// The labels, sorted by name, without the name of the metric.
    pub labels: Vec<(String, String)>,
    /// Points in ascending order of time. Where there is no value, the series has a gap until the next point.
    pub points: Vec<CurvePoint>,
    /// Of how many points these are left, where they are not all and more lie off the lines between them.
    pub thinned_from: Option<usize>,
}

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// When.
    pub at_ms: i64,
    /// The value there.
    pub value: Option<f64>,
}

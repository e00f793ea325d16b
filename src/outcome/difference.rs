//! What differs between what an assertion expected and what happened, piece by piece. It holds values, not their
//! drawing.

use std::ops::Range;
use std::path::PathBuf;

use super::AlertState;

/// What differs, by what was asserted.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The alerts at one time.
    Alerts(AlertsDifference),
    /// What an expression returned at one time.
    Samples(SamplesDifference),
    /// The states of an alert over time.
    States(StatesDifference),
    /// Alerts that fired though they never were to.
    Fired(Vec<Fired>),
}

/// How alerts differ from those expected. Each is paired with the one most like it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertsDifference {
    /// Expected alerts with those that came in their place.
    pub pairs: Vec<AlertPair>,
    /// Expected alerts in whose place none came.
    pub missing: Vec<ShownAlert>,
    /// Alerts that came in the place of none.
    pub unexpected: Vec<ShownAlert>,
    /// How many alerts came as expected.
    pub agreeing: usize,
}

/// An alert as it was expected or as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownAlert {
    /// Line of the expectation in the test file, from 1; none for an alert that came.
    pub line: Option<usize>,
    /// Byte range of the expectation in the test file.
    pub entry: Option<Range<usize>>,
    /// Its state.
    pub state: AlertState,
    /// Its labels, sorted by name. A regular expression is written `~ "…"`.
    pub labels: Vec<(String, String)>,
    /// Its annotations, sorted by name.
    pub annotations: Vec<(String, String)>,
}

/// An expected alert and the one that came in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertPair {
    /// Line of the expectation in the test file, from 1.
    pub line: Option<usize>,
    /// Byte range of the expectation in the test file.
    pub entry: Option<Range<usize>>,
    /// The state that was expected.
    pub expected_state: AlertState,
    /// The state that it had.
    pub actual_state: AlertState,
    /// The labels of both, sorted by name.
    pub labels: Vec<Item>,
    /// The annotations of both, sorted by name.
    pub annotations: Vec<Item>,
}

/// A label or an annotation of two things that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name; `__name__` for the name of a metric.
    pub name: String,
    /// How its values compare.
    pub change: Change,
}

/// How two values of one name compare.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// As expected.
    Same(String),
    /// It came, and nothing is said of it.
    NotCompared(String),
    /// It was expected and did not come.
    Missing {
        /// The value that was expected.
        expected: String,
    },
    /// It came and was not expected.
    Unexpected {
        /// The value that came.
        actual: String,
    },
    /// It came with another value.
    Differs {
        /// The value that was expected.
        expected: String,
        /// The value that came.
        actual: String,
        /// Both in one, word by word; empty where a regular expression was expected.
        words: Vec<Word>,
    },
}

/// A piece of a text that is compared with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// In both.
    Same(String),
    /// In the expected text alone.
    Expected(String),
    /// In the actual text alone.
    Actual(String),
}

/// How samples differ from those expected. Each is paired with the one most like it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SamplesDifference {
    /// Expected samples with those that came in their place.
    pub pairs: Vec<SamplePair>,
    /// Expected samples in whose place none came.
    pub missing: Vec<ShownSample>,
    /// Samples that came in the place of none.
    pub unexpected: Vec<ShownSample>,
    /// How many samples came as expected.
    pub agreeing: usize,
}

/// A sample as it was expected or as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownSample {
    /// Line of the expectation in the test file, from 1; none for a sample that came.
    pub line: Option<usize>,
    /// Byte range of the expectation in the test file.
    pub entry: Option<Range<usize>>,
    /// The metric with its labels.
    pub metric: String,
    /// The value, or the histogram in series notation.
    pub value: String,
}

/// An expected sample and the one that came in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct SamplePair {
    /// Line of the expectation in the test file, from 1.
    pub line: Option<usize>,
    /// Byte range of the expectation in the test file.
    pub entry: Option<Range<usize>>,
    /// The metric as it came.
    pub metric: String,
    /// The labels of both, `__name__` among them.
    pub labels: Vec<Item>,
    /// How the values compare; none where one of them is a histogram.
    pub value: Option<NumberPair>,
    /// How the histograms compare, in series notation, where there is one.
    pub histogram: Option<Change>,
}

/// Two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberPair {
    /// The one that was expected.
    pub expected: f64,
    /// The one that came.
    pub actual: f64,
    /// Whether they count as the same.
    pub same: bool,
}

impl NumberPair {
    /// By how much the actual number is above the expected one.
    pub fn difference(&self) -> f64 {
        self.actual - self.expected
    }

    /// The difference as a share of the expected number; none where that is 0 or either is not finite.
    pub fn relative(&self) -> Option<f64> {
        Some(self.difference() / self.expected.abs()).filter(|share| share.is_finite())
    }
}

/// How the states of an alert differ from those expected over time. The actual states are in
/// [`Failure::timeline`](super::Failure::timeline).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatesDifference {
    /// What was expected, in ascending order. Times are milliseconds since the start of the replay.
    pub expected: Vec<ExpectedSpan>,
    /// Where it did not hold, in ascending order.
    pub deviations: Vec<Deviation>,
}

/// A span of time in which a state was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedSpan {
    /// Its begin.
    pub from_ms: i64,
    /// Its end, which is no longer part of it; none where it lasts until the end of the run.
    pub until_ms: Option<i64>,
    /// The state.
    pub state: AlertState,
}

/// Evaluations in a row at which an alert had another state than expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The first of them.
    pub from_ms: i64,
    /// The last of them.
    pub to_ms: i64,
    /// The state that was expected.
    pub expected: AlertState,
    /// The state that it had.
    pub actual: AlertState,
}

/// An alert that fired.
#[derive(Clone, Debug, PartialEq)]
pub struct Fired {
    /// Its labels, sorted by name.
    pub labels: Vec<(String, String)>,
    /// The first and the last evaluation of each time that it fired, in milliseconds since the start.
    pub spans: Vec<(i64, i64)>,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSource {
    /// The name of the alert or of the recorded metric.
    pub name: String,
    /// The file, as it is shown.
    pub path: PathBuf,
    /// Line of the rule, from 1.
    pub line: usize,
    /// Its expression, as written.
    pub expression: String,
    /// Line of the expression, from 1.
    pub expression_line: usize,
}

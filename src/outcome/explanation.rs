//! What an expression was worth, part by part. It holds values, not their drawing. Times are milliseconds since the
//! start of the replay.

use super::RuleSource;

/// What an expression was worth at an evaluation, and when its outcome was another one before and after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The rule; none where the expression is that of a test.
    pub rule: Option<RuleSource>,
    /// The expression is evaluated at this time.
    pub at_ms: i64,
    /// The parts of the expression: first the whole, each before its operands.
    pub parts: Vec<ExplainedPart>,
    /// The last evaluation before that returned other series.
    pub before: Option<Turn>,
    /// The first evaluation after it that returned other series.
    pub after: Option<Turn>,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedPart {
    /// How many parts it is within.
    pub depth: usize,
    /// Its text.
    pub text: String,
    /// Its text with `…` in the place of each operand that is a part itself.
    pub outline: String,
    /// Whether it is a number, which is worth what it says.
    pub is_literal: bool,
    /// What it was worth.
    pub worth: Worth,
    /// When it was evaluated where that is another time: within a subquery, the last of its steps.
    pub elsewhen_ms: Option<i64>,
    /// Why nothing came of it.
    pub why: Option<String>,
}

/// The value of a part.
#[derive(Clone, Debug, PartialEq)]
pub enum Worth {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Series, each with its value.
    Series {
        /// How many there are.
        count: usize,
        /// The first of them.
        first: Vec<WorthSeries>,
    },
    /// Series, each with several samples.
    Ranges {
        /// How many there are.
        count: usize,
        /// The first of them.
        first: Vec<WorthRange>,
    },
    /// It could not be evaluated, for this reason.
    Fault(String),
}

impl Worth {
    /// Whether it is no series at all.
    pub fn is_nothing(&self) -> bool {
        matches!(
            self,
            Worth::Series { count: 0, .. } | Worth::Ranges { count: 0, .. }
        )
    }
}

/// A series with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct WorthSeries {
    /// The metric with its labels.
    pub metric: String,
    /// The value, or the histogram in series notation.
    pub value: String,
}

/// A series with several samples.
#[derive(Clone, Debug, PartialEq)]
pub struct WorthRange {
    /// The metric with its labels.
    pub metric: String,
    /// How many samples there are.
    pub samples: usize,
    /// Time and value of the first.
    pub first: (i64, String),
    /// Time and value of the last.
    pub last: (i64, String),
}

/// An evaluation at which the outcome was another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// When.
    pub at_ms: i64,
    /// What was worth something else then: the numbers of the parts with their values.
    pub changed: Vec<(usize, Worth)>,
}

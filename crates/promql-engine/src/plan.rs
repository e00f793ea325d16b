//! What is to be evaluated: the syntax tree with everything resolved that does not depend on data.
//!
//! Durations are numbers, matchers are compiled, functions are looked up, parentheses are gone. Parts that have
//! the same value at every step ([`Kind::StepInvariant`]) are marked at the highest place possible, by
//! Prometheus' rules. Each node has a slot, under which the evaluation remembers things about it. A plan knows nothing of
//! data.

mod build;
mod duration;

use std::sync::Arc;

use promql_syntax::Span;
use promql_syntax::ast::{AggregateOp, BinaryOp, FillValues, RangeExtension, Side, ValueType};

use crate::call::{RangeFunction, WholeFunction};
use crate::labels::Labels;
use crate::matcher::Matcher;

/// A prepared query.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The expression.
    pub(crate) root: Node,
    /// How many slots its nodes have.
    pub(crate) slots: usize,
    /// Whether it depends on the range or step of the query through `range()` and `step()` in durations.
    pub(crate) depends_on_query: bool,
}

/// The part of a query that durations may depend on, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueryShape {
    /// `range()`.
    pub(crate) range: i64,
    /// `step()`.
    pub(crate) step: i64,
}

/// An expression to evaluate.
#[derive(Debug)]
pub(crate) struct Node {
    /// Where it stands in the query.
    pub(crate) span: Span,
    /// Its type.
    pub(crate) value_type: ValueType,
    /// Where the evaluation keeps what it remembers.
    pub(crate) slot: usize,
    /// What it is.
    pub(crate) kind: Kind,
}

/// The kinds of node.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A number.
    Number(f64),
    /// A constant of the query: `start()`, `end()`, `range()`, `step()`.
    Bound(Bound),
    /// A string.
    String(Arc<str>),
    /// An instant vector selector.
    Selector(Selector),
    /// A range vector selector.
    RangeSelector(RangeSelector),
    /// A subquery.
    Subquery(Box<Subquery>),
    /// `-expr`.
    Negate(Box<Node>),
    /// `lhs op rhs`.
    Binary(Box<Binary>),
    /// An aggregation.
    Aggregate(Box<Aggregate>),
    /// A function call.
    Call(Box<CallNode>),
    /// The value at the first step holds at all steps.
    StepInvariant(Box<Node>),
}

/// A constant of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// When it starts.
    Start,
    /// When it ends.
    End,
    /// How long it is.
    Range,
    /// Its step; 0 where it has a single one.
    Step,
}

/// The time that an `@` modifier fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// None: the time of the step.
    Step,
    /// A time in milliseconds.
    Time(i64),
    /// The start of the query.
    QueryStart,
    /// The end of the query.
    QueryEnd,
    /// In the parameter of an aggregation, which Prometheus does not prepare, a fixed time is that of the first
    /// step and goes on with the steps from there.
    FromFirstStep(i64),
}

/// Which series, and at what time.
#[derive(Debug)]
pub(crate) struct Selector {
    /// All matchers, that of the metric name among them.
    pub(crate) matchers: Vec<Matcher>,
    /// How far to look back from the time, in milliseconds; negative to look ahead.
    pub(crate) offset: i64,
    /// The time.
    pub(crate) at: At,
    /// `anchored` or `smoothed`.
    pub(crate) extension: Option<RangeExtension>,
    /// Only sums and counts of histograms are wanted; Prometheus then reads nothing else.
    pub(crate) histogram_totals_only: bool,
}

/// Which series, and over what range.
#[derive(Debug)]
pub(crate) struct RangeSelector {
    /// The series.
    pub(crate) selector: Selector,
    /// The length of the range.
    pub(crate) range: Length,
}

/// The length of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Length {
    /// In milliseconds, a part of one cut off.
    pub(crate) millis: i64,
    /// In seconds.
    pub(crate) seconds: f64,
}

/// An expression evaluated on a grid of its own.
#[derive(Debug)]
pub(crate) struct Subquery {
    /// The expression.
    pub(crate) expr: Node,
    /// The length of the range.
    pub(crate) range: Length,
    /// The step in milliseconds; none for the default.
    pub(crate) step: Option<i64>,
    /// How far to look back, in milliseconds.
    pub(crate) offset: i64,
    /// The time.
    pub(crate) at: At,
}

/// A binary operation.
#[derive(Debug)]
pub(crate) struct Binary {
    /// The operator.
    pub(crate) op: BinaryOp,
    /// Whether a comparison returns 0 or 1 rather than filter.
    pub(crate) returns_bool: bool,
    /// How vectors are matched.
    pub(crate) matching: Matching,
    /// Left operand.
    pub(crate) lhs: Node,
    /// Right operand.
    pub(crate) rhs: Node,
}

/// How two vectors are matched.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    /// Compare the named labels only, rather than all but those.
    pub(crate) on: bool,
    /// The named labels.
    pub(crate) labels: Vec<String>,
    /// The side that may have several series for each of the other; none for one to one.
    pub(crate) many: Option<Side>,
    /// The labels to copy from the "one" side.
    pub(crate) include: Vec<String>,
    /// Values for what is missing.
    pub(crate) fill: FillValues,
}

/// An aggregation.
#[derive(Debug)]
pub(crate) struct Aggregate {
    /// The operator.
    pub(crate) op: AggregateOp,
    /// Group by all labels but those named.
    pub(crate) without: bool,
    /// The named labels.
    pub(crate) labels: Vec<String>,
    /// The parameter.
    pub(crate) param: Option<Node>,
    /// The parameter as written.
    pub(crate) param_text: String,
    /// What is aggregated.
    pub(crate) expr: Node,
}

/// A function call.
#[derive(Debug)]
pub(crate) struct CallNode {
    /// The name.
    pub(crate) name: String,
    /// How it is evaluated.
    pub(crate) function: Function,
    /// The arguments.
    pub(crate) args: Vec<Node>,
    /// Where the arguments stand, without enclosing parentheses.
    pub(crate) spans: Vec<Span>,
    /// The labels that the first argument's matchers fix, for `absent` and `absent_over_time`.
    pub(crate) absent_labels: Labels,
}

/// How a function is evaluated.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    /// A function of the samples of a range vector, which is the argument at `range_arg`.
    Range {
        /// The function.
        function: RangeFunction,
        /// Which argument is the range vector.
        range_arg: usize,
    },
    /// A function of everything else.
    Whole(WholeFunction),
    /// `timestamp`
    Timestamp,
    /// `start_timestamp`
    StartTimestamp,
    /// `absent_over_time`
    AbsentOverTime,
    /// `info`
    Info,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Function::Range { .. } => "Range",
            Function::Whole(_) => "Whole",
            Function::Timestamp => "Timestamp",
            Function::StartTimestamp => "StartTimestamp",
            Function::AbsentOverTime => "AbsentOverTime",
            Function::Info => "Info",
        })
    }
}

#[cfg(test)]
mod tests;

//! What a test asserted and what happened, as data. The replay builds outcomes; renderers show them.

mod coverage;
mod difference;
mod explanation;
mod mutation;
mod trace;

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

pub use difference::{
    AlertPair, AlertsDifference, Change, Deviation, Difference, ExpectedSpan, Fired, Item, NumberPair,
    RuleSource, SamplePair, SamplesDifference, ShownAlert, ShownSample, StatesDifference, Word,
};
pub use explanation::{ExplainedPart, Explanation, Turn, Worth, WorthRange, WorthSeries};

pub use coverage::{Coverage, CoverageTally, CoveredRule, Element, ElementKind};
pub use mutation::{Fate, IdleSeries, Mutant, MutatedRule, Mutation, MutationScore, Remedy, TestName};

/// How good the tests are, as far as that was measured.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// What the tests have seen and asserted of the rules.
    pub coverage: Option<Coverage>,
    /// What became of rules that were changed on purpose.
    pub mutation: Option<Mutation>,
}
pub use trace::{
    Assertion, Bound, Condition, Curve, CurvePoint, Curves, ExpressionTrace, InputTrace, RuleTrace, Subject,
    Trace,
};

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Everything asserted held.
    Passed,
    /// Something asserted did not hold.
    Failed,
    /// The test could not be judged: it or a rule file that it needs is broken.
    Error,
}

impl Status {
    /// `passed`, `failed` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::Error => "error",
        }
    }
}

/// One test: a test group of a unit-test file, or one `eval` of a script.
#[derive(Clone, Debug)]
pub struct TestOutcome {
    /// The test file, as shown.
    pub path: PathBuf,
    /// The name of the group, or a description of its place where it has none.
    pub name: String,
    /// Line of the test in its file, from 1.
    pub line: Option<usize>,
    /// How it ended.
    pub status: Status,
    /// What did not hold; empty where it passed.
    pub failures: Vec<Failure>,
    /// Names of the alerts whose firing or silence it asserted, in the order of the file, each once.
    pub alerts: Vec<String>,
    /// What is odd about it though it could be judged: an alert, say, that no rule defines.
    pub remarks: Vec<Remark>,
    /// What rules were worth at times that the user asked about.
    pub explanations: Vec<Explanation>,
    /// All series at the end of the test, as promtool writes them, where the user wants to see them.
    pub dump: Option<String>,
    /// How long it took to run.
    pub took: Duration,
    /// Its course, where somebody asked for it.
    pub trace: Option<Box<Trace>>,
}

/// Something to know about a test that makes it neither pass nor fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// One sentence.
    pub message: String,
    /// Line in the test file, from 1.
    pub line: Option<usize>,
}

/// One assertion that did not hold, or one reason why a test could not be judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What kind of assertion: `alert`, `never_fires`, `timeline`, `promql`, `eval`, `evaluation`, `receivers`,
    /// `input`, `rules`, `config`.
    pub kind: &'static str,
    /// One sentence.
    pub message: String,
    /// What the test expected, as text made for comparing.
    pub expected: Option<String>,
    /// What happened, in the same form.
    pub actual: Option<String>,
    /// What differs, piece by piece.
    pub difference: Option<Difference>,
    /// The asserted moment, in milliseconds since the start of the replay, where there is one.
    pub at_ms: Option<i64>,
    /// The rules that it is about, where there are such.
    pub rules: Vec<RuleSource>,
    /// Line in the test file, from 1.
    pub line: Option<usize>,
    /// Column in that line, from 1, where the failure is about a single piece of text rather than an entry.
    pub column: Option<usize>,
    /// The states of the alert over the replay where the failure is about an alert.
    pub timeline: Option<Timeline>,
    /// Byte range in the test file of what is asserted; none where it stands for several values.
    pub entry: Option<Range<usize>>,
    /// What its expressions were worth at the asserted moment, where the user wants to know.
    pub explanations: Vec<Explanation>,
}

impl Failure {
    /// A failure without values to compare and without a place; both can be added.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
            expected: None,
            actual: None,
            difference: None,
            at_ms: None,
            rules: Vec::new(),
            line: None,
            column: None,
            timeline: None,
            entry: None,
            explanations: Vec::new(),
        }
    }
}

/// The states of one alerting rule over a replay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Consecutive spans in ascending order.
    pub spans: Vec<TimelineSpan>,
    /// The asserted moment, in milliseconds since the start of the replay.
    pub asserted_at_ms: Option<i64>,
}

/// A span of time during which an alert kept its state.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineSpan {
    /// First evaluation in this state, in milliseconds since the start of the replay.
    pub from_ms: i64,
    /// Last evaluation in this state, in milliseconds since the start of the replay.
    pub to_ms: i64,
    /// The highest state that any of the rule's alerts had.
    pub state: AlertState,
    /// How many alerts were pending or firing at most; an upper bound where several rules share the name.
    pub active: usize,
}

/// The state of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// The expression returns nothing for it.
    Inactive,
    /// Active for less than its `for`.
    Pending,
    /// Firing.
    Firing,
}

impl AlertState {
    /// `inactive`, `pending` or `firing`.
    pub fn as_str(self) -> &'static str {
        match self {
            AlertState::Inactive => "inactive",
            AlertState::Pending => "pending",
            AlertState::Firing => "firing",
        }
    }
}

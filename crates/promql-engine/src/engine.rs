//! The engine: options, prepared queries, instant and range evaluation.

use std::time::{Duration, Instant};

use promql_syntax::ast::Expr;

use crate::error::EvalError;
use crate::storage::Storage;
use crate::value::QueryResult;

/// How queries are evaluated. Durations are milliseconds.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// How old the newest sample of a series may be for the series to have a value.
    pub lookback_delta_ms: i64,
    /// The step of subqueries that name none.
    pub default_subquery_step_ms: i64,
    /// How many samples a query may hold at a time.
    pub max_samples: usize,
    /// How long a query may run.
    pub timeout: Option<Duration>,
    /// Drop metric names at the end of the query rather than in every operation.
    pub delayed_name_removal: bool,
    /// Judge by the labels `__type__` and `__unit__` rather than by the metric's name.
    pub type_and_unit_labels: bool,
    /// Let `rate` and the like look at start timestamps.
    pub use_start_timestamps: bool,
}

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            lookback_delta_ms: 300_000,
            default_subquery_step_ms: 60_000,
            max_samples: 50_000_000,
            timeout: None,
            delayed_name_removal: false,
            type_and_unit_labels: false,
            use_start_timestamps: false,
        }
    }
}

/// A query, prepared once and evaluated many times. It remembers what it found out about a storage's series, so
/// an evaluation costs less while no series are added. A clone shares the text and remembers for itself: use one
/// for each storage.
pub struct Query {
    text: String,
    expr: Expr,
}

impl Query {
    /// A query from its text and its tree.
    pub fn new(text: impl Into<String>, expr: Expr) -> Self {
        Query {
            text: text.into(),
            expr,
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }
}

/// Evaluates queries.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    options: EngineOptions,
}

impl Engine {
    /// An engine with these options.
    pub fn new(options: EngineOptions) -> Self {
        Engine { options }
    }

    /// The options.
    pub fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// The value at one time, in milliseconds since the epoch.
    pub fn instant(&self, storage: &Storage, query: &Query, t: i64) -> Result<QueryResult, EvalError> {
        let _ = (storage, query, t, self.deadline());
        Err(EvalError::new("evaluation has not been built in yet"))
    }

    /// The values at `start`, `start + step`, … up to `end`, all in milliseconds.
    pub fn range(
        &self,
        storage: &Storage,
        query: &Query,
        start: i64,
        end: i64,
        step: i64,
    ) -> Result<QueryResult, EvalError> {
        let _ = (storage, query, start, end, step, self.deadline());
        Err(EvalError::new("evaluation has not been built in yet"))
    }

    fn deadline(&self) -> Option<Instant> {
        self.options.timeout.map(|timeout| Instant::now() + timeout)
    }
}

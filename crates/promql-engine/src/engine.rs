//! The engine: its options, instant and range evaluation.

use std::time::{Duration, Instant};

use crate::annotations::Annotations;
use crate::error::EvalError;
use crate::eval::{Budget, Evaluator, QueryTimes};
use crate::plan::{Node, QueryShape};
use crate::query::Query;
use crate::steps::Steps;
use crate::storage::{MAX_TIME, Storage};
use crate::value::{Instants, QueryResult};

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
        let times = QueryTimes {
            start: t,
            end: t,
            step: 0,
        };
        self.query(storage, query, times, Steps::instant(t))
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
        let times = QueryTimes { start, end, step };
        self.query(storage, query, times, Steps::range(start, end, step))
    }

    /// The instant vectors at `start`, `start + step`, … up to `end`, all in milliseconds, from one evaluation over
    /// all of them. Scalars are vectors of one sample without labels.
    ///
    /// Each is what [`Engine::instant`] returns at its time, with two exceptions: what depends on the bounds of the
    /// query (`@ start()`, `step()`) depends on those of all times together; and where series come and go, samples
    /// may stand in another order.
    pub fn instants(
        &self,
        storage: &Storage,
        query: &Query,
        start: i64,
        end: i64,
        step: i64,
    ) -> Result<Instants, EvalError> {
        let times = QueryTimes { start, end, step };
        let steps = Steps::range(start, end, step);
        self.evaluate(storage, query, times, |evaluator, root| {
            evaluator.instants(root, steps)
        })
    }

    fn query(
        &self,
        storage: &Storage,
        query: &Query,
        times: QueryTimes,
        steps: Steps,
    ) -> Result<QueryResult, EvalError> {
        self.evaluate(storage, query, times, |evaluator, root| {
            let value = evaluator.result(root, steps)?;
            Ok(QueryResult {
                value,
                annotations: std::mem::take(&mut evaluator.annotations),
            })
        })
    }

    fn evaluate<T>(
        &self,
        storage: &Storage,
        query: &Query,
        times: QueryTimes,
        result: impl Fn(&mut Evaluator<'_>, &Node) -> Result<T, EvalError>,
    ) -> Result<T, EvalError> {
        if times.step < 0 || (times.step == 0 && times.start != times.end) {
            return Err(EvalError::new(
                "zero or negative query resolution step widths are not accepted. Try a positive integer",
            ));
        }
        if times.start.unsigned_abs().max(times.end.unsigned_abs()) > MAX_TIME.unsigned_abs() {
            return Err(EvalError::new("the time of the query is out of range"));
        }
        let deadline = self.options.timeout.map(|timeout| Instant::now() + timeout);
        let shape = QueryShape {
            range: times.end.saturating_sub(times.start),
            step: times.step,
        };
        query.with_memory(|memory| {
            let plan = query.plan(memory, shape, self.options.delayed_name_removal)?;
            let mut run = |exact: bool| {
                let mut evaluator = Evaluator {
                    storage,
                    options: &self.options,
                    query: times,
                    slots: &mut memory.slots,
                    annotations: Annotations::new(),
                    budget: Budget::new(self.options.max_samples, exact),
                    deadline,
                    fixed_time_shift: 0,
                };
                result(&mut evaluator, &plan.root)
            };
            match run(false) {
                // The bound was exceeded; count exactly.
                Err(EvalError::TooManySamples) => run(true),
                result => result,
            }
        })
    }
}

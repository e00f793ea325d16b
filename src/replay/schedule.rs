//! The virtual clock of a test: when rules are evaluated, and which evaluation an assertion sees.
//!
//! All groups are evaluated at the file's `evaluation_interval`, as promtool does; their own intervals are not
//! looked at.

use promql_engine::storage::MAX_TIME;

use super::world::Fault;
use crate::model::unit_tests::{TestGroup, UnitTestFile};

/// Time between evaluations where a file sets none, in milliseconds.
const DEFAULT_INTERVAL_MS: i64 = 60_000;
/// The most evaluations of one test; a year at 15 s.
const MOST_EVALUATIONS: i64 = 2_200_000;

/// When rules are evaluated: `count` times, the first at `start_ms`. Times are milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    /// The first evaluation.
    pub(super) start_ms: i64,
    /// From one evaluation to the next.
    pub(super) interval_ms: i64,
    /// How many there are, one at least.
    pub(super) count: usize,
}

impl Schedule {
    /// The schedule of a test: up to its last assertion.
    pub(super) fn of(file: &UnitTestFile, test: &TestGroup) -> Result<Schedule, Fault> {
        let interval_ms = file
            .evaluation_interval
            .as_ref()
            .map(|interval| interval.value)
            .filter(|interval| *interval > 0)
            .unwrap_or(DEFAULT_INTERVAL_MS);
        let start_ms = test.start_timestamp.as_ref().map_or(0, |start| start.value);
        let alerts = test.alert_rule_test.iter().map(|t| &t.eval_time);
        let exprs = test.promql_expr_test.iter().map(|t| &t.eval_time);
        let receivers = test.receivers.iter().map(|t| &t.eval_time);
        let last = alerts.chain(exprs).chain(receivers).max_by_key(|time| time.value);
        let length = last.map_or(0, |time| time.value.max(0));
        let fault = |message: String, range| Fault {
            kind: "input",
            message,
            range,
        };
        if start_ms.unsigned_abs() > MAX_TIME.unsigned_abs() / 2 || length > MAX_TIME / 2 {
            let message = "the times of the test are out of range".to_owned();
            return Err(fault(message, test.range.clone()));
        }
        let evaluations = length / interval_ms;
        if evaluations >= MOST_EVALUATIONS {
            let message = format!("the test takes more than {MOST_EVALUATIONS} evaluations");
            let range = last.map_or(test.range.clone(), |time| time.range.clone());
            return Err(fault(message, range));
        }
        Ok(Schedule {
            start_ms,
            interval_ms,
            // Bounded above.
            count: evaluations as usize + 1,
        })
    }

    /// The time of an evaluation.
    pub(super) fn time(&self, evaluation: usize) -> i64 {
        self.start_ms + self.elapsed(evaluation)
    }

    /// The time of an evaluation since the start.
    pub(super) fn elapsed(&self, evaluation: usize) -> i64 {
        self.interval_ms * evaluation as i64
    }

    /// The evaluation that an assertion sees: the last one up to its time, which is counted from the start.
    pub(super) fn seen_at(&self, eval_time_ms: i64) -> usize {
        usize::try_from(eval_time_ms / self.interval_ms).unwrap_or(0)
    }

    /// The first evaluation time that is not before a time; both since the start.
    pub(super) fn not_before(&self, elapsed_ms: i64) -> i64 {
        let missing = elapsed_ms.rem_euclid(self.interval_ms);
        match missing {
            0 => elapsed_ms,
            _ => elapsed_ms.saturating_add(self.interval_ms - missing),
        }
    }
}

#[cfg(test)]
mod tests;

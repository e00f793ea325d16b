//! The virtual clock of a test: when rules are evaluated, and which evaluation an assertion sees.
//!
//! All groups are evaluated at the file's `evaluation_interval`, as promtool does; their own intervals are not
//! looked at.

use std::ops::Range;

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
    /// The schedule of a test: up to the last time that it names. Where alerts are never to fire, all of its series
    /// count too, as far as they have an end.
    pub(super) fn of(file: &UnitTestFile, test: &TestGroup) -> Result<Schedule, Fault> {
        let interval_ms = file
            .evaluation_interval
            .as_ref()
            .map(|interval| interval.value)
            .filter(|interval| *interval > 0)
            .unwrap_or(DEFAULT_INTERVAL_MS);
        let start_ms = test.start_timestamp.as_ref().map_or(0, |start| start.value);
        let (length, named_at) = length(test, interval_ms);
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
            return Err(fault(message, named_at));
        }
        if let Some(alert) = test.never_fires.first().filter(|_| length == 0) {
            let message = "the test does not say how long it lasts, so that `never_fires` says nothing: assert something \
                           at its end, or let a series end";
            return Err(fault(message.to_owned(), alert.text.raw()));
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

/// How long a test lasts, in milliseconds, and what in the test file says so.
fn length(test: &TestGroup, interval_ms: i64) -> (i64, Range<usize>) {
    let alerts = test.alert_rule_test.iter().map(|t| &t.eval_time);
    let exprs = test.promql_expr_test.iter().map(|t| &t.eval_time);
    let receivers = test.receivers.iter().map(|t| &t.eval_time);
    let asserted = alerts
        .chain(exprs)
        .chain(receivers)
        .map(|time| (time.value, time.range.clone()));
    let timelines = test.timeline.iter();
    let timelines = timelines.map(|timeline| (timeline.last_ms(), timeline.range.clone()));
    let own = test.interval.as_ref().map(|interval| interval.value);
    let sample_interval = own.filter(|i| *i > 0).unwrap_or(interval_ms);
    let series = test.input_series.iter().filter(|_| !test.never_fires.is_empty());
    let series = series.filter_map(|series| Some((series.end_ms(sample_interval)?, series.range.clone())));
    let named = asserted.chain(timelines).chain(series);
    let last = named.max_by_key(|(time, _)| *time);
    last.map_or((0, test.range.clone()), |(time, range)| (time.max(0), range))
}

#[cfg(test)]
mod tests;

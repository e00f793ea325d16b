//! The sample limit and the deadline.

use std::time::Duration;

use super::Table;
use crate::engine::EngineOptions;
use crate::testing::load;

const TOO_MANY: &str = "error: query processing would load too many samples into memory in query execution";

fn table(max_samples: usize) -> Table {
    Table::with(
        EngineOptions {
            max_samples,
            ..EngineOptions::default()
        },
        load(10, "a{i=\"1\"} 0+1x20\na{i=\"2\"} 0+1x20"),
    )
}

#[test]
fn samples_are_counted_as_they_are_held() {
    // At an instant: a sample of each series.
    table(2).at(100, &[("a", "a{i=\"1\"} 10 | a{i=\"2\"} 10")]);
    table(1).at(100, &[("a", TOO_MANY)]);
    // Over steps: of each step.
    table(22).over((0, 100, 10), &[("count(count_over_time(nothing[1m]))", "")]);
    table(21).over((0, 100, 10), &[("a", TOO_MANY)]);
    // A window is held, and what has been computed.
    table(10).at(100, &[("count_over_time(a[100s])", TOO_MANY)]);
    table(11).at(100, &[("sum(count_over_time(a[100s]))", TOO_MANY)]);
    table(12).at(100, &[("sum(count_over_time(a[100s]))", "{} 20")]);
    // The result of a subquery is let go of.
    table(41).at(
        100,
        &[("sum_over_time(a[100s:10s])", "{i=\"1\"} 55 | {i=\"2\"} 55")],
    );
    // A scalar is a sample at each step.
    table(10).over((0, 100, 10), &[("1", TOO_MANY)]);
    // Only samples count, not the steps at which there is none.
    table(6).over((0, 100_000, 10_000), &[("a", "a{i=\"1\"} 0@0 | a{i=\"2\"} 0@0")]);
}

#[test]
fn a_range_too_long_to_hold_is_refused() {
    table(50_000_000).over(
        (0, 1_000_000_000, 1),
        &[("a", TOO_MANY), ("time()", TOO_MANY), ("nothing", "")],
    );
}

#[test]
fn a_query_gives_up_at_its_deadline() {
    let table = Table::with(
        EngineOptions {
            timeout: Some(Duration::ZERO),
            ..EngineOptions::default()
        },
        load(10, "a 1"),
    );
    table.at(0, &[("a", "error: query timed out in expression evaluation")]);
}

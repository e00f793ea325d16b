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

#[test]
fn times_far_away_are_no_trouble() {
    let far = crate::storage::MAX_TIME / 1000;
    let table = table(50_000_000);
    let expressions = [
        ("a", ""),
        ("a offset 290y", ""),
        ("a offset -290y", ""),
        ("count_over_time(a[290y] @ 9e15)", ""),
        ("count_over_time(a[290y:100y] @ -9e15)", ""),
        ("count_over_time(a[290y:100y] offset 290y)", ""),
        ("predict_linear(a[1h] @ 100, 1e300)", "{i=\"1\"} 1e300"),
        ("year(vector(1e300)) > 0", "{} 292277026596"),
    ];
    for seconds in [far, -far] {
        for (text, _) in expressions {
            let query = crate::testing::query(text);
            assert!(
                table
                    .engine
                    .instant(&table.storage, &query, seconds * 1000)
                    .is_ok(),
                "{text} at {seconds}s"
            );
        }
    }
    let query = crate::testing::query("a");
    assert!(table.engine.instant(&table.storage, &query, i64::MAX).is_err());
    assert!(
        table
            .engine
            .range(&table.storage, &query, i64::MIN, i64::MAX, 1)
            .is_err()
    );
    assert!(table.engine.range(&table.storage, &query, 0, -1, 1).is_ok());
    assert!(table.engine.range(&table.storage, &query, 0, 1, 0).is_err());
    let mut storage = crate::storage::Storage::new();
    let labels = crate::testing::labels("a");
    assert_eq!(
        storage.append(&labels, i64::MIN, 1.0),
        Err(crate::AppendError::OutOfBounds)
    );
}

#[test]
fn the_deepest_expressions_that_parse_can_be_evaluated() {
    let table = table(50_000_000);
    for (prefix, core, suffix, levels) in [
        ("abs(", "a", ")", 120),
        ("sum(", "a", ")", 120),
        ("-", "a", "", 120),
        ("", "a", " + a", 490),
        ("sum_over_time(", "a", "[10s:5s])", 40),
        ("a and (", "a", ")", 60),
    ] {
        let text = format!("{}{core}{}", prefix.repeat(levels), suffix.repeat(levels));
        let result = table
            .engine
            .instant(&table.storage, &crate::testing::query(&text), 100_000);
        assert!(
            result.is_ok(),
            "{levels} levels of {prefix}{core}{suffix}: {result:?}"
        );
    }
}

/// How many samples a query holds at its peak: the least limit with which it can be evaluated.
fn peak(storage: &crate::Storage, text: &str, range: Option<(i64, i64, i64)>, at: i64) -> usize {
    let query = crate::testing::query(text);
    (0..2000)
        .find(|limit| {
            let engine = crate::Engine::new(EngineOptions {
                max_samples: *limit,
                ..EngineOptions::default()
            });
            match range {
                None => engine.instant(storage, &query, at * 1000).is_ok(),
                Some((start, end, step)) => engine
                    .range(storage, &query, start * 1000, end * 1000, step * 1000)
                    .is_ok(),
            }
        })
        .unwrap_or(usize::MAX)
}

#[test]
fn peaks_are_those_of_prometheus() {
    let storage = load(
        10,
        "
        metric 1+1x100
        bigmetric{a=\"1\"} 1+1x100
        bigmetric{a=\"2\"} 1+1x100
        histogram {{schema:1 count:5 sum:20 buckets:[1 2 1 1]}}+{{schema:1 count:10 sum:5 buckets:[1 2 3 4]}}x100
        ",
    );
    let instant = [
        ("1", 1, 1),
        ("metric", 1, 1),
        ("metric[20s]", 10, 2),
        ("rate(metric[20s])", 10, 3),
        ("metric[20s:5s]", 10, 3),
        ("metric[20s] @ 10", 0, 2),
        (
            "rate(rate(bigmetric[10:1s] @ 10)[100s:25s] @ 1000)[100s:20s] @ 2000",
            10,
            32,
        ),
        (
            "rate(rate(bigmetric[10s:1s] @ 10)[100s:25s] @ 1000)[17s:1s] @ 2000",
            10,
            34,
        ),
        ("max_over_time(histogram[61s])[20s:5s]", 201, 91),
    ];
    for (text, at, expected) in instant {
        assert_eq!(peak(&storage, text, None, at), expected, "{text} at {at}s");
    }
    let range = [
        ("1", (0, 2, 1), 3),
        ("metric", (0, 2, 1), 3),
        ("metric", (0, 10, 5), 3),
        ("rate(bigmetric[1s])", (0, 10, 5), 1),
        ("metric @ 10", (0, 10, 5), 3),
        ("rate(bigmetric[10s:1s] @ 10)", (0, 10, 5), 32),
        (
            "rate(bigmetric[10s:1s] @ 10) + rate(bigmetric[10s:1s] @ 30)",
            (0, 10, 5),
            34,
        ),
        (
            "rate(bigmetric[10s:1s]) + rate(bigmetric[10s:1s] @ 30)",
            (10, 20, 5),
            56,
        ),
    ];
    for (text, range, expected) in range {
        assert_eq!(
            peak(&storage, text, Some(range), 0),
            expected,
            "{text} over {range:?}"
        );
    }
}

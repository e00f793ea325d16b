//! Tests of the evaluator, by operator, modifier and aggregation.

use crate::engine::Engine;
use crate::testing::{load, query, show, shown_at};

/// Each expression at a time and what it gives, lines joined by ` | `.
fn check(storage: &crate::Storage, seconds: i64, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let shown = shown_at(storage, text, seconds).replace('\n', " | ");
        assert_eq!(&shown, expected, "{text} at {seconds}s");
    }
}

/// Each expression over a range and what it gives.
fn check_range(storage: &crate::Storage, (start, end, step): (i64, i64, i64), cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let result = Engine::default().range(storage, &query(text), start * 1000, end * 1000, step * 1000);
        let shown = match result {
            Ok(result) => show(&result.value),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(
            &shown.replace('\n', " | "),
            expected,
            "{text} from {start}s to {end}s by {step}s"
        );
    }
}

#[test]
fn selectors_take_the_newest_sample_within_the_lookback_delta() {
    let storage = load(60, "a 1 2 3\nb{x=\"1\"} 1 stale 3\nb{x=\"2\"} _ _ 5");
    check(
        &storage,
        120,
        &[
            ("a", "a 3"),
            ("b", "b{x=\"1\"} 3 | b{x=\"2\"} 5"),
            ("b{x!=\"1\"}", "b{x=\"2\"} 5"),
        ],
    );
    check(&storage, 119, &[("a", "a 2"), ("b", "")]);
    check(&storage, 419, &[("a", "a 3")]);
    check(&storage, 420, &[("a", "")]);
    check(
        &storage,
        60,
        &[
            ("a offset 1m", "a 1"),
            ("a offset -1m", "a 3"),
            ("a @ 0", "a 1"),
            ("a @ 120 offset 1m", "a 2"),
        ],
    );
    check_range(
        &storage,
        (0, 180, 60),
        &[
            ("b", "b{x=\"1\"} 1@0 3@120 3@180 | b{x=\"2\"} 5@120 5@180"),
            ("a @ end()", "a 3@0 3@60 3@120 3@180"),
            ("a @ start()", "a 1@0 1@60 1@120 1@180"),
            ("1 + step()", "{} 61@0 61@60 61@120 61@180"),
        ],
    );
}

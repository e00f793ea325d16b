//! Counter resets, detected and stored.

use super::*;

#[test]
fn resets() {
    let base = with_zero_bucket(
        with_negative(exponential(1, 5.0, 0, &[2.0, 3.0]), 0, &[4.0]),
        0.25,
        1.0,
    );
    let cases = [
        ("nothing happened", base.clone(), false),
        (
            "more everywhere",
            with_zero_bucket(
                with_negative(exponential(1, 9.0, 0, &[3.0, 3.0, 1.0]), 0, &[5.0]),
                0.25,
                2.0,
            ),
            false,
        ),
        (
            "the sum may go down",
            with_zero_bucket(
                with_negative(exponential(1, -9.0, 0, &[2.0, 3.0]), 0, &[4.0]),
                0.25,
                1.0,
            ),
            false,
        ),
        (
            "less in a bucket, though more in all",
            with_zero_bucket(
                with_negative(exponential(1, 5.0, 0, &[1.0, 9.0]), 0, &[4.0]),
                0.25,
                1.0,
            ),
            true,
        ),
        (
            "less in a negative bucket",
            with_zero_bucket(
                with_negative(exponential(1, 5.0, 0, &[9.0, 9.0]), 0, &[3.0]),
                0.25,
                1.0,
            ),
            true,
        ),
        (
            "less in the zero bucket",
            with_zero_bucket(
                with_negative(exponential(1, 5.0, 0, &[9.0, 9.0]), 0, &[4.0]),
                0.25,
                0.0,
            ),
            true,
        ),
        (
            "a bucket gone",
            with_zero_bucket(
                with_negative(exponential(1, 5.0, 1, &[9.0]), 0, &[4.0]),
                0.25,
                1.0,
            ),
            true,
        ),
        (
            "less in all",
            with_zero_bucket(exponential(1, 5.0, 0, &[2.0, 3.0]), 0.25, 1.0),
            true,
        ),
        (
            "a coarser schema",
            with_zero_bucket(
                with_negative(exponential(0, 5.0, 0, &[2.0, 3.0]), 0, &[4.0]),
                0.25,
                1.0,
            ),
            false,
        ),
        (
            "a coarser schema with less in a bucket",
            with_zero_bucket(
                with_negative(exponential(0, 5.0, 0, &[1.0, 9.0]), 0, &[4.0]),
                0.25,
                1.0,
            ),
            true,
        ),
        (
            "a finer schema",
            with_zero_bucket(
                with_negative(exponential(2, 5.0, 0, &[9.0, 9.0, 9.0]), 0, &[9.0]),
                0.25,
                1.0,
            ),
            true,
        ),
        (
            "a smaller zero bucket",
            with_zero_bucket(
                with_negative(exponential(1, 5.0, 0, &[2.0, 3.0]), 0, &[4.0]),
                0.125,
                1.0,
            ),
            true,
        ),
        (
            "a larger zero bucket that takes in whole buckets",
            with_zero_bucket(with_negative(exponential(1, 5.0, 1, &[3.0]), 1, &[0.0]), 1.0, 7.0),
            false,
        ),
        (
            "a larger zero bucket that holds less than what it took in",
            with_zero_bucket(with_negative(exponential(1, 5.0, 1, &[9.0]), 1, &[0.0]), 1.0, 6.0),
            true,
        ),
        (
            "a larger zero bucket that cuts through a populated bucket",
            with_zero_bucket(exponential(1, 5.0, 1, &[9.0]), 0.9, 7.0),
            true,
        ),
        ("custom buckets", custom(1.0, &[1.0], &[20.0]), true),
    ];
    for (name, now, reset) in cases {
        assert_eq!(now.detect_reset(&base), reset, "{name}");
        assert!(
            hinted(CounterResetHint::Reset, now.clone()).detect_reset(&base),
            "{name}, said to be one"
        );
        assert!(
            !hinted(CounterResetHint::NotReset, now).detect_reset(&base),
            "{name}, said to be none"
        );
    }
}

#[test]
fn resets_of_custom_buckets() {
    let base = custom(1.0, &[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]);
    let cases = [
        (
            "the same bounds, more",
            custom(1.0, &[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 5.0]),
            false,
        ),
        (
            "the same bounds, less in one",
            custom(1.0, &[1.0, 2.0, 3.0], &[0.0, 9.0, 3.0, 4.0]),
            true,
        ),
        ("a bound fewer", custom(1.0, &[1.0, 3.0], &[1.0, 5.0, 4.0]), false),
        (
            "a bound fewer, less between two others",
            custom(1.0, &[1.0, 3.0], &[9.0, 4.0, 4.0]),
            true,
        ),
        (
            "less above the last one",
            custom(1.0, &[1.0, 3.0], &[9.0, 5.0, 3.0]),
            true,
        ),
        ("no bounds in common", custom(1.0, &[1.5], &[0.0, 10.0]), false),
        (
            "no bounds in common, less in all",
            custom(1.0, &[1.5], &[0.0, 9.0]),
            true,
        ),
        (
            "a bound more",
            custom(1.0, &[1.0, 2.0, 2.5, 3.0], &[1.0, 2.0, 1.0, 2.0, 4.0]),
            false,
        ),
        ("exponential buckets", exponential(0, 1.0, 0, &[20.0]), true),
    ];
    for (name, now, reset) in cases {
        assert_eq!(now.detect_reset(&base), reset, "{name}");
    }
}

#[test]
fn hints_after_storing() {
    use CounterResetHint::{Gauge, NotReset, Reset, Unknown};
    let (one, two) = (exponential(0, 1.0, 0, &[1.0]), exponential(0, 1.0, 0, &[2.0]));
    let gauge = hinted(Gauge, one.clone());
    let stale = FloatHistogram {
        sum: crate::sample::STALE_NAN,
        ..FloatHistogram::default()
    };
    let cases = [
        ("the first", None, one.clone(), Unknown),
        (
            "the first, said to be no reset",
            None,
            hinted(NotReset, one.clone()),
            Unknown,
        ),
        ("the first gauge", None, gauge.clone(), Gauge),
        ("a counter that grew", Some(&one), two.clone(), NotReset),
        ("a counter that fell", Some(&two), one.clone(), Unknown),
        (
            "a counter said to be reset",
            Some(&one),
            hinted(Reset, two.clone()),
            Unknown,
        ),
        (
            "another schema",
            Some(&one),
            exponential(-1, 1.0, 0, &[2.0]),
            Unknown,
        ),
        (
            "another zero bucket",
            Some(&one),
            with_zero_bucket(two.clone(), 0.1, 0.0),
            Unknown,
        ),
        ("a counter after a gauge", Some(&gauge), two.clone(), Unknown),
        ("a gauge after a counter", Some(&two), gauge.clone(), Gauge),
        ("after the series was stale", Some(&stale), two.clone(), Unknown),
    ];
    for (name, previous, next, expected) in cases {
        assert_eq!(next.stored_hint(previous), expected, "{name}");
    }
}

//! Classic histograms: quantiles, fractions, conversion.

use crate::histogram::classic::{ClassicBucket, ForcedMonotonicity, almost_equal, fraction, quantile};
use crate::histogram::nhcb::ClassicHistogram;

fn buckets(buckets: &[(f64, f64)]) -> Vec<ClassicBucket> {
    buckets
        .iter()
        .map(|(upper_bound, count)| ClassicBucket {
            upper_bound: *upper_bound,
            count: *count,
        })
        .collect()
}

const INF: f64 = f64::INFINITY;

/// Name, buckets, quantile, value.
type QuantileCase<'a> = (&'a str, &'a [(f64, f64)], f64, f64);
/// Name, buckets, lower and upper value, fraction.
type FractionCase<'a> = (&'a str, &'a [(f64, f64)], f64, f64, f64);

fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

#[test]
fn quantiles_and_fractions() {
    let usual = [(1.0, 4.0), (2.0, 8.0), (INF, 10.0)];
    let shuffled = [(INF, 10.0), (1.0, 4.0), (2.0, 8.0)];
    let below_zero = [(-1.0, 4.0), (1.0, 8.0), (INF, 8.0)];
    let twice = [(1.0, 1.0), (1.0, 3.0), (2.0, 8.0), (INF, 10.0)];
    let quantiles: [QuantileCase; 13] = [
        ("linear", &usual, 0.6, 1.5),
        ("the first bucket begins at zero", &usual, 0.1, 0.25),
        ("the last bucket has no end", &usual, 0.9, 2.0),
        ("in any order", &shuffled, 0.6, 1.5),
        ("bounds given twice add up", &twice, 0.6, 1.5),
        (
            "a first bucket below zero has no beginning",
            &below_zero,
            0.25,
            -1.0,
        ),
        ("across zero", &below_zero, 0.75, 0.0),
        ("too low", &usual, -1.0, f64::NEG_INFINITY),
        ("too high", &usual, 2.0, INF),
        ("no number", &usual, f64::NAN, f64::NAN),
        ("no last bucket", &usual[..2], 0.5, f64::NAN),
        ("one bucket only", &usual[2..], 0.5, f64::NAN),
        ("no observations", &[(1.0, 0.0), (INF, 0.0)], 0.5, f64::NAN),
    ];
    for (name, input, q, expected) in quantiles {
        let (value, forced) = quantile(q, &mut buckets(input));
        assert!(same(value, expected), "{name}: {value}");
        assert_eq!(forced, None, "{name}");
    }
    let fractions: [FractionCase; 9] = [
        ("all", &usual, -INF, INF, 1.0),
        ("linear", &usual, 0.5, 1.5, 0.4),
        ("nothing known about the last bucket", &usual, 2.0, 1000.0, 0.0),
        ("everything above", &usual, 2.0, INF, 0.2),
        ("upside down", &usual, 2.0, 1.0, 0.0),
        (
            "nothing known about a first bucket below zero",
            &below_zero,
            -1000.0,
            -1.0,
            0.0,
        ),
        ("no number", &usual, f64::NAN, 1.0, f64::NAN),
        ("no last bucket", &usual[..2], 0.0, 1.0, f64::NAN),
        ("no observations", &[(1.0, 0.0), (INF, 0.0)], 0.0, 1.0, f64::NAN),
    ];
    for (name, input, lower, upper, expected) in fractions {
        let value = fraction(lower, upper, &mut buckets(input));
        assert!(same(value, expected), "{name}: {value}");
    }
    assert!(quantile(0.5, &mut Vec::new()).0.is_nan());
    assert!(fraction(0.0, 1.0, &mut Vec::new()).is_nan());
}

#[test]
fn counts_that_decrease_are_raised() {
    let mut input = buckets(&[(1.0, 5.0), (2.0, 3.0), (3.0, 1.0), (4.0, 6.0), (INF, 5.0)]);
    let (value, forced) = quantile(0.5, &mut input);
    assert_eq!(value, 0.6);
    let expected = ForcedMonotonicity {
        min_bucket: 2.0,
        max_bucket: INF,
        max_difference: 4.0,
    };
    assert_eq!(forced, Some(expected));
    // What may be rounding is mended in silence, in both directions.
    let tiny = 1e-13;
    let mut input = buckets(&[(1.0, 5.0), (2.0, 5.0 - tiny), (3.0, 5.0 + tiny), (INF, 10.0)]);
    assert_eq!(quantile(0.5, &mut input), (1.0, None));
    assert_eq!(input[2].count, 5.0);
}

#[test]
fn almost_equal_numbers() {
    let stale = crate::sample::STALE_NAN;
    let cases = [
        (1.0, 1.0, true),
        (1.0, 1.0 + 1e-7, true),
        (1.0, 1.0 + 1e-5, false),
        (0.0, 1e-7, false),
        (0.0, -0.0, true),
        (INF, INF, true),
        (INF, -INF, false),
        (INF, f64::MAX, false),
        (f64::NAN, f64::NAN, true),
        (f64::NAN, 1.0, false),
        (stale, stale, true),
        (stale, f64::NAN, false),
        (f64::MAX, f64::MAX * (1.0 - 1e-7), true),
    ];
    for (a, b, expected) in cases {
        assert_eq!(almost_equal(a, b, 1e-6), expected, "{a} and {b}");
        assert_eq!(almost_equal(b, a, 1e-6), expected, "{b} and {a}");
    }
}

#[test]
fn conversion_to_custom_buckets() {
    type Case = (&'static [(f64, f64)], Option<f64>, &'static str);
    let cases: [Case; 11] = [
        (
            &[(1.0, 2.0), (2.0, 5.0), (INF, 6.0)],
            Some(6.0),
            "{{schema:-53 count:6 sum:9 custom_values:[1 2] buckets:[2 3 1]}}",
        ),
        // In any order, and without the count or the last bucket, which stand for each other.
        (
            &[(2.0, 5.0), (INF, 6.0), (1.0, 2.0)],
            None,
            "{{schema:-53 count:6 sum:9 custom_values:[1 2] buckets:[2 3 1]}}",
        ),
        (
            &[(1.0, 2.0), (2.0, 5.0)],
            Some(6.0),
            "{{schema:-53 count:6 sum:9 custom_values:[1 2] buckets:[2 3 1]}}",
        ),
        (
            &[(1.0, 2.0), (1.0, 7.0)],
            None,
            "{{schema:-53 count:2 sum:9 custom_values:[1] buckets:[2]}}",
        ),
        (
            &[(1.0, 0.5), (INF, 1.0)],
            None,
            "{{schema:-53 count:1 sum:9 custom_values:[1] buckets:[0.5 0.5]}}",
        ),
        (
            &[],
            Some(3.0),
            "{{schema:-53 count:3 sum:9 custom_values:[] buckets:[3]}}",
        ),
        (&[(1.0, 3.0), (2.0, 2.0)], None, "count is not cumulative: 2 < 3"),
        (&[(2.0, 2.0), (1.0, 3.0)], None, "count is not cumulative: 3 > 2"),
        (
            &[(1.0, -1.0)],
            None,
            "bucket count must be non-negative: le=1, count=-1",
        ),
        (&[(f64::NAN, 1.0)], None, "bucket boundary must not be NaN"),
        (
            &[(1.0, 1.0), (INF, 2.0)],
            Some(3.0),
            "count mismatch: count=3 != le=+Inf count=2",
        ),
    ];
    for (buckets, count, expected) in cases {
        let mut classic = ClassicHistogram::new();
        for (bound, count) in buckets {
            let _ = classic.set_bucket(*bound, *count);
        }
        if let Some(count) = count {
            let _ = classic.set_count(count);
        }
        let _ = classic.set_sum(9.0);
        let converted = match classic.convert() {
            Ok(histogram) => histogram.test_expression(),
            Err(error) => error.to_string(),
        };
        assert_eq!(converted, expected);
    }
}

#[test]
fn empty_buckets_stay_where_counts_are_whole() {
    let convert = |unit: f64| {
        let mut classic = ClassicHistogram::new();
        for (bound, count) in [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (INF, 2.0)] {
            classic.set_bucket(bound, count * unit).expect("cumulative");
        }
        classic.convert().expect("consistent").positive.spans.len()
    };
    assert_eq!(convert(1.0), 1);
    assert_eq!(convert(0.25), 2);
}

#[test]
fn the_first_error_sticks() {
    let mut classic = ClassicHistogram::new();
    let error = classic.set_count(-1.0);
    assert_eq!(
        error.as_ref().map_err(ToString::to_string),
        Err("count must be non-negative: count=-1".into())
    );
    assert_eq!(classic.set_sum(1.0), error);
    assert_eq!(classic.set_bucket(1.0, 1.0), error);
    assert!(classic.convert().is_err());
}

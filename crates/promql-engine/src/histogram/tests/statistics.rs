//! Quantiles, fractions and variance of native histograms.

use super::quantile::NanEffect;
use super::*;

fn assert_close(actual: f64, expected: f64, name: &str) {
    let equal = actual == expected || (actual.is_nan() && expected.is_nan());
    assert!(
        equal || (actual - expected).abs() < 1e-12 * expected.abs(),
        "{name}: {actual}, not {expected}"
    );
}

#[test]
fn quantiles() {
    let powers = exponential(0, 100.0, 0, &[4.0, 4.0, 4.0]);
    let mirrored = with_negative(exponential(0, -100.0, 0, &[]), 0, &[4.0, 4.0, 4.0]);
    let zero_and_positive = with_zero_bucket(exponential(0, 1.0, 1, &[4.0]), 0.5, 4.0);
    let zero_and_negative = with_zero_bucket(with_negative(exponential(0, 1.0, 0, &[]), 1, &[4.0]), 0.5, 4.0);
    let zero_alone = with_zero_bucket(exponential(0, 1.0, 0, &[]), 0.5, 4.0);
    let listed = custom(1.0, &[1.0, 2.0, 4.0], &[4.0, 4.0, 4.0, 4.0]);
    let below_zero = custom(1.0, &[-2.0, -1.0], &[4.0, 4.0]);
    let cases = [
        ("the end of a bucket", &powers, 1.0 / 3.0, 1.0),
        (
            "the middle of a bucket, on a logarithmic scale",
            &powers,
            0.5,
            2f64.sqrt(),
        ),
        ("the lower end", &powers, 0.0, 0.5),
        ("the upper end", &powers, 1.0, 4.0),
        (
            "negative buckets mirror positive ones",
            &mirrored,
            0.5,
            -(2f64.sqrt()),
        ),
        ("the lower end of negative buckets", &mirrored, 0.0, -4.0),
        ("too low", &powers, -0.1, f64::NEG_INFINITY),
        ("too high", &powers, 1.1, f64::INFINITY),
        ("no number", &powers, f64::NAN, f64::NAN),
        (
            "the zero bucket begins at zero if all else is above",
            &zero_and_positive,
            0.25,
            0.25,
        ),
        (
            "the zero bucket ends at zero if all else is below",
            &zero_and_negative,
            0.75,
            -0.25,
        ),
        ("the zero bucket alone is symmetric", &zero_alone, 0.25, -0.25),
        ("linear within custom buckets", &listed, 0.375, 1.5),
        ("the first custom bucket begins at zero", &listed, 0.125, 0.5),
        ("the last custom bucket has no end", &listed, 0.9, 4.0),
        (
            "a first custom bucket below zero has no beginning",
            &below_zero,
            0.25,
            -2.0,
        ),
        ("linear below zero", &below_zero, 0.75, -1.5),
    ];
    for (name, histogram, q, expected) in cases {
        let (value, effect) = histogram.quantile(q);
        assert_close(value, expected, name);
        assert_eq!(effect, NanEffect::None, "{name}");
    }
    assert!(FloatHistogram::default().quantile(0.5).0.is_nan());
}

#[test]
fn quantiles_beside_observations_that_are_not_numbers() {
    let mut histogram = exponential(0, f64::NAN, 0, &[4.0, 4.0]);
    histogram.count = 10.0;
    let (value, effect) = histogram.quantile(0.9);
    assert!(value.is_nan());
    assert_eq!(effect, NanEffect::ResultIsNan);
    let (value, effect) = histogram.quantile(0.8);
    assert_close(value, 2.0, "the end of the last bucket");
    assert_eq!(effect, NanEffect::Skewed);
    assert!(histogram.fraction(0.0, 1.0).1);
    assert_close(
        histogram.fraction(f64::NEG_INFINITY, f64::INFINITY).0,
        0.8,
        "all that are numbers",
    );
}

#[test]
fn a_sum_of_both_infinities_is_no_sign_of_such_observations() {
    let mut histogram = with_negative(exponential(0, f64::NAN, 1025, &[1.0]), 1025, &[1.0]);
    histogram.count = 2.0;
    assert_eq!(histogram.quantile(1.0).1, NanEffect::None);
    assert!(!histogram.fraction(0.0, 1.0).1);
}

#[test]
fn a_count_above_that_of_the_buckets_ends_at_the_last_bucket() {
    let mut histogram = exponential(0, 5.0, 0, &[4.0, 4.0]);
    histogram.count = 100.0;
    assert_eq!(histogram.quantile(0.4), (2.0, NanEffect::None));
}

#[test]
fn fractions() {
    let powers = exponential(0, 100.0, 0, &[4.0, 4.0, 4.0, 4.0]);
    let both = with_negative(exponential(0, 0.0, 1, &[4.0]), 1, &[4.0]);
    let zero_and_positive = with_zero_bucket(exponential(0, 1.0, 1, &[4.0]), 0.5, 4.0);
    let listed = custom(1.0, &[1.0, 2.0, 4.0], &[4.0, 4.0, 4.0, 4.0]);
    let below_zero = custom(1.0, &[-2.0, -1.0], &[4.0, 4.0]);
    let (least, most) = (f64::NEG_INFINITY, f64::INFINITY);
    let cases = [
        ("all", &powers, least, most, 1.0),
        ("whole buckets", &powers, 1.0, 4.0, 0.5),
        (
            "half a bucket, on a logarithmic scale",
            &powers,
            1.0,
            2f64.sqrt(),
            0.125,
        ),
        (
            "within one bucket",
            &powers,
            2f64.powf(0.25),
            2f64.powf(0.75),
            0.125,
        ),
        ("nothing there", &powers, 100.0, 200.0, 0.0),
        ("upside down", &powers, 2.0, 1.0, 0.0),
        ("no number", &powers, f64::NAN, 1.0, f64::NAN),
        (
            "across zero",
            &both,
            -1.5,
            1.5,
            1.0 - 2.0 * (1.0 - 1.5f64.log2()) / 2.0,
        ),
        (
            "half the zero bucket, which begins at zero",
            &zero_and_positive,
            least,
            0.25,
            0.25,
        ),
        ("linear within custom buckets", &listed, least, 3.0, 0.625),
        ("nothing known about the last bucket", &listed, 4.0, 1000.0, 0.0),
        ("everything above", &listed, 4.0, most, 0.25),
        (
            "nothing known about a first bucket below zero",
            &below_zero,
            -100.0,
            -2.0,
            0.0,
        ),
    ];
    for (name, histogram, lower, upper, expected) in cases {
        let (value, nan_excluded) = histogram.fraction(lower, upper);
        assert_close(value, expected, name);
        assert!(!nan_excluded, "{name}");
    }
    assert!(FloatHistogram::default().fraction(0.0, 1.0).0.is_nan());
}

#[test]
fn variances() {
    // Observations of 1.5 and 3 on average, two each; custom buckets have their middles there.
    let listed = custom(9.0, &[1.0, 2.0, 4.0], &[0.0, 2.0, 2.0]);
    assert_close(listed.variance(), 0.5625, "arithmetic middles");
    assert_close(listed.average(), 2.25, "mean");
    // The geometric middle of both buckets is √2 from zero.
    let both = with_negative(exponential(0, 0.0, 1, &[2.0]), 1, &[2.0]);
    assert_close(both.variance(), 2.0, "geometric middles");
    let zero = with_zero_bucket(exponential(0, 0.0, 0, &[]), 0.5, 3.0);
    assert_close(zero.variance(), 0.0, "zero");
    assert!(FloatHistogram::default().variance().is_nan());
}

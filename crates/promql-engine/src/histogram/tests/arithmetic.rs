//! Addition, subtraction, scaling, trimming.

use super::super::trim::Keep;
use super::*;

fn sum(a: &FloatHistogram, b: &FloatHistogram) -> (FloatHistogram, Combined) {
    let mut sum = a.clone();
    let combined = sum.add(b).expect("compatible");
    (sum, combined)
}

/// The same sum with compensation.
fn kahan_sum(a: &FloatHistogram, b: &FloatHistogram) -> (FloatHistogram, Combined) {
    let mut sum = a.clone();
    let mut compensation = None;
    let combined = sum.kahan_add(b, &mut compensation).expect("compatible");
    sum.add(&compensation.expect("made on the first call"))
        .expect("compatible");
    (sum, combined)
}

#[test]
fn sums() {
    let gapped = |spans_: &[(i32, u32)], counts: &[f64]| FloatHistogram {
        count: total(counts),
        sum: 1.0,
        positive: Buckets {
            spans: spans(spans_),
            counts: counts.to_vec(),
        },
        ..FloatHistogram::default()
    };
    let cases = [
        (
            "the same buckets",
            exponential(0, 1.0, 0, &[1.0, 2.0]),
            exponential(0, 2.5, 0, &[3.0, 4.0]),
            "{count:10, sum:3.5, (0.5,1]:4, (1,2]:6}",
        ),
        (
            "buckets of the second only: before, between, behind",
            gapped(&[(0, 1), (3, 1)], &[1.0, 2.0]),
            gapped(&[(-2, 1), (2, 2), (3, 1)], &[4.0, 8.0, 16.0, 32.0]),
            "{count:63, sum:2, (0.125,0.25]:4, (0.5,1]:1, (1,2]:8, (2,4]:16, (8,16]:2, (32,64]:32}",
        ),
        (
            "the coarser schema is the first's",
            exponential(0, 1.0, 0, &[1.0, 2.0]),
            exponential(1, 1.0, 0, &[1.0, 10.0, 100.0]),
            "{count:114, sum:2, (0.5,1]:2, (1,2]:112}",
        ),
        (
            "the coarser schema is the second's",
            exponential(1, 1.0, 0, &[1.0, 10.0, 100.0]),
            exponential(0, 1.0, 0, &[1.0, 2.0]),
            "{count:114, sum:2, (0.5,1]:2, (1,2]:112}",
        ),
        (
            "the wider zero bucket is the first's: it takes a bucket of the second in",
            with_zero_bucket(exponential(0, 1.0, 0, &[1.0]), 0.5, 10.0),
            with_zero_bucket(exponential(0, 1.0, -1, &[5.0, 6.0]), 0.25, 20.0),
            "{count:42, sum:2, [-0.5,0.5]:35, (0.5,1]:7}",
        ),
        (
            "the wider zero bucket is the second's",
            with_zero_bucket(exponential(0, 1.0, -1, &[5.0, 6.0]), 0.25, 20.0),
            with_zero_bucket(exponential(0, 1.0, 0, &[1.0]), 0.5, 10.0),
            "{count:42, sum:2, [-0.5,0.5]:35, (0.5,1]:7}",
        ),
        (
            "a zero bucket that would end inside a populated bucket is widened",
            with_zero_bucket(exponential(0, 1.0, 0, &[1.0]), 0.0, 0.0),
            with_zero_bucket(exponential(0, 1.0, 2, &[1.0]), 0.75, 4.0),
            "{count:6, sum:2, [-1,1]:5, (2,4]:1}",
        ),
        (
            "… on the negative side, which moves the positive side's end too",
            with_zero_bucket(
                with_negative(exponential(0, 1.0, 0, &[1.0, 2.0, 4.0]), 1, &[8.0]),
                0.0,
                0.0,
            ),
            with_zero_bucket(exponential(0, 1.0, 5, &[1.0]), 1.5, 16.0),
            "{count:32, sum:2, [-2,2]:27, (2,4]:4, (16,32]:1}",
        ),
        (
            "negative buckets",
            with_negative(exponential(0, 1.0, 0, &[]), 0, &[1.0, 2.0]),
            with_negative(exponential(0, 1.0, 0, &[1.0]), 1, &[4.0]),
            "{count:8, sum:2, [-2,-1):6, [-1,-0.5):1, (0.5,1]:1}",
        ),
        (
            "custom buckets with the same bounds",
            custom(1.0, &[1.0, 2.0], &[1.0, 2.0]),
            custom(1.0, &[1.0, 2.0], &[0.0, 0.0, 4.0]),
            "{count:7, sum:2, [-Inf,1]:1, (1,2]:2, (2,+Inf]:4}",
        ),
        (
            "custom buckets are reduced to the bounds in common",
            custom(1.0, &[1.0, 2.0, 3.0, 5.0], &[1.0, 2.0, 4.0, 8.0, 16.0]),
            custom(1.0, &[2.0, 4.0, 5.0], &[32.0, 64.0, 128.0, 256.0]),
            "{count:511, sum:2, [-Inf,2]:35, (2,5]:204, (5,+Inf]:272}",
        ),
        (
            "without bounds in common one bucket remains",
            custom(1.0, &[1.0], &[1.0, 2.0]),
            custom(1.0, &[2.0], &[4.0, 8.0]),
            "{count:15, sum:2, [-Inf,+Inf]:15}",
        ),
    ];
    for (name, a, b, expected) in cases {
        let reconciled = a.custom_values != b.custom_values;
        let (added, combined) = sum(&a, &b);
        assert_eq!(added.to_string(), expected, "{name}");
        assert_eq!(combined.custom_buckets_reconciled, reconciled, "{name}");
        let (compensated, combined) = kahan_sum(&a, &b);
        assert_eq!(compensated.to_string(), expected, "{name}, with compensation");
        assert_eq!(
            combined.custom_buckets_reconciled, reconciled,
            "{name}, with compensation"
        );

        let mut difference = added.clone();
        difference.sub(&b).expect("compatible");
        let mut back = a.clone();
        back.add(&b).expect("compatible");
        back.sub(&b).expect("compatible");
        assert_eq!(difference, back, "{name}");
        assert_eq!(difference.count, a.count, "{name}");
        assert_eq!(difference.sum, a.sum, "{name}");
    }
}

#[test]
fn exponential_and_custom_buckets_do_not_mix() {
    let (mut a, mut b) = (exponential(0, 1.0, 0, &[1.0]), custom(1.0, &[1.0], &[1.0]));
    assert_eq!(a.add(&b), Err(IncompatibleSchemas));
    assert_eq!(b.sub(&a), Err(IncompatibleSchemas));
    assert_eq!(a.kahan_add(&b, &mut None), Err(IncompatibleSchemas));
    assert_eq!(a, exponential(0, 1.0, 0, &[1.0]));
}

#[test]
fn a_threshold_that_is_no_number_ends_no_loop() {
    let odd = with_zero_bucket(exponential(0, 1.0, 0, &[1.0]), f64::NAN, 1.0);
    let plain = with_zero_bucket(exponential(0, 1.0, 0, &[1.0]), 0.1, 1.0);
    assert_eq!(sum(&odd, &plain).0.count, 4.0);
    assert_eq!(sum(&plain, &odd).0.count, 4.0);
    assert!(plain.detect_reset(&odd) || !plain.detect_reset(&odd));
}

#[test]
fn hints_of_sums() {
    use CounterResetHint::{Gauge, NotReset, Reset, Unknown};
    let cases = [
        (Unknown, Unknown, Unknown, false),
        (Gauge, Gauge, Gauge, false),
        (Reset, Reset, Reset, false),
        (Gauge, Reset, Gauge, false),
        (NotReset, Gauge, Gauge, false),
        (Unknown, NotReset, Unknown, false),
        (Reset, Unknown, Unknown, false),
        (Reset, NotReset, Unknown, true),
        (NotReset, Reset, Unknown, true),
    ];
    for (a, b, expected, collision) in cases {
        let (a, b) = (
            hinted(a, exponential(0, 1.0, 0, &[])),
            hinted(b, exponential(0, 1.0, 0, &[])),
        );
        let (added, combined) = sum(&a, &b);
        assert_eq!(added.counter_reset_hint, expected);
        assert_eq!(combined.counter_reset_collision, collision);
    }
}

#[test]
fn compensation_keeps_the_bits_that_a_plain_sum_loses() {
    let terms = [1.0, 1e100, 1.0, -1e100].map(|count| exponential(0, count, 3, &[count, count]));
    let [first, rest @ ..] = &terms;
    let (mut sum, mut compensation) = (first.clone(), None);
    for term in rest {
        sum.kahan_add(term, &mut compensation).expect("compatible");
    }
    sum.add(&compensation.expect("made on the first call"))
        .expect("compatible");
    assert_eq!(sum.to_string(), "{count:4, sum:2, (4,8]:2, (8,16]:2}");
}

#[test]
fn scaling() {
    let histogram = with_zero_bucket(with_negative(exponential(0, 3.0, 0, &[2.0]), 0, &[4.0]), 0.1, 6.0);
    assert_eq!(
        histogram.clone().mul(0.5).to_string(),
        "{count:6, sum:1.5, [-1,-0.5):2, [-0.1,0.1]:3, (0.5,1]:1}"
    );
    assert_eq!(
        histogram.clone().div(2.0).to_string(),
        "{count:6, sum:1.5, [-1,-0.5):2, [-0.1,0.1]:3, (0.5,1]:1}"
    );
    assert_eq!(
        histogram.clone().mul(1.0).counter_reset_hint,
        CounterResetHint::Unknown
    );
    assert_eq!(
        histogram.clone().mul(-1.0).counter_reset_hint,
        CounterResetHint::Gauge
    );
    assert_eq!(
        histogram.clone().div(-1.0).counter_reset_hint,
        CounterResetHint::Gauge
    );
    assert_eq!(
        histogram.clone().div(0.0).to_string(),
        "{count:+Inf, sum:+Inf, [-0.1,0.1]:+Inf}"
    );
}

#[test]
fn overflow_is_noticed_everywhere() {
    assert!(!exponential(0, 1.0, 0, &[1.0]).has_overflow());
    assert!(exponential(0, f64::INFINITY, 0, &[1.0]).has_overflow());
    assert!(exponential(0, 1.0, 0, &[f64::INFINITY]).has_overflow());
    assert!(with_negative(exponential(0, 1.0, 0, &[]), 0, &[f64::INFINITY]).has_overflow());
}

#[test]
fn trimming() {
    use Keep::{Above, Below};
    let listed = &custom(20.0, &[1.0, 3.0, 5.0], &[4.0, 4.0, 4.0, 4.0]);
    let around_zero = &with_zero_bucket(with_negative(exponential(0, 1.0, 1, &[4.0]), 1, &[4.0]), 0.5, 8.0);
    #[rustfmt::skip]
    let cases = [
        // A value on a bound cuts nothing in two.
        (listed, Below, 3.0, "{count:8, sum:10, [-Inf,1]:4, (1,3]:4}"),
        (listed, Above, 3.0, "{count:8, sum:36, (3,5]:4, (5,+Inf]:4}"),
        // Linear interpolation within custom buckets; the first is taken to begin at zero.
        (listed, Below, 2.0, "{count:6, sum:5, [-Inf,1]:4, (1,3]:2}"),
        (listed, Above, 0.25, "{count:15, sum:45.875, [-Inf,1]:3, (1,3]:4, (3,5]:4, (5,+Inf]:4}"),
        // Of the last bucket nothing is known to lie below a value, and everything above.
        (listed, Below, 7.0, "{count:12, sum:26, [-Inf,1]:4, (1,3]:4, (3,5]:4}"),
        (listed, Above, 7.0, "{count:4, sum:28, (5,+Inf]:4}"),
        // Of the first bucket nothing is known to lie above a value below zero.
        (listed, Above, -1.0, "{count:12, sum:44, (1,3]:4, (3,5]:4, (5,+Inf]:4}"),
        // Where no bucket changes the sum is not estimated anew.
        (around_zero, Below, 2.0, "{count:16, sum:1, [-2,-1):4, [-0.5,0.5]:8, (1,2]:4}"),
        (around_zero, Above, -2.0, "{count:16, sum:1, [-2,-1):4, [-0.5,0.5]:8, (1,2]:4}"),
        // Linear interpolation within the zero bucket.
        (around_zero, Below, 0.25, "{count:10, sum:-6.406854249492381, [-2,-1):4, [-0.5,0.5]:6}"),
        (around_zero, Above, 0.0, "{count:8, sum:6.656854249492381, [-0.5,0.5]:4, (1,2]:4}"),
        (around_zero, Below, -3.0, "{count:0, sum:0}"),
        (around_zero, Above, f64::NAN, "{count:NaN, sum:NaN, [-0.5,0.5]:NaN}"),
    ];
    for (histogram, keep, value, expected) in cases {
        assert_eq!(
            histogram.clone().trim(value, keep).to_string(),
            expected,
            "{keep:?} {value}"
        );
    }
}

#[test]
fn trimming_on_a_logarithmic_scale() {
    // The square root of two is in the middle of the bucket from one to two.
    let histogram = exponential(0, 1.0, 1, &[4.0]);
    for keep in [Keep::Below, Keep::Above] {
        let mut trimmed = histogram.clone();
        trimmed.trim(2f64.sqrt(), keep);
        assert!((trimmed.count - 2.0).abs() < 1e-12, "{trimmed}");
    }
    let mut trimmed = histogram.clone();
    trimmed.trim(2f64.sqrt(), Keep::Below);
    // What remains of the bucket is represented by its geometric middle.
    assert!((trimmed.sum - 2.0 * 2f64.powf(0.25)).abs() < 1e-12, "{trimmed}");
}

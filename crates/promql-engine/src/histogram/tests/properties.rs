//! What must hold for all histograms.
//!
//! Counts are small whole numbers, so that sums are exact and equality can be asked for.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::trim::Keep;
use super::*;

fn side() -> impl Strategy<Value = Buckets> {
    let span = (0i32..4, 1u32..5);
    (-12i32..6, vec(span, 0..4)).prop_flat_map(|(first, mut layout)| {
        if let Some(span) = layout.first_mut() {
            span.0 = first;
        }
        let buckets = layout.iter().map(|(_, length)| *length as usize).sum::<usize>();
        vec(0u32..9, buckets).prop_map(move |counts| Buckets {
            spans: spans(&layout),
            counts: counts.into_iter().map(f64::from).collect(),
        })
    })
}

/// A histogram with the given zero threshold in whose zero bucket no other bucket begins.
fn exponential_with(
    schema: impl Strategy<Value = i32>,
    threshold: impl Strategy<Value = f64>,
) -> impl Strategy<Value = FloatHistogram> {
    (schema, side(), side(), threshold, 0u32..9, -50i32..50).prop_map(
        |(schema, mut positive, mut negative, zero_threshold, zero_count, sum)| {
            let mut inside = false;
            for side in [&mut positive, &mut negative] {
                let indices: Vec<_> = side.iter().map(|(index, _)| index).collect();
                for (count, index) in side.counts.iter_mut().zip(indices) {
                    if bounds::exponential_bound(index - 1, schema) < zero_threshold {
                        *count = 0.0;
                        inside = true;
                    }
                }
            }
            let zero_count = f64::from(zero_count);
            let mut histogram = FloatHistogram {
                schema,
                zero_threshold,
                zero_count,
                count: total(&positive.counts) + total(&negative.counts) + zero_count,
                sum: f64::from(sum),
                positive,
                negative,
                ..FloatHistogram::default()
            };
            if inside {
                histogram.compact(0);
            }
            histogram
        },
    )
}

/// Zero buckets that end where buckets of all schemas down to -1 end. Otherwise Prometheus counts some observations
/// twice when it adds histograms of different schemas.
fn any_exponential() -> impl Strategy<Value = FloatHistogram> {
    let thresholds = prop::sample::select(vec![0.0, 1.0 / 64.0, 0.25, 1.0]);
    exponential_with(-1..=3, thresholds)
}

/// Zero buckets that end anywhere, for histograms of one schema.
fn with_odd_zero_bucket() -> impl Strategy<Value = FloatHistogram> {
    exponential_with(Just(1), prop::sample::select(vec![0.0, 0.001, 0.3, 0.75, 1.5]))
}

fn any_custom() -> impl Strategy<Value = FloatHistogram> {
    prop::collection::btree_set(-4i32..12, 0..6).prop_flat_map(|bounds| {
        let bounds: Vec<_> = bounds.into_iter().map(f64::from).collect();
        vec(0u32..9, 0..=bounds.len() + 1).prop_map(move |counts| {
            let counts: Vec<_> = counts.into_iter().map(f64::from).collect();
            custom(7.0, &bounds, &counts)
        })
    })
}

fn any_histogram() -> impl Strategy<Value = FloatHistogram> {
    prop_oneof![any_exponential(), any_custom()]
}

/// Two histograms that can be added.
fn any_pair() -> impl Strategy<Value = (FloatHistogram, FloatHistogram)> {
    prop_oneof![
        (any_exponential(), any_exponential()),
        (any_custom(), any_custom())
    ]
}

/// The populated buckets of both sides.
fn populated(histogram: &FloatHistogram) -> [BTreeMap<i32, u64>; 2] {
    [&histogram.positive, &histogram.negative].map(|side| {
        side.iter()
            .filter(|(_, count)| *count != 0.0)
            .map(|(index, count)| (index, count.to_bits()))
            .collect()
    })
}

/// Everything that a histogram says, whatever its layout.
fn meaning(histogram: &FloatHistogram) -> impl PartialEq + std::fmt::Debug + use<> {
    let totals = [
        histogram.zero_threshold,
        histogram.zero_count,
        histogram.count,
        histogram.sum,
    ];
    (
        histogram.schema,
        totals.map(f64::to_bits),
        populated(histogram),
        histogram.custom_values.clone(),
    )
}

fn sum(a: &FloatHistogram, b: &FloatHistogram) -> FloatHistogram {
    let mut sum = a.clone();
    sum.add(b).expect("compatible");
    sum
}

fn bucket_total(histogram: &FloatHistogram) -> f64 {
    histogram
        .all_buckets()
        .fold(0.0, |sum, bucket| sum + bucket.count)
}

proptest! {
    #[test]
    fn addition_commutes((a, b) in any_pair()) {
        prop_assert_eq!(meaning(&sum(&a, &b)), meaning(&sum(&b, &a)));
    }

    #[test]
    fn compensation_changes_nothing_where_sums_are_exact((a, b) in any_pair()) {
        let (mut compensated, mut compensation) = (a.clone(), None);
        let plain = compensated.kahan_add(&b, &mut compensation).expect("compatible");
        let compensation = compensation.expect("made on the first call");
        prop_assert!(compensation.positive.same_layout(&compensated.positive));
        prop_assert!(compensation.negative.same_layout(&compensated.negative));
        prop_assert_eq!(a.clone().add(&b), Ok(plain));
        prop_assert_eq!(meaning(&sum(&compensated, &compensation)), meaning(&sum(&a, &b)));
    }

    #[test]
    fn what_was_added_can_be_taken_away(a in any_exponential(), b in any_exponential()) {
        let mut back = sum(&a, &b);
        back.sub(&b).expect("compatible");
        // The layout stays that of the sum.
        let mut nothing = b.clone();
        nothing.mul(0.0);
        prop_assert_eq!(meaning(&back), meaning(&sum(&a, &nothing)));
    }

    #[test]
    fn addition_and_coarser_resolution_commute(a in any_exponential(), b in any_exponential(), schema in -1..=0) {
        // Zero buckets widen by whole buckets, which depend on the schema: leave them out.
        let [a, b] = [a, b].map(|mut histogram| {
            histogram.zero_threshold = 0.0;
            histogram
        });
        let mut after = sum(&a, &b);
        after.reduce_resolution(schema);
        let before = sum(&a.to_schema(schema.min(a.schema)), &b.to_schema(schema.min(b.schema)));
        prop_assert_eq!(meaning(&after), meaning(&before));
    }

    #[test]
    fn sums_and_coarser_histograms_lose_no_observation((a, b) in any_pair(), schema in MIN_SCHEMA..=0) {
        let mut added = sum(&a, &b);
        prop_assert_eq!(added.count, a.count + b.count);
        prop_assert_eq!(bucket_total(&added), added.count);
        added.reduce_resolution(schema);
        prop_assert_eq!(bucket_total(&added), added.count);
    }

    #[test]
    fn compaction_preserves_the_populated_buckets(histogram in any_histogram(), max_empty in 0u32..4) {
        let mut compacted = histogram.clone();
        compacted.compact(max_empty);
        prop_assert_eq!(meaning(&compacted), meaning(&histogram));
        prop_assert_eq!(compacted.validate(), Ok(()));
        for side in [&compacted.positive, &compacted.negative] {
            prop_assert!(side.counts.first().is_none_or(|count| *count != 0.0));
            prop_assert!(side.counts.last().is_none_or(|count| *count != 0.0));
            prop_assert!(side.spans.iter().skip(1).all(|span| span.offset > max_empty as i32));
        }
        let again = compacted.clone();
        prop_assert_eq!(compacted.compact(max_empty), &again);
    }

    #[test]
    fn sums_are_consistent_histograms((a, b) in any_pair()) {
        prop_assert_eq!(sum(&a, &b).validate(), Ok(()));
    }

    #[test]
    fn buckets_come_in_order_and_backwards(histogram in any_histogram()) {
        let buckets: Vec<_> = histogram.all_buckets().filter(|bucket| bucket.count != 0.0).collect();
        prop_assert!(buckets.windows(2).all(|pair| pair[0].upper <= pair[1].lower));
        let mut reversed: Vec<_> = histogram.all_buckets_rev().filter(|bucket| bucket.count != 0.0).collect();
        reversed.reverse();
        prop_assert_eq!(buckets, reversed);
    }

    #[test]
    fn quantiles_grow_and_stay_within_the_buckets(histogram in any_histogram(), a in 0f64..=1.0, b in 0f64..=1.0) {
        prop_assume!(histogram.count > 0.0);
        let (low, high) = (histogram.quantile(a.min(b)).0, histogram.quantile(a.max(b)).0);
        prop_assert!(low <= high * (1.0 + 1e-12 * high.signum()), "{} > {}", low, high);
    }

    #[test]
    fn fractions_add_up(histogram in any_histogram(), cut in -20f64..20.0) {
        prop_assume!(histogram.count > 0.0);
        let below = histogram.fraction(f64::NEG_INFINITY, cut).0;
        let above = histogram.fraction(cut, f64::INFINITY).0;
        prop_assert!((below + above - 1.0).abs() < 1e-9, "{} + {}", below, above);
        prop_assert!((0.0..=1.0).contains(&below));
    }

    #[test]
    fn the_fraction_below_a_quantile_is_its_rank(histogram in any_exponential(), q in 0.01f64..0.99) {
        prop_assume!(histogram.count > 0.0);
        let below = histogram.fraction(f64::NEG_INFINITY, histogram.quantile(q).0).0;
        // A zero bucket without width holds several ranks at one value.
        prop_assume!(histogram.zero_threshold > 0.0 || histogram.zero_count == 0.0);
        prop_assert!((below - q).abs() < 1e-6, "{} instead of {}", below, q);
    }

    #[test]
    fn trimming_splits_the_observations(histogram in any_exponential(), cut in -20f64..20.0) {
        let mut below = histogram.clone();
        let mut above = histogram.clone();
        below.trim(cut, Keep::Below);
        above.trim(cut, Keep::Above);
        prop_assert!((below.count + above.count - histogram.count).abs() < 1e-9);
        let populated = |bucket: &Bucket| bucket.count != 0.0;
        prop_assert!(below.all_buckets().filter(populated).all(|bucket| bucket.lower <= cut));
        prop_assert!(above.all_buckets().filter(populated).all(|bucket| bucket.upper >= cut));
    }

    #[test]
    fn a_sum_is_no_reset_of_its_terms(a in with_odd_zero_bucket(), b in with_odd_zero_bucket()) {
        let grown = sum(&a, &b);
        prop_assert!(!grown.detect_reset(&a));
        prop_assert!(b.count == 0.0 || a.detect_reset(&grown));
    }

    #[test]
    fn nothing_panics_on_odd_numbers(
        a in any_exponential(), b in any_exponential(),
        odd in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(1e308)],
        first in prop_oneof![Just(i32::MAX), Just(i32::MIN), Just(1_000_000)],
    ) {
        let mut a = a;
        a.zero_threshold = odd;
        a.sum = odd;
        if let Some(count) = a.positive.counts.first_mut() {
            *count = odd;
        }
        if let Some(span) = a.negative.spans.first_mut() {
            span.offset = first;
        }
        let _ = (sum(&a, &b), sum(&b, &a), a.detect_reset(&b), b.detect_reset(&a), a.to_string(), a.test_expression());
        let _ = (a.quantile(0.3), a.fraction(-1.0, odd), a.variance(), a.validate());
        for keep in [Keep::Above, Keep::Below] {
            b.clone().trim(odd, keep);
            a.clone().trim(0.5, keep);
        }
    }
}

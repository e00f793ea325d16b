//! Bounds, iteration, compaction, resolution, equality, both text forms, validation.

use super::*;

#[test]
fn bounds_of_exponential_buckets() {
    let cases = [
        // Schema 0 doubles.
        (0, -1, 0.5),
        (0, 0, 1.0),
        (0, 1, 2.0),
        (0, 10, 1024.0),
        // Schema 2 has four buckets for each power of two.
        (2, 4, 2.0),
        (2, 3, 1.6817928305074288),
        (2, -4, 0.5),
        (3, 1, 1.0905077326652577),
        // Schema -2 multiplies by sixteen.
        (-2, 1, 16.0),
        (-2, 2, 256.0),
        (-2, -1, 0.0625),
        // The last bucket of numbers ends at the greatest one, then comes infinity.
        (0, 1024, f64::MAX),
        (0, 1025, f64::INFINITY),
        (-4, 64, f64::MAX),
        (-4, 65, f64::INFINITY),
        (8, 1024 << 8, f64::MAX),
        (8, (1024 << 8) + 1, f64::INFINITY),
        // Below the least number there is only zero.
        (0, -1080, 0.0),
    ];
    for (schema, index, bound) in cases {
        assert_eq!(
            bounds::exponential_bound(index, schema),
            bound,
            "schema {schema}, bucket {index}"
        );
    }
}

#[test]
fn finer_schemas_keep_the_bounds_of_coarser_ones() {
    for schema in MIN_SCHEMA..MAX_SCHEMA {
        for index in -300..300 {
            assert_eq!(
                bounds::exponential_bound(index, schema),
                bounds::exponential_bound(index * 2, schema + 1)
            );
        }
    }
}

#[test]
fn buckets_in_both_directions() {
    let mut histogram = with_negative(exponential(0, 0.0, -1, &[1.0, 2.0, 0.0, 4.0]), 1, &[7.0, 8.0]);
    histogram.positive.spans = spans(&[(-1, 2), (3, 2)]);
    histogram = with_zero_bucket(histogram, 0.25, 5.0);

    let show = |buckets: Vec<Bucket>| {
        buckets
            .iter()
            .map(Bucket::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let positive = "(0.25,0.5]:1 (0.5,1]:2 (8,16]:0 (16,32]:4";
    assert_eq!(show(histogram.positive_buckets().collect()), positive);
    let negative = "[-2,-1):7 [-4,-2):8";
    assert_eq!(show(histogram.negative_buckets().collect()), negative);
    let all = "[-4,-2):8 [-2,-1):7 [-0.25,0.25]:5 (0.25,0.5]:1 (0.5,1]:2 (8,16]:0 (16,32]:4";
    assert_eq!(show(histogram.all_buckets().collect()), all);
    let reversed = |text: &str| text.split(' ').rev().collect::<Vec<_>>().join(" ");
    assert_eq!(
        show(histogram.positive_buckets_rev().collect()),
        reversed(positive)
    );
    assert_eq!(
        show(histogram.negative_buckets_rev().collect()),
        reversed(negative)
    );
    assert_eq!(show(histogram.all_buckets_rev().collect()), reversed(all));
}

#[test]
fn buckets_do_not_reach_into_the_zero_bucket() {
    let histogram = with_negative(exponential(0, 0.0, 1, &[3.0]), 1, &[2.0]);
    let histogram = with_zero_bucket(histogram, 1.5, 1.0);
    let bounds: Vec<_> = histogram.all_buckets().map(|b| (b.lower, b.upper)).collect();
    assert_eq!(bounds, [(-2.0, -1.5), (-1.5, 1.5), (1.5, 2.0)]);
}

#[test]
fn custom_buckets_end_at_infinity() {
    let histogram = custom(10.0, &[-1.0, 0.0, 2.5], &[1.0, 2.0, 3.0, 4.0]);
    let shown: Vec<_> = histogram.all_buckets().map(|bucket| bucket.to_string()).collect();
    assert_eq!(shown, ["[-Inf,-1]:1", "(-1,0]:2", "(0,2.5]:3", "(2.5,+Inf]:4"]);
}

#[test]
fn compaction() {
    type Case = (
        &'static str,
        u32,
        &'static [(i32, u32)],
        &'static [f64],
        &'static [(i32, u32)],
        &'static [f64],
    );
    let cases: [Case; 8] = [
        (
            "nothing to do",
            0,
            &[(2, 2), (1, 1)],
            &[1.0, 2.0, 3.0],
            &[(2, 2), (1, 1)],
            &[1.0, 2.0, 3.0],
        ),
        (
            "neighbours become one",
            0,
            &[(2, 1), (0, 1)],
            &[1.0, 2.0],
            &[(2, 2)],
            &[1.0, 2.0],
        ),
        (
            "empty at the ends",
            0,
            &[(-2, 4)],
            &[0.0, 1.0, 2.0, 0.0],
            &[(-1, 2)],
            &[1.0, 2.0],
        ),
        (
            "empty inside",
            0,
            &[(0, 4)],
            &[1.0, 0.0, 0.0, 2.0],
            &[(0, 1), (2, 1)],
            &[1.0, 2.0],
        ),
        (
            "few empty inside may stay",
            2,
            &[(0, 4)],
            &[1.0, 0.0, 0.0, 2.0],
            &[(0, 4)],
            &[1.0, 0.0, 0.0, 2.0],
        ),
        (
            "small gaps are filled",
            2,
            &[(0, 1), (2, 1)],
            &[1.0, 2.0],
            &[(0, 4)],
            &[1.0, 0.0, 0.0, 2.0],
        ),
        (
            "large gaps are not",
            1,
            &[(0, 1), (2, 1)],
            &[1.0, 2.0],
            &[(0, 1), (2, 1)],
            &[1.0, 2.0],
        ),
        ("nothing left", 0, &[(5, 2), (3, 1)], &[0.0, 0.0, 0.0], &[], &[]),
    ];
    for (name, max_empty, before, counts, after, expected) in cases {
        let mut histogram = FloatHistogram {
            positive: Buckets {
                spans: spans(before),
                counts: counts.to_vec(),
            },
            ..FloatHistogram::default()
        };
        histogram.compact(max_empty);
        assert_eq!(histogram.positive.spans, spans(after), "{name}");
        assert_eq!(histogram.positive.counts, expected, "{name}");
    }
}

#[test]
fn coarser_resolution() {
    let mut histogram = exponential(2, 1.0, -3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    // Buckets (2^(i-1)/4, 2^i/4] from i = -3 on: four end at or below 1.
    histogram.reduce_resolution(0);
    assert_eq!(histogram.schema, 0);
    assert_eq!(histogram.positive.spans, spans(&[(0, 2)]));
    assert_eq!(histogram.positive.counts, [10.0, 11.0]);

    let mut histogram = exponential(0, 1.0, 0, &[1.0, 2.0]);
    histogram.positive.spans = spans(&[(0, 1), (19, 1)]);
    histogram.reduce_resolution(-2);
    assert_eq!(histogram.positive.spans, spans(&[(0, 1), (4, 1)]));

    // To a finer schema there is no way, and custom buckets have no resolution.
    let before = histogram.clone();
    assert_eq!(*histogram.reduce_resolution(0), before);
    let mut listed = custom(1.0, &[1.0], &[1.0]);
    let before = listed.clone();
    assert_eq!(*listed.reduce_resolution(-1), before);
}

#[test]
fn copies_at_another_schema_forget_the_hint() {
    let reset = hinted(CounterResetHint::Reset, exponential(1, 1.0, 0, &[1.0]));
    assert_eq!(reset.to_schema(1).counter_reset_hint, CounterResetHint::Reset);
    assert_eq!(reset.to_schema(0).counter_reset_hint, CounterResetHint::Unknown);
}

#[test]
fn equality_is_of_the_numbers_and_the_layout() {
    let one = exponential(0, 1.0, 0, &[1.0, 2.0]);
    assert_eq!(one, hinted(CounterResetHint::Gauge, one.clone()));
    let differing = [
        exponential(1, 1.0, 0, &[1.0, 2.0]),
        exponential(0, 1.5, 0, &[1.0, 2.0]),
        exponential(0, 1.0, 1, &[1.0, 2.0]),
        exponential(0, 1.0, 0, &[2.0, 1.0]),
        exponential(0, 1.0, 0, &[1.0, 2.0, 0.0]),
        with_zero_bucket(one.clone(), 0.5, 0.0),
        with_negative(one.clone(), 0, &[0.0]),
    ];
    for other in differing {
        assert_ne!(one, other);
    }
    let nan = exponential(0, f64::NAN, 0, &[1.0]);
    assert_eq!(nan, nan.clone());
    let mut split = one.clone();
    split.positive.spans = spans(&[(0, 1), (0, 1)]);
    assert_ne!(one, split);
    split.positive.spans = spans(&[(-3, 0), (3, 2), (7, 0)]);
    assert_eq!(one, split);
}

#[test]
fn text_forms() {
    let both_sides = with_zero_bucket(
        with_negative(exponential(1, -2.5, 2, &[1.0, 0.0, 3.0]), -1, &[4.0, 5.0]),
        0.001,
        2.0,
    );
    let cases = [
        (FloatHistogram::default(), "{count:0, sum:0}", "{{}}"),
        (
            exponential(0, 1e6, 0, &[1.5, 2.0]),
            "{count:3.5, sum:1e+06, (0.5,1]:1.5, (1,2]:2}",
            "{{count:3.5 sum:1e+06 buckets:[1.5 2]}}",
        ),
        (
            both_sides,
            "{count:15, sum:-2.5, [-0.7071067811865475,-0.5):5, [-1,-0.7071067811865475):0}",
            "{{schema:1 count:15 sum:-2.5 z_bucket:2 z_bucket_w:0.001 offset:2 buckets:[1 0 3] n_offset:-1 n_buckets:[4 5]}}",
        ),
        (
            hinted(
                CounterResetHint::Gauge,
                custom(5.0, &[1.0, 2.5], &[0.0, 2.0, 1.0]),
            ),
            "{count:3, sum:5, (1,2.5]:2, (2.5,+Inf]:1}",
            "{{schema:-53 count:3 sum:5 custom_values:[1 2.5] counter_reset_hint:gauge offset:1 buckets:[2 1]}}",
        ),
        (
            hinted(CounterResetHint::Reset, exponential(0, f64::INFINITY, 0, &[])),
            "{count:0, sum:+Inf}",
            "{{sum:+Inf counter_reset_hint:reset}}",
        ),
        (
            hinted(CounterResetHint::NotReset, custom(f64::NAN, &[], &[])),
            "{count:0, sum:NaN}",
            "{{schema:-53 sum:NaN custom_values:[] counter_reset_hint:not_reset}}",
        ),
    ];
    for (position, (histogram, display, test_expression)) in cases.into_iter().enumerate() {
        // The third one is long: it is spelled out below.
        if position != 2 {
            assert_eq!(histogram.to_string(), display);
        }
        assert_eq!(histogram.test_expression(), test_expression);
    }
}

#[test]
fn display_goes_from_the_lowest_bucket_to_the_highest() {
    let histogram = with_zero_bucket(
        with_negative(exponential(0, 3.0, 1, &[1.0, 0.0, 2.0]), 0, &[4.0, 5.0]),
        0.5,
        6.0,
    );
    assert_eq!(
        histogram.to_string(),
        "{count:18, sum:3, [-2,-1):5, [-1,-0.5):4, [-0.5,0.5]:6, (1,2]:1, (4,8]:2}"
    );
}

#[test]
fn gaps_without_measure_are_not_written_out() {
    let mut histogram = exponential(8, 1.0, 0, &[1.0, 1.0]);
    histogram.positive.spans = spans(&[(-2_000_000_000, 1), (2_000_000_000, 1)]);
    assert_eq!(histogram.test_expression(), histogram.to_string());
}

#[test]
fn inconsistent_histograms() {
    let mut misfit = exponential(0, 0.0, 0, &[1.0, 2.0]);
    misfit.positive.spans[0].length = 3;
    let mut overlap = exponential(0, 0.0, 0, &[1.0, 2.0]);
    overlap.positive.spans = spans(&[(-5, 1), (-1, 1)]);
    let mut bounds_without_use = exponential(0, 0.0, 0, &[]);
    bounds_without_use.custom_values = Arc::from([1.0]);
    let mut negative_count = exponential(0, 0.0, 0, &[]);
    negative_count.count = -1.0;
    let cases = [
        (exponential(0, 0.0, -5, &[1.0, 0.0]), ""),
        (custom(0.0, &[1.0, 2.0], &[0.0, 1.0, 2.0]), ""),
        (
            misfit,
            "positive side: spans need 3 buckets, have 2 buckets: histogram spans specify different number of buckets \
             than provided",
        ),
        (
            overlap,
            "positive side: span number 2 with offset -1: histogram has a span whose offset is negative",
        ),
        (
            exponential(0, 0.0, 0, &[1.0, -2.0]),
            "observation count is  -1: histogram's observation count is negative",
        ),
        (
            exponential(0, 0.0, 0, &[3.0, -2.0]),
            "positive side: bucket number 2 has observation count of -2: histogram has a bucket whose observation \
             count is negative",
        ),
        (
            with_negative(exponential(0, 0.0, 0, &[3.0]), 0, &[-0.5]),
            "negative side: bucket number 1 has observation count of -0.5: histogram has a bucket whose observation \
             count is negative",
        ),
        (
            with_zero_bucket(exponential(0, 0.0, 0, &[3.0]), 0.0, -1.0),
            "zero bucket has observation count of -1: histogram has a bucket whose observation count is negative",
        ),
        (
            bounds_without_use,
            "histogram with exponential schema must not have custom bounds",
        ),
        (
            exponential(9, 0.0, 0, &[]),
            "histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for \
             custom buckets, got schema 9",
        ),
        (
            negative_count,
            "observation count is  -1: histogram's observation count is negative",
        ),
        (
            custom(0.0, &[1.0, 1.0], &[]),
            "custom buckets: previous bound is 1.000000 and current is 1.000000: histogram custom bounds must be in \
             strictly increasing order",
        ),
        (
            custom(0.0, &[f64::NAN], &[]),
            "custom buckets: histogram custom bounds must not be NaN",
        ),
        (
            custom(0.0, &[1.0, f64::INFINITY], &[]),
            "custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite",
        ),
        (
            custom(0.0, &[1.0], &[1.0, 1.0, 1.0]),
            "custom buckets: only 1 custom bounds defined which is insufficient to cover total span length of 3: \
             histogram custom bounds are too few",
        ),
        (
            with_zero_bucket(custom(0.0, &[], &[]), 0.0, 1.0),
            "custom buckets: must have zero count of 0",
        ),
        (
            with_zero_bucket(custom(0.0, &[], &[]), 0.1, 0.0),
            "custom buckets: must have zero threshold of 0",
        ),
        (
            with_negative(custom(0.0, &[], &[]), 0, &[1.0]),
            "custom buckets: must not have negative spans",
        ),
    ];
    for (histogram, expected) in cases {
        let problem = histogram
            .validate()
            .err()
            .map_or(String::new(), |problem| problem.to_string());
        assert_eq!(problem, expected);
    }
}

#[test]
fn size_counts_for_the_sample_limit() {
    assert_eq!(FloatHistogram::default().size(), 168);
    assert_eq!(exponential(0, 0.0, 0, &[1.0, 2.0]).size(), 168 + 8 + 16);
    assert_eq!(custom(0.0, &[1.0], &[1.0]).size(), 168 + 8 + 8 + 8);
}

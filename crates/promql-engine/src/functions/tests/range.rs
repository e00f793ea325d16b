//! Functions of ranges of floats.

use proptest::prelude::*;

use super::*;

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

/// Functions without further arguments of the last 40 seconds at 1:00, over samples every ten seconds: those at
/// 0:30, 0:40, 0:50 and 1:00.
#[test]
fn floats_of_one_window() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, Option<f64>)] = &[
        // Samples from 0:00 to 1:10.
        ("count_over_time", "1 1 1 4 5 6 7 1", Some(4.0)),
        ("count_over_time", "1 1 1 _ _ _ 7", Some(1.0)),
        ("count_over_time", "1 1 1 _ _ _ _ 1", None),
        ("present_over_time", "1 1 1 0", Some(1.0)),
        ("sum_over_time", "9 9 9 1 2 3 4", Some(10.0)),
        ("sum_over_time", "9 9 9 1e100 1 -1e100", Some(1.0)),
        ("sum_over_time", "9 9 9 Inf 1", Some(INF)),
        ("sum_over_time", "9 9 9 Inf -Inf", Some(NAN)),
        ("avg_over_time", "9 9 9 1 2 3 4", Some(2.5)),
        ("avg_over_time", "9 9 9 1.7e308 1.7e308 1.7e308", Some(1.7e308)),
        ("avg_over_time", "9 9 9 1e308 1e308 -1e308", Some(3.333333333333333e307)),
        ("avg_over_time", "9 9 9 Inf 1", Some(INF)),
        ("min_over_time", "0 0 0 3 NaN 2 4", Some(2.0)),
        ("min_over_time", "0 0 0 NaN NaN", Some(NAN)),
        ("min_over_time", "9 9 9 Inf", Some(INF)),
        ("max_over_time", "9 9 9 3 NaN 2 1 9", Some(3.0)),
        ("max_over_time", "9 9 9 NaN -Inf NaN", Some(-INF)),
        ("first_over_time", "9 9 9 _ 3 2 1", Some(3.0)),
        ("last_over_time", "9 9 9 3 2 NaN _ 4", Some(NAN)),
        ("ts_of_first_over_time", "9 9 9 _ 3 2 1", Some(40.0)),
        ("ts_of_last_over_time", "9 9 9 _ 3 2 _ 9", Some(50.0)),
        ("ts_of_max_over_time", "9 9 9 3 7 7 1", Some(50.0)),
        ("ts_of_max_over_time", "9 9 9 NaN NaN", Some(40.0)),
        ("ts_of_min_over_time", "0 0 0 3 1 7 1", Some(60.0)),
        ("ts_of_min_over_time", "0 0 0 NaN 4 NaN", Some(40.0)),
        ("stdvar_over_time", "9 9 9 1 2 3 4", Some(1.25)),
        ("stdvar_over_time", "9 9 9 5", Some(0.0)),
        ("stdvar_over_time", "9 9 9 5 NaN", Some(NAN)),
        ("stddev_over_time", "9 9 9 2 4 2 4", Some(1.0)),
        ("mad_over_time", "9 9 9 1 2 3 9", Some(1.0)),
        ("mad_over_time", "9 9 9 1 2 NaN", Some(NAN)),
        ("changes", "9 9 9 1 1 2 1", Some(2.0)),
        ("changes", "9 9 9 NaN NaN 1 NaN", Some(2.0)),
        ("changes", "9 9 9 5", Some(0.0)),
        ("changes", "9 9 9 0 -0", Some(0.0)),
        ("resets", "9 9 9 5 4 4 3", Some(2.0)),
        ("resets", "9 9 9 5 NaN 4 6", Some(0.0)),
        ("idelta", "9 9 9 1 5 3", Some(-2.0)),
        ("idelta", "9 9 9 5", None),
        ("irate", "9 9 9 1 5 _ 25", Some(1.0)),
        ("irate", "9 9 9 1 5 3", Some(0.3)),
        ("deriv", "9 9 9 1 2 3 4", Some(0.1)),
        ("deriv", "9 9 9 5 5 5", Some(0.0)),
        ("deriv", "9 9 9 Inf Inf", Some(NAN)),
        ("deriv", "9 9 9 5", None),
    ];
    for (name, values, want) in cases {
        let got = float_at(
            &TestCall::at(name, 40_000, 60_000),
            &TestSeries::every_ten_seconds(values),
        );
        let same = match (got, want) {
            (Some(got), Some(want)) => got == *want || got.is_nan() && want.is_nan(),
            (got, want) => got == *want,
        };
        assert!(same, "{name} of {values} is {want:?}, not {got:?}");
    }
}

#[test]
fn functions_with_scalars() {
    #[rustfmt::skip]
    let cases: &[(&str, &[f64], &str, Option<f64>)] = &[
        ("quantile_over_time", &[0.5], "9 9 9 4 1 3 2", Some(2.5)),
        ("quantile_over_time", &[0.0], "9 9 9 4 NaN 3 2", Some(NAN)),
        ("quantile_over_time", &[2.0], "9 9 9 4", Some(INF)),
        ("quantile_over_time", &[-1.0], "9 9 9 4", Some(-INF)),
        ("predict_linear", &[100.0], "9 9 9 1 2 3 4", Some(14.0)),
        ("predict_linear", &[100.0], "9 9 9 3 3", Some(3.0)),
        ("predict_linear", &[100.0], "9 9 9 3", None),
        ("double_exponential_smoothing", &[0.5, 0.5], "9 9 9 1 2 3 4", Some(4.0)),
        ("double_exponential_smoothing", &[0.5, 0.25], "9 9 9 0 4 0", Some(4.0)),
        ("double_exponential_smoothing", &[0.5, 0.5], "9 9 9 1", None),
    ];
    for (name, scalars, values, want) in cases {
        let call = TestCall::at(name, 40_000, 60_000).with(scalars);
        let got = float_at(&call, &TestSeries::every_ten_seconds(values));
        let same = match (got, want) {
            (Some(got), Some(want)) => got == *want || got.is_nan() && want.is_nan(),
            (got, want) => got == *want,
        };
        assert!(
            same,
            "{name} with {scalars:?} of {values} is {want:?}, not {got:?}"
        );
    }
}

#[test]
fn smoothing_factors_must_lie_between_0_and_1() {
    let series = TestSeries::every_ten_seconds("1 2 3");
    for (scalars, message) in [
        (
            [1.0, 0.5],
            "invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000",
        ),
        (
            [0.5, -0.25],
            "invalid trend factor. Expected: 0 < tf < 1, got: -0.250000",
        ),
        (
            [INF, 0.5],
            "invalid smoothing factor. Expected: 0 < sf < 1, got: +Inf",
        ),
    ] {
        let call = TestCall::at("double_exponential_smoothing", 40_000, 20_000).with(&scalars);
        assert_eq!(eval(&call, &series), Err(EvalError::new(message)));
        // Where there is nothing to smooth nobody looks at the factors.
        let call = TestCall::at("double_exponential_smoothing", 40_000, 200_000).with(&scalars);
        assert!(eval(&call, &series).is_ok());
    }
}

#[test]
fn quantiles_outside_0_to_1_are_warned_about() {
    let series = TestSeries::every_ten_seconds("1 2 3");
    let call = TestCall::at("quantile_over_time", 40_000, 20_000).with(&[1.5]);
    assert_eq!(
        eval(&call, &series).unwrap().messages,
        ["PromQL warning: quantile value should be between 0 and 1, got 1.5"]
    );
    let call = TestCall::at("quantile_over_time", 40_000, 200_000).with(&[1.5]);
    assert!(eval(&call, &series).unwrap().messages.is_empty());
}

/// `increase` and `delta`, which differ from `rate` by a division at most.
#[test]
fn extrapolation() {
    struct Case {
        what: &'static str,
        name: &'static str,
        range: i64,
        at: i64,
        values: &'static str,
        want: Option<f64>,
    }
    #[rustfmt::skip]
    let cases = [
        Case { what: "both ends on the border", name: "delta", range: 40_000, at: 40_000, values: "_ 1 2 3 4", want: Some(4.0) },
        Case { what: "a gap's length beyond each end", name: "increase", range: 40_000, at: 45_000, values: "_ 10 11 12 13", want: Some(4.0) },
        Case { what: "half a gap beyond the last sample", name: "increase", range: 60_000, at: 60_000, values: "_ 10 11 12 13", want: Some(4.5) },
        Case { what: "half a gap before the first sample", name: "increase", range: 60_000, at: 60_000, values: "_ _ _ 10 11 12 13", want: Some(3.5) },
        Case { what: "a counter starts at zero", name: "increase", range: 60_000, at: 60_000, values: "_ _ _ 0 1 2 3", want: Some(3.0) },
        Case { what: "a gauge does not", name: "delta", range: 60_000, at: 60_000, values: "_ _ _ 0 1 2 3", want: Some(3.5) },
        Case { what: "a reset", name: "increase", range: 40_000, at: 40_000, values: "_ 10 14 2 4", want: Some(8.0 * (40.0 / 30.0)) },
        Case { what: "a reset outside the range", name: "increase", range: 40_000, at: 50_000, values: "_ 99 14 15 16 17", want: Some(4.0) },
        Case { what: "a gauge goes down", name: "delta", range: 40_000, at: 40_000, values: "_ 10 14 2 4", want: Some(-8.0) },
        Case { what: "one sample", name: "increase", range: 40_000, at: 40_000, values: "_ 1", want: None },
        Case { what: "a border is outside", name: "increase", range: 10_000, at: 20_000, values: "1 2 3", want: None },
        Case { what: "per second", name: "rate", range: 40_000, at: 40_000, values: "_ 10 20 30 40", want: Some(1.0) },
        Case { what: "NaN is no reset", name: "increase", range: 40_000, at: 40_000, values: "_ 1 NaN 2", want: Some(2.0) },
    ];
    for Case {
        what,
        name,
        range,
        at,
        values,
        want,
    } in cases
    {
        let got = float_at(
            &TestCall::at(name, range, at),
            &TestSeries::every_ten_seconds(values),
        );
        assert_eq!(got, want, "{what}");
    }
}

#[test]
fn start_timestamps() {
    let values = "_ 5 7 9 2";
    // Of the samples at 0:10, 0:20, 0:30, 0:40, in milliseconds.
    #[rustfmt::skip]
    let cases: &[(&str, &str, [i64; 4], Option<f64>)] = &[
        ("unknown", "increase", [0; 4], Some(6.0 * (40.0 / 30.0))),
        ("the same as before the range", "increase", [-1, -1, -1, 35_000], Some(6.0 * (40.0 / 30.0))),
        ("begun within the range", "increase", [5_000, 5_000, 5_000, 35_000], Some(11.0)),
        ("a reset that the values hide", "increase", [-1, 15_000, 15_000, 35_000], Some(11.0 * (40.0 / 30.0))),
        ("differences", "increase", [0, 10_000, 20_000, 30_000], Some(13.0 * (40.0 / 30.0))),
        ("as late as the sample: unknown", "increase", [10_000, 20_000, 30_000, 40_000], Some(6.0 * (40.0 / 30.0))),
        ("no counter", "delta", [5_000, 15_000, 25_000, 35_000], Some(-4.0)),
        ("hidden reset", "resets", [-1, 15_000, 15_000, 35_000], Some(2.0)),
        ("hidden reset at the end", "irate", [-1, -1, 25_000, 35_000], Some(0.2)),
    ];
    for (what, name, starts, want) in cases {
        let mut series = TestSeries::every_ten_seconds(values);
        series.starts = starts.to_vec();
        assert_eq!(
            float_at(&TestCall::at(name, 40_000, 40_000), &series),
            *want,
            "{what}"
        );
    }
}

#[test]
fn a_single_sample_that_began_within_the_range_has_increased_from_zero() {
    let mut series = TestSeries::every_ten_seconds("_ _ _ 6");
    series.starts = vec![10_000];
    assert_eq!(
        float_at(&TestCall::at("increase", 40_000, 40_000), &series),
        Some(6.0)
    );
    assert_eq!(
        float_at(&TestCall::at("rate", 40_000, 40_000), &series),
        Some(6.0 * (1.0 / 40.0))
    );
    series.starts = vec![0];
    assert_eq!(float_at(&TestCall::at("increase", 40_000, 40_000), &series), None);
}

#[test]
fn overlapping_start_timestamps_are_warned_about() {
    let mut series = TestSeries::every_ten_seconds("1 2 3 4");
    series.starts = vec![0, 0, 5_000, 5_000];
    let result = eval(&TestCall::at("rate", 40_000, 30_000), &series).unwrap();
    assert_eq!(
        result.messages,
        [
            "PromQL warning: sample has start time that overlaps with previous sample timestamp for metric \
          \"metric_total\""
        ]
    );
}

#[test]
fn anchored_and_smoothed() {
    use RangeExtension::{Anchored, Smoothed};
    // The range is from 0:15 to 0:35.
    #[rustfmt::skip]
    let cases: &[(&str, RangeExtension, &str, Option<f64>)] = &[
        ("increase", Anchored, "0 10 30 60 100", Some(50.0)),
        ("increase", Smoothed, "0 10 30 60 100", Some(60.0)),
        ("rate", Anchored, "0 10 30 60 100", Some(2.5)),
        ("rate", Smoothed, "0 10 30 60 100", Some(3.0)),
        ("delta", Anchored, "0 10 30 5 100", Some(-5.0)),
        ("delta", Smoothed, "0 10 30 5 100", Some(32.5)),
        ("increase", Anchored, "0 10 30 5 100", Some(25.0)),
        // Half of the way from 10 to 30, the reset, half of the way from 5 to 100.
        ("increase", Smoothed, "0 10 30 5 100", Some(62.5)),
        // A reset across the start of the range counts from zero.
        ("increase", Smoothed, "0 10 4 8 12", Some(8.0)),
        ("increase", Anchored, "0 10", None),
        ("increase", Smoothed, "0 10", None),
        ("increase", Anchored, "_ _ 7", Some(0.0)),
        ("increase", Smoothed, "_ _ 7", Some(0.0)),
        ("increase", Smoothed, "_ _ _ _ 7", None),
        ("resets", Anchored, "99 10 30 5 100", Some(1.0)),
        ("changes", Anchored, "99 10 30 30 100", Some(1.0)),
        ("changes", Anchored, "99 10", None),
    ];
    for (name, extension, values, want) in cases {
        let call = TestCall::at(name, 20_000, 35_000).extended(*extension);
        let got = float_at(&call, &TestSeries::every_ten_seconds(values));
        assert_eq!(got, *want, "{name} {extension:?} of {values}");
    }
}

/// Every function of a range that floats alone are enough for, with scalars that suit it.
const FUNCTIONS: &[(&str, &[f64])] = &[
    ("avg_over_time", &[]),
    ("changes", &[]),
    ("count_over_time", &[]),
    ("delta", &[]),
    ("deriv", &[]),
    ("double_exponential_smoothing", &[0.3, 0.6]),
    ("first_over_time", &[]),
    ("idelta", &[]),
    ("increase", &[]),
    ("irate", &[]),
    ("last_over_time", &[]),
    ("mad_over_time", &[]),
    ("max_over_time", &[]),
    ("min_over_time", &[]),
    ("predict_linear", &[300.0]),
    ("present_over_time", &[]),
    ("quantile_over_time", &[0.7]),
    ("rate", &[]),
    ("resets", &[]),
    ("stddev_over_time", &[]),
    ("stdvar_over_time", &[]),
    ("sum_over_time", &[]),
    ("ts_of_first_over_time", &[]),
    ("ts_of_last_over_time", &[]),
    ("ts_of_max_over_time", &[]),
    ("ts_of_min_over_time", &[]),
];

fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -5.0..20.0f64,
        8 => (0u8..6).prop_map(f64::from),
        1 => Just(NAN),
        1 => Just(INF),
        1 => Just(-INF),
        1 => Just(-0.0),
        1 => Just(1.7e308),
    ]
}

prop_compose! {
    fn any_series()(
        gaps in prop::collection::vec(1i64..30_000, 0..60),
        values in prop::collection::vec(any_float(), 60),
        counts_since in prop::collection::vec(-40_000i64..10_000, 60),
        knows_starts: bool,
    ) -> TestSeries {
        let mut time = 0;
        let times: Vec<i64> = gaps.iter().map(|gap| { time += gap; time }).collect();
        let starts = times.iter().zip(counts_since).map(|(time, since)| (time + since).max(0));
        TestSeries {
            starts: if knows_starts { starts.collect() } else { Vec::new() },
            floats: times.iter().copied().zip(values).collect(),
            histograms: Vec::new(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Sliding windows give the bits that a fresh computation at each step gives.
    #[test]
    fn steps_are_independent(
        series in any_series(),
        range in 1i64..200_000,
        interval in 1i64..100_000,
        count in 1usize..30,
        start in -50_000i64..100_000,
    ) {
        let steps = Steps { start, interval, count };
        for (name, scalars) in FUNCTIONS {
            for extension in [None, Some(RangeExtension::Anchored), Some(RangeExtension::Smoothed)] {
                let rates = matches!(*name, "rate" | "increase" | "delta");
                let counts = matches!(*name, "changes" | "resets");
                if extension.is_some() && !rates && !(counts && extension == Some(RangeExtension::Anchored)) {
                    continue;
                }
                let mut call = TestCall { steps, extension, ..TestCall::at(name, range, start).with(scalars) };
                let all = eval(&call, &series).unwrap();
                for (step, time) in steps.iter().enumerate() {
                    call.steps = Steps::instant(time);
                    let alone = eval(&call, &series).unwrap();
                    prop_assert_eq!(&alone.values[0], &all.values[step], "{} at {}", name, time);
                }
            }
        }
    }
}

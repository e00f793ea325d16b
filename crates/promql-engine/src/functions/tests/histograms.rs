//! Functions of ranges and vectors of histograms.

use proptest::prelude::*;

use crate::histogram::{Buckets, CUSTOM_SCHEMA, CounterResetHint};

use super::*;

/// A histogram of observations in (1, 2], (2, 4] and so on; `sum` is twice the count.
fn exponential(counts: &[f64]) -> FloatHistogram {
    let count = counts.iter().sum();
    FloatHistogram {
        count,
        sum: 2.0 * count,
        positive: Buckets::consecutive(1, counts.to_vec()),
        ..FloatHistogram::default()
    }
}

fn gauge(counts: &[f64]) -> FloatHistogram {
    FloatHistogram {
        counter_reset_hint: CounterResetHint::Gauge,
        ..exponential(counts)
    }
}

fn custom(bounds: &[f64], counts: &[f64]) -> FloatHistogram {
    FloatHistogram {
        schema: CUSTOM_SCHEMA,
        custom_values: bounds.into(),
        positive: Buckets::consecutive(0, counts.to_vec()),
        ..exponential(counts)
    }
}

/// Histograms every ten seconds.
fn histograms(list: &[FloatHistogram]) -> TestSeries {
    let times = (0..).map(|i| i * 10_000);
    TestSeries {
        histograms: times.zip(list.iter().cloned()).collect(),
        ..TestSeries::default()
    }
}

/// The result at one time in Prometheus' notation; empty where there is none.
fn at(name: &'static str, range: i64, time: i64, series: &TestSeries) -> (String, Vec<String>) {
    let result = eval(&TestCall::at(name, range, time), series).expect("evaluates");
    let value = match &result.values[0] {
        TestValue::Nothing => String::new(),
        TestValue::Float(value) => value.to_string(),
        TestValue::Histogram(histogram) => histogram.test_expression(),
    };
    (value, result.messages)
}

#[test]
fn rates_and_sums() {
    let rising = [
        exponential(&[1.0, 0.0]),
        exponential(&[2.0, 1.0]),
        exponential(&[2.0, 4.0]),
    ];
    let reset = [
        exponential(&[4.0, 4.0]),
        exponential(&[5.0, 5.0]),
        exponential(&[1.0, 0.0]),
        exponential(&[2.0, 1.0]),
    ];
    let gauges = [gauge(&[4.0, 4.0]), gauge(&[1.0, 6.0])];
    #[rustfmt::skip]
    let cases: &[(&str, i64, i64, &[FloatHistogram], &str)] = &[
        ("increase", 30_000, 20_000, &rising, "{{count:6 sum:12 counter_reset_hint:gauge offset:1 buckets:[1.2 4.8]}}"),
        ("rate", 30_000, 20_000, &rising, "{{count:0.2 sum:0.4 counter_reset_hint:gauge offset:1 buckets:[0.04 0.16]}}"),
        ("increase", 40_000, 30_000, &reset, "{{count:6.666666666666666 sum:13.333333333333332 counter_reset_hint:gauge offset:1 buckets:[4 2.6666666666666665]}}"),
        ("delta", 20_000, 10_000, &gauges, "{{count:-2 sum:-4 counter_reset_hint:gauge offset:1 buckets:[-6 4]}}"),
        ("irate", 40_000, 20_000, &rising, "{{count:0.3 sum:0.6 counter_reset_hint:gauge offset:2 buckets:[0.3]}}"),
        ("irate", 40_000, 20_000, &reset, "{{count:0.1 sum:0.2 counter_reset_hint:gauge offset:1 buckets:[0.1]}}"),
        ("idelta", 40_000, 10_000, &gauges, "{{count:-1 sum:-2 counter_reset_hint:gauge offset:1 buckets:[-3 2]}}"),
        ("sum_over_time", 40_000, 20_000, &rising, "{{count:10 sum:20 offset:1 buckets:[5 5]}}"),
        ("avg_over_time", 40_000, 20_000, &rising, "{{count:3.3333333333333335 sum:6.666666666666667 offset:1 buckets:[1.6666666666666667 1.6666666666666667]}}"),
        ("first_over_time", 40_000, 20_000, &rising, "{{count:1 sum:2 offset:1 buckets:[1]}}"),
        ("last_over_time", 40_000, 20_000, &rising, "{{count:6 sum:12 offset:1 buckets:[2 4]}}"),
        ("count_over_time", 40_000, 20_000, &rising, "3"),
        ("present_over_time", 40_000, 20_000, &rising, "1"),
        ("ts_of_last_over_time", 40_000, 20_000, &rising, "20"),
        ("changes", 40_000, 20_000, &rising, "2"),
        ("resets", 40_000, 30_000, &reset, "1"),
        ("resets", 40_000, 20_000, &rising, "0"),
        // These know floats only.
        ("max_over_time", 40_000, 20_000, &rising, ""),
        ("stddev_over_time", 40_000, 20_000, &rising, ""),
        ("deriv", 40_000, 20_000, &rising, ""),
        ("rate", 15_000, 0, &rising, ""),
    ];
    for (name, range, time, list, want) in cases {
        let (got, messages) = at(name, *range, *time, &histograms(list));
        assert_eq!(got, *want, "{name}");
        assert!(messages.is_empty(), "{name}: {messages:?}");
    }
}

#[test]
fn what_there_is_to_say() {
    let not_counter = "PromQL warning: this native histogram metric is not a counter: \"metric_total\"";
    let not_gauge = "PromQL warning: this native histogram metric is not a gauge: \"metric_total\"";
    let mixed_kinds =
        "PromQL warning: encountered a mix of histograms and floats for metric name \"metric_total\"";
    let ignored = "PromQL info: ignored histograms in a range containing both floats and histograms for metric \
                   name \"metric_total\"";
    let mixed_layouts = "PromQL warning: vector contains a mix of histograms with exponential and custom buckets \
                         schemas for metric name \"metric_total\"";
    let counters = histograms(&[exponential(&[1.0]), exponential(&[2.0])]);
    let gauges = histograms(&[gauge(&[1.0]), gauge(&[2.0])]);
    let layouts = histograms(&[
        exponential(&[1.0]),
        custom(&[1.0], &[2.0]),
        custom(&[1.0], &[3.0]),
    ]);
    let kinds = TestSeries {
        floats: vec![(15_000, 1.0), (18_000, 2.0)],
        ..counters.clone()
    };
    let cases: &[(&str, &TestSeries, bool, &[&str])] = &[
        ("rate", &gauges, true, &[not_counter]),
        ("irate", &gauges, true, &[not_counter]),
        ("delta", &counters, true, &[not_gauge]),
        ("idelta", &counters, true, &[not_gauge]),
        ("rate", &kinds, false, &[mixed_kinds]),
        ("irate", &kinds, true, &[]),
        ("sum_over_time", &kinds, false, &[mixed_kinds]),
        ("avg_over_time", &kinds, false, &[mixed_kinds]),
        ("max_over_time", &kinds, true, &[ignored]),
        ("quantile_over_time", &kinds, true, &[ignored]),
        ("stdvar_over_time", &kinds, true, &[ignored]),
        ("deriv", &kinds, true, &[ignored]),
        ("count_over_time", &kinds, true, &[]),
        ("delta", &layouts, false, &[mixed_layouts]),
        // The reset from the first to the second makes the first irrelevant.
        ("rate", &layouts, true, &[]),
        ("sum_over_time", &layouts, false, &[mixed_layouts]),
        ("avg_over_time", &layouts, false, &[mixed_layouts]),
    ];
    for (name, series, some, want) in cases {
        let call = TestCall::at(name, 40_000, 20_000).with(&[0.5]);
        let result = eval(&call, series).unwrap();
        assert_eq!(result.messages, *want, "{name}");
        assert_eq!(result.values[0] != TestValue::Nothing, *some, "{name}");
    }
}

#[test]
fn hints_that_contradict_each_other_are_warned_about() {
    let hinted = |hint| FloatHistogram {
        counter_reset_hint: hint,
        ..exponential(&[1.0])
    };
    let series = histograms(&[
        hinted(CounterResetHint::Reset),
        hinted(CounterResetHint::NotReset),
    ]);
    for name in ["sum_over_time", "avg_over_time"] {
        let (_, messages) = at(name, 40_000, 10_000, &series);
        assert_eq!(
            messages,
            ["PromQL warning: conflicting counter resets during histogram aggregation"]
        );
    }
}

#[test]
fn different_custom_bounds_are_reconciled() {
    let series = histograms(&[
        custom(&[1.0, 2.0], &[1.0, 1.0, 1.0]),
        custom(&[1.0, 3.0], &[2.0, 2.0, 2.0]),
    ]);
    for (name, operation, want) in [
        (
            "sum_over_time",
            "aggregation",
            "{{schema:-53 count:9 sum:18 custom_values:[1] buckets:[3 6]}}",
        ),
        (
            "increase",
            "subtraction",
            "{{schema:-53 count:6 sum:12 custom_values:[1] counter_reset_hint:gauge buckets:[2 4]}}",
        ),
    ] {
        let (got, messages) = at(name, 20_000, 10_000, &series);
        assert_eq!(got, want);
        let info = format!("PromQL info: mismatched custom buckets were reconciled during {operation}");
        assert_eq!(messages, [info]);
    }
}

#[test]
fn an_average_that_would_overflow() {
    let large = FloatHistogram {
        sum: f64::MAX,
        ..exponential(&[1.0])
    };
    let series = histograms(&[large.clone(), large.clone(), large]);
    let result = eval(&TestCall::at("avg_over_time", 40_000, 20_000), &series).unwrap();
    let TestValue::Histogram(average) = &result.values[0] else {
        panic!("no histogram: {result:?}");
    };
    assert_eq!(average.count, 1.0);
    assert!((average.sum / f64::MAX - 1.0).abs() < 1e-15);
}

#[test]
fn anchored_and_smoothed() {
    use RangeExtension::{Anchored, Smoothed};
    // The range is from 0:15 to 0:35.
    let series = histograms(&[1.0, 2.0, 4.0, 8.0, 10.0].map(|count| exponential(&[count])));
    let reset = histograms(&[1.0, 9.0, 2.0, 4.0, 10.0].map(|count| exponential(&[count])));
    #[rustfmt::skip]
    let cases: &[(&str, RangeExtension, &TestSeries, f64)] = &[
        ("increase", Anchored, &series, 6.0),
        ("increase", Smoothed, &series, 6.0),
        ("rate", Smoothed, &series, 0.3),
        ("increase", Anchored, &reset, 4.0),
        ("increase", Smoothed, &reset, 6.0),
    ];
    for (name, extension, series, want) in cases {
        let call = TestCall::at(name, 20_000, 35_000).extended(*extension);
        let result = eval(&call, series).unwrap();
        let TestValue::Histogram(histogram) = &result.values[0] else {
            panic!("{name} {extension:?} gives {result:?}");
        };
        assert_eq!(histogram.count, *want, "{name} {extension:?}");
        assert!(result.messages.is_empty());
    }
}

fn any_histogram() -> impl Strategy<Value = FloatHistogram> {
    let counts = prop::collection::vec((0u8..4).prop_map(f64::from), 3);
    (counts, 0..12u8).prop_map(|(counts, kind)| match kind {
        0 => custom(&[1.0, 2.0], &counts),
        1 => custom(&[1.0, 3.0], &counts),
        2 => gauge(&counts),
        3 => FloatHistogram {
            schema: 1,
            ..exponential(&counts)
        },
        _ => exponential(&counts),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Sliding windows over histograms, and floats among them, give what a fresh computation at each step gives.
    #[test]
    fn steps_are_independent(
        samples in prop::collection::vec((any_histogram(), 0..4u8), 0..30),
        range in 1i64..120_000,
        interval in 1i64..50_000,
        count in 1usize..20,
    ) {
        let mut series = TestSeries::default();
        for (i, (histogram, kind)) in samples.into_iter().enumerate() {
            let time = i as i64 * 10_000;
            if kind == 0 {
                series.floats.push((time, histogram.count));
            } else {
                series.histograms.push((time, histogram));
            }
        }
        let steps = Steps { start: 0, interval, count };
        for name in ["rate", "increase", "delta", "irate", "idelta", "resets", "changes", "sum_over_time",
            "avg_over_time", "last_over_time", "first_over_time", "count_over_time", "ts_of_last_over_time"]
        {
            for extension in [None, Some(RangeExtension::Anchored), Some(RangeExtension::Smoothed)] {
                if extension.is_some() && !matches!(name, "rate" | "increase" | "delta") {
                    continue;
                }
                let mut call = TestCall { steps, extension, ..TestCall::at(name, range, 0) };
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

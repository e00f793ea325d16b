//! Functions of vectors, scalars and strings.

use std::sync::Arc;

use crate::call::{Call, Duplicates, Evaluated, Implementation, Memo, Scalar, WholeFunction};
use crate::columns::ABSENT;

use super::*;

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

fn function(name: &str) -> WholeFunction {
    match lookup(name) {
        Some(Implementation::Whole(function)) => function,
        _ => panic!("{name} is no function of whole arguments"),
    }
}

/// Calls a function at times 0, 60 s, 120 s, … as many as the first vector has steps.
fn call(name: &str, args: Vec<Evaluated>) -> (Result<Evaluated, EvalError>, Vec<String>) {
    let count = args
        .iter()
        .find_map(|arg| match arg {
            Evaluated::Vector(columns) => Some(columns.steps),
            _ => None,
        })
        .unwrap_or(1);
    let steps = Steps {
        start: 0,
        interval: 60_000,
        count,
    };
    let spans = vec![Span::new(0, 1); args.len()];
    let mut annotations = Annotations::new();
    let result = (function(name).eval)(&mut Call {
        steps,
        args,
        spans: &spans,
        span: Span::new(0, 1),
        absent_labels: &Labels::new([("job", "api")]),
        delayed_name_removal: false,
        annotations: &mut annotations,
        memo: &mut Memo::default(),
    });
    (
        result,
        annotations
            .iter()
            .map(|annotation| annotation.message().to_owned())
            .collect(),
    )
}

/// Labels and values of a series.
type Row<'a> = (&'a [(&'a str, &'a str)], &'a [f64]);

fn vector(series: &[Row<'_>]) -> Evaluated {
    let steps = series.first().map_or(1, |(_, values)| values.len());
    let labels = series
        .iter()
        .map(|(labels, _)| Labels::new(labels.iter().copied()))
        .collect();
    let mut columns = Columns::absent(SeriesSet::new(labels), steps);
    columns.floats = series
        .iter()
        .flat_map(|(_, values)| values.iter().copied())
        .collect();
    Evaluated::Vector(columns)
}

fn scalar(value: f64) -> Evaluated {
    Evaluated::Scalar(Scalar::Constant(value))
}

fn string(text: &str) -> Evaluated {
    Evaluated::String(Arc::from(text))
}

/// Labels and values of each series; NaN for a step without a value, which no test has as a value.
fn rows(result: Result<Evaluated, EvalError>) -> Vec<(String, Vec<f64>)> {
    let Ok(Evaluated::Vector(columns)) = result else {
        panic!("no vector: {result:?}");
    };
    let row = |series: usize| {
        let values = columns
            .column(series)
            .iter()
            .map(|value| if value.is_nan() { -99.0 } else { *value });
        (columns.set.labels[series].to_string(), values.collect())
    };
    (0..columns.set.len()).map(row).collect()
}

fn scalars(result: Result<Evaluated, EvalError>, steps: usize) -> Vec<f64> {
    match result {
        Ok(Evaluated::Scalar(scalar)) => (0..steps).map(|step| scalar.at(step)).collect(),
        other => panic!("no scalar: {other:?}"),
    }
}

#[test]
fn functions_of_a_float() {
    #[rustfmt::skip]
    let cases: &[(&str, &[f64], f64, f64)] = &[
        ("abs", &[], -2.5, 2.5),
        ("ceil", &[], 1.2, 2.0),
        ("floor", &[], -1.2, -2.0),
        ("sqrt", &[], 9.0, 3.0),
        ("exp", &[], 0.0, 1.0),
        ("ln", &[], 1.0, 0.0),
        ("log2", &[], 8.0, 3.0),
        ("log10", &[], 100.0, 2.0),
        ("sgn", &[], -0.3, -1.0),
        ("sgn", &[], INF, 1.0),
        ("rad", &[], 180.0, std::f64::consts::PI),
        ("deg", &[], std::f64::consts::PI, 180.0),
        ("sin", &[], 0.0, 0.0),
        ("cos", &[], 0.0, 1.0),
        ("tan", &[], 0.0, 0.0),
        ("asin", &[], 0.0, 0.0),
        ("acos", &[], 1.0, 0.0),
        ("atan", &[], 0.0, 0.0),
        ("sinh", &[], 0.0, 0.0),
        ("cosh", &[], 0.0, 1.0),
        ("tanh", &[], 0.0, 0.0),
        ("asinh", &[], 0.0, 0.0),
        ("acosh", &[], 1.0, 0.0),
        ("atanh", &[], 0.0, 0.0),
        ("round", &[], 2.5, 3.0),
        ("round", &[], -2.5, -2.0),
        ("round", &[0.1], 0.25, 0.3),
        ("round", &[10.0], 114.9, 110.0),
        ("clamp", &[0.0, 10.0], 11.0, 10.0),
        ("clamp", &[0.0, 10.0], -INF, 0.0),
        ("clamp_min", &[5.0], 4.0, 5.0),
        ("clamp_max", &[5.0], 6.0, 5.0),
        ("clamp_max", &[5.0], 4.0, 4.0),
        ("year", &[], 1_709_208_000.0, 2024.0),
        ("month", &[], 1_709_208_000.0, 2.0),
        ("day_of_month", &[], 1_709_208_000.0, 29.0),
        ("day_of_week", &[], 1_709_208_000.0, 4.0),
        ("day_of_year", &[], 1_709_208_000.0, 60.0),
        ("days_in_month", &[], 1_709_208_000.0, 29.0),
        ("hour", &[], 1_709_208_000.0, 12.0),
        ("minute", &[], 1_709_208_090.0, 1.0),
        ("hour", &[], NAN, 15.0),
    ];
    for (name, arguments, value, want) in cases {
        let mut args = vec![vector(&[(&[("__name__", "m"), ("a", "b")], &[*value])])];
        args.extend(arguments.iter().copied().map(scalar));
        let (result, messages) = call(name, args);
        assert_eq!(
            rows(result),
            [("{a=\"b\"}".to_owned(), vec![*want])],
            "{name}({value})"
        );
        assert!(messages.is_empty());
    }
}

#[test]
fn contradicting_limits_leave_nothing() {
    let args = vec![vector(&[(&[], &[1.0])]), scalar(3.0), scalar(2.0)];
    assert_eq!(rows(call("clamp", args).0), [("{}".to_owned(), vec![-99.0])]);
    let mut args = vec![vector(&[(&[], &[1.0, 1.0])]), scalar(2.0)];
    args.push(Evaluated::Scalar(Scalar::PerStep(vec![1.0, 3.0])));
    assert_eq!(rows(call("clamp", args).0), [("{}".to_owned(), vec![-99.0, 2.0])]);
}

#[test]
fn dates_of_the_time_of_evaluation() {
    assert_eq!(rows(call("hour", Vec::new()).0), [("{}".to_owned(), vec![0.0])]);
    assert_eq!(
        rows(call("year", Vec::new()).0),
        [("{}".to_owned(), vec![1970.0])]
    );
}

#[test]
fn scalars_and_vectors() {
    let two = vector(&[
        (&[("a", "1")], &[1.0, 2.0, ABSENT]),
        (&[("a", "2")], &[5.0, ABSENT, ABSENT]),
    ]);
    let values = scalars(call("scalar", vec![two.clone()]).0, 3);
    assert!(values[0].is_nan() && values[2].is_nan());
    assert_eq!(values[1], 2.0);

    let absent = vec![("{job=\"api\"}".to_owned(), vec![-99.0, -99.0, 1.0])];
    assert_eq!(rows(call("absent", vec![two]).0), absent);
    assert_eq!(
        rows(call("absent", vec![vector(&[])]).0),
        [("{job=\"api\"}".to_owned(), vec![1.0])]
    );

    assert_eq!(
        rows(call("vector", vec![scalar(4.0)]).0),
        [("{}".to_owned(), vec![4.0])]
    );
    assert_eq!(scalars(call("time", Vec::new()).0, 1), [0.0]);
    assert_eq!(scalars(call("pi", Vec::new()).0, 1), [std::f64::consts::PI]);
    assert_eq!(
        scalars(call("max_of", vec![scalar(1.0), scalar(2.0)]).0, 1),
        [2.0]
    );
    assert_eq!(
        scalars(call("min_of", vec![scalar(1.0), scalar(-INF)]).0, 1),
        [-INF]
    );
}

#[test]
fn sorting() {
    let series: &[Row<'_>] = &[
        (&[("i", "10")], &[2.0]),
        (&[("i", "9")], &[NAN]),
        (&[("i", "a")], &[1.0]),
        (&[("i", "1")], &[3.0]),
    ];
    for (name, args, want) in [
        ("sort", vec![], ["a", "10", "1", "9"]),
        ("sort_desc", vec![], ["1", "10", "a", "9"]),
        ("sort_by_label", vec![string("i")], ["1", "9", "10", "a"]),
        ("sort_by_label_desc", vec![string("i")], ["a", "10", "9", "1"]),
        ("sort_by_label", vec![string("none")], ["1", "10", "9", "a"]),
        ("sort_by_label_desc", vec![string("none")], ["a", "9", "10", "1"]),
    ] {
        let mut all = vec![vector(series)];
        all.extend(args);
        let (result, messages) = call(name, all);
        let order: Vec<String> = rows(result).into_iter().map(|(labels, _)| labels).collect();
        assert_eq!(order, want.map(|value| format!("{{i=\"{value}\"}}")), "{name}");
        assert!(messages.is_empty());
    }
}

#[test]
fn sorting_a_range_query_is_warned_about() {
    let (result, messages) = call("sort", vec![vector(&[(&[], &[1.0, 2.0])])]);
    assert!(result.is_ok());
    assert_eq!(
        messages,
        ["PromQL warning: sort is ineffective for range queries since results are always ordered by labels"]
    );
}

#[test]
fn label_replace() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, &str, &str, &str)] = &[
        // Destination, replacement, source, pattern, result.
        ("b", "$1", "a", "x-(.*)", r#"{__name__="m", a="x-1", b="1"}"#),
        ("b", "${1}0", "a", "x-(.*)", r#"{__name__="m", a="x-1", b="10"}"#),
        ("b", "$10", "a", "x-(.*)", r#"{__name__="m", a="x-1"}"#),
        ("b", "$n!", "a", "x-(?P<n>.*)", r#"{__name__="m", a="x-1", b="1!"}"#),
        ("b", "$$1 $ ${ $-", "a", ".*", r#"{__name__="m", a="x-1", b="$1 $ ${ $-"}"#),
        ("b", "y", "a", "x", r#"{__name__="m", a="x-1"}"#),
        ("b", "y", "missing", "", r#"{__name__="m", a="x-1", b="y"}"#),
        ("a", "", "a", ".*", r#"{__name__="m"}"#),
        ("__name__", "n", "a", ".*", r#"{__name__="n", a="x-1"}"#),
        ("bad name", "y", "a", ".*", r#"{__name__="m", a="x-1", "bad name"="y"}"#),
    ];
    for (target, replacement, source, pattern, want) in cases {
        let mut args = vec![vector(&[(&[("__name__", "m"), ("a", "x-1")], &[1.0])])];
        args.extend([target, replacement, source, pattern].map(|text| string(text)));
        assert_eq!(
            rows(call("label_replace", args).0),
            [((*want).to_owned(), vec![1.0])]
        );
    }
    assert_eq!(function("label_replace").duplicates, Duplicates::Merge);
}

#[test]
fn label_join() {
    let input = || vector(&[(&[("__name__", "m"), ("a", "1"), ("b", "2")], &[1.0])]);
    #[rustfmt::skip]
    let cases: &[(&[&str], &str)] = &[
        (&["c", "-", "a", "b"], r#"{__name__="m", a="1", b="2", c="1-2"}"#),
        (&["c", "-", "b", "none", "a"], r#"{__name__="m", a="1", b="2", c="2--1"}"#),
        (&["a", "-"], r#"{__name__="m", b="2"}"#),
    ];
    for (strings, want) in cases {
        let mut args = vec![input()];
        args.extend(strings.iter().copied().map(string));
        assert_eq!(
            rows(call("label_join", args).0),
            [((*want).to_owned(), vec![1.0])]
        );
    }
}

#[test]
fn relabelling_errors() {
    let cases: &[(&str, &[&str], &str)] = &[
        (
            "label_replace",
            &["a", "", "b", "("],
            "invalid regular expression in label_replace(): (",
        ),
        (
            "label_replace",
            &["", "", "b", ""],
            "invalid destination label name in label_replace(): ",
        ),
        (
            "label_join",
            &["", "-", "a"],
            "invalid destination label name in label_join(): ",
        ),
        (
            "label_join",
            &["a", "-", ""],
            "invalid source label name in label_join(): ",
        ),
    ];
    for (name, strings, message) in cases {
        let mut args = vec![vector(&[(&[("b", "1")], &[1.0])])];
        args.extend(strings.iter().copied().map(string));
        let error = call(name, args).0.err();
        assert_eq!(error, Some(EvalError::new(*message)));
    }
}

mod of_histograms {
    use crate::histogram::Buckets;

    use super::*;

    fn native(counts: &[f64]) -> Arc<FloatHistogram> {
        let count = counts.iter().sum();
        Arc::new(FloatHistogram {
            count,
            sum: 2.0 * count,
            positive: Buckets::consecutive(1, counts.to_vec()),
            ..FloatHistogram::default()
        })
    }

    /// A classic histogram `m` of cumulative counts up to 1, 2 and infinity, at one step.
    fn classic(counts: [f64; 3]) -> Evaluated {
        let values = counts.map(|count| [count]);
        vector(&[
            (&[("__name__", "m"), ("le", "1")], &values[0]),
            (&[("__name__", "m"), ("le", "2")], &values[1]),
            (&[("__name__", "m"), ("le", "+Inf")], &values[2]),
        ])
    }

    /// The same, and a series with these labels that holds a native histogram.
    fn with_native(classic: Evaluated, labels: &[(&str, &str)], histogram: Arc<FloatHistogram>) -> Evaluated {
        let Evaluated::Vector(columns) = classic else {
            return classic;
        };
        let mut all = columns.set.labels.clone();
        all.push(Labels::new(labels.iter().copied()));
        let series = all.len() - 1;
        let mut result = Columns::absent(SeriesSet::new(all), 1);
        result.floats[..series].copy_from_slice(&columns.floats);
        result.writer(series).set_histogram(0, histogram);
        Evaluated::Vector(result)
    }

    #[test]
    fn numbers_of_native_histograms() {
        let input = || {
            with_native(
                classic([1.0; 3]),
                &[("__name__", "n"), ("a", "b")],
                native(&[1.0, 3.0]),
            )
        };
        for (name, want) in [
            ("histogram_count", 4.0),
            ("histogram_sum", 8.0),
            ("histogram_avg", 2.0),
        ] {
            let rows = rows(call(name, vec![input()]).0);
            let present: Vec<_> = rows
                .into_iter()
                .filter(|(_, values)| values[0] != -99.0)
                .collect();
            assert_eq!(present, [("{a=\"b\"}".to_owned(), vec![want])], "{name}");
        }
        let variance = rows(call("histogram_stdvar", vec![input()]).0)[3].1[0];
        let deviation = rows(call("histogram_stddev", vec![input()]).0)[3].1[0];
        assert_eq!(deviation, variance.sqrt());
    }

    #[test]
    fn quantiles_and_fractions() {
        let only_native = || with_native(vector(&[]), &[("__name__", "n")], native(&[2.0, 2.0]));
        #[rustfmt::skip]
        let cases: &[(&str, &[f64], Evaluated, f64)] = &[
            ("histogram_quantile", &[0.5], classic([2.0, 4.0, 4.0]), 1.0),
            ("histogram_quantile", &[0.75], classic([2.0, 4.0, 4.0]), 1.5),
            ("histogram_quantile", &[0.9], classic([0.0, 1.0, 4.0]), 2.0),
            ("histogram_quantile", &[0.5], only_native(), 2.0),
            ("histogram_quantile", &[0.25], only_native(), crate::gomath::exp2(0.5)),
            ("histogram_fraction", &[0.0, 1.5], classic([2.0, 4.0, 4.0]), 0.75),
            ("histogram_fraction", &[2.0, 4.0], only_native(), 0.5),
        ];
        for (name, scalars, input, want) in cases {
            let mut args: Vec<Evaluated> = scalars.iter().copied().map(scalar).collect();
            args.push(input.clone());
            let (result, messages) = call(name, args);
            assert_eq!(
                rows(result),
                [("{}".to_owned(), vec![*want])],
                "{name} {scalars:?}"
            );
            assert!(messages.is_empty());
        }
    }

    #[test]
    fn several_quantiles_at_once() {
        let args = vec![classic([2.0, 4.0, 4.0]), string("q"), scalar(0.5), scalar(1.0)];
        let want = [("{q=\"0.5\"}", 1.0), ("{q=\"1.0\"}", 2.0)];
        assert_eq!(
            rows(call("histogram_quantiles", args).0),
            want.map(|(labels, value)| (labels.to_owned(), vec![value]))
        );
    }

    #[test]
    fn a_quantile_may_change_from_step_to_step() {
        let input = vector(&[(&[("le", "1")], &[1.0, 1.0]), (&[("le", "+Inf")], &[1.0, 1.0])]);
        let q = Evaluated::Scalar(Scalar::PerStep(vec![0.5, 1.0]));
        assert_eq!(
            rows(call("histogram_quantiles", vec![input, string("q"), q]).0),
            [
                ("{q=\"0.5\"}".to_owned(), vec![0.5, -99.0]),
                ("{q=\"1.0\"}".to_owned(), vec![-99.0, 1.0]),
            ]
        );
    }

    #[test]
    fn what_there_is_to_say() {
        let bad_label = vector(&[(&[("__name__", "m"), ("le", "many")], &[1.0])]);
        let no_label = vector(&[(&[("__name__", "m")], &[1.0])]);
        let twice = with_native(classic([1.0; 3]), &[("__name__", "m")], native(&[1.0]));
        let falling = classic([3.0, 2.0, 4.0]);
        let cases: [(f64, Evaluated, &str); 5] = [
            (
                1.5,
                classic([1.0; 3]),
                "warning: quantile value should be between 0 and 1, got 1.5",
            ),
            (
                0.5,
                bad_label,
                "warning: bucket label \"le\" is missing or has a malformed value of \"many\"",
            ),
            (
                0.5,
                no_label,
                "warning: bucket label \"le\" is missing or has a malformed value of \"\"",
            ),
            (
                0.5,
                twice,
                "warning: vector contains a mix of classic and native histograms",
            ),
            (
                0.5,
                falling,
                "info: input to histogram_quantile needed to be fixed for monotonicity (see \
                 https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)",
            ),
        ];
        for (q, input, want) in cases {
            let (_, messages) = call("histogram_quantile", vec![scalar(q), input]);
            assert_eq!(messages, [format!("PromQL {want}")]);
        }
    }

    #[test]
    fn a_classic_and_a_native_histogram_of_the_same_labels_cancel_out() {
        let input = with_native(classic([1.0, 2.0, 2.0]), &[("__name__", "m")], native(&[1.0]));
        let (result, _) = call("histogram_quantile", vec![scalar(0.5), input]);
        assert!(rows(result).iter().all(|(_, values)| values == &[-99.0]));
    }
}

//! A range query gives at each step what an instant query gives at its time.
//!
//! Expressions and data are generated: counters with resets, gauges with NaN and infinities, native histograms,
//! all with gaps and staleness markers and at irregular times.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use promql_engine::histogram::{Buckets, FloatHistogram};
use promql_engine::{Engine, EngineOptions, EvalError, Labels, Query, SampleValue, Storage, Value, sample};
use promql_syntax::{ParseOptions, parse_valid};
use proptest::prelude::*;

/// What happens to a series at one of its scrapes.
#[derive(Clone, Debug)]
enum Scrape {
    Gap,
    Stale,
    /// By how much a counter grows, or what a gauge shows.
    Value(f64),
    /// A counter begins anew.
    Reset(f64),
}

fn scrape() -> impl Strategy<Value = Scrape> {
    prop_oneof![
        2 => Just(Scrape::Gap),
        1 => Just(Scrape::Stale),
        12 => (0u32..40).prop_map(|tenths| Scrape::Value(f64::from(tenths) / 10.0)),
        1 => (0u32..10).prop_map(|value| Scrape::Reset(f64::from(value))),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(0.0)].prop_map(Scrape::Value),
    ]
}

/// Scrapes of a series, with the milliseconds by which they come late.
type Scrapes = Vec<(Scrape, u16)>;

fn scrapes() -> impl Strategy<Value = Scrapes> {
    prop::collection::vec((scrape(), 0u16..5000), 0..30)
}

const SERIES: [(&str, &[(&str, &str)]); 8] = [
    ("c_total", &[("job", "a"), ("i", "1")]),
    ("c_total", &[("job", "a"), ("i", "2")]),
    ("c_total", &[("job", "b"), ("i", "1")]),
    ("g", &[("job", "a"), ("i", "1")]),
    ("g", &[("job", "b"), ("i", "1")]),
    ("g", &[("job", "b"), ("i", "2")]),
    ("h", &[("job", "a"), ("i", "1")]),
    ("h", &[("job", "b"), ("i", "1")]),
];

fn storage(all: &[Scrapes]) -> Storage {
    let mut storage = Storage::new();
    for ((name, labels), scrapes) in SERIES.iter().zip(all) {
        let labels = Labels::new(labels.iter().copied().chain([("__name__", *name)]));
        let mut count = 0.0;
        for (index, (scrape, late)) in scrapes.iter().enumerate() {
            let time = index as i64 * 10_000 + i64::from(*late);
            let value: SampleValue = match (scrape, *name) {
                (Scrape::Gap, _) => continue,
                (Scrape::Stale, _) => sample::STALE_NAN.into(),
                (Scrape::Value(value) | Scrape::Reset(value), "g") => (*value).into(),
                (Scrape::Value(grown), "c_total") => {
                    count += if grown.is_finite() { *grown } else { 0.0 };
                    count.into()
                }
                (Scrape::Reset(to), "c_total") => {
                    count = *to;
                    count.into()
                }
                (Scrape::Value(grown), _) => {
                    count += if grown.is_finite() { *grown } else { 1.0 };
                    histogram(count).into()
                }
                (Scrape::Reset(to), _) => {
                    count = *to;
                    histogram(count).into()
                }
            };
            storage
                .append(&labels, time, value)
                .expect("scrapes are in order of time");
        }
    }
    storage
}

fn histogram(count: f64) -> FloatHistogram {
    FloatHistogram {
        count: count * 4.0,
        sum: count * 1.5,
        positive: Buckets::consecutive(-1, vec![count, 0.0, count * 2.0, count]),
        ..FloatHistogram::default()
    }
}

/// An instant vector's expression.
fn vector() -> impl Strategy<Value = String> {
    let modifier = prop_oneof![
        6 => Just(String::new()),
        1 => (-60i32..60).prop_map(|s| format!(" offset {s}s")),
        1 => (0u32..300).prop_map(|s| format!(" @ {s}")),
    ];
    let selector = prop_oneof![
        Just("c_total"),
        Just("g"),
        Just("h"),
        Just("g{job=\"b\"}"),
        Just("{job=\"a\"}"),
        Just("nothing"),
        Just("c_total{i!=\"2\"}"),
    ];
    let instant = (selector.clone(), modifier.clone()).prop_map(|(s, m)| format!("{s}{m}"));
    let range_function = prop::sample::select(vec![
        "rate",
        "increase",
        "delta",
        "irate",
        "idelta",
        "changes",
        "resets",
        "sum_over_time",
        "avg_over_time",
        "min_over_time",
        "max_over_time",
        "count_over_time",
        "last_over_time",
        "first_over_time",
        "stddev_over_time",
        "present_over_time",
        "absent_over_time",
        "deriv",
        "mad_over_time",
        "ts_of_max_over_time",
    ]);
    let over_range = (range_function, selector, 5u32..90, modifier.clone()).prop_map(
        |(function, selector, range, modifier)| format!("{function}({selector}[{range}s]{modifier})"),
    );
    // What these choose, or the last digit of what they count, depends on the order of their input, which is only the
    // same for a selector.
    let chosen = (
        prop::sample::select(vec![
            "topk(2, ",
            "bottomk by (job) (1, ",
            "limitk(2, ",
            "count_values(\"v\", ",
        ]),
        instant.clone(),
    )
        .prop_map(|(aggregation, selector)| format!("{aggregation}{selector})"));
    let leaf = prop_oneof![4 => instant, 4 => over_range, 1 => chosen];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let scalar = prop_oneof![
            (-3i32..8).prop_map(|value| value.to_string()),
            Just("time()".to_owned()),
            inner.clone().prop_map(|v| format!("scalar({v})")),
        ];
        let operator = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<=", "> bool", "== bool",
        ]);
        let matching = prop::sample::select(vec!["", "on(job)", "ignoring(i)", "on(job, i)", "on(job) group_left", "ignoring(i) group_right"]);
        let plain_matching = prop::sample::select(vec!["", "on(job)", "ignoring(i)", "on()"]);
        let fill = prop::sample::select(vec!["", "", " fill(1)", " fill_left(0)", " fill_right(2)"]);
        let grouping = prop::sample::select(vec!["", " by (job)", " without (i)", " by (__name__)"]);
        let aggregation =
            prop::sample::select(vec!["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar"]);
        let with_parameter = prop::sample::select(vec![
               "quantile(0.3, ", "limit_ratio(0.4, ", "limit_ratio(-0.6, ",
        ]);
        let function = prop::sample::select(vec![
            "abs(X)", "ceil(X)", "sgn(X)", "exp(X)", "clamp(X, 0, 3)", "round(X, 0.5)", "timestamp(X)", "absent(X)",
            "histogram_count(X)", "histogram_sum(X)", "histogram_quantile(0.9, X)", "histogram_fraction(0, 2, X)",
            "label_replace(X, \"copy\", \"$1\", \"job\", \"(.*)\")", "label_join(X, \"both\", \"-\", \"job\", \"i\")",
            "vector(scalar(X))", "hour(X)", "-X", "(X)",
        ]);
        let subquery = (prop::sample::select(vec!["sum_over_time", "max_over_time", "count_over_time", "rate", "last_over_time"]), inner.clone(), 10u32..80, 5u32..30, modifier.clone())
            .prop_map(|(function, v, range, step, modifier)| format!("{function}(({v})[{range}s:{step}s]{modifier})"));
        prop_oneof![
            2 => (inner.clone(), operator.clone(), scalar.clone()).prop_map(|(v, op, s)| format!("({v}) {op} {s}")),
            1 => (inner.clone(), operator.clone(), scalar).prop_map(|(v, op, s)| format!("{s} {op} ({v})")),
            3 => (inner.clone(), operator, matching, fill, inner.clone())
                .prop_map(|(l, op, matching, fill, r)| format!("({l}) {op} {matching}{fill} ({r})")),
            2 => (inner.clone(), prop::sample::select(vec!["and", "or", "unless"]), plain_matching, inner.clone())
                .prop_map(|(l, op, matching, r)| format!("({l}) {op} {matching} ({r})")),
            3 => (aggregation, grouping.clone(), inner.clone()).prop_map(|(a, g, v)| format!("{a}{g} ({v})")),
            2 => (with_parameter, grouping, inner.clone()).prop_map(|(a, g, v)| format!("{a}{v}){g}")),
            2 => (function, inner).prop_map(|(f, v)| f.replace('X', &format!("({v})"))),
            2 => subquery,
        ]
    })
}

/// The values at one time, by labels.
type Values = BTreeMap<String, String>;

/// The messages of annotations.
type Messages = BTreeSet<String>;

fn instants(
    engine: &Engine,
    storage: &Storage,
    query: &Query,
    times: &[i64],
) -> Result<Vec<(Values, Messages)>, EvalError> {
    times
        .iter()
        .map(|time| {
            let result = engine.instant(storage, query, *time)?;
            let Value::Vector(samples) = result.value else {
                panic!("{} is a vector", query.text());
            };
            let values = samples
                .iter()
                .map(|s| (s.labels.to_string(), value(&s.value)))
                .collect();
            Ok((
                values,
                result
                    .annotations
                    .iter()
                    .map(|a| a.message().to_owned())
                    .collect(),
            ))
        })
        .collect()
}

fn range(
    engine: &Engine,
    storage: &Storage,
    query: &Query,
    times: &[i64],
) -> Result<(Vec<Values>, Messages), EvalError> {
    let (start, end, step) = (times[0], times[times.len() - 1], times[1] - times[0]);
    let result = engine.range(storage, query, start, end, step)?;
    let Value::Matrix(matrix) = result.value else {
        panic!("{} has a matrix", query.text());
    };
    let mut at = vec![BTreeMap::new(); times.len()];
    for series in &matrix {
        let labels = series.labels.to_string();
        let floats = series
            .floats
            .iter()
            .map(|(t, v)| (*t, value(&SampleValue::Float(*v))));
        let histograms = series
            .histograms
            .iter()
            .map(|(t, h)| (*t, value(&SampleValue::Histogram(Arc::clone(h)))));
        for (time, value) in floats.chain(histograms) {
            let index = ((time - start) / step) as usize;
            assert!(
                at[index].insert(labels.clone(), value).is_none(),
                "{labels} has two values at {time}"
            );
        }
    }
    Ok((
        at,
        result
            .annotations
            .iter()
            .map(|a| a.message().to_owned())
            .collect(),
    ))
}

/// A value as text, without the last digits: groups may be added up in another order over a range.
fn value(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) if value.abs() < 1e-9 => "0".to_owned(),
        SampleValue::Float(value) => format!("{value:.9e}"),
        SampleValue::Histogram(histogram) => {
            format!("{:.9e} {:.9e} {histogram:?}", histogram.count, histogram.sum)
                .split("positive")
                .next()
                .unwrap_or_default()
                .to_owned()
        }
    }
}

/// Two things are seen over a range only: what happens in a subquery at times that no step looks at, and series that
/// are equal without their names at different steps.
const DUPLICATES: &str = "vector cannot contain metrics with the same labelset";

/// `PROPTEST_CASES`, or enough for a test run of a second.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn range_equals_instants(
        data in prop::collection::vec(scrapes(), SERIES.len()),
        text in vector(),
        start in 0i64..200_000,
        step in 1_000i64..40_000,
        delayed_name_removal: bool,
    ) {
        let storage = storage(&data);
        let engine = Engine::new(EngineOptions { delayed_name_removal, ..EngineOptions::default() });
        let expr = parse_valid(&text, &ParseOptions::ALL);
        prop_assume!(expr.is_ok());
        // Over a range, `or` makes one series of what is equal on both sides, and the first value decides whether the
        // name is removed from all.
        prop_assume!(!(delayed_name_removal && text.contains(" or ")));
        let query = Query::new(text.clone(), expr.unwrap_or_else(|_| unreachable!()));
        let has_subquery = text.contains("s:");
        let times: Vec<i64> = (0..8).map(|index| start + index * step).collect();
        let one_by_one = instants(&engine, &storage, &query, &times);
        let at_once = range(&engine, &storage, &query, &times);
        match (one_by_one, at_once) {
            (Ok(one_by_one), Ok((at_once, said))) => {
                for (index, (values, _)) in one_by_one.iter().enumerate() {
                    prop_assert_eq!(values, &at_once[index], "{} at {}", text, times[index]);
                }
                let said_one_by_one: BTreeSet<String> = one_by_one.into_iter().flat_map(|(_, said)| said).collect();
                prop_assert!(said_one_by_one.is_subset(&said), "{}: {:?} {:?}", text, said_one_by_one, said);
                prop_assert!(has_subquery || said_one_by_one == said, "{}: {:?} {:?}", text, said_one_by_one, said);
            }
            (Err(_), Err(_)) => {}
            (Ok(_), Err(error)) if has_subquery || error == EvalError::new(DUPLICATES) => {}
            (one_by_one, at_once) => prop_assert!(false, "{}: {:?} one by one, {:?} at once", text, one_by_one.err(), at_once.err()),
        }
    }
}

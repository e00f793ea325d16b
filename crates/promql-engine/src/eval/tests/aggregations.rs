//! Aggregations over floats.

use proptest::prelude::*;

use super::Table;
use crate::engine::Engine;
use crate::labels::Labels;
use crate::sample::SampleValue;
use crate::storage::Storage;
use crate::testing::{load, query};
use crate::value::Value;

fn table() -> Table {
    Table::new(load(
        60,
        "
        m{job=\"a\", i=\"1\"} 1
        m{job=\"a\", i=\"2\"} 3
        m{job=\"b\", i=\"1\"} NaN
        m{job=\"b\", i=\"2\"} 5
        m{job=\"b\", i=\"3\"} 6
        ",
    ))
}

#[test]
fn one_value_of_each_group() {
    table().at(
        0,
        &[
            ("sum(m{job=\"a\"})", "{} 4"),
            ("sum by (job) (m)", "{job=\"a\"} 4 | {job=\"b\"} NaN"),
            ("sum without (i) (m)", "{job=\"a\"} 4 | {job=\"b\"} NaN"),
            ("avg by (job) (m)", "{job=\"a\"} 2 | {job=\"b\"} NaN"),
            ("count by (job, nothing) (m)", "{job=\"a\"} 2 | {job=\"b\"} 3"),
            ("min by (job) (m)", "{job=\"a\"} 1 | {job=\"b\"} 5"),
            ("max by (job) (m)", "{job=\"a\"} 3 | {job=\"b\"} 6"),
            ("group by (i) (m)", "{i=\"1\"} 1 | {i=\"2\"} 1 | {i=\"3\"} 1"),
            (
                "stdvar by (job) (m{i!=\"1\"})",
                "{job=\"a\"} 0 | {job=\"b\"} 0.25",
            ),
            ("stddev by (job) (m)", "{job=\"a\"} 1 | {job=\"b\"} NaN"),
            ("quantile by (job) (0.5, m)", "{job=\"a\"} 2 | {job=\"b\"} 5"),
            ("count by (__name__) (m)", "m 5"),
            ("sum(nothing)", ""),
            ("sum(m{job=\"a\"}) by ()", "{} 4"),
        ],
    );
}

#[test]
fn sums_and_means_are_compensated() {
    let table = Table::new(load(
        60,
        "x{i=\"1\"} 1 1.5e308\nx{i=\"2\"} 1e100 1.5e308\nx{i=\"3\"} 1 1.5e308\nx{i=\"4\"} -1e100 1.5e308",
    ));
    table.at(0, &[("sum(x)", "{} 2"), ("avg(x)", "{} 0.5")]);
    // A mean that cannot be had from the sum.
    table.at(60, &[("sum(x)", "{} +Inf"), ("avg(x) / 1e300", "{} 150000000")]);
}

#[test]
fn quantiles_outside_their_range() {
    table().at(
        0,
        &[
            (
                "quantile(-1, m)",
                "{} -Inf <PromQL warning: quantile value should be between 0 and 1, got -1 (1:10)>",
            ),
            (
                "quantile(2, m)",
                "{} +Inf <PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)>",
            ),
            (
                "quantile(NaN, m)",
                "{} NaN <PromQL warning: quantile value should be between 0 and 1, got NaN (1:10)>",
            ),
        ],
    );
}

#[test]
fn some_series_of_each_group() {
    table().at(
        0,
        &[
            ("topk(2, m)", "m{i=\"3\", job=\"b\"} 6 | m{i=\"2\", job=\"b\"} 5"),
            (
                "topk by (job) (1, m)",
                "m{i=\"2\", job=\"a\"} 3 | m{i=\"3\", job=\"b\"} 6",
            ),
            (
                "topk(9, m)",
                "m{i=\"3\", job=\"b\"} 6 | m{i=\"2\", job=\"b\"} 5 | m{i=\"2\", job=\"a\"} 3 | \
              m{i=\"1\", job=\"a\"} 1 | m{i=\"1\", job=\"b\"} NaN",
            ),
            (
                "bottomk(2, m)",
                "m{i=\"1\", job=\"a\"} 1 | m{i=\"2\", job=\"a\"} 3",
            ),
            ("topk(0, m)", ""),
            ("topk(-5, m)", ""),
            ("topk(NaN, m)", "error: Parameter value is NaN"),
            (
                "topk(1e20, m)",
                "error: Scalar value 100000000000000000000 overflows int64",
            ),
            ("count(limitk(2, m))", "{} 2"),
            (
                "count by (job) (limitk by (job) (2, m))",
                "{job=\"a\"} 2 | {job=\"b\"} 2",
            ),
            ("limit_ratio(0, m)", ""),
            ("count(limit_ratio(1, m))", "{} 5"),
            ("count(limit_ratio(0.5, m) or limit_ratio(-0.5, m))", "{} 5"),
            ("limit_ratio(0.5, m) and limit_ratio(-0.5, m)", ""),
            ("limit_ratio(NaN, m)", "error: Ratio value is NaN"),
            (
                "count(limit_ratio(1.5, m))",
                "{} 5 <PromQL warning: ratio value should be between -1 and 1, got 1.5, capping \
              to 1 (1:19)>",
            ),
        ],
    );
}

#[test]
fn the_series_chosen_may_change_from_step_to_step() {
    let table = Table::new(load(60, "m{i=\"1\"} 1 5 1\nm{i=\"2\"} 2 2 _\nk 1 1 2"));
    table.over(
        (0, 120, 60),
        &[
            ("topk(1, m)", "m{i=\"1\"} 5@60 | m{i=\"2\"} 2@0 2@120"),
            (
                "bottomk(scalar(k), m)",
                "m{i=\"1\"} 1@0 1@120 | m{i=\"2\"} 2@60 2@120",
            ),
        ],
    );
}

#[test]
fn values_are_counted_by_their_text() {
    let table = Table::new(load(60, "v{i=\"1\"} 1 0.5\nv{i=\"2\"} 1 1e6\nv{i=\"3\"} 2 NaN"));
    table.at(
        0,
        &[
            ("count_values(\"value\", v)", "{value=\"1\"} 2 | {value=\"2\"} 1"),
            ("count_values by (i) (\"i\", v)", "{i=\"1\"} 2 | {i=\"2\"} 1"),
            (
                "count_values without (i) (\"value\", v)",
                "{value=\"1\"} 2 | {value=\"2\"} 1",
            ),
            ("count_values(\"\", v)", "error: invalid label name \"\""),
        ],
    );
    table.at(
        60,
        &[(
            "count_values(\"value\", v)",
            "{value=\"0.5\"} 1 | {value=\"1000000\"} 1 | {value=\"NaN\"} 1",
        )],
    );
    table.over(
        (0, 60, 60),
        &[(
            "count_values(\"value\", v)",
            "{value=\"0.5\"} 1@60 | {value=\"1\"} 2@0 | {value=\"1000000\"} 1@60 | {value=\"2\"} 1@0 | {value=\"NaN\"} 1@60",
        )],
    );
}

#[test]
fn groups_come_in_the_order_of_their_first_value() {
    let table = Table::new(load(
        60,
        "m{g=\"a\", i=\"1\"} 1 stale\nm{g=\"b\", i=\"1\"} 2 2\nm{g=\"a\", i=\"2\"} _ 3",
    ));
    table.at(0, &[("sum by (g) (m)", "{g=\"a\"} 1 | {g=\"b\"} 2")]);
    table.at(60, &[("sum by (g) (m)", "{g=\"b\"} 2 | {g=\"a\"} 3")]);
}

/// The elements of the result over series with these values, by labels.
fn aggregated(text: &str, values: &[(usize, f64)]) -> Vec<(String, f64)> {
    let mut storage = Storage::new();
    for (series, value) in values {
        let labels = Labels::new([
            ("__name__", "m".into()),
            ("i", series.to_string()),
            ("g", (series % 3).to_string()),
        ]);
        storage
            .append(&labels, 0, *value)
            .expect("each series has one sample");
    }
    let result = Engine::default()
        .instant(&storage, &query(text), 0)
        .map(|result| result.value);
    let Ok(Value::Vector(samples)) = result else {
        panic!("{text}: {result:?}");
    };
    let elements = samples.into_iter().map(|sample| match sample.value {
        SampleValue::Float(value) => (sample.labels.to_string(), value),
        SampleValue::Histogram(_) => panic!("{text} has no histograms"),
    });
    let mut elements: Vec<_> = elements.collect();
    elements.sort_by(|a, b| a.0.cmp(&b.0));
    elements
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_order_of_series_does_not_matter(
        values in prop::collection::hash_set(-1_000_000i32..1_000_000, 1..30),
        seed in prop::collection::vec(any::<u32>(), 30),
    ) {
        let ordered: Vec<(usize, f64)> =
            values.into_iter().enumerate().map(|(series, value)| (series, f64::from(value) / 64.0)).collect();
        let mut permuted = ordered.clone();
        permuted.sort_by_key(|(series, _)| seed[*series]);
        for text in [
            "sum by (g) (m)", "avg by (g) (m)", "min by (g) (m)", "max by (g) (m)", "count by (g) (m)",
            "group by (g) (m)", "stddev by (g) (m)", "quantile by (g) (0.3, m)", "topk by (g) (2, m)", "bottomk(3, m)",
            "limit_ratio(0.5, m)", "count_values(\"v\", m > 0)", "sum without (g) (m)",
        ] {
            let (expected, found) = (aggregated(text, &ordered), aggregated(text, &permuted));
            prop_assert_eq!(expected.len(), found.len(), "{}", text);
            for ((labels, value), (other_labels, other)) in expected.iter().zip(&found) {
                prop_assert_eq!(labels, other_labels, "{}", text);
                let near = (value - other).abs() <= 1e-9 * value.abs().max(1.0);
                prop_assert!(near, "{} for {}: {} and {}", text, labels, value, other);
            }
        }
    }
}

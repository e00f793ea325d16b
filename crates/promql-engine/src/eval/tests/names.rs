//! When series lose their names, and what happens to series that are equal without.

use super::Table;
use crate::engine::EngineOptions;
use crate::storage::Storage;
use crate::testing::load;

fn storage() -> Storage {
    load(60, "a_total{i=\"1\"} 1 2 3\nb_total{i=\"1\"} 1 3 5")
}

fn delayed(storage: Storage) -> Table {
    Table::with(
        EngineOptions {
            delayed_name_removal: true,
            ..EngineOptions::default()
        },
        storage,
    )
}

const DUPLICATE: &str = "error: vector cannot contain metrics with the same labelset";

#[test]
fn at_once() {
    let table = Table::new(storage());
    table.at(
        120,
        &[
            ("rate({i=\"1\"}[2m])", DUPLICATE),
            ("-{i=\"1\"}", DUPLICATE),
            ("{i=\"1\"} * 2", DUPLICATE),
            ("abs({i=\"1\"})", DUPLICATE),
            (
                "last_over_time({i=\"1\"}[2m])",
                "a_total{i=\"1\"} 3 | b_total{i=\"1\"} 5",
            ),
            ("{i=\"1\"} == bool 3", DUPLICATE),
            (
                "label_replace(increase(a_total[2m]), \"__name__\", \"x\", \"\", \"\")",
                "x{i=\"1\"} 2",
            ),
            (
                "label_replace({i=\"1\"}, \"__name__\", \"x\", \"\", \"\")",
                DUPLICATE,
            ),
        ],
    );
    table.over(
        (60, 120, 60),
        &[("{i=\"1\"} * 2", DUPLICATE), ("rate({i=\"1\"}[2m])", DUPLICATE)],
    );
}

#[test]
fn at_the_end() {
    let table = delayed(storage());
    table.at(
        120,
        &[
            ("rate({i=\"1\"}[2m])", DUPLICATE),
            ("sum by (__name__) (rate({i=\"1\"}[2m]))", DUPLICATE),
            ("count(rate({i=\"1\"}[2m]))", "{} 2"),
            ("rate(a_total[2m])", "{i=\"1\"} 0.016666666666666666"),
            ("sum by (__name__, i) (increase(a_total[2m]))", "{i=\"1\"} 2"),
            (
                "count_values(\"v\", increase({i=\"1\"}[2m]))",
                "{v=\"2\"} 1 | {v=\"4\"} 1",
            ),
            (
                "label_replace(increase({i=\"1\"}[2m]), \"from\", \"$1\", \"__name__\", \"(.)_total\")",
                "{from=\"a\", i=\"1\"} 2 | {from=\"b\", i=\"1\"} 4",
            ),
            (
                "label_replace(increase(a_total[2m]), \"__name__\", \"x\", \"\", \"\")",
                "x{i=\"1\"} 2",
            ),
            ("topk(1, increase({i=\"1\"}[2m]))", "{i=\"1\"} 4"),
            ("last_over_time(increase(a_total[1m])[2m:1m])", ""),
            ("(-{i=\"1\"})[1m:1m]", DUPLICATE),
            ("(-a_total)[1m:1m]", "{i=\"1\"} -3@120"),
        ],
    );
}

#[test]
fn rows_that_take_turns_are_one_series() {
    let taking_turns = || load(60, "a{i=\"1\"} 1 stale\nb{i=\"1\"} _ 2 2");
    for table in [Table::new(taking_turns()), delayed(taking_turns())] {
        table.over(
            (0, 120, 60),
            &[
                ("-{i=\"1\"}", "{i=\"1\"} -1@0 -2@60 -2@120"),
                ("{i=\"1\"} * 2", "{i=\"1\"} 2@0 4@60 4@120"),
            ],
        );
    }
}

#[test]
fn type_and_unit_go_with_the_name() {
    let table = Table::with(
        EngineOptions {
            type_and_unit_labels: true,
            ..EngineOptions::default()
        },
        load(60, "a{__type__=\"gauge\", __unit__=\"bytes\", i=\"1\"} 1 2"),
    );
    table.at(
        60,
        &[
            ("a * 2", "{i=\"1\"} 4"),
            (
                "rate(a[2m])",
                "{i=\"1\"} 0.016666666666666666 <PromQL info: metric might not be a counter, __type__ label is not set to \
                 \"counter\" or \"histogram\", got \"gauge\": \"a\" (1:6)>",
            ),
            ("a + a", "{i=\"1\"} 4"),
            ("a > 1", "a{__type__=\"gauge\", __unit__=\"bytes\", i=\"1\"} 2"),
        ],
    );
}

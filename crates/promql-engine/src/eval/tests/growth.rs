//! What a query remembers must not show: while a storage grows, a query that has been evaluated before gives what a
//! new one gives.

use proptest::prelude::*;

use crate::engine::{Engine, EngineOptions};
use crate::labels::Labels;
use crate::query::Query;
use crate::sample::STALE_NAN;
use crate::storage::Storage;
use crate::testing::{load, load_into, query, show};

const QUERIES: [&str; 16] = [
    "a",
    "{__name__=~\"a|b\"}",
    "rate(a[1m])",
    "sum by (job) (a)",
    "sum by (job) (rate(a[1m])) / on (job) group_left sum by (job) (b)",
    "a * on (job, i) b",
    "a + on (job) group_left b",
    "a and on (job) b > 2",
    "a or b",
    "b unless on (job) a",
    "topk by (job) (1, a)",
    "count_values(\"v\", b)",
    "label_replace(a, \"x\", \"$1\", \"job\", \"(.*)\")",
    "absent(a{job=\"j0\"})",
    "max_over_time(sum by (job) (a)[1m:10s])",
    "avg without (i) (b)",
];

/// A scrape: the series that have a value then, by number, and those that have become stale.
#[derive(Clone, Debug)]
struct Scrape {
    values: Vec<(u8, u8)>,
    stale: Vec<u8>,
}

fn labels(series: u8) -> Labels {
    let name = if series.is_multiple_of(2) { "a" } else { "b" };
    Labels::new([
        ("__name__", name.to_owned()),
        ("job", format!("j{}", series / 2 % 3)),
        ("i", format!("{}", series / 6)),
    ])
}

fn scrapes() -> impl Strategy<Value = Vec<Scrape>> {
    let values = prop::collection::vec((0u8..18, 0u8..5), 0..10);
    let scrape = (values, prop::collection::vec(0u8..18, 0..2));
    prop::collection::vec(scrape.prop_map(|(values, stale)| Scrape { values, stale }), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_query_used_before_gives_what_a_new_one_gives(scrapes in scrapes(), delayed_name_removal: bool) {
        let engine = Engine::new(EngineOptions { delayed_name_removal, ..EngineOptions::default() });
        let used: Vec<Query> = QUERIES.iter().map(|text| query(text)).collect();
        let mut storage = Storage::new();
        for (index, scrape) in scrapes.iter().enumerate() {
            let time = index as i64 * 10_000;
            for (series, value) in &scrape.values {
                // A series may come up twice; the second sample is refused or the same.
                let _ = storage.append(&labels(*series), time, f64::from(*value));
            }
            for series in &scrape.stale {
                let _ = storage.append(&labels(*series), time, STALE_NAN);
            }
            for used in &used {
                let shown = |query: &Query| {
                    let at = engine.instant(&storage, query, time).map(|result| show(&result.value));
                    let over = engine.range(&storage, query, 0, time, 7_000).map(|result| show(&result.value));
                    (at, over)
                };
                prop_assert_eq!(shown(used), shown(&used.clone()), "{} at {}", used.text(), time);
            }
        }
    }
}

#[test]
fn a_query_may_go_from_storage_to_storage() {
    let engine = Engine::default();
    let query = query("sum by (i) (a)");
    let first = load(10, "a{i=\"1\"} 1\na{i=\"2\"} 2");
    let mut second = load(10, "a{i=\"3\"} 3");
    let shown = |storage: &Storage| {
        engine
            .instant(storage, &query, 0)
            .map(|result| show(&result.value))
    };
    assert_eq!(shown(&first), Ok("{i=\"1\"} 1\n{i=\"2\"} 2".to_owned()));
    assert_eq!(shown(&second), Ok("{i=\"3\"} 3".to_owned()));
    load_into(&mut second, 10, "a{i=\"4\"} 4");
    assert_eq!(shown(&second), Ok("{i=\"3\"} 3\n{i=\"4\"} 4".to_owned()));
    assert_eq!(shown(&first), Ok("{i=\"1\"} 1\n{i=\"2\"} 2".to_owned()));
}

#[test]
fn a_query_may_be_evaluated_by_several_threads() {
    let engine = Engine::default();
    let query = query("sum(rate(a[1m])) + count(a)");
    let storage = load(10, "a{i=\"1\"} 0+1x100\na{i=\"2\"} 0+2x100");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for second in (60..900).step_by(60) {
                    let result = engine.instant(&storage, &query, second * 1000);
                    assert_eq!(result.map(|result| show(&result.value)), Ok("{} 2.3".to_owned()));
                }
            });
        }
    });
}

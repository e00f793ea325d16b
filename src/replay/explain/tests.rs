//! Explanations of expressions over a few series.

use promql_engine::series_notation::expand;
use promql_syntax::ParseOptions;
use promql_syntax::series::parse_series_description;

use super::{Moments, explain};
use crate::outcome::{Explanation, Worth};
use crate::replay::schedule::Schedule;
use crate::replay::testing::{labels, world};

const MINUTE: i64 = 60_000;

/// Series in promtool's notation, a sample each minute.
const SERIES: [(&[(&str, &str)], &str); 6] = [
    (
        &[("__name__", "up"), ("job", "api"), ("instance", "a")],
        "1 1 1 0 0 0 1 1 1 1 1 1 1",
    ),
    (&[("__name__", "up"), ("job", "api"), ("instance", "b")], "1x12"),
    (&[("__name__", "up"), ("job", "web"), ("instance", "c")], "1x12"),
    (&[("__name__", "gone"), ("instance", "a")], "1 1 stale"),
    (&[("__name__", "old"), ("instance", "a")], "1 1"),
    (&[("__name__", "total"), ("instance", "z")], "0 60"),
];

fn explained(text: &str, at_minute: i64) -> Explanation {
    let mut world = world();
    for (pairs, values) in SERIES {
        let description = parse_series_description(&format!("x {values}")).expect("parses");
        for (minute, value) in expand(&description.items).enumerate() {
            let at = minute as i64 * MINUTE;
            let Some(value) = value.expect("a value").value else {
                continue;
            };
            world.storage.append(&labels(pairs), at, value).expect("appends");
        }
    }
    let expr = promql_syntax::parse_valid(text, &ParseOptions::ALL).expect("parses");
    let schedule = Schedule {
        start_ms: 0,
        interval_ms: MINUTE,
        count: 13,
    };
    let moments = Moments::of_rule(schedule, 0, usize::try_from(at_minute).expect("a time"));
    explain(&world, None, (text, &expr), moments)
}

/// Why each part is empty that is, by its text.
fn reasons(text: &str, at_minute: i64) -> Vec<String> {
    let explained = explained(text, at_minute);
    let parts = explained.parts.iter();
    parts
        .filter_map(|part| part.why.as_ref().map(|why| format!("{}: {why}", part.text)))
        .collect()
}

#[test]
fn the_part_at_which_the_series_are_lost_says_why() {
    let cases: &[(&str, i64, &[&str])] = &[
        // Selectors.
        ("upp", 5, &["upp: there is no series upp, but there is up"]),
        ("other", 5, &["other: there is no series other"]),
        (
            "sum(up{job=\"db\"})",
            5,
            &["up{job=\"db\"}: 3 series would fit but for job=\"db\": job is \"api\" or \"web\""],
        ),
        (
            "up{job=~\"a.*\",instance!~\"a|b\"}",
            5,
            &["up{job=~\"a.*\",instance!~\"a|b\"}: 1 series would fit but for job=~\"a.*\": job is \"web\""],
        ),
        (
            "up{job=\"x\",instance=\"y\"}",
            5,
            &["up{job=\"x\",instance=\"y\"}: no series of up has such labels"],
        ),
        (
            "gone",
            5,
            &["gone: 1 series has these labels, and the last sample is at 1m: then came a staleness marker"],
        ),
        (
            "old",
            8,
            &[
                "old: 1 series has these labels, and the last sample is at 1m: a series without samples ends after 5m",
            ],
        ),
        (
            "rate(old[2m])",
            8,
            &["old[2m]: 1 series has these labels, and no sample within 2m: the newest is at 1m"],
        ),
        (
            "old offset 2m",
            1,
            &["old offset 2m: 1 series has these labels, and no sample yet"],
        ),
        // Comparisons.
        (
            "up > 1",
            2,
            &["up > 1: none of 3 values is > 1: the largest is 1"],
        ),
        (
            "0 > up",
            4,
            &["0 > up: none of 3 values is < 0: the smallest is 0"],
        ),
        (
            "up{job=\"web\"} == 0",
            4,
            &["up{job=\"web\"} == 0: 1 is not == 0"],
        ),
        (
            "up < on(instance) old",
            2,
            &[
                "up < on(instance) old: 1 pair is compared, and in none of them the left value is < the right one",
            ],
        ),
        // Sides.
        (
            "up and on(instance) total",
            2,
            &[
                "up and on(instance) total: the left side has 3 series, the right side 1 series; no label sets agree \
                 on (instance): there is {instance=\"a\"} on the left and {instance=\"z\"} on the right",
            ],
        ),
        (
            "old / total",
            2,
            &[
                "old / total: the left side has 1 series, the right side 1 series; no label sets agree by all labels: \
                 there is {instance=\"a\"} on the left and {instance=\"z\"} on the right",
            ],
        ),
        (
            "up and missing",
            2,
            &[
                "up and missing: the left side has 3 series, the right side none",
                "missing: there is no series missing",
            ],
        ),
        (
            "up unless up",
            2,
            &[
                "up unless up: each of the 3 series on the left side is on the right side too, compared by all labels",
            ],
        ),
        // Functions.
        ("absent(up)", 2, &["absent(up): 3 series are there"]),
        (
            "rate(total[1m])",
            1,
            &["rate(total[1m]): rate needs two samples in its range, and there is one"],
        ),
        // What is not empty needs no reason.
        ("up == 0", 4, &[]),
        ("vector(1)", 4, &[]),
    ];
    for (text, at, expected) in cases {
        assert_eq!(reasons(text, *at), *expected, "{text} at {at}m");
    }
}

#[test]
fn turns_are_the_nearest_evaluations_with_another_outcome() {
    let turns = |text: &str, at: i64| {
        let explained = explained(text, at);
        let minute = |turn: &Option<crate::outcome::Turn>| turn.as_ref().map(|turn| turn.at_ms / MINUTE);
        (minute(&explained.before), minute(&explained.after))
    };
    // Down from 3m to 5m.
    assert_eq!(turns("up == 0", 0), (None, Some(3)));
    assert_eq!(turns("up == 0", 4), (Some(2), Some(6)));
    assert_eq!(turns("up == 0", 12), (Some(5), None));
    // What depends on the bounds of the query is asked time by time.
    assert_eq!(turns("up @ end() == 0", 4), (Some(2), Some(6)));
    // The values do not count, nor do faults.
    assert_eq!(turns("up + time()", 4), (None, None));
    assert_eq!(turns("up + on() up", 4), (None, None));

    let explained = explained("up{instance=\"a\"} == 0", 4);
    let before = explained.before.expect("a turn");
    let texts: Vec<&str> = before
        .changed
        .iter()
        .map(|(number, _)| explained.parts[*number].text.as_str())
        .collect();
    assert_eq!(texts, ["up{instance=\"a\"} == 0", "up{instance=\"a\"}"]);
    assert!(before.changed[0].1.is_nothing());
    assert!(matches!(&before.changed[1].1, Worth::Series { count: 1, first } if first[0].value == "1"));
}

#[test]
fn many_series_are_counted() {
    let explained = explained(
        "count_values(\"v\", up) or label_replace(up, \"n\", \"x\", \"\", \"\") or up",
        4,
    );
    let Worth::Series { count, first } = &explained.parts[0].worth else {
        panic!("{explained:?}");
    };
    assert_eq!((*count, first.len()), (8, 5));
}

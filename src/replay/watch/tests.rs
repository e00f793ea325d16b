use super::Watch;
use crate::outcome::Timeline;
use crate::replay::course::Observer;
use crate::replay::rule::Rule;
use crate::replay::schedule::Schedule;
use crate::replay::testing::{rules, sample, test_file, world};

const MINUTE: i64 = 60_000;

const SCHEDULE: Schedule = Schedule {
    start_ms: 0,
    interval_ms: MINUTE,
    count: 10,
};

/// Feeds each rule with one alert at each evaluation where its text has an `x`, and more where it has a number.
fn watched<'t>(watch: &mut Watch<'t>, rules: &mut [Rule], returned: &[&str]) {
    let mut world = world();
    for evaluation in 0..returned[0].len() {
        for (number, (rule, returned)) in rules.iter_mut().zip(returned).enumerate() {
            let count = match returned.as_bytes()[evaluation] {
                b'x' => 1,
                digit @ b'0'..=b'9' => usize::from(digit - b'0'),
                _ => 0,
            };
            let result = (0..count)
                .map(|i| sample(&[("i", &i.to_string())], 1.0))
                .collect();
            rule.take(result, &mut world, SCHEDULE.time(evaluation))
                .expect("evaluates");
            watch.see(number, rule, evaluation, &world);
        }
    }
}

/// `0-2 inactive, 3 firing (2)`, in minutes.
fn shown(timeline: &Timeline) -> String {
    let spans = timeline.spans.iter().map(|span| {
        let count = match span.active {
            0 | 1 => String::new(),
            n => format!(" ({n})"),
        };
        format!(
            "{}-{} {}{count}",
            span.from_ms / MINUTE,
            span.to_ms / MINUTE,
            span.state.as_str()
        )
    });
    spans.collect::<Vec<_>>().join(", ")
}

#[test]
fn states_over_time() {
    let cases: &[(&[&str], &str)] = &[
        (&["...."], "0-3 inactive"),
        (&["xxxxx"], "0-1 pending, 2-4 firing"),
        (
            &["..xxxx.."],
            "0-1 inactive, 2-3 pending, 4-5 firing, 6-7 inactive",
        ),
        (
            &["x.x.x"],
            "0-0 pending, 1-1 inactive, 2-2 pending, 3-3 inactive, 4-4 pending",
        ),
        (&["x33x"], "0-1 pending (3), 2-3 firing (3)"),
        // Two rules of one name: the highest of their states.
        (&["xxxxxx..", "...xxxxx"], "0-1 pending, 2-7 firing (2)"),
        (
            &["xxxx....", "......xx"],
            "0-1 pending, 2-3 firing, 4-5 inactive, 6-7 pending",
        ),
    ];
    for (returned, expected) in cases {
        let of_one_name = [
            "{alert: A, expr: m, for: 2m}",
            "{alert: A, expr: m, for: 2m, labels: {n: two}}",
        ];
        let mut rules = rules(&of_one_name[..returned.len()]);
        let tests = test_file("rule_files: []\ntests: [{name: nothing}]\n");
        let mut watch = Watch::new(SCHEDULE, &tests.tests[0]);
        watched(&mut watch, &mut rules, returned);
        let numbers: Vec<usize> = (0..rules.len()).collect();
        let timeline = watch.timeline(&numbers, 0);
        assert_eq!(shown(&timeline), *expected, "{returned:?}");
    }
}

#[test]
fn asserted_alerts_are_kept_with_their_state() {
    let tests = test_file(
        "rule_files: []\ntests:\n- alert_rule_test:\n  - {eval_time: 1m30s, alertname: A}\n  - {eval_time: 4m, alertname: \
         A}\n  - {eval_time: 6m, alertname: A}\n  - {eval_time: 6m, alertname: B}\n",
    );
    let mut rules = rules(&["{alert: A, expr: m, for: 90s}", "{alert: B, expr: m}"]);
    let mut watch = Watch::new(SCHEDULE, &tests.tests[0]);
    watched(&mut watch, &mut rules, &[".xxxx.....", ".........."]);
    let seen = |evaluation| watch.sighting(evaluation, &[0]);
    assert_eq!(
        seen(1).pending,
        Some((MINUTE, 3 * MINUTE)),
        "fires at the next evaluation after its `for`"
    );
    assert_eq!(
        (seen(4).firing().count(), seen(4).firing_since),
        (1, Some(3 * MINUTE))
    );
    assert_eq!(
        (seen(6).firing().count(), seen(6).resolved_at),
        (0, Some(5 * MINUTE))
    );
    assert!(
        seen(2).alerts.is_empty() && seen(2).pending.is_none(),
        "nothing is asserted then"
    );
    assert!(watch.sighting(6, &[1]).resolved_at.is_none());
}

#[test]
fn alerts_are_followed_over_the_whole_run() {
    let tests = test_file(
        "rule_files: []\ntests:\n- timeline: {'A{i=\"0\"}': 1m pending, A: 1m pending, '*{i=\"1\"}': 1m pending}\n",
    );
    let mut rules = rules(&["{alert: A, expr: m, for: 1m}", "{alert: B, expr: m}"]);
    let mut watch = Watch::new(SCHEDULE, &tests.tests[0]);
    watched(&mut watch, &mut rules, &[".1222.2.", "......22"]);
    let timeline = |number: usize| {
        let selector = &tests.tests[0].timeline[number].alert;
        shown(&watch.lives.timeline(selector, 8, SCHEDULE, None))
    };
    assert_eq!(
        timeline(0),
        "0-0 inactive, 1-1 pending, 2-4 firing, 5-5 inactive, 6-6 pending, 7-7 inactive"
    );
    assert_eq!(
        timeline(1),
        "0-0 inactive, 1-1 pending, 2-4 firing (2), 5-5 inactive, 6-6 pending (2), 7-7 inactive"
    );
    assert_eq!(
        timeline(2),
        "0-1 inactive, 2-2 pending, 3-4 firing, 5-5 inactive, 6-7 firing (2)",
        "both alerts with the label count"
    );
    let fired = watch.lives.fired(&tests.tests[0].timeline[2].alert, 7, SCHEDULE);
    let fired: Vec<_> = fired
        .iter()
        .map(|f| (f.labels[0].1.as_str(), &f.spans[..]))
        .collect();
    assert_eq!(
        fired,
        [
            ("A", &[(3 * MINUTE, 4 * MINUTE)][..]),
            ("B", &[(6 * MINUTE, 6 * MINUTE)][..])
        ]
    );
}

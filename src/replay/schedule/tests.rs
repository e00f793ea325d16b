use super::Schedule;
use crate::replay::testing::test_file;

/// The schedule of the first test of a file.
fn schedule(head: &str, test: &str) -> Result<Schedule, String> {
    let file = test_file(&format!("rule_files: []\n{head}\ntests:\n- {{{test}}}\n"));
    Schedule::of(&file, &file.tests[0]).map_err(|fault| fault.message)
}

#[test]
fn evaluations_go_from_the_start_to_the_last_assertion() {
    let every = "evaluation_interval: 1m";
    let alerts = |time: &str| format!("alert_rule_test: [{{eval_time: {time}, alertname: A}}]");
    let cases = [
        ("", String::new(), (0, 60_000, 1)),
        (every, alerts("0"), (0, 60_000, 1)),
        (every, alerts("59s"), (0, 60_000, 1)),
        (every, alerts("1m"), (0, 60_000, 2)),
        ("evaluation_interval: 7s", alerts("1m"), (0, 7_000, 9)),
        (
            every,
            format!(
                "{}, promql_expr_test: [{{eval_time: 10m, expr: up}}]",
                alerts("2m")
            ),
            (0, 60_000, 11),
        ),
        // The interval of the samples is not that of the evaluations.
        (every, format!("interval: 5s, {}", alerts("5m")), (0, 60_000, 6)),
        (
            every,
            format!("start_timestamp: 1000, {}", alerts("1m")),
            (1_000_000, 60_000, 2),
        ),
        (
            every,
            format!("start_timestamp: '2024-01-01T00:00:00Z', {}", alerts("1m")),
            (1_704_067_200_000, 60_000, 2),
        ),
        ("evaluation_interval: 0s", alerts("1m"), (0, 60_000, 2)),
    ];
    for (head, test, (start_ms, interval_ms, count)) in cases {
        let expected = Schedule {
            start_ms,
            interval_ms,
            count,
        };
        assert_eq!(schedule(head, &test), Ok(expected), "{head} {test}");
    }
}

#[test]
fn replays_that_would_never_end_are_refused() {
    let test = "alert_rule_test: [{eval_time: 100y, alertname: A}]";
    assert_eq!(
        schedule("evaluation_interval: 1s", test),
        Err("the test takes more than 2200000 evaluations".to_owned())
    );
    assert_eq!(
        schedule("", "start_timestamp: 1e18"),
        Err("the times of the test are out of range".to_owned())
    );
}

#[test]
fn assertions_see_the_last_evaluation_up_to_their_time() {
    let schedule = Schedule {
        start_ms: 5_000,
        interval_ms: 60_000,
        count: 10,
    };
    for (eval_time, evaluation) in [(0, 0), (59_999, 0), (60_000, 1), (119_999, 1), (120_000, 2)] {
        assert_eq!(schedule.seen_at(eval_time), evaluation, "{eval_time}");
    }
    assert_eq!((schedule.time(2), schedule.elapsed(2)), (125_000, 120_000));
    for (elapsed, next) in [(0, 0), (1, 60_000), (60_000, 60_000), (60_001, 120_000)] {
        assert_eq!(schedule.not_before(elapsed), next, "{elapsed}");
    }
}

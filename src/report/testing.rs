//! Outcomes for the tests of the renderers.

use std::path::PathBuf;
use std::time::Duration;

use crate::outcome::{
    AlertPair, AlertState, AlertsDifference, Change, Difference, Failure, Item, Remark, RuleSource,
    ShownAlert, Status, TestOutcome, Timeline, TimelineSpan, Word,
};

/// An outcome of `tests/api.yml`, line 4.
pub(super) fn outcome(name: &str, status: Status, failures: Vec<Failure>) -> TestOutcome {
    TestOutcome {
        path: PathBuf::from("tests/api.yml"),
        name: name.to_owned(),
        line: Some(4),
        status,
        failures,
        alerts: vec!["Down".to_owned()],
        remarks: Vec::new(),
        explanations: Vec::new(),
        dump: None,
        took: Duration::from_millis(1500),
        trace: None,
    }
}

pub(super) fn item(name: &str, change: Change) -> Item {
    Item {
        name: name.to_owned(),
        change,
    }
}

pub(super) fn same(name: &str, value: &str) -> Item {
    item(name, Change::Same(value.to_owned()))
}

/// A value that came in the place of another, with nothing in common.
pub(super) fn differs(name: &str, expected: &str, actual: &str) -> Item {
    item(
        name,
        Change::Differs {
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            words: Vec::new(),
        },
    )
}

pub(super) fn rule() -> RuleSource {
    RuleSource {
        name: "Down".to_owned(),
        path: PathBuf::from("rules.yml"),
        line: 4,
        expression: "up{job=\"api\"}\n  == 0\n".to_owned(),
        expression_line: 6,
    }
}

/// Down was to fire for `a` with another text; it fires for `b` as well, and not for `c`.
pub(super) fn alerts_failure() -> Failure {
    let words = vec![
        Word::Same("a is ".to_owned()),
        Word::Expected("up".to_owned()),
        Word::Actual("down".to_owned()),
    ];
    let summary = Change::Differs {
        expected: "a is up".to_owned(),
        actual: "a is down".to_owned(),
        words,
    };
    let pair = AlertPair {
        line: Some(16),
        entry: None,
        expected_state: AlertState::Firing,
        actual_state: AlertState::Pending,
        labels: vec![
            same("alertname", "Down"),
            item("instance", Change::NotCompared("a".to_owned())),
            differs("severity", "critical", "page"),
            item(
                "team",
                Change::Missing {
                    expected: "web".to_owned(),
                },
            ),
        ],
        annotations: vec![
            item("summary", summary),
            item(
                "runbook",
                Change::Unexpected {
                    actual: "first\nthen".to_owned(),
                },
            ),
        ],
    };
    let alert = |instance: &str, line| ShownAlert {
        line,
        entry: None,
        state: AlertState::Firing,
        labels: vec![
            ("alertname".to_owned(), "Down".to_owned()),
            ("instance".to_owned(), instance.to_owned()),
        ],
        annotations: vec![("summary".to_owned(), format!("{instance} is down"))],
    };
    let span = |from_ms, to_ms, state, active| TimelineSpan {
        from_ms,
        to_ms,
        state,
        active,
    };
    let minute = 60_000;
    let mut failure = Failure::new("alert", "Down fires at 7m with other labels than expected");
    failure.expected = Some("expected: <1>\n".to_owned());
    failure.actual = Some("actual: \"2\"\n".to_owned());
    failure.difference = Some(Difference::Alerts(AlertsDifference {
        pairs: vec![pair],
        missing: vec![alert("c", Some(20))],
        unexpected: vec![alert("b", None)],
        agreeing: 2,
    }));
    failure.at_ms = Some(7 * minute);
    failure.rules = vec![rule()];
    failure.line = Some(13);
    failure.timeline = Some(Timeline {
        spans: vec![
            span(0, minute, AlertState::Inactive, 0),
            span(2 * minute, 6 * minute, AlertState::Pending, 1),
            span(7 * minute, 20 * minute, AlertState::Firing, 2),
        ],
        asserted_at_ms: Some(7 * minute),
    });
    failure
}

/// One test that passed with a remark, one that failed, one that could not be judged; the latter in a file with an
/// awkward name.
pub(super) fn outcomes() -> Vec<TestOutcome> {
    let mut passed = outcome("all is well", Status::Passed, Vec::new());
    passed.remarks.push(Remark {
        message: "no rule file of this test defines Dwon, did you mean Down?".to_owned(),
        line: Some(9),
    });
    let failed = outcome(
        "Down, 100% \"broken\" & <odd> # 1",
        Status::Failed,
        vec![alerts_failure()],
    );
    let mut fault = Failure::new("config", "`exp_alert`: no such field\ndid you mean `exp_alerts`?");
    (fault.line, fault.column) = (Some(3), Some(5));
    let mut error = outcome("test 1", Status::Error, vec![fault]);
    error.path = PathBuf::from("odd, file: 1.yml");
    vec![passed, failed, error]
}

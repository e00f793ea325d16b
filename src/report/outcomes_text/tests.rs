//! What people see.

use super::{Drawing, plain, render, textwrap};
use crate::outcome::AlertState::{Firing, Inactive, Pending};
use crate::outcome::{
    Change, Deviation, Difference, ExpectedSpan, Failure, Fired, NumberPair, SamplePair, SamplesDifference,
    ShownSample, StatesDifference, Status, TestOutcome,
};
use crate::report::Style;
use crate::report::testing::{alerts_failure, differs, item, outcome, same};
use std::path::Path;

const MINUTE: i64 = 60_000;

fn drawn(outcomes: &[TestOutcome], style: Style, unified: bool) -> String {
    let mut out = Vec::new();
    render(Drawing { style, unified }, outcomes, &mut out).expect("writes");
    String::from_utf8(out).expect("text")
}

#[test]
fn long_lists_are_broken_at_spaces() {
    assert_eq!(
        textwrap("alerts tested: Alpha, Beta", 20),
        ["alerts tested:", "  Alpha, Beta"]
    );
}

#[test]
fn alerts_differ_label_by_label() {
    let failed = [outcome("Down fires", Status::Failed, vec![alerts_failure()])];
    insta::assert_snapshot!(drawn(&failed, Style::PLAIN, false), @r#"
    ✗ tests/api.yml  0/1 passed

      FAILED Down fires (tests/api.yml:4)
        tests/api.yml:13: Down fires at 7m with other labels than expected
          - expected + actual
          ~ alert (tests/api.yml:16)
            ~ state: [-firing-]{+pending+}
              alertname: Down
              instance: a (not compared)
            ~ severity: [-critical-]{+page+}
            - team: web
              annotations
            ~ summary: a is [-up-]{+down+}
            + runbook: first
                then
          - firing alert (tests/api.yml:20)
            - alertname: Down
            - instance: c
              annotations
            - summary: c is down
          + firing alert
            + alertname: Down
            + instance: b
              annotations
            + summary: b is down
            2 alerts as expected
          states: 0s..1m inactive, 2m..6m pending, [7m..20m firing (2)]; asserted at 7m
            ──▒▒▒▒▒██████████████
                   ▲ 7m
          rule:   Down (rules.yml:4)
            up{job="api"}
              == 0


    1 alert tested: Down
    1 test in 1 file: 0 passed, 1 failed
    "#);
    insta::assert_snapshot!(drawn(&failed, Style::PLAIN, true), @r#"
    ✗ tests/api.yml  0/1 passed

      FAILED Down fires (tests/api.yml:4)
        tests/api.yml:13: Down fires at 7m with other labels than expected
          - expected + actual
          - expected: <1>
          + actual: "2"
          states: 0s..1m inactive, 2m..6m pending, [7m..20m firing (2)]; asserted at 7m
            ──▒▒▒▒▒██████████████
                   ▲ 7m
          rule:   Down (rules.yml:4)
            up{job="api"}
              == 0


    1 alert tested: Down
    1 test in 1 file: 0 passed, 1 failed
    "#);
}

#[test]
fn on_a_terminal_colours_say_the_same() {
    let style = Style {
        colour: true,
        ..Style::PLAIN
    };
    let failed = [outcome("Down fires", Status::Failed, vec![alerts_failure()])];
    let coloured = drawn(&failed, style, false);
    assert!(
        coloured.contains("~ summary: a is \u{1b}[1;31m[-up-]\u{1b}[0m\u{1b}[32m{+down+}\u{1b}[0m\n"),
        "{coloured}"
    );
}

#[test]
fn samples_differ_with_numbers() {
    let pair = |metric: &str, expected, actual| SamplePair {
        line: Some(20),
        entry: None,
        metric: metric.to_owned(),
        labels: vec![same("__name__", "a")],
        value: Some(NumberPair {
            expected,
            actual,
            same: expected == actual,
        }),
        histogram: None,
    };
    let mut other_labels = pair("a{job=\"x\"}", 1.0, 1.0);
    other_labels.labels.push(differs("job", "y", "x"));
    let mut histogram = pair("a", 0.0, 0.0);
    histogram.value = None;
    histogram.histogram = Some(differs("", "{{sum:1}}", "{{sum:2}}").change);
    let mut failure = Failure::new("promql", "`a` at 5m returns other samples than expected");
    failure.line = Some(18);
    failure.difference = Some(Difference::Samples(SamplesDifference {
        pairs: vec![
            pair("a", 10.0, 12.5),
            pair("a", 0.0, -1e-9),
            pair("a", f64::INFINITY, 3.0),
            other_labels,
            histogram,
        ],
        missing: vec![ShownSample {
            line: Some(22),
            entry: None,
            metric: "a{job=\"z\"}".to_owned(),
            value: "1".to_owned(),
        }],
        unexpected: vec![ShownSample {
            line: None,
            entry: None,
            metric: "b".to_owned(),
            value: "7".to_owned(),
        }],
        agreeing: 1,
    }));
    insta::assert_snapshot!(plain(Path::new("t.yml"), &failure), @r#"
    t.yml:18: `a` at 5m returns other samples than expected
      - expected + actual
      ~ a (t.yml:20)
        ~ value: [-10-]{+12.5+}  (+2.5, +25 %)
      ~ a (t.yml:20)
        ~ value: [-0-]{+-1e-09+}  (-1e-09)
      ~ a (t.yml:20)
        ~ value: [-+Inf-]{+3+}
      ~ a{job="x"} (t.yml:20)
          __name__: a
        ~ job: [-y-]{+x+}
          value: 1
      ~ a (t.yml:20)
        ~ histogram: [-{{sum:1}}-]{+{{sum:2}}+}
      - a{job="z"} 1 (t.yml:22)
      + b 7
        1 sample as expected
    "#);
}

#[test]
fn states_differ_over_time() {
    let mut failure = alerts_failure();
    failure.kind = "timeline";
    failure.message = "Down has other states than expected".to_owned();
    failure.rules.clear();
    failure.difference = Some(Difference::States(StatesDifference {
        expected: vec![
            ExpectedSpan {
                from_ms: 0,
                until_ms: Some(5 * MINUTE),
                state: Pending,
            },
            ExpectedSpan {
                from_ms: 5 * MINUTE,
                until_ms: None,
                state: Firing,
            },
        ],
        deviations: vec![
            Deviation {
                from_ms: 0,
                to_ms: MINUTE,
                expected: Pending,
                actual: Inactive,
            },
            Deviation {
                from_ms: 5 * MINUTE,
                to_ms: 6 * MINUTE,
                expected: Firing,
                actual: Pending,
            },
        ],
    }));
    insta::assert_snapshot!(plain(Path::new("t.yml"), &failure), @r"
    t.yml:13: Down has other states than expected
      expected: 0s..5m pending, from 5m firing
        ~ 0s..1m: [-pending-]{+inactive+}
        ~ 5m..6m: [-firing-]{+pending+}
      states: 0s..1m inactive, 2m..6m pending, [7m..20m firing (2)]; asserted at 7m
        ──▒▒▒▒▒██████████████
               ▲ 7m
    ");
    failure.message = "Down fired, and was never to".to_owned();
    failure.difference = Some(Difference::Fired(vec![Fired {
        labels: vec![
            ("alertname".to_owned(), "Down".to_owned()),
            ("job".to_owned(), "a \"b\"".to_owned()),
        ],
        spans: vec![(5 * MINUTE, 9 * MINUTE), (12 * MINUTE, 12 * MINUTE)],
    }]));
    insta::assert_snapshot!(plain(Path::new("t.yml"), &failure), @r#"
    t.yml:13: Down fired, and was never to
      + {alertname="Down", job="a \"b\""} fired 5m..9m, 12m
      states: 0s..1m inactive, 2m..6m pending, [7m..20m firing (2)]; asserted at 7m
        ──▒▒▒▒▒██████████████
               ▲ 7m
    "#);
}

#[test]
fn long_replays_are_drawn_on_one_line() {
    let mut failure = alerts_failure();
    failure.difference = None;
    failure.expected = None;
    failure.actual = None;
    if let Some(timeline) = &mut failure.timeline {
        timeline.spans[2].to_ms = 1000 * MINUTE;
        timeline.asserted_at_ms = Some(700 * MINUTE);
    }
    let drawn = plain(Path::new("t.yml"), &failure);
    insta::assert_snapshot!(drawn, @r#"
    t.yml:13: Down fires at 7m with other labels than expected
      states: 0s..1m inactive, 2m..6m pending, [7m..16h40m firing (2)]; asserted at 11h40m
        ███████████████████████████████████████████████████████████
                                                 ▲ 11h40m
      rule:   Down (rules.yml:4)
        up{job="api"}
          == 0
    "#);
    assert!(drawn.lines().all(|line| line.chars().count() < 100));
}

#[test]
fn items_without_words_in_common_stand_side_by_side() {
    let mut failure = alerts_failure();
    if let Some(Difference::Alerts(alerts)) = &mut failure.difference {
        alerts.pairs[0].labels = vec![item(
            "severity",
            Change::Differs {
                expected: "~ \"a|b\"".to_owned(),
                actual: "c".to_owned(),
                words: Vec::new(),
            },
        )];
    }
    let drawn = plain(Path::new("t.yml"), &failure);
    assert!(drawn.contains("~ severity: [-~ \"a|b\"-]{+c+}\n"), "{drawn}");
}

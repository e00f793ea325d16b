//! A failure: what was expected, what happened, and where.

use maud::{Markup, html};
use similar::{ChangeTag, TextDiff};

use super::chart::{TimeAxis, expected_states, states};
use super::{difference, format};
use crate::outcome::{Difference, Failure, TestOutcome, Trace};

/// The failures of a test.
pub(super) fn all(outcome: &TestOutcome) -> Markup {
    html! {
        @for failure in &outcome.failures {
            section.failure {
                h5 { (kind(failure)) }
                p.message { (first_line(&failure.message)) }
                @if let Some(rest) = rest(&failure.message) { pre.more { code { (rest) } } }
                p.place { (place(outcome, failure)) }
                (body(failure, outcome.trace.as_deref()))
                @for rule in &failure.rules {
                    p.place { "The rule: " code { (rule.name) } ", " (rule.path.display()) ":" (rule.line) }
                }
            }
        }
    }
}

/// What kind of failure it is, as a heading.
fn kind(failure: &Failure) -> &'static str {
    match failure.kind {
        "alert" => "Alerts differ",
        "never_fires" => "Fired though it never may",
        "timeline" => "States differ",
        "promql" | "eval" => "Expression returns something else",
        "receivers" => "Somebody else is notified",
        "evaluation" => "A rule cannot be evaluated",
        "input" => "The input cannot be used",
        "rules" => "The rule file is refused",
        "config" => "The test file is refused",
        _ => "Did not hold",
    }
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

fn rest(message: &str) -> Option<&str> {
    message
        .split_once('\n')
        .map(|(_, rest)| rest.trim_end())
        .filter(|rest| !rest.is_empty())
}

/// Where it is asserted, and which moment.
fn place(outcome: &TestOutcome, failure: &Failure) -> Markup {
    html! {
        code {
            (outcome.path.display())
            @if let Some(line) = failure.line { ":" (line) }
            @if let (Some(_), Some(column)) = (failure.line, failure.column) { ":" (column) }
        }
        @if let Some(at) = failure.at_ms { ", asserted at " (format::time(at)) }
    }
}

fn body(failure: &Failure, trace: Option<&Trace>) -> Markup {
    let timeline = failure.timeline.as_ref();
    let time = timeline.and_then(|timeline| {
        let end = timeline.spans.last()?.to_ms;
        let interval = trace.map_or(end / 20, |trace| trace.interval_ms);
        Some(TimeAxis::of(end, interval))
    });
    html! {
        @match &failure.difference {
            Some(Difference::Alerts(alerts)) => (difference::alerts(alerts)),
            Some(Difference::Samples(samples)) => (difference::samples(samples)),
            Some(Difference::Fired(fired)) => (difference::fired(fired)),
            Some(Difference::States(wanted)) => {
                (difference::deviations(wanted))
                @if let Some(time) = time {
                    div.bands {
                        p.band-name { "Expected" }
                        (expected_states(time, &wanted.expected))
                        p.band-name { "Actual" }
                        @if let Some(timeline) = timeline { (states(time, &timeline.spans)) }
                    }
                }
            },
            None => (lines(failure)),
        }
    }
}

/// Expected and actual text, line by line.
fn lines(failure: &Failure) -> Markup {
    let expected = failure.expected.as_deref().unwrap_or_default();
    let actual = failure.actual.as_deref().unwrap_or_default();
    html! {
        @if failure.expected.is_some() || failure.actual.is_some() {
            div.scroll tabindex="0" role="group" aria-label="Expected and actual, line by line" {
                table.lines {
                    @for change in TextDiff::from_lines(expected, actual).iter_all_changes() {
                        @let (class, sign, words) = match change.tag() {
                            ChangeTag::Equal => ("same", "", "as expected: "),
                            ChangeTag::Delete => ("expected", "−", "expected: "),
                            ChangeTag::Insert => ("actual", "+", "actual: "),
                        };
                        tr class=(class) {
                            td.sign { span aria-hidden="true" { (sign) } span.unseen { (words) } }
                            td { code { (change.value().trim_end_matches('\n')) } }
                        }
                    }
                }
            }
        }
    }
}

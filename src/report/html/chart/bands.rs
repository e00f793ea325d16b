//! States over time as bands, and the moments of assertions.

use maud::{Markup, html};

use super::super::format;
use super::plot::percent;
use super::scale::TimeAxis;
use crate::outcome::{AlertState, Assertion, ExpectedSpan, TimelineSpan};

/// A stretch of a band.
struct Stretch {
    from_ms: i64,
    /// Where the next one begins.
    until_ms: i64,
    state: AlertState,
    /// What it is, in words.
    words: String,
}

/// The states that an alert had.
pub(in crate::report::html) fn states(time: TimeAxis, spans: &[TimelineSpan]) -> Markup {
    band(time, "States", &stretches(time, spans))
}

/// The states that were expected.
pub(in crate::report::html) fn expected_states(time: TimeAxis, spans: &[ExpectedSpan]) -> Markup {
    let stretches: Vec<Stretch> = spans
        .iter()
        .map(|span| {
            let until_ms = span.until_ms.unwrap_or(time.end_ms).min(time.end_ms);
            Stretch {
                from_ms: span.from_ms,
                until_ms,
                state: span.state,
                words: format!("{} {}", span.state.as_str(), format::span(span.from_ms, until_ms)),
            }
        })
        .collect();
    band(time, "Expected states", &stretches)
}

/// The states of an alert in very small, beside the name of a test.
pub(in crate::report::html) fn miniature(time: TimeAxis, spans: &[TimelineSpan]) -> Markup {
    html! {
        span.mini aria-hidden="true" {
            @for stretch in stretches(time, spans) {
                span class=(stretch.state.as_str()) style=(place(time, stretch.from_ms, stretch.until_ms)) {}
            }
        }
    }
}

/// The moments of assertions.
pub(super) fn marks(time: TimeAxis, assertions: &[&Assertion]) -> Markup {
    let marks: Vec<(&Assertion, i64)> = assertions.iter().filter_map(|a| Some((*a, a.at_ms?))).collect();
    html! {
        @if !marks.is_empty() {
            ol.marks aria-label="Assertions" {
                @for (assertion, at) in marks {
                    @let words = format!("{}: {}", format::time(at), words(assertion));
                    li class=(sign(assertion).0) style=(format!("left:{}%", percent(time.share(at)))) title=(words) {
                        span aria-hidden="true" { (sign(assertion).1) }
                        span.unseen { (words) }
                    }
                }
            }
        }
    }
}

/// What is asserted of the whole replay.
pub(super) fn over_time(assertions: &[&Assertion]) -> Markup {
    let over_time: Vec<&&Assertion> = assertions.iter().filter(|a| a.at_ms.is_none()).collect();
    html! {
        @if !over_time.is_empty() {
            ul.over-time {
                @for assertion in over_time {
                    li { span class=(sign(assertion).0) aria-hidden="true" { (sign(assertion).1) } " Over the whole run: " (words(assertion)) }
                }
            }
        }
    }
}

/// The class and the sign of an assertion.
fn sign(assertion: &Assertion) -> (&'static str, &'static str) {
    match assertion.held {
        Some(true) => ("held", "✓"),
        Some(false) => ("failed", "✗"),
        None => ("open", "?"),
    }
}

/// What was asserted and whether it held.
pub(in crate::report::html) fn words(assertion: &Assertion) -> String {
    let verdict = match assertion.held {
        Some(true) => "held",
        Some(false) => "did not hold",
        None => "not judged",
    };
    format!("{}: {verdict}", assertion.claim)
}

fn band(time: TimeAxis, name: &str, stretches: &[Stretch]) -> Markup {
    html! {
        ol.states aria-label=(name) {
            @for stretch in stretches {
                @let wide = time.share(stretch.until_ms) - time.share(stretch.from_ms) > 0.09;
                li class=(stretch.state.as_str()) style=(place(time, stretch.from_ms, stretch.until_ms)) title=(stretch.words) {
                    @if wide { span aria-hidden="true" { (stretch.state.as_str()) } }
                    span.unseen { (stretch.words) }
                }
            }
        }
    }
}

fn stretches(time: TimeAxis, spans: &[TimelineSpan]) -> Vec<Stretch> {
    let begins = spans.iter().skip(1).map(|span| span.from_ms).chain([time.end_ms]);
    let stretch = |(span, until_ms): (&TimelineSpan, i64)| {
        let number = match span.active {
            0 | 1 => String::new(),
            many => format!(", {many} alerts at most"),
        };
        Stretch {
            from_ms: span.from_ms,
            until_ms,
            state: span.state,
            words: format!(
                "{} {}{number}",
                span.state.as_str(),
                format::span(span.from_ms, span.to_ms)
            ),
        }
    };
    spans.iter().zip(begins).map(stretch).collect()
}

fn place(time: TimeAxis, from_ms: i64, until_ms: i64) -> String {
    let (from, until) = (time.share(from_ms), time.share(until_ms));
    format!("left:{}%;width:{}%", percent(from), percent(until - from))
}

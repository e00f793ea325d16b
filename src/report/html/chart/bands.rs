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
    html! {
        ol.marks aria-label="Assertions" {
            @for assertion in assertions {
                @let (class, sign, words) = match assertion.held {
                    Some(true) => ("held", "✓", "held"),
                    Some(false) => ("failed", "✗", "did not hold"),
                    None => ("open", "?", "not judged"),
                };
                @let words = format!("{}: {}: {words}", format::time(assertion.at_ms), assertion.claim);
                li class=(class) style=(format!("left:{}%", percent(time.share(assertion.at_ms)))) title=(words) {
                    span aria-hidden="true" { (sign) }
                    span.unseen { (words) }
                }
            }
        }
    }
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

//! The states of alerts over a whole run: as a timeline expects them, and that they never fire.

use super::duration;
use crate::model::unit_tests::{ExpectedTimeline, TimelinePart};
use crate::outcome::{AlertState, Deviation, ExpectedSpan, Fired, StatesDifference};
use crate::replay::schedule::Schedule;

/// Compares the state at each evaluation with a timeline; nothing where they agree. There may be fewer evaluations
/// than the schedule has, where the run broke off.
pub(in crate::replay) fn compare(
    timeline: &ExpectedTimeline,
    states: &[AlertState],
    schedule: Schedule,
) -> Option<StatesDifference> {
    let mut deviations: Vec<Deviation> = Vec::new();
    for part in &timeline.parts {
        let first = deviations.len();
        for evaluation in evaluations(part, schedule).take_while(|e| *e < states.len()) {
            let (at, actual) = (schedule.elapsed(evaluation), states[evaluation]);
            if actual == part.state {
                continue;
            }
            let before = schedule.elapsed(evaluation.saturating_sub(1));
            match deviations[first..].last_mut() {
                Some(last) if last.actual == actual && last.to_ms == before => last.to_ms = at,
                _ => deviations.push(Deviation {
                    from_ms: at,
                    to_ms: at,
                    expected: part.state,
                    actual,
                }),
            }
        }
    }
    let expected = timeline.parts.iter().map(|part| ExpectedSpan {
        from_ms: part.from_ms,
        until_ms: part.until_ms,
        state: part.state,
    });
    (!deviations.is_empty()).then(|| StatesDifference {
        expected: expected.collect(),
        deviations,
    })
}

/// The evaluations that a part of a timeline sees: the one that its first moment sees, and all up to its end. One at
/// least.
fn evaluations(part: &TimelinePart, schedule: Schedule) -> std::ops::RangeInclusive<usize> {
    let last = match part.until_ms {
        None => schedule.count - 1,
        Some(until) => schedule.seen_at(until - 1),
    };
    schedule.seen_at(part.from_ms)..=last
}

/// Where a timeline does not hold, in a sentence.
pub(in crate::replay) fn message(alert: &str, difference: &StatesDifference) -> String {
    let Some(first) = difference.deviations.first() else {
        return String::new();
    };
    let when = match first.from_ms == first.to_ms {
        true => format!("at {}", duration(first.from_ms)),
        false => format!("from {} to {}", duration(first.from_ms), duration(first.to_ms)),
    };
    let others = match difference.deviations.len() - 1 {
        0 => String::new(),
        1 => " (and 1 difference more)".to_owned(),
        n => format!(" (and {n} differences more)"),
    };
    let (actual, expected) = (first.actual.as_str(), first.expected.as_str());
    format!("{alert} is {actual} {when}, and was expected to be {expected}{others}")
}

/// A timeline as it was expected, in the notation of tests.
pub(in crate::replay) fn expected_text(difference: &StatesDifference) -> String {
    let spans = difference.expected.iter().map(|span| {
        let state = span.state.as_str();
        let from = duration(span.from_ms);
        match span.until_ms {
            None => format!("{from}.. {state}\n"),
            Some(until) if until == span.from_ms + 1 => format!("{from} {state}\n"),
            Some(until) => format!("{from}..{} {state}\n", duration(until)),
        }
    });
    spans.collect()
}

/// The states that there were, in the notation of tests.
pub(in crate::replay) fn actual_text(states: &[AlertState], schedule: Schedule) -> String {
    let mut text = String::new();
    let mut first = 0;
    for of_one in states.chunk_by(|a, b| a == b) {
        let next = first + of_one.len();
        let (from, state) = (duration(schedule.elapsed(first)), of_one[0].as_str());
        text.push_str(&match next == states.len() {
            true => format!("{from}.. {state}\n"),
            false => format!("{from}..{} {state}\n", duration(schedule.elapsed(next))),
        });
        first = next;
    }
    text
}

/// That alerts fired which were to never do so, in a sentence.
pub(in crate::replay) fn fired_message(selector: &str, fired: &[Fired], last_ms: i64) -> String {
    let Some(first) = fired
        .iter()
        .min_by_key(|fired| fired.spans.first().map(|span| span.0))
    else {
        return String::new();
    };
    let (from, to) = first.spans.first().copied().unwrap_or_default();
    let when = match (from == to, to == last_ms) {
        (true, _) => format!("at {}", duration(from)),
        (false, true) => format!("from {} until the end of the run", duration(from)),
        (false, false) => format!("from {} to {}", duration(from), duration(to)),
    };
    let times: usize = fired.iter().map(|fired| fired.spans.len()).sum();
    let others = match times - 1 {
        0 => String::new(),
        1 => ", and once more".to_owned(),
        n => format!(", and {n} times more"),
    };
    let name = first.labels.iter().find(|(label, _)| label == "alertname");
    let name = name.map_or(selector, |(_, name)| name);
    let labels: Vec<String> = first
        .labels
        .iter()
        .filter(|(label, _)| label != "alertname")
        .map(|(label, value)| format!("{label}={value:?}"))
        .collect();
    let labels = match labels.is_empty() {
        true => String::new(),
        false => format!("{{{}}}", labels.join(", ")),
    };
    format!("{name}{labels} fires {when}{others}, and was expected never to")
}

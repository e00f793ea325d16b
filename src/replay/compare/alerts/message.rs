//! What differs between alerts, in a sentence.

use super::items;
use crate::model::reader::nearest;
use crate::model::unit_tests::EVERY_ALERT;
use crate::outcome::{AlertPair, AlertState, AlertsDifference};
use crate::replay::compare::blobs::actual_side;
use crate::replay::compare::duration;
use crate::replay::watch::Sighting;

/// What differs between the alerts named `name` (`*` for all) that were expected at a time and those that there are.
pub(in crate::replay) fn message(
    name: &str,
    time_ms: i64,
    expected: &[AlertState],
    difference: &AlertsDifference,
    seen: &Sighting,
) -> String {
    if name != EVERY_ALERT && expected.iter().all(|s| *s == AlertState::Firing) {
        return firing_message(name, time_ms, expected.len(), difference, seen);
    }
    let mut sentences = sentences(name, time_ms, difference, seen);
    let others = sentences.len().saturating_sub(1);
    match (sentences.is_empty(), others) {
        (true, _) => String::new(),
        (false, 0) => sentences.swap_remove(0),
        (false, 1) => format!("{} (and 1 difference more)", sentences[0]),
        (false, n) => format!("{} (and {n} differences more)", sentences[0]),
    }
}

/// Where alerts of one name were expected to fire, `expected` of them.
fn firing_message(
    name: &str,
    time_ms: i64,
    expected: usize,
    difference: &AlertsDifference,
    seen: &Sighting,
) -> String {
    let time = duration(time_ms);
    let since = seen
        .firing_since
        .filter(|since| *since < time_ms)
        .map_or(String::new(), |since| format!(", since {}", duration(since)));
    match (expected, seen.firing().count()) {
        (0, 1) => format!("{name} fires at {time}{since}, and was expected not to"),
        (0, n) => format!("{name} fires {n} times at {time}{since}, and was expected not to"),
        (_, 0) => format!("{name} does not fire at {time}: {}", why_silent(seen)),
        (e, a) if e == a => {
            let what = match difference.pairs.iter().any(has_other_labels)
                || !difference.missing.is_empty()
                || !difference.unexpected.is_empty()
            {
                true => "labels",
                false => "annotations",
            };
            format!("{name} fires at {time} with other {what} than expected")
        }
        (e, a) => format!("{name} fires {} at {time}, {} was expected", times(a), times(e)),
    }
}

fn has_other_labels(pair: &AlertPair) -> bool {
    !pair.labels.iter().all(items::agrees)
}

/// A sentence for each alert that differs.
fn sentences(name: &str, time_ms: i64, difference: &AlertsDifference, seen: &Sighting) -> Vec<String> {
    let time = duration(time_ms);
    let named = |labels: &[(String, String)]| {
        let own = labels.iter().find(|(label, _)| label == "alertname");
        match (own, name) {
            (Some((_, own)), _) => own.clone(),
            (None, EVERY_ALERT) => "an expected alert".to_owned(),
            (None, name) => name.to_owned(),
        }
    };
    let pair = |pair: &AlertPair| {
        let name = named(&actual_side(&pair.labels));
        let (expected, actual) = (pair.expected_state, pair.actual_state);
        if expected != actual {
            let wanted = match expected {
                AlertState::Firing => "fire",
                AlertState::Pending => "be pending",
                AlertState::Inactive => "be inactive",
            };
            return format!("{name} {} at {time}, and was expected to {wanted}", does(actual));
        }
        let what = match has_other_labels(pair) {
            true => "labels",
            false => "annotations",
        };
        format!(
            "{name} {} at {time} with other {what} than expected",
            does(actual)
        )
    };
    let missing = difference.missing.iter().map(|alert| {
        let alert_name = named(&alert.labels);
        let doesnt = match alert.state {
            AlertState::Pending => "is not pending",
            AlertState::Firing | AlertState::Inactive => "does not fire",
        };
        let others = seen.alerts.iter().any(|other| other.state == alert.state);
        match (name, alert.state, others) {
            (EVERY_ALERT, ..) | (_, AlertState::Pending, false) => format!("{alert_name} {doesnt} at {time}"),
            (_, _, true) => format!("{alert_name} {doesnt} at {time} as expected"),
            _ => format!("{alert_name} {doesnt} at {time}: {}", why_silent(seen)),
        }
    });
    let unexpected = difference.unexpected.iter().map(|alert| {
        let name = named(&alert.labels);
        format!("{name} {} at {time}, and was expected not to", does(alert.state))
    });
    difference
        .pairs
        .iter()
        .map(pair)
        .chain(missing)
        .chain(unexpected)
        .collect()
}

fn does(state: AlertState) -> &'static str {
    match state {
        AlertState::Firing => "fires",
        AlertState::Pending => "is pending",
        AlertState::Inactive => "is inactive",
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// What state the alert is in when it does not fire.
fn why_silent(seen: &Sighting) -> String {
    match (seen.pending, seen.resolved_at) {
        (Some((since, fires)), _) => {
            format!(
                "it is pending since {} and would fire at {}",
                duration(since),
                duration(fires)
            )
        }
        (None, Some(resolved)) => format!("it fired before, and resolved at {}", duration(resolved)),
        (None, None) => "its expression returns nothing then".to_owned(),
    }
}

/// That no rule defines the alert, with the name that was probably meant.
pub(in crate::replay) fn no_such_alert(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!("no rule file of this test defines {name}, did you mean {near}?"),
        None => format!("no rule file of this test defines {name}"),
    }
}

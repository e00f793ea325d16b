//! The alerts that were to fire beside those that do, compared as promtool compares them.

use promql_engine::Labels;

use super::duration;
use crate::model::reader::nearest;
use crate::model::text::Text;
use crate::model::unit_tests::ExpectedAlert;
use crate::replay::watch::Sighting;

/// A firing alert: labels and annotations, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::replay) struct FiringAlert {
    labels: Vec<(String, String)>,
    annotations: Vec<(String, String)>,
}

impl FiringAlert {
    /// An alert that fires; its annotations come sorted.
    pub(in crate::replay) fn actual(labels: &Labels, annotations: Vec<(String, String)>) -> Self {
        let labels = labels
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        FiringAlert { labels, annotations }
    }

    /// An alert that is to fire; its name counts as a label.
    pub(in crate::replay) fn expected(name: &str, alert: &ExpectedAlert) -> Self {
        let sorted = |pairs: &[(Text, Text)]| {
            let mut pairs: Vec<(String, String)> = pairs
                .iter()
                .map(|(n, v)| (n.as_str().to_owned(), v.as_str().to_owned()))
                .collect();
            pairs.sort();
            pairs
        };
        let mut labels = sorted(&alert.labels);
        labels.retain(|(label, _)| label != "alertname");
        labels.push(("alertname".to_owned(), name.to_owned()));
        labels.sort();
        FiringAlert {
            labels,
            annotations: sorted(&alert.annotations),
        }
    }
}

/// Alerts as text: a line for each label and annotation.
pub(in crate::replay) fn text(alerts: &[FiringAlert]) -> String {
    if alerts.is_empty() {
        return "no alert fires\n".to_owned();
    }
    let mut text = String::new();
    for alert in alerts {
        text.push_str("alert:\n  labels:\n");
        push_pairs(&mut text, &alert.labels);
        if !alert.annotations.is_empty() {
            text.push_str("  annotations:\n");
            push_pairs(&mut text, &alert.annotations);
        }
    }
    text
}

fn push_pairs(text: &mut String, pairs: &[(String, String)]) {
    for (name, value) in pairs {
        // A value of several lines is written with escapes, so that each label keeps to its line.
        let value = value
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('\r', "\\r");
        text.push_str(&format!("    {name}: {value}\n"));
    }
}

/// What differs between the alerts named `name` that were to fire at a time and those that do.
pub(in crate::replay) fn message(
    name: &str,
    time_ms: i64,
    expected: &[FiringAlert],
    actual: &Sighting,
) -> String {
    let time = duration(time_ms);
    let since = actual
        .firing_since
        .filter(|since| *since < time_ms)
        .map_or(String::new(), |since| format!(", since {}", duration(since)));
    let firing = &actual.firing;
    match (expected.len(), firing.len()) {
        (0, 1) => format!("{name} fires at {time}{since}, and was expected not to"),
        (0, n) => format!("{name} fires {n} times at {time}{since}, and was expected not to"),
        (_, 0) => format!("{name} does not fire at {time}: {}", why_silent(actual)),
        (e, a) if e == a => {
            let labels = |alerts: &[FiringAlert]| {
                let mut labels: Vec<_> = alerts.iter().map(|alert| alert.labels.clone()).collect();
                labels.sort();
                labels
            };
            let what = if labels(expected) == labels(firing) {
                "annotations"
            } else {
                "labels"
            };
            format!("{name} fires at {time} with other {what} than expected")
        }
        (e, a) => format!("{name} fires {} at {time}, {} was expected", times(a), times(e)),
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

#[cfg(test)]
mod tests;

//! The assertion that would have noticed a mutant: at the earliest moment, on the series of an existing test, at which
//! the mutant does something else than the rule.

use promql_engine::{Labels, SampleValue};
use promql_syntax::format_duration;

use super::subject::Subject;
use crate::outcome::Remedy;
use crate::replay::observation::Moment;
use crate::replay::schedule::Schedule;
use crate::replay::suite::{Changed, Place, Suite};

/// How long the series are watched beyond the last assertion of their test, in milliseconds, besides the rule's `for`.
const BEYOND_MS: i64 = 10 * 60_000;

/// Looks for the assertion among the tests whose assertions depend on the rule.
pub(super) fn find(
    suite: &Suite<'_>,
    trials: &[usize],
    place: Place,
    subject: &Subject<'_>,
    changed: &Changed,
) -> Option<Remedy> {
    let name = subject.rule.name();
    let beyond = BEYOND_MS
        + subject
            .rule
            .hold
            .as_ref()
            .map_or(0, |hold| hold.value.min(BEYOND_MS * 24));
    let mut later = None;
    for trial in trials.iter().map(|number| &suite.trials()[*number]) {
        let Ok(schedule) = Schedule::of(trial.case.file, trial.case.test) else {
            continue;
        };
        let more = usize::try_from(beyond / schedule.interval_ms).unwrap_or(0);
        let longer = Schedule {
            count: schedule.count + more,
            ..schedule
        };
        let moments = |changed| {
            let documents = suite.documents_around(trial, place, changed);
            trial.case.moments(&documents, name, longer)
        };
        let (Some(own), Some(mutant)) = (moments(None), moments(Some(changed))) else {
            continue;
        };
        let pairs = || own.iter().zip(&mutant).enumerate();
        // What fires can be asserted most simply.
        let differing = pairs()
            .find(|(_, (own, mutant))| own.firing != mutant.firing)
            .or_else(|| {
                pairs().find(|(_, (own, mutant))| {
                    own.pending != mutant.pending || !own.recorded_the_same(mutant)
                })
            });
        let Some((evaluation, (own, mutant))) = differing else {
            continue;
        };
        let at_ms = schedule.elapsed(evaluation);
        let (key, entry) = entry(name, at_ms, own, mutant);
        let remedy = Remedy::Assertion {
            test: trial.name(),
            at_ms,
            difference: difference(own, mutant),
            key,
            entry,
        };
        // An assertion within the time of the test is cheaper than one that makes it longer.
        if evaluation < schedule.count {
            return Some(remedy);
        }
        later.get_or_insert(remedy);
    }
    later
}

/// What the mutant does at a time when it differs.
fn difference(own: &Moment, mutant: &Moment) -> String {
    let labels = |moment: &Moment| moment.firing.iter().map(|(l, _)| l.clone()).collect::<Vec<_>>();
    let text = match (own.firing.len(), mutant.firing.len()) {
        (0, n) if n > 0 => "the mutant fires",
        (n, 0) if n > 0 => "the mutant does not fire",
        (a, b) if a < b => "the mutant fires more often",
        (a, b) if a > b => "the mutant fires less often",
        _ if labels(own) != labels(mutant) => "the mutant fires with other labels",
        _ if own.firing != mutant.firing => "the mutant fires with other annotations",
        _ if own.pending != mutant.pending => "the mutant has other pending alerts",
        _ => "the mutant records something else",
    };
    text.to_owned()
}

/// The entry that asserts what the rule does: the key of the test that it goes under, and the YAML.
fn entry(name: &str, at_ms: i64, own: &Moment, mutant: &Moment) -> (&'static str, String) {
    let time = format_duration(at_ms);
    if own.firing != mutant.firing {
        let mut text = format!("- eval_time: {time}\n  alertname: {}\n", scalar(name));
        if !own.firing.is_empty() {
            text.push_str("  exp_alerts:\n");
        }
        for (labels, annotations) in &own.firing {
            let own_labels: Vec<(&str, &str)> =
                labels.iter().filter(|(label, _)| *label != "alertname").collect();
            let annotations: Vec<(&str, &str)> = annotations
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            let mut indent = "    - ";
            for (key, pairs) in [("exp_labels", own_labels), ("exp_annotations", annotations)] {
                if pairs.is_empty() {
                    continue;
                }
                text.push_str(&format!("{indent}{key}:\n"));
                indent = "      ";
                for (name, value) in pairs {
                    text.push_str(&format!("        {}: {}\n", scalar(name), scalar(value)));
                }
            }
            if indent == "    - " {
                text.push_str("    - exp_labels: {}\n");
            }
        }
        return ("alert_rule_test", text);
    }
    if own.pending != mutant.pending {
        let quoted = promql_syntax::go_quote(name);
        let expr = format!("ALERTS{{alertname={quoted}, alertstate=\"pending\"}}");
        let pending = own.pending.iter().map(|labels| {
            let labels = labels
                .builder()
                .set("__name__", "ALERTS")
                .set("alertstate", "pending")
                .build();
            (labels, "1".to_owned())
        });
        return ("promql_expr_test", samples(&time, &expr, pending));
    }
    let recorded = own.recorded.iter().map(|(labels, value)| {
        let value = match value {
            SampleValue::Float(value) => promql_engine::gofmt::float_g(*value),
            SampleValue::Histogram(histogram) => histogram.to_string(),
        };
        (labels.clone(), value)
    });
    ("promql_expr_test", samples(&time, name, recorded))
}

fn samples(time: &str, expr: &str, samples: impl ExactSizeIterator<Item = (Labels, String)>) -> String {
    let mut text = format!("- eval_time: {time}\n  expr: {}\n", scalar(expr));
    if samples.len() == 0 {
        text.push_str("  exp_samples: []\n");
    } else {
        text.push_str("  exp_samples:\n");
    }
    for (labels, value) in samples {
        text.push_str(&format!("    - labels: {}\n", scalar(&labels.metric_form())));
        text.push_str(&format!("      value: {value}\n"));
    }
    text
}

/// A text as a YAML scalar: as it is where it can be nothing but text, in quotes otherwise.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ' ' | ':'))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

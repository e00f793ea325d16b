//! When single alerts were pending and firing, over a whole run.

use std::collections::{BTreeMap, HashMap};

use promql_engine::Labels;

use crate::model::unit_tests::AlertSelector;
use crate::outcome::{AlertState, Fired, Timeline, TimelineSpan};
use crate::replay::alerting::AlertingRule;
use crate::replay::schedule::Schedule;

/// The lives of the alerts of some rules, the rules by their numbers.
#[derive(Default)]
pub(in crate::replay) struct Lives {
    of_rules: BTreeMap<usize, HashMap<Labels, Vec<Span>>>,
}

/// Evaluations in a row at which an alert was in the same state, pending or firing.
struct Span {
    first: usize,
    last: usize,
    state: AlertState,
}

impl Lives {
    /// Takes note of a rule after an evaluation.
    pub(super) fn see(&mut self, number: usize, rule: &AlertingRule, evaluation: usize) {
        let of_rule = self.of_rules.entry(number).or_default();
        let active = rule
            .remembered()
            .filter(|(_, alert)| alert.state != AlertState::Inactive);
        for (labels, alert) in active {
            let span = Span {
                first: evaluation,
                last: evaluation,
                state: alert.state,
            };
            match of_rule.get_mut(labels) {
                None => {
                    of_rule.insert(labels.clone(), vec![span]);
                }
                Some(spans) => match spans.last_mut() {
                    Some(last) if last.state == alert.state && last.last + 1 == evaluation => {
                        last.last = evaluation;
                    }
                    _ => spans.push(span),
                },
            }
        }
    }

    fn chosen<'s>(&'s self, selector: &'s AlertSelector) -> impl Iterator<Item = (&'s Labels, &'s [Span])> {
        let all = self.of_rules.values().flatten();
        let chosen = all.filter(|(labels, _)| {
            let label = |name: &str| labels.get(name);
            selector.chooses_name(label("alertname")) && selector.chooses_labels(label)
        });
        chosen.map(|(labels, spans)| (labels, spans.as_slice()))
    }

    /// The highest state of the chosen alerts at each of the first `count` evaluations, and how many of them were
    /// pending or firing.
    fn states(&self, selector: &AlertSelector, count: usize) -> Vec<(AlertState, usize)> {
        let mut states = vec![(AlertState::Inactive, 0); count];
        for span in self.chosen(selector).flat_map(|(_, spans)| spans) {
            for (state, active) in states.iter_mut().take(span.last + 1).skip(span.first) {
                *state = span.state.max(*state);
                *active += 1;
            }
        }
        states
    }

    /// The highest state of the chosen alerts at each of the first `count` evaluations.
    pub(in crate::replay) fn highest(&self, selector: &AlertSelector, count: usize) -> Vec<AlertState> {
        let states = self.states(selector, count).into_iter();
        states.map(|(state, _)| state).collect()
    }

    /// The same as consecutive spans.
    pub(in crate::replay) fn timeline(
        &self,
        selector: &AlertSelector,
        count: usize,
        schedule: Schedule,
        asserted_at_ms: Option<i64>,
    ) -> Timeline {
        let mut spans: Vec<TimelineSpan> = Vec::new();
        for (evaluation, (state, active)) in self.states(selector, count).into_iter().enumerate() {
            let at = schedule.elapsed(evaluation);
            match spans.last_mut() {
                Some(last) if last.state == state => {
                    last.to_ms = at;
                    last.active = last.active.max(active);
                }
                _ => spans.push(TimelineSpan {
                    from_ms: at,
                    to_ms: at,
                    state,
                    active,
                }),
            }
        }
        Timeline {
            spans,
            asserted_at_ms,
        }
    }

    /// The chosen alerts that fired in the first `count` evaluations, and when, sorted by labels.
    pub(in crate::replay) fn fired(
        &self,
        selector: &AlertSelector,
        count: usize,
        schedule: Schedule,
    ) -> Vec<Fired> {
        let mut fired: Vec<Fired> = self
            .chosen(selector)
            .filter_map(|(labels, spans)| {
                let firing = spans
                    .iter()
                    .filter(|span| span.state == AlertState::Firing && span.first < count);
                let spans: Vec<(i64, i64)> = firing
                    .map(|span| {
                        (
                            schedule.elapsed(span.first),
                            schedule.elapsed(span.last.min(count - 1)),
                        )
                    })
                    .collect();
                let labels = labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned()));
                (!spans.is_empty()).then(|| Fired {
                    labels: labels.collect(),
                    spans,
                })
            })
            .collect();
        fired.sort_by(|a, b| a.labels.cmp(&b.labels));
        fired
    }
}

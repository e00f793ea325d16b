//! The states of alerts along a replay.

use std::collections::HashMap;

use super::group::Group;
use crate::outcome::{AlertState, Timeline, TimelineSpan};

/// The timelines of all alerts of a replay, by name.
#[derive(Default)]
pub(super) struct Timelines {
    by_name: HashMap<String, Vec<TimelineSpan>>,
}

impl Timelines {
    /// Takes the states after the evaluation at `elapsed` milliseconds since the start.
    pub(super) fn record(&mut self, groups: &[Group], elapsed: i64) {
        let mut now: HashMap<&str, (AlertState, usize)> = HashMap::new();
        for rule in groups.iter().flat_map(|g| &g.rules).filter_map(|r| r.alerting()) {
            let (state, active) = rule.state();
            let known = now.entry(&rule.name).or_insert((AlertState::Inactive, 0));
            *known = (known.0.max(state), known.1 + active);
        }
        for (name, (state, active)) in now {
            let spans = match self.by_name.get_mut(name) {
                Some(spans) => spans,
                None => self.by_name.entry(name.to_owned()).or_default(),
            };
            match spans.last_mut() {
                Some(last) if last.state == state => {
                    last.to_ms = elapsed;
                    last.active = last.active.max(active);
                }
                _ => spans.push(TimelineSpan {
                    from_ms: elapsed,
                    to_ms: elapsed,
                    state,
                    active,
                }),
            }
        }
    }

    /// The timeline of the alerts of this name, with the asserted moment in milliseconds since the start.
    pub(super) fn of(&self, name: &str, asserted_at_ms: i64) -> Timeline {
        let spans = self.by_name.get(name).cloned().unwrap_or_default();
        Timeline {
            spans,
            asserted_at_ms: Some(asserted_at_ms),
        }
    }
}

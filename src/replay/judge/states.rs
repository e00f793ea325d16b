//! The states of alerts over the whole run.

use super::Judge;
use crate::model::unit_tests::{AlertSelector, ExpectedTimeline};
use crate::outcome::{Difference, Failure};
use crate::replay::compare::{alerts, states};

impl Judge<'_, '_> {
    pub(super) fn timeline(&self, timeline: &ExpectedTimeline) -> Option<Failure> {
        if let Some(failure) = self.must_be_defined("timeline", &timeline.alert) {
            return Some(failure);
        }
        let (schedule, count) = (self.replay.schedule, self.judged_until());
        let highest = self.replay.watch.lives.highest(&timeline.alert, count);
        let difference = states::compare(timeline, &highest, schedule)?;
        let message = states::message(timeline.alert.text.as_str(), &difference);
        let mut failure = self.about("timeline", message, &timeline.alert);
        failure.expected = Some(states::expected_text(&difference));
        failure.actual = Some(states::actual_text(&highest, schedule));
        failure.at_ms = difference.deviations.first().map(|first| first.from_ms);
        failure.difference = Some(Difference::States(difference));
        failure.entry = self.entry(&timeline.range);
        failure.timeline = Some(self.states_of(&timeline.alert, failure.at_ms));
        Some(failure)
    }

    pub(super) fn never_fires(&self, alert: &AlertSelector) -> Option<Failure> {
        if let Some(failure) = self.must_be_defined("never_fires", alert) {
            return Some(failure);
        }
        let (schedule, count) = (self.replay.schedule, self.judged_until());
        let fired = self.replay.watch.lives.fired(alert, count, schedule);
        let first = fired
            .iter()
            .flat_map(|fired| &fired.spans)
            .map(|span| span.0)
            .min()?;
        let last_ms = schedule.elapsed(count.saturating_sub(1));
        let message = states::fired_message(alert.text.as_str(), &fired, last_ms);
        let mut failure = self.about("never_fires", message, alert);
        failure.at_ms = Some(first);
        failure.difference = Some(Difference::Fired(fired));
        failure.timeline = Some(self.states_of(alert, Some(first)));
        Some(failure)
    }

    /// An alert that no rule defines is in no state and never fires, whatever the data: that is no assertion.
    fn must_be_defined(&self, kind: &'static str, alert: &AlertSelector) -> Option<Failure> {
        let known = self.known_alerts();
        if known.iter().any(|name| alert.chooses_name(name)) {
            return None;
        }
        let message = match &alert.name {
            Some(name) => alerts::no_such_alert(name, &known),
            None => "no rule file of this test defines an alert".to_owned(),
        };
        Some(self.failure(kind, message, alert.text.raw().start))
    }

    fn about(&self, kind: &'static str, message: String, alert: &AlertSelector) -> Failure {
        let mut failure = self.failure(kind, message, alert.text.raw().start);
        if alert.name.is_some() {
            failure.rules =
                self.sources(|rule| rule.alerting().is_some_and(|rule| alert.chooses_name(&rule.name)));
        }
        failure
    }

    fn states_of(&self, alert: &AlertSelector, asserted_at_ms: Option<i64>) -> crate::outcome::Timeline {
        let (schedule, count) = (self.replay.schedule, self.judged_until());
        self.replay
            .watch
            .lives
            .timeline(alert, count, schedule, asserted_at_ms)
    }
}

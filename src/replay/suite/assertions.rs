//! What a test asserts of an alert.

use std::collections::HashSet;

use crate::model::rules::Rule;
use crate::model::text::Text;
use crate::model::unit_tests::{AlertTest, ExpectedAlert, ExpectedValue, Match, TestGroup};
use crate::outcome::AlertState;

/// What a test asserts of the alerts of a rule.
#[derive(Debug, Default)]
pub(in crate::replay) struct Assertions<'t> {
    /// That one fires.
    pub(in crate::replay) firing: bool,
    /// That none fires, at some time.
    pub(in crate::replay) silence: bool,
    /// Labels.
    pub(in crate::replay) labels: Names<'t>,
    /// Annotations.
    pub(in crate::replay) annotations: Names<'t>,
}

/// Names of labels or annotations.
#[derive(Debug, Default)]
pub(in crate::replay) struct Names<'t> {
    all: bool,
    some: HashSet<&'t str>,
}

impl Names<'_> {
    /// Whether the one of this name is asserted.
    pub(in crate::replay) fn asserts(&self, name: &str) -> bool {
        self.all || self.some.contains(name)
    }
}

impl<'t> Assertions<'t> {
    /// What a test asserts of a rule.
    pub(super) fn of(test: &'t TestGroup, rule: &Rule) -> Self {
        let mut assertions = Assertions::default();
        let Some(alert) = rule.alert.as_ref().map(Text::as_str) else {
            return assertions;
        };
        for entry in test.alert_rule_test.iter().filter(|entry| entry.is_about(alert)) {
            assertions.at_a_time(entry, alert);
        }
        for timeline in &test.timeline {
            if timeline.alert.chooses_name(alert) {
                let states = || timeline.parts.iter().map(|part| part.state);
                assertions.firing |= states().any(|state| state == AlertState::Firing);
                assertions.silence |= states().any(|state| state != AlertState::Firing);
            }
        }
        assertions.silence |= test.never_fires.iter().any(|never| never.chooses_name(alert));
        assertions
    }

    fn at_a_time(&mut self, entry: &'t AlertTest, alert: &str) {
        let own = |expected: &&ExpectedAlert| expected.name().is_none_or(|name| name == alert);
        let by_name = !entry.is_about_every_alert();
        let expected: Vec<&ExpectedAlert> = entry.exp_alerts.iter().filter(|e| by_name || own(e)).collect();
        let active = || expected.iter().filter(|e| e.state != AlertState::Inactive);
        self.silence |= active().all(|e| e.state != AlertState::Firing);
        self.firing |= active().any(|e| e.state == AlertState::Firing);
        for expected in active() {
            match entry.matching {
                // Alerts are compared with all their labels and annotations.
                Match::Exact => {
                    self.labels.all = true;
                    self.annotations.all = true;
                }
                Match::Subset => {
                    let names =
                        |pairs: &'t [(Text, ExpectedValue)]| pairs.iter().map(|(name, _)| name.as_str());
                    self.labels.some.extend(names(&expected.labels));
                    self.annotations.some.extend(names(&expected.annotations));
                }
            }
        }
    }
}

/// Whether a test asserts something of the alerts of this name.
pub(super) fn names(test: &TestGroup, alert: &str) -> bool {
    test.asserts_alert(alert)
}

/// Whether all alerts may matter to what a test asserts: any may inhibit another.
pub(super) fn depend_on_all(test: &TestGroup) -> bool {
    !test.receivers.is_empty()
}

//! What a test asserts of an alert.

use std::collections::HashSet;

use crate::model::rules::Rule;
use crate::model::text::Text;
use crate::model::unit_tests::TestGroup;

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
        for entry in &test.alert_rule_test {
            if entry.alertname.as_ref().map(Text::as_str) != Some(alert) {
                continue;
            }
            match entry.exp_alerts.is_empty() {
                true => assertions.silence = true,
                // Alerts are compared with all their labels and annotations.
                false => {
                    assertions.firing = true;
                    assertions.labels.all = true;
                    assertions.annotations.all = true;
                }
            }
        }
        assertions
    }
}

/// Whether a test asserts something of the alerts of this name.
pub(super) fn names(test: &TestGroup, alert: &str) -> bool {
    let mut asserted = test
        .alert_rule_test
        .iter()
        .filter_map(|entry| entry.alertname.as_ref());
    let mut told = test.receivers.iter().filter_map(|entry| entry.alert.as_ref());
    asserted.any(|name| name.as_str() == alert) || told.any(|selector| selector.chooses_name(alert))
}

/// Whether all alerts may matter to what a test asserts: any may inhibit another.
pub(super) fn depend_on_all(test: &TestGroup) -> bool {
    !test.receivers.is_empty()
}

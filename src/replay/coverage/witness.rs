//! What becomes of each rule during a replay.

use crate::outcome::AlertState;
use crate::replay::course::Observer;
use crate::replay::rule::{Kind, Rule};
use crate::replay::world::World;

/// What was seen of a rule.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// An alert was pending.
    pub(super) pending: bool,
    /// An alert fired.
    pub(super) fired: bool,
    /// An alert that had fired no longer did.
    pub(super) resolved: bool,
    /// It recorded something.
    pub(super) recorded: bool,
}

/// Takes down what is seen of the rules, by their numbers.
pub(super) struct Witness {
    seen: Vec<Seen>,
}

impl Witness {
    /// For so many rules.
    pub(super) fn of(rules: usize) -> Self {
        Witness {
            seen: vec![Seen::default(); rules],
        }
    }

    /// What was seen of a rule.
    pub(super) fn seen(&self, number: usize) -> Seen {
        self.seen[number]
    }
}

impl Observer for Witness {
    fn see(&mut self, number: usize, rule: &Rule, _: usize, _: &World<'_>) {
        let seen = &mut self.seen[number];
        let alerting = match &rule.kind {
            Kind::Alerting(alerting) => alerting,
            Kind::Recording(_) => {
                seen.recorded |= rule.has_written();
                return;
            }
        };
        for (_, alert) in alerting.remembered() {
            match alert.state {
                AlertState::Pending => seen.pending = true,
                AlertState::Firing => seen.fired = true,
                AlertState::Inactive => seen.resolved |= alert.fired_at.is_some(),
            }
        }
    }
}

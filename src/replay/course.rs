//! A replay from its first evaluation to its last.

use super::input::Feed;
use super::plan::{Plan, Unit};
use super::rule::Rule;
use super::schedule::Schedule;
use super::world::{Fault, World};

/// Who looks on at a replay.
pub(super) trait Observer {
    /// Takes note of the rule with this number after an evaluation.
    fn see(&mut self, number: usize, rule: &Rule, evaluation: usize, world: &World<'_>);
}

impl<O: Observer> Observer for Option<O> {
    fn see(&mut self, number: usize, rule: &Rule, evaluation: usize, world: &World<'_>) {
        if let Some(observer) = self {
            observer.see(number, rule, evaluation, world);
        }
    }
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    fn see(&mut self, number: usize, rule: &Rule, evaluation: usize, world: &World<'_>) {
        self.0.see(number, rule, evaluation, world);
        self.1.see(number, rule, evaluation, world);
    }
}

/// A replay under way.
pub(super) struct Course<'c, 't> {
    /// The rules in the order in which they are evaluated at one time.
    pub(super) rules: &'c mut [Rule],
    /// What they read and write.
    pub(super) world: &'c mut World<'t>,
    /// The input that is yet to come.
    pub(super) feed: Feed<'c>,
    /// When they are evaluated.
    pub(super) schedule: Schedule,
    /// Who looks on.
    pub(super) observer: &'c mut dyn Observer,
}

/// Why a replay ended early.
pub(super) enum Stop {
    /// The input cannot be loaded.
    Input(Fault),
    /// Rules could not be evaluated, all at the same time.
    Rules(Vec<RuleError>),
}

/// A rule that could not be evaluated.
pub(super) struct RuleError {
    /// The name of the alert or of the recorded metric.
    pub(super) rule: String,
    /// At which evaluation.
    pub(super) evaluation: usize,
    /// Why.
    pub(super) message: String,
}

impl Course<'_, '_> {
    /// Evaluates everything.
    pub(super) fn run(mut self, plan: &Plan) -> Result<(), Stop> {
        let mut from = 0;
        while from < self.schedule.count {
            let to = self.schedule.count.min(from + plan.stretch);
            let until = self.schedule.time(to - 1);
            let fed = self.feed.advance(&mut self.world.storage, until);
            fed.map_err(Stop::Input)?;
            for unit in &plan.units {
                let errors = match unit {
                    Unit::AtOnce(rule) => self.at_once(*rule, from, to),
                    Unit::InTurn(rules) => self.in_turn(rules, from, to),
                };
                if !errors.is_empty() {
                    return Err(Stop::Rules(errors));
                }
            }
            from = to;
        }
        Ok(())
    }

    /// Evaluates a rule for the evaluations from `from` up to before `to`.
    fn at_once(&mut self, number: usize, from: usize, to: usize) -> Vec<RuleError> {
        let rule = &mut self.rules[number];
        let first = self.schedule.time(from) - rule.query_offset_ms;
        let last = self.schedule.time(to - 1) - rule.query_offset_ms;
        let error = |rule: &Rule, evaluation, message| {
            let rule = rule.name().to_owned();
            vec![RuleError {
                rule,
                evaluation,
                message,
            }]
        };
        let vectors = self
            .world
            .vectors(&rule.query, first, last, self.schedule.interval_ms);
        let vectors = match vectors {
            Ok(vectors) => vectors,
            Err(message) => return error(rule, from, message),
        };
        for evaluation in from..to {
            let result = vectors.vector(evaluation - from);
            if let Err(message) = rule.take(result, self.world, self.schedule.time(evaluation)) {
                return error(rule, evaluation, message);
            }
            self.observer.see(number, rule, evaluation, self.world);
        }
        Vec::new()
    }

    /// Evaluates rules in turn. Where one fails at an evaluation the others are still evaluated for it.
    fn in_turn(&mut self, numbers: &[usize], from: usize, to: usize) -> Vec<RuleError> {
        let mut errors = Vec::new();
        for evaluation in from..to {
            for number in numbers {
                let rule = &mut self.rules[*number];
                match rule.evaluate(self.world, self.schedule.time(evaluation)) {
                    Ok(()) => self.observer.see(*number, rule, evaluation, self.world),
                    Err(message) => errors.push(RuleError {
                        rule: rule.name().to_owned(),
                        evaluation,
                        message,
                    }),
                }
            }
            if !errors.is_empty() {
                break;
            }
        }
        errors
    }
}

//! Functions: one rule for each, by name. A function that is not in the registry of the syntax is not known here
//! either; that every one there has a rule is tested.

mod elementwise;
mod histogram;
mod range;
mod relabel;
mod time;
mod whole;

use promql_syntax::Span;
use promql_syntax::ast::{Call, ValueType};

use super::Trust;
use super::aggregate;
use super::facts::{Facts, Presence};
use super::interval::Interval;
use super::walk::{Env, Node};

pub use histogram::bounds as bucket_bounds;

/// What a function is called with.
pub(super) struct Arguments<'a, 'e> {
    pub(super) call: &'e Call,
    /// Where the call stands.
    pub(super) span: Span,
    pub(super) nodes: &'a [Node<'e>],
    pub(super) env: Env,
    pub(super) trust: Trust,
}

/// What is known of a call.
pub(super) type Rule = fn(&Arguments<'_, '_>) -> Facts;

/// What is known of a call.
pub(super) fn facts(arguments: &Arguments<'_, '_>) -> Facts {
    let name = arguments.call.name.as_str();
    let enough = promql_syntax::functions::lookup(name).is_some_and(|function| {
        let required = match function.variadic {
            promql_syntax::functions::Variadic::Fixed => function.args.len(),
            _ => function.args.len() - 1,
        };
        arguments.nodes.len() >= required
    });
    match rule(name) {
        Some(rule) if enough => rule(arguments),
        _ => Facts::unknown(promql_syntax::functions::lookup(name).map(|function| function.returns)),
    }
}

/// The rule for the function of this name.
pub(super) fn rule(name: &str) -> Option<Rule> {
    elementwise::rule(name)
        .or_else(|| range::rule(name))
        .or_else(|| histogram::rule(name))
        .or_else(|| relabel::rule(name))
        .or_else(|| time::rule(name))
        .or_else(|| whole::rule(name))
}

/// The interval with room for rounding errors, where those count.
pub(super) fn rounded(interval: Interval, trust: Trust) -> Interval {
    match trust {
        Trust::Proven => interval.widened(),
        Trust::Likely => interval,
    }
}

impl<'e> Arguments<'_, 'e> {
    /// What is known of an argument.
    fn facts(&self, index: usize) -> Facts {
        match self.nodes.get(index) {
            Some(node) => Facts {
                verdict: None,
                mismatches: Vec::new(),
                ..Facts::clone(&node.facts)
            },
            None => Facts::unknown(None),
        }
    }

    /// What a scalar argument can be.
    fn scalar(&self, index: usize) -> Interval {
        self.nodes
            .get(index)
            .map_or(Interval::ANY, |node| node.facts.value)
    }

    /// A string argument.
    fn string(&self, index: usize) -> Option<&'e str> {
        aggregate::string(self.nodes.get(index)?.expr)
    }

    /// The facts of a vector argument once a function has been applied to each of its floats: histograms are left out
    /// and names are dropped.
    fn mapped(&self, index: usize, map: impl FnOnce(Interval) -> Interval) -> Facts {
        let mut facts = self.facts(index).floats_only();
        facts.value = map(facts.value);
        facts.labels.remove_metadata();
        facts
    }

    /// The facts of a range vector argument as an instant vector: without its names, and without being sure that there
    /// is anything.
    fn over_range(&self, index: usize) -> Facts {
        let mut facts = self.facts(index);
        facts.value_type = Some(ValueType::InstantVector);
        facts.labels.remove_metadata();
        if facts.presence == Presence::Always {
            facts.presence = Presence::Maybe;
        }
        facts
    }
}

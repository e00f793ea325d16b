//! In what order rules are evaluated.
//!
//! The reference is Prometheus' order: at each time all rules in turn. It costs a query for each rule and time.
//! A rule whose result at a time depends on nothing but what was written up to that time can be evaluated for many
//! times at once, once everything that it reads has been written for them. The others (those that read what they or
//! later rules write, such as `ALERTS`) are evaluated in turn. Both ways write the same samples.

use super::reads::{Read, Writes, reads};
use super::rule::Rule;

/// For how many evaluations rules are evaluated at once; it bounds the memory that a result takes.
const STRETCH: usize = 1024;

/// An order of evaluation. All units are gone through for one stretch of evaluations before the next one begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// What is evaluated one after the other, rules by their numbers.
    pub(super) units: Vec<Unit>,
    /// How many evaluations a stretch has.
    pub(super) stretch: usize,
}

/// Rules that are evaluated together.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A rule for all evaluations of a stretch at once.
    AtOnce(usize),
    /// Rules for one evaluation after the other.
    InTurn(Vec<usize>),
}

impl Plan {
    /// The reference: everything in turn.
    pub(super) fn in_turn(rules: usize) -> Plan {
        Plan {
            units: vec![Unit::InTurn((0..rules).collect())],
            stretch: 1,
        }
    }

    /// The plan that evaluates as much as possible at once.
    pub(super) fn of(rules: &[Rule]) -> Plan {
        let Some(reads) = rules.iter().map(reads).collect::<Option<Vec<_>>>() else {
            return Plan::in_turn(rules.len());
        };
        let writes: Vec<Writes<'_>> = rules.iter().map(Writes::of).collect();
        Dependencies::of(&reads, &writes).plan()
    }
}

/// Which rules depend on which.
struct Dependencies {
    /// For each rule the rules whose series it reads.
    on: Vec<Vec<usize>>,
    /// For each rule the rules that read its series.
    by: Vec<Vec<usize>>,
    /// The rules that must be evaluated in turn, because one of them reads what another has not written yet at that
    /// time in the reference.
    in_turn: Vec<bool>,
}

impl Dependencies {
    fn of(reads: &[Vec<Read>], writes: &[Writes<'_>]) -> Self {
        let rules = reads.len();
        let mut found = Dependencies {
            on: vec![Vec::new(); rules],
            by: vec![Vec::new(); rules],
            in_turn: vec![false; rules],
        };
        for (reader, reads) in reads.iter().enumerate() {
            for (writer, writes) in writes.iter().enumerate() {
                let mut selected = reads.iter().filter(|read| read.may_select(writes)).peekable();
                if selected.peek().is_none() {
                    continue;
                }
                found.on[reader].push(writer);
                found.by[writer].push(reader);
                // A later rule writes only after this one has read. So does an earlier one, at a later time, if it
                // writes further back than this one reads.
                if writer >= reader || selected.any(|read| writes.offset_ms > read.offset_ms) {
                    found.in_turn[reader] = true;
                    found.in_turn[writer] = true;
                }
            }
        }
        found
    }

    fn plan(mut self) -> Plan {
        let seeds = self.in_turn.clone();
        let before = reachable(&seeds, &self.on);
        let after = reachable(&seeds, &self.by);
        for rule in 0..seeds.len() {
            // What lies between two that go in turn goes in turn too.
            self.in_turn[rule] |= before[rule] && after[rule];
        }
        let rules = || 0..self.in_turn.len();
        let at_once = |late: bool| {
            let chosen = rules().filter(|rule| !self.in_turn[*rule] && after[*rule] == late);
            chosen.map(Unit::AtOnce).collect::<Vec<_>>()
        };
        let mut units = at_once(false);
        let in_turn: Vec<usize> = rules().filter(|rule| self.in_turn[*rule]).collect();
        if !in_turn.is_empty() {
            units.push(Unit::InTurn(in_turn));
        }
        units.extend(at_once(true));
        Plan {
            units,
            stretch: STRETCH,
        }
    }
}

/// What can be reached from the seeds, themselves included.
fn reachable(seeds: &[bool], edges: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = seeds.to_vec();
    let mut open: Vec<usize> = (0..seeds.len()).filter(|rule| seeds[*rule]).collect();
    while let Some(rule) = open.pop() {
        for next in &edges[rule] {
            if !reached[*next] {
                reached[*next] = true;
                open.push(*next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests;

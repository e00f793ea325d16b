//! Which rules a test's assertions depend on: those that it names or reads, and all that these read in turn. A change
//! of any other rule cannot make an assertion fail.

use super::assertions;
use crate::model::unit_tests::TestGroup;
use crate::replay::reads::{Read, Writes, reads, reads_of};
use crate::replay::rule::Rule;

/// What the rules of a test file read of each other.
pub(super) struct Influence {
    /// For each rule the rules whose series it may read.
    on: Vec<Vec<usize>>,
}

impl Influence {
    /// Works it out for these rules.
    pub(super) fn of(rules: &[Rule]) -> Self {
        let writes: Vec<Writes<'_>> = rules.iter().map(Writes::by_name).collect();
        let on = rules.iter().map(|rule| selected(reads(rule).as_deref(), &writes));
        Influence { on: on.collect() }
    }

    /// The rules that the assertions of a test depend on, by their numbers.
    pub(super) fn on_assertions(&self, test: &TestGroup, rules: &[Rule]) -> Vec<bool> {
        let writes: Vec<Writes<'_>> = rules.iter().map(Writes::by_name).collect();
        let all = assertions::depend_on_all(test);
        let matters = |rule: &Rule| {
            let alert = rule.alerting();
            alert.is_some_and(|alert| all || assertions::names(test, &alert.name))
        };
        let mut seeds: Vec<usize> = (0..rules.len())
            .filter(|number| matters(&rules[*number]))
            .collect();
        for expr in test.promql_expr_test.iter().filter_map(|t| t.expr.as_ref()) {
            seeds.extend(selected(reads_of(&expr.parsed.expr).as_deref(), &writes));
        }
        self.upstream(seeds)
    }

    /// These rules and all whose series they read, directly or not.
    pub(super) fn upstream(&self, mut open: Vec<usize>) -> Vec<bool> {
        let mut reached = vec![false; self.on.len()];
        while let Some(rule) = open.pop() {
            if !std::mem::replace(&mut reached[rule], true) {
                open.extend(&self.on[rule]);
            }
        }
        reached
    }
}

/// The rules that write what is read; all of them where it is not known what that is.
fn selected(reads: Option<&[Read]>, writes: &[Writes<'_>]) -> Vec<usize> {
    let may_read = |writes: &Writes<'_>| reads.is_none_or(|reads| reads.iter().any(|r| r.may_select(writes)));
    (0..writes.len())
        .filter(|number| may_read(&writes[*number]))
        .collect()
}

#[cfg(test)]
mod tests;

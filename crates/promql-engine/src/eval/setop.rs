//! `and`, `or` and `unless`: which series stay depends on which series of the other side have a value.

use std::sync::Arc;

use promql_syntax::ast::BinaryOp;

use super::Evaluator;
use super::matching::MatchGroups;
use crate::columns::{ABSENT, Columns, SeriesSet};
use crate::plan::Binary;

/// What a set operator remembers about two sets of series.
#[derive(Default)]
struct Remembered(Option<(Arc<SeriesSet>, Arc<SeriesSet>, Arc<Known>)>);

struct Known {
    groups: MatchGroups,
    /// The series of both sides, for `or`.
    both: Arc<SeriesSet>,
}

impl Evaluator<'_> {
    pub(super) fn set_operation(
        &mut self,
        slot: usize,
        binary: &Binary,
        lhs: Columns,
        rhs: Columns,
    ) -> Columns {
        let mut remembered = self.take::<Remembered>(slot);
        let known = match &remembered.0 {
            Some((left, right, known)) if Arc::ptr_eq(left, &lhs.set) && Arc::ptr_eq(right, &rhs.set) => {
                Arc::clone(known)
            }
            _ => {
                let known = Arc::new(Known {
                    groups: MatchGroups::new(&binary.matching, &lhs.set, &rhs.set),
                    both: if binary.op == BinaryOp::Or {
                        SeriesSet::union(&lhs.set, &rhs.set)
                    } else {
                        Arc::default()
                    },
                });
                remembered.0 = Some((Arc::clone(&lhs.set), Arc::clone(&rhs.set), Arc::clone(&known)));
                known
            }
        };
        self.put(slot, remembered);
        let groups = &known.groups;
        match binary.op {
            BinaryOp::And => keep(lhs, &groups.left, &presence(&rhs, groups, &groups.right), true),
            BinaryOp::Unless => keep(lhs, &groups.left, &presence(&rhs, groups, &groups.right), false),
            _ => {
                let left_present = presence(&lhs, groups, &groups.left);
                let rhs = keep(rhs, &groups.right, &left_present, false);
                lhs.stacked(rhs, Arc::clone(&known.both))
            }
        }
    }
}

/// Whether any series of a match group has a value, for each group and step.
fn presence(columns: &Columns, groups: &MatchGroups, group_of: &[usize]) -> Vec<bool> {
    let steps = columns.steps;
    let mut present = vec![false; groups.count * steps];
    for (series, group) in group_of.iter().enumerate() {
        for step in 0..steps {
            present[group * steps + step] |= columns.get(series, step).is_some();
        }
    }
    present
}

/// Leaves the values at the steps at which their group is present, or at which it is not.
fn keep(mut columns: Columns, group_of: &[usize], present: &[bool], wanted: bool) -> Columns {
    let steps = columns.steps;
    for (series, group) in group_of.iter().enumerate() {
        for step in 0..steps {
            if present[group * steps + step] != wanted {
                columns.floats[series * steps + step] = ABSENT;
                if let Some(histograms) = &mut columns.histograms {
                    histograms[series * steps + step] = None;
                }
            }
        }
    }
    columns
}

//! The groups of an aggregation.

use std::collections::HashMap;
use std::sync::Arc;

use super::Evaluator;
use crate::call::Memo;
use crate::columns::{Columns, SeriesSet};
use crate::labels::{Labels, METRIC_NAME};
use crate::plan::Aggregate;

/// Which group each series of a set belongs to.
pub(super) struct Groups {
    /// The number of the group, for each series.
    pub(super) of: Vec<usize>,
    /// The groups' labels, in the order in which the set names them first.
    pub(super) set: Arc<SeriesSet>,
}

impl Groups {
    fn new(set: &SeriesSet, aggregate: &Aggregate) -> Self {
        let mut numbers: HashMap<Labels, usize> = HashMap::new();
        let mut labels = Vec::new();
        let of = set
            .labels
            .iter()
            .map(|series| {
                *numbers
                    .entry(group_labels(series, aggregate))
                    .or_insert_with_key(|group| {
                        labels.push(group.clone());
                        labels.len() - 1
                    })
            })
            .collect();
        Groups {
            of,
            set: SeriesSet::new(labels),
        }
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.set.len()
    }
}

/// The labels that the series of a group have in common.
pub(super) fn group_labels(series: &Labels, aggregate: &Aggregate) -> Labels {
    let named = |name: &str| aggregate.labels.iter().any(|label| label == name);
    if aggregate.without {
        series.filter(|name| name != METRIC_NAME && !named(name))
    } else {
        series.filter(named)
    }
}

impl Evaluator<'_> {
    /// The groups of a vector's series.
    pub(super) fn groups(&mut self, slot: usize, aggregate: &Aggregate, set: &Arc<SeriesSet>) -> Arc<Groups> {
        let mut memo = self.take::<Memo>(slot);
        let groups = memo.for_set(set, |set| Groups::new(set, aggregate));
        self.put(slot, memo);
        groups
    }
}

/// The groups in the order in which the vector's values name them first, those without values at the end. This is
/// the order of an instant query's result.
pub(super) fn live_order(columns: &Columns, groups: &Groups) -> Vec<usize> {
    let mut order = Vec::with_capacity(groups.len());
    let mut seen = vec![false; groups.len()];
    for (series, group) in groups.of.iter().enumerate() {
        if !seen[*group] && columns.is_live(series) {
            seen[*group] = true;
            order.push(*group);
            if order.len() == groups.len() {
                return order;
            }
        }
    }
    order.extend((0..groups.len()).filter(|group| !seen[*group]));
    order
}

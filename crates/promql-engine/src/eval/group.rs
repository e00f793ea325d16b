//! The groups of an aggregation.

use std::sync::Arc;

use super::Evaluator;
use crate::call::Memo;
use crate::columns::{Columns, SeriesSet};
use crate::labels::{Labels, LabelsMap, METRIC_NAME};
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
        let mut numbers: LabelsMap<usize> = LabelsMap::default();
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

/// What an aggregation remembers.
#[derive(Default)]
struct Remembered {
    groups: Memo,
    /// The last order of groups that was not that of the set, so that the same order is the same set of series.
    reordered: Option<(Arc<SeriesSet>, Vec<usize>, Arc<SeriesSet>)>,
}

impl Evaluator<'_> {
    /// The groups of a vector's series.
    pub(super) fn groups(&mut self, slot: usize, aggregate: &Aggregate, set: &Arc<SeriesSet>) -> Arc<Groups> {
        let mut remembered = self.take::<Remembered>(slot);
        let groups = remembered.groups.for_set(set, |set| Groups::new(set, aggregate));
        self.put(slot, remembered);
        groups
    }

    /// Puts the groups into the order of an instant query's result.
    pub(super) fn in_order(&mut self, slot: usize, result: Columns, order: &[usize]) -> Columns {
        if order.is_sorted() {
            return result;
        }
        let mut remembered = self.take::<Remembered>(slot);
        let mut reordered = result.reordered(order);
        match &remembered.reordered {
            Some((set, known, reordered_set)) if Arc::ptr_eq(set, &result.set) && known == order => {
                reordered.set = Arc::clone(reordered_set);
            }
            _ => {
                remembered.reordered = Some((result.set, order.to_vec(), Arc::clone(&reordered.set)));
            }
        }
        self.put(slot, remembered);
        reordered
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

//! Rows with equal labels: when they are one series, and when they are an error.

use std::collections::{HashMap, HashSet};

use crate::call::Duplicates;
use crate::columns::{Columns, SeriesSet, is_absent};
use crate::error::EvalError;
use crate::labels::Labels;

/// Applies a rule about rows with equal labels to a result.
pub(super) fn apply(columns: Columns, rule: Duplicates, delayed_names: bool) -> Result<Columns, EvalError> {
    match rule {
        Duplicates::ByStep if columns.steps == 1 => {
            if !delayed_names && has_live_duplicates(&columns) {
                return Err(EvalError::duplicate_labels());
            }
            Ok(columns)
        }
        Duplicates::ByStep | Duplicates::Merge => merge_equal_labels(columns),
    }
}

/// Whether two rows that have values, at whatever step, have equal labels.
pub(super) fn has_live_duplicates(columns: &Columns) -> bool {
    if !columns.set.has_duplicates() {
        return false;
    }
    let mut seen = HashSet::new();
    (0..columns.set.len())
        .filter(|row| columns.is_live(*row))
        .any(|row| !seen.insert(&columns.set.labels[row]))
}

/// Makes one row of the rows with equal labels. It is an error where two have a value at the same step.
pub(crate) fn merge_equal_labels(columns: Columns) -> Result<Columns, EvalError> {
    if !columns.set.has_duplicates() {
        return Ok(columns);
    }
    // Whichever row has the first value decides whether the series loses its name at the end.
    let mut order: Vec<(usize, usize)> = (0..columns.set.len())
        .filter_map(|row| Some((first_live_step(&columns, row)?, row)))
        .collect();
    order.sort_unstable();
    let mut targets: HashMap<&Labels, usize> = HashMap::new();
    let mut kept = Vec::new();
    let mut moves = Vec::with_capacity(order.len());
    for (_, row) in order {
        let target = *targets.entry(&columns.set.labels[row]).or_insert_with(|| {
            kept.push(row);
            kept.len() - 1
        });
        moves.push((row, target));
    }
    let set = SeriesSet::subset(&columns.set, &kept);
    let mut merged = Columns::absent(set, columns.steps);
    for (row, target) in moves {
        for step in 0..columns.steps {
            if columns.get(row, step).is_none() {
                continue;
            }
            if merged.get(target, step).is_some() {
                return Err(EvalError::duplicate_labels());
            }
            merged.copy_cell(target, &columns, row, step);
        }
    }
    Ok(merged)
}

fn first_live_step(columns: &Columns, row: usize) -> Option<usize> {
    let float = columns.column(row).iter().position(|value| !is_absent(*value));
    let histogram = columns
        .histogram_column(row)
        .and_then(|column| column.iter().position(Option::is_some));
    match (float, histogram) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

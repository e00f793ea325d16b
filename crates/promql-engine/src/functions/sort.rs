//! `sort` and its variants. Only the order of an instant query's result shows; range queries order theirs by labels.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::annotations::Annotation;
use crate::call::{Call, Evaluated};
use crate::columns::{Columns, SeriesSet};
use crate::error::EvalError;

use super::natural::comes_before;

type Outcome = Result<Evaluated, EvalError>;

/// `sort`: by value, NaN last; histograms are left out.
pub(super) fn ascending(call: &mut Call<'_>) -> Outcome {
    by_value(call, |a, b| a < b)
}

/// `sort_desc`: by value, the greatest first, NaN last; histograms are left out.
pub(super) fn descending(call: &mut Call<'_>) -> Outcome {
    by_value(call, |a, b| a > b)
}

fn by_value(call: &mut Call<'_>, before: fn(f64, f64) -> bool) -> Outcome {
    let mut columns = call.take_vector(0)?;
    columns.histograms = None;
    sorted(call, columns, |columns, a, b| {
        let (a, b) = (columns.floats[a], columns.floats[b]);
        b.is_nan() || before(a, b)
    })
}

/// `sort_by_label`: by the values of the labels named, in natural order, then by all labels.
pub(super) fn by_label(call: &mut Call<'_>) -> Outcome {
    let names = label_names(call)?;
    let columns = call.take_vector(0)?;
    sorted(call, columns, |columns, a, b| {
        compare(&columns.set, &names, a, b).is_lt()
    })
}

/// `sort_by_label_desc`: the reverse.
pub(super) fn by_label_descending(call: &mut Call<'_>) -> Outcome {
    let names = label_names(call)?;
    let columns = call.take_vector(0)?;
    sorted(call, columns, |columns, a, b| {
        compare(&columns.set, &names, a, b).is_gt()
    })
}

fn label_names(call: &Call<'_>) -> Result<Vec<Arc<str>>, EvalError> {
    (1..call.args.len()).map(|i| call.string(i)).collect()
}

fn compare(set: &SeriesSet, names: &[Arc<str>], a: usize, b: usize) -> Ordering {
    let (a, b) = (&set.labels[a], &set.labels[b]);
    for name in names {
        let (x, y) = (a.get(name), b.get(name));
        if x != y {
            return if comes_before(x, y) {
                Ordering::Less
            } else {
                Ordering::Greater
            };
        }
    }
    a.cmp(b)
}

/// Orders the elements of an instant query's vector; warns in a range query.
fn sorted(call: &mut Call<'_>, columns: Columns, before: impl Fn(&Columns, usize, usize) -> bool) -> Outcome {
    if !call.steps.is_instant() {
        call.annotations.add(Annotation::sort_in_range_query(call.span));
        return Ok(Evaluated::Vector(columns));
    }
    let mut order: Vec<usize> = (0..columns.set.len())
        .filter(|series| columns.is_live(*series))
        .collect();
    sort_like_go(&mut order, &|a, b| before(&columns, a, b));
    Ok(Evaluated::Vector(columns.reordered(&order)))
}

/// Sorts by a "comes before" that need not be an order: NaN comes before NaN, and of an empty and another label
/// value neither comes before the other. Up to twelve elements the result is that of Go's insertion sort; longer
/// lists, whose order among equals Go leaves open, are merged from pieces.
pub(crate) fn sort_like_go<T: Copy>(list: &mut [T], before: &impl Fn(T, T) -> bool) {
    if list.len() <= 12 {
        for end in 1..list.len() {
            let mut i = end;
            while i > 0 && before(list[i], list[i - 1]) {
                list.swap(i, i - 1);
                i -= 1;
            }
        }
        return;
    }
    let middle = list.len() / 2;
    sort_like_go(&mut list[..middle], before);
    sort_like_go(&mut list[middle..], before);
    let left = list[..middle].to_vec();
    let (mut i, mut j) = (0, middle);
    for k in 0..list.len() {
        if i == left.len() {
            break;
        }
        if j < list.len() && before(list[j], left[i]) {
            list[k] = list[j];
            j += 1;
        } else {
            list[k] = left[i];
            i += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_short_lists_are_sorted() {
        for length in [0, 1, 2, 12, 13, 100, 1000] {
            let mut list: Vec<usize> = (0..length).map(|i| i * 7919 % 1009).collect();
            sort_like_go(&mut list, &|a, b| a < b);
            assert!(list.is_sorted());
            assert_eq!(list.len(), length);
        }
    }

    #[test]
    fn an_inconsistent_order_is_no_trouble() {
        let mut list: Vec<usize> = (0..50).collect();
        sort_like_go(&mut list, &|_, _| true);
        list.sort_unstable();
        assert!(list.iter().copied().eq(0..50));
    }
}

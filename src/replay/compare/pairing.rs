//! Which of the things that came stands for which of those that were expected.

use std::collections::VecDeque;

/// Above so many combinations nothing is paired by likeness: nobody reads that.
const MOST_COMBINATIONS: usize = 250_000;

/// Expected things and those that came, by their numbers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairing {
    /// Pairs that agree, as many as there can be.
    pub(super) agreeing: Vec<(usize, usize)>,
    /// Of the others, pairs that are most like each other.
    pub(super) differing: Vec<(usize, usize)>,
    /// Expected ones without any.
    pub(super) missing: Vec<usize>,
    /// Ones that came without any.
    pub(super) unexpected: Vec<usize>,
}

/// Pairs `expected` things with `actual` ones. `fits` says whether two agree, `likeness` how like each other two
/// are that do not; none where they have nothing to do with each other.
pub(super) fn pair(
    expected: usize,
    actual: usize,
    fits: impl Fn(usize, usize) -> bool,
    likeness: impl Fn(usize, usize) -> Option<i64>,
) -> Pairing {
    let agreeing = match_up(expected, actual, fits);
    let free = |count: usize, taken: &dyn Fn(usize) -> bool| (0..count).filter(|n| !taken(*n)).collect();
    let mut missing: Vec<usize> = free(expected, &|e| agreeing.iter().any(|pair| pair.0 == e));
    let mut unexpected: Vec<usize> = free(actual, &|a| agreeing.iter().any(|pair| pair.1 == a));
    let mut differing = Vec::new();
    if missing.len().saturating_mul(unexpected.len()) <= MOST_COMBINATIONS {
        let mut scored = Vec::new();
        for e in &missing {
            let alike = unexpected
                .iter()
                .filter_map(|a| Some((likeness(*e, *a)?, *e, *a)));
            scored.extend(alike);
        }
        scored.sort_by_key(|(score, e, a)| (std::cmp::Reverse(*score), *e, *a));
        for (_, e, a) in scored {
            if missing.contains(&e) && unexpected.contains(&a) {
                missing.retain(|other| *other != e);
                unexpected.retain(|other| *other != a);
                differing.push((e, a));
            }
        }
        differing.sort_unstable();
    }
    Pairing {
        agreeing,
        differing,
        missing,
        unexpected,
    }
}

/// A largest set of pairs that agree, in the order of the expected ones.
fn match_up(expected: usize, actual: usize, fits: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let mut of_expected: Vec<Option<usize>> = vec![None; expected];
    let mut of_actual: Vec<Option<usize>> = vec![None; actual];
    let fitting: Vec<Vec<usize>> = (0..expected)
        .map(|e| (0..actual).filter(|a| fits(e, *a)).collect())
        .collect();
    for (e, fitting) in fitting.iter().enumerate() {
        if let Some(free) = fitting.iter().find(|a| of_actual[**a].is_none()) {
            of_expected[e] = Some(*free);
            of_actual[*free] = Some(e);
        }
    }
    for e in 0..expected {
        if of_expected[e].is_none() {
            augment(e, &fitting, &mut of_expected, &mut of_actual);
        }
    }
    let pairs = of_expected.into_iter().enumerate();
    pairs.filter_map(|(e, a)| Some((e, a?))).collect()
}

/// Finds a place for an expected thing by moving others to other places, the nearest way first.
fn augment(
    start: usize,
    fitting: &[Vec<usize>],
    of_expected: &mut [Option<usize>],
    of_actual: &mut [Option<usize>],
) {
    // From which expected thing each actual one was reached.
    let mut reached: Vec<Option<usize>> = vec![None; of_actual.len()];
    let mut open = VecDeque::from([start]);
    while let Some(e) = open.pop_front() {
        for a in fitting[e].iter().copied() {
            if reached[a].is_some() {
                continue;
            }
            reached[a] = Some(e);
            match of_actual[a] {
                Some(holder) => open.push_back(holder),
                None => {
                    let mut free = Some(a);
                    while let Some(a) = free {
                        let Some(e) = reached[a] else { return };
                        free = of_expected[e].replace(a);
                        of_actual[a] = Some(e);
                    }
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The size of a largest matching, by trying everything.
    fn most(fits: &[Vec<bool>], e: usize, taken: u32) -> usize {
        let Some(row) = fits.get(e) else { return 0 };
        let free = |a: &usize| row[*a] && taken & (1 << a) == 0;
        let with = (0..row.len())
            .filter(free)
            .map(|a| 1 + most(fits, e + 1, taken | (1 << a)));
        with.max().unwrap_or(0).max(most(fits, e + 1, taken))
    }

    proptest! {
        #[test]
        fn as_many_agree_as_can(fits in (0..6_usize).prop_flat_map(|actual| {
            proptest::collection::vec(proptest::collection::vec(any::<bool>(), actual), 0..6)
        })) {
            let actual = fits.first().map_or(0, Vec::len);
            let pairing = pair(fits.len(), actual, |e, a| fits[e][a], |_, _| None);
            prop_assert_eq!(pairing.agreeing.len(), most(&fits, 0, 0));
            prop_assert!(pairing.agreeing.iter().all(|(e, a)| fits[*e][*a]));
            prop_assert_eq!(pairing.missing.len(), fits.len() - pairing.agreeing.len());
            prop_assert_eq!(pairing.unexpected.len(), actual - pairing.agreeing.len());
        }
    }

    #[test]
    fn the_others_go_with_what_is_most_like_them() {
        let likeness = [[Some(1), Some(5)], [Some(4), Some(6)], [None, None]];
        let pairing = pair(3, 2, |_, _| false, |e, a| likeness[e][a]);
        assert_eq!(pairing.differing, [(0, 0), (1, 1)]);
        assert_eq!((pairing.missing, pairing.unexpected), (vec![2], vec![]));
    }
}

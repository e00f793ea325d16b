//! Timestamps, shared by the series that are scraped together.
//!
//! Most series have samples at the same times as many others. They are kept once: a series names a column of times
//! and how many of them are its own. A series that goes its own way, with a gap or at another time, gets a column of its
//! own from there on, with those that go the same way.

use std::collections::HashMap;

/// Columns of ascending times.
#[derive(Debug, Default)]
pub(super) struct TimeColumns {
    columns: Vec<Vec<i64>>,
    /// The column that begins with a time.
    by_first: HashMap<i64, usize>,
    /// The column in which those go on that leave a column behind a number of times with another time.
    forks: HashMap<(usize, usize, i64), usize>,
}

/// The times of a series: the first of a column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Times {
    column: usize,
    len: usize,
}

impl Times {
    /// How many there are.
    pub(super) fn len(self) -> usize {
        self.len
    }
}

impl TimeColumns {
    /// The times of a series.
    #[inline]
    pub(super) fn get(&self, times: Times) -> &[i64] {
        if times.len == 0 {
            &[]
        } else {
            &self.columns[times.column][..times.len]
        }
    }

    /// Adds a time behind those of a series.
    pub(super) fn push(&mut self, times: &mut Times, time: i64) {
        let Times { column, len } = *times;
        let next = if len == 0 {
            *self.by_first.entry(time).or_insert(self.columns.len())
        } else {
            match self.columns[column].get(len) {
                None => {
                    self.columns[column].push(time);
                    column
                }
                Some(next) if *next == time => column,
                Some(_) => *self
                    .forks
                    .entry((column, len, time))
                    .or_insert(self.columns.len()),
            }
        };
        if next == self.columns.len() {
            let mut fork = Vec::with_capacity(len + 1);
            fork.extend_from_slice(self.get(*times));
            fork.push(time);
            self.columns.push(fork);
        }
        *times = Times {
            column: next,
            len: len + 1,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn series_that_are_scraped_together_share_a_column() {
        let mut columns = TimeColumns::default();
        let mut series = [Times::default(); 3];
        for time in [10, 20, 30] {
            for times in &mut series {
                columns.push(times, time);
            }
        }
        // Two series miss a scrape; they go on together.
        columns.push(&mut series[0], 40);
        for time in [50, 60] {
            for times in &mut series {
                columns.push(times, time);
            }
        }
        assert_eq!(
            columns.columns,
            [vec![10, 20, 30, 40, 50, 60], vec![10, 20, 30, 50, 60]]
        );
        assert_eq!(columns.get(series[0]), [10, 20, 30, 40, 50, 60]);
        assert_eq!(columns.get(series[2]), [10, 20, 30, 50, 60]);
        assert!(std::ptr::eq(columns.get(series[1]), columns.get(series[2])));
    }

    proptest! {
        #[test]
        fn each_series_has_its_own_times(scrapes in prop::collection::vec(prop::collection::vec(any::<bool>(), 6), 0..40)) {
            let mut columns = TimeColumns::default();
            let mut series = [Times::default(); 6];
            let mut expected = vec![Vec::new(); 6];
            for (time, present) in scrapes.iter().enumerate() {
                for (index, _) in present.iter().enumerate().filter(|(_, present)| **present) {
                    columns.push(&mut series[index], time as i64);
                    expected[index].push(time as i64);
                }
            }
            for (times, expected) in series.iter().zip(&expected) {
                prop_assert_eq!(columns.get(*times), expected.as_slice());
                prop_assert_eq!(times.len(), expected.len());
            }
        }
    }
}

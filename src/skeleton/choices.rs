//! Choices that a search makes on its way: it is run again and again, and each run differs from an earlier one in one
//! choice more. Runs with few choices other than the first come first.

use std::collections::VecDeque;

/// The choices of one run.
#[derive(Debug, Default)]
pub(super) struct Choices {
    wanted: Vec<usize>,
    /// What was chosen, and among how many.
    taken: Vec<(usize, usize)>,
}

impl Choices {
    /// One of `options` possibilities, from 0; the first unless this run is to differ here.
    pub(super) fn pick(&mut self, options: usize) -> usize {
        let wanted = self.wanted.get(self.taken.len()).copied().unwrap_or(0);
        let chosen = wanted.min(options.saturating_sub(1));
        self.taken.push((chosen, options));
        chosen
    }
}

/// The runs that are still to be made.
#[derive(Debug)]
pub(super) struct Runs {
    open: VecDeque<Vec<usize>>,
}

impl Runs {
    /// All runs.
    pub(super) fn new() -> Self {
        Runs {
            open: VecDeque::from([Vec::new()]),
        }
    }

    /// The choices of the next run; none where all have been made.
    pub(super) fn next(&mut self) -> Option<Choices> {
        let wanted = self.open.pop_front()?;
        Some(Choices {
            wanted,
            taken: Vec::new(),
        })
    }

    /// Notes the runs that differ from one that was made in one later choice.
    pub(super) fn vary(&mut self, made: &Choices) {
        /// More than any search makes.
        const MOST: usize = 20_000;
        for at in made.wanted.len()..made.taken.len() {
            let before = || made.taken[..at].iter().map(|(chosen, _)| *chosen);
            for other in 1..made.taken[at].1 {
                if self.open.len() < MOST {
                    self.open.push_back(before().chain([other]).collect());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_combinations_are_made_those_with_few_deviations_first() {
        let mut runs = Runs::new();
        let mut seen = Vec::new();
        while let Some(mut choices) = runs.next() {
            seen.push([choices.pick(2), choices.pick(3)]);
            runs.vary(&choices);
        }
        assert_eq!(seen, [[0, 0], [1, 0], [0, 1], [0, 2], [1, 1], [1, 2]]);
    }
}

//! Input series taken out of their tests, one at a time.
//!
//! A test that goes on passing has not shown by it that the series is idle: it may be there to keep the test from
//! passing with a rule that is wrong. So the mutants that the test noticed are run again without the series; it is
//! idle where all of them are still noticed.

use rayon::prelude::*;

use crate::model::text::Text;
use crate::model::unit_tests::TestGroup;
use crate::outcome::IdleSeries;
use crate::replay::suite::{Changed, Place, Suite};

/// A mutant that a test noticed.
pub(super) struct Kill<'m> {
    /// The test.
    pub(super) trial: usize,
    /// The rule.
    pub(super) place: Place,
    /// What became of it.
    pub(super) changed: &'m Changed,
}

/// Takes out each series of each test; answers how many there are and which are idle.
pub(super) fn remove_each(suite: &Suite<'_>, killed: &[Kill<'_>]) -> (usize, Vec<IdleSeries>) {
    let passing = suite
        .trials()
        .iter()
        .enumerate()
        .filter(|(_, trial)| trial.passes());
    let series: Vec<(usize, usize)> = passing
        .flat_map(|(trial, of)| (0..of.case.test.input_series.len()).map(move |number| (trial, number)))
        .collect();
    let idle = series
        .par_iter()
        .filter_map(|(trial, number)| idle(suite, *trial, *number, killed));
    (series.len(), idle.collect())
}

fn idle(suite: &Suite<'_>, trial: usize, number: usize, killed: &[Kill<'_>]) -> Option<IdleSeries> {
    let of = &suite.trials()[trial];
    let test = of.case.test;
    let mut rest = test.input_series.clone();
    let removed = rest.remove(number);
    let without = TestGroup {
        input_series: rest,
        ..test.clone()
    };
    if suite.fails(of, &without, None) {
        return None;
    }
    let mut noticed = killed.iter().filter(|kill| kill.trial == trial);
    if !noticed.all(|kill| suite.fails(of, &without, Some((kill.place, kill.changed)))) {
        return None;
    }
    Some(IdleSeries {
        test: of.name(),
        line: of.case.file.file.line_column(removed.range.start).line,
        series: removed.series.as_ref().map_or("", Text::as_str).to_owned(),
    })
}

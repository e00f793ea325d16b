//! Input series taken out of their tests, one at a time: a test that goes on passing does not need the series. It may
//! be there to keep a rule that is wrong from passing, or for the reader.

use rayon::prelude::*;

use crate::model::text::Text;
use crate::model::unit_tests::TestGroup;
use crate::outcome::IdleSeries;
use crate::replay::suite::{Suite, Trial};

/// Takes out each series of each test; answers how many there are and which are idle.
pub(super) fn remove_each(suite: &Suite<'_>) -> (usize, Vec<IdleSeries>) {
    let passing = suite.trials().iter().filter(|trial| trial.passes());
    let series: Vec<(&Trial<'_>, usize)> = passing
        .flat_map(|trial| (0..trial.case.test.input_series.len()).map(move |number| (trial, number)))
        .collect();
    let idle = series
        .par_iter()
        .filter_map(|(trial, number)| idle(suite, trial, *number));
    (series.len(), idle.collect())
}

fn idle<'f>(suite: &Suite<'f>, trial: &Trial<'f>, number: usize) -> Option<IdleSeries> {
    let test = trial.case.test;
    let mut rest = test.input_series.clone();
    let removed = rest.remove(number);
    let without = TestGroup {
        input_series: rest,
        ..test.clone()
    };
    (!suite.fails(trial, &without, None)).then(|| IdleSeries {
        test: trial.name(),
        line: trial.case.file.file.line_column(removed.range.start).line,
        series: removed.series.as_ref().map_or("", Text::as_str).to_owned(),
    })
}

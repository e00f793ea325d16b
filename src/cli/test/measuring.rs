//! How good the tests are: which options measure it, and what is too little.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::files::Files;
use crate::outcome::Measures;
use crate::replay::measures::{Wanted, measure};
use crate::replay::run::{RunOptions, TestFile};
use crate::replay::suite::Scope;
use crate::report;

/// The options.
#[derive(Args)]
pub(super) struct MeasuringArgs {
    /// Say what the tests see and assert of each rule, and what they do not
    #[arg(long)]
    coverage: bool,

    /// Fail where the tests cover less than this; implies --coverage
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_coverage: Option<f64>,

    /// Write the coverage to a file as LCOV's tracefile, for editors and CI systems; implies --coverage
    #[arg(long, value_name = "FILE")]
    coverage_lcov: Option<PathBuf>,

    /// Change each rule on purpose, one change at a time, and say which changes no test notices
    #[arg(long)]
    mutate: bool,

    /// Fail where the tests notice fewer of the changes than this; implies --mutate
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_score: Option<f64>,
}

/// A number of percent.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').trim_end().parse::<f64>();
    number
        .ok()
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "a number of percent is between 0 and 100".to_owned())
}

impl MeasuringArgs {
    /// Measures what is asked for.
    pub(super) fn measure(&self, files: &Files, tests: &[TestFile<'_>], options: &RunOptions) -> Measures {
        let scope = Scope {
            others: files.rules(),
            excludes: &|path| files.found.excludes(path),
        };
        let wanted = Wanted {
            coverage: self.coverage || self.min_coverage.is_some() || self.coverage_lcov.is_some(),
            mutation: self.mutate || self.min_score.is_some(),
        };
        measure(tests, &scope, options, wanted)
    }

    /// Writes the files that are asked for.
    ///
    /// # Errors
    /// Why one cannot be written.
    pub(super) fn write(&self, measures: &Measures) -> Result<(), String> {
        let (Some(path), Some(coverage)) = (&self.coverage_lcov, &measures.coverage) else {
            return Ok(());
        };
        let mut text = Vec::new();
        report::lcov(coverage, &mut text)
            .and_then(|()| fs::write(path, text))
            .map_err(|error| format!("--coverage-lcov: cannot write {}: {error}", path.display()))
    }

    /// Says what is too little.
    pub(super) fn too_little(&self, measures: &Measures) -> Vec<String> {
        let mut too_little = Vec::new();
        if let (Some(least), Some(coverage)) = (self.min_coverage, &measures.coverage) {
            let own = coverage.tally().percent();
            if own < least {
                too_little.push(format!(
                    "the tests cover {own:.2} % of the rules, below the {least} % of --min-coverage"
                ));
            }
        }
        if let (Some(least), Some(mutation)) = (self.min_score, &measures.mutation) {
            let score = mutation.score();
            if !score.reaches(least) {
                let own = score.percent().unwrap_or_default();
                too_little.push(format!(
                    "the mutation score is {own:.2} %, below the {least} % of --min-score"
                ));
            }
        }
        too_little
    }
}

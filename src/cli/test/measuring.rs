//! How good the tests are: which options measure it, and what is too little.

use clap::Args;

use super::files::Files;
use crate::outcome::Measures;
use crate::replay::mutation::mutate;
use crate::replay::run::{RunOptions, TestFile};
use crate::replay::suite::Scope;

/// The options.
#[derive(Args)]
pub(super) struct MeasuringArgs {
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
        let mutation = (self.mutate || self.min_score.is_some()).then(|| mutate(tests, &scope, options));
        Measures { mutation }
    }

    /// Says what is too little.
    pub(super) fn too_little(&self, measures: &Measures) -> Vec<String> {
        let mut too_little = Vec::new();
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

//! `rulecheck test`: replay rules against their tests.

mod files;
mod measuring;
mod page;
mod progress;
mod running;
mod showing;
mod update;
mod watch;

use super::inputs::{self, Inputs};
use super::{BROKEN, FOUND, OK, refuse};
use crate::outcome::{Status, TestOutcome};
use crate::replay::run::{RunOptions, TestFile, run_tests};
use files::Files;

/// Arguments of `rulecheck test`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    running: running::RunningArgs,

    #[command(flatten)]
    measuring: measuring::MeasuringArgs,

    #[command(flatten)]
    showing: showing::ShowingArgs,

    #[command(flatten)]
    page: page::PageArgs,

    #[command(flatten)]
    update: update::UpdateArgs,

    /// Run the tests again whenever a file that they depend on changes
    #[arg(long)]
    watch: bool,
}

pub(super) fn run(args: &Args) -> u8 {
    for feature in args.running.unknown_features() {
        eprintln!("rulecheck: --enable-feature: nobody knows the feature {feature}");
    }
    if args.watch {
        return watch::run(args);
    }
    match Files::find(&args.inputs) {
        Ok(files) => {
            let outcomes = run_files(args, &files.tests());
            if args.update.update {
                return update::run(args, &files, &outcomes);
            }
            finish(args, &files, &outcomes)
        }
        Err(message) => refuse(&message),
    }
}

/// Runs files of tests, and shows how far that has come where it takes long.
fn run_files(args: &Args, files: &[TestFile<'_>]) -> Vec<TestOutcome> {
    let options = RunOptions {
        trace: args.page.is_wanted(),
        ..args.running.options()
    };
    progress::shown(&options.progress, || run_tests(files, &options))
}

/// Measures what is asked for, shows the outcomes and answers the exit code.
fn finish(args: &Args, files: &Files, outcomes: &[TestOutcome]) -> u8 {
    let unreadable = files.diagnostics();
    if args.running.debug {
        showing::debug(outcomes);
    }
    let measures = args
        .measuring
        .measure(files, &files.tests(), &args.running.options());
    let written = args.measuring.write(&measures);
    let shown = args.showing.show(&unreadable, outcomes, &measures);
    inputs::complain(&files.found);
    let shown = shown.and_then(|()| args.page.write(&unreadable, outcomes, &measures));
    if let Err(message) = shown.and(written) {
        return refuse(&message);
    }
    if files.broken() {
        return BROKEN;
    }
    let too_little = args.measuring.too_little(&measures);
    for message in &too_little {
        eprintln!("rulecheck: {message}");
    }
    let passed = outcomes.iter().all(|o| o.status == Status::Passed);
    if passed && unreadable.is_empty() && too_little.is_empty() {
        OK
    } else {
        FOUND
    }
}

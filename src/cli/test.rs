//! `rulecheck test`: replay rules against their tests.

mod files;
mod measuring;
mod page;
mod running;
mod showing;

use super::inputs::{self, Inputs};
use super::{BROKEN, FOUND, OK, refuse};
use crate::outcome::Status;
use crate::replay::run::{RunOptions, run_tests};
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
}

pub(super) fn run(args: &Args) -> u8 {
    let files = match Files::find(&args.inputs) {
        Ok(files) => files,
        Err(message) => return refuse(&message),
    };
    for feature in args.running.unknown_features() {
        eprintln!("rulecheck: --enable-feature: nobody knows the feature {feature}");
    }
    let (tests, options) = (files.tests(), args.running.options());
    let shown = RunOptions {
        trace: args.page.is_wanted(),
        ..options.clone()
    };
    let outcomes = run_tests(&tests, &shown);
    let measures = args.measuring.measure(&files, &tests, &options);
    let unreadable = files.diagnostics();
    let written = args.measuring.write(&measures);
    let shown = args.showing.show(&unreadable, &outcomes, &measures);
    inputs::complain(&files.found);
    let shown = shown.and_then(|()| args.page.write(&unreadable, &outcomes, &measures));
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

//! The command line: one file a subcommand, each parses arguments, calls the library and answers with an
//! exit code.

mod catalog;
mod check;
mod explain;
mod init;
mod inputs;
mod routes;
mod schema;
mod servers;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything held.
pub(crate) const OK: u8 = 0;
/// There are findings or failed tests.
pub(crate) const FOUND: u8 = 1;
/// Something could not be read or run.
pub(crate) const BROKEN: u8 = 2;

/// Lints and tests Prometheus alert rules.
#[derive(Parser)]
#[command(name = "rulecheck", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 all good, 1 findings or failed tests, 2 something could not be read or run."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find what is wrong in rule files, tests, dashboards and configuration.
    Check(check::Args),
    /// Show which metrics are known and from where, or record those of a program.
    Catalog(catalog::Args),
    /// Say what a code of a finding means, why it matters, and how to mend it.
    Explain(explain::Args),
    /// Show whom Alertmanager notifies: of an alert with these labels, or of all, as a tree.
    Routes(routes::Args),
    /// Replay rules against their tests: which alerts fire, when, and with what text.
    Test(test::Args),
    /// Write a settings file, or tests that make each alert fire.
    Init(init::Args),
    /// Print the JSON schema of a file format, for editors.
    Schema(schema::Args),
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let code = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Catalog(args) => catalog::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Routes(args) => routes::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Schema(args) => schema::run(&args),
    };
    ExitCode::from(code)
}

/// Prints why the program cannot go on; answers the exit code for that.
fn refuse(message: &str) -> u8 {
    eprintln!("rulecheck: {message}");
    BROKEN
}

//! The `rulecheck` binary: a thin skin over the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    rulecheck::cli::run()
}

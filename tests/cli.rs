//! The program as its users run it: arguments in, text and exit code out.

#[path = "cli/support.rs"]
mod support;

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/check.rs"]
mod check;
#[path = "cli/script.rs"]
mod script;
#[path = "cli/test.rs"]
mod test;

//! The program as its users run it: arguments in, text and exit code out.

mod support;

mod bad_input;
mod check;
mod findings;
mod script;
mod test;

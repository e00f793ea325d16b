//! The program as its users run it: arguments in, text and exit code out.

#[path = "../support/prometheus.rs"]
mod prometheus;
#[path = "../support/promtool.rs"]
mod promtool;
mod support;

mod bad_input;
mod catalog;
mod changed_since;
mod check;
mod expectations;
mod explain;
mod explain_rule;
mod findings;
mod fix;
mod formats;
mod init;
mod input_series;
mod live;
mod measures;
mod routes;
mod script;
mod settings;
mod test;
mod update;
mod watch;

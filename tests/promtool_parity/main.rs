//! The same verdicts as `promtool test rules`, which runs here where it is on the path or named by `PROMTOOL`.
//!
//! - [`listed`]: Prometheus' own test files, whose verdicts are known without running it.
//! - [`named`]: what rule groups and test files can say, in small cases.
//! - [`bent`]: this repository's test files, as they stand and with each expectation bent in turn.
//! - [`generated`]: rules and series made at random; whatever they do here is what promtool expects of them.

mod bent;
mod generated;
mod listed;
mod named;
mod ours;
#[path = "../support/promtool.rs"]
mod program;
mod promtool;
#[path = "../support/shared.rs"]
mod shared;

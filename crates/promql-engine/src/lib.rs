//! Evaluates PromQL over series in memory, with the results of Prometheus 3.14.
//!
//! This crate knows the syntax tree and samples; it knows nothing of rules, alerts or files.

pub mod gomath;

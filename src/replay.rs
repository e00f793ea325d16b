//! Prometheus' rule manager on a virtual clock, and the tests that run on it: unit-test files ([`run`]) and
//! scripts ([`script`]).
//!
//! This room knows the models and the engine. It decides what happened; it knows nothing of how that is shown.

mod alerting;
mod case;
mod compare;
mod group;
mod input;
pub mod run;
pub mod script;
mod template;
mod timeline;
mod world;

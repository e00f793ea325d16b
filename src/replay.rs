//! Prometheus' rule manager on a virtual clock, and the tests that run on it: unit-test files ([`run`]) and
//! scripts ([`script`]).
//!
//! This room knows the models and the engine. It decides what happened; it knows nothing of how that is shown.
//!
//! A test ([`case`]) has a [`schedule`], an [`input`] and rules ([`rule`], [`alerting`]) in a [`world`]; a [`plan`]
//! made from what they read and write ([`reads`]) says how its [`course`] runs; what its assertions need is kept by
//! a [`watch`], and a [`judge`] then [`compare`]s it with what was expected. What the [`parts`] of an expression were worth is found out afterwards.

mod alerting;
mod case;
mod compare;
mod course;
mod coverage;
pub mod dependencies;
mod dump;
mod explain;
mod input;
mod judge;
pub mod measures;
mod mutation;
mod nodes;
mod observation;
pub mod parts;
mod plan;
mod reads;
mod receivers;
pub mod rehearsal;
pub mod routing;
mod rule;
mod rule_files;
pub mod run;
mod schedule;
pub mod script;
pub mod suite;
mod template;
#[cfg(test)]
mod testing;
mod trace;
mod watch;
mod world;

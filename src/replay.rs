//! Running tests on a virtual clock.

pub mod script;

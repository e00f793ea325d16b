//! What other programs say of the same files.

mod configs;
mod layout;
mod metrics;
#[path = "../support/promtool.rs"]
mod program;
#[path = "../support/shared.rs"]
mod shared;
mod yaml;

//! Tests that are made for alerts of other projects: each runs and its alert fires, or the reason why no data can make
//! it fire is told. promtool agrees with them.

mod corpus;
mod generated;
#[path = "../support/promtool.rs"]
mod promtool;
mod shapes;
#[path = "../support/shared.rs"]
mod shared;
mod support;

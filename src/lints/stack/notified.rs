//! Who is told of which alert, as far as the labels of alerts are known without data.

mod alerts;
pub(in crate::lints) mod inhibition;
pub(in crate::lints) mod receiver;
pub(in crate::lints) mod route;
mod tree;
pub(in crate::lints) mod unrouted;

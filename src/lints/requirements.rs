//! What the settings ask of components, and what of it is missing.

pub(super) mod alert;
pub(super) mod dashboard;
pub(super) mod metric;
mod scope;

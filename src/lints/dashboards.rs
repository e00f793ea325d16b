//! Lints that look at dashboards: what their panels show, and how.

pub(super) mod counters;
pub(super) mod datasources;
pub(super) mod editable;
pub(super) mod ids;
pub(super) mod instants;
pub(super) mod legends;
pub(super) mod matchers;
pub(super) mod ranges;
mod series_names;
pub(super) mod texts;
pub(super) mod thresholds;
pub(super) mod unit_mismatch;
mod units;
pub(super) mod unknown_unit;
pub(super) mod variable_names;
pub(super) mod variable_queries;
pub(super) mod variables_required;
pub(super) mod without_query;

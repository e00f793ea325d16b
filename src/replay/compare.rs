//! What was expected beside what happened: as values that compare like promtool's, as texts made for reading, and
//! as a sentence that says what differs.

pub(super) mod alerts;
mod blobs;
mod items;
mod pairing;
pub(super) mod samples;
pub(super) mod states;

/// Milliseconds since the start as a duration.
pub(super) fn duration(ms: i64) -> String {
    promql_syntax::format_duration(ms)
}

//! What is known about counter resets once a histogram has been stored.
//!
//! Prometheus stores a series of histograms in chunks and gives them back with the hints that the chunks imply: in
//! a chunk of counters no counter is reset, so all but the first are known not to be reset; of the first nothing is
//! known, not even what its hint was when it was stored; a chunk of gauges holds gauges. A new chunk begins where a
//! counter was reset, where the layout changes, and after any other kind of sample. (Prometheus also begins one when
//! a chunk is full, which depends on its compression and is not modelled.)

use super::{CounterResetHint, FloatHistogram};
use crate::sample::is_stale;

impl FloatHistogram {
    /// The hint with which this histogram is read back after the one stored before it, if the series' newest
    /// sample was a histogram.
    pub(crate) fn stored_hint(&self, previous: Option<&FloatHistogram>) -> CounterResetHint {
        use CounterResetHint::{Gauge, NotReset, Reset, Unknown};
        match (self.counter_reset_hint, previous) {
            (Gauge, _) => Gauge,
            (Reset, _) | (_, None) => Unknown,
            (Unknown | NotReset, Some(previous)) if self.continues(previous) => NotReset,
            (Unknown | NotReset, Some(_)) => Unknown,
        }
    }

    /// Whether this histogram has the same layout as a previous one and is no less in any bucket.
    fn continues(&self, previous: &FloatHistogram) -> bool {
        previous.counter_reset_hint != CounterResetHint::Gauge
            && !is_stale(previous.sum)
            && self.schema == previous.schema
            && self.zero_threshold == previous.zero_threshold
            && self.custom_values == previous.custom_values
            && !self.is_reset_of(previous)
    }
}

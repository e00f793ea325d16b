//! Sample values and the two bit patterns of "not a number" that mean something.

use std::sync::Arc;

use crate::histogram::FloatHistogram;

/// The bits of the staleness marker: the series ended here. Never the value of a live sample, so columns use
/// it to mark a step without a sample.
pub const STALE_NAN_BITS: u64 = 0x7ff0_0000_0000_0002;
/// The bits of an ordinary "not a number".
pub const NORMAL_NAN_BITS: u64 = 0x7ff8_0000_0000_0001;

/// The staleness marker.
pub const STALE_NAN: f64 = f64::from_bits(STALE_NAN_BITS);
/// An ordinary "not a number", as `NaN` in an expression.
pub const NORMAL_NAN: f64 = f64::from_bits(NORMAL_NAN_BITS);

/// Whether a value is the staleness marker.
#[inline]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_NAN_BITS
}

/// The value of a sample.
#[derive(Clone, Debug, PartialEq)]
pub enum SampleValue {
    /// A number; the staleness marker where it is [`STALE_NAN`].
    Float(f64),
    /// A native histogram.
    Histogram(Arc<FloatHistogram>),
}

impl From<f64> for SampleValue {
    fn from(value: f64) -> Self {
        SampleValue::Float(value)
    }
}

impl From<FloatHistogram> for SampleValue {
    fn from(histogram: FloatHistogram) -> Self {
        SampleValue::Histogram(Arc::new(histogram))
    }
}

//! Native histograms.

/// A native histogram with float counts.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FloatHistogram {
    /// Sum of observations.
    pub sum: f64,
}

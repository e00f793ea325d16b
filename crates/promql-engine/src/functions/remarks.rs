//! What there is to say about the histograms of a series, and the operations on them that may give cause for it.

use promql_syntax::Span;

use crate::annotations::{Annotation, Annotations, HistogramOperation};
use crate::histogram::{Combined, FloatHistogram, IncompatibleSchemas};

/// Collects remarks about a series' histograms.
pub(crate) struct Remarks<'a> {
    /// Where they go.
    pub(crate) annotations: &'a mut Annotations,
    /// The argument that the histograms come from.
    pub(crate) span: Span,
    /// The name of their metric.
    pub(crate) metric: &'a str,
}

impl Remarks<'_> {
    pub(super) fn mixed_layouts(&mut self) {
        let remark = Annotation::mixed_exponential_custom(self.metric, self.span);
        self.annotations.add(remark);
    }

    pub(super) fn not_counter(&mut self) {
        let remark = Annotation::histogram_not_counter(self.metric, self.span);
        self.annotations.add(remark);
    }

    pub(super) fn not_gauge(&mut self) {
        let remark = Annotation::histogram_not_gauge(self.metric, self.span);
        self.annotations.add(remark);
    }

    pub(super) fn start_overlap(&mut self) {
        let remark = Annotation::start_time_overlap(self.metric, self.span);
        self.annotations.add(remark);
    }

    pub(super) fn reconciled(&mut self, operation: HistogramOperation) {
        let remark = Annotation::custom_buckets_reconciled(operation, self.span);
        self.annotations.add(remark);
    }

    /// Adds `other` to `sum`. Says so and returns `None` where one has exponential and the other custom buckets.
    pub(super) fn add(&mut self, sum: &mut FloatHistogram, other: &FloatHistogram) -> Option<()> {
        let outcome = sum.add(other);
        self.judge(outcome, HistogramOperation::Addition)
    }

    /// Subtracts `other` from `minuend`, likewise.
    pub(super) fn subtract(&mut self, minuend: &mut FloatHistogram, other: &FloatHistogram) -> Option<()> {
        let outcome = minuend.sub(other);
        self.judge(outcome, HistogramOperation::Subtraction)
    }

    fn judge(
        &mut self,
        outcome: Result<Combined, IncompatibleSchemas>,
        operation: HistogramOperation,
    ) -> Option<()> {
        match outcome {
            Ok(combined) => {
                if combined.custom_buckets_reconciled {
                    self.reconciled(operation);
                }
                Some(())
            }
            Err(IncompatibleSchemas) => {
                self.mixed_layouts();
                None
            }
        }
    }

    /// Computes with remarks that are taken back where nothing comes of it but that the layouts do not go together.
    pub(super) fn unless_mixed<T>(
        &mut self,
        compute: impl FnOnce(&mut Remarks<'_>) -> Result<T, IncompatibleSchemas>,
    ) -> Option<T> {
        let mut annotations = Annotations::new();
        let mut provisional = Remarks {
            annotations: &mut annotations,
            ..*self
        };
        match compute(&mut provisional) {
            Ok(value) => {
                self.annotations.merge(annotations);
                Some(value)
            }
            Err(IncompatibleSchemas) => {
                self.mixed_layouts();
                None
            }
        }
    }
}

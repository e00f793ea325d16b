//! What is known of the value of an expression.

use std::fmt;

use promql_syntax::ast::ValueType;

use super::interval::{Interval, Verdict};
use super::labels::LabelFacts;
use super::quantity::Quantity;
use super::values::LabelValues;
use super::why::Why;

/// Whether a vector has elements, whatever the data; whether the ranges of a range vector hold samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// At every time at least one.
    Always,
    /// It depends on the data.
    Maybe,
    /// At no time any.
    Never,
}

/// A label that the two sides of an operation surely do not have in common, so that no series match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The label.
    pub label: String,
    /// What it can be on the left.
    pub left: LabelValues,
    /// What it can be on the right.
    pub right: LabelValues,
}

/// What is known of the value of an expression at any time, for any data.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its type; `None` where a fault leaves it open.
    pub value_type: Option<ValueType>,
    /// The labels of its series; of a scalar there are none.
    pub labels: LabelFacts,
    /// What its floats can be: the samples of a range vector, the elements of an instant vector, the scalar.
    pub value: Interval,
    /// Whether there may be native histograms among the samples, of which `value` says nothing.
    pub histograms: bool,
    /// Whether there is anything.
    pub presence: Presence,
    /// What it measures.
    pub quantity: Quantity,
    /// Of a comparison: whether it holds, wherever there are floats on both sides.
    pub verdict: Option<Verdict>,
    /// Of an operation between vectors: labels that keep all series of one side from matching any of the other.
    pub mismatches: Vec<Mismatch>,
    /// Why the values are what they are.
    pub why_value: Why,
    /// Why there is surely something, or surely nothing.
    pub why_presence: Why,
}

impl Facts {
    /// Nothing is known but the type.
    pub fn unknown(value_type: Option<ValueType>) -> Facts {
        Facts {
            value_type,
            labels: LabelFacts::any(),
            value: Interval::ANY,
            histograms: true,
            presence: Presence::Maybe,
            quantity: Quantity::default(),
            verdict: None,
            mismatches: Vec::new(),
            why_value: Why::nothing(),
            why_presence: Why::nothing(),
        }
    }

    /// A scalar.
    pub fn scalar(value: Interval) -> Facts {
        Facts {
            labels: LabelFacts::none(),
            value,
            histograms: false,
            presence: Presence::Always,
            ..Facts::unknown(Some(ValueType::Scalar))
        }
    }

    /// A vector of floats.
    pub fn vector(labels: LabelFacts, value: Interval, presence: Presence) -> Facts {
        Facts {
            labels,
            value,
            histograms: false,
            presence,
            ..Facts::unknown(Some(ValueType::InstantVector))
        }
    }

    /// Whether the vector surely has no elements.
    pub fn is_surely_empty(&self) -> bool {
        self.presence == Presence::Never
    }

    /// Whether the vector surely has elements.
    pub fn is_surely_present(&self) -> bool {
        self.presence == Presence::Always
    }

    /// Whether there surely is at most one series.
    pub fn at_most_one_series(&self) -> bool {
        self.is_surely_empty() || self.labels.most_series() == Some(1)
    }

    /// The floats alone: what functions return that know nothing of histograms.
    #[must_use]
    pub(super) fn floats_only(mut self) -> Facts {
        if self.histograms && self.presence == Presence::Always {
            self.presence = Presence::Maybe;
        }
        self.histograms = false;
        self
    }

    /// Draws conclusions from one fact to the others: where no value and no label set is possible there is nothing.
    #[must_use]
    pub(super) fn settled(mut self) -> Facts {
        let is_vector = !matches!(self.value_type, Some(ValueType::Scalar | ValueType::String));
        if is_vector && (self.value.is_none() && !self.histograms || self.labels.are_impossible()) {
            self.presence = Presence::Never;
        }
        if is_vector && self.presence == Presence::Never {
            self.value = Interval::NONE;
            self.histograms = false;
        }
        self
    }
}

/// `always 0…1 {job=api …} ratio`: presence (where it is sure), values, labels, measure.
impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let is_vector = matches!(
            self.value_type,
            Some(ValueType::InstantVector | ValueType::RangeVector)
        );
        match self.presence {
            Presence::Never => return f.write_str("never"),
            Presence::Always if is_vector => parts.push("always".to_owned()),
            _ => {}
        }
        match (self.value.is_none(), self.histograms) {
            (true, true) => parts.push("histograms".to_owned()),
            (_, true) => parts.push(format!("{} or histograms", self.value)),
            (_, false) => parts.push(self.value.to_string()),
        }
        if is_vector {
            parts.push(self.labels.to_string());
        }
        let quantity = self.quantity.to_string();
        parts.extend((!quantity.is_empty()).then_some(quantity));
        f.write_str(&parts.join(" "))
    }
}

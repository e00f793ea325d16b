//! Why something is known: a chain of places in the expression, each with a short reason.

use std::sync::Arc;

use promql_syntax::Span;

/// A reason is told with at most so many others behind it.
const LONGEST: usize = 12;

/// A chain of reasons, the nearest first. Empty where there is nothing to say.
#[derive(Clone, Debug, Default)]
pub struct Why(Option<Arc<Step>>);

/// A reason: a place and what it does.
#[derive(Debug)]
pub struct Step {
    /// Where in the expression.
    pub span: Span,
    /// What is so there, in a few words: "a rate of a counter is not negative".
    pub reason: String,
    length: usize,
    because: Why,
}

impl Why {
    /// Nothing to say.
    pub const fn nothing() -> Why {
        Why(None)
    }

    /// A reason that stands alone.
    pub fn new(span: Span, reason: impl Into<String>) -> Why {
        Why::nothing().then(span, reason)
    }

    /// The chain with a reason before it.
    #[must_use]
    pub fn then(&self, span: Span, reason: impl Into<String>) -> Why {
        let length = self.0.as_ref().map_or(0, |step| step.length);
        let because = match length < LONGEST {
            true => self.clone(),
            false => Why::nothing(),
        };
        Why(Some(Arc::new(Step {
            span,
            reason: reason.into(),
            length: because.0.as_ref().map_or(0, |step| step.length) + 1,
            because,
        })))
    }

    /// The reasons, the nearest first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.0.as_deref(), |step| step.because.0.as_deref())
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// This chain, or the other where there is nothing to say.
    #[must_use]
    pub fn or(self, other: &Why) -> Why {
        if self.is_empty() { other.clone() } else { self }
    }
}

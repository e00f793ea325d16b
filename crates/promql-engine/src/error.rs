//! Why a query could not be evaluated, in Prometheus' words.

use std::fmt;

/// Why a query could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// The query ran beyond its deadline, in the named phase.
    Timeout(&'static str),
    /// The query would hold more samples than it may.
    TooManySamples,
    /// Everything else: the data does not fit the expression.
    Execution(String),
}

impl EvalError {
    /// An execution error.
    pub fn new(message: impl Into<String>) -> Self {
        EvalError::Execution(message.into())
    }

    /// Two elements of a vector ended up with the same labels.
    pub fn duplicate_labels() -> Self {
        EvalError::new("vector cannot contain metrics with the same labelset")
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvalError::Timeout(phase) => write!(f, "query timed out in {phase}"),
            EvalError::TooManySamples => {
                f.write_str("query processing would load too many samples into memory in query execution")
            }
            EvalError::Execution(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for EvalError {}

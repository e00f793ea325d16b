//! Why something was not answered.

use std::fmt;

/// Why something was not answered: which address, what happened, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The address, without user, password and query.
    pub url: String,
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What happened, in words that follow the address and a colon.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no connection, or none that is trusted.
    Unreachable,
    /// It took too long.
    Slow,
    /// Who asks is not known, or not allowed to.
    Refused,
    /// There is nothing under this address.
    Absent,
    /// The answer is not what it should be.
    Nonsense,
    /// The answer is too large.
    TooLarge,
    /// The server says that it cannot answer this question.
    Rejected,
    /// The server is in trouble itself.
    Failing,
    /// It was not asked any more, after others were not answered.
    GivenUp,
}

impl Fault {
    pub(super) fn new(
        url: &str,
        trouble: Trouble,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Fault {
        Fault {
            url: url.to_owned(),
            trouble,
            message: message.into(),
            help: help.into(),
        }
    }

    /// Whether other questions will fare no better.
    pub fn is_total(&self) -> bool {
        matches!(self.trouble, Trouble::Unreachable | Trouble::GivenUp)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}", self.url, self.message, self.help)
    }
}

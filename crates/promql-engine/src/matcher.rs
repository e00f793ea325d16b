//! Label matchers, compiled once.

use promql_syntax::ast::MatchOp;
use promql_syntax::compile_anchored;
use regex::Regex;

use crate::labels::Labels;

/// A comparison of one label's value, where a missing label has the empty value.
#[derive(Clone, Debug)]
pub struct Matcher {
    name: String,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Equal(String),
    NotEqual(String),
    Matches(Regex),
    MatchesNot(Regex),
}

impl Matcher {
    /// Compiles a matcher.
    ///
    /// # Errors
    /// What is wrong with the regular expression.
    pub fn new(name: &str, op: MatchOp, value: &str) -> Result<Self, String> {
        let test = match op {
            MatchOp::Equal => Test::Equal(value.to_owned()),
            MatchOp::NotEqual => Test::NotEqual(value.to_owned()),
            MatchOp::Regex => Test::Matches(compile_anchored(value)?),
            MatchOp::NotRegex => Test::MatchesNot(compile_anchored(value)?),
        };
        Ok(Matcher {
            name: name.to_owned(),
            test,
        })
    }

    /// The label that is compared.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value that the label must have, where the matcher is an equality.
    pub fn equal_value(&self) -> Option<&str> {
        match &self.test {
            Test::Equal(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the matcher selects (`=`, `=~`) rather than excludes.
    pub fn is_positive(&self) -> bool {
        matches!(self.test, Test::Equal(_) | Test::Matches(_))
    }

    /// Whether a value passes.
    pub fn matches(&self, value: &str) -> bool {
        match &self.test {
            Test::Equal(wanted) => value == wanted,
            Test::NotEqual(unwanted) => value != unwanted,
            Test::Matches(regex) => regex.is_match(value),
            Test::MatchesNot(regex) => !regex.is_match(value),
        }
    }

    /// Whether a label set passes.
    pub fn matches_labels(&self, labels: &Labels) -> bool {
        self.matches(labels.get(&self.name))
    }
}

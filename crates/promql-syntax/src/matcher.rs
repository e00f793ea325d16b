//! Matchers ready to be applied to label values.

use regex::Regex;

use crate::ast::{MatchOp, Matcher};
use crate::go_regex;

/// A matcher whose regular expression has been compiled.
#[derive(Clone, Debug)]
pub struct LabelMatcher {
    op: MatchOp,
    value: String,
    regex: Option<Regex>,
}

/// Memory that one compiled expression may take, in bytes.
const REGEX_SIZE_LIMIT: usize = 10 << 20;

/// Compiles a regular expression as Prometheus applies it to label values: it must match the whole value,
/// and `.` matches line breaks too.
///
/// # Errors
/// What is wrong with it, beginning with `error parsing regexp:` as in Prometheus.
pub fn compile_anchored(pattern: &str) -> Result<Regex, String> {
    compile(pattern, |translated| format!("^(?s:{translated})$"))
}

/// Compiles a regular expression in Go's dialect that may match anywhere.
///
/// # Errors
/// What is wrong with it, beginning with `error parsing regexp:` as in Prometheus.
pub fn compile_unanchored(pattern: &str) -> Result<Regex, String> {
    compile(pattern, |translated| translated)
}

/// Checks a regular expression without compiling it, where that is enough: only one with counted repetitions,
/// or a long one, may compile to something too large.
pub(crate) fn check_regex(pattern: &str) -> Result<(), String> {
    const SHORT: usize = 1000;
    if pattern.contains('{') || pattern.len() > SHORT {
        return compile_anchored(pattern).map(drop);
    }
    go_regex::translate(pattern)
        .map(drop)
        .map_err(|fault| format!("error parsing regexp: {fault}"))
}

fn compile(pattern: &str, wrap: impl FnOnce(String) -> String) -> Result<Regex, String> {
    let translated =
        go_regex::translate(pattern).map_err(|fault| format!("error parsing regexp: {fault}"))?;
    regex::RegexBuilder::new(&wrap(translated))
        .size_limit(REGEX_SIZE_LIMIT)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                format!("error parsing regexp: expression too large: `{pattern}`")
            }
            other => format!("error parsing regexp: {other}"),
        })
}

impl LabelMatcher {
    /// Prepares a matcher.
    ///
    /// # Errors
    /// Where its regular expression does not parse: see [`compile_anchored`].
    pub fn new(matcher: &Matcher) -> Result<Self, String> {
        let regex = match matcher.op {
            MatchOp::Regex | MatchOp::NotRegex => Some(compile_anchored(&matcher.value)?),
            MatchOp::Equal | MatchOp::NotEqual => None,
        };
        Ok(LabelMatcher {
            op: matcher.op,
            value: matcher.value.clone(),
            regex,
        })
    }

    /// Whether a label value fits; a label that a series does not have has the empty value.
    pub fn matches(&self, value: &str) -> bool {
        let by_regex = || self.regex.as_ref().is_some_and(|regex| regex.is_match(value));
        match self.op {
            MatchOp::Equal => value == self.value,
            MatchOp::NotEqual => value != self.value,
            MatchOp::Regex => by_regex(),
            MatchOp::NotRegex => !by_regex(),
        }
    }
}

//! Matchers ready to be applied to label values.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

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
    if let Some(compiled) = recent().get(pattern) {
        return Ok(compiled.clone());
    }
    let compiled = compile(pattern, |translated| format!("^(?s:{translated})$"))?;
    if !is_small(pattern) {
        return Ok(compiled);
    }
    let mut recent = recent();
    if recent.len() >= MOST_RECENT {
        recent.clear();
    }
    recent.insert(pattern.to_owned(), compiled.clone());
    Ok(compiled)
}

/// Whether a pattern cannot compile to something large: only those with counted repetitions, and long ones, may.
fn is_small(pattern: &str) -> bool {
    pattern.len() <= 1000 && !pattern.contains('{')
}

/// How many expressions are kept.
const MOST_RECENT: usize = 256;

/// Expressions that were compiled before: the same few come again and again, and compiling takes far longer than
/// matching.
fn recent() -> MutexGuard<'static, HashMap<String, Regex>> {
    static RECENT: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    RECENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Compiles a regular expression in Go's dialect that may match anywhere.
///
/// # Errors
/// What is wrong with it, beginning with `error parsing regexp:` as in Prometheus.
pub fn compile_unanchored(pattern: &str) -> Result<Regex, String> {
    compile(pattern, |translated| translated)
}

/// Checks a regular expression without compiling it, where that is enough.
pub(crate) fn check_regex(pattern: &str) -> Result<(), String> {
    if !is_small(pattern) {
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

/// Whether a matcher lets a series pass that does not have the label. Its regular expression is compiled only where
/// that cannot be seen from how it is written; of one that does not parse nothing is said.
pub fn matches_empty(matcher: &Matcher) -> bool {
    let by_regex = || {
        if begins_with_a_character(&matcher.value) {
            return Some(false);
        }
        let translated = go_regex::translate(&matcher.value).ok()?;
        let parsed = regex_syntax::parse(&format!("(?s:{translated})")).ok()?;
        let properties = parsed.properties();
        match properties.minimum_len() {
            Some(0) if properties.look_set().is_empty() => Some(true),
            Some(0) => Some(compile_anchored(&matcher.value).ok()?.is_match("")),
            _ => Some(false),
        }
    };
    match matcher.op {
        MatchOp::Equal => matcher.value.is_empty(),
        MatchOp::NotEqual => !matcher.value.is_empty(),
        MatchOp::Regex => by_regex() == Some(true),
        MatchOp::NotRegex => by_regex() == Some(false),
    }
}

/// Whether it is seen at once that a regular expression matches nothing empty: `api.*`, `5..`.
fn begins_with_a_character(pattern: &str) -> bool {
    let mut chars = pattern.chars();
    let begins = chars.next().is_some_and(|c| c.is_ascii_alphanumeric());
    let is_kept = !chars.next().is_some_and(|c| matches!(c, '*' | '?' | '{'));
    begins && is_kept && !pattern.contains('|')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_metric_selector;

    #[test]
    fn what_the_empty_value_matches_is_seen_without_compiling() {
        let values = [
            "", "a", "a*", "a|", "(a|b)?", "^$", "^a?$", r"\\b", r"\\B", ".", ".*", "[^a]*", "a{0,3}",
            "(?i)a?", "ab?", "a+", "5..", "ab|", "a?b",
        ];
        for op in ["=", "!=", "=~", "!~"] {
            for value in values {
                let text = format!("{{x=\"y\",l{op}\"{value}\"}}");
                let matchers = parse_metric_selector(&text).expect(&text);
                let matcher = matchers.iter().find(|m| m.name.name == "l").expect(&text);
                let compiled = LabelMatcher::new(matcher).expect(&text);
                assert_eq!(matches_empty(matcher), compiled.matches(""), "{text}");
            }
        }
    }
}

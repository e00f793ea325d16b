//! Label matchers as Alertmanager understands them.
//!
//! Alertmanager has two grammars: [`utf8`], where every name and value may be quoted, and the older [`classic`] one.
//! It reads each text with both. Where both succeed and differ, or only the classic one does, it takes what the
//! classic one understood and complains in its log.

mod classic;
#[cfg(test)]
mod tests;
mod utf8;

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use promql_syntax::ast::MatchOp;
use promql_syntax::{compile_unanchored, go_quote};
use regex::Regex;

/// A comparison of one label's value; a label that is not there has the empty value.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// The label.
    pub name: String,
    /// How it is compared.
    pub op: MatchOp,
    /// What it is compared with: a value, or a regular expression for the whole of it.
    pub value: String,
    regex: Option<Regex>,
}

impl Matcher {
    /// Prepares a matcher.
    ///
    /// # Errors
    /// Where the regular expression does not parse, in Go's words.
    pub fn new(name: impl Into<String>, op: MatchOp, value: impl Into<String>) -> Result<Matcher, String> {
        let value = value.into();
        let regex = match op {
            MatchOp::Regex | MatchOp::NotRegex => Some(compile(&value)?),
            MatchOp::Equal | MatchOp::NotEqual => None,
        };
        Ok(Matcher {
            name: name.into(),
            op,
            value,
            regex,
        })
    }

    /// Whether a label value fits.
    pub fn matches(&self, value: &str) -> bool {
        let by_regex = || self.regex.as_ref().is_some_and(|regex| regex.is_match(value));
        match self.op {
            MatchOp::Equal => value == self.value,
            MatchOp::NotEqual => value != self.value,
            MatchOp::Regex => by_regex(),
            MatchOp::NotRegex => !by_regex(),
        }
    }

    /// The order that Alertmanager sorts matchers into: by name, then value, then operator.
    pub fn order(&self, other: &Matcher) -> Ordering {
        let rank = |op: MatchOp| match op {
            MatchOp::Equal => 0,
            MatchOp::NotEqual => 1,
            MatchOp::Regex => 2,
            MatchOp::NotRegex => 3,
        };
        let by_text = (&self.name, &self.value).cmp(&(&other.name, &other.value));
        by_text.then_with(|| rank(self.op).cmp(&rank(other.op)))
    }

    fn is(&self, other: &Matcher) -> bool {
        (&self.name, self.op, &self.value) == (&other.name, other.op, &other.value)
    }
}

impl fmt::Display for Matcher {
    /// The matcher as Alertmanager writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let op = match self.op {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
        };
        if self.name.chars().any(is_reserved) {
            return write!(f, "{}{op}{}", go_quote(&self.name), go_quote(&self.value));
        }
        let value = self
            .value
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('"', "\\\"");
        write!(f, "{}{op}\"{value}\"", self.name)
    }
}

/// Several matchers as Alertmanager writes them: `{a="b",c=~"d"}`.
pub fn braced(matchers: &[Matcher]) -> String {
    let list: Vec<String> = matchers.iter().map(Matcher::to_string).collect();
    format!("{{{}}}", list.join(","))
}

/// Compiles a regular expression as Alertmanager applies it: to the whole value, and `.` matches no line break.
///
/// # Errors
/// What is wrong with it, in Go's words.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    compile_unanchored(&format!("^(?:{pattern})$"))
}

/// What a text of matchers means.
#[derive(Clone, Debug)]
pub struct Understood {
    /// The matchers.
    pub matchers: Vec<Matcher>,
    /// Why Alertmanager complains though it takes the text.
    pub complaint: Option<Complaint>,
}

/// Why Alertmanager complains of matchers that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What is odd.
    pub message: String,
    /// The matchers as they should be written.
    pub better: String,
    /// The odd piece of the text, in bytes.
    pub range: Range<usize>,
}

/// Why a text is no list of matchers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What Alertmanager says.
    pub message: String,
    /// What was expected in the wrong place.
    pub expected: String,
    /// The wrong piece of the text, in bytes; empty where something is missing.
    pub range: Range<usize>,
}

/// Reads matchers as Alertmanager does: with commas between them, braces around them where they are written.
///
/// # Errors
/// Where neither grammar knows the text.
pub fn parse(text: &str) -> Result<Understood, Fault> {
    match (utf8::parse(text), classic::parse(text)) {
        (Ok(matchers), Ok(classic)) if same(&matchers, &classic) => Ok(Understood {
            matchers,
            complaint: None,
        }),
        (Ok(matchers), Err(_)) => Ok(Understood {
            matchers,
            complaint: None,
        }),
        (Ok(modern), Ok(matchers)) => {
            let message = format!(
                "it means {} to Alertmanager now, and {} to later versions",
                list(&matchers),
                list(&modern)
            );
            let better = list(&matchers);
            Ok(understood(matchers, message, better, 0..text.len()))
        }
        (Err(fault), Ok(matchers)) => {
            let message = format!(
                "later versions of Alertmanager will not read it: {}",
                fault.expected
            );
            let better = list(&matchers);
            Ok(understood(matchers, message, better, fault.range))
        }
        (Err(fault), Err(message)) => Err(Fault { message, ..fault }),
    }
}

fn understood(matchers: Vec<Matcher>, message: String, better: String, range: Range<usize>) -> Understood {
    let complaint = Complaint {
        message,
        better,
        range,
    };
    Understood {
        matchers,
        complaint: Some(complaint),
    }
}

fn same(a: &[Matcher], b: &[Matcher]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is(b))
}

fn list(matchers: &[Matcher]) -> String {
    let list: Vec<String> = matchers.iter().map(Matcher::to_string).collect();
    list.join(",")
}

/// Characters that stand in no unquoted name or value.
fn is_reserved(c: char) -> bool {
    c.is_whitespace() || "{}!=~,\\\"'`".contains(c)
}

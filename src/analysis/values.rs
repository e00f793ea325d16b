//! Sets of label values: a few, or all but a few. A label that a series does not have has the empty value.

use std::collections::BTreeSet;
use std::fmt;

use promql_syntax::LabelMatcher;
use promql_syntax::ast::{MatchOp, Matcher};

/// More values than this are not told apart.
const MOST: usize = 64;

/// The values that a label can have; the empty one stands for a series without the label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelValues {
    /// One of these.
    Among(BTreeSet<String>),
    /// Any but these.
    AllBut(BTreeSet<String>),
}

use LabelValues::{AllBut, Among};

impl LabelValues {
    /// Nothing is known: there or not, with any value.
    pub const fn any() -> LabelValues {
        AllBut(BTreeSet::new())
    }

    /// The label is there, with any value.
    pub fn present() -> LabelValues {
        AllBut(BTreeSet::from([String::new()]))
    }

    /// The label is not there.
    pub fn absent() -> LabelValues {
        LabelValues::only("")
    }

    /// One value.
    pub fn only(value: impl Into<String>) -> LabelValues {
        Among(BTreeSet::from([value.into()]))
    }

    /// One of these values.
    pub fn among(values: impl IntoIterator<Item = impl Into<String>>) -> LabelValues {
        Among(values.into_iter().map(Into::into).collect()).limited()
    }

    /// The values that a matcher lets pass.
    pub fn of_matcher(matcher: &Matcher) -> LabelValues {
        let value = matcher.value.as_str();
        let one = || BTreeSet::from([value.to_owned()]);
        match matcher.op {
            MatchOp::Equal => Among(one()),
            MatchOp::NotEqual => AllBut(one()),
            MatchOp::Regex => match alternatives(value) {
                Some(values) => Among(values).limited(),
                None => AllBut(empty_unless_matched(matcher)),
            },
            MatchOp::NotRegex => match alternatives(value) {
                Some(values) if values.len() <= MOST => AllBut(values),
                _ => AllBut(empty_unless_matched(matcher)),
            },
        }
    }

    /// Whether a label can have this value.
    pub fn contains(&self, value: &str) -> bool {
        match self {
            Among(values) => values.contains(value),
            AllBut(values) => !values.contains(value),
        }
    }

    /// Whether no value is possible, so that there can be no series.
    pub fn is_impossible(&self) -> bool {
        matches!(self, Among(values) if values.is_empty())
    }

    /// Whether every series has the label.
    pub fn surely_present(&self) -> bool {
        !self.contains("")
    }

    /// Whether no series has the label.
    pub fn surely_absent(&self) -> bool {
        matches!(self, Among(values) if values.iter().all(String::is_empty))
    }

    /// Whether nothing is known.
    pub fn is_any(&self) -> bool {
        matches!(self, AllBut(values) if values.is_empty())
    }

    /// The only value there can be; the empty one for a label that is surely absent.
    pub fn single(&self) -> Option<&str> {
        match self {
            Among(values) if values.len() == 1 => values.first().map(String::as_str),
            _ => None,
        }
    }

    /// How many values there can be, where that is known.
    pub fn count(&self) -> Option<usize> {
        match self {
            Among(values) => Some(values.len()),
            AllBut(_) => None,
        }
    }

    /// The values where the label can have those of either.
    #[must_use]
    pub fn or(&self, other: &LabelValues) -> LabelValues {
        match (self, other) {
            (Among(a), Among(b)) => Among(a | b).limited(),
            (AllBut(a), AllBut(b)) => AllBut(a & b),
            (Among(values), AllBut(not)) | (AllBut(not), Among(values)) => AllBut(not - values),
        }
    }

    /// The values that are in both.
    #[must_use]
    pub fn and(&self, other: &LabelValues) -> LabelValues {
        match (self, other) {
            (Among(a), Among(b)) => Among(a & b),
            (AllBut(a), AllBut(b)) if a.len() + b.len() <= MOST => AllBut(a | b),
            (AllBut(_), AllBut(_)) => self.clone(),
            (Among(values), AllBut(not)) | (AllBut(not), Among(values)) => Among(values - not),
        }
    }

    /// Only the values that a matcher lets pass.
    #[must_use]
    pub fn matching(&self, matcher: &Matcher) -> LabelValues {
        if let Among(values) = self
            && let Ok(compiled) = LabelMatcher::new(matcher)
        {
            let passing = values.iter().filter(|value| compiled.matches(value));
            return Among(passing.cloned().collect());
        }
        self.and(&LabelValues::of_matcher(matcher))
    }

    /// Whether no value is in both.
    pub fn is_disjoint(&self, other: &LabelValues) -> bool {
        match (self, other) {
            (Among(a), Among(b)) => a.is_disjoint(b),
            (AllBut(_), AllBut(_)) => false,
            (Among(values), AllBut(not)) | (AllBut(not), Among(values)) => values.is_subset(not),
        }
    }

    /// What a function makes of the values, where there are few.
    #[must_use]
    pub fn map(&self, f: impl Fn(&str) -> String) -> Option<LabelValues> {
        match self {
            Among(values) => Some(LabelValues::among(values.iter().map(|value| f(value)))),
            AllBut(_) => None,
        }
    }

    /// The set, or one that is larger and smaller to hold.
    fn limited(self) -> LabelValues {
        match self {
            Among(values) if values.len() > MOST => match values.contains("") {
                true => LabelValues::any(),
                false => LabelValues::present(),
            },
            other => other,
        }
    }
}

/// The empty value where the matcher does not let it pass: all that is known of a regular expression.
fn empty_unless_matched(matcher: &Matcher) -> BTreeSet<String> {
    if promql_syntax::matches_empty(matcher) {
        BTreeSet::new()
    } else {
        BTreeSet::from([String::new()])
    }
}

/// The values that a regular expression matches where it is a list of plain alternatives: `a|b`, `(?:a|b)`, `a\.b`.
fn alternatives(pattern: &str) -> Option<BTreeSet<String>> {
    let group = pattern.strip_prefix("(?:").or_else(|| pattern.strip_prefix('('));
    let inner = group.and_then(|inner| inner.strip_suffix(')')).unwrap_or(pattern);
    let mut values = BTreeSet::new();
    let mut value = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '|' => {
                values.insert(std::mem::take(&mut value));
            }
            '\\' => value.push(chars.next().filter(char::is_ascii_punctuation)?),
            '.' | '+' | '*' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            _ => value.push(c),
        }
    }
    values.insert(value);
    Some(values)
}

/// `api`, `api|web`, `*` (there, with any value), `*?` (there or not), `not api`.
impl fmt::Display for LabelValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |values: &BTreeSet<String>| {
            let shown = values.iter().filter(|value| !value.is_empty());
            shown.cloned().collect::<Vec<_>>().join("|")
        };
        let maybe = if self.contains("") { "?" } else { "" };
        match self {
            Among(values) if values.is_empty() => f.write_str("impossible"),
            Among(_) if self.surely_absent() => f.write_str("absent"),
            Among(values) => write!(f, "{}{maybe}", list(values)),
            AllBut(values) if values.iter().all(String::is_empty) => write!(f, "*{maybe}"),
            AllBut(values) => write!(f, "not {}{maybe}", list(values)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use promql_syntax::parse_metric_selector;

    fn values(matcher: &str) -> LabelValues {
        let matchers = parse_metric_selector(&format!("{{other=\"x\",{matcher}}}")).expect(matcher);
        LabelValues::of_matcher(matchers.iter().find(|m| m.name.name == "l").expect(matcher))
    }

    #[test]
    fn matchers_say_what_a_label_can_be() {
        for (matcher, shown) in [
            (r#"l="a""#, "a"),
            (r#"l="""#, "absent"),
            (r#"l!="""#, "*"),
            (r#"l!="a""#, "not a?"),
            (r#"l=~"a|b""#, "a|b"),
            (r#"l=~"(a|b)""#, "a|b"),
            (r#"l=~"(?:a|b|)""#, "a|b?"),
            (r#"l=~"a\\.b""#, "a.b"),
            (r#"l=~"a.*""#, "*"),
            (r#"l=~".*""#, "*?"),
            (r#"l=~".+""#, "*"),
            (r#"l!~"a|b""#, "not a|b?"),
            (r#"l!~"a.*""#, "*?"),
            (r#"l!~".*""#, "*"),
            (r#"l=~"(a)|(b)""#, "*"),
        ] {
            assert_eq!(values(matcher).to_string(), shown, "{matcher}");
        }
    }

    #[test]
    fn sets_behave_as_sets() {
        let list = ["", "a", "b", "c"];
        let sets: Vec<LabelValues> = (0..16u32)
            .flat_map(|bits| {
                let chosen = list.iter().enumerate().filter(move |(i, _)| bits >> i & 1 == 1);
                let chosen: BTreeSet<String> = chosen.map(|(_, value)| (*value).to_owned()).collect();
                [Among(chosen.clone()), AllBut(chosen)]
            })
            .collect();
        for a in &sets {
            for b in &sets {
                for value in list.iter().chain(&["z"]) {
                    let (in_a, in_b) = (a.contains(value), b.contains(value));
                    assert_eq!(a.or(b).contains(value), in_a || in_b, "{a:?} or {b:?}");
                    assert_eq!(a.and(b).contains(value), in_a && in_b, "{a:?} and {b:?}");
                    assert!(!(in_a && in_b && a.is_disjoint(b)), "{a:?}, {b:?}");
                }
            }
        }
    }
}

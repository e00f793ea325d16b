//! Labels and annotations that were expected beside those that came, name by name and word by word.

use std::borrow::Cow;
use std::collections::BTreeMap;

use promql_syntax::LabelMatcher;
use regex::Regex;
use similar::{ChangeTag, TextDiff};

use crate::model::unit_tests::{ExpectedValue, Match};
use crate::outcome::{Change, Item, Word};

/// A value that is expected.
#[derive(Clone, Debug)]
pub(super) enum Want<'t> {
    /// This one.
    Text(Cow<'t, str>),
    /// One that a regular expression matches, with the text it is written as.
    Regex(&'t Regex, &'t str),
    /// One that fits a matcher, with the text it is written as.
    Matcher(&'t LabelMatcher, &'t str),
}

impl<'t> Want<'t> {
    pub(super) fn of(value: &'t ExpectedValue) -> Want<'t> {
        match &value.regex {
            Some(regex) => Want::Regex(regex, value.as_str()),
            None => Want::Text(value.as_str().into()),
        }
    }

    /// The text that it is written as.
    pub(super) fn shown(&self) -> &str {
        match self {
            Want::Text(text) => text,
            Want::Regex(_, text) | Want::Matcher(_, text) => text,
        }
    }

    /// Whether a value, or that there is none, is as expected.
    ///
    /// An empty text is expected in vain where everything must be written: what has no value has no name either.
    fn fits(&self, actual: Option<&str>, matching: Match) -> bool {
        match (self, actual) {
            (Want::Text(text), Some(actual)) => text == actual,
            (Want::Text(text), None) => matching == Match::Subset && text.is_empty(),
            (Want::Regex(regex, _), actual) => regex.is_match(actual.unwrap_or_default()),
            (Want::Matcher(matcher, _), actual) => matcher.matches(actual.unwrap_or_default()),
        }
    }
}

/// Names with the values that are expected, sorted by name.
pub(super) type Wants<'t> = Vec<(Cow<'t, str>, Want<'t>)>;

/// Whether names and values, sorted by name, are as expected.
pub(super) fn fit(wants: &Wants<'_>, actual: &[(String, String)], matching: Match) -> bool {
    let value = |name: &str| {
        let at = actual
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
            .ok()?;
        Some(actual[at].1.as_str())
    };
    let wanted = |name: &str| {
        wants
            .binary_search_by(|(known, _)| known.as_ref().cmp(name))
            .is_ok()
    };
    wants.iter().all(|(name, want)| want.fits(value(name), matching))
        && (matching == Match::Subset || actual.iter().all(|(name, _)| wanted(name)))
}

/// How each name compares.
pub(super) fn compare(wants: &Wants<'_>, actual: &[(String, String)], matching: Match) -> Vec<Item> {
    let mut both: BTreeMap<&str, (Option<&Want<'_>>, Option<&str>)> = BTreeMap::new();
    for (name, want) in wants {
        both.entry(name).or_default().0 = Some(want);
    }
    for (name, value) in actual {
        both.entry(name).or_default().1 = Some(value);
    }
    let change = |want: Option<&Want<'_>>, actual: Option<&str>| match (want, actual) {
        (Some(want), _) if want.fits(actual, matching) => Some(Change::Same(actual?.to_owned())),
        (Some(want), None) => Some(Change::Missing {
            expected: want.shown().to_owned(),
        }),
        (Some(want), Some(actual)) => Some(Change::Differs {
            expected: want.shown().to_owned(),
            actual: actual.to_owned(),
            words: match want {
                Want::Text(expected) => words(expected, actual),
                Want::Regex(..) | Want::Matcher(..) => Vec::new(),
            },
        }),
        (None, actual) => {
            let actual = actual?.to_owned();
            Some(match matching {
                Match::Exact => Change::Unexpected { actual },
                Match::Subset => Change::NotCompared(actual),
            })
        }
    };
    both.into_iter()
        .filter_map(|(name, (want, actual))| {
            Some(Item {
                name: name.to_owned(),
                change: change(want, actual)?,
            })
        })
        .collect()
}

/// Whether an item is as expected.
pub(super) fn agrees(item: &Item) -> bool {
    matches!(item.change, Change::Same(_) | Change::NotCompared(_))
}

/// Longer texts are not compared word by word.
const MOST_WORDS: usize = 5_000;

/// Two texts in one, word by word.
pub(super) fn words(expected: &str, actual: &str) -> Vec<Word> {
    let (old, new) = (tokens(expected), tokens(actual));
    if old.len().max(new.len()) > MOST_WORDS {
        return vec![
            Word::Expected(expected.to_owned()),
            Word::Actual(actual.to_owned()),
        ];
    }
    let mut words: Vec<Word> = Vec::new();
    for change in TextDiff::from_slices(&old, &new).iter_all_changes() {
        let piece = change.value();
        match (change.tag(), words.last_mut()) {
            (ChangeTag::Equal, Some(Word::Same(text)))
            | (ChangeTag::Delete, Some(Word::Expected(text)))
            | (ChangeTag::Insert, Some(Word::Actual(text))) => text.push_str(piece),
            (ChangeTag::Equal, _) => words.push(Word::Same(piece.to_owned())),
            (ChangeTag::Delete, _) => words.push(Word::Expected(piece.to_owned())),
            (ChangeTag::Insert, _) => words.push(Word::Actual(piece.to_owned())),
        }
    }
    words
}

/// Words, numbers, spaces, and all else one by one.
fn tokens(text: &str) -> Vec<&str> {
    #[derive(PartialEq)]
    enum Kind {
        Word,
        Space,
        Other,
    }
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '.' => Kind::Word,
        c if c.is_whitespace() => Kind::Space,
        _ => Kind::Other,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut before: Option<Kind> = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if before.is_some_and(|before| before != now || now == Kind::Other) {
            tokens.push(&text[start..at]);
            start = at;
        }
        before = Some(now);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_compared_word_by_word() {
        use Word::{Actual, Expected, Same};
        let text = |text: &str| text.to_owned();
        assert_eq!(
            words("a:1 is up", "a:1 is down"),
            [Same(text("a:1 is ")), Expected(text("up")), Actual(text("down"))]
        );
        assert_eq!(
            words("7.5% of api", "7.25% of api"),
            [
                Expected(text("7.5")),
                Actual(text("7.25")),
                Same(text("% of api"))
            ]
        );
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_their_words(expected in "[ab .:é]{0,12}", actual in "[ab .:é]{0,12}") {
            let (mut old, mut new) = (String::new(), String::new());
            for word in words(&expected, &actual) {
                match word {
                    Word::Same(text) => {
                        old.push_str(&text);
                        new.push_str(&text);
                    }
                    Word::Expected(text) => old.push_str(&text),
                    Word::Actual(text) => new.push_str(&text),
                }
            }
            prop_assert_eq!((old, new), (expected, actual));
        }
    }
}

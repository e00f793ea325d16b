//! The known name that somebody may have meant by one that is not known.
//!
//! Names are compared word by word: `_max` is not a misspelt `_active`, though few letters differ in a long name.

use std::collections::BTreeSet;

use strsim::damerau_levenshtein;

use super::Catalog;

/// How many words more or fewer a name may have.
const MOST_WORDS: usize = 2;

impl Catalog {
    /// The known name that is closest to one that is not known, if any is close. Only names whose first word is the
    /// same, or nearly so, are looked at.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let written = first_word(name);
        let same = self.first_words.get(written).map(String::as_str);
        let first = same.or_else(|| nearest_word(&self.first_words, written))?;
        let known = self.beginning_with(first);
        let scored = known.filter_map(|known| Some((cost(name, known)?, known)));
        scored.min().map(|(_, known)| known)
    }

    /// The known names of which this is the first word.
    pub(super) fn beginning_with<'c, 'w>(
        &'c self,
        word: &'w str,
    ) -> impl Iterator<Item = &'c str> + use<'c, 'w> {
        let names = self
            .series
            .range(word.to_owned()..)
            .map(|(name, _)| name.as_str());
        let alike = names.take_while(move |name| name.starts_with(word));
        alike.filter(move |name| first_word(name) == word)
    }
}

/// What stands before the first `_` or `:` of a name.
pub(super) fn first_word(name: &str) -> &str {
    name.split(['_', ':']).next().unwrap_or(name)
}

fn nearest_word<'c>(known: &'c BTreeSet<String>, word: &str) -> Option<&'c str> {
    let most = word.chars().count() / 4;
    let close = known
        .iter()
        .filter(|other| other.len().abs_diff(word.len()) <= most);
    let scored = close.map(|other| (damerau_levenshtein(word, other), other.as_str()));
    scored
        .min()
        .filter(|(distance, _)| *distance <= most)
        .map(|(_, other)| other)
}

/// How far a known name is from one that is not; `None` where it is something else.
fn cost(name: &str, known: &str) -> Option<usize> {
    let own: Vec<&str> = name.split('_').collect();
    let other: Vec<&str> = known.split('_').collect();
    let same = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let tail = own.iter().rev().zip(other.iter().rev());
    let same_tail = tail.take_while(|(a, b)| a == b).count();
    // What it ends with is left out, or is too much: `_seconds_total`, `_bucket`.
    if same == own.len() && same > 1 && other.len() <= same + MOST_WORDS {
        return Some(1 + other.len() - same);
    }
    if same == other.len() && same > 1 && own.len() == same + 1 {
        return Some(2);
    }
    // A word within is left out.
    if other.len() == own.len() + 1 && same + same_tail >= own.len() && own.len() > 1 {
        return Some(3);
    }
    if own.len() == other.len() {
        let pairs = own.iter().zip(&other).filter(|(a, b)| a != b);
        let costs: Option<Vec<usize>> = pairs.map(|(a, b)| cost_of_word(a, b)).collect();
        if let Some(costs) = costs.filter(|costs| costs.len() < own.len() || costs.len() == 1) {
            return Some(costs.iter().sum());
        }
    }
    let (mut sorted, mut others) = (own, other);
    sorted.sort_unstable();
    others.sort_unstable();
    (sorted == others).then_some(1)
}

/// How far a word is from another; `None` where it is another.
fn cost_of_word(word: &str, other: &str) -> Option<usize> {
    let (word, other) = (word.to_ascii_lowercase(), other.to_ascii_lowercase());
    let distance = damerau_levenshtein(&word, &other);
    let longest = word.len().max(other.len());
    let begins_alike = word.get(..2).is_some_and(|two| other.starts_with(two));
    let is_part = word.len().min(other.len()) > 3 && (word.ends_with(&other) || other.ends_with(&word));
    let close = distance <= 1 && longest > 3 || begins_alike && distance <= longest / 2 || is_part;
    close.then_some(distance)
}

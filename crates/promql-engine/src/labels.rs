//! Label sets: immutable, sorted by name, cheap to clone and to compare.
//!
//! A label with an empty value is the same as no label, so label sets hold none. The hash is the one that
//! Prometheus computes in its default build, because `limit_ratio` chooses series by it.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use twox_hash::XxHash64;

use crate::gofmt;

/// The label that holds a metric's name.
pub const METRIC_NAME: &str = "__name__";
/// The label that holds a metric's type where type-and-unit labels are on.
pub const METRIC_TYPE: &str = "__type__";
/// The label that holds a metric's unit where type-and-unit labels are on.
pub const METRIC_UNIT: &str = "__unit__";
/// The label that holds the upper bound of a classic histogram's bucket.
pub const BUCKET_BOUND: &str = "le";

/// Whether a label describes the metric rather than the series: its name, type and unit. An operation that
/// changes what a metric means drops these.
pub fn is_metadata(name: &str) -> bool {
    matches!(name, METRIC_NAME | METRIC_TYPE | METRIC_UNIT)
}

/// A set of labels. Cloning shares it.
#[derive(Clone, Default)]
pub struct Labels(Option<Arc<Inner>>);

struct Inner {
    hash: u64,
    /// Names and values, one behind the other, sorted by name.
    text: Box<str>,
    /// Where each name and each value ends in `text`.
    ends: Box<[u32]>,
}

impl Labels {
    /// No labels.
    pub const fn empty() -> Self {
        Labels(None)
    }

    /// Labels from pairs in any order; of several pairs with one name the last counts, empty values are left out.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut builder = LabelsBuilder::default();
        for (name, value) in pairs {
            builder.set(name.as_ref(), value.as_ref());
        }
        builder.build()
    }

    /// Labels from pairs that are sorted by name, without duplicates and empty values.
    fn from_sorted<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        let (count, length) = pairs.clone().fold((0, 0), |(count, length), (name, value)| {
            (count + 1, length + name.len() + value.len())
        });
        if count == 0 {
            return Labels(None);
        }
        let mut text = String::with_capacity(length);
        let mut ends = Vec::with_capacity(2 * count);
        let mut hasher = XxHash64::with_seed(0);
        for (name, value) in pairs {
            for part in [name, value] {
                text.push_str(part);
                ends.push(text.len() as u32);
                encode(part, &mut hasher);
            }
        }
        Labels(Some(Arc::new(Inner {
            hash: hasher.finish(),
            text: text.into_boxed_str(),
            ends: ends.into_boxed_slice(),
        })))
    }

    /// The value of a label; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.iter()
            .find(|(candidate, _)| *candidate == name)
            .map_or("", |(_, value)| value)
    }

    /// The metric name; empty where there is none.
    pub fn metric_name(&self) -> &str {
        self.get(METRIC_NAME)
    }

    /// Names and values in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let (text, ends): (&str, &[u32]) = match &self.0 {
            Some(inner) => (&inner.text, &inner.ends),
            None => ("", &[]),
        };
        let mut start = 0;
        ends.as_chunks::<2>().0.iter().map(move |&[name_end, value_end]| {
            let name = &text[start..name_end as usize];
            let value = &text[name_end as usize..value_end as usize];
            start = value_end as usize;
            (name, value)
        })
    }

    /// How many labels there are.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |inner| inner.ends.len() / 2)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Prometheus' hash of the label set: xxHash64 over the encoding of its default build.
    pub fn hash64(&self) -> u64 {
        match &self.0 {
            Some(inner) => inner.hash,
            None => XxHash64::oneshot(0, &[]),
        }
    }

    /// The labels whose names `keep` accepts.
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Labels {
        if self.iter().all(|(name, _)| keep(name)) {
            return self.clone();
        }
        Labels::from_sorted(self.iter().filter(|(name, _)| keep(name)))
    }

    /// The labels without those that describe the metric: its name, type and unit.
    pub fn without_metadata(&self) -> Labels {
        self.filter(|name| !is_metadata(name))
    }

    /// The labels that a vector matching compares: those named (`on`), or all but the metric name and those
    /// named (`ignoring`).
    pub fn matching(&self, on: bool, names: &[impl AsRef<str>]) -> Labels {
        let named = |name: &str| names.iter().any(|candidate| candidate.as_ref() == name);
        if on {
            self.filter(named)
        } else {
            self.filter(|name| name != METRIC_NAME && !named(name))
        }
    }

    /// A builder that starts from these labels.
    pub fn builder(&self) -> LabelsBuilder {
        LabelsBuilder {
            base: self.clone(),
            changes: Vec::new(),
        }
    }

    /// As people write a series: `name{label="value", …}`.
    pub fn metric_form(&self) -> String {
        let rest = self.filter(|name| name != METRIC_NAME);
        match (self.metric_name(), rest.is_empty()) {
            ("", _) => rest.to_string(),
            (name, true) => name.to_owned(),
            (name, false) => format!("{name}{rest}"),
        }
    }
}

/// The encoding that the hash is taken over: a length of one byte, or 255 and three bytes, then the text.
fn encode(part: &str, hasher: &mut XxHash64) {
    let length = part.len();
    if length < 255 {
        hasher.write(&[length as u8]);
    } else {
        hasher.write(&[255, length as u8, (length >> 8) as u8, (length >> 16) as u8]);
    }
    hasher.write(part.as_bytes());
}

impl PartialEq for Labels {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                Arc::ptr_eq(a, b) || (a.hash == b.hash && a.text == b.text && a.ends == b.ends)
            }
            _ => false,
        }
    }
}

impl Eq for Labels {}

impl Hash for Labels {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.as_ref().map_or(0, |inner| inner.hash));
    }
}

/// By the first label that differs, name before value; a prefix comes first.
impl Ord for Labels {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `{a="b", c="d"}`, names quoted where they need it, as Prometheus prints label sets.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (name, value)) in self.iter().enumerate() {
            let separator = if i > 0 { ", " } else { "" };
            if promql_syntax::is_legacy_label_name(name) {
                write!(f, "{separator}{name}={}", gofmt::quote(value))?;
            } else {
                write!(f, "{separator}{}={}", gofmt::quote(name), gofmt::quote(value))?;
            }
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Labels::new(pairs)
    }
}

/// Whether a name can be a label's: it is not empty and valid UTF-8, which is to say that the parser did not have to
/// replace any of it.
pub(crate) fn is_valid_label_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(char::REPLACEMENT_CHARACTER)
}

/// Builds or changes a label set.
#[derive(Clone, Debug, Default)]
pub struct LabelsBuilder {
    base: Labels,
    /// Labels with new values, sorted by name; an empty value removes the label.
    changes: Vec<(String, String)>,
}

impl LabelsBuilder {
    /// Sets a label; an empty value removes it.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        match self.find(name) {
            Ok(known) => value.clone_into(&mut self.changes[known].1),
            Err(place) => self.changes.insert(place, (name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Removes a label.
    pub fn del(&mut self, name: &str) -> &mut Self {
        self.set(name, "")
    }

    /// Removes all labels but those named.
    pub fn keep(&mut self, names: &[impl AsRef<str>]) -> &mut Self {
        let named = |name: &str| names.iter().any(|kept| kept.as_ref() == name);
        self.base = self.base.filter(named);
        self.changes.retain(|(name, _)| named(name));
        self
    }

    /// The value of a label as it stands; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        match self.find(name) {
            Ok(changed) => &self.changes[changed].1,
            Err(_) => self.base.get(name),
        }
    }

    /// The label set.
    pub fn build(&self) -> Labels {
        if self.changes.is_empty() {
            return self.base.clone();
        }
        let mut pairs = Vec::with_capacity(self.base.len() + self.changes.len());
        let mut changes = self.changes.iter().peekable();
        for (name, value) in self.base.iter() {
            while let Some((before, value)) = changes.next_if(|(changed, _)| changed.as_str() < name) {
                pairs.push((before.as_str(), value.as_str()));
            }
            match changes.next_if(|(changed, _)| changed == name) {
                Some((_, changed)) => pairs.push((name, changed.as_str())),
                None => pairs.push((name, value)),
            }
        }
        pairs.extend(changes.map(|(name, value)| (name.as_str(), value.as_str())));
        Labels::from_sorted(pairs.into_iter().filter(|(_, value)| !value.is_empty()))
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.changes
            .binary_search_by(|(candidate, _)| candidate.as_str().cmp(name))
    }
}

/// Passes on the hash that a label set has.
#[derive(Clone, Copy, Debug, Default)]
pub struct LabelsHasher(u64);

impl Hasher for LabelsHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map from label sets.
pub type LabelsMap<V> = HashMap<Labels, V, BuildHasherDefault<LabelsHasher>>;

/// A set of label sets.
pub type LabelsSet = HashSet<Labels, BuildHasherDefault<LabelsHasher>>;

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::new(pairs.iter().copied())
    }

    #[test]
    fn labels_are_sorted_and_hold_no_empty_values() {
        let set = labels(&[("job", "a"), ("__name__", "up"), ("env", ""), ("job", "b")]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [("__name__", "up"), ("job", "b")]);
        assert_eq!(set.to_string(), r#"{__name__="up", job="b"}"#);
        assert_eq!(set.metric_form(), r#"up{job="b"}"#);
        assert_eq!(Labels::empty(), labels(&[("a", "")]));
        assert_eq!(labels(&[("x.y", "z")]).to_string(), r#"{"x.y"="z"}"#);
    }

    #[test]
    fn a_builder_changes_what_it_starts_from() {
        let base = labels(&[("b", "2"), ("d", "4"), ("f", "6")]);
        let mut builder = base.builder();
        builder
            .set("a", "1")
            .set("d", "")
            .set("e", "5")
            .set("f", "7")
            .set("g", "8")
            .del("nothing")
            .set("c", "");
        assert_eq!(
            builder.build(),
            labels(&[("a", "1"), ("b", "2"), ("e", "5"), ("f", "7"), ("g", "8")])
        );
        assert_eq!(
            (builder.get("b"), builder.get("d"), builder.get("f")),
            ("2", "", "7")
        );
        builder.set("d", "9").keep(&["a", "b", "d"]);
        assert_eq!(builder.build(), labels(&[("a", "1"), ("b", "2"), ("d", "9")]));
        assert_eq!(base.builder().build(), base);
        assert_eq!(Labels::empty().builder().set("a", "").build(), Labels::empty());
    }

    #[test]
    fn order_is_by_label_then_by_length() {
        let ascending = [
            Labels::empty(),
            labels(&[("a", "1")]),
            labels(&[("a", "1"), ("b", "1")]),
            labels(&[("a", "10")]),
            labels(&[("b", "0")]),
        ];
        assert!(ascending.is_sorted());
    }

    #[test]
    fn hash_is_xxhash64_of_lengths_and_texts() {
        assert_eq!(Labels::empty().hash64(), 0xef46_db37_51d8_e999);
        let expected = twox_hash::XxHash64::oneshot(0, b"\x03foo\x03bar");
        assert_eq!(labels(&[("foo", "bar")]).hash64(), expected);
    }

    #[test]
    fn matching_labels() {
        let set = labels(&[("__name__", "up"), ("a", "1"), ("b", "2")]);
        assert_eq!(set.matching(true, &["a"]), labels(&[("a", "1")]));
        assert_eq!(set.matching(false, &["a"]), labels(&[("b", "2")]));
        assert_eq!(set.without_metadata(), labels(&[("a", "1"), ("b", "2")]));
    }
}

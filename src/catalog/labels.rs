//! What is known of the labels of a series. This file knows sets; it knows nothing of metrics.

use std::collections::{BTreeMap, BTreeSet};

/// Whether a series has a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Every series is given it. Where its values are not known one may be empty, which counts as not there:
    /// [`LabelSet::surely_has`] takes that into account.
    Always,
    /// Some have it, or it is not known whether they do.
    Sometimes,
}

/// The values that a label can have where it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// Nothing is known of them.
    Any,
    /// One of these and no other.
    OneOf(BTreeSet<String>),
}

/// What is known of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Whether it is there.
    pub presence: Presence,
    /// What it can be.
    pub values: Values,
}

/// What is known of all labels of a series but its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSet {
    named: BTreeMap<String, Label>,
    /// Labels that an open set surely has not.
    absent: BTreeSet<String>,
    open: bool,
}

impl Values {
    /// One value and no other.
    pub fn only(value: impl Into<String>) -> Values {
        Values::OneOf(BTreeSet::from([value.into()]))
    }

    /// These values and no other.
    pub fn one_of(values: impl IntoIterator<Item = impl Into<String>>) -> Values {
        Values::OneOf(values.into_iter().map(Into::into).collect())
    }

    /// Whether the label can have this value.
    pub fn may_be(&self, value: &str) -> bool {
        match self {
            Values::Any => true,
            Values::OneOf(known) => known.contains(value),
        }
    }

    /// The one value that the label can have.
    pub fn single(&self) -> Option<&str> {
        match self {
            Values::OneOf(known) if known.len() == 1 => known.first().map(String::as_str),
            _ => None,
        }
    }

    /// The values where either of the two may hold.
    #[must_use]
    pub fn either(&self, other: &Values) -> Values {
        match (self, other) {
            (Values::OneOf(a), Values::OneOf(b)) => Values::OneOf(a.union(b).cloned().collect()),
            _ => Values::Any,
        }
    }
}

impl Label {
    /// A label that is always there.
    pub fn always(values: Values) -> Label {
        Label {
            presence: Presence::Always,
            values,
        }
    }

    /// A label that may be there.
    pub fn sometimes(values: Values) -> Label {
        Label {
            presence: Presence::Sometimes,
            values,
        }
    }

    /// What is known of a label of which nothing is.
    pub const UNKNOWN: Label = Label {
        presence: Presence::Sometimes,
        values: Values::Any,
    };
}

impl LabelSet {
    /// No labels, and none but those that are added.
    pub fn closed() -> LabelSet {
        LabelSet {
            named: BTreeMap::new(),
            absent: BTreeSet::new(),
            open: false,
        }
    }

    /// No labels are known, and any may be there.
    pub fn open() -> LabelSet {
        LabelSet {
            named: BTreeMap::new(),
            absent: BTreeSet::new(),
            open: true,
        }
    }

    /// Adds a label or replaces what was known of it.
    pub fn insert(&mut self, name: impl Into<String>, label: Label) {
        let name = name.into();
        self.absent.remove(&name);
        self.named.insert(name, label);
    }

    /// The set with a label added.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, label: Label) -> LabelSet {
        self.insert(name, label);
        self
    }

    /// Takes a label out of those that are known by name. In an open set it may be there still.
    pub fn remove(&mut self, name: &str) -> Option<Label> {
        self.named.remove(name)
    }

    /// Says that no series has a label, be the set open or not.
    pub fn exclude(&mut self, name: &str) {
        self.named.remove(name);
        if self.open {
            self.absent.insert(name.to_owned());
        }
    }

    /// Whether labels may be there that are not named.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Says that labels may be there that are not named.
    pub fn set_open(&mut self) {
        self.open = true;
        self.absent.clear();
    }

    /// What is known of a label; `None` where no series has it.
    pub fn get(&self, name: &str) -> Option<&Label> {
        const UNKNOWN: &Label = &Label::UNKNOWN;
        let unnamed = self.open && !self.absent.contains(name);
        self.named.get(name).or(unnamed.then_some(UNKNOWN))
    }

    /// Whether some series may have it.
    pub fn may_have(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether every series has it, with a value that is not empty.
    pub fn surely_has(&self, name: &str) -> bool {
        const NEVER_EMPTY: [&str; 4] = ["job", "instance", "le", "quantile"];
        self.named.get(name).is_some_and(|label| {
            let filled = match &label.values {
                Values::Any => NEVER_EMPTY.contains(&name),
                Values::OneOf(known) => !known.contains(""),
            };
            filled && label.presence == Presence::Always
        })
    }

    /// The labels that are known by name, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Label)> {
        self.named.iter().map(|(name, label)| (name.as_str(), label))
    }

    /// What is known where series of either of two kinds may be meant.
    #[must_use]
    pub fn either(&self, other: &LabelSet) -> LabelSet {
        let mut both = LabelSet {
            named: BTreeMap::new(),
            absent: BTreeSet::new(),
            open: self.open || other.open,
        };
        if both.open {
            let excluded = self.absent.iter().chain(&other.absent);
            both.absent = excluded
                .filter(|name| !self.may_have(name) && !other.may_have(name))
                .cloned()
                .collect();
        }
        for name in self.named.keys().chain(other.named.keys()) {
            let label = match (self.get(name), other.get(name)) {
                (Some(a), Some(b)) => Label {
                    presence: match (a.presence, b.presence) {
                        (Presence::Always, Presence::Always) => Presence::Always,
                        _ => Presence::Sometimes,
                    },
                    values: a.values.either(&b.values),
                },
                (Some(one), None) | (None, Some(one)) => Label::sometimes(one.values.clone()),
                (None, None) => continue,
            };
            both.insert(name.clone(), label);
        }
        both
    }
}

//! What is known of the labels of the series of a vector, the metric name among them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::values::LabelValues;
use crate::catalog::{Label, LabelSet, Presence, Values};

/// The label that holds a metric's name.
pub const METRIC_NAME: &str = "__name__";

/// More labels than this are not told apart.
const MOST: usize = 64;

/// What is known of the labels of all series of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelFacts {
    /// Shared: most operations leave labels as they are.
    named: Arc<BTreeMap<String, LabelValues>>,
    /// Whether series may have labels that are not named.
    others: bool,
}

impl LabelFacts {
    /// Nothing is known.
    pub fn any() -> LabelFacts {
        LabelFacts {
            named: Arc::default(),
            others: true,
        }
    }

    /// There are no labels.
    pub fn none() -> LabelFacts {
        LabelFacts {
            named: Arc::default(),
            others: false,
        }
    }

    /// What a catalog says of the labels of series of this name.
    pub fn of_catalog(name: &str, set: &LabelSet) -> LabelFacts {
        let mut labels = LabelFacts {
            named: Arc::default(),
            others: set.is_open(),
        };
        for (label, known) in set.iter() {
            labels.set(label, of_catalog_label(known));
        }
        labels.set(METRIC_NAME, LabelValues::only(name));
        labels
    }

    /// The values that a label can have.
    pub fn get(&self, label: &str) -> LabelValues {
        match self.named.get(label) {
            Some(values) => values.clone(),
            None if self.others => LabelValues::any(),
            None => LabelValues::absent(),
        }
    }

    /// Whether every series has the label.
    pub fn surely_has(&self, label: &str) -> bool {
        self.named.get(label).is_some_and(LabelValues::surely_present)
    }

    /// Whether no series has the label.
    pub fn surely_lacks(&self, label: &str) -> bool {
        match self.named.get(label) {
            Some(values) => values.surely_absent(),
            None => !self.others,
        }
    }

    /// Whether series may have labels of which nothing is known.
    pub fn is_open(&self) -> bool {
        self.others
    }

    /// The labels of which something is known, sorted by name.
    pub fn named(&self) -> impl Iterator<Item = (&str, &LabelValues)> {
        self.named.iter().map(|(name, values)| (name.as_str(), values))
    }

    /// The labels that series may have, where that is known.
    pub fn all_possible(&self) -> Option<impl Iterator<Item = &str>> {
        let possible = self.named().filter(|(_, values)| !values.surely_absent());
        (!self.others).then(|| possible.map(|(name, _)| name))
    }

    /// Whether no series can have such labels.
    pub fn are_impossible(&self) -> bool {
        self.named.values().any(LabelValues::is_impossible)
    }

    /// The most series there can be, as far as labels tell: series of a vector differ in some label.
    pub fn most_series(&self) -> Option<u64> {
        if self.others {
            return None;
        }
        self.named.values().try_fold(1u64, |product, values| {
            product.checked_mul(u64::try_from(values.count()?).ok()?)
        })
    }

    /// Replaces what is known of a label.
    pub fn set(&mut self, label: &str, values: LabelValues) {
        let implied = match self.others {
            true => values.is_any(),
            false => values.surely_absent() && !values.is_impossible(),
        };
        match implied {
            true if !self.named.contains_key(label) => return,
            true => drop(Arc::make_mut(&mut self.named).remove(label)),
            false => drop(Arc::make_mut(&mut self.named).insert(label.to_owned(), values)),
        }
        while self.named.len() > MOST {
            // More may be there than is said.
            self.others = true;
            Arc::make_mut(&mut self.named).pop_last();
        }
    }

    /// The labels with one taken away.
    pub fn remove(&mut self, label: &str) {
        self.set(label, LabelValues::absent());
    }

    /// Takes away what describes the metric rather than the series: its name, type and unit.
    pub fn remove_metadata(&mut self) {
        for label in [METRIC_NAME, "__type__", "__unit__"] {
            self.remove(label);
        }
    }

    /// Only these labels.
    #[must_use]
    pub fn only<'a>(&self, labels: impl IntoIterator<Item = &'a str>) -> LabelFacts {
        let mut kept = LabelFacts::none();
        for label in labels {
            kept.set(label, self.get(label));
        }
        kept
    }

    /// Says that series may have any other label too.
    pub fn open(&mut self) {
        self.others = true;
        Arc::make_mut(&mut self.named).retain(|_, values| !values.is_any());
    }

    /// What is known where series may come from either.
    #[must_use]
    pub fn or(&self, other: &LabelFacts) -> LabelFacts {
        let mut both = LabelFacts {
            named: Arc::default(),
            others: self.others || other.others,
        };
        for label in self.named.keys().chain(other.named.keys()) {
            if !both.named.contains_key(label) {
                both.set(label, self.get(label).or(&other.get(label)));
            }
        }
        both
    }
}

fn of_catalog_label(label: &Label) -> LabelValues {
    let values = match &label.values {
        Values::Any => LabelValues::present(),
        Values::OneOf(known) => LabelValues::among(known.iter().cloned()),
    };
    match label.presence {
        Presence::Always => values,
        Presence::Sometimes => values.or(&LabelValues::absent()),
    }
}

/// `{job=api instance=*?}`, with `…` for labels of which nothing is known. That a name has been dropped goes without
/// saying.
impl fmt::Display for LabelFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dropped = |name: &str, values: &LabelValues| name.starts_with("__") && values.surely_absent();
        let mut parts: Vec<String> = self
            .named()
            .filter(|(name, values)| !dropped(name, values))
            .map(|(name, values)| match values.surely_absent() {
                true => format!("no {name}"),
                false => format!("{name}={values}"),
            })
            .collect();
        parts.extend(self.others.then(|| "…".to_owned()));
        write!(f, "{{{}}}", parts.join(" "))
    }
}

//! What programs give to labels, whatever their language: where, which values, and when that makes the series.
//!
//! A label's values are known where every call that may be one of its metric gives it constants.

use std::collections::BTreeSet;

use super::syntax::Parsed;
use super::unbounded::{Follow, unbounded};
use crate::catalog::labels::{Label, Values};
use crate::catalog::metric::{Birth, LabelUse, Metric, Unbounded};
use crate::diagnostic::Location;
use tree_sitter::Node;

/// A place that gives the labels of a metric their values.
pub(super) struct Use {
    /// Whether it is surely of this metric, rather than of one that is handed on.
    pub(super) sure: bool,
    /// Whether nothing is done with what it returns: the series is created beforehand.
    pub(super) creates: bool,
    /// What it gives to each label, in the order of the names; `None` where that is not known.
    pub(super) given: Vec<Option<Given>>,
}

/// What is given to a label.
pub(super) struct Given {
    /// The expression.
    location: Location,
    /// The texts that it can be; `None` where they are not known.
    texts: Option<BTreeSet<String>>,
    unbounded: Option<Unbounded>,
}

impl Given {
    /// An expression with the texts that it can be.
    pub(super) fn new<'t>(
        parsed: &'t Parsed,
        node: Node<'t>,
        texts: Option<BTreeSet<String>>,
        follow: Follow<'_, 't>,
    ) -> Given {
        Given {
            location: parsed.location(node),
            texts,
            unbounded: unbounded(parsed, node, follow),
        }
    }
}

/// Adds to a metric what all places that may be of it give to its labels.
pub(super) fn add(metric: &mut Metric, names: &[String], uses: Vec<Use>) {
    let mut values: Vec<Option<BTreeSet<String>>> = vec![Some(BTreeSet::new()); names.len()];
    if uses.is_empty() || names.is_empty() {
        return;
    }
    if uses.iter().all(|one| !one.creates) {
        metric.birth = Birth::FirstEvent;
    }
    for one in uses {
        let given = one.given.into_iter().chain(std::iter::repeat_with(|| None));
        for ((name, known), given) in names.iter().zip(&mut values).zip(given) {
            let texts = given.as_ref().and_then(|given| given.texts.clone());
            if let Some(given) = given.filter(|_| one.sure) {
                let single = texts.as_ref().filter(|texts| texts.len() == 1);
                metric.label_uses.push(LabelUse {
                    label: name.clone(),
                    location: given.location,
                    literal: single.and_then(|texts| texts.first().cloned()),
                    unbounded: given.unbounded,
                });
            }
            *known = known.take().zip(texts).map(|(known, more)| &known | &more);
        }
    }
    for (name, values) in names.iter().zip(values) {
        if let Some(mut values) = values {
            // An empty label is none.
            let label = match values.remove("") {
                true => Label::sometimes(Values::OneOf(values)),
                false => Label::always(Values::OneOf(values)),
            };
            metric.labels.insert(name, label);
        }
    }
}

//! Relabelling: exactly for labels that are known, and for sets of which not all is known as far as that decides it.
//!
//! What a step does that cannot be told leaves more possible, never less.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::labels::{Label, LabelSet, Presence, Values};
use crate::model::prometheus::Relabelling;

/// The steps of a relabelling with their expressions read.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    written: Relabelling,
    /// `None` where Prometheus reads an expression that we do not.
    regex: Option<Regex>,
}

/// What becomes of series of one name.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Relabelled {
    /// They are dropped.
    Gone,
    /// They are kept, or may be, under this name; none where it cannot be told.
    Kept(Option<String>, LabelSet),
}

/// How many texts the labels that a step looks at may make before they count as unknown.
const MANY: usize = 500;

impl Steps {
    /// Reads the expressions of steps.
    pub(super) fn new(steps: &[Relabelling]) -> Steps {
        let read = |step: &Relabelling| Step {
            regex: Regex::new(&format!("^(?s:{})$", step.regex)).ok(),
            written: step.clone(),
        };
        Steps(steps.iter().map(read).collect())
    }

    /// The labels of a target after all steps; `None` where it is dropped. Labels whose name begins with `__` are
    /// still there.
    pub(super) fn target(
        &self,
        mut labels: BTreeMap<String, String>,
    ) -> Option<Result<BTreeMap<String, String>, Unread>> {
        for step in &self.0 {
            let Some(regex) = &step.regex else {
                return Some(Err(Unread));
            };
            match step.exactly(regex, &mut labels) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(unread) => return Some(Err(unread)),
            }
        }
        Some(Ok(labels))
    }

    /// What becomes of targets, or of series of a name, with these labels.
    pub(super) fn set(&self, name: Option<&str>, labels: LabelSet) -> Relabelled {
        let mut labels = labels;
        if let Some(name) = name {
            labels.insert("__name__", Label::always(Values::only(name)));
        }
        for step in &self.0 {
            if !step.roughly(&mut labels) {
                return Relabelled::Gone;
            }
        }
        let name = labels.remove("__name__");
        let name = name.and_then(|label| label.values.single().map(str::to_owned));
        Relabelled::Kept(name, labels)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A step that cannot be followed exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unread;

impl Step {
    /// Changes labels; false where they are dropped.
    fn exactly(&self, regex: &Regex, labels: &mut BTreeMap<String, String>) -> Result<bool, Unread> {
        let written = &self.written;
        let value = |name: &String| labels.get(name).map_or("", String::as_str);
        let values: Vec<&str> = written.source_labels.iter().map(value).collect();
        let source = values.join(&written.separator);
        let mut set = |name: String, value: String| match value.is_empty() {
            true => labels.remove(&name),
            false => labels.insert(name, value),
        };
        match written.action.as_str() {
            "keep" => return Ok(regex.is_match(&source)),
            "drop" => return Ok(!regex.is_match(&source)),
            "keepequal" => return Ok(labels.get(&written.target_label).map_or("", String::as_str) == source),
            "dropequal" => return Ok(labels.get(&written.target_label).map_or("", String::as_str) != source),
            "replace" => {
                if let Some((name, value)) = self.replaced(regex, &source) {
                    set(name, value);
                }
            }
            "lowercase" => {
                set(written.target_label.clone(), source.to_lowercase());
            }
            "uppercase" => {
                set(written.target_label.clone(), source.to_uppercase());
            }
            "labelmap" => {
                let mapped: Vec<(String, String)> = labels
                    .iter()
                    .filter(|(name, _)| regex.is_match(name))
                    .map(|(name, value)| {
                        (
                            regex.replace(name, &written.replacement).into_owned(),
                            value.clone(),
                        )
                    })
                    .collect();
                labels.extend(mapped);
            }
            "labeldrop" => labels.retain(|name, _| !regex.is_match(name)),
            "labelkeep" => labels.retain(|name, _| regex.is_match(name)),
            _ => return Err(Unread),
        }
        Ok(true)
    }

    /// The label that a replacement sets and its value; `None` where the text does not match.
    fn replaced(&self, regex: &Regex, source: &str) -> Option<(String, String)> {
        let groups = regex.captures(source)?;
        let (mut name, mut value) = (String::new(), String::new());
        groups.expand(&self.written.target_label, &mut name);
        groups.expand(&self.written.replacement, &mut value);
        Some((name, value))
    }

    /// Changes a set of labels; false where everything in it is dropped.
    fn roughly(&self, labels: &mut LabelSet) -> bool {
        let written = &self.written;
        let target = written.target_label.as_str();
        let sources = self.sources(labels);
        let matching = |regex: &Regex| {
            let sources = sources.as_ref()?;
            let hits = sources.iter().filter(|source| regex.is_match(source)).count();
            match hits {
                0 => Some(false),
                hits if hits == sources.len() => Some(true),
                _ => None,
            }
        };
        let decided = self.regex.as_ref().and_then(matching);
        match written.action.as_str() {
            "keep" => return decided != Some(false),
            "drop" => return decided != Some(true),
            "keepequal" | "dropequal" => {}
            "labeldrop" | "labelkeep" => {
                let keep = written.action == "labelkeep";
                let names: Vec<String> = labels.iter().map(|(name, _)| name.to_owned()).collect();
                for name in names {
                    match &self.regex {
                        Some(regex) if regex.is_match(&name) != keep => {
                            labels.exclude(&name);
                        }
                        Some(_) => {}
                        None => unknown(labels, &name),
                    }
                }
            }
            "labelmap" => match &self.regex {
                Some(regex) if !labels.is_open() => {
                    let mapped: Vec<(String, Label)> = labels
                        .iter()
                        .filter(|(name, _)| regex.is_match(name))
                        .map(|(name, label)| {
                            (
                                regex.replace(name, &written.replacement).into_owned(),
                                label.clone(),
                            )
                        })
                        .collect();
                    for (name, label) in mapped {
                        set(labels, &name, label);
                    }
                }
                // Whatever has a name that matches can be put over anything that is known.
                _ => {
                    let names: Vec<String> = labels.iter().map(|(name, _)| name.to_owned()).collect();
                    names
                        .iter()
                        .filter(|name| *name != "__name__")
                        .for_each(|name| unknown(labels, name));
                    labels.set_open();
                }
            },
            "replace" => self.replace_roughly(labels, sources.as_ref(), decided),
            "lowercase" | "uppercase" => {
                let lower = written.action == "lowercase";
                let changed = sources.map(|sources| {
                    let change = |s: &String| if lower { s.to_lowercase() } else { s.to_uppercase() };
                    sources.iter().map(change).collect::<BTreeSet<_>>()
                });
                put(labels, target, changed, false);
            }
            // A hash is never empty.
            "hashmod" => labels.insert(target, Label::always(Values::Any)),
            _ => {
                labels.set_open();
                let names: Vec<String> = labels.iter().map(|(name, _)| name.to_owned()).collect();
                names.iter().for_each(|name| unknown(labels, name));
            }
        }
        true
    }

    fn replace_roughly(
        &self,
        labels: &mut LabelSet,
        sources: Option<&BTreeSet<String>>,
        decided: Option<bool>,
    ) {
        if decided == Some(false) {
            return;
        }
        let target = self.written.target_label.as_str();
        if target.contains('$') {
            labels.set_open();
            let names: Vec<String> = labels.iter().map(|(name, _)| name.to_owned()).collect();
            names.iter().for_each(|name| unknown(labels, name));
            return;
        }
        let constant = !self.written.replacement.contains('$');
        let everything = matches!(self.written.regex.as_str(), "(.*)" | ".*");
        let values = match (sources, &self.regex) {
            (Some(sources), Some(regex)) => {
                let each = sources.iter().filter_map(|source| self.replaced(regex, source));
                Some(each.map(|(_, value)| value).collect())
            }
            _ if constant => Some(BTreeSet::from([self.written.replacement.clone()])),
            _ => None,
        };
        // Where the text may not match, the label may stay what it was.
        let may_stay = decided != Some(true) && !everything;
        put(labels, target, values, may_stay);
    }

    /// The texts that the source labels can make together; `None` where not all are known.
    fn sources(&self, labels: &LabelSet) -> Option<BTreeSet<String>> {
        let mut texts = BTreeSet::from([String::new()]);
        for (place, name) in self.written.source_labels.iter().enumerate() {
            let separator = if place == 0 { "" } else { &self.written.separator };
            let mut values: Vec<&str> = Vec::new();
            match labels.get(name) {
                None => values.push(""),
                Some(label) => {
                    if label.presence == Presence::Sometimes {
                        values.push("");
                    }
                    match &label.values {
                        Values::Any => return None,
                        Values::OneOf(known) => values.extend(known.iter().map(String::as_str)),
                    }
                }
            }
            if texts.len() * values.len() > MANY {
                return None;
            }
            let longer = texts.iter().flat_map(|text| {
                values
                    .iter()
                    .map(move |value| format!("{text}{separator}{value}"))
            });
            texts = longer.collect();
        }
        Some(texts)
    }
}

/// Gives a label values; an empty one takes it away. Where it may stay, what it was stays possible.
fn put(labels: &mut LabelSet, name: &str, values: Option<BTreeSet<String>>, may_stay: bool) {
    let before = labels.get(name).cloned();
    let Some(mut values) = values else {
        // Nobody knows the value: it may be empty, too.
        return unknown(labels, name);
    };
    let may_vanish = values.remove("");
    if values.is_empty() && !may_stay {
        labels.exclude(name);
        return;
    }
    let mut label = match may_vanish {
        true => Label::sometimes(Values::OneOf(values)),
        false => Label::always(Values::OneOf(values)),
    };
    if may_stay {
        match before {
            Some(before) => {
                label.values = label.values.either(&before.values);
                if before.presence == Presence::Sometimes {
                    label.presence = Presence::Sometimes;
                }
            }
            None => label.presence = Presence::Sometimes,
        }
    }
    labels.insert(name, label);
}

/// Sets a label where it is there in the new one; keeps what it was where not.
fn set(labels: &mut LabelSet, name: &str, label: Label) {
    let label = match (label.presence, labels.get(name)) {
        (Presence::Sometimes, Some(before)) => Label {
            presence: before.presence,
            values: before.values.either(&label.values),
        },
        _ => label,
    };
    labels.insert(name, label);
}

/// Nothing is known of a label any more.
fn unknown(labels: &mut LabelSet, name: &str) {
    labels.insert(name, Label::UNKNOWN);
}

#[cfg(test)]
mod tests;

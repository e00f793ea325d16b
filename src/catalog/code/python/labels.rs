//! The values that a program in Python gives to labels: calls of `labels(…)`.

use std::collections::{BTreeSet, HashSet};

use tree_sitter::Node;

use super::super::syntax::{Parsed, field};
use super::super::uses::{self, Given};
use super::evaluate::{Arguments, shown};
use super::metrics::{Declared, Found};
use super::modules::{At, Meaning, Modules};
use crate::catalog::metric::Birth;

/// A place that names the method `labels`.
struct Use<'t> {
    at: At<'t>,
    /// What it is called on, where that is a variable or member that holds a metric.
    receiver: Option<String>,
    /// What it is called with; `None` where the method is handed on instead.
    arguments: Option<Arguments<'t>>,
    /// Whether nothing is done with what it returns: the series is created beforehand.
    creates: bool,
}

/// Adds to the metrics where their labels are set, and to which values.
pub(super) fn add_uses<'t>(modules: &Modules<'t>, declared: &mut Declared) {
    let holders: HashSet<String> = declared.found.iter().filter_map(|f| f.name.clone()).collect();
    let uses = calls(modules, &holders);
    for found in &mut declared.found {
        if let Some(names) = found.label_names.clone().filter(|names| !names.is_empty()) {
            add_uses_of(modules, &uses, found, &names);
        }
    }
}

fn add_uses_of<'t>(modules: &Modules<'t>, all: &[Use<'t>], found: &mut Found, names: &[String]) {
    let of_this = all.iter().filter(|one| one.may_be_of(found, names));
    let given = |one: &Use<'t>, place: usize, name: &str| {
        let node = one.arguments.as_ref()?.get(name, Some(place))?;
        let follow = |name: Node<'t>| followed(modules, At { node: name, ..one.at });
        let parsed = modules.list[one.at.module].parsed;
        let possible = texts(modules, At { node, ..one.at });
        Some(Given::new(parsed, node, possible, &follow))
    };
    let uses: Vec<uses::Use> = of_this
        .map(|one| uses::Use {
            sure: one.receiver.is_some(),
            creates: one.creates,
            given: names
                .iter()
                .enumerate()
                .map(|(place, name)| given(one, place, name))
                .collect(),
        })
        .collect();
    if uses.is_empty() {
        // What nothing is seen to set does not exist until something does.
        found.metric.birth = Birth::FirstEvent;
    }
    uses::add(&mut found.metric, names, uses);
}

/// What a name is given, where that is one thing of the same module.
fn followed<'t>(modules: &Modules<'t>, at: At<'t>) -> Option<(&'t Parsed, Node<'t>)> {
    let parsed = modules.list[at.module].parsed;
    match modules.meanings(at, parsed.text(at.node))[..] {
        [(module, Meaning::Value(node))] if module == at.module => Some((parsed, node)),
        _ => None,
    }
}

impl Use<'_> {
    /// Whether it may be a use of this metric: by name, or, where nobody knows what it is called on, by the number
    /// and the names of the labels.
    fn may_be_of(&self, found: &Found, names: &[String]) -> bool {
        if self.receiver.is_some() {
            return self.receiver == found.name;
        }
        let Some(arguments) = &self.arguments else {
            return true;
        };
        let given = arguments.by_place.len() + arguments.by_name.len();
        let fits = given == names.len() && arguments.by_name.iter().all(|(name, _)| names.contains(name));
        arguments.open || fits
    }
}

/// All places that name the method.
fn calls<'t>(modules: &Modules<'t>, holders: &HashSet<String>) -> Vec<Use<'t>> {
    let mut uses = Vec::new();
    for (module, one) in modules.list.iter().enumerate() {
        if !one.parsed.file.text().contains("labels") {
            continue;
        }
        one.parsed.walk(|node| {
            let method = field(node, "attribute").filter(|_| node.kind() == "attribute");
            if method.is_none_or(|name| one.parsed.text(name) != "labels") {
                return;
            }
            let at = At { module, node };
            let call = node.parent().filter(|parent| {
                parent.kind() == "call" && field(*parent, "function").is_some_and(|f| f.id() == node.id())
            });
            let parent = call.and_then(|call| call.parent());
            uses.push(Use {
                at,
                receiver: receiver(modules, at).filter(|name| holders.contains(name)),
                arguments: call.and_then(|call| Arguments::of(one.parsed, call)),
                creates: parent.is_some_and(|parent| parent.kind() == "expression_statement"),
            });
        });
    }
    uses
}

/// The name of what a method is called on, where it cannot be an argument that anything may be given for.
fn receiver<'t>(modules: &Modules<'t>, at: At<'t>) -> Option<String> {
    let parsed = modules.list[at.module].parsed;
    let object: Node<'t> = field(at.node, "object")?;
    match object.kind() {
        "identifier" => {
            let name = parsed.text(object);
            let meanings = modules.meanings(at, name);
            let fixed = |meaning: &Meaning<'_>| matches!(meaning, Meaning::Value(_) | Meaning::Imported(..));
            meanings
                .iter()
                .all(|(_, meaning)| fixed(meaning))
                .then(|| name.to_owned())
        }
        "attribute" => Some(parsed.text(field(object, "attribute")?).to_owned()),
        _ => None,
    }
}

/// The texts that an expression can be as a label's value.
fn texts<'t>(modules: &Modules<'t>, at: At<'t>) -> Option<BTreeSet<String>> {
    modules.possible(at)?.values().iter().map(shown).collect()
}

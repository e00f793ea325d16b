//! The values that a program in Go gives to labels: `WithLabelValues(…)`, `With(prometheus.Labels{…})`.

use std::collections::{BTreeSet, HashSet};

use tree_sitter::Node;

use super::super::syntax::{Parsed, children, field};
use super::super::uses::{self, Given};
use super::super::value::Value;
use super::evaluate::{At, Packages};
use crate::catalog::metric::Metric;

/// A metric and what it goes by in the program.
pub(super) struct Found {
    pub(super) metric: Metric,
    /// The variable or member that holds it; `None` where it is put elsewhere.
    pub(super) holder: Option<String>,
    /// Its variable labels in the order in which they are given values; `None` where they are not known.
    pub(super) label_names: Option<Vec<String>>,
}

/// A place that chooses a series of a metric.
struct Use<'t> {
    at: At<'t>,
    /// What it is called on, where that holds a metric.
    receiver: Option<String>,
    /// What it is called with; `None` where that is not known.
    arguments: Option<Arguments<'t>>,
    creates: bool,
}

enum Arguments<'t> {
    /// `WithLabelValues(…)`: in the order of the names.
    ByPlace(Vec<Node<'t>>),
    /// `With(prometheus.Labels{…})`.
    ByName(Vec<(String, At<'t>)>),
}

/// The methods that take values in the order of the names.
const BY_PLACE: [&str; 2] = ["WithLabelValues", "GetMetricWithLabelValues"];
/// Those that take them by name.
const BY_NAME: [&str; 2] = ["With", "GetMetricWith"];
/// Those that give some values and leave the others to whoever uses what they return.
const SOME: [&str; 2] = ["CurryWith", "MustCurryWith"];

/// Adds to the metrics where their labels are set, and to which values.
pub(super) fn add_uses<'t>(packages: &Packages<'t>, all: &mut [Found]) {
    let holders: HashSet<String> = all.iter().filter_map(|found| found.holder.clone()).collect();
    let mut calls = Vec::new();
    for (file, one) in packages.files.iter().enumerate() {
        one.parsed
            .walk(|node| calls.extend(call(packages, At { file, node }, &holders)));
    }
    for found in all {
        let Some(names) = found.label_names.clone() else {
            continue;
        };
        let of_this = calls.iter().filter(|one| one.may_be_of(found, &names));
        let uses: Vec<uses::Use> = of_this
            .map(|one| uses::Use {
                sure: one.receiver.is_some(),
                creates: one.creates,
                given: one.given(packages, &names),
            })
            .collect();
        uses::add(&mut found.metric, &names, uses);
    }
}

/// The choice that a node makes, be it a call or a method that is handed on.
fn call<'t>(packages: &Packages<'t>, at: At<'t>, holders: &HashSet<String>) -> Option<Use<'t>> {
    if at.node.kind() != "selector_expression" {
        return None;
    }
    let parsed = packages.files[at.file].parsed;
    let method = parsed.text(field(at.node, "field")?);
    let (by_place, by_name) = (BY_PLACE.contains(&method), BY_NAME.contains(&method));
    if !(by_place || by_name || SOME.contains(&method)) || packages.library_name(at).is_some() {
        return None;
    }
    let call = at.node.parent().filter(|parent| {
        parent.kind() == "call_expression"
            && field(*parent, "function").is_some_and(|f| f.id() == at.node.id())
    });
    let given = call.and_then(|call| field(call, "arguments"));
    let given: Option<Vec<Node<'t>>> = given.map(|list| children(list).collect());
    let arguments = given.and_then(|given| match (by_place, by_name) {
        (true, _) => {
            let spread = given.iter().any(|node| node.kind() == "variadic_argument");
            (!spread).then_some(Arguments::ByPlace(given))
        }
        (_, true) => {
            let node = *given.first()?;
            Some(Arguments::ByName(packages.entries(At { node, ..at })?))
        }
        _ => None,
    });
    let object = field(at.node, "operand")?;
    let receiver = match object.kind() {
        "identifier" => Some(parsed.text(object)),
        "selector_expression" => field(object, "field").map(|name| parsed.text(name)),
        _ => None,
    };
    let parent = call.and_then(|call| call.parent());
    Some(Use {
        at,
        receiver: receiver.filter(|name| holders.contains(*name)).map(str::to_owned),
        arguments,
        creates: parent.is_some_and(|parent| matches!(parent.kind(), "expression_statement" | "block")),
    })
}

impl<'t> Use<'t> {
    /// Whether it may be of this metric: by name, or, where nobody knows what it is called on, by the number or the
    /// names of the labels.
    fn may_be_of(&self, found: &Found, names: &[String]) -> bool {
        if self.receiver.is_some() {
            return self.receiver == found.holder;
        }
        match &self.arguments {
            None => true,
            Some(Arguments::ByPlace(given)) => given.len() == names.len(),
            Some(Arguments::ByName(given)) => {
                given.len() == names.len() && given.iter().all(|(name, _)| names.contains(name))
            }
        }
    }

    fn given(&self, packages: &Packages<'t>, names: &[String]) -> Vec<Option<Given>> {
        let argument = |place: usize, name: &String| match self.arguments.as_ref()? {
            Arguments::ByPlace(given) => Some(At {
                node: *given.get(place)?,
                ..self.at
            }),
            Arguments::ByName(given) => {
                let found = given.iter().find(|(other, _)| other == name)?;
                Some(found.1)
            }
        };
        let places = names.iter().enumerate();
        places
            .map(|(place, name)| argument(place, name).map(|at| one(packages, at)))
            .collect()
    }
}

fn one<'t>(packages: &Packages<'t>, at: At<'t>) -> Given {
    let text = packages.value(at).and_then(|value| match value {
        Value::Text(text) => Some(BTreeSet::from([text])),
        _ => None,
    });
    let follow = |node: Node<'t>| -> Option<(&'t Parsed, Node<'t>)> {
        let given = packages.named(At { node, ..at })?;
        (given.file == at.file).then_some((packages.files[at.file].parsed, given.node))
    };
    Given::new(packages.files[at.file].parsed, at.node, text, &follow)
}

/// The variable or member that a value is given to.
pub(super) fn holder(parsed: &Parsed, value: Node<'_>) -> Option<String> {
    let mut node = value;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "parenthesized_expression" => node = parent,
            "literal_element" => {
                let pair = parent.parent().filter(|pair| pair.kind() == "keyed_element")?;
                return field(pair, "key").map(|key| parsed.text(key).to_owned());
            }
            "expression_list" => {
                let place = children(parent).position(|one| one.id() == node.id())?;
                let statement = parent.parent()?;
                let name = match field(statement, "left") {
                    Some(list) => children(list).nth(place)?,
                    None => {
                        let mut cursor = statement.walk();
                        statement.children_by_field_name("name", &mut cursor).nth(place)?
                    }
                };
                let name = field(name, "field").unwrap_or(name);
                return Some(parsed.text(name).to_owned());
            }
            _ => return None,
        }
    }
}

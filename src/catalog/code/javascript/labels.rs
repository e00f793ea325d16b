//! The values that a program in JavaScript gives to labels: `labels(…)`, and the objects that `inc`, `dec`, `set`,
//! `observe` and `startTimer` take.

use std::collections::{BTreeSet, HashSet};

use tree_sitter::Node;

use super::super::syntax::{Parsed, children, field};
use super::super::uses::{self, Given};
use super::super::value::Value;
use super::evaluate::{At, Modules};
use crate::catalog::metric::Metric;

/// A metric and what it goes by in the program.
pub(super) struct Found {
    pub(super) metric: Metric,
    /// The variable or member that holds it; `None` where it is put elsewhere.
    pub(super) holder: Option<String>,
    /// Its labels in the order in which `labels(…)` takes them; `None` where they are not known.
    pub(super) label_names: Option<Vec<String>>,
}

/// A call that chooses a series.
struct Use<'t> {
    at: At<'t>,
    receiver: Option<String>,
    arguments: Arguments<'t>,
}

enum Arguments<'t> {
    /// In the order of the names.
    ByPlace(Vec<Node<'t>>),
    /// An object.
    ByName(At<'t>),
    /// Not known.
    Unknown,
}

const METHODS: [&str; 6] = ["labels", "inc", "dec", "set", "observe", "startTimer"];

/// Adds to the metrics where their labels are set, and to which values.
pub(super) fn add_uses<'t>(modules: &Modules<'t>, all: &mut [Found]) {
    let holders: HashSet<String> = all.iter().filter_map(|found| found.holder.clone()).collect();
    let mut calls = Vec::new();
    for (module, one) in modules.list.iter().enumerate() {
        one.parsed
            .walk(|node| calls.extend(call(modules, At { module, node }, &holders)));
    }
    for found in all {
        let Some(names) = found.label_names.clone() else {
            continue;
        };
        let of_this = calls.iter().filter(|one| one.may_be_of(modules, found, &names));
        let uses: Vec<uses::Use> = of_this
            .map(|one| uses::Use {
                sure: one.receiver.is_some(),
                creates: false,
                given: one.given(modules, &names),
            })
            .collect();
        uses::add(&mut found.metric, &names, uses);
    }
}

fn call<'t>(modules: &Modules<'t>, at: At<'t>, holders: &HashSet<String>) -> Option<Use<'t>> {
    let function = field(at.node, "function").filter(|_| at.node.kind() == "call_expression")?;
    let parsed = modules.list[at.module].parsed;
    let method = parsed.text(field(function, "property")?);
    if !METHODS.contains(&method) {
        return None;
    }
    let object = field(function, "object")?;
    if chooses_first(parsed, object) {
        // `x.labels(…).inc()`: the labels are given before.
        return None;
    }
    let name = match object.kind() {
        "identifier" => Some(parsed.text(object)),
        "member_expression" => field(object, "property").map(|name| parsed.text(name)),
        _ => None,
    };
    let given: Vec<Node<'t>> = children(field(at.node, "arguments")?).collect();
    let first = given.first().copied();
    let by_name = first.and_then(|node| modules.object(At { node, ..at }));
    let arguments = match (by_name, method) {
        // What ends the timer may give more.
        (_, "startTimer") => Arguments::Unknown,
        (Some(object), _) if modules.is_open(object) => Arguments::Unknown,
        (Some(object), _) => Arguments::ByName(object),
        (None, "labels") if given.iter().all(|node| node.kind() != "spread_element") => {
            Arguments::ByPlace(given)
        }
        _ => Arguments::Unknown,
    };
    let receiver = name.filter(|name| holders.contains(*name)).map(str::to_owned);
    // Of other things than metrics there are many with such methods.
    let is_one = receiver.is_some() || method == "labels" || matches!(arguments, Arguments::ByName(_));
    is_one.then_some(Use {
        at,
        receiver,
        arguments,
    })
}

/// Whether an expression is a call of `labels`.
fn chooses_first(parsed: &Parsed, object: Node<'_>) -> bool {
    let function = field(object, "function").filter(|_| object.kind() == "call_expression");
    let method = function.and_then(|function| field(function, "property"));
    method.is_some_and(|name| parsed.text(name) == "labels")
}

impl<'t> Use<'t> {
    /// Whether it may be of this metric: by name, or, where nobody knows what it is called on, by the number or the
    /// names of the labels.
    fn may_be_of(&self, modules: &Modules<'t>, found: &Found, names: &[String]) -> bool {
        if self.receiver.is_some() {
            return self.receiver == found.holder;
        }
        match &self.arguments {
            Arguments::Unknown => true,
            Arguments::ByPlace(given) => given.len() == names.len(),
            Arguments::ByName(object) => {
                let count = children(object.node).count();
                count == names.len() && names.iter().all(|name| modules.property(*object, name).is_some())
            }
        }
    }

    fn given(&self, modules: &Modules<'t>, names: &[String]) -> Vec<Option<Given>> {
        let argument = |place: usize, name: &str| match &self.arguments {
            Arguments::Unknown => None,
            Arguments::ByPlace(given) => Some(At {
                node: *given.get(place)?,
                ..self.at
            }),
            Arguments::ByName(object) => modules.property(*object, name),
        };
        let places = names.iter().enumerate();
        places
            .map(|(place, name)| argument(place, name).map(|at| one(modules, at)))
            .collect()
    }
}

fn one<'t>(modules: &Modules<'t>, at: At<'t>) -> Given {
    let text = modules.value(at).and_then(|value| match value {
        Value::Text(text) => Some(BTreeSet::from([text])),
        Value::Whole(number) => Some(BTreeSet::from([number.to_string()])),
        _ => None,
    });
    let parsed = modules.list[at.module].parsed;
    let follow = |node: Node<'t>| {
        let given = modules.given(At { node, ..at })?;
        (given.module == at.module).then_some((parsed, given.node))
    };
    Given::new(parsed, at.node, text, &follow)
}

/// The variable or member that a value is given to.
pub(super) fn holder(parsed: &Parsed, value: Node<'_>) -> Option<String> {
    let parent = value.parent()?;
    let name = match parent.kind() {
        "as_expression" | "satisfies_expression" | "parenthesized_expression" => {
            return holder(parsed, parent);
        }
        "variable_declarator" | "public_field_definition" => field(parent, "name")?,
        "assignment_expression" => field(parent, "left")?,
        "pair" => field(parent, "key")?,
        _ => return None,
    };
    let name = field(name, "property").unwrap_or(name);
    Some(parsed.text(name).trim_matches(['"', '\'']).to_owned())
}

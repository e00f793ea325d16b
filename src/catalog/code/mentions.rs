//! Whether a program does anything with a metric once it is declared: whether the name that holds it is mentioned
//! anywhere but where it is given its meaning, imported, exported, or registered.

use std::collections::HashSet;

use tree_sitter::Node;

use super::syntax::{Parsed, field};
use crate::catalog::metric::Touched;

/// The names that files mention.
#[derive(Default)]
pub(super) struct Mentions {
    names: HashSet<String>,
    /// Whether things are reached by names that are put together while the program runs.
    dynamic: bool,
}

/// What reaches things by the text of their names.
const DYNAMIC: [&str; 5] = ["getattr", "globals", "vars", "__dict__", "locals"];

/// The functions and methods that only make a metric known to a registry.
const REGISTERING: [&str; 4] = ["MustRegister", "Register", "registerMetric", "register"];

impl Mentions {
    /// The names that these files mention.
    pub(super) fn of<'t>(files: impl IntoIterator<Item = &'t Parsed>) -> Mentions {
        let mut mentions = Mentions::default();
        for parsed in files {
            parsed.walk(|node| {
                let is_name = matches!(
                    node.kind(),
                    "identifier"
                        | "field_identifier"
                        | "property_identifier"
                        | "private_property_identifier"
                        | "shorthand_property_identifier"
                );
                if !is_name {
                    return;
                }
                let name = parsed.text(node);
                mentions.dynamic |= DYNAMIC.contains(&name);
                if !mentions.names.contains(name) && !only_names(parsed, node) {
                    mentions.names.insert(name.to_owned());
                }
            });
        }
        mentions
    }

    /// Whether something is done with what a name holds.
    pub(super) fn touched(&self, holder: Option<&str>) -> Touched {
        match holder {
            Some(name) if self.names.contains(name) => Touched::Somewhere,
            Some(_) if !self.dynamic => Touched::Never,
            _ => Touched::Unknown,
        }
    }
}

/// Whether a name stands where it is given a meaning, or handed on without being used.
fn only_names(parsed: &Parsed, name: Node<'_>) -> bool {
    let mut node = name;
    let mut parent = node.parent();
    // `self.x`, `m.x`: what is given a meaning is the member.
    while let Some(member) = parent {
        let is_member = ["attribute", "field", "property"]
            .iter()
            .any(|of| field(member, of).is_some_and(|part| part.id() == node.id()));
        let wraps = matches!(
            member.kind(),
            "expression_list"
                | "dotted_name"
                | "aliased_import"
                | "literal_element"
                | "argument_list"
                | "arguments"
        );
        if !is_member && !wraps {
            break;
        }
        node = member;
        parent = member.parent();
    }
    let Some(parent) = parent else { return false };
    let is = |of: &str| field(parent, of).is_some_and(|part| part.id() == node.id());
    match parent.kind() {
        "assignment"
        | "named_expression"
        | "assignment_statement"
        | "assignment_expression"
        | "short_var_declaration" => is("left") || is("name"),
        "import_statement"
        | "import_from_statement"
        | "import_specifier"
        | "export_specifier"
        | "field_declaration" => true,
        "var_spec" | "const_spec" | "variable_declarator" | "public_field_definition" => is("name"),
        "keyed_element" | "pair" => is("key"),
        "object" => exported(parsed, parent),
        "call" | "call_expression" => is("arguments") && registers(parsed, parent),
        _ => false,
    }
}

/// Whether an object is what a module exports: `module.exports = { … }`.
fn exported(parsed: &Parsed, object: Node<'_>) -> bool {
    let left = object.parent().and_then(|parent| field(parent, "left"));
    left.is_some_and(|left| parsed.text(left) == "module.exports")
}

fn registers(parsed: &Parsed, call: Node<'_>) -> bool {
    let function = field(call, "function").map(|function| parsed.text(function));
    let last = function.and_then(|name| name.rsplit('.').next());
    last.is_some_and(|name| REGISTERING.contains(&name))
}

//! What expressions of JavaScript are worth, where constants of the project decide it.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use tree_sitter::Node;

use super::super::syntax::{Parsed, children, field, unescape};
use super::super::value::{Value, exponential};

/// How far an expression is followed into its parts and the names in it.
const DEEPEST: usize = 40;

/// How many buckets a function may make.
const MANY: i64 = 1000;

const LIBRARY: &str = "prom-client";

/// The modules of a project.
pub(super) struct Modules<'t> {
    pub(super) list: Vec<Module<'t>>,
}

/// A module. Scopes are not told apart: a name that is given something twice in a file counts as unknown.
pub(super) struct Module<'t> {
    pub(super) parsed: &'t Parsed,
    names: HashMap<String, Meaning<'t>>,
}

/// What a name stands for.
#[derive(Clone)]
enum Meaning<'t> {
    Value(Node<'t>),
    /// A whole module.
    Module(String),
    /// Something of a module.
    Imported(String, String),
    Anything,
}

/// A node with the module that it is in.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) module: usize,
    pub(super) node: Node<'t>,
}

impl<'t> Module<'t> {
    fn new(parsed: &'t Parsed) -> Self {
        let mut module = Module {
            parsed,
            names: HashMap::new(),
        };
        parsed.walk(|node| module.note(node));
        module
    }

    fn note(&mut self, node: Node<'t>) {
        match node.kind() {
            "import_statement" => {
                if let Some(path) = field(node, "source").and_then(|path| self.string(path)) {
                    for clause in children(node).filter(|child| child.kind() == "import_clause") {
                        self.import(clause, &path);
                    }
                }
            }
            "variable_declarator" => {
                let (Some(name), value) = (field(node, "name"), field(node, "value")) else {
                    return;
                };
                let required = value.and_then(|value| self.required(value));
                match (name.kind(), required, value) {
                    ("identifier", Some(path), _) => self.add(name, Meaning::Module(path)),
                    ("identifier", None, Some(value)) => self.add(name, Meaning::Value(value)),
                    ("object_pattern", Some(path), _) => self.destructure(name, &path),
                    _ => self.anything(name),
                }
            }
            "assignment_expression" | "augmented_assignment_expression" => {
                if let Some(left) = field(node, "left") {
                    self.anything(left);
                }
            }
            "required_parameter" | "optional_parameter" | "for_in_statement" => {
                if let Some(name) = field(node, "pattern").or_else(|| field(node, "left")) {
                    self.anything(name);
                }
            }
            _ => {}
        }
    }

    fn import(&mut self, clause: Node<'t>, path: &str) {
        for part in children(clause) {
            match part.kind() {
                "identifier" => {
                    let meaning = Meaning::Module(path.to_owned());
                    self.add(part, meaning);
                }
                "namespace_import" => {
                    if let Some(name) = children(part).next() {
                        self.add(name, Meaning::Module(path.to_owned()));
                    }
                }
                "named_imports" => {
                    for one in children(part) {
                        if let Some(name) = field(one, "name") {
                            let known_as = field(one, "alias").unwrap_or(name);
                            let imported = self.parsed.text(name).to_owned();
                            self.add(known_as, Meaning::Imported(path.to_owned(), imported));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// `const { Counter, Gauge: G } = require('prom-client')`.
    fn destructure(&mut self, pattern: Node<'t>, path: &str) {
        for part in children(pattern) {
            let (name, known_as) = match part.kind() {
                "shorthand_property_identifier_pattern" => (Some(part), Some(part)),
                "pair_pattern" => (field(part, "key"), field(part, "value")),
                _ => (None, None),
            };
            if let (Some(name), Some(known_as)) = (name, known_as) {
                let imported = self.parsed.text(name).to_owned();
                self.add(known_as, Meaning::Imported(path.to_owned(), imported));
            }
        }
    }

    /// The path of `require('path')`.
    fn required(&self, node: Node<'t>) -> Option<String> {
        let function = field(node, "function").filter(|_| node.kind() == "call_expression")?;
        let argument = children(field(node, "arguments")?).next()?;
        (self.parsed.text(function) == "require").then(|| self.string(argument))?
    }

    fn string(&self, node: Node<'t>) -> Option<String> {
        let text = self.parsed.text(node);
        let inside = text.get(1..text.len().checked_sub(1)?)?;
        (node.kind() == "string").then(|| unescape(inside))
    }

    fn add(&mut self, name: Node<'t>, meaning: Meaning<'t>) {
        let name = self.parsed.text(name).to_owned();
        let meaning = if self.names.contains_key(&name) {
            Meaning::Anything
        } else {
            meaning
        };
        self.names.insert(name, meaning);
    }

    /// All names in a pattern can be anything.
    fn anything(&mut self, pattern: Node<'t>) {
        let mut waiting = vec![pattern];
        while let Some(node) = waiting.pop() {
            match node.kind() {
                "identifier" | "shorthand_property_identifier_pattern" => self.add(node, Meaning::Anything),
                // A member of something is no name.
                "member_expression" | "subscript_expression" => {}
                _ => waiting.extend(children(node)),
            }
        }
    }
}

impl<'t> Modules<'t> {
    pub(super) fn new(parsed: &'t [Parsed]) -> Self {
        Modules {
            list: parsed.iter().map(Module::new).collect(),
        }
    }

    fn text(&self, at: At<'t>) -> &'t str {
        self.list[at.module].parsed.text(at.node)
    }

    fn meaning(&self, at: At<'t>) -> Option<&Meaning<'t>> {
        self.list[at.module].names.get(self.text(at))
    }

    /// The project's module that an import in another one names: `./metrics`, with any ending, or the index of a
    /// folder.
    fn find(&self, from: usize, path: &str) -> Option<usize> {
        if !path.starts_with('.') {
            return None;
        }
        let folder = self.list[from]
            .parsed
            .file
            .path()
            .parent()
            .unwrap_or(Path::new(""));
        let wanted = tidy(&folder.join(path));
        self.list.iter().position(|module| {
            let own = module.parsed.file.path();
            let bare = own.with_extension("");
            let is_index = bare.file_name().is_some_and(|name| name == "index");
            own == wanted || bare == wanted || is_index && bare.parent() == Some(&wanted)
        })
    }

    /// What of the library an expression is: `Counter`, `client.Counter`. Names that other modules hand on count.
    pub(super) fn library_name(&self, at: At<'t>) -> Option<String> {
        self.library_name_within(at, DEEPEST)
    }

    fn library_name_within(&self, at: At<'t>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match at.node.kind() {
            "identifier" => match self.meaning(at)? {
                Meaning::Imported(path, name) if path == LIBRARY => Some(name.clone()),
                Meaning::Value(node) if node.kind() == "member_expression" => {
                    self.library_name_within(At { node: *node, ..at }, depth)
                }
                _ => None,
            },
            "member_expression" => {
                let object = At {
                    node: field(at.node, "object")?,
                    ..at
                };
                let name = field(at.node, "property")?;
                match self.meaning(object)? {
                    Meaning::Module(path) if path == LIBRARY => {
                        Some(self.text(At { node: name, ..at }).to_owned())
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The expression behind names, parentheses and what only the compiler sees.
    fn follow(&self, at: At<'t>, depth: usize) -> Option<At<'t>> {
        let depth = depth.checked_sub(1)?;
        match at.node.kind() {
            "as_expression" | "satisfies_expression" | "parenthesized_expression" | "non_null_expression" => {
                let node = children(at.node).next()?;
                self.follow(At { node, ..at }, depth)
            }
            // `Object.freeze(x)`
            "call_expression"
                if field(at.node, "function")
                    .is_some_and(|node| self.text(At { node, ..at }) == "Object.freeze") =>
            {
                let node = children(field(at.node, "arguments")?).next()?;
                self.follow(At { node, ..at }, depth)
            }
            "identifier" | "shorthand_property_identifier" => {
                let found = self.named(at.module, self.text(at), depth)?;
                self.follow(found, depth)
            }
            "member_expression" if self.library_name(at).is_none() => {
                let object = At {
                    node: field(at.node, "object")?,
                    ..at
                };
                let name = self.text(At {
                    node: field(at.node, "property")?,
                    ..at
                });
                if let Some(Meaning::Module(path)) = self.meaning(object) {
                    let module = self.find(at.module, path)?;
                    return self.follow(self.named(module, name, depth)?, depth);
                }
                let object = self.follow(object, depth).filter(|o| o.node.kind() == "object")?;
                self.follow(self.property(object, name)?, depth)
            }
            _ => Some(at),
        }
    }

    /// What a name is given.
    pub(super) fn given(&self, at: At<'t>) -> Option<At<'t>> {
        self.named(at.module, self.text(at), DEEPEST)
    }

    /// What a name is given in a module, or in the one that it is imported from.
    fn named(&self, module: usize, name: &str, depth: usize) -> Option<At<'t>> {
        let depth = depth.checked_sub(1)?;
        match self.list[module].names.get(name)? {
            Meaning::Value(node) => Some(At { module, node: *node }),
            Meaning::Imported(path, name) => self.named(self.find(module, path)?, name, depth),
            _ => None,
        }
    }

    /// The object literal that an expression is.
    pub(super) fn object(&self, at: At<'t>) -> Option<At<'t>> {
        self.follow(at, DEEPEST).filter(|at| at.node.kind() == "object")
    }

    /// Whether an object literal takes in others.
    pub(super) fn is_open(&self, object: At<'t>) -> bool {
        children(object.node).any(|part| part.kind() == "spread_element")
    }

    /// The property of an object literal.
    pub(super) fn property(&self, object: At<'t>, name: &str) -> Option<At<'t>> {
        let inside = |node: Node<'t>| At { node, ..object };
        children(object.node).find_map(|part| match part.kind() {
            "pair" => {
                let key = self.text(inside(field(part, "key")?));
                let key = key.trim_matches(['"', '\'']);
                let value = field(part, "value")?;
                (key == name).then(|| inside(value))
            }
            "shorthand_property_identifier" => (self.text(inside(part)) == name).then(|| inside(part)),
            _ => None,
        })
    }

    /// Whether an object literal has a method: `{ collect() { … } }`.
    pub(super) fn has_method(&self, object: At<'t>, name: &str) -> bool {
        let methods = children(object.node).filter(|part| part.kind() == "method_definition");
        let mut names = methods.filter_map(|method| field(method, "name"));
        names.any(|node| self.text(At { node, ..object }) == name)
    }

    /// The value of an expression.
    pub(super) fn value(&self, at: At<'t>) -> Option<Value> {
        self.evaluate(at, DEEPEST)
    }

    fn evaluate(&self, at: At<'t>, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        if self.text(at) == "Infinity" {
            return Some(Value::Number(f64::INFINITY));
        }
        let at = self.follow(at, depth)?;
        let part = |node: Node<'t>| self.evaluate(At { node, ..at }, depth);
        match at.node.kind() {
            "string" => self.list[at.module].string(at.node).map(Value::Text),
            "template_string" => {
                let mut text = String::new();
                for piece in children(at.node) {
                    match piece.kind() {
                        "template_substitution" => match part(children(piece).next()?)? {
                            Value::Text(inside) => text.push_str(&inside),
                            Value::Whole(number) => text.push_str(&number.to_string()),
                            _ => return None,
                        },
                        _ => text.push_str(&unescape(self.text(At { node: piece, ..at }))),
                    }
                }
                Some(Value::Text(text))
            }
            "number" => {
                let written = self.text(at).replace('_', "");
                let whole = written.parse().ok().map(Value::Whole);
                whole.or_else(|| written.parse().ok().map(Value::Number))
            }
            "array" => {
                let mut elements = Vec::new();
                for element in children(at.node) {
                    match element.kind() {
                        "spread_element" => match part(children(element).next()?)? {
                            Value::List(more) => elements.extend(more),
                            _ => return None,
                        },
                        _ => elements.push(part(element)),
                    }
                }
                Some(Value::List(elements))
            }
            "binary_expression" => {
                let left = part(field(at.node, "left")?)?;
                let right = part(field(at.node, "right")?)?;
                let operator = self.text(At {
                    node: field(at.node, "operator")?,
                    ..at
                });
                operation(&left, operator, &right)
            }
            "call_expression" => {
                let function = At {
                    node: field(at.node, "function")?,
                    ..at
                };
                let values: Option<Vec<Value>> = children(field(at.node, "arguments")?).map(part).collect();
                self.buckets(&self.library_name(function)?, &values?)
            }
            _ => None,
        }
    }

    /// The buckets that a function of the library makes.
    fn buckets(&self, function: &str, arguments: &[Value]) -> Option<Value> {
        let [start, step, Value::Whole(count)] = arguments else {
            return None;
        };
        let (start, step) = (start.number()?, step.number()?);
        if !(1..=MANY).contains(count) {
            return None;
        }
        let bounds: Vec<f64> = match function {
            "linearBuckets" => (0..*count).map(|at| start + at as f64 * step).collect(),
            "exponentialBuckets" => exponential(start, step, *count),
            _ => return None,
        };
        Some(Value::List(
            bounds.into_iter().map(|n| Some(Value::Number(n))).collect(),
        ))
    }
}

fn operation(left: &Value, operator: &str, right: &Value) -> Option<Value> {
    if let (Value::Text(a), "+", Value::Text(b)) = (left, operator, right) {
        return Some(Value::Text(format!("{a}{b}")));
    }
    let number = |value: &Value| match value {
        Value::Whole(_) | Value::Number(_) => value.number(),
        _ => None,
    };
    let (a, b) = (number(left)?, number(right)?);
    Some(Value::Number(match operator {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" if b != 0.0 => a / b,
        _ => return None,
    }))
}

/// A path without `.` and `..` in it.
fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if tidied.file_name().is_some() => {
                tidied.pop();
            }
            part => tidied.push(part),
        }
    }
    tidied
}

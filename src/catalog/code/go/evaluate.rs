//! What expressions of Go are worth, where constants and variables of the project decide it.

use std::collections::HashMap;
use std::path::Path;

use tree_sitter::Node;

use super::super::syntax::{Parsed, children, field, unescape};
use super::super::value::{Value, exponential};
use super::{DEFAULT_BUCKETS, full_name};

/// How far an expression is followed into its parts and the names in it.
const DEEPEST: usize = 40;

/// How many buckets a function may make.
const MANY: i64 = 1000;

/// The import path of the library.
const LIBRARY: &str = "github.com/prometheus/client_golang/prometheus";

/// The packages of a project.
pub(super) struct Packages<'t> {
    pub(super) files: Vec<File<'t>>,
}

/// A file with the names in it.
pub(super) struct File<'t> {
    pub(super) parsed: &'t Parsed,
    folder: &'t Path,
    /// What names of packages stand for: their import paths.
    imports: HashMap<String, String>,
    /// What names are given, by the function that they are in (the number of its node, zero outside); nothing where
    /// they change.
    names: HashMap<(usize, String), Option<Node<'t>>>,
}

/// A node with the file that it is in.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) file: usize,
    pub(super) node: Node<'t>,
}

impl<'t> File<'t> {
    fn new(parsed: &'t Parsed) -> Self {
        let mut file = File {
            parsed,
            folder: parsed.file.path().parent().unwrap_or(Path::new("")),
            imports: HashMap::new(),
            names: HashMap::new(),
        };
        parsed.walk(|node| file.note(node));
        file
    }

    fn note(&mut self, node: Node<'t>) {
        match node.kind() {
            "import_spec" => {
                let Some(path) = field(node, "path") else { return };
                let path = self.parsed.text(path).trim_matches(['"', '`']).to_owned();
                let last = path.rsplit('/').next().unwrap_or_default();
                let name = field(node, "name").map_or(last, |name| self.parsed.text(name));
                self.imports.insert(name.to_owned(), path.clone());
            }
            "const_spec" | "var_spec" | "short_var_declaration" => {
                let values = field(node, "value").or_else(|| field(node, "right"));
                let values: Vec<Node<'t>> = values.map_or_else(Vec::new, |list| children(list).collect());
                let names: Vec<Node<'t>> = match field(node, "left") {
                    Some(list) => children(list).collect(),
                    None => {
                        let mut cursor = node.walk();
                        node.children_by_field_name("name", &mut cursor).collect()
                    }
                };
                for (at, name) in names.iter().enumerate() {
                    let value = values.get(at).copied().filter(|_| values.len() == names.len());
                    self.add(*name, value);
                }
            }
            "assignment_statement" => {
                for name in field(node, "left").into_iter().flat_map(children) {
                    self.add(name, None);
                }
            }
            "parameter_declaration" | "range_clause" => {
                let list = field(node, "left").unwrap_or(node);
                for name in children(list).filter(|name| name.kind() == "identifier") {
                    self.add(name, None);
                }
            }
            _ => {}
        }
    }

    /// A name with what it is given. One that is given something twice changes.
    fn add(&mut self, name: Node<'t>, value: Option<Node<'t>>) {
        let key = (function_of(name), self.parsed.text(name).to_owned());
        let value = if self.names.contains_key(&key) {
            None
        } else {
            value
        };
        self.names.insert(key, value);
    }
}

/// The number of the function that a node is in; zero outside of functions.
fn function_of(node: Node<'_>) -> usize {
    let mut upwards = std::iter::successors(Some(node), |node| node.parent());
    let functions = ["function_declaration", "method_declaration", "func_literal"];
    let found = upwards.find(|node| functions.contains(&node.kind()));
    found.map_or(0, |node| node.id())
}

impl<'t> Packages<'t> {
    pub(super) fn new(parsed: &'t [Parsed]) -> Self {
        Packages {
            files: parsed.iter().map(File::new).collect(),
        }
    }

    fn text(&self, at: At<'t>) -> &'t str {
        self.files[at.file].parsed.text(at.node)
    }

    /// What a name of a package of the library stands for, such as `prometheus.CounterOpts`; `None` for others.
    pub(super) fn library_name(&self, at: At<'t>) -> Option<&'t str> {
        let (package, name) = match at.node.kind() {
            "qualified_type" => (field(at.node, "package")?, field(at.node, "name")?),
            "selector_expression" => (field(at.node, "operand")?, field(at.node, "field")?),
            _ => return None,
        };
        let package = self.text(At { node: package, ..at });
        let path = self.files[at.file].imports.get(package)?;
        let ours = path == LIBRARY || path.strip_prefix(LIBRARY).is_some_and(|rest| rest == "/promauto");
        ours.then(|| self.text(At { node: name, ..at }))
    }

    /// Whether a call is one of a function of the library itself.
    pub(super) fn is_library(&self, call: At<'t>) -> bool {
        let function = field(call.node, "function");
        function.is_some_and(|node| self.library_name(At { node, ..call }).is_some())
    }

    /// Whether a composite literal is one of the library's options.
    pub(super) fn is_options(&self, literal: At<'t>) -> bool {
        let kind = field(literal.node, "type");
        let name = kind.and_then(|node| self.library_name(At { node, ..literal }));
        name.is_some_and(|name| name.ends_with("Opts"))
    }

    /// The composite literal that an expression is.
    pub(super) fn literal(&self, at: At<'t>) -> Option<At<'t>> {
        self.follow(at, DEEPEST)
            .filter(|at| at.node.kind() == "composite_literal")
    }

    /// The expression behind names, parentheses and `&`.
    fn follow(&self, at: At<'t>, depth: usize) -> Option<At<'t>> {
        let depth = depth.checked_sub(1)?;
        match at.node.kind() {
            "literal_element" | "parenthesized_expression" | "variadic_argument" => {
                let node = children(at.node).next()?;
                self.follow(At { node, ..at }, depth)
            }
            "unary_expression" if self.text(at).starts_with('&') => {
                let node = field(at.node, "operand")?;
                self.follow(At { node, ..at }, depth)
            }
            "identifier" => self.follow(self.named(at)?, depth),
            "selector_expression" if self.library_name(at).is_none() => {
                let package = self.text(At {
                    node: field(at.node, "operand")?,
                    ..at
                });
                let name = self.text(At {
                    node: field(at.node, "field")?,
                    ..at
                });
                let path = self.files[at.file].imports.get(package)?;
                self.follow(self.exported(path, name)?, depth)
            }
            _ => Some(at),
        }
    }

    /// What a name is given: in its function, else in its package.
    pub(super) fn named(&self, at: At<'t>) -> Option<At<'t>> {
        let name = self.text(at).to_owned();
        let file = &self.files[at.file];
        if let Some(local) = file.names.get(&(function_of(at.node), name.clone())) {
            return local.map(|node| At { node, ..at });
        }
        self.in_folder(file.folder, &name)
    }

    fn in_folder(&self, folder: &Path, name: &str) -> Option<At<'t>> {
        let key = (0, name.to_owned());
        let files = self.files.iter().enumerate();
        let mut found = files
            .filter(|(_, file)| file.folder == folder)
            .filter_map(|(at, file)| Some((at, file.names.get(&key)?)));
        let (file, node) = found.next()?;
        (*node).map(|node| At { file, node })
    }

    /// A name of a package of the project: the only folder that the import path ends in.
    fn exported(&self, path: &str, name: &str) -> Option<At<'t>> {
        let last = path.rsplit('/').next()?;
        let mut folders: Vec<&Path> = self
            .files
            .iter()
            .map(|file| file.folder)
            .filter(|folder| folder.file_name().is_some_and(|own| own == last))
            .collect();
        folders.sort();
        folders.dedup();
        match folders[..] {
            [folder] => self.in_folder(folder, name),
            _ => None,
        }
    }

    /// The member of a composite literal.
    pub(super) fn member(&self, literal: At<'t>, name: &str) -> Option<At<'t>> {
        let body = field(literal.node, "body")?;
        let pairs = children(body).filter(|pair| pair.kind() == "keyed_element");
        for pair in pairs {
            let key = field(pair, "key")?;
            if self.text(At { node: key, ..literal }) == name {
                let node = field(pair, "value")?;
                return Some(At { node, ..literal });
            }
        }
        None
    }

    /// The keys of a map literal.
    pub(super) fn keys(&self, at: At<'t>) -> Option<Vec<Value>> {
        let literal = self.literal(at)?;
        let pairs = children(field(literal.node, "body")?);
        pairs
            .map(|pair| {
                let node = field(pair, "key")?;
                self.value(At { node, ..literal })
            })
            .collect()
    }

    /// The entries of a map literal, nothing being an empty one; `None` where not all keys are known.
    pub(super) fn entries(&self, at: At<'t>) -> Option<Vec<(String, At<'t>)>> {
        let at = self.follow(at, DEEPEST)?;
        if at.node.kind() == "nil" {
            return Some(Vec::new());
        }
        let body = field(at.node, "body").filter(|_| at.node.kind() == "composite_literal")?;
        children(body)
            .map(|pair| {
                let (key, node) = (field(pair, "key")?, field(pair, "value")?);
                let Some(Value::Text(name)) = self.value(At { node: key, ..at }) else {
                    return None;
                };
                Some((name, At { node, ..at }))
            })
            .collect()
    }

    /// The value of an expression.
    pub(super) fn value(&self, at: At<'t>) -> Option<Value> {
        self.evaluate(at, DEEPEST)
    }

    fn evaluate(&self, at: At<'t>, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let at = self.follow(at, depth)?;
        let part = |node: Node<'t>| self.evaluate(At { node, ..at }, depth);
        match at.node.kind() {
            "interpreted_string_literal" => {
                let text = self.text(at);
                let inside = text.strip_prefix('"')?.strip_suffix('"')?;
                Some(Value::Text(unescape(inside)))
            }
            "raw_string_literal" => {
                let text = self.text(at);
                Some(Value::Text(text.strip_prefix('`')?.strip_suffix('`')?.to_owned()))
            }
            "int_literal" => self.text(at).replace('_', "").parse().ok().map(Value::Whole),
            "float_literal" => self.text(at).replace('_', "").parse().ok().map(Value::Number),
            "nil" => Some(Value::Nothing),
            "unary_expression" => {
                let number = part(field(at.node, "operand")?)?.number()?;
                self.text(at).starts_with('-').then_some(Value::Number(-number))
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
            "composite_literal" => {
                let is_list = field(at.node, "type").is_some_and(|kind| {
                    matches!(
                        kind.kind(),
                        "slice_type" | "array_type" | "implicit_length_array_type"
                    )
                });
                let body = field(at.node, "body").filter(|_| is_list)?;
                Some(Value::List(children(body).map(part).collect()))
            }
            "selector_expression" => match self.library_name(at)? {
                "DefBuckets" => {
                    let bounds = DEFAULT_BUCKETS.iter().map(|bound| Some(Value::Number(*bound)));
                    Some(Value::List(bounds.collect()))
                }
                _ => None,
            },
            "call_expression" => self.call(at, depth),
            _ => None,
        }
    }

    fn call(&self, at: At<'t>, depth: usize) -> Option<Value> {
        let function = field(at.node, "function")?;
        let values: Option<Vec<Value>> = children(field(at.node, "arguments")?)
            .map(|node| self.evaluate(At { node, ..at }, depth))
            .collect();
        let values = values?;
        let function = At { node: function, ..at };
        if self.text(function) == "append" {
            let (first, rest) = values.split_first()?;
            let Value::List(elements) = first else { return None };
            // `append(a, b...)` gives a list: it is spread out.
            let rest = rest.iter().flat_map(|value| match value {
                Value::List(more) => more.clone(),
                other => vec![Some(other.clone())],
            });
            return Some(Value::List(elements.iter().cloned().chain(rest).collect()));
        }
        let number = |place: usize| values.get(place).and_then(Value::number);
        let count = |place: usize| match values.get(place) {
            Some(Value::Whole(count)) if (1..=MANY).contains(count) => Some(*count),
            _ => None,
        };
        let numbers = match self.library_name(function)? {
            "BuildFQName" => {
                let texts: Option<Vec<&str>> = values.iter().map(Value::text).collect();
                return match texts?[..] {
                    [namespace, subsystem, name] => Some(Value::Text(full_name(namespace, subsystem, name))),
                    _ => None,
                };
            }
            "LinearBuckets" => linear(number(0)?, number(1)?, count(2)?),
            "ExponentialBuckets" => exponential(number(0)?, number(1)?, count(2)?),
            "ExponentialBucketsRange" => {
                let (least, most, count) = (number(0)?, number(1)?, count(2)?);
                let factor = (most / least).powf(1.0 / (count - 1).max(1) as f64);
                (0..count).map(|at| least * factor.powf(at as f64)).collect()
            }
            _ => return None,
        };
        Some(Value::List(
            numbers.into_iter().map(|n| Some(Value::Number(n))).collect(),
        ))
    }
}

/// Buckets of the same width: added up as the library does it, so that the bounds are the same to the last bit.
fn linear(start: f64, width: f64, count: i64) -> Vec<f64> {
    let mut bound = start;
    let next = |_| {
        let this = bound;
        bound += width;
        this
    };
    (0..count).map(next).collect()
}

fn operation(left: &Value, operator: &str, right: &Value) -> Option<Value> {
    match (left, operator, right) {
        (Value::Text(a), "+", Value::Text(b)) => Some(Value::Text(format!("{a}{b}"))),
        (Value::Whole(a), "+", Value::Whole(b)) => a.checked_add(*b).map(Value::Whole),
        (Value::Whole(a), "-", Value::Whole(b)) => a.checked_sub(*b).map(Value::Whole),
        (Value::Whole(a), "*", Value::Whole(b)) => a.checked_mul(*b).map(Value::Whole),
        // Whole numbers are divided as whole numbers in Go: whether these are is not known for constants without type.
        (Value::Whole(_), "/", Value::Whole(_)) => None,
        (Value::Whole(_) | Value::Number(_), _, Value::Whole(_) | Value::Number(_)) => {
            let (a, b) = (left.number()?, right.number()?);
            Some(Value::Number(match operator {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" if b != 0.0 => a / b,
                _ => return None,
            }))
        }
        _ => None,
    }
}

//! The modules of a project, their scopes, and what names mean in them.

use std::collections::HashMap;

use tree_sitter::Node;

use super::super::syntax::{Parsed, children, field};

/// The modules of a project.
pub(super) struct Modules<'t> {
    pub(super) list: Vec<Module<'t>>,
}

/// A module.
pub(super) struct Module<'t> {
    pub(super) parsed: &'t Parsed,
    /// Its path without ending, piece by piece: `app`, `metrics`.
    parts: Vec<String>,
    /// What names mean, by scope (the number of its node) and name.
    names: HashMap<(usize, String), Vec<Meaning<'t>>>,
}

/// A node with the module that it is in.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) module: usize,
    pub(super) node: Node<'t>,
}

/// What a name was made to mean somewhere in its scope.
#[derive(Clone)]
pub(super) enum Meaning<'t> {
    /// The value of an expression.
    Value(Node<'t>),
    /// An element of what a loop goes through.
    Element(Node<'t>),
    /// A module.
    Module(Import),
    /// Something of a module.
    Imported(Import, String),
    /// A class of this scope.
    Class(Node<'t>),
    /// Anything: an argument, a part of a pattern, a variable that changes.
    Anything,
}

/// The module that an import names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// Whether the path begins at the folder of the project rather than anywhere on Python's path.
    anchored: bool,
    parts: Vec<String>,
}

impl Import {
    /// The first piece of the path: the package.
    pub(super) fn package(&self) -> &str {
        self.parts.first().map_or("", String::as_str)
    }

    fn child(&self, name: &str) -> Import {
        let mut parts = self.parts.clone();
        parts.push(name.to_owned());
        Import {
            anchored: self.anchored,
            parts,
        }
    }
}

impl<'t> Modules<'t> {
    pub(super) fn new(parsed: &'t [Parsed]) -> Self {
        Modules {
            list: parsed.iter().map(Module::new).collect(),
        }
    }

    /// The project's module that an import names: the only one whose path is, or ends in, what is written.
    pub(super) fn find(&self, import: &Import) -> Option<usize> {
        let fits = |module: &Module<'_>| match import.anchored {
            true => module.parts == import.parts,
            false => module.parts.ends_with(&import.parts),
        };
        let mut fitting = self.list.iter().enumerate().filter(|(_, m)| fits(m));
        let (first, _) = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }

    /// What a name means at a node: all its meanings in the nearest scope that has any, with the module that they
    /// are in. Names that are imported from modules of the project are followed to where they are made.
    pub(super) fn meanings(&self, at: At<'t>, name: &str) -> Vec<(usize, Meaning<'t>)> {
        let module = &self.list[at.module];
        let mut scope = Some(scope_of(at.node));
        let mut inner = true;
        while let Some(node) = scope {
            // The names of a class are seen in its body alone, not in its methods.
            let visible = inner || node.kind() != "class_definition";
            if visible && let Some(found) = module.names.get(&(node.id(), name.to_owned())) {
                return found
                    .iter()
                    .flat_map(|m| self.followed(at.module, m.clone(), 0))
                    .collect();
            }
            inner = false;
            scope = node.parent().map(scope_of);
        }
        Vec::new()
    }

    /// The meanings that a name has among those of a scope.
    pub(super) fn members(&self, module: usize, scope: Node<'t>, name: &str) -> Vec<(usize, Meaning<'t>)> {
        let found = self.list[module].names.get(&(scope.id(), name.to_owned()));
        let found = found.map(Vec::as_slice).unwrap_or_default();
        found
            .iter()
            .flat_map(|m| self.followed(module, m.clone(), 0))
            .collect()
    }

    /// Follows imports within the project; chains of them are short, and may be circles.
    fn followed(&self, module: usize, meaning: Meaning<'t>, depth: usize) -> Vec<(usize, Meaning<'t>)> {
        const LONGEST_CHAIN: usize = 8;
        let Meaning::Imported(import, name) = &meaning else {
            return vec![(module, meaning)];
        };
        if self.find(&import.child(name)).is_some() {
            return vec![(module, Meaning::Module(import.child(name)))];
        }
        let Some(source) = self.find(import) else {
            return vec![(module, meaning)];
        };
        if depth == LONGEST_CHAIN {
            return vec![(module, Meaning::Anything)];
        }
        let root = self.list[source].parsed.root();
        match self.list[source].names.get(&(root.id(), name.clone())) {
            Some(found) => {
                let found = found.iter();
                found
                    .flat_map(|m| self.followed(source, m.clone(), depth + 1))
                    .collect()
            }
            None => vec![(source, Meaning::Anything)],
        }
    }
}

impl<'t> Module<'t> {
    fn new(parsed: &'t Parsed) -> Self {
        let path = parsed.file.path().with_extension("");
        let mut parts: Vec<String> = path
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let is_package = parts.last().is_some_and(|last| last == "__init__");
        if is_package {
            parts.pop();
        }
        let mut module = Module {
            parsed,
            parts,
            names: HashMap::new(),
        };
        let mut changed_elsewhere = Vec::new();
        parsed.walk(|node| module.note(node, is_package, &mut changed_elsewhere));
        // A name that some function declares `global` or `nonlocal` can be anything in the scopes around it.
        for ((_, name), meanings) in &mut module.names {
            if changed_elsewhere.contains(name) {
                meanings.push(Meaning::Anything);
            }
        }
        module
    }

    /// Notes what a node makes names mean.
    fn note(&mut self, node: Node<'t>, is_package: bool, changed_elsewhere: &mut Vec<String>) {
        match node.kind() {
            "assignment" => {
                if let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) {
                    self.bind(left, Meaning::Value(right));
                }
            }
            "named_expression" => {
                if let (Some(left), Some(right)) = (field(node, "name"), field(node, "value")) {
                    self.bind(left, Meaning::Value(right));
                }
            }
            "for_statement" | "for_in_clause" => {
                if let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) {
                    self.bind(left, Meaning::Element(right));
                }
            }
            "augmented_assignment" => {
                if let Some(left) = field(node, "left") {
                    self.bind(left, Meaning::Anything);
                }
            }
            "parameters" | "lambda_parameters" => {
                for parameter in children(node) {
                    // The scope of a parameter is the function whose child the list is.
                    let name = match parameter.kind() {
                        "identifier" => Some(parameter),
                        _ => field(parameter, "name").or_else(|| children(parameter).next()),
                    };
                    if let Some(name) = name {
                        self.bind(name, Meaning::Anything);
                    }
                }
            }
            "as_pattern_target" | "case_pattern" | "delete_statement" => {
                children(node).for_each(|part| self.bind(part, Meaning::Anything));
            }
            "global_statement" | "nonlocal_statement" => {
                changed_elsewhere.extend(children(node).map(|name| self.parsed.text(name).to_owned()));
            }
            "function_definition" | "class_definition" => {
                if let Some(name) = field(node, "name") {
                    let meaning = match node.kind() {
                        "class_definition" => Meaning::Class(node),
                        _ => Meaning::Anything,
                    };
                    let scope = node.parent().map_or(node, scope_of);
                    self.add(scope, name, meaning);
                }
            }
            "import_statement" => {
                for item in children(node) {
                    self.import_module(item);
                }
            }
            "import_from_statement" => self.import_names(node, is_package),
            _ => {}
        }
    }

    /// `import a.b`, `import a.b as c`.
    fn import_module(&mut self, item: Node<'t>) {
        let anchored = false;
        match item.kind() {
            "aliased_import" => {
                if let (Some(path), Some(alias)) = (field(item, "name"), field(item, "alias")) {
                    let parts = self.dotted(path);
                    self.bind(alias, Meaning::Module(Import { anchored, parts }));
                }
            }
            "dotted_name" => {
                if let Some(first) = children(item).next() {
                    let parts = vec![self.parsed.text(first).to_owned()];
                    self.bind(first, Meaning::Module(Import { anchored, parts }));
                }
            }
            _ => {}
        }
    }

    /// `from a.b import c, d as e`.
    fn import_names(&mut self, node: Node<'t>, is_package: bool) {
        let Some(path) = field(node, "module_name") else {
            return;
        };
        let import = match path.kind() {
            "relative_import" => self.relative(path, is_package),
            _ => Import {
                anchored: false,
                parts: self.dotted(path),
            },
        };
        for item in children(node).filter(|child| child.id() != path.id()) {
            let (name, known_as) = match item.kind() {
                "aliased_import" => match (field(item, "name"), field(item, "alias")) {
                    (Some(name), Some(alias)) => (name, alias),
                    _ => continue,
                },
                "dotted_name" => (item, item),
                _ => continue,
            };
            let name = self.parsed.text(name).to_owned();
            let known_as = children(known_as).next().unwrap_or(known_as);
            self.bind(known_as, Meaning::Imported(import.clone(), name));
        }
    }

    /// `..a`: one folder up for every dot but the first.
    fn relative(&self, path: Node<'t>, is_package: bool) -> Import {
        let mut parts = self.parts.clone();
        let dots = children(path)
            .find(|child| child.kind() == "import_prefix")
            .map_or(1, |prefix| self.parsed.text(prefix).matches('.').count());
        let up = if is_package { dots - 1 } else { dots };
        parts.truncate(parts.len().saturating_sub(up));
        if let Some(rest) = children(path).find(|child| child.kind() == "dotted_name") {
            parts.extend(self.dotted(rest));
        }
        Import {
            anchored: true,
            parts,
        }
    }

    fn dotted(&self, node: Node<'t>) -> Vec<String> {
        self.parsed
            .text(node)
            .split('.')
            .map(|part| part.trim().to_owned())
            .collect()
    }

    /// Gives the names of a pattern a meaning. The parts of a pattern can be anything.
    fn bind(&mut self, target: Node<'t>, meaning: Meaning<'t>) {
        match target.kind() {
            "identifier" => self.add(scope_of(target), target, meaning),
            "attribute" | "subscript" => {
                // `self.x = …` in a method: a member of the class.
                let object = field(target, "object").map(|object| self.parsed.text(object));
                let member = field(target, "attribute");
                if let (Some("self" | "cls"), Some(member)) = (object, member)
                    && let Some(class) = class_of(target)
                {
                    self.add(class, member, meaning);
                }
            }
            _ => {
                let mut waiting: Vec<Node<'t>> = children(target).collect();
                while let Some(part) = waiting.pop() {
                    match part.kind() {
                        "identifier" => self.add(scope_of(part), part, Meaning::Anything),
                        _ => waiting.extend(children(part)),
                    }
                }
            }
        }
    }

    fn add(&mut self, scope: Node<'t>, name: Node<'t>, meaning: Meaning<'t>) {
        let name = self.parsed.text(name).to_owned();
        self.names.entry((scope.id(), name)).or_default().push(meaning);
    }
}

/// The function, class or module that a node belongs to, itself where it is one.
pub(super) fn scope_of(node: Node<'_>) -> Node<'_> {
    let scopes = ["function_definition", "lambda", "class_definition", "module"];
    enclosing(node, &scopes).unwrap_or(node)
}

/// The class that a node is in.
pub(super) fn class_of(node: Node<'_>) -> Option<Node<'_>> {
    enclosing(node, &["class_definition"])
}

/// The nearest node of these kinds, from a node upwards.
fn enclosing<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    let mut upwards = std::iter::successors(Some(node), |node| node.parent());
    upwards.find(|node| kinds.contains(&node.kind()))
}

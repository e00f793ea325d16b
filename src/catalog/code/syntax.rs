//! Syntax trees with the file that they are of.

use std::sync::Arc;

use tree_sitter::{Node, Parser, Tree};

use crate::diagnostic::Location;
use crate::source::SourceFile;

/// A file that was parsed.
pub(super) struct Parsed {
    /// The file.
    pub(super) file: Arc<SourceFile>,
    tree: Tree,
}

impl Parsed {
    /// Parses a file; `None` where the grammar does not fit the parser, or gives up, and for files that are nested
    /// deeper than people write: to find the parent of a node takes longer the deeper it is.
    pub(super) fn new(file: &Arc<SourceFile>, language: &tree_sitter::Language) -> Option<Parsed> {
        let mut parser = Parser::new();
        parser.set_language(language).ok()?;
        let tree = parser.parse(file.text(), None)?;
        is_shallow(&tree).then(|| Parsed {
            file: file.clone(),
            tree,
        })
    }

    /// The root of the tree.
    pub(super) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// The text of a node.
    pub(super) fn text(&self, node: Node<'_>) -> &str {
        self.file.text().get(node.byte_range()).unwrap_or_default()
    }

    /// The place of a node.
    pub(super) fn location(&self, node: Node<'_>) -> Location {
        Location::new(&self.file, node.byte_range())
    }

    /// Goes through all named nodes, a parent before its children; without recursion, for files of any depth.
    pub(super) fn walk<'t>(&'t self, mut visit: impl FnMut(Node<'t>)) {
        let mut waiting = vec![self.root()];
        while let Some(node) = waiting.pop() {
            visit(node);
            let first = waiting.len();
            waiting.extend(children(node));
            waiting[first..].reverse();
        }
    }
}

/// Whether no node is nested deeper than people write.
fn is_shallow(tree: &Tree) -> bool {
    const DEEPEST: u32 = 500;
    let mut cursor = tree.walk();
    loop {
        if cursor.depth() > DEEPEST {
            return false;
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return true;
            }
        }
    }
}

/// The named children of a node, comments left out.
pub(super) fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor = node.walk();
    let all: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
    all.into_iter().filter(|child| child.kind() != "comment")
}

/// The child of a node in a field.
pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// The text that the escapes of a string literal stand for, those that C, Python, Go and JavaScript share; an
/// escape that is not known stays as it is.
pub(super) fn unescape(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('\n') => {}
            Some(quoted @ ('\\' | '\'' | '"' | '`')) => text.push(quoted),
            Some(other) => {
                text.push('\\');
                text.push(other);
            }
            None => text.push('\\'),
        }
    }
    text
}

//! Reads a template, with Go's messages for what is wrong with it.
//!
//! Go stops at the first error. So that an author sees more than one, this parser goes on behind the action
//! that is wrong, and for unknown functions and variables even within it. The first error is always Go's.
//! After an action that could not be read, blocks that seem to be open or closed wrongly are not reported,
//! since the unreadable action may have been what opened or closed them.

mod blocks;
mod number;
mod pipeline;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::functions::FunctionSet;
use crate::lexer::{self, Kind, Token};
use crate::scope::Scope;
use crate::syntax::{Body, Op, Program};

use blocks::{Definition, Open};

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Go's message, such as `template: __alert_X:1: function "foo" not defined`.
    pub message: String,
    /// The message without the name of the template and the line.
    pub reason: String,
    /// Where in the text it is, in bytes.
    pub range: Range<usize>,
    /// The action that opened the block in question, where there is one.
    pub opened: Option<Range<usize>>,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// Reads a template, or returns everything that is wrong with it, in the order in which it was found.
pub(crate) fn parse(name: &str, source: &str, functions: &FunctionSet) -> Result<Program, Vec<ParseError>> {
    let (program, errors) = parse_leniently(name, source, functions);
    if errors.is_empty() {
        Ok(program)
    } else {
        Err(errors)
    }
}

/// Reads what can be read. With errors, the program is good for looking at, not for running.
pub(crate) fn parse_leniently(
    name: &str,
    source: &str,
    functions: &FunctionSet,
) -> (Program, Vec<ParseError>) {
    let mut parser = Parser {
        name,
        source,
        functions,
        tokens: lexer::tokens(source),
        newlines: source.match_indices('\n').map(|(at, _)| at).collect(),
        at: 0,
        furthest: 0,
        action: None,
        started: None,
        depth: 0,
        trees: vec![Tree::new(name)],
        definitions: Vec::new(),
        bodies: Vec::new(),
        index: HashMap::new(),
        errors: Vec::new(),
        unknown: HashSet::new(),
        derailed: false,
    };
    parser.template();
    let program = Program {
        source: source.to_owned(),
        name: name.to_owned(),
        functions: *functions,
        index: parser.index,
        bodies: parser.bodies,
    };
    (program, parser.errors)
}

/// The action cannot be read further; the error is recorded.
struct Abort;

type Parsed<T> = Result<T, Abort>;

/// The body of a template while it is being read.
struct Tree {
    name: String,
    ops: Vec<Op>,
    /// The variables declared so far.
    variables: Scope<()>,
    /// The blocks that are open.
    open: Vec<Open>,
    /// How many `range`s can be broken out of here.
    ranges: usize,
}

impl Tree {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ops: Vec::new(),
            variables: Scope::new("$", ()),
            open: Vec::new(),
            ranges: 0,
        }
    }
}

impl From<Tree> for Body {
    fn from(tree: Tree) -> Self {
        Self {
            name: tree.name,
            ops: tree.ops,
        }
    }
}

struct Parser<'s> {
    name: &'s str,
    source: &'s str,
    functions: &'s FunctionSet,
    tokens: Vec<Token>,
    /// Where the lines of the source end.
    newlines: Vec<usize>,
    /// The next token.
    at: usize,
    /// The last token that was looked at, whose line Go reports.
    furthest: usize,
    /// The token that opened the current action.
    action: Option<usize>,
    /// The token whose line Go names as the beginning of an action that cannot be read. A block keeps it until
    /// another action ends inside of it.
    started: Option<usize>,
    /// How many parentheses are open.
    depth: usize,
    /// The template being read; inside `define` and `block`, also those around it.
    trees: Vec<Tree>,
    /// The `define`s and `block`s that are open, one for each tree but the first.
    definitions: Vec<Definition>,
    bodies: Vec<Body>,
    /// Where each body is.
    index: HashMap<String, usize>,
    errors: Vec<ParseError>,
    /// Unknown names that are already reported.
    unknown: HashSet<String>,
    /// An action could not be read.
    derailed: bool,
}

impl<'s> Parser<'s> {
    fn tree(&mut self) -> &mut Tree {
        let last = self.trees.len() - 1;
        &mut self.trees[last]
    }

    fn peek(&mut self) -> &Token {
        self.furthest = self.furthest.max(self.at);
        &self.tokens[self.at]
    }

    fn peek_kind(&mut self) -> Kind {
        self.peek().kind
    }

    /// The index of the next token, which is consumed, except that the end stays where it is.
    fn next(&mut self) -> usize {
        let index = self.at;
        self.furthest = self.furthest.max(index);
        if index + 1 < self.tokens.len() {
            self.at += 1;
        }
        index
    }

    fn skip_spaces(&mut self) {
        while self.peek_kind() == Kind::Space {
            self.next();
        }
    }

    fn peek_past_spaces(&mut self) -> Kind {
        self.skip_spaces();
        self.peek_kind()
    }

    fn next_past_spaces(&mut self) -> usize {
        self.skip_spaces();
        self.next()
    }

    fn kind(&self, index: usize) -> Kind {
        self.tokens[index].kind
    }

    fn text(&self, index: usize) -> &'s str {
        self.tokens[index].text(self.source)
    }

    fn line_of(&self, offset: usize) -> usize {
        1 + self.newlines.partition_point(|&newline| newline < offset)
    }

    /// Records an error on the line that Go reports: that of the last token looked at.
    fn error(&mut self, reason: impl Into<String>, range: Range<usize>) {
        let line = self.line_of(self.tokens[self.furthest].start);
        self.error_on_line(reason.into(), range, line);
    }

    fn error_on_line(&mut self, reason: String, range: Range<usize>, line: usize) {
        self.errors.push(ParseError {
            message: format!("template: {}:{line}: {reason}", self.name),
            reason,
            range,
            opened: None,
        });
    }

    /// Records an error that makes the rest of the action unreadable.
    fn fail<T>(&mut self, reason: impl Into<String>, range: Range<usize>) -> Parsed<T> {
        self.error(reason, range);
        Err(Abort)
    }

    /// Fails because of a token that does not belong where it is.
    fn unexpected<T>(&mut self, index: usize, context: &str) -> Parsed<T> {
        let token = self.tokens[index].clone();
        let shown = token.describe(self.source);
        if token.kind != Kind::Error {
            return self.fail(format!("unexpected {shown} in {context}"), token.range());
        }
        let line = self.line_of(token.start);
        let mut range = token.error.map_or(token.start..token.end, |error| error.range);
        let mut reason = shown;
        if let Some(opening) = self.started {
            let started = self.line_of(self.tokens[opening].start);
            if started != line {
                let begin = if reason.ends_with(" action") {
                    ""
                } else {
                    " in action"
                };
                reason.push_str(&format!("{begin} started at {}:{started}", self.name));
            }
        }
        if let Some(action) = self.action
            && range.is_empty()
        {
            range = self.tokens[action].start..range.end;
        }
        self.fail(reason, range)
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Parsed<usize> {
        let index = self.next_past_spaces();
        if self.kind(index) == kind {
            Ok(index)
        } else {
            self.unexpected(index, context)
        }
    }

    /// Reads to the end of the text.
    fn template(&mut self) {
        loop {
            match self.peek_past_spaces() {
                Kind::Eof => break,
                Kind::Text => {
                    let index = self.next();
                    let range = self.tokens[index].range();
                    self.tree().ops.push(Op::Text(range));
                }
                Kind::LeftDelim => {
                    self.action = Some(self.next());
                    self.started = self.action;
                    if self.action().is_err() {
                        self.recover();
                    }
                    self.action = None;
                }
                _ => {
                    let index = self.next();
                    if self.unexpected::<()>(index, "input").is_err() {
                        self.recover();
                    }
                }
            }
        }
        self.finish();
    }

    /// Goes behind the action that could not be read.
    fn recover(&mut self) {
        self.derailed = true;
        self.depth = 0;
        while !matches!(self.peek_kind(), Kind::RightDelim | Kind::Eof) {
            self.next();
        }
        if self.peek_kind() == Kind::RightDelim {
            self.next();
        }
    }

    /// Whether a body is nothing but white space.
    fn is_empty(&self, ops: &[Op]) -> bool {
        ops.iter().all(|op| match op {
            Op::Text(range) => self.source[range.clone()].trim().is_empty(),
            _ => false,
        })
    }

    /// Adds a finished body to the known ones.
    fn add(&mut self, tree: Tree, range: Range<usize>) {
        let body = Body::from(tree);
        match self.index.get(&body.name).copied() {
            None => {
                self.index.insert(body.name.clone(), self.bodies.len());
                self.bodies.push(body);
            }
            Some(known) if self.is_empty(&self.bodies[known].ops) => self.bodies[known] = body,
            Some(_) if self.is_empty(&body.ops) => {}
            Some(_) => {
                let name = crate::strconv::quote_str(&body.name);
                self.error(format!("template: multiple definition of template {name}"), range);
            }
        }
    }
}

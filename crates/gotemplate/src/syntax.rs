//! A parsed template: pipelines as trees, control flow as a flat list of instructions.
//!
//! The list has jumps instead of nested lists, so a template may nest `if` and `range` as deep as it likes
//! without costing anybody's stack. Pipelines in parentheses do nest; the parser bounds their depth.
//!
//! Every part keeps `at`, the offset that Go reports for it, which is not always where it begins: for
//! `.Labels.job` Go names the offset of `.job`.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use crate::functions::FunctionSet;
use crate::strconv;

/// A whole template with those that it defines.
#[derive(Debug)]
pub(crate) struct Program {
    /// The text that all offsets refer to.
    pub(crate) source: String,
    /// The template's name, which is the file name in messages.
    pub(crate) name: String,
    /// What it may call.
    pub(crate) functions: FunctionSet,
    pub(crate) bodies: Vec<Body>,
    /// Where each body is; the template itself is there by its own name.
    pub(crate) index: HashMap<String, usize>,
}

impl Program {
    pub(crate) fn body(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }
}

/// A template with a name: the main one or a `define`d one.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) name: String,
    pub(crate) ops: Vec<Op>,
}

/// An instruction. Positions (`otherwise`, `end`) are indexes into the body.
#[derive(Debug)]
pub(crate) enum Op {
    /// Writes a part of the source.
    Text(Range<usize>),
    /// Evaluates, and prints unless the pipeline declares or assigns.
    Action(Pipe),
    /// Opens a scope; goes to `otherwise` if the value is false.
    If {
        pipe: Pipe,
        otherwise: usize,
    },
    /// Like [`Op::If`], but the value becomes the dot.
    With {
        pipe: Pipe,
        otherwise: usize,
    },
    /// Opens a scope and runs what follows for each element, or goes to `otherwise` if there is none.
    Range {
        pipe: Pipe,
        otherwise: usize,
        end: usize,
    },
    /// The end of a first branch.
    Else {
        end: usize,
    },
    /// Closes a scope.
    End,
    Break,
    Continue,
    Template(Call),
}

/// `{{template "name" pipeline}}`
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) at: usize,
    pub(crate) name: String,
    pub(crate) pipe: Option<Pipe>,
}

/// `$a, $b := command | command`
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    pub(crate) at: usize,
    pub(crate) declared: Vec<Name>,
    /// The variables exist already: `=` rather than `:=`.
    pub(crate) assigns: bool,
    pub(crate) commands: Vec<Command>,
}

/// A word and where it stands, without the dot before a field.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

/// A function or value with its arguments.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) at: usize,
    /// Never empty.
    pub(crate) words: Vec<Expr>,
}

/// An operand.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) at: usize,
    pub(crate) range: Range<usize>,
    pub(crate) kind: ExprKind,
}

/// What an operand is.
#[derive(Debug)]
pub(crate) enum ExprKind {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    /// The value; the literal is in the source.
    Str {
        value: Vec<u8>,
        literal: String,
    },
    /// `.a.b`
    Field(Vec<Name>),
    /// `$x.a.b`
    Variable(Name, Vec<Name>),
    /// `(pipeline).a.b` or `function.a.b`
    Chain(Box<Expr>, Vec<Name>),
    Function(Name),
    Pipe(Box<Pipe>),
}

impl ExprKind {
    /// Whether it can stand only at the beginning of a pipeline, since it cannot take the value before it.
    pub(crate) fn is_literal(&self) -> bool {
        matches!(
            self,
            ExprKind::Bool(_) | ExprKind::Dot | ExprKind::Nil | ExprKind::Number(_) | ExprKind::Str { .. }
        )
    }
}

/// A numeric constant, in every type that can hold it exactly.
#[derive(Clone, Debug, Default)]
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
}

/// A part of a template that a message can point to.
#[derive(Clone, Copy)]
pub(crate) enum Node<'t> {
    Action(&'t Pipe),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Expr(&'t Expr),
    Call(&'t Call),
}

impl Node<'_> {
    pub(crate) fn at(self) -> usize {
        match self {
            Node::Action(pipe) | Node::Pipe(pipe) => pipe.at,
            Node::Command(command) => command.at,
            Node::Expr(expr) => expr.at,
            Node::Call(call) => call.at,
        }
    }
}

impl fmt::Display for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Action(pipe) => write!(f, "{{{{{pipe}}}}}"),
            Node::Pipe(pipe) => write!(f, "{pipe}"),
            Node::Command(command) => write!(f, "{command}"),
            Node::Expr(expr) => write!(f, "{expr}"),
            Node::Call(call) => {
                write!(f, "{{{{template {}", strconv::quote_str(&call.name))?;
                if let Some(pipe) = &call.pipe {
                    write!(f, " {pipe}")?;
                }
                f.write_str("}}")
            }
        }
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, variable) in self.declared.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(f, "{separator}{}", variable.text)?;
        }
        if !self.declared.is_empty() {
            f.write_str(if self.assigns { " = " } else { " := " })?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            let separator = if index > 0 { " | " } else { "" };
            write!(f, "{separator}{command}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.words.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            word.write_in_parentheses(f)?;
        }
        Ok(())
    }
}

impl Expr {
    fn write_in_parentheses(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Pipe(pipe) => write!(f, "({pipe})"),
            _ => write!(f, "{self}"),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = match &self.kind {
            ExprKind::Dot => return f.write_str("."),
            ExprKind::Nil => return f.write_str("nil"),
            ExprKind::Bool(value) => return write!(f, "{value}"),
            ExprKind::Number(number) => return f.write_str(&number.text),
            ExprKind::Str { literal, .. } => return f.write_str(literal),
            ExprKind::Function(name) => return f.write_str(&name.text),
            ExprKind::Pipe(pipe) => return write!(f, "{pipe}"),
            ExprKind::Field(fields) => fields,
            ExprKind::Variable(name, fields) => {
                f.write_str(&name.text)?;
                fields
            }
            ExprKind::Chain(head, fields) => {
                head.write_in_parentheses(f)?;
                fields
            }
        };
        fields.iter().try_for_each(|field| write!(f, ".{}", field.text))
    }
}

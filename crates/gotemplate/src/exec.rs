//! Runs a template: the machine that goes through its instructions.
//!
//! Nesting of blocks and calls of templates live on a stack of scopes, not on that of the process, so that
//! a template may recurse as deep as Go lets it.

mod call;
mod eval;

use std::ops::Range;

use crate::fmt;
use crate::functions::Env;
use crate::strconv;
use crate::syntax::{Call, Node, Op, Pipe, Program};
use crate::types::Kind;
use crate::value::{Slice, Value};

/// How deep templates may call each other, as in Go.
const MAX_CALLS: usize = 100_000;

/// Why a template could not be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecError {
    /// Go's message, such as `template: __alert_X:1:120: executing "__alert_X" at <$value.foo>: …`.
    pub message: String,
    /// The message without the location.
    pub reason: String,
    /// Where in the text Go says that it is, in bytes.
    pub range: Range<usize>,
    /// The template was stopped because it ran too long or wrote too much; Go would have gone on.
    pub limit: bool,
}

impl std::fmt::Display for ExecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ExecError {}

type Executed<T> = Result<T, Box<ExecError>>;

/// Runs the main template of a program.
pub(crate) fn execute(program: &Program, data: Value, env: &mut Env<'_>) -> Executed<Vec<u8>> {
    let mut machine = Machine {
        program,
        env,
        out: Vec::new(),
        body: program.body(&program.name).unwrap_or(0),
        variables: vec![("$", data.clone())],
        base: 0,
        calls: 0,
        scopes: Vec::new(),
        dot: data,
        node: None,
    };
    machine.run()?;
    Ok(machine.out)
}

struct Machine<'t, 'e, 'q> {
    program: &'t Program,
    env: &'e mut Env<'q>,
    out: Vec<u8>,
    /// The body that is running.
    body: usize,
    variables: Vec<(&'t str, Value)>,
    /// Where the variables of the running body begin.
    base: usize,
    calls: usize,
    scopes: Vec<Scope<'t>>,
    dot: Value,
    /// The part of the template that Go would name in a message.
    node: Option<Node<'t>>,
}

/// What to go back to at the end of a block.
enum Scope<'t> {
    Branch {
        /// How many variables there were before.
        variables: usize,
        dot: Value,
    },
    Loop {
        variables: usize,
        dot: Value,
        items: Items,
        /// The index of the next item.
        next: usize,
        /// How many variables there are at the beginning of an iteration.
        inner: usize,
        pipe: &'t Pipe,
        /// The first instruction of the body, and the last of the loop.
        start: usize,
        end: usize,
    },
    Call {
        variables: usize,
        base: usize,
        dot: Value,
        body: usize,
        /// The instruction to go on with.
        at: usize,
    },
}

/// What a `range` goes through.
enum Items {
    /// The numbers below a value.
    Below(Value, u64),
    Slice(Slice),
    Pairs(Vec<(Value, Value)>),
}

impl Items {
    /// Key and element; numbers have no key.
    fn get(&self, index: usize) -> Option<(Value, Value)> {
        match self {
            Items::Below(value, limit) => {
                let number = index as u64;
                if number >= *limit {
                    return None;
                }
                let number = match value {
                    Value::Uint(ty, _) => Value::Uint(*ty, number),
                    Value::Int(ty, _) => Value::Int(*ty, number as i64),
                    _ => Value::length(index),
                };
                Some((Value::Nil, number))
            }
            Items::Slice(slice) => Some((Value::length(index), slice.get(index)?)),
            Items::Pairs(pairs) => pairs.get(index).cloned(),
        }
    }
}

impl<'t> Machine<'t, '_, '_> {
    fn run(&mut self) -> Executed<()> {
        let mut at = 0;
        loop {
            self.count(1)?;
            let Some(op) = self.program.bodies[self.body].ops.get(at) else {
                match self.scopes.pop() {
                    Some(Scope::Call {
                        variables,
                        base,
                        dot,
                        body,
                        at: back,
                    }) => {
                        self.variables.truncate(variables);
                        self.base = base;
                        self.dot = dot;
                        self.body = body;
                        self.calls -= 1;
                        at = back;
                        continue;
                    }
                    _ => return Ok(()),
                }
            };
            at = match op {
                Op::Text(range) => {
                    self.write(&self.program.source.as_bytes()[range.clone()])?;
                    at + 1
                }
                Op::Action(pipe) => {
                    self.node = Some(Node::Action(pipe));
                    let value = self.pipeline(pipe)?;
                    if pipe.declared.is_empty() {
                        self.node = Some(Node::Action(pipe));
                        self.print(value)?;
                    }
                    at + 1
                }
                Op::If { pipe, otherwise } => {
                    let taken = self.branch(pipe)?.truth();
                    if taken { at + 1 } else { *otherwise }
                }
                Op::With { pipe, otherwise } => {
                    let value = self.branch(pipe)?;
                    if value.truth() {
                        self.dot = value;
                        at + 1
                    } else {
                        *otherwise
                    }
                }
                Op::Range { pipe, otherwise, end } => self.range(pipe, at + 1, *otherwise, *end)?,
                Op::Else { end } => self.end_of_branch(*end)?,
                Op::End => self.end_of_branch(at)?,
                Op::Break => self.leave_loop(false)?,
                Op::Continue => self.leave_loop(true)?,
                Op::Template(call) => {
                    self.call_template(call, at + 1)?;
                    0
                }
            };
        }
    }

    fn write(&mut self, text: &[u8]) -> Executed<()> {
        if let Err(reason) = self.env.spend_bytes(text.len()) {
            return self.fail(reason);
        }
        self.out.extend_from_slice(text);
        Ok(())
    }

    fn count(&mut self, steps: u64) -> Executed<()> {
        match self.env.spend_steps(steps) {
            Ok(()) => Ok(()),
            Err(reason) => self.fail(reason),
        }
    }

    /// Fails at the current node.
    fn fail<T>(&self, reason: impl Into<String>) -> Executed<T> {
        let reason = reason.into();
        let name = &self.program.bodies[self.body].name;
        let (message, at) = match self.node {
            None => (format!("template: {name}: {reason}"), 0),
            Some(node) => {
                let at = node.at();
                let before = &self.program.source[..at];
                let line = 1 + before.matches('\n').count();
                let column = at - before.rfind('\n').map_or(0, |newline| newline + 1);
                let file = &self.program.name;
                let shown = strconv::quote_str(name);
                let message =
                    format!("template: {file}:{line}:{column}: executing {shown} at <{node}>: {reason}");
                (message, at)
            }
        };
        Err(Box::new(ExecError {
            message,
            reason,
            range: at..self.end_of_node(at),
            limit: self.env.exceeded,
        }))
    }

    /// Where the node that begins at an offset ends, roughly: before the closing delimiter.
    fn end_of_node(&self, at: usize) -> usize {
        let rest = &self.program.source[at..];
        match self.node {
            Some(Node::Expr(expr)) => expr.range.end.max(at),
            _ => {
                at + rest
                    .find("}}")
                    .map_or(rest.len(), |end| rest[..end].trim_end().len())
            }
        }
    }

    /// Evaluates the pipeline of an `if` or `with` in a new scope.
    fn branch(&mut self, pipe: &'t Pipe) -> Executed<Value> {
        self.scopes.push(Scope::Branch {
            variables: self.variables.len(),
            dot: self.dot.clone(),
        });
        self.pipeline(pipe)
    }

    fn range(&mut self, pipe: &'t Pipe, start: usize, otherwise: usize, end: usize) -> Executed<usize> {
        let variables = self.variables.len();
        let dot = self.dot.clone();
        let (value, _) = self.pipeline(pipe)?.indirect();
        let shown = |value: &Value| {
            let text = fmt::sprint(std::slice::from_ref(value), 1000).unwrap_or_default();
            String::from_utf8_lossy(&text).into_owned()
        };
        let items = match value {
            Value::Nil => None,
            Value::Int(..) | Value::Uint(..) if pipe.declared.len() > 1 => {
                return self.fail(format!(
                    "can't use {} to iterate over more than one variable",
                    shown(&value)
                ));
            }
            Value::Int(_, limit) => Some(Items::Below(value, u64::try_from(limit).unwrap_or(0))),
            Value::Uint(_, limit) => Some(Items::Below(value, limit)),
            Value::Slice(slice) => Some(Items::Slice(slice)),
            Value::Map(map) => {
                let pair = |(key, value): (&crate::value::Bytes, &Value)| {
                    (Value::Str(crate::types::Type::String, key.clone()), value.clone())
                };
                Some(Items::Pairs(map.entries.iter().map(pair).collect()))
            }
            value => return self.fail(format!("range can't iterate over {}", shown(&value))),
        };
        match items {
            Some(items) if items.get(0).is_some() => {
                self.scopes.push(Scope::Loop {
                    variables,
                    dot,
                    items,
                    next: 0,
                    inner: self.variables.len(),
                    pipe,
                    start,
                    end,
                });
                self.iterate()
            }
            _ => {
                self.scopes.push(Scope::Branch { variables, dot });
                Ok(otherwise)
            }
        }
    }

    /// Begins the next iteration of the innermost loop, or leaves it.
    fn iterate(&mut self) -> Executed<usize> {
        let Some(Scope::Loop {
            variables,
            dot,
            items,
            next,
            inner,
            pipe,
            start,
            end,
        }) = self.scopes.last_mut()
        else {
            return Ok(usize::MAX);
        };
        self.variables.truncate(*inner);
        let Some((key, element)) = items.get(*next) else {
            self.variables.truncate(*variables);
            self.dot = dot.clone();
            let end = *end;
            self.scopes.pop();
            return Ok(end + 1);
        };
        *next += 1;
        let (pipe, start) = (*pipe, *start);
        self.dot = element.clone();
        match pipe.declared.as_slice() {
            [] => {}
            [only] if pipe.assigns => self.assign(&only.text, element)?,
            [first, second, ..] if pipe.assigns => {
                self.assign(&first.text, key)?;
                self.assign(&second.text, element)?;
            }
            declared => {
                // The pipeline declared them last; the element comes after the key.
                let count = self.variables.len();
                self.variables[count - 1].1 = element;
                if declared.len() > 1 {
                    self.variables[count - 2].1 = key;
                }
            }
        }
        Ok(start)
    }

    /// Goes on behind the end of a branch, or with the next iteration.
    fn end_of_branch(&mut self, end: usize) -> Executed<usize> {
        match self.scopes.pop() {
            Some(Scope::Branch { variables, dot }) => {
                self.variables.truncate(variables);
                self.dot = dot;
                Ok(end + 1)
            }
            Some(scope) => {
                self.scopes.push(scope);
                self.iterate()
            }
            None => Ok(usize::MAX),
        }
    }

    fn leave_loop(&mut self, goes_on: bool) -> Executed<usize> {
        // The parser allows it only where there is a loop around.
        while let Some(Scope::Branch { .. }) = self.scopes.last() {
            self.scopes.pop();
        }
        if !goes_on && let Some(Scope::Loop { next, .. }) = self.scopes.last_mut() {
            *next = usize::MAX;
        }
        self.iterate()
    }

    fn call_template(&mut self, call: &'t Call, back: usize) -> Executed<()> {
        self.node = Some(Node::Call(call));
        let Some(body) = self.program.body(&call.name) else {
            let name = strconv::quote_str(&call.name);
            return self.fail(format!("template {name} not defined"));
        };
        if self.calls == MAX_CALLS {
            return self.fail(format!("exceeded maximum template depth ({MAX_CALLS})"));
        }
        let dot = match &call.pipe {
            Some(pipe) => self.pipeline(pipe)?,
            None => Value::Nil,
        };
        self.calls += 1;
        self.scopes.push(Scope::Call {
            variables: self.variables.len(),
            base: self.base,
            dot: std::mem::replace(&mut self.dot, dot.clone()),
            body: self.body,
            at: back,
        });
        self.base = self.variables.len();
        self.variables.push(("$", dot));
        self.body = body;
        Ok(())
    }

    /// Writes a value as `Fprint` does.
    fn print(&mut self, value: Value) -> Executed<()> {
        let value = printable(value);
        if let Value::Str(_, text) = &value {
            return self.write(text);
        }
        match fmt::sprint(std::slice::from_ref(&value), self.env.bytes) {
            Ok(text) => self.write(&text),
            Err(fmt::TooLong) => {
                let reason = self.env.exceed("too much text");
                self.fail(reason)
            }
        }
    }
}

/// A value as it is printed: without its pointer, and with words for none.
pub(crate) fn printable(value: Value) -> Value {
    let value = match value.kind() {
        Kind::Ptr => value.indirect().0,
        _ => value,
    };
    match value {
        Value::Nil => Value::string("<no value>"),
        value => value,
    }
}

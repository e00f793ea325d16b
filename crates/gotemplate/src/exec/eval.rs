//! Evaluates pipelines, commands and operands.

use super::{Executed, Machine};
use crate::syntax::{Command, Expr, ExprKind, Name, Node, Number, Pipe};
use crate::types::{Kind, MethodBody, Type};
use crate::value::Value;

/// How many names can be compared in the time of one step.
const NAMES_PER_STEP: u64 = 16;

impl<'t> Machine<'t, '_, '_> {
    /// The value of a pipeline, which is also given to the variables that it declares.
    pub(super) fn pipeline(&mut self, pipe: &'t Pipe) -> Executed<Value> {
        self.node = Some(Node::Pipe(pipe));
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(command, value)?.out_of_interface());
        }
        let value = value.unwrap_or(Value::Nil);
        for variable in &pipe.declared {
            if pipe.assigns {
                self.assign(&variable.text, value.clone())?;
            } else {
                self.variables.push((&variable.text, value.clone()));
            }
        }
        Ok(value)
    }

    pub(super) fn assign(&mut self, name: &str, value: Value) -> Executed<()> {
        let index = self.find(name)?;
        self.variables[index].1 = value;
        Ok(())
    }

    fn variable(&mut self, name: &str) -> Executed<Value> {
        let index = self.find(name)?;
        Ok(self.variables[index].1.clone())
    }

    /// Where the variable is that a name means here.
    fn find(&mut self, name: &str) -> Executed<usize> {
        let known = &self.variables[self.base..];
        let found = known.iter().rposition(|(known, _)| *known == name);
        let looked_at = known.len() - found.unwrap_or(0);
        self.count(looked_at as u64 / NAMES_PER_STEP)?;
        match found {
            Some(index) => Ok(self.base + index),
            None => self.fail(format!("undefined variable: {name}")),
        }
    }

    /// The value of a command, given that of the command before it.
    fn command(&mut self, command: &'t Command, last: Option<Value>) -> Executed<Value> {
        let Some(first) = command.words.first() else {
            return Ok(Value::Nil);
        };
        self.count(1)?;
        let arguments = &command.words[1..];
        match &first.kind {
            ExprKind::Field(fields) => {
                self.node = Some(Node::Expr(first));
                let dot = self.dot.clone();
                return self.field_chain(dot, fields, arguments, last);
            }
            ExprKind::Chain(head, fields) => return self.chain(first, head, fields, arguments, last),
            ExprKind::Function(name) => {
                self.node = Some(Node::Expr(first));
                return self.function(name, Node::Command(command), arguments, last);
            }
            ExprKind::Pipe(pipe) => {
                self.not_a_function(first, arguments, last.is_some())?;
                return self.pipeline(pipe);
            }
            ExprKind::Variable(name, fields) => {
                return self.variable_chain(first, name, fields, arguments, last);
            }
            _ => {}
        }
        self.node = Some(Node::Expr(first));
        self.not_a_function(first, arguments, last.is_some())?;
        match &first.kind {
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Dot => Ok(self.dot.clone()),
            ExprKind::Number(number) => self.ideal_constant(first, number),
            ExprKind::Str { value, .. } => Ok(Value::string(value)),
            _ => self.fail("nil is not a command"),
        }
    }

    fn not_a_function(&mut self, first: &Expr, arguments: &[Expr], piped: bool) -> Executed<()> {
        if arguments.is_empty() && !piped {
            return Ok(());
        }
        self.fail(format!("can't give argument to non-function {first}"))
    }

    /// A number where nothing says which type it should have.
    fn ideal_constant(&mut self, expr: &'t Expr, number: &Number) -> Executed<Value> {
        self.node = Some(Node::Expr(expr));
        if let Some((real, imaginary)) = number.complex {
            return Ok(Value::Complex(real, imaginary));
        }
        let text = &number.text;
        let hex = text.len() > 2 && (text.starts_with("0x") || text.starts_with("0X"));
        let hex_int = hex && !text.contains(['p', 'P']);
        let looks_float = !hex_int && !text.starts_with('\'') && text.contains(['.', 'e', 'E', 'p', 'P']);
        match (number.float, number.int, number.uint) {
            (Some(float), ..) if looks_float => Ok(Value::Float(float)),
            (_, Some(int), _) => Ok(Value::int(int)),
            (_, None, Some(_)) => self.fail(format!("{text} overflows int")),
            _ => Ok(Value::Nil),
        }
    }

    fn chain(
        &mut self,
        expr: &'t Expr,
        head: &'t Expr,
        fields: &'t [Name],
        arguments: &'t [Expr],
        last: Option<Value>,
    ) -> Executed<Value> {
        self.node = Some(Node::Expr(expr));
        // The head is a pipeline or a function.
        let receiver = self.operand(head)?;
        self.field_chain(receiver, fields, arguments, last)
    }

    fn variable_chain(
        &mut self,
        expr: &'t Expr,
        name: &Name,
        fields: &'t [Name],
        arguments: &'t [Expr],
        last: Option<Value>,
    ) -> Executed<Value> {
        self.node = Some(Node::Expr(expr));
        let value = self.variable(&name.text)?;
        if fields.is_empty() {
            self.not_a_function(expr, arguments, last.is_some())?;
            return Ok(value);
        }
        self.field_chain(value, fields, arguments, last)
    }

    /// `receiver.a.b`, where the last may be a method that takes arguments.
    fn field_chain(
        &mut self,
        receiver: Value,
        fields: &'t [Name],
        arguments: &'t [Expr],
        last: Option<Value>,
    ) -> Executed<Value> {
        let Some((end, path)) = fields.split_last() else {
            return Ok(receiver);
        };
        let mut receiver = receiver;
        for field in path {
            receiver = self.field(receiver, &field.text, &[], None)?;
        }
        self.field(receiver, &end.text, arguments, last)
    }

    fn field(
        &mut self,
        receiver: Value,
        name: &str,
        arguments: &'t [Expr],
        last: Option<Value>,
    ) -> Executed<Value> {
        let Some(ty) = receiver.ty() else {
            return Ok(Value::Nil);
        };
        // A struct behind a pointer has the pointer's methods.
        let pointer = match &receiver {
            Value::Interface(Some(inner)) => inner.ty(),
            _ => Some(ty),
        };
        let (receiver, nil) = receiver.indirect();
        if nil && receiver.kind() == Kind::Interface {
            return self.fail(format!("nil pointer evaluating {ty}.{name}"));
        }
        if let Some(method) = pointer.and_then(|ty| ty.method(name)) {
            let values = self.arguments(name, method.params, false, arguments, last)?;
            return match method.body {
                MethodBody::Refuse(reason) => self.fail(reason),
                MethodBody::Run(body) => Ok(body(&receiver, &values)),
            };
        }
        let has_arguments = !arguments.is_empty() || last.is_some();
        match &receiver {
            Value::Struct(..) | Value::Time(_) => {
                let fields = receiver.ty().map_or(&[][..], Type::fields);
                if let Some(index) = fields.iter().position(|field| field.name == name) {
                    if name.starts_with(|c: char| c.is_ascii_lowercase()) {
                        return self.fail(format!("{name} is an unexported field of struct type {ty}"));
                    }
                    if has_arguments {
                        return self.fail(format!("{name} has arguments but cannot be invoked as function"));
                    }
                    if let Value::Struct(_, values) = &receiver {
                        return Ok(values.get(index).cloned().unwrap_or(Value::Nil));
                    }
                }
            }
            Value::Map(map) => {
                if has_arguments {
                    return self.fail(format!("{name} is not a method but has arguments"));
                }
                let zero = || map.ty.element().map_or(Value::Nil, Value::zero);
                return Ok(map.entries.get(name.as_bytes()).cloned().unwrap_or_else(zero));
            }
            Value::Ptr(element, None) => {
                let fields = element.fields();
                let unknown = element.kind() == Kind::Struct && fields.iter().all(|f| f.name != name);
                if !unknown {
                    return self.fail(format!("nil pointer evaluating {ty}.{name}"));
                }
            }
            _ => {}
        }
        self.fail(format!("can't evaluate field {name} in type {ty}"))
    }

    /// The value of the head of a chain.
    fn operand(&mut self, expr: &'t Expr) -> Executed<Value> {
        self.node = Some(Node::Expr(expr));
        match &expr.kind {
            ExprKind::Pipe(pipe) => self.pipeline(pipe),
            ExprKind::Function(name) => self.function(name, Node::Expr(expr), &[], None),
            _ => self.fail(format!("can't evaluate command {expr}")),
        }
    }

    /// An argument for a parameter.
    pub(super) fn argument(&mut self, target: Type, expr: &'t Expr) -> Executed<Value> {
        self.count(1)?;
        self.node = Some(Node::Expr(expr));
        let value = match &expr.kind {
            ExprKind::Dot => self.dot.clone(),
            ExprKind::Nil if target.can_be_nil() => return Ok(typed_nil(target)),
            ExprKind::Nil => return self.fail(format!("cannot assign nil to {target}")),
            ExprKind::Field(fields) => {
                let dot = self.dot.clone();
                self.field_chain(dot, fields, &[], None)?
            }
            ExprKind::Variable(name, fields) => self.variable_chain(expr, name, fields, &[], None)?,
            ExprKind::Pipe(pipe) => self.pipeline(pipe)?,
            ExprKind::Function(name) => self.function(name, Node::Expr(expr), &[], None)?,
            ExprKind::Chain(head, fields) => self.chain(expr, head, fields, &[], None)?,
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Str { .. } => {
                return self.literal(target, expr);
            }
        };
        self.validate(value, target)
    }

    /// A literal for a parameter, which says which type it gets.
    fn literal(&mut self, target: Type, expr: &'t Expr) -> Executed<Value> {
        if matches!(target, Type::Interface | Type::Reflect) {
            return match &expr.kind {
                ExprKind::Bool(value) => Ok(Value::Bool(*value)),
                ExprKind::Number(number) => self.ideal_constant(expr, number),
                ExprKind::Str { value, .. } => Ok(Value::string(value)),
                _ => Ok(Value::Nil),
            };
        }
        let expected = match (target.kind(), &expr.kind) {
            (Kind::Bool, ExprKind::Bool(value)) => return Ok(Value::Bool(*value)),
            (Kind::Bool, _) => "bool",
            (Kind::String, ExprKind::Str { value, .. }) => {
                return Ok(Value::Str(target, value.as_slice().into()));
            }
            (Kind::String, _) => "string",
            (Kind::Int, ExprKind::Number(Number { int: Some(int), .. })) => {
                return Ok(Value::Int(target, *int));
            }
            (Kind::Int, _) => "integer",
            (Kind::Uint, ExprKind::Number(Number { uint: Some(uint), .. })) => {
                return Ok(Value::Uint(target, *uint));
            }
            (Kind::Uint, _) => "unsigned integer",
            (
                Kind::Float,
                ExprKind::Number(Number {
                    float: Some(float), ..
                }),
            ) => {
                return Ok(Value::Float(*float));
            }
            (Kind::Float, _) => "float",
            _ => return self.fail(format!("can't handle {expr} for arg of type {target}")),
        };
        self.fail(format!("expected {expected}; found {expr}"))
    }

    /// Checks that a value may be passed where a type is wanted.
    pub(super) fn validate(&mut self, value: Value, target: Type) -> Executed<Value> {
        let Some(ty) = value.ty() else {
            if target.can_be_nil() {
                return Ok(typed_nil(target));
            }
            return self.fail(format!("invalid value; expected {target}"));
        };
        match target {
            Type::Reflect => return Ok(value),
            Type::Interface => return Ok(value.out_of_interface()),
            _ if ty.assignable_to(target) => return Ok(value),
            _ => {}
        }
        let value = match value {
            Value::Interface(Some(inner)) => (*inner).clone(),
            value => value,
        };
        if value.ty().is_some_and(|ty| ty.assignable_to(target)) {
            return Ok(value);
        }
        match value {
            Value::Ptr(element, inner) if element.assignable_to(target) => match inner {
                Some(inner) => Ok((*inner).clone()),
                None => self.fail(format!("dereference of nil pointer of type {target}")),
            },
            value => {
                let got = value.type_name();
                self.fail(format!("wrong type for value; expected {target}; got {got}"))
            }
        }
    }
}

/// An untyped nil as a value of a type that has one.
fn typed_nil(target: Type) -> Value {
    match target {
        Type::Interface | Type::Reflect => Value::Nil,
        target => Value::zero(target),
    }
}

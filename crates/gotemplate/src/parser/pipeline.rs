//! What stands inside an action: declarations, commands, operands.

use std::ops::Range;

use super::{Parsed, Parser, number};
use crate::lexer::Kind;
use crate::strconv;
use crate::syntax::{Command, Expr, ExprKind, Name, Pipe};

/// How deep parentheses may nest. Go allows 10000, on a stack that grows.
const MAX_DEPTH: usize = 100;

impl Parser<'_> {
    /// A pipeline up to and with `end`, which is the right delimiter or parenthesis.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Parsed<Pipe> {
        self.skip_spaces();
        let mut pipe = Pipe {
            at: self.peek().start,
            ..Pipe::default()
        };
        self.declarations(&mut pipe, context)?;
        loop {
            let index = self.next_past_spaces();
            match self.kind(index) {
                kind if kind == end => {
                    // An empty pipeline is shown by the action or the parentheses that it should fill.
                    let open = self.action.filter(|_| end == Kind::RightDelim);
                    let start = open.map_or(pipe.at.saturating_sub(1), |open| self.tokens[open].start);
                    let range = start..self.tokens[index].end;
                    self.check_pipeline(&pipe, context, range)?;
                    return Ok(pipe);
                }
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::Str
                | Kind::Variable
                | Kind::LeftParen => {
                    self.at = index;
                    let command = self.command()?;
                    pipe.commands.push(command);
                }
                _ => return self.unexpected(index, context),
            }
        }
    }

    /// `$x :=`, `$x =` or, in a range, `$x, $y :=`, if there is one.
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Parsed<()> {
        while self.peek_past_spaces() == Kind::Variable {
            let variable = self.next();
            let sign = self.peek_past_spaces();
            let comma = sign == Kind::Char && self.text(self.at) == ",";
            if !comma && !matches!(sign, Kind::Assign | Kind::Declare) {
                // It is an operand.
                self.at = variable;
                return Ok(());
            }
            self.next();
            let name = self.name(variable);
            self.tree().variables.declare(&name.text, ());
            let range = name.range.clone();
            pipe.declared.push(name);
            if !comma {
                pipe.assigns = sign == Kind::Assign;
                return Ok(());
            }
            if context != "range" || pipe.declared.len() >= 2 {
                return self.fail(format!("too many declarations in {context}"), range);
            }
            let next = self.peek_past_spaces();
            if !matches!(next, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                return self.fail("range can only initialize variables", range);
            }
        }
        Ok(())
    }

    fn check_pipeline(&mut self, pipe: &Pipe, context: &str, range: Range<usize>) -> Parsed<()> {
        if pipe.commands.is_empty() {
            return self.fail(format!("missing value for {context}"), range);
        }
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            if let Some(first) = command.words.first()
                && first.kind.is_literal()
            {
                let reason = format!("non executable command in pipeline stage {}", index + 1);
                return self.fail(reason, first.range.clone());
            }
        }
        Ok(())
    }

    /// Operands up to a pipe sign, which is consumed, or to the end of the pipeline, which is not.
    fn command(&mut self) -> Parsed<Command> {
        self.skip_spaces();
        let start = self.peek().range();
        let mut command = Command {
            at: start.start,
            words: Vec::new(),
        };
        loop {
            self.skip_spaces();
            if let Some(operand) = self.operand()? {
                command.words.push(operand);
            }
            let index = self.next();
            match self.kind(index) {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.at = index,
                Kind::Pipe => {}
                _ => return self.unexpected(index, "operand"),
            }
            break;
        }
        if command.words.is_empty() {
            return self.fail("empty command", start);
        }
        Ok(command)
    }

    /// A term with the fields behind it, or nothing.
    fn operand(&mut self) -> Parsed<Option<Expr>> {
        let Some(mut term) = self.term()? else {
            return Ok(None);
        };
        if self.peek_kind() != Kind::Field {
            return Ok(Some(term));
        }
        let head = term.at;
        term.at = self.peek().start;
        let head_range = term.range.clone();
        let mut fields = Vec::new();
        while self.peek_kind() == Kind::Field {
            let index = self.next();
            fields.push(self.field_name(index));
            term.range.end = self.tokens[index].end;
        }
        if term.kind.is_literal() {
            let shown = strconv::quote_str(&term.to_string());
            return self.fail(format!("unexpected . after term {shown}"), term.range);
        }
        term.kind = match term.kind {
            ExprKind::Field(mut first) => {
                first.extend(fields);
                ExprKind::Field(first)
            }
            ExprKind::Variable(name, mut first) => {
                first.extend(fields);
                ExprKind::Variable(name, first)
            }
            kind => {
                let head = Expr {
                    at: head,
                    range: head_range,
                    kind,
                };
                ExprKind::Chain(Box::new(head), fields)
            }
        };
        Ok(Some(term))
    }

    fn field_name(&self, index: usize) -> Name {
        let range = self.tokens[index].range();
        Name {
            text: self.text(index)[1..].to_owned(),
            range: range.start + 1..range.end,
        }
    }

    fn name(&self, index: usize) -> Name {
        Name {
            text: self.text(index).to_owned(),
            range: self.tokens[index].range(),
        }
    }

    /// A simple expression, or nothing.
    fn term(&mut self) -> Parsed<Option<Expr>> {
        let index = self.next_past_spaces();
        let range = self.tokens[index].range();
        let text = self.text(index);
        let kind = match self.kind(index) {
            Kind::Identifier => {
                self.check_function(index);
                ExprKind::Function(self.name(index))
            }
            Kind::Dot => ExprKind::Dot,
            Kind::Nil => ExprKind::Nil,
            Kind::Variable => {
                self.check_variable(index);
                ExprKind::Variable(self.name(index), Vec::new())
            }
            Kind::Field => ExprKind::Field(vec![self.field_name(index)]),
            Kind::Bool => ExprKind::Bool(text == "true"),
            kind @ (Kind::CharConstant | Kind::Complex | Kind::Number) => {
                let number = match kind {
                    Kind::CharConstant => number::character(text),
                    Kind::Complex => number::complex(text),
                    _ => number::number(text),
                };
                match number {
                    Ok(number) => ExprKind::Number(number),
                    Err(reason) => return self.fail(reason, range),
                }
            }
            Kind::LeftParen => return self.parenthesized(range.start).map(Some),
            Kind::Str | Kind::RawString => ExprKind::Str {
                value: self.string(index)?,
                literal: text.to_owned(),
            },
            _ => {
                self.at = index;
                return Ok(None);
            }
        };
        Ok(Some(Expr {
            at: range.start,
            range,
            kind,
        }))
    }

    fn parenthesized(&mut self, start: usize) -> Parsed<Expr> {
        if self.depth >= MAX_DEPTH {
            return self.fail("max expression depth exceeded", start..start + 1);
        }
        self.depth += 1;
        let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
        self.depth -= 1;
        Ok(Expr {
            at: pipe.at,
            range: start..self.tokens[self.at.saturating_sub(1)].end,
            kind: ExprKind::Pipe(Box::new(pipe)),
        })
    }

    /// The value of a string token.
    pub(super) fn string(&mut self, index: usize) -> Parsed<Vec<u8>> {
        match strconv::unquote(self.text(index)) {
            Some(value) => Ok(value),
            None => self.fail("invalid syntax", self.tokens[index].range()),
        }
    }

    fn check_function(&mut self, index: usize) {
        let name = self.text(index);
        if !self.functions.contains(name) {
            let reason = format!("function {} not defined", strconv::quote_str(name));
            self.error(reason, self.tokens[index].range());
        }
    }

    fn check_variable(&mut self, index: usize) {
        let name = self.text(index);
        let known = self.tree().variables.get(name).is_some();
        let reported = known || !self.unknown.insert(name.to_owned()) && self.derailed;
        if !reported {
            let reason = format!("undefined variable {}", strconv::quote_str(name));
            self.error(reason, self.tokens[index].range());
        }
    }
}

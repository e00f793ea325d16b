//! Actions that open and close blocks, and the stack of those that are open.

use std::ops::Range;

use super::{Parsed, Parser, Tree};
use crate::lexer::Kind;
use crate::syntax::{Call, Op, Pipe};

/// A block that waits for its `end`.
pub(super) struct Open {
    block: Block,
    /// Its instruction, whose jumps are set later.
    op: usize,
    /// The `else` instruction, once there was one.
    other: Option<usize>,
    /// It is the second half of `else if`, so the block around it ends together with it.
    chained: bool,
    /// How many variables were known before it.
    variables: usize,
    range: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    If,
    With,
    Range,
}

impl Block {
    fn context(self) -> &'static str {
        match self {
            Block::If => "if",
            Block::With => "with",
            Block::Range => "range",
        }
    }
}

/// A template that is defined within another.
pub(super) struct Definition {
    context: &'static str,
    /// What `block` runs where it stands.
    call: Option<Call>,
    /// Where Go says that the block is, if it is closed wrongly.
    line: Option<usize>,
    range: Range<usize>,
}

impl Parser<'_> {
    /// An action, of which the delimiter is consumed.
    pub(super) fn action(&mut self) -> Parsed<()> {
        let index = self.next_past_spaces();
        let kind = self.kind(index);
        let result = self.action_of_kind(index);
        if !matches!(kind, Kind::If | Kind::Range | Kind::With) {
            self.started = None;
        }
        result
    }

    fn action_of_kind(&mut self, index: usize) -> Parsed<()> {
        match self.kind(index) {
            Kind::Define if self.trees.len() == 1 && self.tree().open.is_empty() => self.define(),
            Kind::Block => self.block(),
            Kind::Break => self.leave_range(index, "{{break}}", Op::Break),
            Kind::Continue => self.leave_range(index, "{{continue}}", Op::Continue),
            Kind::Else => self.otherwise(),
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                self.end();
                Ok(())
            }
            Kind::If => self.control(Block::If, false),
            Kind::Range => self.control(Block::Range, false),
            Kind::With => self.control(Block::With, false),
            Kind::Template => self.call(),
            _ => {
                self.at = index;
                let pipe = self.pipeline("command", Kind::RightDelim)?;
                self.tree().ops.push(Op::Action(pipe));
                Ok(())
            }
        }
    }

    /// The bytes of the current action so far.
    fn action_range(&self) -> Range<usize> {
        let start = self.action.map_or(0, |index| self.tokens[index].start);
        start..self.tokens[self.at.saturating_sub(1)].end.max(start)
    }

    fn leave_range(&mut self, keyword: usize, shown: &str, op: Op) -> Parsed<()> {
        let index = self.next_past_spaces();
        if self.kind(index) != Kind::RightDelim {
            return self.unexpected(index, shown);
        }
        if self.tree().ranges > 0 {
            self.tree().ops.push(op);
        } else if !self.derailed {
            let range = self.tokens[keyword].range();
            self.error(format!("{shown} outside {{{{range}}}}"), range);
        }
        Ok(())
    }

    /// The rest of an `if`, `with` or `range`. If it cannot be read, the block is open all the same.
    fn control(&mut self, block: Block, chained: bool) -> Parsed<()> {
        let variables = self.tree().variables.len();
        let pipe = match self.pipeline(block.context(), Kind::RightDelim) {
            Ok(pipe) => pipe,
            Err(_) => {
                self.recover();
                Pipe::default()
            }
        };
        let range = self.action_range();
        let tree = self.tree();
        let (otherwise, end) = (0, 0);
        let op = match block {
            Block::If => Op::If { pipe, otherwise },
            Block::With => Op::With { pipe, otherwise },
            Block::Range => {
                tree.ranges += 1;
                Op::Range { pipe, otherwise, end }
            }
        };
        tree.open.push(Open {
            block,
            op: tree.ops.len(),
            other: None,
            chained,
            variables,
            range,
        });
        tree.ops.push(op);
        Ok(())
    }

    fn otherwise(&mut self) -> Parsed<()> {
        let next = self.peek_past_spaces();
        if !matches!(next, Kind::If | Kind::With) {
            self.expect(Kind::RightDelim, "else")?;
        }
        let tree = self.tree();
        let other = tree.ops.len();
        let Some(open) = tree.open.last_mut() else {
            self.misplaced("else");
            return Ok(());
        };
        let block = open.block;
        if open.other.is_some() {
            let opened = open.range.clone();
            let range = self.action_range();
            self.structural(
                "expected end; found {{else}}".to_owned(),
                range,
                Some(opened),
                None,
            );
            return Ok(());
        }
        open.other = Some(other);
        tree.ops.push(Op::Else { end: 0 });
        if block == Block::Range {
            tree.ranges -= 1;
        }
        match (block, next) {
            (Block::If, Kind::If) | (Block::With, Kind::With) => {
                self.next();
                self.started = None;
                self.control(block, true)
            }
            // Go reads the word as if it stood outside of an action.
            (_, Kind::If | Kind::With) => {
                let index = self.next();
                self.unexpected(index, "input")
            }
            _ => Ok(()),
        }
    }

    fn end(&mut self) {
        let Some(mut open) = self.tree().open.pop() else {
            self.end_of_definition();
            return;
        };
        let tree = self.tree();
        loop {
            let end = tree.ops.len();
            tree.ops.push(Op::End);
            let other = open.other.map_or(end, |other| other + 1);
            match &mut tree.ops[open.op] {
                Op::If { otherwise, .. } | Op::With { otherwise, .. } => *otherwise = other,
                Op::Range {
                    otherwise, end: last, ..
                } => (*otherwise, *last) = (other, end),
                _ => {}
            }
            if let Some(Op::Else { end: target }) = open.other.map(|other| &mut tree.ops[other]) {
                *target = end;
            }
            if open.block == Block::Range && open.other.is_none() {
                tree.ranges -= 1;
            }
            tree.variables.truncate(open.variables);
            if !open.chained {
                return;
            }
            match tree.open.pop() {
                Some(outer) => open = outer,
                None => return,
            }
        }
    }

    /// An `end` or `else` that belongs to no block.
    fn misplaced(&mut self, word: &str) {
        let range = self.action_range();
        match self.definitions.last() {
            None => self.structural(format!("unexpected {{{{{word}}}}}"), range, None, None),
            Some(definition) => {
                let (opened, line) = (definition.range.clone(), definition.line);
                let reason = format!("unexpected {{{{{word}}}}} in {}", definition.context);
                self.structural(reason, range, Some(opened), line);
            }
        }
    }

    /// An error in how blocks fit together, which an unreadable action before it may have caused.
    fn structural(
        &mut self,
        reason: String,
        range: Range<usize>,
        opened: Option<Range<usize>>,
        line: Option<usize>,
    ) {
        if self.derailed {
            return;
        }
        self.derailed = true;
        match line {
            Some(line) => self.error_on_line(reason, range, line),
            None => self.error(reason, range),
        }
        if let Some(error) = self.errors.last_mut() {
            error.opened = opened;
        }
    }

    fn define(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        self.started = None;
        let name = self.template_name(CONTEXT).and_then(|name| {
            self.expect(Kind::RightDelim, CONTEXT)?;
            Ok(name)
        });
        if name.is_err() {
            self.recover();
        }
        self.open_definition(name.unwrap_or_default(), CONTEXT, None, None);
        Ok(())
    }

    /// `block` is `define` and `template` in one.
    fn block(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "block clause";
        self.skip_spaces();
        let at = self.peek().start;
        let header = self.template_name(CONTEXT).and_then(|name| {
            let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
            Ok((name, pipe))
        });
        if header.is_err() {
            self.recover();
        }
        let (name, pipe) = header.unwrap_or_default();
        let line = self.line_of(self.tokens[self.furthest].start);
        let call = Call {
            at,
            name: name.clone(),
            pipe: Some(pipe),
        };
        self.open_definition(name, CONTEXT, Some(call), Some(line));
        Ok(())
    }

    fn template_name(&mut self, context: &str) -> Parsed<String> {
        let index = self.next_past_spaces();
        match self.kind(index) {
            Kind::Str | Kind::RawString => {
                let name = self.string(index)?;
                Ok(String::from_utf8_lossy(&name).into_owned())
            }
            _ => self.unexpected(index, context),
        }
    }

    fn open_definition(
        &mut self,
        name: String,
        context: &'static str,
        call: Option<Call>,
        line: Option<usize>,
    ) {
        let range = self.action_range();
        self.definitions.push(Definition {
            context,
            call,
            line,
            range,
        });
        self.trees.push(Tree::new(&name));
    }

    fn end_of_definition(&mut self) {
        let Some(definition) = self.definitions.pop() else {
            self.misplaced("end");
            return;
        };
        if let Some(tree) = self.trees.pop() {
            self.add(tree, definition.range);
        }
        if let Some(call) = definition.call {
            self.tree().ops.push(Op::Template(call));
        }
    }

    /// `{{template "name" pipeline}}`
    fn call(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "template clause";
        self.skip_spaces();
        let at = self.peek().start;
        let name = self.template_name(CONTEXT)?;
        let pipe = if self.peek_past_spaces() == Kind::RightDelim {
            self.next();
            None
        } else {
            Some(self.pipeline(CONTEXT, Kind::RightDelim)?)
        };
        self.tree().ops.push(Op::Template(Call { at, name, pipe }));
        Ok(())
    }

    /// The end of the text: everything must be closed.
    pub(super) fn finish(&mut self) {
        let end = self.source.len();
        let block = self.trees.last().and_then(|tree| tree.open.last());
        let opened = block.map(|open| open.range.clone());
        let opened = opened.or_else(|| self.definitions.last().map(|open| open.range.clone()));
        if opened.is_some() {
            self.structural("unexpected EOF".to_owned(), end..end, opened, None);
        }
        while self.trees.len() > 1
            && let Some(tree) = self.trees.pop()
        {
            self.add(tree, end..end);
        }
        let empty = Tree::new(self.name);
        let main = std::mem::replace(self.tree(), empty);
        self.add(main, 0..end);
    }
}

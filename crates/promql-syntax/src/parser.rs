//! The parser: precedence climbing over the words, going on after each fault.

mod aggregate;
mod binary;
mod durations;
mod labels;
mod literal;
mod selector;

use std::collections::VecDeque;

use crate::ast::{Call, Expr, ExprKind, UnaryExpr, UnaryOp, VectorSelector};
use crate::error::{ErrorKind, ParseError};
use crate::functions;
use crate::lexer::{self, Lexed};
use crate::options::ParseOptions;
use crate::quote::go_quote;
use crate::span::Span;
use crate::stack::with_enough_stack;
use crate::token::{Keyword, Token, TokenKind};

pub use literal::parse_number;

/// How deep brackets, calls and signs may nest: the parser recurses along them.
const MAX_NESTING: usize = 128;

/// How deep a tree may be, operators in a row included. Everything that walks a tree may recurse.
pub(crate) const MAX_DEPTH: usize = 500;

/// What was understood of a text, and what was not.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree, with [`ExprKind::Error`] where nothing could be understood.
    pub expr: Expr,
    /// All faults, in the order in which Prometheus meets them: it reports the first.
    pub errors: Vec<ParseError>,
    /// Ranges of the comments, `#` included.
    pub comments: Vec<Span>,
}

pub(crate) fn parse(text: &str, options: &ParseOptions) -> Parsed {
    let mut parser = Parser::new(text, options);
    let expr = parser.whole();
    let (mut errors, comments) = parser.finish();
    if errors.is_empty() {
        crate::check::check(&expr, &mut errors);
    }
    Parsed {
        expr,
        errors,
        comments,
    }
}

/// Parses a selector on its own, `metric{label="value"}`, without modifiers.
pub(crate) fn parse_selector(text: &str) -> Result<VectorSelector, Vec<ParseError>> {
    let mut parser = Parser::new(text, &ParseOptions::ALL);
    let selector = parser.selector_alone();
    let (errors, _) = parser.finish();
    match selector {
        Some(selector) if errors.is_empty() => Ok(selector),
        _ => Err(errors),
    }
}

pub(crate) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    comments: Vec<Span>,
    at: usize,
    /// Faults of words that have not been taken yet, each with the index of its word, in order.
    lexical: VecDeque<(usize, ParseError)>,
    errors: Vec<ParseError>,
    options: &'a ParseOptions,
    /// How many expressions are open around the one being read.
    depth: usize,
    /// What Prometheus says is being read where a word cannot stand.
    context: Context,
    /// Whether the duration that is being read has been reported as not enabled.
    duration_reported: bool,
    /// Set once nesting went too deep: the rest is skipped and the fault is reported once.
    too_deep: bool,
}

/// What is being read, and what Prometheus says it expects there; both may be empty.
#[derive(Clone, Copy)]
struct Context {
    place: &'static str,
    expected: &'static str,
}

impl Context {
    const NONE: Context = Context::new("", "");

    const fn new(place: &'static str, expected: &'static str) -> Self {
        Context { place, expected }
    }
}

/// An expression and how deep its tree is.
type Deep = (Expr, usize);

impl<'a> Parser<'a> {
    fn new(text: &'a str, options: &'a ParseOptions) -> Self {
        let Lexed {
            tokens,
            comments,
            errors,
        } = lexer::lex(text);
        Parser {
            text,
            tokens,
            comments,
            at: 0,
            lexical: errors.into(),
            errors: Vec::new(),
            options,
            depth: 0,
            context: Context::NONE,
            duration_reported: false,
            too_deep: false,
        }
    }

    /// All faults and the comments.
    fn finish(mut self) -> (Vec<ParseError>, Vec<Span>) {
        self.errors
            .extend(self.lexical.into_iter().map(|(_, error)| error));
        (self.errors, self.comments)
    }

    fn peek(&self) -> TokenKind {
        self.tokens[self.at].kind
    }

    fn peek_second(&self) -> TokenKind {
        self.tokens.get(self.at + 1).map_or(TokenKind::Eof, |t| t.kind)
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// End of the last word that was taken.
    fn last_end(&self) -> usize {
        if self.at == 0 {
            0
        } else {
            self.tokens[self.at - 1].span.end
        }
    }

    fn word(&self) -> &'a str {
        self.span().of(self.text)
    }

    fn bump(&mut self) -> Span {
        let span = self.span();
        if self.peek() != TokenKind::Eof {
            self.at += 1;
        }
        span
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Span> {
        (self.peek() == kind).then(|| self.bump())
    }

    fn eat_keyword(&mut self, keyword: Keyword) -> Option<Span> {
        self.eat(TokenKind::Keyword(keyword))
    }

    fn error(&mut self, kind: ErrorKind, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report(ParseError::new(kind, span, message, help));
    }

    /// Reports a fault, after those of the words before.
    fn report(&mut self, error: ParseError) {
        self.report_lexical(self.at);
        self.errors.push(error);
    }

    /// Reports a fault that shows only with the next word.
    fn report_looking_ahead(&mut self, error: ParseError) {
        self.report_lexical(self.at + 1);
        self.errors.push(error);
    }

    /// Reports the faults of the words before `end`.
    fn report_lexical(&mut self, end: usize) {
        while self.lexical.front().is_some_and(|(at, _)| *at < end) {
            self.errors
                .extend(self.lexical.pop_front().map(|(_, error)| error));
        }
    }

    /// Whether the lexer has a fault to report of the next word.
    fn is_faulty(&self) -> bool {
        self.peek() == TokenKind::Error || self.lexical.iter().any(|(at, _)| *at == self.at)
    }

    /// Reads something within a context for errors.
    fn within<T>(&mut self, context: Context, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.context, context);
        let result = read(self);
        self.context = outer;
        result
    }

    /// Reports the next word as one that cannot stand here.
    fn unexpected(&mut self, help: impl Into<String>) {
        self.unexpected_in(self.context, help);
    }

    /// Reports the next word as one that cannot stand in a place. Words that the lexer has a fault to report of
    /// are not reported twice.
    fn unexpected_in(&mut self, context: Context, help: impl Into<String>) {
        if self.too_deep {
            return;
        }
        if self.is_faulty() {
            return self.report_lexical(self.at + 1);
        }
        let mut message = format!("unexpected {}", self.describe());
        if !context.place.is_empty() {
            message.push_str(" in ");
            message.push_str(context.place);
        }
        if !context.expected.is_empty() {
            message.push_str(", expected ");
            message.push_str(context.expected);
        }
        self.error(ErrorKind::Syntax, self.span(), message, help);
    }

    /// Where something is missing: behind the last word.
    fn gap(&self) -> Span {
        Span::new(self.last_end(), self.last_end())
    }

    /// The next word as Prometheus names it.
    fn describe(&self) -> String {
        let word = self.word();
        match self.peek() {
            TokenKind::Eof => "end of input".to_owned(),
            TokenKind::Identifier => format!("identifier {}", go_quote(word)),
            TokenKind::MetricIdentifier => format!("metric identifier {}", go_quote(word)),
            TokenKind::String => format!("string {}", shortened(word)),
            TokenKind::Number => format!("number {}", shortened(word)),
            TokenKind::Duration => format!("duration {}", shortened(word)),
            TokenKind::Keyword(k) if aggregate::operator(k).is_some() => format!("<aggr:{word}>"),
            TokenKind::Keyword(Keyword::And | Keyword::Or | Keyword::Unless | Keyword::Atan2) => {
                format!("<op:{word}>")
            }
            TokenKind::Keyword(k) if k.is_function() => go_quote(word),
            TokenKind::Keyword(_) => format!("<{word}>"),
            TokenKind::At | TokenKind::EqlRegex | TokenKind::NeqRegex => format!("<op:{word}>"),
            kind if binary::operator(kind).is_some() => format!("<op:{word}>"),
            _ => shortened(word),
        }
    }

    fn whole(&mut self) -> Expr {
        if self.peek() == TokenKind::Eof {
            let span = Span::new(0, 0);
            self.error(
                ErrorKind::Syntax,
                span,
                "no expression found in input",
                "Write an expression.",
            );
            return missing(span);
        }
        let (expr, _) = self.expr(0);
        self.skip_rest();
        expr
    }

    /// A metric name, matchers or both, and nothing behind.
    fn selector_alone(&mut self) -> Option<VectorSelector> {
        let selector = match self.peek() {
            TokenKind::LeftBrace => self.vector_selector(None).kind,
            kind if kind.may_name_metric() => self.named_selector().kind,
            _ => {
                self.unexpected("Write a metric name, or matchers in braces: `up{job=\"api\"}`.");
                return None;
            }
        };
        self.skip_rest();
        match selector {
            ExprKind::VectorSelector(selector) => Some(selector),
            _ => None,
        }
    }

    /// Complains of what is left, once.
    fn skip_rest(&mut self) {
        let mut skipped = false;
        while self.peek() != TokenKind::Eof {
            // One complaint for a run of words that belong nowhere.
            if !skipped {
                let help = "The expression ends before this; an operator may be missing in between.";
                self.unexpected(help);
            }
            skipped = true;
            self.bump();
        }
    }

    /// An expression whose operators bind tighter than `floor`.
    fn expr(&mut self, floor: u8) -> Deep {
        if self.depth >= MAX_NESTING {
            return (self.give_up(MAX_NESTING), 1);
        }
        self.depth += 1;
        let result = with_enough_stack(|| {
            let first = self.unary_or_primary();
            self.binary_tail(first, floor)
        });
        self.depth -= 1;
        result
    }

    /// Reports that the nesting is too deep, once, and skips the rest.
    fn give_up(&mut self, limit: usize) -> Expr {
        let span = self.span();
        if !self.too_deep {
            let message = format!("expression nests deeper than {limit} levels");
            let help = "Split it into recording rules.";
            self.error(ErrorKind::Syntax, span, message, help);
            self.too_deep = true;
        }
        self.at = self.tokens.len() - 1;
        Expr {
            span,
            kind: ExprKind::Error,
        }
    }

    fn unary_or_primary(&mut self) -> Deep {
        let op = match self.peek() {
            TokenKind::Add => UnaryOp::Plus,
            TokenKind::Sub => UnaryOp::Minus,
            _ => {
                let primary = self.primary();
                return self.postfix(primary);
            }
        };
        let op_span = self.bump();
        // `-a * b` is `(-a) * b`, `-a ^ b` is `-(a ^ b)`.
        let (operand, depth) = self.expr(binary::UNARY_PRECEDENCE);
        let span = op_span.to(operand.span);
        if let ExprKind::Number(mut number) = operand.kind {
            if op == UnaryOp::Minus {
                number.value = -number.value;
            }
            return (
                Expr {
                    span,
                    kind: ExprKind::Number(number),
                },
                depth,
            );
        }
        let unary = UnaryExpr {
            op,
            op_span,
            expr: Box::new(operand),
        };
        self.deeper(
            Expr {
                span,
                kind: ExprKind::Unary(unary),
            },
            depth,
        )
    }

    /// Adds a level to a tree of this depth.
    fn deeper(&mut self, expr: Expr, depth: usize) -> Deep {
        if depth >= MAX_DEPTH {
            drop(expr);
            return (self.give_up(MAX_DEPTH), 1);
        }
        (expr, depth + 1)
    }

    fn primary(&mut self) -> Deep {
        match self.peek() {
            TokenKind::Number | TokenKind::Duration => (self.number(), 1),
            TokenKind::String => (self.string(), 1),
            TokenKind::LeftParen => self.paren(),
            TokenKind::LeftBrace => (self.vector_selector(None), 1),
            TokenKind::Identifier if self.peek_second() == TokenKind::LeftParen => self.call(),
            TokenKind::Keyword(keyword)
                if self.peek_second() == TokenKind::LeftParen && keyword.is_function() =>
            {
                self.call()
            }
            TokenKind::Keyword(keyword) => {
                match aggregate::operator(keyword).filter(|_| self.begins_aggregation()) {
                    Some(op) => self.aggregation(op),
                    None if self.peek().may_name_metric() => (self.named_selector(), 1),
                    None => {
                        let help = format!(
                            "`{}` follows an operator; quote the name to select a metric that is called so: {{\"{0}\"}}.",
                            keyword.text()
                        );
                        self.unexpected(help);
                        (missing(self.bump()), 1)
                    }
                }
            }
            kind if kind.may_name_metric() => (self.named_selector(), 1),
            kind => {
                self.unexpected("A number, a string, a selector, a function or `(` belongs here.");
                // Brackets, commas and operators may belong to what is open; anything else is skipped.
                let stays = matches!(
                    kind,
                    TokenKind::Eof
                        | TokenKind::RightParen
                        | TokenKind::RightBracket
                        | TokenKind::Comma
                        | TokenKind::LeftBracket
                ) || binary::operator(kind).is_some();
                let span = if stays { self.gap() } else { self.bump() };
                (missing(span), 1)
            }
        }
    }

    /// Whether an aggregation operator is next, not a metric of that name.
    fn begins_aggregation(&self) -> bool {
        matches!(
            self.peek_second(),
            TokenKind::LeftParen | TokenKind::Keyword(Keyword::By | Keyword::Without)
        )
    }

    /// Whether an expression may begin with the next word.
    fn may_begin_expression(&self) -> bool {
        matches!(
            self.peek(),
            TokenKind::Number
                | TokenKind::Duration
                | TokenKind::String
                | TokenKind::LeftParen
                | TokenKind::LeftBrace
                | TokenKind::Add
                | TokenKind::Sub
        ) || self.peek().may_name_metric()
    }

    fn paren(&mut self) -> Deep {
        let open = self.bump();
        let (inner, depth) = self.expr(0);
        let end = self.close_paren(open);
        let span = open.to(Span::new(end, end));
        self.deeper(
            Expr {
                span,
                kind: ExprKind::Paren(Box::new(inner)),
            },
            depth,
        )
    }

    /// Takes the `)` that closes `open`, skipping what does not belong before it; answers where it ends.
    fn close_paren(&mut self, open: Span) -> usize {
        if let Some(close) = self.eat(TokenKind::RightParen) {
            return close.end;
        }
        let line = self.text[..open.start].matches('\n').count() + 1;
        let help = format!("The `(` of line {line} is to be closed by `)` here, or an operator is missing.");
        self.unexpected(help);
        let mut nested = 0usize;
        loop {
            match self.peek() {
                TokenKind::Eof => return self.last_end(),
                TokenKind::LeftParen => nested += 1,
                TokenKind::RightParen if nested == 0 => return self.bump().end,
                TokenKind::RightParen => nested -= 1,
                _ => {}
            }
            self.bump();
        }
    }

    fn call(&mut self) -> Deep {
        let name_span = self.span();
        // Keywords are recognised in any case, functions are not.
        let name = self.word().to_owned();
        self.bump();
        let (args, end, depth) = self.arguments();
        let known = functions::lookup(&name);
        if known.is_none() {
            let help = match functions::nearest(&name) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "Prometheus has no function of that name.".to_owned(),
            };
            let message = format!("unknown function with name {}", go_quote(&name));
            self.error(ErrorKind::Type, name_span, message, help);
        }
        if known.is_some_and(|f| f.experimental) && !self.options.experimental_functions {
            let message = format!("function {} is not enabled", go_quote(&name));
            let help =
                "Start Prometheus with `--enable-feature=promql-experimental-functions`, or do without it.";
            self.error(ErrorKind::NotEnabled, name_span, message, help);
        }
        let span = name_span.to(Span::new(end, end));
        self.deeper(
            Expr {
                span,
                kind: ExprKind::Call(Call {
                    name,
                    name_span,
                    args,
                }),
            },
            depth,
        )
    }

    /// `( expr, expr )`: the arguments, where the bracket closes, and the depth of the deepest.
    fn arguments(&mut self) -> (Vec<Expr>, usize, usize) {
        let open = self.bump();
        let mut args = Vec::new();
        let mut deepest = 0;
        if let Some(close) = self.eat(TokenKind::RightParen) {
            return (args, close.end, deepest);
        }
        loop {
            let (arg, depth) = self.expr(0);
            args.push(arg);
            deepest = deepest.max(depth);
            while let Some(comma) = self.eat(TokenKind::Comma) {
                if self.may_begin_expression() || self.is_faulty() {
                    break;
                }
                let message = "trailing commas not allowed in function call args";
                let help = "Remove the comma, or write an argument behind it.";
                self.report_looking_ahead(ParseError::new(ErrorKind::Syntax, comma, message, help));
            }
            if self.tokens[self.at - 1].kind != TokenKind::Comma || !self.may_begin_expression() {
                break;
            }
        }
        let end = self.close_paren(open);
        (args, end, deepest)
    }
}

/// Stands in the tree where there is no expression.
fn missing(span: Span) -> Expr {
    Expr {
        span,
        kind: ExprKind::Error,
    }
}

/// A word in double quotes, cut after ten characters, as Prometheus names words in errors.
fn shortened(word: &str) -> String {
    if word.len() > 10 {
        let cut: String = word.chars().take(10).collect();
        format!("{}...", go_quote(&cut))
    } else {
        go_quote(word)
    }
}

#[cfg(test)]
mod tests;

//! Selectors and what follows them: ranges, subqueries, `offset`, `@`, `anchored`, `smoothed`.

use super::{Context, Deep, Parser, missing};
use crate::ast::{
    AtModifier, AtTime, Expr, ExprKind, LabelName, MatchOp, Matcher, MatrixSelector, MetricName, Offset,
    RangeExtension, SubqueryExpr, VectorSelector,
};
use crate::error::{ErrorKind, ParseError};
use crate::matcher::check_regex;
use crate::quote::unquote;
use crate::span::Span;
use crate::token::{Keyword, TokenKind};

const MATCHER: Context = Context::new("label matching", "identifier or \"}\"");
const MATCH_OPERATOR: Context = Context::new("label matching", "label matching operator");
const MATCH_VALUE: Context = Context::new("label matching", "string");
const NEXT_MATCHER: Context = Context::new("label matching", "\",\" or \"}\"");

const RANGE: Context = Context::new(
    "subquery or range selector",
    "number, duration, step(), or range()",
);
const AFTER_RANGE: Context = Context::new("subquery or range", "\":\" or \"]\"");
const STEP: Context = Context::new("subquery selector", "number, duration, step(), range(), or \"]\"");
const AFTER_STEP: Context = Context::new("subquery selector", "\"]\"");
const OFFSET: Context = Context::new("offset", "number, duration, step(), or range()");
const AT: Context = Context::new("@", "timestamp");

impl Parser<'_> {
    /// A metric name, with matchers where `{` follows.
    pub(super) fn named_selector(&mut self) -> Expr {
        let name = self.word().to_owned();
        let span = self.bump();
        self.vector_selector(Some(MetricName {
            name,
            span,
            quoted: false,
        }))
    }

    /// What follows a metric name, or matchers alone.
    pub(super) fn vector_selector(&mut self, name: Option<MetricName>) -> Expr {
        let start = name.as_ref().map_or(self.span().start, |n| n.span.start);
        let mut selector = VectorSelector {
            name,
            matchers: Vec::new(),
            extension: None,
            offset: None,
            at: None,
        };
        if self.peek() == TokenKind::LeftBrace {
            self.matchers(&mut selector);
        }
        let span = Span::new(start, self.last_end());
        Expr {
            span,
            kind: ExprKind::VectorSelector(selector),
        }
    }

    fn matchers(&mut self, selector: &mut VectorSelector) {
        self.bump();
        loop {
            match self.peek() {
                TokenKind::RightBrace => {
                    self.bump();
                    return;
                }
                TokenKind::Identifier | TokenKind::String => self.matcher(selector),
                TokenKind::Eof => return,
                _ => {
                    let help = "Inside braces stand matchers: `label=\"value\"`, separated by commas.";
                    self.unexpected_in(MATCHER, help);
                    self.skip_to_matcher_end();
                }
            }
            match self.peek() {
                TokenKind::Comma => {
                    self.bump();
                }
                TokenKind::RightBrace | TokenKind::Eof => {}
                _ => {
                    let help = "Separate matchers with commas and close them with `}`.";
                    self.unexpected_in(NEXT_MATCHER, help);
                    // What follows may well be the next matcher.
                    if !matches!(self.peek(), TokenKind::Identifier | TokenKind::String) {
                        self.skip_to_matcher_end();
                        self.eat(TokenKind::Comma);
                    }
                }
            }
        }
    }

    fn skip_to_matcher_end(&mut self) {
        while !matches!(
            self.peek(),
            TokenKind::Comma | TokenKind::RightBrace | TokenKind::Eof
        ) {
            self.bump();
        }
    }

    fn matcher(&mut self, selector: &mut VectorSelector) {
        let quoted = self.peek() == TokenKind::String;
        let word = self.word();
        let span = self.bump();
        let name = if quoted {
            unquote(word).unwrap_or_default()
        } else {
            word.to_owned()
        };
        let op = match self.peek() {
            TokenKind::Assign => MatchOp::Equal,
            TokenKind::Neq => MatchOp::NotEqual,
            TokenKind::EqlRegex => MatchOp::Regex,
            TokenKind::NeqRegex => MatchOp::NotRegex,
            _ if quoted => return self.quoted_name(selector, name, span),
            _ => {
                let help =
                    "A label is compared with `=`, `!=`, `=~` or `!~`; a metric name here must be quoted.";
                self.unexpected_in(MATCH_OPERATOR, help);
                return self.skip_to_matcher_end();
            }
        };
        self.bump();
        if self.peek() != TokenKind::String {
            let help = "Values are strings: put it in quotes.";
            self.unexpected_in(MATCH_VALUE, help);
            return self.skip_to_matcher_end();
        }
        let value = unquote(self.word()).unwrap_or_default();
        let faulty = self.is_faulty();
        let value_span = self.bump();
        if matches!(op, MatchOp::Regex | MatchOp::NotRegex)
            && !faulty
            && let Err(message) = check_regex(&value)
        {
            let help = "Prometheus uses RE2 syntax: no look-around, no back-references.";
            let error = ParseError::new(ErrorKind::Type, value_span, message, help);
            self.report(error.shown_at(span.start));
        }
        let name = LabelName { name, span };
        selector.matchers.push(Matcher {
            span: span.to(value_span),
            name,
            op,
            value,
            value_span,
        });
    }

    /// A quoted metric name among the matchers. The first one is the selector's name; another one selects
    /// by `__name__` as well, as Prometheus reads it.
    fn quoted_name(&mut self, selector: &mut VectorSelector, name: String, span: Span) {
        if selector.name.is_none() {
            selector.name = Some(MetricName {
                name,
                span,
                quoted: true,
            });
        } else {
            let label = LabelName {
                name: "__name__".to_owned(),
                span,
            };
            let matcher = Matcher {
                span,
                name: label,
                op: MatchOp::Equal,
                value: name,
                value_span: span,
            };
            selector.matchers.push(matcher);
        }
    }

    /// What follows an operand and belongs to it.
    pub(super) fn postfix(&mut self, operand: Deep) -> Deep {
        let (mut expr, mut depth) = operand;
        loop {
            match self.peek() {
                TokenKind::LeftBracket => {
                    (expr, depth) = self.brackets(expr, depth);
                }
                TokenKind::Keyword(Keyword::Offset) => self.offset(&mut expr),
                TokenKind::At => self.at(&mut expr),
                TokenKind::Keyword(Keyword::Anchored) => self.extension(&mut expr, RangeExtension::Anchored),
                TokenKind::Keyword(Keyword::Smoothed) => self.extension(&mut expr, RangeExtension::Smoothed),
                _ => return (expr, depth),
            }
        }
    }

    fn brackets(&mut self, expr: Expr, depth: usize) -> Deep {
        let open = self.bump();
        let range = self.within(RANGE, Self::positive_duration);
        if self.eat(TokenKind::Colon).is_some() {
            let step = match self.peek() {
                TokenKind::RightBracket => None,
                _ => Some(self.within(STEP, Self::positive_duration)),
            };
            let end = self.within(AFTER_STEP, Self::close_bracket);
            let span = Span::new(expr.span.start, end);
            let subquery = SubqueryExpr {
                expr: Box::new(expr),
                range,
                step,
                offset: None,
                at: None,
            };
            return self.deeper(
                Expr {
                    span,
                    kind: ExprKind::Subquery(subquery),
                },
                depth,
            );
        }
        let end = self.within(AFTER_RANGE, Self::close_bracket);
        let span = Span::new(expr.span.start, end);
        let bracket_span = Span::new(open.start, end);
        match expr.kind {
            ExprKind::VectorSelector(selector) => {
                let fault = if selector.offset.as_ref().is_some_and(Offset::is_set) {
                    Some((
                        "no offset modifiers allowed before range",
                        "Write the offset behind the brackets.",
                    ))
                } else if selector.at.is_some() {
                    Some((
                        "no @ modifiers allowed before range",
                        "Write the `@` behind the brackets.",
                    ))
                } else {
                    None
                };
                if let Some((message, help)) = fault {
                    self.error(ErrorKind::Syntax, bracket_span, message, help);
                }
                let matrix = MatrixSelector {
                    selector,
                    selector_span: expr.span,
                    range,
                };
                (
                    Expr {
                        span,
                        kind: ExprKind::MatrixSelector(matrix),
                    },
                    depth,
                )
            }
            _ => {
                let message = "ranges only allowed for vector selectors";
                let help = "A range of an expression is a subquery: write a colon in the brackets, `[5m:]`.";
                if !matches!(expr.kind, ExprKind::Error) {
                    self.error(ErrorKind::Syntax, bracket_span, message, help);
                }
                (missing(span), 1)
            }
        }
    }

    fn close_bracket(&mut self) -> usize {
        if let Some(close) = self.eat(TokenKind::RightBracket) {
            return close.end;
        }
        self.unexpected("Close the range with `]`.");
        while !matches!(self.peek(), TokenKind::RightBracket | TokenKind::Eof) {
            self.bump();
        }
        self.eat(TokenKind::RightBracket)
            .map_or(self.last_end(), |close| close.end)
    }

    fn offset(&mut self, expr: &mut Expr) {
        let keyword = self.bump();
        let value = self.within(OFFSET, Self::offset_duration);
        let offset = Offset {
            span: keyword.to(value.span),
            value,
        };
        let whole = Span::new(expr.span.start, offset.span.end);
        let slot = match &mut expr.kind {
            ExprKind::VectorSelector(v) => &mut v.offset,
            ExprKind::MatrixSelector(m) => &mut m.selector.offset,
            ExprKind::Subquery(s) => &mut s.offset,
            ExprKind::Error => return,
            _ => {
                let message = "offset modifier must be preceded by an instant vector selector or range vector \
                               selector or a subquery";
                let help = "Put the offset behind the selector, inside the function or the brackets.";
                let error = ParseError::new(ErrorKind::Syntax, expr.span, message, help);
                return self.report(error);
            }
        };
        if slot.as_ref().is_some_and(Offset::is_set) {
            let message = "offset may not be set multiple times";
            let help = "Keep one of the offsets.";
            let error = ParseError::new(ErrorKind::Syntax, offset.span, message, help);
            return self.report(error.shown_at(whole.start));
        }
        *slot = Some(offset);
        expr.span = whole;
    }

    fn at(&mut self, expr: &mut Expr) {
        let sign = self.bump();
        let Some(time) = self.within(AT, |parser| parser.at_time(expr.span)) else {
            return;
        };
        let at = AtModifier {
            span: Span::new(sign.start, self.last_end()),
            time,
        };
        let whole = Span::new(expr.span.start, at.span.end);
        let slot = match &mut expr.kind {
            ExprKind::VectorSelector(v) => &mut v.at,
            ExprKind::MatrixSelector(m) => &mut m.selector.at,
            ExprKind::Subquery(s) => &mut s.at,
            ExprKind::Error => return,
            _ => {
                let message = "@ modifier must be preceded by an instant vector selector or range vector \
                               selector or a subquery";
                let help = "Put the `@` behind the selector, inside the function or the brackets.";
                return self.error(ErrorKind::Syntax, expr.span, message, help);
            }
        };
        if slot.is_some() {
            let message = "@ <timestamp> may not be set multiple times";
            let help = "Keep one of the times.";
            let error = ParseError::new(ErrorKind::Syntax, at.span, message, help);
            return self.report(error.shown_at(whole.start));
        }
        *slot = Some(at);
        expr.span = whole;
    }

    fn at_time(&mut self, operand: Span) -> Option<AtTime> {
        let named = match self.peek() {
            TokenKind::Keyword(Keyword::Start) => Some(AtTime::Start),
            TokenKind::Keyword(Keyword::End) => Some(AtTime::End),
            _ => None,
        };
        if let Some(time) = named {
            self.bump();
            if self.eat(TokenKind::LeftParen).is_none() || self.eat(TokenKind::RightParen).is_none() {
                self.unexpected("Write `start()` or `end()`.");
            }
            return Some(time);
        }
        let negative = match self.peek() {
            TokenKind::Sub => self.eat(TokenKind::Sub).is_some(),
            TokenKind::Add => self.eat(TokenKind::Add).is_none(),
            _ => false,
        };
        if !matches!(self.peek(), TokenKind::Number | TokenKind::Duration) {
            let help = "Write a time in seconds since the epoch, `start()` or `end()`.";
            self.unexpected(help);
            return None;
        }
        let seconds = self.number_value().value;
        let seconds = if negative { -seconds } else { seconds };
        // The bounds are those of a 64-bit integer, as Prometheus checks them.
        if !(seconds < i64::MAX as f64 && seconds > i64::MIN as f64) {
            let shown = if seconds.is_nan() {
                "NaN".to_owned()
            } else if seconds.is_infinite() {
                if seconds > 0.0 {
                    "+Inf".to_owned()
                } else {
                    "-Inf".to_owned()
                }
            } else {
                format!("{seconds:.6}")
            };
            let message = format!("timestamp out of bounds for @ modifier: {shown}");
            self.error(
                ErrorKind::Syntax,
                operand,
                message,
                "Write a time in seconds since the epoch.",
            );
        }
        Some(AtTime::Timestamp((seconds * 1000.0).round() as i64))
    }

    fn extension(&mut self, expr: &mut Expr, extension: RangeExtension) {
        let span = self.bump();
        let word = match extension {
            RangeExtension::Anchored => "anchored",
            RangeExtension::Smoothed => "smoothed",
        };
        if !self.options.extended_range_selectors {
            let message = format!("{word} modifier is experimental and not enabled");
            let help =
                "Start Prometheus with `--enable-feature=promql-extended-range-selectors`, or do without it.";
            let error = ParseError::new(ErrorKind::NotEnabled, span, message, help);
            return self.report(error.shown_at(expr.span.start));
        }
        let selector = match &mut expr.kind {
            ExprKind::VectorSelector(v) => v,
            ExprKind::MatrixSelector(m) => &mut m.selector,
            ExprKind::Error => return,
            kind => {
                let message = match kind {
                    ExprKind::Subquery(_) => format!("{word} modifier is not supported for subqueries"),
                    _ => format!("{word} modifier not implemented"),
                };
                let help = format!("`{word}` follows a selector or its range.");
                return self.error(ErrorKind::Syntax, expr.span, message, help);
            }
        };
        if selector
            .extension
            .is_some_and(|(earlier, _)| earlier != extension)
        {
            let message = "anchored and smoothed modifiers cannot be used together";
            return self.error(ErrorKind::Syntax, expr.span, message, "Keep one of them.");
        }
        selector.extension = Some((extension, span));
        expr.span = expr.span.to(span);
    }
}

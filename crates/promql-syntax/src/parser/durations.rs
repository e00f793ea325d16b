//! Durations in brackets and behind `offset`: literals, or arithmetic over them, `step()` and `range()`.

use super::{MAX_NESTING, Parser, binary};
use crate::ast::{BinaryOp, DurationExpr, DurationKind, NumberLiteral, UnaryOp};
use crate::error::{ErrorKind, ParseError};
use crate::span::Span;
use crate::token::{Keyword, TokenKind};

/// Durations in seconds beyond this do not fit Prometheus' nanoseconds.
const LONGEST: f64 = (1u64 << 63) as f64 / 1e9;

impl Parser<'_> {
    /// The length of a range or the step of a subquery: a literal must be greater than zero.
    pub(super) fn positive_duration(&mut self) -> DurationExpr {
        self.duration_reported = false;
        let duration = self.duration(0);
        if let DurationKind::Number(number) = &duration.kind
            && number.value <= 0.0
        {
            let message = "duration must be greater than 0";
            let help = "Write how far the range reaches back.";
            self.report_looking_ahead(ParseError::new(ErrorKind::Syntax, duration.span, message, help));
        }
        duration
    }

    /// What follows `offset`: an operand with at most one sign, so that `a offset -2 ^ 2` is
    /// `(a offset -2) ^ 2`. Behind a bracket or a second sign, arithmetic goes on: that is how Prometheus'
    /// grammar turns out.
    pub(super) fn offset_duration(&mut self) -> DurationExpr {
        self.duration_reported = false;
        let Some((op, sign)) = self.sign() else {
            let goes_on = self.peek() == TokenKind::LeftParen;
            let operand = self.duration_operand();
            return if goes_on {
                self.duration_tail(operand, 0)
            } else {
                operand
            };
        };
        if matches!(self.peek(), TokenKind::Add | TokenKind::Sub) {
            let operand = self.duration(binary::UNARY_PRECEDENCE);
            let signed = self.signed(op, sign, operand);
            return self.duration_tail(signed, 0);
        }
        // A sign before brackets makes them no arithmetic.
        let operand = match self.peek() {
            TokenKind::LeftParen => self.bracketed_duration(),
            TokenKind::Keyword(Keyword::Step | Keyword::Range) => self.named_duration(sign.start),
            TokenKind::Keyword(Keyword::MinOf | Keyword::MaxOf) => self.choice(Some(sign.start)),
            _ => self.duration_operand(),
        };
        self.signed(op, sign, operand)
    }

    fn sign(&mut self) -> Option<(UnaryOp, Span)> {
        match self.peek() {
            TokenKind::Add => Some((UnaryOp::Plus, self.bump())),
            TokenKind::Sub => Some((UnaryOp::Minus, self.bump())),
            _ => None,
        }
    }

    fn signed(&mut self, op: UnaryOp, sign: Span, operand: DurationExpr) -> DurationExpr {
        let span = sign.to(operand.span);
        if let DurationKind::Number(number) = operand.kind {
            let value = if op == UnaryOp::Minus {
                -number.value
            } else {
                number.value
            };
            return DurationExpr {
                span,
                kind: DurationKind::Number(NumberLiteral { value, ..number }),
            };
        }
        DurationExpr {
            span,
            kind: DurationKind::Unary(op, Box::new(operand)),
        }
    }

    fn duration(&mut self, floor: u8) -> DurationExpr {
        if self.depth >= MAX_NESTING {
            let span = self.span();
            self.give_up(MAX_NESTING);
            return nothing(span);
        }
        self.depth += 1;
        let first = match self.sign() {
            Some((op, span)) => {
                let operand = self.duration(binary::UNARY_PRECEDENCE);
                self.signed(op, span, operand)
            }
            None => self.duration_operand(),
        };
        let duration = self.duration_tail(first, floor);
        self.depth -= 1;
        duration
    }

    /// Goes on after an operand with the operators that bind tighter than `floor`.
    fn duration_tail(&mut self, first: DurationExpr, floor: u8) -> DurationExpr {
        let mut lhs = first;
        let mut chain = self.depth;
        while let Some(op) = binary::operator(self.peek()).filter(|op| is_arithmetic(*op)) {
            let precedence = op.precedence();
            if precedence <= floor {
                break;
            }
            chain += 1;
            if chain >= MAX_NESTING {
                self.give_up(MAX_NESTING);
                break;
            }
            let op_span = self.bump();
            let right_floor = if op == BinaryOp::Pow {
                precedence - 1
            } else {
                precedence
            };
            let rhs = self.duration(right_floor);
            let span = lhs.span.to(rhs.span);
            self.needs_feature(span, lhs.shown_span().start, true);
            if let DurationKind::Number(NumberLiteral { value: 0.0, .. }) = rhs.kind {
                let fault = match op {
                    BinaryOp::Div => Some("division by zero"),
                    BinaryOp::Mod => Some("modulo by zero"),
                    _ => None,
                };
                if let Some(message) = fault {
                    let help = "Divide by something else than zero.";
                    self.report_looking_ahead(ParseError::new(ErrorKind::Syntax, op_span, message, help));
                }
            }
            lhs = DurationExpr {
                span,
                kind: DurationKind::Binary(op, Box::new(lhs), Box::new(rhs)),
            };
        }
        lhs
    }

    fn duration_operand(&mut self) -> DurationExpr {
        match self.peek() {
            TokenKind::Number | TokenKind::Duration => self.duration_literal(),
            TokenKind::LeftParen => {
                let duration = self.bracketed_duration();
                if let DurationKind::Paren(inner) = &duration.kind {
                    self.needs_feature(duration.span, inner.shown_span().start, false);
                }
                duration
            }
            TokenKind::Keyword(Keyword::Step | Keyword::Range) => self.named_duration(self.span().start),
            TokenKind::Keyword(Keyword::MinOf | Keyword::MaxOf) => self.choice(None),
            _ => {
                self.unexpected("Write a duration such as `5m`, `1h30m` or a number of seconds.");
                nothing(self.gap())
            }
        }
    }

    fn duration_literal(&mut self) -> DurationExpr {
        let span = self.span();
        let number = self.number_value();
        if number.value.is_nan() || number.value.abs() > LONGEST {
            let message = "duration out of range";
            let help = "Prometheus' longest duration is 292 years.";
            self.error(ErrorKind::Syntax, span, message, help);
        }
        DurationExpr {
            span,
            kind: DurationKind::Number(number),
        }
    }

    /// `(duration)`.
    fn bracketed_duration(&mut self) -> DurationExpr {
        let open = self.bump();
        let inner = self.duration(0);
        let end = self.close_paren(open);
        DurationExpr {
            span: Span::new(open.start, end),
            kind: DurationKind::Paren(Box::new(inner)),
        }
    }

    /// `step()` or `range()`; Prometheus says that it stands at `shown`.
    fn named_duration(&mut self, shown: usize) -> DurationExpr {
        let kind = match self.peek() {
            TokenKind::Keyword(Keyword::Step) => DurationKind::Step,
            _ => DurationKind::Range,
        };
        let name = self.bump();
        if self.eat(TokenKind::LeftParen).is_none() || self.eat(TokenKind::RightParen).is_none() {
            self.unexpected("Write `step()` or `range()`, with empty brackets.");
        }
        let span = Span::new(name.start, self.last_end());
        self.needs_feature(span, shown, false);
        DurationExpr { span, kind }
    }

    /// `min_of(a, b)` or `max_of(a, b)`; Prometheus says that it stands at `shown`, or else where `a` does.
    fn choice(&mut self, shown: Option<usize>) -> DurationExpr {
        let kind = match self.peek() {
            TokenKind::Keyword(Keyword::MinOf) => DurationKind::MinOf,
            _ => DurationKind::MaxOf,
        };
        let name = self.bump();
        let open = self.span();
        if self.eat(TokenKind::LeftParen).is_none() {
            self.unexpected("Write two durations in brackets: `min_of(5m, step())`.");
            return nothing(name);
        }
        let first = self.duration(0);
        if self.eat(TokenKind::Comma).is_none() {
            self.unexpected("Separate the two durations with a comma.");
        }
        let second = self.duration(0);
        let end = self.close_paren(open);
        let span = Span::new(name.start, end);
        self.needs_feature(span, shown.unwrap_or(first.shown_span().start), false);
        DurationExpr {
            span,
            kind: kind(Box::new(first), Box::new(second)),
        }
    }

    /// Reports arithmetic that is not enabled, once for each duration.
    fn needs_feature(&mut self, span: Span, shown: usize, looks_ahead: bool) {
        if self.options.duration_expressions || self.duration_reported {
            return;
        }
        self.duration_reported = true;
        let message = "experimental duration expression is not enabled";
        let help = "Start Prometheus with `--enable-feature=promql-duration-expr`, or write one duration.";
        let error = ParseError::new(ErrorKind::NotEnabled, span, message, help).shown_at(shown);
        if looks_ahead {
            self.report_looking_ahead(error);
        } else {
            self.report(error);
        }
    }
}

/// Stands in the tree where there is no duration.
fn nothing(span: Span) -> DurationExpr {
    DurationExpr {
        span,
        kind: DurationKind::Error,
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Pow
    )
}

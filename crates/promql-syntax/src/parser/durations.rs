//! Durations in brackets and behind `offset`: literals, or arithmetic over them, `step()` and `range()`.

use super::{MAX_NESTING, Parser, binary};
use crate::ast::{BinaryOp, DurationExpr, DurationKind, NumberLiteral, UnaryOp};
use crate::error::ErrorKind;
use crate::span::Span;
use crate::token::{Keyword, TokenKind};

/// The largest duration in seconds that fits Prometheus' nanoseconds.
const LONGEST: f64 = (i64::MAX / 1_000_000_000) as f64;

impl Parser<'_> {
    /// The length of a range or the step of a subquery: a literal must be greater than zero.
    pub(super) fn positive_duration(&mut self, context: &str) -> DurationExpr {
        let duration = self.duration(0, context);
        if let DurationKind::Number(number) = &duration.kind
            && number.value <= 0.0
        {
            let message = "duration must be greater than 0";
            self.error(
                ErrorKind::Syntax,
                duration.span,
                message,
                "Write how far the range reaches back.",
            );
        }
        duration
    }

    /// What follows `offset`: an operand with at most one sign, so that `a offset -2 ^ 2` is
    /// `(a offset -2) ^ 2`. Arithmetic must stand in brackets.
    pub(super) fn offset_duration(&mut self) -> DurationExpr {
        let sign = self.sign();
        let operand = self.duration_operand("offset");
        match sign {
            Some((op, span)) => self.signed(op, span, operand),
            None => operand,
        }
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
        self.needs_feature(span);
        DurationExpr {
            span,
            kind: DurationKind::Unary(op, Box::new(operand)),
        }
    }

    fn duration(&mut self, floor: u8, context: &str) -> DurationExpr {
        if self.depth >= MAX_NESTING {
            let span = self.span();
            self.give_up(MAX_NESTING);
            return DurationExpr {
                span,
                kind: DurationKind::Error,
            };
        }
        self.depth += 1;
        let mut lhs = match self.sign() {
            Some((op, span)) => {
                let operand = self.duration(binary::UNARY_PRECEDENCE, context);
                self.signed(op, span, operand)
            }
            None => self.duration_operand(context),
        };
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
            let rhs = self.duration(right_floor, context);
            let span = lhs.span.to(rhs.span);
            self.needs_feature(span);
            if let DurationKind::Number(NumberLiteral { value: 0.0, .. }) = rhs.kind {
                let fault = match op {
                    BinaryOp::Div => Some("division by zero"),
                    BinaryOp::Mod => Some("modulo by zero"),
                    _ => None,
                };
                if let Some(message) = fault {
                    self.error(
                        ErrorKind::Syntax,
                        op_span,
                        message,
                        "Divide by something else than zero.",
                    );
                }
            }
            lhs = DurationExpr {
                span,
                kind: DurationKind::Binary(op, Box::new(lhs), Box::new(rhs)),
            };
        }
        self.depth -= 1;
        lhs
    }

    fn duration_operand(&mut self, context: &str) -> DurationExpr {
        let span = self.span();
        match self.peek() {
            TokenKind::Number | TokenKind::Duration => {
                let number = self.number_value();
                if number.value.is_nan() || number.value.abs() > LONGEST {
                    let message = "duration out of range";
                    self.error(
                        ErrorKind::Syntax,
                        span,
                        message,
                        "Prometheus' longest duration is 292 years.",
                    );
                }
                DurationExpr {
                    span,
                    kind: DurationKind::Number(number),
                }
            }
            TokenKind::LeftParen => {
                let open = self.bump();
                let inner = self.duration(0, context);
                let end = self.close_paren(open);
                let span = Span::new(open.start, end);
                self.needs_feature(span);
                DurationExpr {
                    span,
                    kind: DurationKind::Paren(Box::new(inner)),
                }
            }
            TokenKind::Keyword(Keyword::Step) => self.named_duration(DurationKind::Step),
            TokenKind::Keyword(Keyword::Range) => self.named_duration(DurationKind::Range),
            TokenKind::Keyword(Keyword::MinOf) => self.choice(DurationKind::MinOf, context),
            TokenKind::Keyword(Keyword::MaxOf) => self.choice(DurationKind::MaxOf, context),
            _ => {
                let help = "Write a duration such as `5m`, `1h30m` or a number of seconds.";
                let expected = match context {
                    "subquery selector" => "number, duration, step(), range(), or \"]\"",
                    _ => "number, duration, step(), or range()",
                };
                self.unexpected(context, expected, help);
                // Nothing was taken: what is missing is missing behind the last word.
                let span = Span::new(self.last_end(), self.last_end());
                DurationExpr {
                    span,
                    kind: DurationKind::Error,
                }
            }
        }
    }

    /// `step()` or `range()`.
    fn named_duration(&mut self, kind: DurationKind) -> DurationExpr {
        let name = self.bump();
        if self.eat(TokenKind::LeftParen).is_none() || self.eat(TokenKind::RightParen).is_none() {
            self.unexpected("", "", "Write `step()` or `range()`, with empty brackets.");
        }
        let span = Span::new(name.start, self.last_end());
        self.needs_feature(span);
        DurationExpr { span, kind }
    }

    /// `min_of(a, b)` or `max_of(a, b)`.
    fn choice(
        &mut self,
        kind: fn(Box<DurationExpr>, Box<DurationExpr>) -> DurationKind,
        context: &str,
    ) -> DurationExpr {
        let name = self.bump();
        let open = self.span();
        if self.eat(TokenKind::LeftParen).is_none() {
            self.unexpected("", "", "Write two durations in brackets: `min_of(5m, step())`.");
            return DurationExpr {
                span: name,
                kind: DurationKind::Error,
            };
        }
        let first = self.duration(0, context);
        if self.eat(TokenKind::Comma).is_none() {
            self.unexpected("", "", "Separate the two durations with a comma.");
        }
        let second = self.duration(0, context);
        let end = self.close_paren(open);
        let span = Span::new(name.start, end);
        self.needs_feature(span);
        DurationExpr {
            span,
            kind: kind(Box::new(first), Box::new(second)),
        }
    }

    fn needs_feature(&mut self, span: Span) {
        let reported = |e: &crate::ParseError| e.kind == ErrorKind::NotEnabled && e.span.start <= span.start;
        if !self.options.duration_expressions && !self.errors.iter().any(reported) {
            let message = "experimental duration expression is not enabled";
            let help =
                "Start Prometheus with `--enable-feature=promql-duration-expr`, or write one duration.";
            self.error(ErrorKind::NotEnabled, span, message, help);
        }
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Pow
    )
}

//! Binary operators and what may stand between them and their right operand.

use super::{Deep, MAX_DEPTH, Parser};
use crate::ast::{
    BinaryExpr, BinaryOp, Expr, ExprKind, FillValues, GroupModifier, MatchingLabels, Side, VectorMatching,
};
use crate::error::{ErrorKind, ParseError};
use crate::span::Span;
use crate::token::{Keyword, TokenKind};

/// What a sign before an operand binds like: as tight as multiplication.
pub(super) const UNARY_PRECEDENCE: u8 = 5;

/// The operator that a word stands for.
pub(super) fn operator(kind: TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::Add => BinaryOp::Add,
        TokenKind::Sub => BinaryOp::Sub,
        TokenKind::Mul => BinaryOp::Mul,
        TokenKind::Div => BinaryOp::Div,
        TokenKind::Mod => BinaryOp::Mod,
        TokenKind::Pow => BinaryOp::Pow,
        TokenKind::Eql => BinaryOp::Eq,
        TokenKind::Neq => BinaryOp::Ne,
        TokenKind::Lss => BinaryOp::Lt,
        TokenKind::Lte => BinaryOp::Le,
        TokenKind::Gtr => BinaryOp::Gt,
        TokenKind::Gte => BinaryOp::Ge,
        TokenKind::TrimUpper => BinaryOp::TrimUpper,
        TokenKind::TrimLower => BinaryOp::TrimLower,
        TokenKind::Keyword(Keyword::Atan2) => BinaryOp::Atan2,
        TokenKind::Keyword(Keyword::And) => BinaryOp::And,
        TokenKind::Keyword(Keyword::Or) => BinaryOp::Or,
        TokenKind::Keyword(Keyword::Unless) => BinaryOp::Unless,
        _ => return None,
    })
}

impl BinaryOp {
    /// How tight the operator binds; larger is tighter.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            BinaryOp::Or => 1,
            BinaryOp::And | BinaryOp::Unless => 2,
            BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::TrimUpper
            | BinaryOp::TrimLower => 3,
            BinaryOp::Add | BinaryOp::Sub => 4,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Atan2 => 5,
            BinaryOp::Pow => 6,
        }
    }
}

impl Parser<'_> {
    /// Goes on after an operand with the operators that bind tighter than `floor`.
    pub(super) fn binary_tail(&mut self, first: Deep, floor: u8) -> Deep {
        let (mut lhs, mut depth) = first;
        while let Some(op) = operator(self.peek()) {
            let precedence = op.precedence();
            if precedence <= floor {
                break;
            }
            let op_span = self.bump();
            let (bool_modifier, matching) = self.modifiers();
            // `^` groups to the right, all others to the left.
            let right_floor = if op == BinaryOp::Pow {
                precedence - 1
            } else {
                precedence
            };
            let (rhs, rhs_depth) = self.expr(right_floor);
            let span = lhs.span.to(rhs.span);
            if let Some(fill) = matching.fill.span
                && !self.options.fill_modifiers
            {
                let message = "binop fill modifiers are experimental and not enabled";
                let help =
                    "Start Prometheus with `--enable-feature=promql-binop-fill-modifiers`, or do without it.";
                let error = ParseError::new(ErrorKind::NotEnabled, fill, message, help);
                self.report_looking_ahead(error.shown_at(span.start));
            }
            let binary = BinaryExpr {
                op,
                op_span,
                bool_modifier,
                matching,
                lhs: Box::new(lhs),
                rhs: Box::new(rhs),
            };
            depth = depth.max(rhs_depth) + 1;
            lhs = Expr {
                span,
                kind: ExprKind::Binary(binary),
            };
            if depth > MAX_DEPTH {
                return (self.give_up(MAX_DEPTH), 1);
            }
        }
        (lhs, depth)
    }

    fn modifiers(&mut self) -> (Option<Span>, VectorMatching) {
        let bool_modifier = self.eat_keyword(Keyword::Bool);
        let mut matching = VectorMatching::default();
        let on = match self.peek() {
            TokenKind::Keyword(Keyword::On) => Some(true),
            TokenKind::Keyword(Keyword::Ignoring) => Some(false),
            _ => None,
        };
        if let Some(on) = on {
            let start = self.bump();
            let labels = self.label_list();
            let span = Span::new(start.start, self.last_end());
            matching.labels = Some(MatchingLabels { span, on, labels });
        }
        if matching.labels.is_none()
            && let TokenKind::Keyword(Keyword::GroupLeft | Keyword::GroupRight) = self.peek()
        {
            self.unexpected("Say first which labels match: `on (…)` or `ignoring (…)`.");
        }
        matching.group = self.group_modifier();
        matching.fill = self.fill_modifiers();
        (bool_modifier, matching)
    }

    fn group_modifier(&mut self) -> Option<GroupModifier> {
        let side = match self.peek() {
            TokenKind::Keyword(Keyword::GroupLeft) => Side::Left,
            TokenKind::Keyword(Keyword::GroupRight) => Side::Right,
            _ => return None,
        };
        let start = self.bump();
        // The list may be left out where something follows that may follow a list.
        let include = if self.peek() != TokenKind::LeftParen && self.may_begin_expression() {
            Vec::new()
        } else {
            self.label_list()
        };
        Some(GroupModifier {
            span: Span::new(start.start, self.last_end()),
            side,
            include,
        })
    }

    fn fill_modifiers(&mut self) -> FillValues {
        let mut fill = FillValues::default();
        loop {
            let keyword = match self.peek() {
                TokenKind::Keyword(k @ (Keyword::Fill | Keyword::FillLeft | Keyword::FillRight)) => k,
                _ => return fill,
            };
            // Each side is filled at most once; what follows then is the name of a metric.
            let repeated = match keyword {
                Keyword::FillLeft => fill.left.is_some(),
                Keyword::FillRight => fill.right.is_some(),
                _ => fill.span.is_some(),
            };
            if repeated {
                return fill;
            }
            let start = self.bump();
            let value = self.fill_value();
            if keyword != Keyword::FillRight {
                fill.left = Some(value);
            }
            if keyword != Keyword::FillLeft {
                fill.right = Some(value);
            }
            let span = Span::new(start.start, self.last_end());
            fill.span = Some(fill.span.map_or(span, |s| s.to(span)));
        }
    }

    /// `(number)`, signed or not.
    fn fill_value(&mut self) -> f64 {
        self.bump();
        let negative = match self.peek() {
            TokenKind::Sub => self.eat(TokenKind::Sub).is_some(),
            TokenKind::Add => self.eat(TokenKind::Add).is_none(),
            _ => false,
        };
        let mut value = 0.0;
        if matches!(self.peek(), TokenKind::Number | TokenKind::Duration) {
            value = self.number_value().value;
        } else {
            self.unexpected("Write the number that stands in for a missing sample.");
        }
        if self.eat(TokenKind::RightParen).is_none() {
            self.unexpected("Close the fill value with `)`.");
        }
        if negative { -value } else { value }
    }
}

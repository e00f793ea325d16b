//! Lists of label names.

use super::{Context, Parser};
use crate::ast::LabelName;
use crate::error::ErrorKind;
use crate::quote::{go_quote, unquote};
use crate::token::{Keyword, TokenKind};

const OPEN: Context = Context::new("grouping opts", "\"(\"");
const LABEL: Context = Context::new("grouping opts", "label");
const NEXT: Context = Context::new("grouping opts", "\",\" or \")\"");

impl Parser<'_> {
    /// `(label, "label", …)`, a trailing comma allowed.
    pub(super) fn label_list(&mut self) -> Vec<LabelName> {
        let mut labels = Vec::new();
        if self.eat(TokenKind::LeftParen).is_none() {
            self.unexpected_in(OPEN, "Write the label names in brackets: `(job, instance)`.");
            return labels;
        }
        loop {
            if self.eat(TokenKind::RightParen).is_some() {
                return labels;
            }
            if let Some(label) = self.grouping_label() {
                labels.push(label);
            }
            match self.peek() {
                TokenKind::Comma => {
                    self.bump();
                }
                TokenKind::RightParen => {}
                TokenKind::Eof => {
                    self.unexpected_in(NEXT, "Close the list with `)`.");
                    return labels;
                }
                // A bracket that opens begins what is aggregated: only the closing one is missing.
                TokenKind::LeftParen => {
                    self.unexpected_in(NEXT, "Close the list with `)`.");
                    return labels;
                }
                _ => {
                    let help = "Separate label names with commas and close the list with `)`.";
                    self.unexpected_in(NEXT, help);
                    self.skip_to_label_end();
                }
            }
        }
    }

    fn grouping_label(&mut self) -> Option<LabelName> {
        let name = match self.peek() {
            TokenKind::Identifier | TokenKind::MetricIdentifier => self.word().to_owned(),
            TokenKind::Keyword(keyword) if keyword != Keyword::Without => self.word().to_owned(),
            TokenKind::String => unquote(self.word()).unwrap_or_default(),
            _ => {
                let help = "A label name belongs here; other names than letters, digits and `_` are quoted.";
                self.unexpected_in(LABEL, help);
                self.skip_to_label_end();
                return None;
            }
        };
        let span = self.bump();
        if name.is_empty() {
            let message = format!("invalid label name for grouping: {}", go_quote(&name));
            self.error(ErrorKind::Syntax, span, message, "A label name cannot be empty.");
        }
        Some(LabelName { name, span })
    }

    fn skip_to_label_end(&mut self) {
        while !matches!(
            self.peek(),
            TokenKind::Comma | TokenKind::RightParen | TokenKind::Eof
        ) {
            self.bump();
        }
    }
}

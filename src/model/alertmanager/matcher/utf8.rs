//! The newer grammar of matchers: `name op value` with commas between, braces around all of them or none. Names and
//! values are in double quotes, with Go's escapes, or hold none of the reserved characters.

use std::ops::Range;

use promql_syntax::ast::MatchOp;
use promql_syntax::unquote;

use super::{Fault, Matcher, is_reserved};

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Comma,
    Operator(MatchOp),
    Quoted,
    Plain,
    End,
}

struct Token {
    kind: Kind,
    range: Range<usize>,
}

/// Reads matchers.
pub(super) fn parse(text: &str) -> Result<Vec<Matcher>, Fault> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        text,
        tokens: &tokens,
    };
    let braced = parser.take(Kind::Open);
    let mut matchers = Vec::new();
    if !matches!(parser.peek(), Kind::Close | Kind::End) {
        loop {
            matchers.push(parser.matcher()?);
            match parser.peek() {
                Kind::Close | Kind::End => break,
                Kind::Comma => parser.advance(),
                _ => return parser.expected("expected a comma or close brace"),
            }
            match parser.peek() {
                Kind::Close | Kind::End => break,
                Kind::Quoted | Kind::Plain => {}
                _ => return parser.expected("expected a matcher or close brace after comma"),
            }
        }
    }
    match (braced, parser.peek()) {
        (true, Kind::Close) => parser.advance(),
        (true, _) => return parser.expected("expected close brace"),
        (false, Kind::Close) => return parser.expected("expected opening brace"),
        (false, _) => {}
    }
    match parser.peek() {
        Kind::End => Ok(matchers),
        _ => parser.expected("expected end of input"),
    }
}

struct Parser<'t> {
    text: &'t str,
    /// What is left; the last of it is the end.
    tokens: &'t [Token],
}

impl Parser<'_> {
    fn peek(&self) -> Kind {
        self.tokens.first().map_or(Kind::End, |token| token.kind)
    }

    fn advance(&mut self) {
        self.tokens = self.tokens.get(1..).unwrap_or_default();
    }

    fn take(&mut self, kind: Kind) -> bool {
        let is_there = self.peek() == kind;
        if is_there {
            self.advance();
        }
        is_there
    }

    fn range(&self) -> Range<usize> {
        let end = self.text.len();
        self.tokens.first().map_or(end..end, |token| token.range.clone())
    }

    fn expected<T>(&self, expected: &str) -> Result<T, Fault> {
        Err(fault(expected, self.range()))
    }

    fn matcher(&mut self) -> Result<Matcher, Fault> {
        let start = self.range().start;
        let name = self.word("expected label name")?;
        let Kind::Operator(op) = self.peek() else {
            return self.expected("expected an operator such as '=', '!=', '=~' or '!~'");
        };
        self.advance();
        let at = self.range();
        let value = self.word("expected label value")?;
        let span = start.max(at.start)..at.end;
        Matcher::new(name, op, value).map_err(|message| fault(&message, span))
    }

    fn word(&mut self, expected: &str) -> Result<String, Fault> {
        let range = self.range();
        let written = &self.text[range.clone()];
        let word = match self.peek() {
            Kind::Plain => Some(written.to_owned()),
            Kind::Quoted => text_of(written),
            _ => return self.expected(expected),
        };
        self.advance();
        word.ok_or_else(|| fault("its escapes are none of Go's", range))
    }
}

/// The text that a quoted word stands for; none where it holds escapes that Go does not know, line breaks, or bytes
/// that are no text.
fn text_of(quoted: &str) -> Option<String> {
    let text = unquote(quoted).filter(|_| !quoted.contains('\n'))?;
    // Bytes that are no text become replacement characters, which may also have been written.
    let written = quoted.contains('\u{fffd}') || quoted.to_ascii_lowercase().contains("fffd");
    (written || !text.contains('\u{fffd}')).then_some(text)
}

fn fault(expected: &str, range: Range<usize>) -> Fault {
    Fault {
        message: expected.to_owned(),
        expected: expected.to_owned(),
        range,
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let after = rest[c.len_utf8()..].chars().next();
        let (kind, len) = match c {
            '{' => (Kind::Open, 1),
            '}' => (Kind::Close, 1),
            ',' => (Kind::Comma, 1),
            '=' if after == Some('~') => (Kind::Operator(MatchOp::Regex), 2),
            '=' => (Kind::Operator(MatchOp::Equal), 1),
            '!' if after == Some('=') => (Kind::Operator(MatchOp::NotEqual), 2),
            '!' if after == Some('~') => (Kind::Operator(MatchOp::NotRegex), 2),
            '!' => return Err(fault("expected `=` or `~` after `!`", at..at + 1)),
            '"' => match quoted_len(rest) {
                Some(len) => (Kind::Quoted, len),
                None => return Err(fault("missing end \"", at..text.len())),
            },
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            c if is_reserved(c) => {
                let message = format!("`{c}` must be in double quotes");
                return Err(fault(&message, at..at + c.len_utf8()));
            }
            _ => (Kind::Plain, rest.find(is_reserved).unwrap_or(rest.len())),
        };
        tokens.push(Token {
            kind,
            range: at..at + len,
        });
        at += len;
    }
    tokens.push(Token {
        kind: Kind::End,
        range: at..at,
    });
    Ok(tokens)
}

/// The length of a quoted word at the start of a text, quotes included.
fn quoted_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

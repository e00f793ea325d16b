//! Splits an expression into words. Every fault is reported with its place and the lexer goes on, so that
//! one stray character does not hide what follows.

use crate::error::{ErrorKind, ParseError};
use crate::quote::go_char;
use crate::span::Span;
use crate::token::{Keyword, Token, TokenKind};

/// The words of a text, an end-of-input word last, and the faults met on the way.
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    /// Comments, `#` included, line break excluded.
    pub(crate) comments: Vec<Span>,
    /// Faults, each with the index of the word it was met in.
    pub(crate) errors: Vec<(usize, ParseError)>,
}

pub(crate) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        pos: 0,
        out: Lexed {
            tokens: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
        },
        parens: 0,
        brace_open: false,
        bracket: Bracket::Closed,
        colon_seen: false,
        duration_seen: false,
    };
    lexer.run();
    lexer.out
}

struct Lexer<'a> {
    text: &'a str,
    pos: usize,
    out: Lexed,
    /// How many round brackets are open.
    parens: usize,
    brace_open: bool,
    bracket: Bracket,
    /// Whether a colon stood in the square bracket that is open.
    colon_seen: bool,
    /// Whether a duration stood in this square bracket or an earlier one: a colon must follow one.
    duration_seen: bool,
}

/// Whether a square bracket is open. Up to its first number, only what durations are made of may stand in it;
/// from there on, other words are words as well, which the parser refuses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Closed,
    Strict,
    Open,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.pos..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn run(&mut self) {
        while let Some(c) = self.peek() {
            let start = self.pos;
            match c {
                ' ' | '\t' | '\n' | '\r' => self.pos += 1,
                _ if self.bracket == Bracket::Strict => self.duration_word(c),
                '#' => self.comment(),
                '"' | '\'' => self.quoted(c),
                '`' => self.raw(),
                _ if self.brace_open => self.inside_braces(c),
                _ => self.outside(c),
            }
            debug_assert!(self.pos > start);
        }
        let at_end = Span::new(self.text.len(), self.text.len());
        let missing = if self.brace_open {
            Some((
                "unexpected end of input inside braces",
                "Close the selector with `}`.",
            ))
        } else if self.bracket == Bracket::Strict {
            Some((
                "unexpected end of input in duration expression",
                "Close the range with `]`.",
            ))
        } else if self.parens > 0 {
            Some(("unclosed left parenthesis", "Add the missing `)`."))
        } else if self.bracket == Bracket::Open {
            Some(("unclosed left bracket", "Close the range with `]`."))
        } else {
            None
        };
        if let Some((message, help)) = missing {
            self.error(at_end, message, help);
        }
        self.out.tokens.push(Token {
            kind: TokenKind::Eof,
            span: at_end,
        });
    }

    fn push(&mut self, kind: TokenKind, len: usize) {
        let span = Span::new(self.pos, self.pos + len);
        self.pos += len;
        self.out.tokens.push(Token { kind, span });
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.fault(ParseError::new(ErrorKind::Lexical, span, message, help));
    }

    /// Reports a fault of the next word.
    fn fault(&mut self, error: ParseError) {
        self.out.errors.push((self.out.tokens.len(), error));
    }

    /// Reports the next `len` bytes and leaves an error word in their place.
    fn reject(&mut self, len: usize, message: impl Into<String>, help: impl Into<String>) {
        let span = Span::new(self.pos, self.pos + len);
        self.error(span, message, help);
        self.push(TokenKind::Error, len);
    }

    fn comment(&mut self) {
        let len = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        self.out.comments.push(Span::new(self.pos, self.pos + len));
        self.pos += len;
    }

    fn outside(&mut self, c: char) {
        let next = self.peek_second();
        match c {
            ':' if self.bracket == Bracket::Open => self.colon(),
            _ if self.bracket == Bracket::Open && is_alpha(c) => {
                if !self.duration_keyword() {
                    let message = format!("unexpected character: {}, expected ':'", go_char(c));
                    self.reject(self.word_len(), message, DURATION_HELP);
                }
            }
            '[' if self.bracket == Bracket::Open => {
                let help = "Close the first `[` before the next one.";
                self.reject(1, "unexpected left bracket '['", help);
            }
            ']' if self.bracket == Bracket::Open => self.right_bracket(),
            ',' => self.push(TokenKind::Comma, 1),
            '*' => self.push(TokenKind::Mul, 1),
            '/' => self.push(TokenKind::Div, 1),
            '%' => self.push(TokenKind::Mod, 1),
            '+' => self.push(TokenKind::Add, 1),
            '-' => self.push(TokenKind::Sub, 1),
            '^' => self.push(TokenKind::Pow, 1),
            '@' => self.push(TokenKind::At, 1),
            '=' if next == Some('=') => self.push(TokenKind::Eql, 2),
            '=' if next == Some('~') => {
                let help = "`=~` compares labels and belongs inside braces: `metric{label=~\"…\"}`.";
                self.reject(2, "unexpected character after '=': '~'", help);
            }
            '=' => self.push(TokenKind::Assign, 1),
            '!' if next == Some('=') => self.push(TokenKind::Neq, 2),
            '!' => {
                let after = go_char(next.unwrap_or(char::REPLACEMENT_CHARACTER));
                let help = "Write `!=` to compare, or `unless` to take series away.";
                self.reject(1, format!("unexpected character after '!': {after}"), help);
            }
            '<' if next == Some('=') => self.push(TokenKind::Lte, 2),
            '<' if next == Some('/') => self.push(TokenKind::TrimUpper, 2),
            '<' => self.push(TokenKind::Lss, 1),
            '>' if next == Some('=') => self.push(TokenKind::Gte, 2),
            '>' if next == Some('/') => self.push(TokenKind::TrimLower, 2),
            '>' => self.push(TokenKind::Gtr, 1),
            '(' => {
                self.parens += 1;
                self.push(TokenKind::LeftParen, 1);
            }
            ')' => self.right_paren(),
            '{' => {
                self.brace_open = true;
                self.push(TokenKind::LeftBrace, 1);
            }
            '[' => {
                self.bracket = Bracket::Strict;
                self.colon_seen = false;
                self.push(TokenKind::LeftBracket, 1);
            }
            ']' => self.reject(
                1,
                "unexpected right bracket ']'",
                "Remove it, or open the range with `[`.",
            ),
            '}' => self.reject(
                1,
                "unexpected character: '}'",
                "Remove it, or open the selector with `{`.",
            ),
            _ if is_digit(c) || (c == '.' && next.is_some_and(is_digit)) => self.number_or_duration(),
            _ if is_alpha(c) || c == ':' => self.word(),
            _ => self.stray(c),
        }
    }

    fn right_paren(&mut self) {
        if self.parens == 0 {
            let span = Span::new(self.pos, self.pos + 1);
            let help = "Remove it, or add the missing `(`.";
            let message = "unexpected right parenthesis ')'";
            let error = ParseError::new(ErrorKind::Lexical, span, message, help);
            self.fault(error.shown_at(span.end));
            self.push(TokenKind::Error, 1);
        } else {
            self.parens -= 1;
            self.push(TokenKind::RightParen, 1);
        }
    }

    fn stray(&mut self, c: char) {
        let help = match c {
            '&' => "PromQL writes `and`.",
            '|' => "PromQL writes `or`.",
            ';' => "An expression has no terminator; remove it.",
            '“' | '”' | '‘' | '’' => "Use straight quotes.",
            '$' => "PromQL has no variables; a dashboard's variables are replaced before the query is sent.",
            _ => "Remove it.",
        };
        self.reject(
            c.len_utf8(),
            format!("unexpected character: {}", go_char(c)),
            help,
        );
    }

    fn inside_braces(&mut self, c: char) {
        let next = self.peek_second();
        match c {
            ',' => self.push(TokenKind::Comma, 1),
            '=' if next == Some('~') => self.push(TokenKind::EqlRegex, 2),
            '=' => self.push(TokenKind::Assign, 1),
            '!' if next == Some('~') => self.push(TokenKind::NeqRegex, 2),
            '!' if next == Some('=') => self.push(TokenKind::Neq, 2),
            '!' => {
                let after = go_char(next.unwrap_or(char::REPLACEMENT_CHARACTER));
                let message = format!("unexpected character after '!' inside braces: {after}");
                self.reject(1, message, "Write `!=` or `!~`.");
            }
            '{' => self.reject(
                1,
                "unexpected left brace '{'",
                "Close the first `{` before the next one.",
            ),
            '}' => {
                self.brace_open = false;
                self.push(TokenKind::RightBrace, 1);
            }
            _ if is_alpha(c) => {
                let len = self
                    .rest()
                    .find(|c| !is_alphanumeric(c))
                    .unwrap_or(self.rest().len());
                self.push(TokenKind::Identifier, len);
            }
            _ => {
                let help = "Inside braces stand matchers: `label=\"value\"`, separated by commas.";
                self.reject(
                    c.len_utf8(),
                    format!("unexpected character inside braces: {}", go_char(c)),
                    help,
                );
            }
        }
    }

    fn right_bracket(&mut self) {
        self.bracket = Bracket::Closed;
        self.push(TokenKind::RightBracket, 1);
    }

    /// A word in a square bracket before its first number.
    fn duration_word(&mut self, c: char) {
        let next = self.peek_second();
        match c {
            ']' => self.right_bracket(),
            ':' => self.colon(),
            '(' | ')' | '+' | '-' | '*' | '/' | '%' | '^' | ',' => self.outside(c),
            _ if is_digit(c) || (c == '.' && next.is_some_and(is_digit)) => {
                self.duration_seen = true;
                self.bracket = Bracket::Open;
                self.number_or_duration();
            }
            _ => {
                if !self.duration_keyword() {
                    let message = format!("unexpected character in duration expression: {}", go_char(c));
                    self.reject(self.word_len().max(c.len_utf8()), message, DURATION_HELP);
                }
            }
        }
    }

    /// `step`, `range`, `min_of`, `max_of`: answers whether one of them was next.
    fn duration_keyword(&mut self) -> bool {
        let rest = self.rest();
        let len = rest.find(|c| !is_alpha(c)).unwrap_or(rest.len());
        match Keyword::from_word(&rest[..len]) {
            Some(k @ (Keyword::Step | Keyword::Range | Keyword::MaxOf | Keyword::MinOf)) => {
                self.push(TokenKind::Keyword(k), len);
                true
            }
            _ => false,
        }
    }

    /// Length of the letters, digits and underscores that are next.
    fn word_len(&self) -> usize {
        let rest = self.rest();
        rest.find(|c| !is_alphanumeric(c)).unwrap_or(rest.len())
    }

    /// The colon between a range and a step.
    fn colon(&mut self) {
        let span = Span::new(self.pos, self.pos + 1);
        let strict = self.bracket == Bracket::Strict;
        let fault = if strict && !self.duration_seen {
            let help = "Write how far the range reaches back before the colon: `[1h:]`.";
            Some(("unexpected colon before duration in duration expression", help))
        } else if self.colon_seen {
            let message = if strict {
                "unexpected repeated colon in duration expression"
            } else {
                "unexpected colon ':'"
            };
            Some((message, "One colon stands between range and step: `[1h:5m]`."))
        } else {
            None
        };
        if let Some((message, help)) = fault {
            let error = ParseError::new(ErrorKind::Lexical, span, message, help);
            self.fault(if strict { error.shown_at(span.end) } else { error });
            self.push(TokenKind::Error, 1);
        } else {
            self.push(TokenKind::Colon, 1);
        }
        self.colon_seen = true;
    }

    fn word(&mut self) {
        let rest = self.rest();
        let len = rest
            .find(|c: char| !is_alphanumeric(c) && c != ':')
            .unwrap_or(rest.len());
        let word = &rest[..len];
        let kind = match Keyword::from_word(word) {
            // These are words of their own only before a bracket, so that old queries keep their meaning.
            Some(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight)
                if !rest[len..]
                    .trim_start_matches([' ', '\t', '\n', '\r'])
                    .starts_with('(') =>
            {
                TokenKind::Identifier
            }
            Some(keyword) => TokenKind::Keyword(keyword),
            None if word.eq_ignore_ascii_case("inf") || word.eq_ignore_ascii_case("nan") => TokenKind::Number,
            None if word.contains(':') => TokenKind::MetricIdentifier,
            None => TokenKind::Identifier,
        };
        self.push(kind, len);
    }

    fn number_or_duration(&mut self) {
        let rest = self.rest();
        let mut scan = Scan {
            bytes: rest.as_bytes(),
            pos: 0,
        };
        if scan.number() {
            let len = scan.pos;
            return self.push(TokenKind::Number, len);
        }
        // The number went as far as it could; a duration continues from there.
        if scan.duration() {
            let len = scan.pos;
            return self.push(TokenKind::Duration, len);
        }
        let len = scan.pos;
        let shown = rest[..len].to_owned();
        let word = rest
            .find(|c: char| !is_alphanumeric(c) && c != '.')
            .unwrap_or(rest.len())
            .max(len);
        let message = format!(
            "bad number or duration syntax: {}",
            crate::quote::go_quote(&shown)
        );
        let help = "Numbers read `1`, `0.5`, `1e3`, `0x1f`; durations `5m`, `1h30m`, `500ms`, units from large to small.";
        self.reject(word, message, help);
    }

    fn quoted(&mut self, quote: char) {
        let start = self.pos;
        let mut chars = self.rest().char_indices().skip(1);
        let mut fault: Option<(Span, String, &str)> = None;
        while let Some((at, c)) = chars.next() {
            match c {
                '\n' => return self.unterminated(at, "unterminated quoted string", fault),
                '\\' => {
                    if let Err((len, message)) = crate::quote::check_escape(&self.rest()[at + 1..], quote) {
                        let from = start + at;
                        let span = Span::new(from, from + 1 + len);
                        fault.get_or_insert((span, message, "Double the backslash to mean a backslash."));
                    }
                    // What follows an escape's first character is plain text or digits.
                    chars.next();
                }
                char::REPLACEMENT_CHARACTER => {
                    fault.get_or_insert(not_utf8(start + at));
                }
                _ if c == quote => return self.string(at + 1, fault),
                _ => {}
            }
        }
        let len = self.rest().len();
        self.unterminated(len, "unterminated quoted string", fault);
    }

    fn raw(&mut self) {
        let rest = self.rest();
        let len = rest[1..].find('`').map(|len| len + 2);
        let text = &rest[..len.unwrap_or(rest.len())];
        let fault = text
            .find(char::REPLACEMENT_CHARACTER)
            .map(|at| not_utf8(self.pos + at));
        match len {
            Some(len) => self.string(len, fault),
            None => self.unterminated(text.len(), "unterminated raw string", fault),
        }
    }

    /// A string that has its end, and what is wrong inside it.
    fn string(&mut self, len: usize, fault: Option<(Span, String, &str)>) {
        if let Some((span, message, help)) = fault {
            let error = ParseError::new(ErrorKind::Lexical, span, message, help);
            self.fault(error.shown_at(self.pos));
        }
        self.push(TokenKind::String, len);
    }

    /// A string without its end: reported whole, and taken to end with the line, the braces too. What is wrong
    /// inside it comes first.
    fn unterminated(&mut self, len: usize, message: &str, fault: Option<(Span, String, &str)>) {
        if let Some((span, message, help)) = fault {
            let error = ParseError::new(ErrorKind::Lexical, span, message, help);
            self.fault(error.shown_at(self.pos));
        }
        self.reject(len, message, "Add the closing quote.");
        self.brace_open = false;
        self.bracket = Bracket::Closed;
    }
}

/// The character that stands where bytes were no UTF-8, which strings must not hold.
fn not_utf8<'a>(at: usize) -> (Span, String, &'a str) {
    let span = Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8());
    (
        span,
        "invalid UTF-8 rune".to_owned(),
        "Write it as an escape: `\\uFFFD`.",
    )
}

const DURATION_HELP: &str = "Write a duration such as `5m`, `1h30m` or a number of seconds.";

/// Scans numbers and durations the way Prometheus does, whose rules decide what is one word.
struct Scan<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let hit = self.peek().is_some_and(|b| set.contains(&b));
        self.pos += usize::from(hit);
        hit
    }

    fn number(&mut self) -> bool {
        let mut digits: &[u8] = b"0123456789";
        if self.accept(b"0") && self.accept(b"xX") {
            self.accept(b"_");
            digits = b"0123456789abcdefABCDEF";
        }
        self.accept(b".");
        self.accept(digits);
        let (mut dot, mut exponent) = (false, false);
        while let Some(b) = self.peek() {
            match b {
                b'.' => {
                    self.pos += 1;
                    // A second dot, a dot before an underscore, and fractional hexadecimals are no numbers.
                    if dot || self.accept(b"_.") || digits.len() > 10 {
                        return false;
                    }
                    dot = true;
                }
                b'e' | b'E' => {
                    self.pos += 1;
                    if exponent {
                        return false;
                    }
                    exponent = true;
                    self.accept(b"+-");
                    if self.accept(b"._eE") || self.peek().is_none() {
                        return false;
                    }
                }
                b'_' => {
                    self.pos += 1;
                    if self.accept(b"._eE") || self.peek().is_none() {
                        return false;
                    }
                }
                _ if digits.contains(&b) => while self.accept(digits) {},
                _ => break,
            }
        }
        !self.peek().is_some_and(|b| is_alphanumeric(b.into()))
    }

    fn duration(&mut self) -> bool {
        if !self.accept(b"smhdwy") {
            return false;
        }
        self.accept(b"s");
        while self.accept(b"0123456789") {
            while self.accept(b"0123456789") {}
            if !self.accept(b"smhdw") {
                return false;
            }
            self.accept(b"s");
        }
        // The character that spoils a duration is shown with it.
        let spoilt = self.peek().is_some_and(|b| is_alphanumeric(b.into()));
        self.pos += usize::from(spoilt);
        !spoilt
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_alpha(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic()
}

fn is_alphanumeric(c: char) -> bool {
    is_alpha(c) || is_digit(c)
}

//! Cuts a template into tokens, as Go's scanner does, including where it gives up.
//!
//! Go's scanner stops at its first error. This one leaves an [`Kind::Error`] token there and goes on behind
//! the next `}}`, so that the parser can report more than one mistake.

use std::ops::Range;

use crate::strconv;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The scanner could not go on; [`Token::error`] says why.
    Error,
    Bool,
    /// A printable ASCII character with no meaning of its own, such as a comma.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    Str,
    Text,
    Variable,
    Block,
    Break,
    Continue,
    Define,
    Dot,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    /// Whether Go shows the token as `<word>` in messages.
    fn is_keyword(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Block | Break | Continue | Define | Dot | Else | End | If | Nil | Range | Template | With
        )
    }
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What an [`Kind::Error`] is about.
    pub(crate) error: Option<LexError>,
}

/// Why the scanner could not go on.
#[derive(Clone, Debug)]
pub(crate) struct LexError {
    pub(crate) message: String,
    pub(crate) range: Range<usize>,
}

impl Token {
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(crate) fn text<'s>(&self, source: &'s str) -> &'s str {
        source.get(self.range()).unwrap_or_default()
    }

    /// The token as it appears in Go's "unexpected … in …".
    pub(crate) fn describe(&self, source: &str) -> String {
        let text = self.text(source);
        match self.kind {
            Kind::Eof => "EOF".to_owned(),
            Kind::Error => self
                .error
                .as_ref()
                .map_or_else(String::new, |error| error.message.clone()),
            kind if kind.is_keyword() => format!("<{text}>"),
            _ if text.len() > 10 => {
                let short: String = text.chars().take(10).collect();
                format!("{}...", strconv::quote_str(&short))
            }
            _ => strconv::quote_str(text),
        }
    }
}

/// The tokens of a template; the last is always [`Kind::Eof`].
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        source,
        pos: 0,
        start: 0,
        parens: Vec::new(),
        tokens: Vec::new(),
        no_comment_end: false,
        no_back_quote: false,
    };
    lexer.run();
    lexer.tokens
}

const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];
const LEFT: &str = "{{";
const RIGHT: &str = "}}";
/// The length of a trim marker: the minus and the space that must stand beside it.
const TRIM: usize = 2;

fn is_space(c: char) -> bool {
    SPACES.contains(&c)
}

fn starts_with_left_trim(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(SPACES))
}

/// The length of a right delimiter at the start of `text`, with its trim marker if it has one.
fn right_delim(text: &str) -> Option<(usize, bool)> {
    let trimmed = text.strip_prefix(SPACES).and_then(|rest| rest.strip_prefix('-'));
    if trimmed.is_some_and(|rest| rest.starts_with(RIGHT)) {
        return Some((TRIM + RIGHT.len(), true));
    }
    text.starts_with(RIGHT).then_some((RIGHT.len(), false))
}

struct Lexer<'s> {
    source: &'s str,
    pos: usize,
    start: usize,
    /// Where the open parentheses are.
    parens: Vec<usize>,
    tokens: Vec<Token>,
    /// There is no `*/` any more, so that nobody needs to look for one again.
    no_comment_end: bool,
    /// There is no back quote any more.
    no_back_quote: bool,
}

/// Why scanning of an action stopped, and where, if not at the token.
struct Stop {
    message: String,
    range: Option<Range<usize>>,
}

impl Stop {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            range: None,
        }
    }

    fn at(self, range: Range<usize>) -> Self {
        Self {
            range: Some(range),
            ..self
        }
    }
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.pos..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn accept(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        match self.peek() {
            Some(c) if wanted(c) => {
                self.pos += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    fn accept_run(&mut self, wanted: impl Fn(char) -> bool) {
        while self.accept(&wanted) {}
    }

    fn emit(&mut self, kind: Kind) {
        self.tokens.push(Token {
            kind,
            start: self.start,
            end: self.pos,
            error: None,
        });
        self.start = self.pos;
    }

    fn run(&mut self) {
        while self.pos < self.source.len() {
            if self.text() {
                continue;
            }
            if let Err(stop) = self.action_or_comment() {
                self.stop(stop);
            }
        }
        self.start = self.pos;
        self.emit(Kind::Eof);
    }

    /// Scans plain text. False when there is none before the next action.
    fn text(&mut self) -> bool {
        let Some(length) = self.rest().find(LEFT) else {
            self.pos = self.source.len();
            self.emit(Kind::Text);
            return true;
        };
        let text = &self.rest()[..length];
        let trim = starts_with_left_trim(&self.rest()[length + LEFT.len()..]);
        let kept = if trim {
            text.trim_end_matches(SPACES).len()
        } else {
            length
        };
        let after = self.pos + length;
        self.pos += kept;
        if kept > 0 {
            self.emit(Kind::Text);
        }
        self.pos = after;
        self.start = after;
        false
    }

    /// Records an error and skips to the end of the action.
    fn stop(&mut self, stop: Stop) {
        let skipped = self.source[self.start..].find(RIGHT);
        let end = self.pos.max(self.start);
        self.tokens.push(Token {
            kind: Kind::Error,
            start: self.start,
            end,
            error: Some(LexError {
                range: stop.range.unwrap_or(self.start..end),
                message: stop.message,
            }),
        });
        match skipped {
            Some(length) => {
                self.start += length;
                self.pos = self.start + RIGHT.len();
                self.emit(Kind::RightDelim);
            }
            None => self.pos = self.source.len(),
        }
        self.start = self.pos;
    }

    fn action_or_comment(&mut self) -> Result<(), Stop> {
        self.pos += LEFT.len();
        let trim = if starts_with_left_trim(self.rest()) {
            TRIM
        } else {
            0
        };
        if self.rest()[trim..].starts_with("/*") {
            self.pos += trim;
            self.start = self.pos;
            return self.comment();
        }
        self.emit(Kind::LeftDelim);
        self.pos += trim;
        self.start = self.pos;
        self.parens.clear();
        while !self.inside_action()? {}
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Stop> {
        let end = if self.no_comment_end {
            None
        } else {
            self.rest()[2..].find("*/")
        };
        let Some(end) = end else {
            self.no_comment_end = true;
            return Err(Stop::new("unclosed comment"));
        };
        self.pos += 2 + end + 2;
        let Some((length, trim)) = right_delim(self.rest()) else {
            return Err(Stop::new("comment ends before closing delimiter"));
        };
        self.pos += length;
        self.skip_trimmed(trim);
        Ok(())
    }

    fn skip_trimmed(&mut self, trim: bool) {
        if trim {
            self.pos += self.rest().len() - self.rest().trim_start_matches(SPACES).len();
        }
        self.start = self.pos;
    }

    /// Scans one token inside an action; true when it was the closing delimiter.
    fn inside_action(&mut self) -> Result<bool, Stop> {
        if let Some((_, trim)) = right_delim(self.rest()) {
            if let Some(&paren) = self.parens.last() {
                return Err(Stop::new("unclosed left paren").at(paren..paren + 1));
            }
            if trim {
                self.pos += TRIM;
                self.start = self.pos;
            }
            self.pos += RIGHT.len();
            self.emit(Kind::RightDelim);
            self.skip_trimmed(trim);
            return Ok(true);
        }
        let Some(c) = self.next() else {
            return Err(Stop::new("unclosed action"));
        };
        match c {
            c if is_space(c) => self.space(),
            '=' => self.emit(Kind::Assign),
            ':' => {
                if self.next() != Some('=') {
                    return Err(Stop::new("expected :="));
                }
                self.emit(Kind::Declare);
            }
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted('"', Kind::Str, "unterminated quoted string")?,
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant")?,
            '`' => self.raw_string()?,
            '$' => self.word_after_sigil(Kind::Variable, Kind::Variable)?,
            '.' if self.peek().is_some_and(|c| !c.is_ascii_digit()) => {
                self.word_after_sigil(Kind::Field, Kind::Dot)?;
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.pos -= 1;
                self.number()?;
            }
            '(' => {
                self.parens.push(self.start);
                self.emit(Kind::LeftParen);
            }
            ')' => {
                if self.parens.pop().is_none() {
                    return Err(Stop::new("unexpected right paren"));
                }
                self.emit(Kind::RightParen);
            }
            c if strconv::is_alphanumeric(c) => self.identifier()?,
            c if c.is_ascii_graphic() => self.emit(Kind::Char),
            c => {
                let shown = strconv::unicode_name(c);
                return Err(Stop::new(format!("unrecognized character in action: {shown}")));
            }
        }
        Ok(false)
    }

    /// Scans a run of spaces, of which one is already consumed, but leaves the space of a trim marker.
    fn space(&mut self) {
        self.accept_run(is_space);
        // Every space character is one byte long.
        if right_delim(&self.source[self.pos - 1..]).is_some_and(|(_, trim)| trim) {
            self.pos -= 1;
            if self.pos == self.start {
                return;
            }
        }
        self.emit(Kind::Space);
    }

    /// Scans what follows a `.` or `$`: nothing (`alone`), or a word.
    fn word_after_sigil(&mut self, kind: Kind, alone: Kind) -> Result<(), Stop> {
        if self.at_terminator() {
            self.emit(alone);
            return Ok(());
        }
        self.accept_run(strconv::is_alphanumeric);
        self.end_of_word()?;
        self.emit(kind);
        Ok(())
    }

    fn identifier(&mut self) -> Result<(), Stop> {
        self.accept_run(strconv::is_alphanumeric);
        self.end_of_word()?;
        let kind = match &self.source[self.start..self.pos] {
            "block" => Kind::Block,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "define" => Kind::Define,
            "else" => Kind::Else,
            "end" => Kind::End,
            "if" => Kind::If,
            "nil" => Kind::Nil,
            "range" => Kind::Range,
            "template" => Kind::Template,
            "with" => Kind::With,
            "true" | "false" => Kind::Bool,
            _ => Kind::Identifier,
        };
        self.emit(kind);
        Ok(())
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None => true,
            Some(c) => is_space(c) || ".,|:)(".contains(c) || self.rest().starts_with(RIGHT),
        }
    }

    fn end_of_word(&self) -> Result<(), Stop> {
        match self.peek() {
            Some(c) if !self.at_terminator() => {
                let stop = Stop::new(format!("bad character {}", strconv::unicode_name(c)));
                Err(stop.at(self.pos..self.pos + c.len_utf8()))
            }
            _ => Ok(()),
        }
    }

    /// Scans to the closing quote. What is inside is checked by the parser.
    fn quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Result<(), Stop> {
        loop {
            match self.next() {
                Some(c) if c == quote => break,
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.next();
                }
                None | Some('\n' | '\\') => return Err(Stop::new(unterminated)),
                Some(_) => {}
            }
        }
        self.emit(kind);
        Ok(())
    }

    fn raw_string(&mut self) -> Result<(), Stop> {
        let end = if self.no_back_quote {
            None
        } else {
            self.rest().find('`')
        };
        match end {
            Some(length) => {
                self.pos += length + 1;
                self.emit(Kind::RawString);
                Ok(())
            }
            None => {
                self.no_back_quote = true;
                Err(Stop::new("unterminated raw quoted string"))
            }
        }
    }

    /// Scans something that looks like a number. Whether it is one is checked by the parser.
    fn number(&mut self) -> Result<(), Stop> {
        let bad = |lexer: &Self| {
            let text = &lexer.source[lexer.start..lexer.pos];
            Stop::new(format!("bad number syntax: {}", strconv::quote_str(text)))
        };
        if !self.scan_number() {
            return Err(bad(self));
        }
        if matches!(self.peek(), Some('+' | '-')) {
            // A complex constant such as 1+2i: no spaces, an i at the end.
            if !self.scan_number() || !self.source[..self.pos].ends_with('i') {
                return Err(bad(self));
            }
            self.emit(Kind::Complex);
        } else {
            self.emit(Kind::Number);
        }
        Ok(())
    }

    fn scan_number(&mut self) -> bool {
        self.accept(|c| c == '+' || c == '-');
        let mut radix = 10;
        if self.accept(|c| c == '0') {
            if self.accept(|c| c == 'x' || c == 'X') {
                radix = 16;
            } else if self.accept(|c| c == 'o' || c == 'O') {
                radix = 8;
            } else if self.accept(|c| c == 'b' || c == 'B') {
                radix = 2;
            }
        }
        let digit = |c: char| c == '_' || c.is_digit(radix);
        self.accept_run(digit);
        if self.accept(|c| c == '.') {
            self.accept_run(digit);
        }
        let exponent = match radix {
            10 => self.accept(|c| c == 'e' || c == 'E'),
            16 => self.accept(|c| c == 'p' || c == 'P'),
            _ => false,
        };
        if exponent {
            self.accept(|c| c == '+' || c == '-');
            self.accept_run(|c| c == '_' || c.is_ascii_digit());
        }
        self.accept(|c| c == 'i');
        !self.accept(strconv::is_alphanumeric)
    }
}

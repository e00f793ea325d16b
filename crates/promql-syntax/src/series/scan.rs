//! A cursor over the text of a series.

/// Reads characters and words of series notation.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Scanner { text, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn end(&self) -> usize {
        self.text.len()
    }

    pub(super) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    pub(super) fn eat(&mut self, word: &str) -> bool {
        let hit = self.rest().starts_with(word);
        self.at += if hit { word.len() } else { 0 };
        hit
    }

    /// Skips white space; answers whether there was any.
    pub(super) fn skip_spaces(&mut self) -> bool {
        let before = self.at;
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        self.at > before
    }

    pub(super) fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// An unsigned number: digits with fraction and exponent, `Inf` or `NaN` in any case; empty where none
    /// stands here.
    pub(super) fn number(&mut self) -> &'a str {
        let rest = self.rest();
        for word in ["inf", "nan"] {
            if rest.get(..3).is_some_and(|w| w.eq_ignore_ascii_case(word)) {
                self.at += 3;
                return &rest[..3];
            }
        }
        let bytes = rest.as_bytes();
        let mut len = 0;
        while let Some(b) = bytes.get(len) {
            let sign_of_exponent =
                matches!(b, b'+' | b'-') && len > 0 && matches!(bytes[len - 1], b'e' | b'E');
            if b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'e' | b'E') || sign_of_exponent {
                len += 1;
            } else {
                break;
            }
        }
        if !rest[..len].starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return "";
        }
        self.at += len;
        &rest[..len]
    }

    /// A string with its quotes; `None` where it does not end.
    pub(super) fn string_literal(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let quote = self.peek()?;
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if c == '\\' && quote != '`' {
                escaped = true;
            } else if c == quote {
                self.at += at + 1;
                return Some(&rest[..=at]);
            } else if c == '\n' && quote != '`' {
                return None;
            }
        }
        None
    }

    /// What stands next, up to white space, for messages.
    pub(super) fn next_word(&self) -> &'a str {
        let rest = self.rest();
        let first = self.peek().map_or(0, char::len_utf8);
        let len = rest[first..]
            .find(char::is_whitespace)
            .map_or(rest.len(), |len| first + len);
        let mut len = len.min(20);
        while !rest.is_char_boundary(len) {
            len -= 1;
        }
        &rest[..len.max(first)]
    }
}

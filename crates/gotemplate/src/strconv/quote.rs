//! Go string literals: written by `%q` and in error messages, read from templates.

use super::{decode, is_print};

/// A string in double quotes, with Go's escapes. With `ascii`, everything else is escaped too.
pub(crate) fn quote(bytes: &[u8], ascii: bool) -> String {
    let mut quoted = String::with_capacity(bytes.len() + 2);
    quoted.push('"');
    let mut rest = bytes;
    while !rest.is_empty() {
        let (c, length) = decode(rest);
        match c {
            Some(c) => escape(&mut quoted, c, '"', ascii),
            None => quoted.push_str(&format!("\\x{:02x}", rest[0])),
        }
        rest = &rest[length..];
    }
    quoted.push('"');
    quoted
}

/// [`quote`] for text.
pub(crate) fn quote_str(text: &str) -> String {
    quote(text.as_bytes(), false)
}

/// A character in single quotes.
pub(crate) fn quote_char(c: char, ascii: bool) -> String {
    let mut quoted = String::from("'");
    escape(&mut quoted, c, '\'', ascii);
    quoted.push('\'');
    quoted
}

fn escape(out: &mut String, c: char, quote: char, ascii: bool) {
    let code = u32::from(c);
    match c {
        c if c == quote || c == '\\' => {
            out.push('\\');
            out.push(c);
        }
        c if (c.is_ascii() || !ascii) && is_print(c) => out.push(c),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\x{code:02x}")),
        c if code < 0x10000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
    }
}

/// Whether a string can be written in back quotes on one line.
pub(crate) fn can_backquote(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        text.chars()
            .all(|c| c != '\u{feff}' && c != '`' && c != '\u{7f}' && (c >= ' ' || c == '\t'))
    })
}

/// The value of a string literal in double or back quotes. `None` where Go says "invalid syntax".
pub(crate) fn unquote(literal: &str) -> Option<Vec<u8>> {
    let inner = |quote: char| literal.strip_prefix(quote)?.strip_suffix(quote);
    if literal.len() < 2 {
        return None;
    }
    if let Some(raw) = inner('`') {
        return Some(raw.bytes().filter(|&byte| byte != b'\r').collect());
    }
    let mut rest = inner('"')?;
    let mut value = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        if rest.starts_with('\n') {
            return None;
        }
        let (unit, tail) = unquote_char(rest, '"')?;
        match unit {
            Unit::Byte(byte) => value.push(byte),
            Unit::Char(c) => value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = tail;
    }
    Some(value)
}

/// What one character or escape of a literal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// `\xff` or `\377`: a byte of its own.
    Byte(u8),
    /// Anything else.
    Char(char),
}

/// Reads one character or escape of a literal in `quote`s, and returns what follows it.
pub(crate) fn unquote_char(text: &str, quote: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == quote {
        return None;
    }
    if first != '\\' {
        return Some((Unit::Char(first), chars.as_str()));
    }
    let kind = chars.next()?;
    let rest = chars.as_str();
    let simple = match kind {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        c if c == quote => c,
        'x' => return digits(rest, 2, 16).map(|(value, tail)| (Unit::Byte(value as u8), tail)),
        'u' | 'U' => {
            let (value, tail) = digits(rest, if kind == 'u' { 4 } else { 8 }, 16)?;
            return Some((Unit::Char(char::from_u32(value)?), tail));
        }
        '0'..='7' => {
            let (value, tail) = digits(&text[1..], 3, 8)?;
            return Some((Unit::Byte(u8::try_from(value).ok()?), tail));
        }
        _ => return None,
    };
    Some((Unit::Char(simple), rest))
}

fn digits(text: &str, count: usize, radix: u32) -> Option<(u32, &str)> {
    let head = text.get(..count)?;
    if !head.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some((u32::from_str_radix(head, radix).ok()?, &text[count..]))
}

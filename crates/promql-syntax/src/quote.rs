//! Quoting and unquoting as Go does, whose rules PromQL strings follow.

use std::sync::LazyLock;

/// Checks the escape sequence whose text behind the backslash is `rest`. Answers its length in bytes (the
/// backslash not counted), or the length of the wrong piece with what Prometheus says of it.
pub(crate) fn check_escape(rest: &str, quote: char) -> Result<usize, (usize, String)> {
    escape(rest, quote).map(|(_, len)| len)
}

/// What an escape sequence stands for.
enum Escaped {
    /// A byte (octal and `\x` escapes).
    Byte(u8),
    /// A character.
    Char(char),
}

fn escape(rest: &str, quote: char) -> Result<(Escaped, usize), (usize, String)> {
    let Some(first) = rest.chars().next() else {
        return Err((0, "escape sequence not terminated".to_owned()));
    };
    let simple = |c| Ok((Escaped::Char(c), 1));
    let (skip, digits, base, max) = match first {
        'a' => return simple('\x07'),
        'b' => return simple('\x08'),
        'f' => return simple('\x0c'),
        'n' => return simple('\n'),
        'r' => return simple('\r'),
        't' => return simple('\t'),
        'v' => return simple('\x0b'),
        '\\' => return simple('\\'),
        _ if first == quote => return simple(quote),
        '0'..='7' => (0, 3, 8, 255),
        'x' => (1, 2, 16, 255),
        'u' => (1, 4, 16, 0x0010_FFFF),
        'U' => (1, 8, 16, 0x0010_FFFF),
        other => {
            return Err((
                other.len_utf8(),
                format!("unknown escape sequence {}", unicode_form(other)),
            ));
        }
    };
    let mut value: u32 = 0;
    let mut len = skip;
    for _ in 0..digits {
        let Some(c) = rest[len..].chars().next() else {
            return Err((len, "escape sequence not terminated".to_owned()));
        };
        let Some(digit) = c.to_digit(base) else {
            let message = format!("illegal character {} in escape sequence", unicode_form(c));
            return Err((len + c.len_utf8(), message));
        };
        value = value.saturating_mul(base).saturating_add(digit);
        len += 1;
    }
    let invalid = || (len, "escape sequence is an invalid Unicode code point".to_owned());
    if value > max {
        return Err(invalid());
    }
    match u8::try_from(value) {
        Ok(byte) if max == 255 => Ok((Escaped::Byte(byte), len)),
        _ => char::from_u32(value)
            .map(|c| (Escaped::Char(c), len))
            .ok_or_else(invalid),
    }
}

/// The text that a string literal (quotes included) stands for; `None` where it is malformed.
///
/// Bytes that form no UTF-8 become U+FFFD.
pub fn unquote(literal: &str) -> Option<String> {
    let quote = literal.chars().next()?;
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    if literal.len() < 2 || !literal.ends_with(quote) {
        return None;
    }
    match quote {
        // Carriage returns stay, unlike in Go.
        '`' => return Some(inner.to_owned()),
        '"' | '\'' => {}
        _ => return None,
    }
    if !inner.contains('\\') {
        return Some(inner.to_owned());
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let (escaped, len) = escape(&rest[at + 1..], quote).ok()?;
        match escaped {
            Escaped::Byte(byte) => bytes.push(byte),
            Escaped::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = &rest[at + 1 + len..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
}

/// `U+0041 'A'`, Go's `%#U`.
fn unicode_form(c: char) -> String {
    let code = u32::from(c);
    if is_printable(c) {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}

/// A character in single quotes with Go's escapes (`%q`).
pub fn go_char(c: char) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, c, '\'');
    out.push('\'');
    out
}

/// A string in double quotes with Go's escapes (`strconv.Quote`).
pub fn go_quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        push_escaped(&mut out, c, '"');
    }
    out.push('"');
    out
}

fn push_escaped(out: &mut String, c: char, quote: char) {
    match c {
        _ if c == quote => {
            out.push('\\');
            out.push(c);
        }
        '\\' => out.push_str("\\\\"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        _ if is_printable(c) => out.push(c),
        _ if u32::from(c) < 0x80 => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        _ if u32::from(c) < 0x10000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        _ => out.push_str(&format!("\\U{:08x}", u32::from(c))),
    }
}

/// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the plain space.
fn is_printable(c: char) -> bool {
    static OTHERS: LazyLock<regex::Regex> =
        LazyLock::new(|| regex::Regex::new(r"^[\pL\pM\pN\pP\pS]$").expect("the pattern is sound"));
    if c.is_ascii() {
        return c == ' ' || c.is_ascii_graphic();
    }
    OTHERS.is_match(c.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_mean_what_go_says() {
        let cases = [
            (r#""plain""#, Some("plain")),
            (r#""a\nb\t\"\\""#, Some("a\nb\t\"\\")),
            (r"'it\'s'", Some("it's")),
            (r#"'say "x"'"#, Some("say \"x\"")),
            ("`raw\\n`", Some("raw\\n")),
            (r#""\x41\101\u00e9\U0001F600""#, Some("AAé😀")),
            (r#""\xff""#, Some("\u{fffd}")),
            (r#""\'""#, None),
            (r#""\q""#, None),
            (r#""\x4""#, None),
            (r#""\ud800""#, None),
            (r#"""#, None),
        ];
        for (literal, meaning) in cases {
            assert_eq!(unquote(literal).as_deref(), meaning, "{literal}");
        }
    }

    #[test]
    fn quoting_escapes_as_go() {
        let cases = [
            ("a\"b", r#""a\"b""#),
            ("é\u{0}\u{feff}", r#""é\x00\ufeff""#),
            ("\u{a0}", r#""\u00a0""#),
        ];
        for (text, quoted) in cases {
            assert_eq!(go_quote(text), quoted);
        }
        assert_eq!(go_char('\''), r"'\''");
    }
}

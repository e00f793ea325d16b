//! Go's textual forms: which characters count as what, quoted strings, numbers from and to text.
//!
//! Go strings are bytes that are usually UTF-8, so everything here takes bytes where Go takes a string.

mod float;
mod number;
mod quote;

pub(crate) use float::{FloatError, format_float, parse_float};
pub(crate) use number::{parse_int, parse_uint};
pub(crate) use quote::{Unit, can_backquote, quote, quote_char, quote_str, unquote, unquote_char};

use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// Whether Go's `unicode.IsLetter` or `unicode.IsDigit` holds, or the character is an underscore.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    if c.is_ascii() {
        return c == '_' || c.is_ascii_alphanumeric();
    }
    is_letter(c) || get_general_category(c) == Category::DecimalNumber
}

/// Go's `unicode.IsLetter`: category L.
pub(crate) fn is_letter(c: char) -> bool {
    use Category::*;
    matches!(
        get_general_category(c),
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
    )
}

/// Whether a letter is two in one, the first of them a capital.
pub(crate) fn is_titlecase(c: char) -> bool {
    get_general_category(c) == Category::TitlecaseLetter
}

/// Whether a character is a number that looks like a letter, such as the Roman ones.
pub(crate) fn is_letter_number(c: char) -> bool {
    get_general_category(c) == Category::LetterNumber
}

/// Whether a character combines with or formats what stands before it: a mark or format control.
pub(crate) fn is_extender(c: char) -> bool {
    use Category::*;
    matches!(
        get_general_category(c),
        NonspacingMark | EnclosingMark | SpacingMark | Format
    )
}

/// Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return c == ' ' || c.is_ascii_graphic();
    }
    use Category::*;
    !matches!(
        get_general_category(c),
        Control
            | Format
            | Surrogate
            | PrivateUse
            | Unassigned
            | SpaceSeparator
            | LineSeparator
            | ParagraphSeparator
    )
}

/// A character as Go's verb `%#U` shows it: `U+0026 '&'`.
pub(crate) fn unicode_name(c: char) -> String {
    let code = u32::from(c);
    if is_print(c) {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}

/// A character at the start of `bytes` and its length. Bytes that are no UTF-8 are taken one at a time, as
/// Go does, and have no character.
pub(crate) fn decode(bytes: &[u8]) -> (Option<char>, usize) {
    let head = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    match valid.chars().next() {
        Some(c) => (Some(c), c.len_utf8()),
        None => (None, bytes.len().min(1)),
    }
}

/// The number of characters in `bytes`, each stray byte counting as one.
pub(crate) fn count_chars(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    let mut rest = bytes;
    let mut count = 0;
    while !rest.is_empty() {
        rest = &rest[decode(rest).1..];
        count += 1;
    }
    count
}

/// The first `count` characters of `bytes`.
pub(crate) fn first_chars(bytes: &[u8], count: usize) -> &[u8] {
    let mut length = 0;
    for _ in 0..count {
        if length >= bytes.len() {
            break;
        }
        length += decode(&bytes[length..]).1;
    }
    &bytes[..length]
}

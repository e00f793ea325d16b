//! Integers as Go literals: `0x1f`, `0o17`, `017`, `0b1`, `1_000`.

/// An unsigned integer literal, or `None` where it is malformed or too large.
pub(crate) fn parse_uint(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    let plain: String = digits.chars().filter(|&c| c != '_').collect();
    if plain.is_empty() || !plain.chars().all(|c| c.is_digit(radix)) || !underscores_ok(text) {
        return None;
    }
    u64::from_str_radix(&plain, radix).ok()
}

/// A signed integer literal, or `None` where it is malformed or too large.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(digits) => 0i64.checked_sub_unsigned(parse_uint(digits)?),
        None => i64::try_from(parse_uint(text.strip_prefix('+').unwrap_or(text))?).ok(),
    }
}

/// Whether every underscore stands between digits or behind the prefix of a base.
pub(super) fn underscores_ok(text: &str) -> bool {
    let bytes = text.strip_prefix(['+', '-']).unwrap_or(text).as_bytes();
    let (mut at, mut hex, mut after_digit) = (0, false, false);
    if let [b'0', base @ (b'b' | b'B' | b'o' | b'O' | b'x' | b'X'), ..] = bytes {
        (at, after_digit) = (2, true);
        hex = base.eq_ignore_ascii_case(&b'x');
    }
    let mut after_underscore = false;
    for byte in &bytes[at..] {
        let digit = byte.is_ascii_digit() || hex && byte.is_ascii_hexdigit();
        if *byte == b'_' && !after_digit || after_underscore && !digit {
            return false;
        }
        after_digit = digit;
        after_underscore = *byte == b'_';
    }
    !after_underscore
}

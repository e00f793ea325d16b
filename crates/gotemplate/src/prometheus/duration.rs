//! Prometheus' durations: `1d12h`, `500ms`.

use crate::strconv::quote;

/// Units in the order in which they must stand, with their nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000_000_000),
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
];

/// Nanoseconds of a duration, which may be negative.
pub(super) fn parse(text: &[u8]) -> Result<i64, String> {
    match text.strip_prefix(b"-") {
        Some(positive) => parse_positive(positive).map(|nanos| -nanos),
        None => parse_positive(text),
    }
}

fn parse_positive(text: &[u8]) -> Result<i64, String> {
    match text {
        b"0" => return Ok(0),
        b"" => return Err("empty duration string".to_owned()),
        _ => {}
    }
    let malformed = || format!("not a valid duration string: {}", quote(text, false));
    let out_of_range = || "duration out of range".to_owned();
    let mut rest = text;
    let mut total: u64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let (number, tail) = split(rest, |byte| byte.is_ascii_digit());
        let (unit, tail) = split(tail, |byte| !byte.is_ascii_digit());
        let number = std::str::from_utf8(number).map_err(|_| malformed())?;
        let number: u64 = number.parse().map_err(|_| malformed())?;
        if unit.is_empty() {
            return Err(malformed());
        }
        let is_unit = |(name, _): &&(&str, u64)| name.as_bytes() == unit;
        if !UNITS.iter().any(|known| is_unit(&known)) {
            let (unit, text) = (quote(unit, false), quote(text, false));
            return Err(format!("unknown unit {unit} in duration {text}"));
        }
        // Of the units that are left, since each may stand only behind a larger one.
        let Some((_, nanos)) = units.find(is_unit) else {
            return Err(malformed());
        };
        if number > (1 << 63) / nanos {
            return Err(out_of_range());
        }
        total = total.checked_add(number * nanos).ok_or_else(out_of_range)?;
        if total > i64::MAX as u64 {
            return Err(out_of_range());
        }
        rest = tail;
    }
    i64::try_from(total).map_err(|_| out_of_range())
}

/// The bytes at the start of a text that are wanted, and the rest.
fn split(text: &[u8], wanted: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    let length = text.iter().position(|byte| !wanted(byte)).unwrap_or(text.len());
    text.split_at(length)
}

//! Prometheus' durations: `1d12h`, `500ms`.

use crate::strconv::quote_str;

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
pub(super) fn parse(text: &str) -> Result<i64, String> {
    match text.strip_prefix('-') {
        Some(positive) => parse_positive(positive).map(|nanos| -nanos),
        None => parse_positive(text),
    }
}

fn parse_positive(text: &str) -> Result<i64, String> {
    match text {
        "0" => return Ok(0),
        "" => return Err("empty duration string".to_owned()),
        _ => {}
    }
    let malformed = || format!("not a valid duration string: {}", quote_str(text));
    let out_of_range = || "duration out of range".to_owned();
    let split = |text: &str, digits: bool| {
        text.find(|c: char| c.is_ascii_digit() != digits)
            .unwrap_or(text.len())
    };
    let mut rest = text;
    let mut total: u64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let (number, tail) = rest.split_at(split(rest, true));
        let (unit, tail) = tail.split_at(split(tail, false));
        let number: u64 = number.parse().map_err(|_| malformed())?;
        if unit.is_empty() {
            return Err(malformed());
        }
        if !UNITS.iter().any(|(name, _)| *name == unit) {
            return Err(format!(
                "unknown unit {} in duration {}",
                quote_str(unit),
                quote_str(text)
            ));
        }
        let Some((_, nanos)) = units.find(|(name, _)| *name == unit) else {
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

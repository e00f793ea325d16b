//! Numbers for people.

use crate::strconv::{FloatError, format_float, parse_float, quote};
use crate::time::{DURATION, SECOND};
use crate::types::Type;
use crate::value::Value;

const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const LARGE_BINARY: [&str; 8] = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];

/// The argument as a number, or why it is none.
pub(super) fn number(args: &[Value]) -> Result<f64, String> {
    let value = args.first().unwrap_or(&Value::Nil);
    Ok(match value {
        Value::Float(number) => *number,
        Value::Int(Type::Int | Type::Int64, number) => *number as f64,
        Value::Uint(Type::Uint64, number) => *number as f64,
        Value::Int(ty, nanos) if *ty == Type::Named(&DURATION) => {
            (nanos / SECOND) as f64 + (nanos % SECOND) as f64 / SECOND as f64
        }
        Value::Str(Type::String, text) => {
            let parsed = std::str::from_utf8(text).map_err(|_| FloatError::Syntax);
            return parsed.and_then(parse_float).map_err(|error| {
                let reason = match error {
                    FloatError::Syntax => "invalid syntax",
                    FloatError::Range => "value out of range",
                };
                format!("strconv.ParseFloat: parsing {}: {reason}", quote(text, false))
            });
        }
        other => return Err(format!("can't convert {} to float", other.type_name())),
    })
}

/// A floating point number as an integer, the way the processors that Go runs on convert what does not fit.
pub(super) fn to_int(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

/// Four significant digits: `%.4g`.
pub(super) fn significant(value: f64) -> String {
    format_float(value, 'g', Some(4))
}

/// Divides by `base` until the value is below it, with the prefix for that.
fn scale_down(value: f64, base: f64, prefixes: [&'static str; 8]) -> (f64, &'static str) {
    let (mut value, mut prefix) = (value, "");
    for next in prefixes {
        if value.abs() < base {
            break;
        }
        prefix = next;
        value /= base;
    }
    (value, prefix)
}

/// Multiplies by 1000 until the value is at least 1.
fn scale_up(value: f64) -> (f64, &'static str) {
    let (mut value, mut prefix) = (value, "");
    for next in SMALL {
        if value.abs() >= 1.0 {
            break;
        }
        prefix = next;
        value *= 1000.0;
    }
    (value, prefix)
}

/// With metric prefixes.
pub(super) fn decimal(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return significant(value);
    }
    let (value, prefix) = if value.abs() >= 1.0 {
        scale_down(value, 1000.0, LARGE)
    } else {
        scale_up(value)
    };
    format!("{}{prefix}", significant(value))
}

/// With prefixes for powers of 1024.
pub(super) fn binary(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return significant(value);
    }
    let (value, prefix) = scale_down(value, 1024.0, LARGE_BINARY);
    format!("{}{prefix}", significant(value))
}

/// A ratio in per cent.
pub(super) fn percentage(value: f64) -> String {
    format!("{}%", significant(value * 100.0))
}

/// Seconds as days, hours, minutes and seconds, or with a metric prefix.
pub(super) fn duration(value: f64) -> String {
    if !value.is_finite() {
        return significant(value);
    }
    if value == 0.0 {
        return format!("{}s", significant(value));
    }
    if value.abs() < 1.0 {
        let (value, prefix) = scale_up(value);
        return format!("{}{prefix}s", significant(value));
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let value = value.abs();
    let total = to_int(value);
    let (seconds, minutes, hours, days) = (total % 60, total / 60 % 60, total / 3600 % 24, total / 86_400);
    if days != 0 {
        format!("{sign}{days}d {hours}h {minutes}m {seconds}s")
    } else if hours != 0 {
        format!("{sign}{hours}h {minutes}m {seconds}s")
    } else if minutes != 0 {
        format!("{sign}{minutes}m {seconds}s")
    } else {
        format!("{sign}{}s", significant(value))
    }
}

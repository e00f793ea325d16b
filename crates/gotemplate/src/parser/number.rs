//! Numeric and character constants.

use crate::strconv::{self, Unit, parse_float};
use crate::syntax::Number;

/// A character constant such as `'a'`.
pub(super) fn character(text: &str) -> Result<Number, String> {
    let inner = text.strip_prefix('\'').unwrap_or(text);
    let (unit, tail) = strconv::unquote_char(inner, '\'').ok_or("invalid syntax")?;
    if tail != "'" {
        return Err(format!("malformed character constant: {text}"));
    }
    let code = match unit {
        Unit::Byte(byte) => u32::from(byte),
        Unit::Char(c) => u32::from(c),
    };
    Ok(Number {
        text: text.to_owned(),
        int: Some(i64::from(code)),
        uint: Some(u64::from(code)),
        float: Some(f64::from(code)),
        complex: None,
    })
}

/// An integer, a floating point number, or an imaginary one.
pub(super) fn number(text: &str) -> Result<Number, String> {
    if let Some(imaginary) = text.strip_suffix('i')
        && let Ok(value) = parse_float(imaginary)
    {
        return Ok(complex_number(text, 0.0, value));
    }
    let mut number = Number {
        text: text.to_owned(),
        int: strconv::parse_int(text),
        uint: strconv::parse_uint(text),
        ..Number::default()
    };
    if number.int == Some(0) {
        number.uint = Some(0);
    }
    number.float = match (number.int, number.uint) {
        (Some(int), _) => Some(int as f64),
        (None, Some(uint)) => Some(uint as f64),
        (None, None) => parse_float(text).ok(),
    };
    if number.int.is_none()
        && number.uint.is_none()
        && let Some(float) = number.float
    {
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", strconv::quote_str(text)));
        }
        number.int = whole(float);
        number.uint = whole_unsigned(float);
    }
    if number.float.is_none() {
        return Err(format!("illegal number syntax: {}", strconv::quote_str(text)));
    }
    Ok(number)
}

/// A constant such as `1+2i`.
pub(super) fn complex(text: &str) -> Result<Number, String> {
    let body = text.strip_suffix('i').unwrap_or(text);
    // The sign of the imaginary part is the last one that does not belong to an exponent.
    let split = body
        .char_indices()
        .skip(1)
        .filter(|&(at, c)| matches!(c, '+' | '-') && !body[..at].ends_with(['e', 'E', 'p', 'P']))
        .map(|(at, _)| at)
        .last();
    let parts = split.map(|at| (parse_float(&body[..at]), parse_float(&body[at..])));
    match parts {
        Some((Ok(real), Ok(imaginary))) => Ok(complex_number(text, real, imaginary)),
        _ => Err("syntax error scanning complex number".to_owned()),
    }
}

/// A complex constant, which is also a simpler number if its imaginary part is zero.
fn complex_number(text: &str, real: f64, imaginary: f64) -> Number {
    let float = (imaginary == 0.0).then_some(real);
    Number {
        text: text.to_owned(),
        int: float.and_then(whole),
        uint: float.and_then(whole_unsigned),
        float,
        complex: Some((real, imaginary)),
    }
}

fn whole(value: f64) -> Option<i64> {
    let int = value as i64;
    (int as f64 == value && int != i64::MAX).then_some(int)
}

fn whole_unsigned(value: f64) -> Option<u64> {
    let int = value as u64;
    (int as f64 == value && int != u64::MAX).then_some(int)
}

//! Numbers and strings.

use super::Parser;
use crate::ast::{Expr, ExprKind, NumberLiteral, StringLiteral};
use crate::duration::parse_duration;
use crate::error::ErrorKind;
use crate::quote::{go_quote, unquote};
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn string(&mut self) -> Expr {
        let literal = self.word();
        let span = self.bump();
        // A malformed literal has been reported by the lexer.
        let value = unquote(literal).unwrap_or_default();
        Expr {
            span,
            kind: ExprKind::String(StringLiteral { value }),
        }
    }

    pub(super) fn number(&mut self) -> Expr {
        let span = self.span();
        let number = self.number_value();
        Expr {
            span,
            kind: ExprKind::Number(number),
        }
    }

    /// The value of a number or a duration, which is the next word.
    pub(super) fn number_value(&mut self) -> NumberLiteral {
        let word = self.word();
        let is_duration = self.peek() == TokenKind::Duration;
        let span = self.bump();
        let value = if is_duration {
            match parse_duration(word) {
                Ok(ms) => seconds(ms),
                Err(message) => {
                    let help = "Write the units from large to small, each once: `y w d h m s ms`.";
                    self.error(ErrorKind::Syntax, span, message, help);
                    0.0
                }
            }
        } else {
            number_or_fault(word).unwrap_or_else(|reason| {
                let quoted = go_quote(word);
                let message = format!("error parsing number: strconv.ParseFloat: parsing {quoted}: {reason}");
                let help = "Numbers read `1`, `0.5`, `1e3`, `0x1f`, `017`.";
                self.error(ErrorKind::Syntax, span, message, help);
                0.0
            })
        };
        NumberLiteral { value, is_duration }
    }
}

/// Milliseconds as seconds, with the arithmetic of Go's `Duration.Seconds` (whole and fraction apart).
fn seconds(ms: i64) -> f64 {
    let fraction_ns = (ms % 1000) * 1_000_000;
    (ms / 1000) as f64 + fraction_ns as f64 / 1e9
}

/// A number as Go reads it: an integer in base 10, 8 (`0` or `0o`), 16 or 2, else a decimal fraction, with
/// underscores between digits.
pub fn parse_number(word: &str) -> Option<f64> {
    number_or_fault(word).ok()
}

/// The value of a number, or what Go says is wrong with it.
pub(crate) fn number_or_fault(word: &str) -> Result<f64, &'static str> {
    const INVALID: &str = "invalid syntax";
    if let Some(integer) = parse_go_integer(word) {
        return Ok(integer as f64);
    }
    if word.eq_ignore_ascii_case("inf") {
        return Ok(f64::INFINITY);
    }
    if word.eq_ignore_ascii_case("nan") {
        return Ok(f64::NAN);
    }
    // What has a prefix and is no integer would be a binary exponent, which PromQL has no letter for.
    let digits_only = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | 'e' | 'E' | '+' | '-');
    if !word.chars().all(digits_only) || !underscores_stand_between_digits(word) {
        return Err(INVALID);
    }
    let value: f64 = word.replace('_', "").parse().map_err(|_| INVALID)?;
    // Go calls a finite number that does not fit an error.
    if value.is_finite() {
        Ok(value)
    } else {
        Err("value out of range")
    }
}

fn underscores_stand_between_digits(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).all(|at| bytes[at] != b'_' || (at > 0 && digit(at - 1) && digit(at + 1)))
}

fn parse_go_integer(word: &str) -> Option<i64> {
    let lower = word.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (&lower[2..], 16),
        [b'0', b'o', ..] => (&lower[2..], 8),
        [b'0', b'b', ..] => (&lower[2..], 2),
        [b'0', _, ..] => (&lower[1..], 8),
        _ => (&lower[..], 10),
    };
    let prefixed = digits.len() < lower.len();
    let after_prefix = digits.strip_prefix('_').filter(|_| prefixed).unwrap_or(digits);
    let well_placed =
        !after_prefix.starts_with('_') && !after_prefix.ends_with('_') && !after_prefix.contains("__");
    if !well_placed {
        return None;
    }
    i64::from_str_radix(&after_prefix.replace('_', ""), radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_go_reads_them() {
        let cases = [
            ("0", Some(0.0)),
            ("1_000_000", Some(1e6)),
            ("0x1F", Some(31.0)),
            ("0x_1f", Some(31.0)),
            ("017", Some(15.0)),
            ("0b11", Some(3.0)),
            ("089", Some(89.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1e-3", Some(0.001)),
            ("1__0", None),
            ("1_0.5", Some(10.5)),
            ("00_1_2.5_0", Some(12.5)),
            ("1_.5", None),
            ("1e999", None),
            ("0x1p3", None),
            ("9223372036854775808", Some(9_223_372_036_854_775_808.0)),
        ];
        for (word, value) in cases {
            assert_eq!(parse_number(word), value, "{word}");
        }
        assert!(parse_number("NaN").is_some_and(f64::is_nan));
        assert_eq!(parse_number("INF"), Some(f64::INFINITY));
    }
}

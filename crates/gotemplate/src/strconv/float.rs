//! Floating point numbers from and to text, digit for digit as Go's `strconv`.
//!
//! The digits come from the standard library, whose shortest and exact conversions round as Go's do; what
//! differs is how they are laid out.

use super::number::underscores_ok;

/// Why a text is no `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloatError {
    /// Not a number at all.
    Syntax,
    /// Too large.
    Range,
}

/// Go's `strconv.ParseFloat(text, 64)`.
pub(crate) fn parse_float(text: &str) -> Result<f64, FloatError> {
    if let Some(special) = special(text) {
        return Ok(special);
    }
    if !underscores_ok(text) {
        return Err(FloatError::Syntax);
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    let value = match unsigned.get(..2) {
        Some("0x" | "0X") => parse_hex(&unsigned[2..]).ok_or(FloatError::Syntax)?,
        _ if looks_decimal(unsigned) => unsigned.parse::<f64>().map_err(|_| FloatError::Syntax)?,
        _ => return Err(FloatError::Syntax),
    };
    if value.is_infinite() {
        return Err(FloatError::Range);
    }
    Ok(if plain.starts_with('-') { -value } else { value })
}

fn special(text: &str) -> Option<f64> {
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.eq_ignore_ascii_case("inf") && !unsigned.eq_ignore_ascii_case("infinity") {
        return None;
    }
    Some(if text.starts_with('-') {
        f64::NEG_INFINITY
    } else {
        f64::INFINITY
    })
}

/// Whether the text starts like a number, so that the standard library reads no word that Go does not know.
fn looks_decimal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// The number `mantissa p exponent` in base 16, without sign and prefix.
fn parse_hex(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // An exponent beyond this is zero or infinity, whatever the mantissa.
    let mut exponent = digits.parse::<i64>().unwrap_or(i64::MAX).min(1_000_000)
        * if exponent.starts_with('-') { -1 } else { 1 };
    let mut value: u64 = 0;
    let mut sticky = false;
    for (index, c) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(c.to_digit(16)?);
        let in_fraction = index >= whole.len();
        if value >> 58 == 0 {
            value = value << 4 | digit;
            exponent -= if in_fraction { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            exponent += if in_fraction { 0 } else { 4 };
        }
    }
    Some(scale(value | u64::from(sticky), exponent))
}

/// `mantissa` times two to the `exponent`, rounded once, to even.
fn scale(mantissa: u64, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let top = 63 - i64::from(mantissa.leading_zeros());
    let value_exponent = exponent + top;
    if value_exponent > 1023 {
        return f64::INFINITY;
    }
    // The weight of the last bit that the result can hold.
    let last = (value_exponent - 52).max(-1074);
    let drop = last - exponent;
    let kept = if drop <= 0 {
        mantissa << (-drop).min(63)
    } else if drop > 64 {
        0
    } else {
        let wide = u128::from(mantissa);
        let (kept, half) = (wide >> drop, 1u128 << (drop - 1));
        let rest = wide & ((1u128 << drop) - 1);
        (kept + u128::from(rest > half || rest == half && kept & 1 == 1)) as u64
    };
    // `kept` has at most 53 bits, so both factors and the product are exact.
    if last >= -1022 {
        kept as f64 * 2f64.powi(last as i32)
    } else {
        f64::from_bits(kept)
            * if last == -1074 {
                1.0
            } else {
                2f64.powi((last + 1074) as i32)
            }
    }
}

/// Decimal digits without trailing zeros, and how many of them stand before the point.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// From the form `d.ddde-7` of a number that is not negative.
    fn from_exponent_form(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let point = if digits.is_empty() {
            0
        } else {
            exponent.parse::<i64>().unwrap_or(0) + 1
        };
        Self { digits, point }
    }

    /// The fewest digits that read back as the same number. Of two that are equally close to it, the standard
    /// library takes the upper and Go the even one, which exact rounding gives.
    fn shortest(value: f64) -> Self {
        let upper = Self::from_exponent_form(&format!("{value:e}"));
        let text = format!("{value:.*e}", upper.digits.len().max(1) - 1);
        if text.parse() == Ok(value) {
            Self::from_exponent_form(&text)
        } else {
            upper
        }
    }

    /// Rounded to `count` significant digits, at least one.
    fn significant(value: f64, count: usize) -> Self {
        Self::from_exponent_form(&format!("{value:.*e}", count.clamp(1, MAX_DIGITS) - 1))
    }

    fn at(&self, index: i64) -> char {
        usize::try_from(index)
            .ok()
            .and_then(|index| self.digits.get(index))
            .map_or('0', |&digit| char::from(digit))
    }

    /// `ddd.ddd` with `precision` digits behind the point.
    fn write_fixed(&self, out: &mut String, precision: usize) {
        if self.point > 0 {
            out.extend((0..self.point).map(|index| self.at(index)));
        } else {
            out.push('0');
        }
        if precision > 0 {
            out.push('.');
            out.extend((0..precision as i64).map(|index| self.at(self.point + index)));
        }
    }

    /// `d.ddde±dd` with `precision` digits behind the point.
    fn write_exponent(&self, out: &mut String, precision: usize, letter: char) {
        out.push(self.at(0));
        if precision > 0 {
            out.push('.');
            out.extend((1..=precision as i64).map(|index| self.at(index)));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        out.push(letter);
        out.push(if exponent < 0 { '-' } else { '+' });
        out.push_str(&format!("{:02}", exponent.abs()));
    }
}

/// No `f64` has more digits than this that are not zero.
const MAX_DIGITS: usize = 1100;

/// Go's `strconv.FormatFloat(value, verb, precision, 64)`; without a precision, the shortest form that
/// reads back as the same number. Verbs are `e E f g G x X b`.
pub(crate) fn format_float(value: f64, verb: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let mut out = String::new();
    if value.is_sign_negative() {
        out.push('-');
    }
    let value = value.abs();
    match verb {
        'x' | 'X' => write_hex(&mut out, value, verb, precision),
        'b' => write_binary(&mut out, value),
        'f' => match precision {
            Some(precision) => {
                let shown = precision.min(MAX_DIGITS);
                out.push_str(&format!("{value:.shown$}"));
                out.extend(std::iter::repeat_n('0', precision - shown));
            }
            None => {
                let digits = Digits::shortest(value);
                let behind = (digits.digits.len() as i64 - digits.point).max(0);
                digits.write_fixed(&mut out, behind as usize);
            }
        },
        'e' | 'E' => {
            let digits = match precision {
                Some(precision) => Digits::significant(value, precision.saturating_add(1)),
                None => Digits::shortest(value),
            };
            let behind = precision.unwrap_or(digits.digits.len().saturating_sub(1));
            digits.write_exponent(&mut out, behind, verb);
        }
        _ => write_general(&mut out, value, if verb == 'G' { 'E' } else { 'e' }, precision),
    }
    out
}

/// `%g`: the exponent form for very small and large numbers, else the fixed form.
fn write_general(out: &mut String, value: f64, letter: char, precision: Option<usize>) {
    let digits = match precision {
        Some(precision) => Digits::significant(value, precision),
        None => Digits::shortest(value),
    };
    let count = digits.digits.len() as i64;
    let limit = match precision.map(|precision| precision.max(1) as i64) {
        None => 6,
        Some(precision) if precision > count && count >= digits.point => count,
        Some(precision) => precision,
    };
    let exponent = digits.point - 1;
    if exponent < -4 || exponent >= limit {
        digits.write_exponent(out, digits.digits.len().saturating_sub(1), letter);
    } else {
        digits.write_fixed(out, (count - digits.point).max(0) as usize);
    }
}

/// `%x`: `0x1.8p+01`.
fn write_hex(out: &mut String, value: f64, verb: char, precision: Option<usize>) {
    let bits = value.to_bits();
    let mut mantissa = bits & ((1 << 52) - 1);
    let mut exponent = (bits >> 52) as i64;
    if exponent == 0 {
        exponent = 1;
    } else {
        mantissa |= 1 << 52;
    }
    exponent -= 1023;
    // The leading one, if there is one, goes to bit 60.
    mantissa <<= 8;
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros() - 3;
        mantissa <<= shift;
        exponent -= i64::from(shift);
    }
    if let Some(precision @ ..15) = precision {
        let dropped = 60 - 4 * precision as u32;
        let rest = mantissa & ((1 << dropped) - 1);
        mantissa >>= dropped;
        if rest > 1 << (dropped - 1) || rest == 1 << (dropped - 1) && mantissa & 1 == 1 {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut text = format!("0x{}", mantissa >> 60);
    let fraction = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        None => fraction.trim_end_matches('0').to_owned(),
        Some(precision) if precision <= 15 => fraction[..precision].to_owned(),
        Some(precision) => fraction + &"0".repeat(precision - 15),
    };
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(&fraction);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    text.push_str(&format!("p{sign}{:02}", exponent.abs()));
    out.push_str(&if verb == 'X' {
        text.to_ascii_uppercase()
    } else {
        text
    });
}

/// `%b`: the mantissa as an integer, and the power of two.
fn write_binary(out: &mut String, value: f64) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) as i64;
    let (mantissa, exponent) = if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, biased - 1075)
    };
    out.push_str(&format!("{mantissa}p{exponent:+}"));
}

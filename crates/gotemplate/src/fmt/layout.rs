//! Numbers and strings within a width, with the flags of a format.

use super::Printer;
use crate::strconv;

/// What stands between the percent sign and the verb.
#[derive(Clone, Debug, Default)]
pub(super) struct Flags {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`
    pub(super) field_names: bool,
    /// `%#v`
    pub(super) go_syntax: bool,
}

impl Printer {
    /// Writes with padding to the width.
    pub(super) fn pad(&mut self, text: &[u8]) {
        let byte = if self.flags.zero && !self.flags.minus {
            b'0'
        } else {
            b' '
        };
        self.pad_with(text, byte);
    }

    fn pad_with(&mut self, text: &[u8], byte: u8) {
        let width = self.flags.width.unwrap_or(0);
        let missing = width.saturating_sub(strconv::count_chars(text));
        if self.flags.minus {
            self.write(text);
            self.fill(byte, missing);
        } else {
            self.fill(byte, missing);
            self.write(text);
        }
    }

    fn cut<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        match self.flags.precision {
            Some(precision) => strconv::first_chars(text, precision),
            None => text,
        }
    }

    /// `%s`
    pub(super) fn string(&mut self, text: &[u8]) {
        let text = self.cut(text);
        self.pad(text);
    }

    /// `%q`
    pub(super) fn quoted(&mut self, text: &[u8]) {
        let text = self.cut(text);
        if self.flags.sharp && strconv::can_backquote(text) {
            let quoted = [b"`", text, b"`"].concat();
            self.pad(&quoted);
        } else {
            let quoted = strconv::quote(text, self.flags.plus);
            self.pad(quoted.as_bytes());
        }
    }

    /// `%x` of a string: two digits for each byte.
    pub(super) fn hex_string(&mut self, text: &[u8], upper: bool) {
        let text = match self.flags.precision {
            Some(precision) => &text[..precision.min(text.len())],
            None => text,
        };
        let prefix = if upper { "0X" } else { "0x" };
        let mut hex = String::new();
        for (index, byte) in text.iter().enumerate() {
            let first = index == 0;
            if self.flags.space && !first {
                hex.push(' ');
            }
            if self.flags.sharp && (first || self.flags.space) {
                hex.push_str(prefix);
            }
            hex.push_str(&if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            });
        }
        self.pad(hex.as_bytes());
    }

    /// An integer in a base, with the letters of `digits`.
    pub(super) fn integer(&mut self, magnitude: u64, negative: bool, verb: char) {
        let flags = self.flags.clone();
        let mut digits = match verb {
            'b' => format!("{magnitude:b}"),
            'o' | 'O' => format!("{magnitude:o}"),
            'x' => format!("{magnitude:x}"),
            'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        if flags.precision == Some(0) && magnitude == 0 {
            self.fill(b' ', flags.width.unwrap_or(0));
            return;
        }
        let signed = negative || flags.plus || flags.space;
        let least = match (flags.precision, flags.width) {
            (Some(precision), _) => precision,
            (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(usize::from(signed)),
            _ => 0,
        };
        if digits.len() < least {
            digits.insert_str(0, &"0".repeat(least - digits.len()));
        }
        if flags.sharp {
            match verb {
                'b' => digits.insert_str(0, "0b"),
                'o' | 'O' if !digits.starts_with('0') => digits.insert(0, '0'),
                'x' => digits.insert_str(0, "0x"),
                'X' => digits.insert_str(0, "0X"),
                _ => {}
            }
        }
        if verb == 'O' {
            digits.insert_str(0, "0o");
        }
        if negative {
            digits.insert(0, '-');
        } else if flags.plus {
            digits.insert(0, '+');
        } else if flags.space {
            digits.insert(0, ' ');
        }
        self.pad_with(digits.as_bytes(), b' ');
    }

    /// `%U`: `U+0041`
    pub(super) fn unicode(&mut self, code: u64) {
        let digits = self.flags.precision.unwrap_or(4).max(4);
        let mut text = format!("{code:X}");
        if text.len() < digits {
            text.insert_str(0, &"0".repeat(digits - text.len()));
        }
        text.insert_str(0, "U+");
        let c = u32::try_from(code).ok().and_then(char::from_u32);
        if self.flags.sharp
            && let Some(c) = c.filter(|&c| strconv::is_print(c))
        {
            text.push_str(&format!(" '{c}'"));
        }
        self.pad_with(text.as_bytes(), b' ');
    }

    /// A floating point number; `precision` is used where the format has none.
    pub(super) fn float(&mut self, value: f64, verb: char, precision: Option<usize>) {
        let precision = self.flags.precision.or(precision);
        let mut number = strconv::format_float(value, verb, precision);
        if !number.starts_with(['+', '-']) {
            number.insert(0, '+');
        }
        if self.flags.space && number.starts_with('+') && !self.flags.plus {
            number.replace_range(..1, " ");
        }
        if !value.is_finite() {
            let unsigned = value.is_nan() && !self.flags.space && !self.flags.plus;
            self.pad_with(&number.as_bytes()[usize::from(unsigned)..], b' ');
            return;
        }
        if self.flags.sharp && verb != 'b' {
            number = with_point(&number, verb, precision);
        }
        if !self.flags.plus && number.starts_with('+') {
            self.pad(&number.as_bytes()[1..]);
            return;
        }
        let width = self.flags.width.unwrap_or(0);
        if self.flags.zero && !self.flags.minus && width > number.len() {
            // The sign goes before the zeros.
            self.write(&number.as_bytes()[..1]);
            self.fill(b'0', width - number.len());
            self.write(&number.as_bytes()[1..]);
        } else {
            self.pad(number.as_bytes());
        }
    }
}

/// The number with a decimal point and the zeros that the shortest form leaves out.
fn with_point(number: &str, verb: char, precision: Option<usize>) -> String {
    let mut digits = match verb {
        'g' | 'G' | 'x' => precision.map_or(6, |precision| precision as i64),
        _ => 0,
    };
    let exponent = if matches!(verb, 'x' | 'X') {
        ['p', 'P']
    } else {
        ['e', 'E']
    };
    let split = number.find(exponent).unwrap_or(number.len());
    let (mantissa, tail) = number.split_at(split);
    let mut significant = false;
    for c in mantissa.chars().skip(1).filter(|&c| c != '.') {
        significant |= c != '0';
        digits -= i64::from(significant);
    }
    let mut out = mantissa.to_owned();
    if !mantissa.contains('.') {
        if &mantissa[1..] == "0" {
            digits -= 1;
        }
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', digits.max(0) as usize));
    out.push_str(tail);
    out
}

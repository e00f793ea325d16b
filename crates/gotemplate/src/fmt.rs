//! Go's `fmt`: `Sprint`, `Sprintln`, `Sprintf` and all that can be wrong with a format.

mod layout;
mod print;

use crate::strconv;
use crate::types::Kind;
use crate::value::Value;

use layout::Flags;

/// Text under construction, bounded: past the limit nothing more is kept, and the printing fails.
pub(crate) struct Printer {
    pub(crate) out: Vec<u8>,
    limit: usize,
    full: bool,
    flags: Flags,
    /// Inside `%!verb(…)`, where methods are not called.
    erroring: bool,
}

/// The text became longer than the limit.
#[derive(Debug)]
pub(crate) struct TooLong;

impl Printer {
    fn new(limit: usize) -> Self {
        Self {
            out: Vec::new(),
            limit,
            full: false,
            flags: Flags::default(),
            erroring: false,
        }
    }

    fn finish(self) -> Result<Vec<u8>, TooLong> {
        if self.full { Err(TooLong) } else { Ok(self.out) }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.full || self.out.len() + bytes.len() > self.limit {
            self.full = true;
        } else {
            self.out.extend_from_slice(bytes);
        }
    }

    fn write_str(&mut self, text: &str) {
        self.write(text.as_bytes());
    }

    fn write_char(&mut self, c: char) {
        self.write(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn fill(&mut self, byte: u8, count: usize) {
        if self.full || self.out.len() + count > self.limit {
            self.full = true;
        } else {
            self.out.extend(std::iter::repeat_n(byte, count));
        }
    }
}

/// Values side by side, with spaces between those that are no strings.
pub(crate) fn sprint(values: &[Value], limit: usize) -> Result<Vec<u8>, TooLong> {
    let mut printer = Printer::new(limit);
    let mut after_string = true;
    for (index, value) in values.iter().enumerate() {
        let string = value.kind() == Kind::String;
        if index > 0 && !string && !after_string {
            printer.write(b" ");
        }
        printer.arg(value, 'v');
        after_string = string;
    }
    printer.finish()
}

/// Values with spaces between them and a newline at the end.
pub(crate) fn sprintln(values: &[Value], limit: usize) -> Result<Vec<u8>, TooLong> {
    let mut printer = Printer::new(limit);
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            printer.write(b" ");
        }
        printer.arg(value, 'v');
    }
    printer.write(b"\n");
    printer.finish()
}

/// Values as a format says.
pub(crate) fn sprintf(format: &[u8], values: &[Value], limit: usize) -> Result<Vec<u8>, TooLong> {
    let mut printer = Printer::new(limit);
    let mut directives = Directives {
        format,
        at: 0,
        values,
        next: 0,
        reordered: false,
        good_index: true,
        after_index: false,
    };
    directives.run(&mut printer);
    printer.finish()
}

/// Go takes larger widths and precisions for mistakes.
const MAX_NUMBER: i64 = 1_000_000;

/// Goes through a format.
struct Directives<'a> {
    format: &'a [u8],
    at: usize,
    values: &'a [Value],
    /// The index of the next value.
    next: usize,
    /// Some directive said which value it wants.
    reordered: bool,
    /// The value that the directive wants exists.
    good_index: bool,
    /// The last thing read was such an index.
    after_index: bool,
}

impl Directives<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn run(&mut self, printer: &mut Printer) {
        while self.at < self.format.len() && !printer.full {
            let rest = &self.format[self.at..];
            let text = rest.iter().position(|&byte| byte == b'%').unwrap_or(rest.len());
            printer.write(&rest[..text]);
            self.at += text;
            if self.at >= self.format.len() {
                break;
            }
            self.at += 1;
            self.good_index = true;
            self.after_index = false;
            self.directive(printer);
        }
        if !self.reordered && self.next < self.values.len() {
            self.extra(printer);
        }
    }

    /// What stands behind a percent sign.
    fn directive(&mut self, printer: &mut Printer) {
        printer.flags = Flags::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => printer.flags.sharp = true,
                b'0' => printer.flags.zero = true,
                b'+' => printer.flags.plus = true,
                b'-' => printer.flags.minus = true,
                b' ' => printer.flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        self.argument_index();
        self.width(printer);
        self.precision(printer);
        if !self.after_index {
            self.argument_index();
        }
        let Some(_) = self.peek() else {
            printer.write_str("%!(NOVERB)");
            return;
        };
        let (verb, length) = strconv::decode(&self.format[self.at..]);
        let verb = verb.unwrap_or(char::REPLACEMENT_CHARACTER);
        self.at += length;
        if verb == '%' {
            printer.write(b"%");
        } else if !self.good_index {
            printer.write_str("%!");
            printer.write_char(verb);
            printer.write_str("(BADINDEX)");
        } else if let Some(value) = self.values.get(self.next) {
            if verb == 'v' {
                printer.flags.go_syntax = std::mem::take(&mut printer.flags.sharp);
                printer.flags.field_names = std::mem::take(&mut printer.flags.plus);
            }
            printer.arg(value, verb);
            self.next += 1;
        } else {
            printer.write_str("%!");
            printer.write_char(verb);
            printer.write_str("(MISSING)");
        }
    }

    fn width(&mut self, printer: &mut Printer) {
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.number_argument() {
                Some(width) => {
                    printer.flags.minus |= width < 0;
                    printer.flags.width = Some(width.unsigned_abs() as usize);
                }
                None => printer.write_str("%!(BADWIDTH)"),
            }
            self.after_index = false;
        } else {
            printer.flags.width = self.number();
            if self.after_index && printer.flags.width.is_some() {
                self.good_index = false;
            }
        }
    }

    fn precision(&mut self, printer: &mut Printer) {
        if self.peek() != Some(b'.') || self.at + 1 == self.format.len() {
            return;
        }
        self.at += 1;
        if self.after_index {
            self.good_index = false;
        }
        self.argument_index();
        if self.peek() == Some(b'*') {
            self.at += 1;
            printer.flags.precision = match self.number_argument() {
                Some(precision) if precision >= 0 => Some(precision as usize),
                _ => {
                    printer.write_str("%!(BADPREC)");
                    None
                }
            };
            self.after_index = false;
        } else {
            printer.flags.precision = Some(self.number().unwrap_or(0));
        }
    }

    /// Digits. A number that is too large is none, and swallows the rest of the format.
    fn number(&mut self) -> Option<usize> {
        let mut value = 0;
        let mut found = false;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            if value > MAX_NUMBER {
                self.at = self.format.len();
                return None;
            }
            value = value * 10 + i64::from(digit - b'0');
            found = true;
            self.at += 1;
        }
        found.then_some(value as usize)
    }

    /// The next value as a width or precision.
    fn number_argument(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = match value {
            Value::Int(_, number) => *number,
            Value::Uint(_, number) => i64::try_from(*number).ok()?,
            _ => return None,
        };
        (-MAX_NUMBER..=MAX_NUMBER).contains(&number).then_some(number)
    }

    /// `[3]`, which says which value comes next.
    fn argument_index(&mut self) {
        self.after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let close = if rest.len() < 3 {
            None
        } else {
            rest.iter().position(|&byte| byte == b']')
        };
        let Some(close) = close else {
            self.good_index = false;
            self.at += 1;
            return;
        };
        let digits = &rest[1..close];
        self.at += close + 1;
        let index = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<usize>().ok());
        self.after_index = index.is_some();
        match index {
            Some(index) if (1..=self.values.len()).contains(&index) => self.next = index - 1,
            _ => self.good_index = false,
        }
    }

    /// Values that no directive wanted.
    fn extra(&self, printer: &mut Printer) {
        printer.flags = Flags::default();
        printer.write_str("%!(EXTRA ");
        for (index, value) in self.values[self.next..].iter().enumerate() {
            if index > 0 {
                printer.write_str(", ");
            }
            printer.write_str(&value.type_name());
            if !matches!(value, Value::Nil) {
                printer.write(b"=");
                printer.arg(value, 'v');
            }
        }
        printer.write(b")");
    }
}

//! Which verbs fit which values, and how values are taken apart.

use super::Printer;
use crate::strconv;
use crate::time;
use crate::types::{Kind, Type};
use crate::value::{Map, Slice, Value};

/// What stands in place of a pointer's address, which Go takes from the heap.
const ADDRESS: u64 = 0xc00_0000_0000;

impl Printer {
    /// Prints one argument of a format.
    pub(super) fn arg(&mut self, value: &Value, verb: char) {
        match (value, verb) {
            (Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Nil, _) => self.bad_verb(value, verb),
            (_, 'T') => self.string(value.type_name().as_bytes()),
            (_, 'p') => self.pointer(value, 'p'),
            _ => {
                if !self.method(value, verb) {
                    self.value(value, verb, 0);
                }
            }
        }
    }

    /// `%!verb(type=value)`
    fn bad_verb(&mut self, value: &Value, verb: char) {
        self.erroring = true;
        self.write_str("%!");
        self.write_char(verb);
        self.write(b"(");
        match value {
            Value::Nil => self.write_str("<nil>"),
            value => {
                self.write_str(&value.type_name());
                self.write(b"=");
                self.value(value, 'v', 0);
            }
        }
        self.write(b")");
        self.erroring = false;
    }

    /// Lets a value print itself, if its type knows how to and the verb is one for strings.
    fn method(&mut self, value: &Value, verb: char) -> bool {
        if self.erroring {
            return false;
        }
        if self.flags.go_syntax {
            return match value.clone().indirect() {
                (Value::Time(time), false) => {
                    self.string(time.go_string().as_bytes());
                    true
                }
                _ => false,
            };
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return false;
        }
        match value.to_text() {
            Some(text) => {
                self.bytes(&text, verb, value);
                true
            }
            None => false,
        }
    }

    /// Prints by kind. At a depth above 0 the value is part of another.
    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        // Values may hold each other many times over, so that there is more to see than can be printed.
        if self.full || depth > 0 && self.method(value, verb) {
            return;
        }
        match value {
            Value::Nil if verb == 'v' => self.write_str("<nil>"),
            Value::Nil => self.bad_verb(value, verb),
            Value::Bool(flag) => match verb {
                't' | 'v' => self.pad(flag.to_string().as_bytes()),
                _ => self.bad_verb(value, verb),
            },
            Value::Int(_, number) => self.whole(value, number.unsigned_abs(), *number < 0, verb),
            Value::Uint(_, number) => self.whole(value, *number, false, verb),
            Value::Float(number) => self.real(value, *number, verb),
            Value::Complex(real, imaginary) => self.complex(value, *real, *imaginary, verb),
            Value::Str(_, text) => self.bytes(text, verb, value),
            Value::Map(map) => self.map(map, verb, depth),
            Value::Struct(ty, fields) => self.fields(*ty, fields, verb, depth),
            Value::Time(time) => self.fields(Type::Named(&time::TIME), &time.fields(), verb, depth),
            Value::Slice(slice) => self.slice(slice, verb, depth),
            Value::Interface(None) if self.flags.go_syntax => self.write_str("interface {}(nil)"),
            Value::Interface(None) => self.write_str("<nil>"),
            Value::Interface(Some(inner)) => self.value(inner, verb, depth + 1),
            Value::Ptr(_, Some(target)) if depth == 0 && is_composite(target) => {
                self.write(b"&");
                self.value(target, verb, depth + 1);
            }
            Value::Ptr(..) => self.pointer(value, verb),
        }
    }

    fn whole(&mut self, value: &Value, magnitude: u64, negative: bool, verb: char) {
        match verb {
            'v' if self.flags.go_syntax && matches!(value, Value::Uint(..)) => self.hex(magnitude, true),
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.integer(magnitude, negative, verb),
            'c' => {
                let c = character(magnitude, negative);
                self.pad(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            'q' => {
                let quoted = strconv::quote_char(character(magnitude, negative), self.flags.plus);
                self.pad(quoted.as_bytes());
            }
            'U' => self.unicode(if negative {
                magnitude.wrapping_neg()
            } else {
                magnitude
            }),
            _ => self.bad_verb(value, verb),
        }
    }

    fn real(&mut self, value: &Value, number: f64, verb: char) {
        match verb {
            'v' => self.float(number, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => self.float(number, verb, None),
            'f' | 'e' | 'E' => self.float(number, verb, Some(6)),
            'F' => self.float(number, 'f', Some(6)),
            _ => self.bad_verb(value, verb),
        }
    }

    fn complex(&mut self, value: &Value, real: f64, imaginary: f64, verb: char) {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            self.bad_verb(value, verb);
            return;
        }
        let plus = self.flags.plus;
        self.write(b"(");
        self.real(value, real, verb);
        self.flags.plus = true;
        self.real(value, imaginary, verb);
        self.write(b"i)");
        self.flags.plus = plus;
    }

    fn bytes(&mut self, text: &[u8], verb: char, value: &Value) {
        match verb {
            'v' if self.flags.go_syntax => self.quoted(text),
            'v' | 's' => self.string(text),
            'x' | 'X' => self.hex_string(text, verb == 'X'),
            'q' => self.quoted(text),
            _ => self.bad_verb(value, verb),
        }
    }

    fn separator(&mut self, index: usize) {
        if index > 0 {
            self.write(if self.flags.go_syntax { b", " } else { b" " });
        }
    }

    fn map(&mut self, map: &Map, verb: char, depth: usize) {
        if self.flags.go_syntax {
            self.write_str(&format!("{}{{", map.ty));
        } else {
            self.write(b"map[");
        }
        for (index, (key, value)) in map.entries.iter().enumerate() {
            self.separator(index);
            self.value(&Value::Str(Type::String, key.clone()), verb, depth + 1);
            self.write(b":");
            self.value(value, verb, depth + 1);
        }
        self.write(if self.flags.go_syntax { b"}" } else { b"]" });
    }

    fn fields(&mut self, ty: Type, values: &[Value], verb: char, depth: usize) {
        if self.flags.go_syntax {
            self.write_str(&ty.to_string());
        }
        self.write(b"{");
        for (index, (field, value)) in ty.fields().iter().zip(values).enumerate() {
            self.separator(index);
            if self.flags.field_names || self.flags.go_syntax {
                self.write_str(&format!("{}:", field.name));
            }
            match value {
                Value::Interface(Some(inner)) => self.value(inner, verb, depth + 1),
                value => self.value(value, verb, depth + 1),
            }
        }
        self.write(b"}");
    }

    fn slice(&mut self, slice: &Slice, verb: char, depth: usize) {
        let elements = slice.to_vec();
        let bytes: Option<Vec<u8>> = elements
            .iter()
            .map(|element| match element {
                Value::Uint(Type::Uint8, byte) => u8::try_from(*byte).ok(),
                _ => None,
            })
            .collect();
        if let (Some(bytes), 's' | 'q' | 'x' | 'X') = (bytes, verb)
            && slice.ty == Type::Slice(&Type::Uint8)
        {
            self.bytes(&bytes, verb, &Value::Slice(slice.clone()));
            return;
        }
        if self.flags.go_syntax {
            self.write_str(&slice.ty.to_string());
            if slice.elements.is_none() {
                self.write_str("(nil)");
                return;
            }
        }
        self.write(if self.flags.go_syntax { b"{" } else { b"[" });
        for (index, element) in elements.iter().enumerate() {
            self.separator(index);
            self.value(element, verb, depth + 1);
        }
        self.write(if self.flags.go_syntax { b"}" } else { b"]" });
    }

    fn hex(&mut self, number: u64, prefix: bool) {
        let sharp = std::mem::replace(&mut self.flags.sharp, prefix);
        self.integer(number, false, 'x');
        self.flags.sharp = sharp;
    }

    fn pointer(&mut self, value: &Value, verb: char) {
        let address = match value {
            Value::Ptr(_, target) => target.is_some(),
            Value::Map(_) => true,
            Value::Slice(slice) => slice.elements.is_some(),
            _ => {
                self.bad_verb(value, verb);
                return;
            }
        };
        let address = if address { ADDRESS } else { 0 };
        match verb {
            'v' if self.flags.go_syntax => {
                self.write_str(&format!("({})(", value.type_name()));
                if address == 0 {
                    self.write_str("nil");
                } else {
                    self.hex(address, true);
                }
                self.write(b")");
            }
            'v' if address == 0 => self.pad(b"<nil>"),
            'v' | 'p' => self.hex(address, !self.flags.sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => self.integer(address, false, verb),
            _ => self.bad_verb(value, verb),
        }
    }
}

fn is_composite(value: &Value) -> bool {
    matches!(value.kind(), Kind::Slice | Kind::Struct | Kind::Map)
}

/// The character with a code; what is none becomes the replacement character.
fn character(code: u64, negative: bool) -> char {
    if negative {
        return char::REPLACEMENT_CHARACTER;
    }
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

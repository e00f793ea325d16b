//! From Go's syntax to that of the `regex` crate.
//!
//! The differences: Go's `\d`, `\w`, `\s` and `\b` are ASCII; it knows `\Q…\E` and octal escapes; braces
//! that are no repetition are themselves; classes have no nesting and no set operations; repetitions may not
//! follow each other; there are fewer flags.

use super::{class, escape};

/// Go's limit for a repetition.
const MAX_REPEAT: u32 = 1000;
/// Go's limit for nesting.
const MAX_DEPTH: usize = 1000;

/// Where the translation stands.
pub(super) struct Source<'p> {
    pub(super) pattern: &'p str,
    pub(super) at: usize,
    pub(super) out: String,
    /// A group that only sets flags and is not written yet.
    flags: String,
}

impl<'p> Source<'p> {
    pub(super) fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn flush_flags(&mut self) {
        let flags = std::mem::take(&mut self.flags);
        self.out.push_str(&flags);
    }

    /// Writes a character that stands for itself.
    pub(super) fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            self.out.push(c);
        } else {
            self.out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
        }
    }
}

/// What stood before, to which a repetition may apply.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Atom,
    /// A repetition that began at the offset.
    Repetition(usize),
}

/// The pattern in the other syntax, or what Go says is wrong, with the part of the pattern that it shows.
pub(super) fn translate(pattern: &str) -> Result<String, String> {
    let mut source = Source {
        pattern,
        at: 0,
        out: String::with_capacity(pattern.len() + 16),
        flags: String::new(),
    };
    let mut depth = 0usize;
    let mut before = Before::Nothing;
    while let Some(c) = source.peek() {
        let start = source.at;
        // A repetition behind flags applies to what is before them, so flags wait for something else.
        let repeats = matches!(c, '*' | '+' | '?') || c == '{' && braces(source.rest()).is_some();
        if !repeats {
            source.flush_flags();
        }
        match c {
            '(' => {
                group(&mut source)?;
                if !source.flags.is_empty() {
                    if before != Before::Nothing {
                        before = Before::Atom;
                    }
                    continue;
                }
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(format!("expression nests too deeply: `{pattern}`"));
                }
                before = Before::Nothing;
            }
            ')' => {
                if depth == 0 {
                    return Err(format!("unexpected ): `{pattern}`"));
                }
                depth -= 1;
                source.at += 1;
                source.out.push(')');
                before = Before::Atom;
            }
            '|' => {
                source.at += 1;
                source.out.push('|');
                before = Before::Nothing;
            }
            '*' | '+' | '?' => {
                source.at += 1;
                source.out.push(c);
                before = repetition(&mut source, start, before)?;
            }
            '{' => match braces(source.rest()) {
                Some(length) => {
                    check_counts(&source.rest()[..length])?;
                    let text = &source.rest()[..length];
                    source.out.push_str(text);
                    source.at += length;
                    before = repetition(&mut source, start, before)?;
                }
                None => {
                    source.at += 1;
                    source.literal(c);
                    before = Before::Atom;
                }
            },
            '[' => {
                class::class(&mut source)?;
                before = Before::Atom;
            }
            '\\' => {
                escape::escape(&mut source)?;
                before = Before::Atom;
            }
            '^' | '$' | '.' => {
                source.at += 1;
                source.out.push(c);
                before = Before::Atom;
            }
            c => {
                source.at += c.len_utf8();
                source.literal(c);
                before = Before::Atom;
            }
        }
    }
    if depth > 0 {
        return Err(format!("missing closing ): `{pattern}`"));
    }
    Ok(source.out)
}

/// A repetition of which the operator is already written.
fn repetition(source: &mut Source<'_>, start: usize, before: Before) -> Result<Before, String> {
    if source.peek() == Some('?') {
        source.at += 1;
        source.out.push('?');
    }
    let shown = |first: usize| &source.pattern[first..source.at];
    match before {
        Before::Nothing => {
            return Err(format!(
                "missing argument to repetition operator: `{}`",
                shown(start)
            ));
        }
        Before::Repetition(first) => {
            return Err(format!("invalid nested repetition operator: `{}`", shown(first)));
        }
        Before::Atom => {}
    }
    Ok(Before::Repetition(start))
}

/// The length of `{2}`, `{2,}` or `{2,5}` at the start of a text.
fn braces(text: &str) -> Option<usize> {
    let inner = text.get(1..text.find('}')?)?;
    let number = |digits: &str| {
        !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
    };
    let valid = match inner.split_once(',') {
        None => number(inner),
        Some((least, most)) => number(least) && (most.is_empty() || number(most)),
    };
    valid.then_some(inner.len() + 2)
}

fn check_counts(text: &str) -> Result<(), String> {
    let inner = text.trim_matches(['{', '}']);
    let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
    let number = |digits: &str| digits.parse::<u32>().ok().filter(|&count| count <= MAX_REPEAT);
    let fits = match (number(least), number(most)) {
        (Some(least), Some(most)) => least <= most,
        (Some(_), None) => most.is_empty(),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(format!("invalid repeat count: `{text}`"))
    }
}

/// An opening parenthesis with what belongs to it.
fn group(source: &mut Source<'_>) -> Result<(), String> {
    let rest = source.rest();
    let Some(flags) = rest.strip_prefix("(?") else {
        source.at += 1;
        source.out.push('(');
        return Ok(());
    };
    let name = flags.strip_prefix("P<").or_else(|| flags.strip_prefix('<'));
    if let Some(name) = name
        && !name.starts_with(['=', '!'])
    {
        let begin = rest.len() - name.len();
        let Some(end) = name.find('>') else {
            return Err(format!("invalid named capture: `{rest}`"));
        };
        let whole = &rest[..begin + end + 1];
        let valid = |c: char| c == '_' || c.is_ascii_alphanumeric();
        if end == 0 || !name[..end].chars().all(valid) {
            return Err(format!("invalid named capture: `{whole}`"));
        }
        // The crate wants names that begin with a letter; numbers need none.
        let plain = name[..end].starts_with(|c: char| c.is_ascii_digit());
        source.out.push_str(if plain { "(" } else { whole });
        source.at += whole.len();
        return Ok(());
    }
    let mut negative = false;
    let mut any = false;
    for (index, c) in flags.char_indices() {
        let shown = &rest[..2 + index + c.len_utf8()];
        match c {
            'i' | 'm' | 's' | 'U' => any = true,
            '-' if !negative => (negative, any) = (true, false),
            ':' | ')' if !negative || any => {
                source.at += shown.len();
                let place = if c == ')' {
                    &mut source.flags
                } else {
                    &mut source.out
                };
                place.push_str(shown);
                return Ok(());
            }
            _ => return Err(format!("invalid or unsupported Perl syntax: `{shown}`")),
        }
    }
    Err(format!("invalid or unsupported Perl syntax: `{rest}`"))
}

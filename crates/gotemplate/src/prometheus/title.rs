//! Upper, lower and title case, character by character as Go maps them.

use crate::strconv;

/// A mapping that Go has only where it is one character to one.
fn single(mut mapped: impl Iterator<Item = char>, original: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(c), None) => c,
        _ => original,
    }
}

pub(super) fn upper(text: &str) -> String {
    text.chars()
        .map(|c| single(c.to_uppercase(), with_iota(c)))
        .collect()
}

pub(super) fn lower(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\u{130}' {
                'i'
            } else {
                single(c.to_lowercase(), c)
            }
        })
        .collect()
}

/// Letters of scripts that are written without spaces, each of which is a word, and the zero width space.
#[rustfmt::skip]
static SEPARATE: [(u32, u32); 43] = [
    (0xe01, 0xe30), (0xe32, 0xe33), (0xe40, 0xe46), (0xe81, 0xeb0), (0xeb2, 0xeb3), (0xebd, 0xec6),
    (0xedc, 0xedf), (0x1000, 0x102a), (0x103f, 0x103f), (0x1050, 0x1055), (0x105a, 0x105d),
    (0x1061, 0x1061), (0x1065, 0x1066), (0x106e, 0x1070), (0x1075, 0x1081), (0x108e, 0x108e),
    (0x1780, 0x17b3), (0x17d7, 0x17dc), (0x1950, 0x19c9), (0x1a20, 0x1a54), (0x1aa7, 0x1aa7),
    (0x200b, 0x200b), (0x3006, 0x3029), (0x3031, 0x303a), (0x3041, 0x3096), (0x309d, 0x30ff),
    (0x31f0, 0x9fff), (0xa9e0, 0xa9e4), (0xa9e6, 0xa9ef), (0xa9fa, 0xa9fe), (0xaa60, 0xaa7a),
    (0xaa7e, 0xaaaf), (0xaab1, 0xaab1), (0xaab5, 0xaab6), (0xaab9, 0xaabd), (0xaac0, 0xaac0),
    (0xaac2, 0xaadd), (0xf900, 0xfad9), (0xff66, 0xff9d), (0x11700, 0x1171a), (0x11740, 0x11746),
    (0x17000, 0x1b2fb), (0x20000, 0x3ffff),
];

/// Characters that are neither letters nor digits and do not end a word.
#[rustfmt::skip]
static JOINING: [(u32, u32); 19] = [
    (0x5f, 0x5f), (0xb8, 0xb8), (0x2c2, 0x2d7), (0x2de, 0x2ff), (0x55a, 0x55c), (0x55e, 0x55e),
    (0x58a, 0x58a), (0x5f3, 0x5f3), (0x66b, 0x66b), (0x19da, 0x19da), (0x202f, 0x202f),
    (0x203f, 0x2040), (0x2054, 0x2054), (0xa708, 0xa78a), (0xab5b, 0xab5b), (0xfe33, 0xfe34),
    (0xfe4d, 0xfe4f), (0xff3f, 0xff3f), (0x1f3fb, 0x1f3ff),
];

/// Whether a character is in one of the ranges, which are in order.
fn is_in(c: char, ranges: &[(u32, u32)]) -> bool {
    let code = u32::from(c);
    let next = ranges.partition_point(|&(first, _)| first <= code);
    next > 0 && code <= ranges[next - 1].1
}

/// What a character means for the words of a text.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// Has a case.
    Cased,
    /// Belongs to a word without having a case.
    Word,
    /// Joins two words if it stands alone between them.
    Middle,
    Break,
}

fn role(c: char) -> Role {
    match c {
        c if is_in(c, &SEPARATE) => Role::Break,
        c if c.is_uppercase() || c.is_lowercase() || strconv::is_titlecase(c) => Role::Cased,
        c if is_in(c, &JOINING) => Role::Word,
        '.' | ':' | '\'' | '\u{b7}' | '\u{2018}' | '\u{2019}' | '\u{2024}' | '\u{2027}' | '\u{fe13}'
        | '\u{fe52}' | '\u{fe55}' | '\u{ff07}' | '\u{ff0e}' | '\u{ff1a}' | '\u{387}' | '\u{55f}'
        | '\u{5f4}' => Role::Middle,
        c if strconv::is_alphanumeric(c) || strconv::is_extender(c) || strconv::is_letter_number(c) => {
            Role::Word
        }
        _ => Role::Break,
    }
}

/// Begins every word with a capital and leaves the rest as it is.
pub(super) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    let mut after_middle = false;
    for c in text.chars() {
        let role = role(c);
        if after_middle && role == Role::Middle {
            inside = false;
        }
        match role {
            Role::Cased if !inside => {
                inside = true;
                push_title(&mut out, c);
            }
            role => {
                out.push(c);
                inside &= role != Role::Break;
            }
        }
        after_middle = role == Role::Middle;
    }
    out
}

/// The title case of a character, which differs from upper case for letters that are two in one.
fn push_title(out: &mut String, c: char) {
    let title = match c {
        'Ǆ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǳ' => 'ǲ',
        // Georgian has no title case.
        '\u{10d0}'..='\u{10ff}' => c,
        c if strconv::is_titlecase(c) => c,
        c if with_iota(c) != c => with_iota(c),
        c => {
            let mut upper = c.to_uppercase();
            out.extend(upper.next());
            // An iota below a letter with an accent stays there.
            upper.for_each(|c| match c {
                'Ι' => out.push('\u{345}'),
                // Of the letter ŉ, the capital is the second.
                'N' => out.push('N'),
                c => out.extend(c.to_lowercase()),
            });
            return;
        }
    };
    out.push(title);
}

/// The Greek letter with an iota below that is the upper case of one, or the letter itself.
fn with_iota(c: char) -> char {
    let step = match u32::from(c) {
        0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7 => 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => 9,
        _ => 0,
    };
    char::from_u32(u32::from(c) + step).unwrap_or(c)
}

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
    text.chars().map(|c| single(c.to_uppercase(), c)).collect()
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
        c if c.is_uppercase() || c.is_lowercase() => Role::Cased,
        '.' | ':' | '\'' | '\u{b7}' | '\u{2018}' | '\u{2019}' | '\u{2024}' | '\u{2027}' | '\u{fe13}'
        | '\u{fe52}' | '\u{fe55}' | '\u{ff07}' | '\u{ff0e}' | '\u{ff1a}' | '\u{387}' => Role::Middle,
        '_' => Role::Word,
        c if strconv::is_alphanumeric(c) || strconv::is_extender(c) => Role::Word,
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
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => out.push('ǅ'),
        'Ǉ' | 'ǈ' | 'ǉ' => out.push('ǈ'),
        'Ǌ' | 'ǋ' | 'ǌ' => out.push('ǋ'),
        'Ǳ' | 'ǲ' | 'ǳ' => out.push('ǲ'),
        'ß' => out.push_str("Ss"),
        c => out.extend(c.to_uppercase()),
    }
}

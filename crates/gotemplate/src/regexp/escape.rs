//! Backslashes in patterns.

use super::translate::Source;

/// The ASCII classes of Perl's letters, for use inside of brackets.
pub(super) fn perl_class(letter: char) -> Option<(bool, &'static str)> {
    let set = match letter.to_ascii_lowercase() {
        'd' => "0-9",
        's' => r"\t\n\x0C\r ",
        'w' => "0-9A-Za-z_",
        _ => return None,
    };
    Some((letter.is_ascii_uppercase(), set))
}

/// An escape outside of a class.
pub(super) fn escape(source: &mut Source<'_>) -> Result<(), String> {
    let letter = source.rest()[1..].chars().next();
    match letter {
        None => Err("trailing backslash at end of expression: ``".to_owned()),
        Some('Q') => {
            source.at += 2;
            let rest = source.rest();
            let length = rest.find("\\E").unwrap_or(rest.len());
            rest[..length].chars().for_each(|c| source.literal(c));
            source.at += (length + 2).min(rest.len());
            Ok(())
        }
        Some('b' | 'B') => {
            let text = if letter == Some('b') {
                r"(?-u:\b)"
            } else {
                r"(?-u:\B)"
            };
            source.out.push_str(text);
            source.at += 2;
            Ok(())
        }
        Some(c @ ('A' | 'z')) => {
            source.out.push('\\');
            source.out.push(c);
            source.at += 2;
            Ok(())
        }
        Some('p' | 'P') => property(source),
        Some(c) => match perl_class(c) {
            Some((negative, set)) => {
                let caret = if negative { "^" } else { "" };
                source.out.push_str(&format!("[{caret}{set}]"));
                source.at += 2;
                Ok(())
            }
            None => {
                let c = character(source)?;
                source.literal(c);
                Ok(())
            }
        },
    }
}

/// `\pL`, `\p{Greek}`, `\p{^Greek}`.
pub(super) fn property(source: &mut Source<'_>) -> Result<(), String> {
    let rest = source.rest();
    let mut negative = rest[1..].starts_with('P');
    let after = &rest[2..];
    let (name, length) = match after.chars().next() {
        Some('{') => match after.find('}') {
            Some(end) => (&after[1..end], 2 + end + 1),
            None => return Err(format!("invalid character class range: `{rest}`")),
        },
        Some(c) => (&after[..c.len_utf8()], 2 + c.len_utf8()),
        None => return Err(format!("invalid escape sequence: `{rest}`")),
    };
    let shown = &rest[..length];
    let plain = name.strip_prefix('^').unwrap_or(name);
    negative ^= plain.len() < name.len();
    let letter = if negative { 'P' } else { 'p' };
    let text = match plain {
        "Any" if negative => r"[^\x{0}-\x{10FFFF}]".to_owned(),
        "Any" => r"[\x{0}-\x{10FFFF}]".to_owned(),
        plain => format!("\\{letter}{{{plain}}}"),
    };
    if regex_knows(&text) {
        source.out.push_str(&text);
        source.at += length;
        Ok(())
    } else {
        Err(format!("invalid character class range: `{shown}`"))
    }
}

fn regex_knows(text: &str) -> bool {
    regex::bytes::Regex::new(text).is_ok()
}

/// An escape that stands for one character. The source is at the backslash.
pub(super) fn character(source: &mut Source<'_>) -> Result<char, String> {
    let rest = source.rest();
    let mut chars = rest.chars();
    chars.next();
    let Some(letter) = chars.next() else {
        return Err("trailing backslash at end of expression: ``".to_owned());
    };
    let tail = chars.as_str();
    let invalid = |length: usize| {
        let end = (0..=length.min(rest.len()))
            .rev()
            .find(|&end| rest.is_char_boundary(end));
        Err(format!(
            "invalid escape sequence: `{}`",
            &rest[..end.unwrap_or(0)]
        ))
    };
    let (c, length) = match letter {
        'a' => ('\u{7}', 2),
        'f' => ('\u{c}', 2),
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        't' => ('\t', 2),
        'v' => ('\u{b}', 2),
        '0' => octal(tail, 2).map_or(('\0', 2), |(c, count)| (c, 2 + count)),
        '1'..='7' => {
            // One digit alone would be a reference to a group, which there is none of.
            if !tail.starts_with(|c: char| c.is_digit(8)) {
                return invalid(2);
            }
            match octal(&rest[1..], 3) {
                Some((c, count)) => (c, 1 + count),
                None => return invalid(2),
            }
        }
        'x' => match hex(tail) {
            Ok((c, count)) => (c, 2 + count),
            Err(count) => return invalid(2 + count),
        },
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => (c, 2),
        c => return invalid(1 + c.len_utf8()),
    };
    source.at += length;
    Ok(c)
}

fn octal(text: &str, most: usize) -> Option<(char, usize)> {
    let count = text.chars().take(most).take_while(|c| c.is_digit(8)).count();
    let value = u32::from_str_radix(text.get(..count)?, 8).ok()?;
    Some((char::from_u32(value)?, count))
}

/// What follows `\x`: two digits, or any number in braces. On failure, how much of it Go shows.
fn hex(text: &str) -> Result<(char, usize), usize> {
    if let Some(inner) = text.strip_prefix('{') {
        let count = inner.chars().take_while(char::is_ascii_hexdigit).count();
        let value = u32::from_str_radix(&inner[..count], 16).ok();
        return match (value.and_then(char::from_u32), inner[count..].starts_with('}')) {
            (Some(c), true) => Ok((c, count + 2)),
            _ => Err(1 + count + inner[count..].chars().next().map_or(0, char::len_utf8)),
        };
    }
    let count = text.chars().take(2).take_while(char::is_ascii_hexdigit).count();
    if count < 2 {
        return Err(count + text[count..].chars().next().map_or(0, char::len_utf8));
    }
    let value = u32::from_str_radix(&text[..2], 16).map_err(|_| 2usize)?;
    Ok((char::from_u32(value).unwrap_or('\0'), 2))
}

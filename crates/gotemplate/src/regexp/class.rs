//! Character classes in brackets.

use super::escape;
use super::translate::Source;

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// A class; the source is at its bracket.
pub(super) fn class(source: &mut Source<'_>) -> Result<(), String> {
    let whole = source.rest();
    source.at += 1;
    source.out.push('[');
    if source.peek() == Some('^') {
        source.at += 1;
        source.out.push('^');
    }
    let mut first = true;
    loop {
        match source.peek() {
            None => return Err(format!("missing closing ]: `{whole}`")),
            Some(']') if !first => break,
            Some('[') if source.rest().starts_with("[:") && posix(source)? => {}
            Some('\\') if set(source)? => {}
            Some(_) => range(source)?,
        }
        first = false;
    }
    source.at += 1;
    source.out.push(']');
    Ok(())
}

/// `[:alpha:]`. False if there is no closing `:]`, so that the bracket is itself.
fn posix(source: &mut Source<'_>) -> Result<bool, String> {
    let rest = source.rest();
    let Some(end) = rest.find(":]") else {
        return Ok(false);
    };
    let name = &rest[2.min(end)..end];
    let shown = &rest[..end + 2];
    if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(format!("invalid character class range: `{shown}`"));
    }
    source.out.push_str(shown);
    source.at += shown.len();
    Ok(true)
}

/// `\d` or `\pL`. False if the backslash stands for one character.
fn set(source: &mut Source<'_>) -> Result<bool, String> {
    match source.rest()[1..].chars().next() {
        Some('p' | 'P') => escape::property(source).map(|()| true),
        Some(c) => match escape::perl_class(c) {
            Some((negative, set)) => {
                let text = if negative {
                    format!("[^{set}]")
                } else {
                    set.to_owned()
                };
                source.out.push_str(&text);
                source.at += 2;
                Ok(true)
            }
            None => Ok(false),
        },
        None => Ok(false),
    }
}

/// A character, or two with a minus between.
fn range(source: &mut Source<'_>) -> Result<(), String> {
    let whole = source.rest();
    let low = character(source)?;
    let rest = source.rest();
    let mut high = low;
    if let Some(after) = rest.strip_prefix('-')
        && !after.is_empty()
        && !after.starts_with(']')
    {
        source.at += 1;
        high = character(source)?;
        if high < low {
            let shown = &whole[..whole.len() - source.rest().len()];
            return Err(format!("invalid character class range: `{shown}`"));
        }
    }
    source.literal(low);
    if high != low {
        source.out.push('-');
        source.literal(high);
    }
    Ok(())
}

fn character(source: &mut Source<'_>) -> Result<char, String> {
    if source.peek() == Some('\\') {
        return escape::character(source);
    }
    source
        .next()
        .ok_or_else(|| format!("missing closing ]: `{}`", source.pattern))
}

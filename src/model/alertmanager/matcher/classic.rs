//! The older grammar of matchers: forgiving with values, strict with names.

use std::sync::LazyLock;

use promql_syntax::ast::MatchOp;
use regex::Regex;

use super::Matcher;

static FORM: LazyLock<Regex> = LazyLock::new(|| {
    let form =
        r"^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*((?s:.*?))[\t\n\f\r ]*$";
    Regex::new(form).expect("the form is sound")
});

/// Reads matchers with commas between them. A brace at the start and one at the end are passed over.
pub(super) fn parse(text: &str) -> Result<Vec<Matcher>, String> {
    let text = text.strip_prefix('{').unwrap_or(text);
    let text = text.strip_suffix('}').unwrap_or(text);
    split(text).into_iter().map(matcher).collect()
}

/// The pieces between commas outside of quotes; an empty one at the end is none.
fn split(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut quoted, mut escaped, mut start) = (false, false, 0);
    for (at, c) in text.char_indices() {
        match c {
            ',' if !quoted => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            // A comma does not end an escape.
            ',' => {}
            '"' if escaped => escaped = false,
            '"' => quoted = !quoted,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        pieces.push(last);
    }
    pieces
}

fn matcher(text: &str) -> Result<Matcher, String> {
    let Some(form) = FORM.captures(text) else {
        return Err(format!("bad matcher format: {text}"));
    };
    let op = match &form[2] {
        "=" => MatchOp::Equal,
        "!=" => MatchOp::NotEqual,
        "=~" => MatchOp::Regex,
        _ => MatchOp::NotRegex,
    };
    Matcher::new(&form[1], op, value(&form[3])?)
}

/// The value that is written, in quotes or not. A backslash escapes a quote, a backslash and `n`; before anything else
/// it stands for itself.
fn value(written: &str) -> Result<String, String> {
    let stray = || {
        Err(format!(
            "matcher value contains unescaped double quote: {written}"
        ))
    };
    let (rest, mut open) = match written.strip_prefix('"') {
        Some(rest) => (rest, true),
        None => (written, false),
    };
    let mut value = String::with_capacity(rest.len());
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        let is_last = at + 1 == rest.len();
        match c {
            _ if escaped => {
                escaped = false;
                match c {
                    'n' => value.push('\n'),
                    '"' | '\\' => value.push(c),
                    _ => value.extend(['\\', c]),
                }
            }
            '\\' if !is_last => escaped = true,
            '"' if open && is_last => open = false,
            '"' => return stray(),
            _ => value.push(c),
        }
    }
    if open { stray() } else { Ok(value) }
}

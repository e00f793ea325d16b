//! Go's regular expressions on top of the `regex` crate, which descends from the same RE2 but differs in
//! syntax: [`translate`] turns one into the other and says in Go's words what is wrong with a pattern.

mod class;
mod escape;
mod translate;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::bytes::{Captures, Regex};

use crate::strconv;

/// How many compiled patterns a template keeps.
const CACHED: usize = 64;

/// The patterns that a template has used.
#[derive(Debug, Default)]
pub(crate) struct RegexCache(Mutex<HashMap<Vec<u8>, Compiled>>);

/// A pattern, or what is wrong with it.
type Compiled = Result<Arc<Regex>, String>;

impl RegexCache {
    /// The compiled pattern, or Go's message.
    pub(crate) fn get(&self, pattern: &[u8]) -> Compiled {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(pattern) {
            return known.clone();
        }
        let compiled = compile(pattern).map(Arc::new);
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert(pattern.to_vec(), compiled.clone());
        compiled
    }
}

fn compile(pattern: &[u8]) -> Result<Regex, String> {
    let fail = |reason: String| format!("error parsing regexp: {reason}");
    let Ok(pattern) = std::str::from_utf8(pattern) else {
        let shown = String::from_utf8_lossy(pattern);
        return Err(fail(format!("invalid UTF-8: `{shown}`")));
    };
    let translated = translate::translate(pattern).map_err(fail)?;
    Regex::new(&translated).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => fail("expression too large".to_owned()),
        error => fail(format!("{error}: `{pattern}`")),
    })
}

/// What Go's `MustCompile` panics with.
pub(crate) fn must_compile_message(pattern: &[u8], reason: &str) -> String {
    let shown = if strconv::can_backquote(pattern) {
        format!("`{}`", String::from_utf8_lossy(pattern))
    } else {
        strconv::quote(pattern, false)
    };
    format!("regexp: Compile({shown}): {reason}")
}

/// Replaces every match. `$1` and `${name}` in the replacement stand for groups. `None` if the result would
/// be longer than `limit`.
pub(crate) fn replace_all(regex: &Regex, replacement: &[u8], text: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut end = 0;
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        if whole.is_empty() && is_inside_char(text, whole.start()) {
            continue;
        }
        out.extend_from_slice(&text[end..whole.start()]);
        expand(&mut out, replacement, &captures, limit);
        end = whole.end();
        if out.len() > limit {
            return None;
        }
    }
    out.extend_from_slice(&text[end..]);
    Some(out)
}

/// Whether an offset is in the middle of a character, where Go finds nothing and the crate finds nothing too,
/// which matches if a pattern may be empty.
fn is_inside_char(text: &[u8], at: usize) -> bool {
    (1..=3.min(at)).any(|back| strconv::decode(&text[at - back..]).1 > back)
}

fn expand(out: &mut Vec<u8>, template: &[u8], captures: &Captures<'_>, limit: usize) {
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|&byte| byte == b'$') {
        out.extend_from_slice(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if out.len() > limit {
            return;
        }
        if rest.first() == Some(&b'$') {
            out.push(b'$');
            rest = &rest[1..];
            continue;
        }
        let Some((name, length)) = group_name(rest) else {
            out.push(b'$');
            continue;
        };
        rest = &rest[length..];
        let group = match name.parse::<usize>() {
            Ok(number) => captures.get(number),
            Err(_) => captures.name(name),
        };
        if let Some(group) = group {
            out.extend_from_slice(group.as_bytes());
        }
    }
    out.extend_from_slice(rest);
}

/// The name behind a dollar sign, in braces or not, and how much of the text it takes.
fn group_name(text: &[u8]) -> Option<(&str, usize)> {
    let braces = text.first() == Some(&b'{');
    let body = if braces { &text[1..] } else { text };
    let valid = match std::str::from_utf8(body) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&body[..error.valid_up_to()]).ok()?,
    };
    let length = valid
        .find(|c| !strconv::is_alphanumeric(c))
        .unwrap_or(valid.len());
    if length == 0 {
        return None;
    }
    match (braces, body.get(length)) {
        (false, _) => Some((&valid[..length], length)),
        (true, Some(b'}')) => Some((&valid[..length], length + 2)),
        (true, _) => None,
    }
}

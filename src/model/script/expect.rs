//! `expect` lines.

use promql_syntax::{compile_unanchored, unquote};

use super::eval::{keyword, steps};
use super::lines::Text;
use super::{Expectations, Fault, MessageMatch};

/// Reads what follows the word `expect` in a line.
pub(super) fn parse(line: Text<'_>, mut rest: Text<'_>, expected: &mut Expectations) -> Result<(), Fault> {
    let kind = rest.next_word();
    match kind.text {
        "string" => {
            let message = "expected a string in double quotes or backquotes";
            expected.string = Some(unquote(rest.text).ok_or_else(|| rest.fault(message))?);
            return Ok(());
        }
        "range" => {
            keyword(&mut rest, "vector")?;
            keyword(&mut rest, "from")?;
            expected.range_vector = Some(steps(&mut rest)?);
            return Ok(());
        }
        _ => {}
    }
    let message = message(rest)?;
    match kind.text {
        "ordered" => expected.ordered = true,
        "fail" if expected.fail_message.is_some() => {
            return Err(line.fault("a query fails with one error: there may be one `expect fail` only"));
        }
        "fail" => {
            expected.fail = true;
            expected.fail_message = Some(message);
        }
        "warn" => expected.warn.push(message),
        "info" => expected.info.push(message),
        "no_warn" => expected.no_warn = true,
        "no_info" => expected.no_info = true,
        _ => {
            return Err(kind.fault(
                "expected one of `fail`, `warn`, `info`, `no_warn`, `no_info`, `ordered`, `string` and \
                 `range vector`",
            ));
        }
    }
    if (expected.no_warn && !expected.warn.is_empty()) || (expected.no_info && !expected.info.is_empty()) {
        return Err(line.fault("the line contradicts one above it"));
    }
    Ok(())
}

/// `msg: text`, `regex: pattern`, or nothing.
fn message(text: Text<'_>) -> Result<MessageMatch, Fault> {
    if text.is_empty() {
        return Ok(MessageMatch::Any);
    }
    let usage = "expected `msg: <message>` or `regex: <pattern>`";
    let colon = text.text.find(':').ok_or_else(|| text.fault(usage))?;
    let mut value = text.slice(colon + 1..text.text.len());
    // White space around it does not belong to it.
    value = value.slice(value.text.len() - value.text.trim_start().len()..value.text.len());
    match &text.text[..colon] {
        "msg" | "regex" if value.is_empty() => Err(text.fault(usage)),
        "msg" => Ok(MessageMatch::Exact(value.text.to_owned())),
        "regex" => pattern(value),
        _ => Err(text.fault(usage)),
    }
}

/// A regular expression.
pub(super) fn pattern(text: Text<'_>) -> Result<MessageMatch, Fault> {
    compile_unanchored(text.text)
        .map(MessageMatch::Pattern)
        .map_err(|error| text.fault(error))
}

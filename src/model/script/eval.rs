//! `eval` and the expectations below it.

use promql_syntax::series::value_count;
use promql_syntax::{ParseOptions, parse_duration, parse_number, parse_valid};

use super::expect;
use super::lines::{Line, Lines, Text};
use super::{Eval, EvalTime, Expectations, ExpectedResult, Fault, MessageMatch, Steps};

const USAGE: &str = "the command reads `eval instant at <time> <query>` or \
                     `eval range from <start> to <end> step <step> <query>`";

pub(super) fn parse(header: Line<'_>, lines: &mut Lines<'_>) -> Result<Eval, Fault> {
    let mut rest = header.text;
    let mut expected = Expectations::default();
    let command = rest.next_word();
    match command.text.strip_prefix("eval") {
        Some("") => {}
        Some("_fail") => expected.fail = true,
        Some("_warn") => expected.warn.push(MessageMatch::Any),
        Some("_info") => expected.info.push(MessageMatch::Any),
        Some("_ordered") => expected.ordered = true,
        _ => return Err(command.fault(USAGE)),
    }
    let kind = rest.next_word();
    let time = match kind.text {
        "instant" => {
            keyword(&mut rest, "at")?;
            EvalTime::Instant(duration(&mut rest, "evaluation time")?)
        }
        "range" if !expected.ordered => {
            keyword(&mut rest, "from")?;
            EvalTime::Range(steps(&mut rest)?)
        }
        _ => return Err(kind.fault(USAGE)),
    };
    let query = rest;
    let expr = parse_valid(query.text, &ParseOptions::ALL).map_err(|errors| match errors.first() {
        Some(error) => query.parse_fault(error),
        None => query.fault("not a query"),
    })?;
    expectations(&mut expected, time, command.text == "eval_fail", lines)?;
    Ok(Eval {
        line: header.number,
        header: header.text.text.to_owned(),
        query: query.text.to_owned(),
        expr,
        time,
        expected,
    })
}

/// `<start> to <end> step <step>`.
pub(super) fn steps(text: &mut Text<'_>) -> Result<Steps, Fault> {
    let start = duration(text, "start")?;
    keyword(text, "to")?;
    let end_word = text.clone().next_word();
    let end = duration(text, "end")?;
    keyword(text, "step")?;
    let step = duration(text, "step")?;
    if end < start {
        return Err(end_word.fault("the end is before the start"));
    }
    Ok(Steps { start, end, step })
}

pub(super) fn keyword(text: &mut Text<'_>, keyword: &str) -> Result<(), Fault> {
    let word = text.next_word();
    if word.text == keyword {
        Ok(())
    } else {
        Err(word.fault(format!("expected `{keyword}`")))
    }
}

fn duration(text: &mut Text<'_>, name: &str) -> Result<i64, Fault> {
    let word = text.next_word();
    parse_duration(word.text).map_err(|error| word.fault(format!("invalid {name}: {error}")))
}

/// The lines below the command.
fn expectations(
    expected: &mut Expectations,
    time: EvalTime,
    eval_fail: bool,
    lines: &mut Lines<'_>,
) -> Result<(), Fault> {
    let mut series = Vec::new();
    while let Some(line) = lines.next_in_block() {
        let mut rest = line.text;
        match rest.next_word().text {
            "expect" => {
                expect::parse(line.text, rest, expected)?;
                continue;
            }
            "expected_fail_message" if eval_fail => {
                expected.fail_message = Some(MessageMatch::Exact(rest.text.to_owned()));
                return Ok(());
            }
            "expected_fail_regexp" if eval_fail => {
                expected.fail_message = Some(expect::pattern(rest)?);
                return Ok(());
            }
            _ => {}
        }
        if let Some(number) = number(line.text.text) {
            expected.result = ExpectedResult::Scalar(number);
            return Ok(());
        }
        let parsed = line.series()?;
        match (time, &expected.range_vector, value_count(&parsed.items)) {
            (_, _, 0) => return Err(line.text.fault("an expected series has a value")),
            (EvalTime::Instant(_), None, 2..) => {
                return Err(line.text.fault(
                    "the result of an instant query has one value for each series; for a range vector write \
                     `expect range vector from <start> to <end> step <step>` first",
                ));
            }
            _ => series.push(parsed),
        }
    }
    expected.result = ExpectedResult::Series(series);
    Ok(())
}

/// A number with or without sign.
fn number(text: &str) -> Option<f64> {
    match text.strip_prefix('-') {
        Some(digits) => parse_number(digits).map(|number| -number),
        None => parse_number(text.strip_prefix('+').unwrap_or(text)),
    }
}

//! What expressions were worth, for JSON. The format is documented in `docs/output.md`; keys are only ever added.

use serde::Serialize;

use crate::outcome::{ExplainedPart, Explanation, Turn, Worth};

/// See the module.
#[derive(Serialize)]
pub(super) struct ExplanationJson<'a> {
    rule: Option<&'a str>,
    at_ms: i64,
    parts: Vec<Part<'a>>,
    before: Option<TurnJson<'a>>,
    after: Option<TurnJson<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    depth: usize,
    text: &'a str,
    worth: WorthJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_ms: Option<i64>,
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct TurnJson<'a> {
    at_ms: i64,
    changed: Vec<Changed<'a>>,
}

#[derive(Serialize)]
struct Changed<'a> {
    part: usize,
    worth: WorthJson<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum WorthJson<'a> {
    /// JSON has no infinities.
    Number(String),
    Text(&'a str),
    Fault(&'a str),
    Series {
        count: usize,
        first: Vec<Series<'a>>,
    },
    Ranges {
        count: usize,
        first: Vec<Range<'a>>,
    },
}

#[derive(Serialize)]
struct Series<'a> {
    metric: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Range<'a> {
    metric: &'a str,
    samples: usize,
    first: Sample<'a>,
    last: Sample<'a>,
}

#[derive(Serialize)]
struct Sample<'a> {
    at_ms: i64,
    value: &'a str,
}

/// An explanation for JSON.
pub(super) fn explanation(explanation: &Explanation) -> ExplanationJson<'_> {
    ExplanationJson {
        rule: explanation.rule.as_ref().map(|rule| rule.name.as_str()),
        at_ms: explanation.at_ms,
        parts: explanation.parts.iter().map(part).collect(),
        before: explanation.before.as_ref().map(turn),
        after: explanation.after.as_ref().map(turn),
    }
}

fn part(part: &ExplainedPart) -> Part<'_> {
    Part {
        depth: part.depth,
        text: &part.text,
        worth: worth(&part.worth),
        at_ms: part.elsewhen_ms,
        why: part.why.as_deref(),
    }
}

fn turn(turn: &Turn) -> TurnJson<'_> {
    let changed = turn.changed.iter().map(|(part, value)| Changed {
        part: *part,
        worth: worth(value),
    });
    TurnJson {
        at_ms: turn.at_ms,
        changed: changed.collect(),
    }
}

fn worth(worth: &Worth) -> WorthJson<'_> {
    match worth {
        Worth::Number(number) => WorthJson::Number(promql_engine::gofmt::float_g(*number)),
        Worth::Text(text) => WorthJson::Text(text),
        Worth::Fault(message) => WorthJson::Fault(message),
        Worth::Series { count, first } => {
            let first = first.iter().map(|series| Series {
                metric: &series.metric,
                value: &series.value,
            });
            WorthJson::Series {
                count: *count,
                first: first.collect(),
            }
        }
        Worth::Ranges { count, first } => {
            let first = first.iter().map(|range| Range {
                metric: &range.metric,
                samples: range.samples,
                first: sample(&range.first),
                last: sample(&range.last),
            });
            WorthJson::Ranges {
                count: *count,
                first: first.collect(),
            }
        }
    }
}

fn sample((at_ms, value): &(i64, String)) -> Sample<'_> {
    Sample { at_ms: *at_ms, value }
}

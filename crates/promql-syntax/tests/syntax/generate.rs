//! Random expressions as text. Most have a meaning; all are made of PromQL's words.

use proptest::prelude::*;
use proptest::sample::select;

/// Random text.
type Text = BoxedStrategy<String>;

fn owned(words: &[&'static str]) -> Text {
    select(words.to_vec()).prop_map(str::to_owned).boxed()
}

/// A metric name; some are keywords.
fn metric() -> Text {
    owned(&[
        "up",
        "http_requests_total",
        "job:errors:rate5m",
        "a",
        "sum",
        "by",
        "offset",
        "start",
        "and",
        "min",
    ])
    .boxed()
}

fn label() -> Text {
    owned(&[
        "job",
        "instance",
        "le",
        "on",
        "bool",
        "group_left",
        "_x",
        "\"with.dot\"",
    ])
    .boxed()
}

fn string() -> Text {
    owned(&[
        "\"api\"",
        "'it'",
        "`raw`",
        "\"\\u00e9\\n\"",
        "\"a|b.*\"",
        "\"\"",
        "\"tab\\t\"",
        "\"😀\"",
    ])
    .boxed()
}

fn duration() -> Text {
    owned(&["5m", "1h30m", "1d", "90s", "300", "1w", "500ms", "0x1f"]).boxed()
}

/// A duration in brackets or behind `offset`, arithmetic among them.
fn length() -> Text {
    let operand = prop_oneof![4 => duration(), 1 => owned(&["step()", "range()", "min_of(5m, step())", "max_of(1m, 2m)"])];
    prop_oneof![
        6 => duration(),
        1 => (operand.clone(), owned(&["+", "-", "*", "/", "%", "^"]), operand.clone())
            .prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        1 => operand.prop_map(|a| format!("({a})")),
    ]
    .boxed()
}

fn number() -> Text {
    owned(&[
        "1", "0.5", "1e3", "0x1F", "017", "1_000", "Inf", "NaN", ".5", "5m", "-1", "+2",
    ])
    .boxed()
}

fn labels() -> Text {
    (prop::collection::vec(label(), 0..3), any::<bool>())
        .prop_map(|(labels, comma)| {
            let comma = if comma && !labels.is_empty() { "," } else { "" };
            format!("({}{comma})", labels.join(", "))
        })
        .boxed()
}

fn matcher() -> Text {
    (label(), owned(&["=", "!=", "=~", "!~"]), string())
        .prop_map(|(label, op, value)| format!("{label}{op}{value}"))
        .boxed()
}

fn selector() -> Text {
    let matchers = prop::collection::vec(matcher(), 0..3).prop_map(|m| format!("{{{}}}", m.join(",")));
    prop_oneof![
        3 => metric(),
        3 => (metric(), matchers).prop_map(|(name, matchers)| format!("{name}{matchers}")),
        1 => matcher().prop_map(|m| format!("{{x=\"1\",{m}}}")),
        1 => matcher().prop_map(|m| format!("{{\"a.metric\", {m}}}")),
    ]
    .boxed()
}

fn modifiers() -> Text {
    let at = owned(&["@ 1609746000", "@ start()", "@ end()", "@ -1.5"]);
    let offset = (owned(&["", "-"]), duration()).prop_map(|(sign, d)| format!("offset {sign}{d}"));
    prop_oneof![
        6 => Just(String::new()),
        1 => at.clone().prop_map(|at| format!(" {at}")),
        1 => offset.clone().prop_map(|offset| format!(" {offset}")),
        1 => (at, offset).prop_map(|(at, offset)| format!(" {offset} {at}")),
    ]
    .boxed()
}

fn vector_selector() -> Text {
    (selector(), modifiers())
        .prop_map(|(selector, modifiers)| format!("{selector}{modifiers}"))
        .boxed()
}

fn range_selector() -> Text {
    let extension = owned(&["", "", "", " anchored", " smoothed"]);
    (selector(), length(), extension, modifiers())
        .prop_map(|(s, range, ext, m)| format!("{s}[{range}]{ext}{m}"))
        .boxed()
}

fn matching() -> Text {
    let on = (owned(&["on", "ignoring"]), labels()).prop_map(|(word, labels)| format!(" {word}{labels}"));
    let group = prop_oneof![
        3 => Just(String::new()),
        1 => owned(&[" group_left", " group_right"]),
        1 => (owned(&[" group_left", " group_right"]), labels()).prop_map(|(word, labels)| format!("{word}{labels}")),
    ];
    let fill = owned(&[
        "",
        "",
        "",
        " fill(0)",
        " fill_left(1) fill_right(-2.5)",
        " fill_right(5m)",
    ]);
    prop_oneof![
        3 => Just(String::new()),
        2 => (on, group, fill).prop_map(|(on, group, fill)| format!("{on}{group}{fill}")),
    ]
    .boxed()
}

/// An expression.
pub(crate) fn expression() -> Text {
    let leaf = prop_oneof![4 => vector_selector(), 2 => number(), 1 => string()];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let arithmetic = owned(&["+", "-", "*", "/", "%", "^", "atan2", "</", ">/"]);
        let comparison = owned(&["==", "!=", "<", "<=", ">", ">="]);
        let comparison = (comparison, owned(&["", " bool"])).prop_map(|(op, b)| format!("{op}{b}"));
        let set = owned(&["and", "or", "unless", "AND"]);
        let operator = prop_oneof![3 => arithmetic, 2 => comparison, 1 => set];
        let aggregation = owned(&["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "SUM"]);
        let grouping = (owned(&["by", "without"]), labels()).prop_map(|(word, labels)| format!("{word} {labels}"));
        let subquery = (inner.clone(), length(), prop_oneof![Just(String::new()), duration()], modifiers())
            .prop_map(|(e, range, step, m)| format!("({e})[{range}:{step}]{m}"));
        let range = prop_oneof![3 => range_selector(), 1 => subquery];
        prop_oneof![
            3 => (inner.clone(), operator, matching(), inner.clone())
                .prop_map(|(a, op, matching, b)| format!("{a} {op}{matching} {b}")),
            1 => inner.clone().prop_map(|e| format!("({e})")),
            1 => (owned(&["-", "+"]), inner.clone()).prop_map(|(sign, e)| format!("{sign}{e}")),
            2 => (aggregation.clone(), grouping.clone(), inner.clone())
                .prop_map(|(op, grouping, e)| format!("{op} {grouping} ({e})")),
            1 => (aggregation, inner.clone(), grouping).prop_map(|(op, e, grouping)| format!("{op}({e}) {grouping}")),
            1 => (owned(&["topk", "bottomk", "quantile", "limitk", "limit_ratio"]), number(), inner.clone())
                .prop_map(|(op, k, e)| format!("{op}({k}, {e})")),
            1 => inner.clone().prop_map(|e| format!("count_values(\"v\", {e})")),
            2 => (owned(&["rate", "increase", "max_over_time", "absent_over_time", "deriv"]), range.clone())
                .prop_map(|(f, range)| format!("{f}({range})")),
            1 => range.prop_map(|range| format!("quantile_over_time(0.9, {range})")),
            2 => (owned(&["abs", "ceil", "ln", "absent", "sort", "timestamp", "histogram_count"]), inner.clone())
                .prop_map(|(f, e)| format!("{f}({e})")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("clamp({a}, {b}, {c})")),
            1 => inner.clone().prop_map(|e| format!("vector({e})")),
            1 => inner.clone().prop_map(|e| format!("scalar({e})")),
            1 => owned(&["time()", "pi()", "vector(1)", "hour()", "start()", "step()"]),
            1 => inner.prop_map(|e| format!("label_replace({e}, \"a\", \"$1\", \"b\", \"(.*)\")")),
        ]
    }).boxed()
}

/// An expression with a few bytes changed, so that it is nearly sound.
pub(crate) fn damaged() -> Text {
    let piece = owned(&[
        "", "(", ")", "[", "]", "{", "}", "\"", "'", ",", " ", "#", "=~", "by", "on", "5m", "@", "é", ":",
        "\n",
    ]);
    (
        expression(),
        prop::collection::vec((any::<prop::sample::Index>(), 0usize..3, piece), 1..4),
    )
        .prop_map(|(mut text, edits)| {
            for (at, delete, insert) in edits {
                let places: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
                let start = at.index(places.len());
                let end = (start + delete).min(places.len() - 1);
                text.replace_range(places[start]..places[end], &insert);
            }
            text
        })
        .boxed()
}

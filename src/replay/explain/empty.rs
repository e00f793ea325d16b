//! Why nothing came of a part of an expression. Only the part at which the series are lost is told about: what is
//! made of nothing is nothing.

use std::collections::HashSet;

use promql_engine::gofmt::float_g;
use promql_engine::{Labels, Matcher, Query, Sample, SampleValue, Value};
use promql_syntax::ast::{
    BinaryExpr, BinaryOp, Call, DurationExpr, DurationKind, Expr, ExprKind, MatchOp, MatrixSelector,
    NumberLiteral, VectorSelector,
};
use promql_syntax::format_duration;

use crate::model::reader::nearest;
use crate::replay::parts::{PartValue, Parts};
use crate::replay::world::World;

/// How many values of a label are named.
const MOST_VALUES: usize = 5;

/// Why nothing came of a part, given the values of all parts. `start` is when the replay starts.
pub(super) fn why(
    world: &World<'_>,
    parts: &Parts<'_>,
    values: &[PartValue],
    number: usize,
    start: i64,
) -> Option<String> {
    if !is_empty(&values[number].value) {
        return None;
    }
    let part = &parts.all()[number];
    let operand = |index: usize| {
        let child = part.children.get(index)?;
        values[*child].value.as_ref().ok()
    };
    let selection = |selector| Selection {
        world,
        selector,
        at: values[number].at,
        start,
    };
    match &part.expr.kind {
        ExprKind::VectorSelector(selector) => selection(selector).why(None),
        ExprKind::MatrixSelector(matrix) => {
            // The text of the part ends with the range and the modifiers.
            let range = matrix.range.span;
            let from = range.start.saturating_sub(part.expr.span.start);
            let range = part.text.get(from..from + range.len()).unwrap_or("its range");
            selection(&matrix.selector).why(Some(range))
        }
        ExprKind::Binary(binary) => match (operand(0)?, operand(1)?) {
            (Value::Vector(left), Value::Vector(right)) => of_vectors(binary, left, right),
            (Value::Vector(left), Value::Scalar { value, .. }) => comparison(binary.op, left, *value),
            (Value::Scalar { value, .. }, Value::Vector(right)) => {
                comparison(mirrored(binary.op), right, *value)
            }
            _ => None,
        },
        ExprKind::Call(call) => of_call(call, operand(0)?),
        _ => None,
    }
}

fn is_empty(value: &Result<Value, String>) -> bool {
    match value {
        Ok(Value::Vector(samples)) => samples.is_empty(),
        Ok(Value::Matrix(series)) => series.is_empty(),
        _ => false,
    }
}

/// A selector that selects nothing at a time.
struct Selection<'s> {
    world: &'s World<'s>,
    selector: &'s VectorSelector,
    at: i64,
    start: i64,
}

impl Selection<'_> {
    /// Why a selector with this range, or without one, selects nothing.
    fn why(&self, range: Option<&str>) -> Option<String> {
        let written = self.selector.all_matchers();
        let compiled = written.iter().map(|m| Matcher::new(&m.name.name, m.op, &m.value));
        let compiled: Vec<Matcher> = compiled.collect::<Result<_, _>>().ok()?;
        let ever = self.world.storage.select(&compiled).len();
        if ever == 0 {
            return Some(self.no_series(&written, &compiled));
        }
        let ever = counted(ever, "series has these labels", "series have these labels");
        let Some(newest) = self.newest() else {
            return Some(format!("{ever}, and no sample yet"));
        };
        let last = format_duration(newest - self.start);
        if let Some(range) = range {
            return Some(format!(
                "{ever}, and no sample within {range}: the newest is at {last}"
            ));
        }
        let lookback = self.world.engine.options().lookback_delta_ms;
        let moved = self.selector.offset.is_some() || self.selector.at.is_some();
        let end = if !moved && self.at - newest < lookback {
            "then came a staleness marker".to_owned()
        } else {
            format!(
                "a series without samples ends after {}",
                format_duration(lookback)
            )
        };
        Some(format!("{ever}, and the last sample is at {last}: {end}"))
    }

    /// The time of the newest sample that the selector could see.
    fn newest(&self) -> Option<i64> {
        const TEN_YEARS: f64 = 10.0 * 366.0 * 86_400.0;
        let span = promql_syntax::Span::default();
        let range = DurationExpr {
            span,
            kind: DurationKind::Number(NumberLiteral {
                value: TEN_YEARS,
                is_duration: true,
            }),
        };
        let matrix = MatrixSelector {
            selector: VectorSelector {
                extension: None,
                ..self.selector.clone()
            },
            selector_span: span,
            range,
        };
        let expr = Expr {
            span,
            kind: ExprKind::MatrixSelector(matrix),
        };
        let result = self
            .world
            .engine
            .instant(&self.world.storage, &Query::new("", expr), self.at);
        let Value::Matrix(series) = result.ok()?.value else {
            return None;
        };
        let newest = series.iter().map(|series| {
            let float = series.floats.last().map(|(at, _)| *at);
            float.max(series.histograms.last().map(|(at, _)| *at))
        });
        newest.max().flatten()
    }

    /// No series was ever there: which matcher is too many?
    fn no_series(&self, written: &[promql_syntax::ast::Matcher], compiled: &[Matcher]) -> String {
        let storage = &self.world.storage;
        for (number, matcher) in written
            .iter()
            .enumerate()
            .filter(|(_, m)| m.name.name != "__name__")
        {
            let others = compiled.iter().enumerate().filter(|(other, _)| *other != number);
            let others: Vec<Matcher> = others.map(|(_, matcher)| matcher.clone()).collect();
            let found = storage.select(&others);
            if found.is_empty() {
                continue;
            }
            let label = &matcher.name.name;
            let values: Vec<&str> = found.iter().map(|id| storage.labels(*id).get(label)).collect();
            return format!(
                "{} but for {label}{}{:?}: {}",
                counted(found.len(), "series would fit", "series would fit"),
                operator(matcher.op),
                matcher.value,
                values_of(label, values)
            );
        }
        let name = compiled
            .iter()
            .filter(|m| m.name() == "__name__")
            .find_map(Matcher::equal_value);
        let Some(name) = name else {
            return "no series fits".to_owned();
        };
        let all = storage.select(&[]);
        let names: Vec<&str> = all.iter().map(|id| storage.labels(*id).metric_name()).collect();
        if names.contains(&name) {
            return format!("no series of {name} has such labels");
        }
        match nearest(name, &names) {
            Some(near) => format!("there is no series {name}, but there is {near}"),
            None => format!("there is no series {name}"),
        }
    }
}

fn operator(op: MatchOp) -> &'static str {
    match op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Regex => "=~",
        MatchOp::NotRegex => "!~",
    }
}

/// `code is "200" or "404"`.
fn values_of(label: &str, mut values: Vec<&str>) -> String {
    values.sort_unstable();
    values.dedup();
    let more = values.len().saturating_sub(MOST_VALUES);
    values.truncate(MOST_VALUES);
    let mut quoted: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    if more > 0 {
        quoted.push(format!("one of {more} others"));
    }
    match quoted.pop() {
        Some(last) if !quoted.is_empty() => format!("{label} is {} or {last}", quoted.join(", ")),
        Some(last) => format!("{label} is {last}"),
        None => label.to_owned(),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// No value of a vector passes a comparison with a number.
fn comparison(op: BinaryOp, samples: &[Sample], bound: f64) -> Option<String> {
    if !op.is_comparison() || samples.is_empty() {
        return None;
    }
    let floats = samples.iter().filter_map(|sample| match &sample.value {
        SampleValue::Float(value) => Some(*value),
        SampleValue::Histogram(_) => None,
    });
    let by = |a: &f64, b: &f64| a.total_cmp(b);
    let (which, value) = match op {
        BinaryOp::Gt | BinaryOp::Ge => ("largest", floats.filter(|v| !v.is_nan()).max_by(by)),
        BinaryOp::Lt | BinaryOp::Le => ("smallest", floats.filter(|v| !v.is_nan()).min_by(by)),
        _ => {
            let distance = |v: &f64| (v - bound).abs();
            let nearest = floats.filter(|v| !v.is_nan());
            (
                "nearest",
                nearest.min_by(|a, b| distance(a).total_cmp(&distance(b))),
            )
        }
    };
    let bound = float_g(bound);
    let op = op.text();
    Some(match (samples.len(), value) {
        (1, Some(value)) => format!("{} is not {op} {bound}", float_g(value)),
        (n, Some(value)) => format!(
            "none of {n} values is {op} {bound}: the {which} is {}",
            float_g(value)
        ),
        (_, None) => format!("no value is a number that is {op} {bound}"),
    })
}

/// The comparison with its sides exchanged.
fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

/// Two vectors of which nothing comes.
fn of_vectors(binary: &BinaryExpr, left: &[Sample], right: &[Sample]) -> Option<String> {
    let series = |count: usize| match count {
        0 => "none".to_owned(),
        n => format!("{n} series"),
    };
    let sides = || {
        format!(
            "the left side has {}, the right side {}",
            series(left.len()),
            series(right.len())
        )
    };
    match (binary.op, left.is_empty(), right.is_empty()) {
        (BinaryOp::Or, ..) => return None,
        (BinaryOp::Unless, true, _) => return None,
        (BinaryOp::Unless, false, _) => {
            return Some(format!(
                "each of the {} on the left side is on the right side too, compared {}",
                series(left.len()),
                compared_by(binary)
            ));
        }
        (_, true, true) => return Some("both sides are empty".to_owned()),
        (_, true, false) | (_, false, true) => return Some(sides()),
        (_, false, false) => {}
    }
    let (on, names) = match &binary.matching.labels {
        Some(labels) => (labels.on, labels.labels.iter().map(|l| l.name.as_str()).collect()),
        None => (false, Vec::new()),
    };
    let key = |sample: &Sample| sample.labels.matching(on, &names);
    let keys: HashSet<Labels> = right.iter().map(key).collect();
    let pairs = left.iter().filter(|sample| keys.contains(&key(sample))).count();
    if pairs > 0 {
        let pairs = counted(pairs, "pair is", "pairs are");
        return binary.op.is_comparison().then(|| {
            format!(
                "{pairs} compared, and in none of them the left value is {} the right one",
                binary.op.text()
            )
        });
    }
    let example = |samples: &[Sample]| samples.first().map(|sample| key(sample).to_string());
    Some(format!(
        "{}; no label sets agree {}: there is {} on the left and {} on the right",
        sides(),
        compared_by(binary),
        example(left)?,
        example(right)?
    ))
}

/// How labels are compared: `on (instance)`.
fn compared_by(binary: &BinaryExpr) -> String {
    let Some(labels) = &binary.matching.labels else {
        return "by all labels".to_owned();
    };
    let names: Vec<&str> = labels.labels.iter().map(|l| l.name.as_str()).collect();
    let word = if labels.on { "on" } else { "ignoring" };
    format!("{word} ({})", names.join(", "))
}

/// Functions that need two samples in their range.
const OF_TWO_SAMPLES: [&str; 9] = [
    "rate",
    "increase",
    "delta",
    "deriv",
    "idelta",
    "irate",
    "predict_linear",
    "double_exponential_smoothing",
    "holt_winters",
];

/// A call of which nothing comes though its argument is something.
fn of_call(call: &Call, argument: &Value) -> Option<String> {
    let name = call.name.as_str();
    match argument {
        Value::Vector(samples) if name == "absent" && !samples.is_empty() => {
            let series = counted(samples.len(), "series is", "series are");
            Some(format!("{series} there"))
        }
        Value::Matrix(series) if name == "absent_over_time" && !series.is_empty() => {
            let series = counted(series.len(), "series has", "series have");
            Some(format!("{series} samples in the range"))
        }
        Value::Matrix(series) if OF_TWO_SAMPLES.contains(&name) && !series.is_empty() => {
            let few = series
                .iter()
                .all(|series| series.floats.len() + series.histograms.len() < 2);
            few.then(|| format!("{name} needs two samples in its range, and there is one"))
        }
        _ => None,
    }
}

//! Series that a test describes by what happens rather than by values: `counter: {0s: 2/s, 10m: 50/s}`.
//!
//! All times are milliseconds since the start of the test; values are in the unit of the metric, rates per second.

use std::ops::Range;

use promql_syntax::parse_duration;

use super::input_fields::{HISTOGRAM, NOISE, PHASE, SINE};
use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::{Node, NodeKind};

/// What makes the samples of a series.
#[derive(Clone, Debug, PartialEq)]
pub enum Generator {
    /// Grows at a rate, in steps over time.
    Counter(Vec<Point>),
    /// Holds each value until the next.
    Steps(Vec<Point>),
    /// Goes in straight lines from each value to the next, and stays at the last.
    Ramp(Vec<Point>),
    /// Swings around a mean.
    Sine(Sine),
    /// A classic histogram: a series for each bucket, the sum and the count.
    Histogram(Histogram),
}

/// A value at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Since when, in milliseconds since the start.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
}

/// `mean + amplitude * sin(2π (t - shift) / period)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sine {
    /// The middle.
    pub mean: f64,
    /// How far it goes from the middle.
    pub amplitude: f64,
    /// From one wave to the next, in milliseconds.
    pub period_ms: i64,
    /// When the first wave begins, in milliseconds.
    pub shift_ms: i64,
}

/// Observations that fall into buckets.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Upper bounds of the buckets with the text of their label `le`, ascending, without `+Inf`.
    pub bounds: Vec<(f64, String)>,
    /// What is observed, in the order of time.
    pub phases: Vec<Phase>,
}

/// What a histogram observes from a time on.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// Since when, in milliseconds since the start.
    pub from_ms: i64,
    /// Observations per second.
    pub rate: f64,
    /// Shares of the observations (0 to 1) and the values that these shares do not exceed, both ascending. Between
    /// them, observations are spread evenly.
    pub quantiles: Vec<(f64, f64)>,
}

/// The keys of an input series that name a generator.
pub(super) const GENERATORS: [&str; 6] = ["counter", "gauge", "steps", "ramp", "sine", "histogram"];

/// The bounds that Prometheus' client libraries use where a program names none.
const DEFAULT_BOUNDS: [(f64, &str); 11] = [
    (0.005, "0.005"),
    (0.01, "0.01"),
    (0.025, "0.025"),
    (0.05, "0.05"),
    (0.1, "0.1"),
    (0.25, "0.25"),
    (0.5, "0.5"),
    (1.0, "1.0"),
    (2.5, "2.5"),
    (5.0, "5.0"),
    (10.0, "10.0"),
];

/// Reads the generator under one of the keys [`GENERATORS`].
pub(super) fn read(reader: &mut Reader<'_>, key: &str, node: &Node) -> Option<Generator> {
    match key {
        "counter" => points(reader, node, "counter", rate).map(Generator::Counter),
        "gauge" | "steps" => points(reader, node, key, number).map(Generator::Steps),
        "ramp" => points(reader, node, "ramp", number).map(Generator::Ramp),
        "sine" => sine(reader, node).map(Generator::Sine),
        _ => histogram(reader, node).map(Generator::Histogram),
    }
}

/// One value for all times, or a mapping of times to values.
fn points(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
    value: fn(&mut Reader<'_>, &Node, &str) -> Option<f64>,
) -> Option<Vec<Point>> {
    let NodeKind::Mapping(entries) = &node.kind else {
        let value = value(reader, node, what)?;
        return Some(vec![Point { at_ms: 0, value }]);
    };
    let mut points: Vec<Point> = Vec::with_capacity(entries.len());
    for entry in entries {
        let at = reader.duration(&entry.key, "a time")?;
        let value = value(reader, &entry.value, what)?;
        if points.last().is_some_and(|last| last.at_ms >= at.value) {
            let message = format!("the times of `{what}` do not ascend: the test cannot run");
            let help = "Write each time once, the earliest first.";
            reader.error(codes::INVALID_VALUE, at.range, message, help);
            return None;
        }
        points.push(Point {
            at_ms: at.value,
            value,
        });
    }
    if points.is_empty() {
        let message = format!("`{what}` has no value: the test cannot run");
        let help = "Write a number, or times with numbers: `{0s: 1, 10m: 5}`.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
        return None;
    }
    Some(points)
}

fn number(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<f64> {
    reader.float(node, what).map(|value| value.value)
}

/// A rate: `2`, `2/s`, `120/m`, `5/h`.
fn rate(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<f64> {
    let text = reader.text(node, what)?;
    let (number, seconds) = match text.as_str().split_once('/') {
        None => (text.as_str(), Some(1.0)),
        Some((number, unit)) => {
            let seconds = match unit.trim() {
                "s" => Some(1.0),
                "m" | "min" => Some(60.0),
                "h" => Some(3600.0),
                "d" => Some(86_400.0),
                _ => None,
            };
            (number, seconds)
        }
    };
    let number = number
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|n| n.is_finite() && *n >= 0.0);
    if let (Some(number), Some(seconds)) = (number, seconds) {
        return Some(number / seconds);
    }
    let message = format!("`{}` is no rate: the test cannot run", text.as_str());
    let help =
        "Write how much is added in a second, a minute, an hour or a day: `2/s`, `30/m`, `5/h`, `1/d`.";
    reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
    None
}

fn sine(reader: &mut Reader<'_>, node: &Node) -> Option<Sine> {
    let fields = reader.fields(node, &SINE)?;
    let mut number = |key| {
        fields
            .get(key)
            .and_then(|n| reader.float(n, key))
            .map(|v| v.value)
    };
    let (mean, amplitude) = (number("mean").unwrap_or(0.0), number("amplitude").unwrap_or(1.0));
    let shift = fields.get("shift").and_then(|n| reader.duration(n, "shift"));
    let period = fields.get("period").and_then(|n| reader.duration(n, "period"));
    match period.filter(|period| period.value > 0) {
        Some(period) => Some(Sine {
            mean,
            amplitude,
            period_ms: period.value,
            shift_ms: shift.map_or(0, |shift| shift.value),
        }),
        None => {
            let help = "Write how long one wave takes: `period: 1h`.";
            invalid(reader, &fields, "a sine has no period: the test cannot run", help);
            None
        }
    }
}

fn invalid(reader: &mut Reader<'_>, fields: &Fields<'_>, message: &str, help: &str) {
    let range = crate::model::reader::first_line(reader.file, fields.range.clone());
    reader.error(codes::INVALID_VALUE, range, message, help);
}

fn histogram(reader: &mut Reader<'_>, node: &Node) -> Option<Histogram> {
    // One phase may stand as it is, with the buckets.
    let fields = reader.fields(node, &HISTOGRAM)?;
    let bounds = match fields.get("buckets") {
        None => DEFAULT_BOUNDS
            .map(|(bound, text)| (bound, text.to_owned()))
            .to_vec(),
        Some(list) => bounds(reader, list)?,
    };
    let phases = match fields.get("phases") {
        None => vec![phase(reader, &fields, 0)?],
        Some(list) => {
            let mut phases: Vec<Phase> = Vec::new();
            for node in reader.sequence(list, "`phases`") {
                let fields = reader.fields(node, &PHASE)?;
                let from = fields.get("from").and_then(|n| reader.duration(n, "from"));
                let from = from.map_or(0, |from| from.value);
                if phases.last().is_some_and(|last| last.from_ms >= from) {
                    let message = "the phases do not ascend: the test cannot run";
                    invalid(
                        reader,
                        &fields,
                        message,
                        "Give each phase but the first a later `from`.",
                    );
                    return None;
                }
                phases.push(phase(reader, &fields, from)?);
            }
            phases
        }
    };
    Some(Histogram { bounds, phases })
}

fn bounds(reader: &mut Reader<'_>, list: &Node) -> Option<Vec<(f64, String)>> {
    let mut bounds: Vec<(f64, String)> = Vec::new();
    for node in reader.sequence(list, "`buckets`") {
        let text = reader.text(node, "a bucket")?;
        let bound = text.as_str().parse::<f64>().ok().filter(|bound| !bound.is_nan());
        let ascends = |bound: &f64| bounds.last().is_none_or(|(last, _)| last < bound);
        match bound.filter(ascends) {
            // It is always there.
            Some(f64::INFINITY) => {}
            Some(bound) => bounds.push((bound, text.as_str().to_owned())),
            None => {
                let message = format!(
                    "`{}` is no bound of a bucket here: the test cannot run",
                    text.as_str()
                );
                let help = "Write ascending numbers, as they stand in the label `le`.";
                reader.error(codes::INVALID_VALUE, text.raw(), message, help);
                return None;
            }
        }
    }
    Some(bounds)
}

fn phase(reader: &mut Reader<'_>, fields: &Fields<'_>, from_ms: i64) -> Option<Phase> {
    let rate = match fields.get("rate") {
        Some(node) => rate(reader, node, "rate")?,
        None => {
            let help = "Write how much is observed: `rate: 10/s`.";
            invalid(
                reader,
                fields,
                "a histogram has no rate: the test cannot run",
                help,
            );
            return None;
        }
    };
    let Some(node) = fields.get("quantiles") else {
        let help =
            "Write which share of the observations is below which value: `quantiles: {0.5: 0.2, 0.95: 1.5}`.";
        invalid(
            reader,
            fields,
            "a histogram has no quantiles: the test cannot run",
            help,
        );
        return None;
    };
    let Some(entries) = node.as_mapping() else {
        reader.wrong_kind(node, "`quantiles`", "a mapping of shares to values");
        return None;
    };
    let mut quantiles: Vec<(f64, f64)> = Vec::new();
    for entry in entries {
        let share = reader.float(&entry.key, "a share")?;
        let value = seconds(reader, &entry.value)?;
        let fits = (0.0..=1.0).contains(&share.value)
            && quantiles
                .last()
                .is_none_or(|(s, v)| *s < share.value && *v <= value);
        if !fits {
            let message = "the quantiles do not ascend from 0 to 1: the test cannot run";
            let help = "Write shares between 0 and 1 in ascending order, with values that do not fall.";
            reader.error(codes::INVALID_VALUE, share.range, message, help);
            return None;
        }
        quantiles.push((share.value, value));
    }
    if quantiles.is_empty() {
        let help = "Write at least one: `quantiles: {0.95: 1.5}`.";
        reader.error(
            codes::INVALID_VALUE,
            node.place(),
            "there are no quantiles: the test cannot run",
            help,
        );
        return None;
    }
    Some(Phase {
        from_ms,
        rate,
        quantiles,
    })
}

/// A number, or a duration that stands for its seconds.
fn seconds(reader: &mut Reader<'_>, node: &Node) -> Option<f64> {
    let text = reader.text(node, "a value")?;
    let number = text.as_str().parse::<f64>().ok().filter(|n| n.is_finite());
    let read = number.or_else(|| parse_duration(text.as_str()).ok().map(|ms| ms as f64 / 1000.0));
    if read.is_none() {
        let message = format!("`{}` is no value: the test cannot run", text.as_str());
        let help = "Write a number, or a duration for its seconds: `1.5`, `200ms`.";
        reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
    }
    read
}

/// Noise on the values of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Its standard deviation, in the unit of the values; for counters, of the rate.
    pub deviation: f64,
    /// The least value that may come of it.
    pub least: Option<f64>,
    /// The greatest value that may come of it.
    pub most: Option<f64>,
}

/// Reads `noise: 3` or `noise: {deviation: 3, min: 0, max: 100}`.
pub(super) fn read_noise(reader: &mut Reader<'_>, node: &Node) -> Option<Noise> {
    let mut noise = Noise {
        deviation: 0.0,
        least: None,
        most: None,
    };
    let at: Range<usize>;
    if node.as_mapping().is_some() {
        let fields = reader.fields(node, &NOISE)?;
        let mut number = |key| {
            fields
                .get(key)
                .and_then(|n| reader.float(n, key))
                .map(|v| v.value)
        };
        (noise.least, noise.most) = (number("min"), number("max"));
        let deviation = fields.get("deviation").and_then(|n| reader.float(n, "deviation"));
        at = deviation
            .as_ref()
            .map_or(fields.range.clone(), |d| d.range.clone());
        noise.deviation = deviation.map_or(-1.0, |d| d.value);
    } else {
        let deviation = reader.float(node, "noise")?;
        (noise.deviation, at) = (deviation.value, deviation.range);
    }
    if noise.deviation >= 0.0 && noise.deviation.is_finite() {
        return Some(noise);
    }
    let help = "Write its standard deviation: `noise: 3`.";
    let range = crate::model::reader::first_line(reader.file, at);
    reader.error(
        codes::INVALID_VALUE,
        range,
        "noise needs a deviation of 0 or more: the test cannot run",
        help,
    );
    None
}

/// Times as texts with their place, for `resets`.
pub(super) fn read_times(reader: &mut Reader<'_>, list: &Node, what: &str) -> Vec<i64> {
    let nodes = reader.sequence(list, what);
    let mut times: Vec<i64> = nodes
        .iter()
        .filter_map(|node| reader.duration(node, what).map(|time| time.value))
        .collect();
    times.sort_unstable();
    times
}

/// Reads spans of time: `[5m..10m, 20m..21m]`, each with its begin and, exclusive, its end.
pub(super) fn read_spans(reader: &mut Reader<'_>, list: &Node, what: &str) -> Vec<(i64, i64)> {
    let mut spans = Vec::new();
    for node in reader.sequence(list, what) {
        let Some(text) = reader.text(node, what) else {
            continue;
        };
        match span(&text) {
            Some(span) => spans.push(span),
            None => {
                let message = format!("`{}` is no span of time: the test cannot run", text.as_str());
                let help = "Write its begin and its end: `5m..10m`.";
                reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
            }
        }
    }
    spans
}

fn span(text: &Text) -> Option<(i64, i64)> {
    let (from, to) = text.as_str().split_once("..")?;
    let from = parse_duration(from.trim()).ok()?;
    let to = parse_duration(to.trim()).ok()?;
    (from < to).then_some((from, to))
}

//! `load` and the series below it.
//!
//! A line `metric{…}@st offsets` gives the start timestamps of the series on the line after it.

use promql_syntax::parse_duration;
use promql_syntax::series::{parse_metric, value_count};

use super::lines::{Line, Lines};
use super::{Fault, Load, LoadedSeries, StartRun};

pub(super) fn parse(header: Line<'_>, lines: &mut Lines<'_>) -> Result<Load, Fault> {
    let mut interval = header.text;
    let command = interval.next_word();
    let with_nhcb = match command.text {
        "load" => false,
        "load_with_nhcb" => true,
        _ => return Err(command.fault("the command reads `load <interval>` or `load_with_nhcb <interval>`")),
    };
    let interval_ms = parse_duration(interval.text)
        .map_err(|error| interval.fault(format!("invalid interval between values: {error}")))?;
    let mut series = Vec::new();
    while let Some(line) = lines.next_in_block() {
        series.push(match start_timestamps(&line)? {
            None => LoadedSeries {
                series: line.series()?,
                starts: Vec::new(),
            },
            Some((labels, starts)) => series_with_starts(&line, labels, starts, lines)?,
        });
    }
    Ok(Load {
        line: header.number,
        interval_ms,
        with_nhcb,
        series,
    })
}

/// The line behind one with start timestamps, which must be for the same series and as many samples.
fn series_with_starts(
    start_line: &Line<'_>,
    mut labels: Vec<(String, String)>,
    starts: Vec<StartRun>,
    lines: &mut Lines<'_>,
) -> Result<LoadedSeries, Fault> {
    let Some(line) = lines.next_in_block() else {
        return Err(start_line
            .text
            .fault("an `@st` line is followed by the line of its series"));
    };
    let series = line.series()?;
    let mut series_labels = series.labels.clone();
    labels.sort();
    series_labels.sort();
    if labels != series_labels {
        let message = "the `@st` line and the line after it name different series";
        return Err(start_line.text.fault(message));
    }
    let start_count = starts.iter().fold(0u64, |sum, run| sum.saturating_add(run.count));
    let sample_count = value_count(&series.items);
    if start_count != sample_count {
        let message =
            format!("the `@st` line has {start_count} values but the line after it has {sample_count}");
        return Err(start_line.text.fault(message));
    }
    Ok(LoadedSeries { series, starts })
}

type Starts = (Vec<(String, String)>, Vec<StartRun>);

/// The series and offsets of an `@st` line; nothing where the line is none.
fn start_timestamps(line: &Line<'_>) -> Result<Option<Starts>, Fault> {
    let mut offsets = line.text;
    let metric = offsets.next_word();
    let Some(name) = metric.text.strip_suffix("@st").filter(|_| !offsets.is_empty()) else {
        return Ok(None);
    };
    let labels = parse_metric(name).map_err(|error| metric.parse_fault(&error))?;
    let mut starts = Vec::new();
    while !offsets.is_empty() {
        let item = offsets.next_word();
        let run = start_run(item.text);
        starts.push(run.map_err(|problem| item.fault(format!("invalid start timestamp: {problem}")))?);
    }
    Ok(Some((labels, starts)))
}

/// `_`, `_x3`, `-1m`, `-1mx3`, `-1m+5sx3`.
fn start_run(item: &str) -> Result<StartRun, String> {
    if let Some(rest) = item.strip_prefix('_') {
        let count = match rest.strip_prefix('x') {
            Some(count) => repetition(count)?,
            None if rest.is_empty() => 1,
            None => return Err("expected `_` or `_x<count>`".into()),
        };
        if count == 0 {
            return Err("the count must not be zero".into());
        }
        return Ok(StartRun {
            count,
            offsets_ms: None,
        });
    }
    let mut rest = item;
    let first = signed_duration(&mut rest)?;
    let mut step = 0;
    if rest.starts_with(['+', '-']) {
        step = signed_duration(&mut rest)?;
        if !rest.starts_with('x') {
            return Err("expected `x<count>` behind the step".into());
        }
    }
    let repeat = match rest.strip_prefix('x') {
        Some(count) => repetition(count)?,
        None if rest.is_empty() => 0,
        None => return Err(format!("unexpected `{rest}` behind the duration")),
    };
    Ok(StartRun {
        count: repeat.saturating_add(1),
        offsets_ms: Some((first, step)),
    })
}

/// Takes a duration of one unit, with or without sign, off the beginning.
fn signed_duration(rest: &mut &str) -> Result<i64, String> {
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let negative = rest.starts_with('-');
    let unit = unsigned
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(unsigned.len());
    // `x` begins the repetition.
    let unit_length = unsigned[unit..].find(|c: char| !c.is_ascii_alphabetic() || c == 'x');
    let end = unit_length.map_or(unsigned.len(), |length| unit + length);
    let milliseconds = parse_duration(&unsigned[..end])?;
    *rest = &unsigned[end..];
    Ok(if negative { -milliseconds } else { milliseconds })
}

fn repetition(digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| format!("invalid count `{digits}`"))
}

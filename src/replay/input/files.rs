//! Series from files: tables, pages of metrics, dumps of a Prometheus.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use promql_engine::sample::STALE_NAN;
use promql_engine::{Labels, SampleValue};
use promql_syntax::parse_duration;
use promql_syntax::series::parse_metric;

use crate::model::exposition::Exposition;
use crate::source::{SourceFile, load};

/// A series with samples at milliseconds since the start, in ascending order; none where it ends there.
pub(super) type Points = (Labels, Vec<(i64, SampleValue)>);

/// A series with what each page says of it, since when in milliseconds since the start; nothing where it is gone.
pub(super) type Pages = (Labels, Vec<(i64, Option<f64>)>);

fn read(path: &Path) -> Result<Arc<SourceFile>, String> {
    load::load(path).map_err(|e| format!("{}: {}", path.display(), e.message))
}

/// `path:line: what`.
fn at_line(file: &SourceFile, line: usize, what: impl std::fmt::Display) -> String {
    format!("{}:{line}: {what}", file.path().display())
}

fn labels(text: &str) -> Result<Labels, String> {
    parse_metric(text).map(Labels::new).map_err(|e| e.message)
}

/// The value of a cell; nothing where it is empty.
fn cell(text: &str) -> Result<Option<SampleValue>, String> {
    match text.trim() {
        "" => Ok(None),
        "stale" => Ok(Some(SampleValue::Float(STALE_NAN))),
        text => {
            let value = text.parse().map_err(|_| format!("`{text}` is no number"))?;
            Ok(Some(SampleValue::Float(value)))
        }
    }
}

/// A time since the start: a duration, or seconds.
fn time(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let seconds = text.parse::<f64>().ok().filter(|s| s.abs() < 1e12);
    let read = seconds.map(|s| (s * 1000.0).round() as i64);
    read.or_else(|| parse_duration(text).ok())
        .ok_or_else(|| format!("`{text}` is no time: write a duration such as `5m`, or seconds"))
}

/// Series by labels, in the order in which they were met.
#[derive(Default)]
struct Collected {
    series: Vec<Points>,
    numbers: HashMap<Labels, usize>,
}

impl Collected {
    fn add(&mut self, labels: Labels, at: i64, value: SampleValue) {
        let number = *self.numbers.entry(labels.clone()).or_insert(self.series.len());
        if number == self.series.len() {
            self.series.push((labels, Vec::new()));
        }
        self.series[number].1.push((at, value));
    }

    /// The series, their samples in the order of time.
    fn sorted(mut self) -> Vec<Points> {
        for (_, points) in &mut self.series {
            points.sort_by_key(|(at, _)| *at);
        }
        self.series
    }
}

/// Reads a table: either a column `time` and a column for each series, headed by it; or the columns `series`,
/// `time` and `value`.
pub(super) fn csv(path: &Path) -> Result<Vec<Points>, String> {
    let file = read(path)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(file.text().as_bytes());
    let mut rows = reader.records().map(|row| {
        row.map_err(|e| {
            let line = e.position().map_or(1, csv::Position::line);
            at_line(
                &file,
                line as usize,
                "this is no table: its rows differ in length, or quotes do not end",
            )
        })
    });
    let header = rows.next().ok_or_else(|| {
        at_line(
            &file,
            1,
            "the table is empty: write `time` and series into its first row",
        )
    })??;
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let mut collected = Collected::default();
    let wrong = |row: &csv::StringRecord, message: String| {
        at_line(
            &file,
            row.position().map_or(1, csv::Position::line) as usize,
            message,
        )
    };
    if let (Some(series), Some(at), Some(value)) = (column("series"), column("time"), column("value")) {
        for row in rows {
            let row = row?;
            let fault = |message| wrong(&row, message);
            let text = |column: usize| row.get(column).unwrap_or_default();
            let (labels, at) = (
                labels(text(series)).map_err(fault)?,
                time(text(at)).map_err(fault)?,
            );
            if let Some(value) = cell(text(value)).map_err(fault)? {
                collected.add(labels, at, value);
            }
        }
        return Ok(collected.sorted());
    }
    let Some(at) = column("time") else {
        return Err(at_line(&file, 1, "the table has no column `time`"));
    };
    let mut series = Vec::with_capacity(header.len());
    for (number, name) in header.iter().enumerate().filter(|(number, _)| *number != at) {
        series.push((
            number,
            labels(name).map_err(|e| wrong(&header, format!("`{name}` is no series: {e}")))?,
        ));
    }
    for row in rows {
        let row = row?;
        let fault = |message| wrong(&row, message);
        let at = time(row.get(at).unwrap_or_default()).map_err(fault)?;
        for (number, labels) in &series {
            if let Some(value) = cell(row.get(*number).unwrap_or_default()).map_err(fault)? {
                collected.add(labels.clone(), at, value);
            }
        }
    }
    Ok(collected.sorted())
}

/// Reads pages of metrics, each of which is what is scraped since its time, in milliseconds since the start, up
/// to the time of the next. `target` are the labels of the target; where a page has one of them, it is exposed as
/// `exported_…`, as Prometheus does it.
pub(super) fn metrics(pages: &[(i64, &Path)], target: &[(String, String)]) -> Result<Vec<Pages>, String> {
    let mut series: Vec<Pages> = Vec::new();
    let mut numbers: HashMap<Labels, usize> = HashMap::new();
    for (at, path) in pages {
        let file = read(path)?;
        let page = Exposition::read(file.text());
        if let Some(fault) = page.faults.first() {
            let place = file.line_column(fault.range.start);
            let message = format!("{}: {}", fault.message, fault.help);
            return Err(format!(
                "{}:{}:{}: {message}",
                path.display(),
                place.line,
                place.column
            ));
        }
        // What the page before said is gone unless this one says it again.
        for (_, said) in &mut series {
            if said.last().is_some_and(|(_, value)| value.is_some()) {
                said.push((*at, None));
            }
        }
        for sample in page.samples() {
            let mut labels = vec![("__name__".to_owned(), sample.name.clone())];
            for (name, value) in &sample.labels {
                let taken = target.iter().any(|(label, _)| label == name);
                let name = if taken {
                    format!("exported_{name}")
                } else {
                    name.clone()
                };
                labels.push((name, value.clone()));
            }
            labels.extend_from_slice(target);
            let labels = Labels::new(labels);
            let number = *numbers.entry(labels.clone()).or_insert(series.len());
            match series.get_mut(number) {
                None => series.push((labels, vec![(*at, Some(sample.value))])),
                Some((_, said)) => match said.last_mut() {
                    Some(last) if last.0 == *at => last.1 = Some(sample.value),
                    _ => said.push((*at, Some(sample.value))),
                },
            }
        }
    }
    Ok(series)
}

/// Reads what `promtool tsdb dump` prints: series, value and milliseconds since the epoch, one sample on a line.
/// The first sample stands at `at`, or all where they were recorded, seen from `start_ms`.
pub(super) fn tsdb_dump(path: &Path, at: Option<i64>, start_ms: i64) -> Result<Vec<Points>, String> {
    let file = read(path)?;
    let mut collected = Collected::default();
    for (number, line) in file.text().lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let fault = |message: &str| at_line(&file, number + 1, message);
        let shape = "a line of a dump is a series, a value and a time: `{__name__=\"up\"} 1 1700000000000`";
        let labels_end = line.rfind('}').map_or(0, |end| end + 1);
        let (series, rest) = line.split_at(labels_end);
        let words: Vec<&str> = rest.split_whitespace().collect();
        // A native histogram ends with a brace, too.
        if series.contains("} {count:") {
            return Err(fault(
                "native histograms in a dump have no schema and cannot be read: remove their lines",
            ));
        }
        let &[value, time] = &words[..] else {
            return Err(fault(shape));
        };
        let labels = labels(series).map_err(|e| fault(&e))?;
        let (Ok(value), Ok(time)) = (value.parse::<f64>(), time.parse::<i64>()) else {
            return Err(fault(shape));
        };
        // A staleness marker is printed as any NaN; real ones are rare.
        let value = if value.is_nan() { STALE_NAN } else { value };
        collected.add(labels, time, SampleValue::Float(value));
    }
    let mut series = collected.sorted();
    let first = series
        .iter()
        .filter_map(|(_, points)| points.first().map(|(at, _)| *at))
        .min();
    let shift = match at {
        Some(at) => at.saturating_sub(first.unwrap_or(0)),
        None => start_ms.saturating_neg(),
    };
    for (_, points) in &mut series {
        for (at, _) in points {
            *at = at.saturating_add(shift);
        }
    }
    Ok(series)
}

#[cfg(test)]
mod tests;

//! Named times: `time_intervals`, and `mute_time_intervals` as they were called before.

mod contains;
mod ranges;

use std::ops::RangeInclusive;

use jiff::tz::TimeZone;

use super::list;
use crate::model::reader::{Fields, Reader, codes};
use crate::model::text::Text;
use crate::source::Node;

/// Times under a name.
#[derive(Clone, Debug)]
pub struct TimeInterval {
    /// The name.
    pub name: Option<Text>,
    /// A moment is in the interval where one of these holds it.
    pub spans: Vec<TimeSpan>,
}

/// Conditions that a moment must all meet. Those that are not written are met.
#[derive(Clone, Debug, Default)]
pub struct TimeSpan {
    /// Minutes of the day: from the first to before the second.
    pub times: Option<Vec<(i64, i64)>>,
    /// Days of the week, Sunday being 0.
    pub weekdays: Option<Vec<RangeInclusive<i64>>>,
    /// Days of the month; negative ones count from its end, the last day being -1.
    pub days_of_month: Option<Vec<RangeInclusive<i64>>>,
    /// Months, January being 1.
    pub months: Option<Vec<RangeInclusive<i64>>>,
    /// Years.
    pub years: Option<Vec<RangeInclusive<i64>>>,
    /// Where the clock hangs; UTC where nothing is written.
    pub location: Option<TimeZone>,
}

const SPAN_FIELDS: &[&str] = &[
    "times",
    "weekdays",
    "days_of_month",
    "months",
    "years",
    "location",
];

/// Reads a named interval.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<TimeInterval> {
    let fields = reader.mapping(node, what, &["name", "time_intervals"])?;
    let name = fields.get("name").and_then(|n| reader.text(n, "name"));
    if name.as_ref().is_none_or(|n| n.as_str().is_empty()) {
        let help = "Routes ask for it by its name: `name: …`.";
        reader.missing(what, "name", node.place(), help);
    }
    let spans = list(reader, &fields, "time_intervals");
    let spans = spans.into_iter().filter_map(|node| read_span(reader, node));
    Some(TimeInterval {
        spans: spans.collect(),
        name,
    })
}

fn read_span(reader: &mut Reader<'_>, node: &Node) -> Option<TimeSpan> {
    let fields = reader.mapping(node, "an entry of `time_intervals`", SPAN_FIELDS)?;
    let times = filled(&fields, "times").map(|node| {
        let nodes = reader.filled_sequence(node, "`times`");
        nodes.into_iter().filter_map(|n| read_times(reader, n)).collect()
    });
    let location = filled(&fields, "location").and_then(|node| read_location(reader, node));
    let mut ranges = |key: &str, read: fn(&str) -> Result<RangeInclusive<i64>, String>| {
        let node = filled(&fields, key)?;
        let nodes = reader.filled_sequence(node, &format!("`{key}`"));
        let mut all = Vec::with_capacity(nodes.len());
        for node in nodes {
            let Some(text) = reader.text(node, &format!("an entry of `{key}`")) else {
                continue;
            };
            match read(text.as_str()) {
                Ok(range) => all.push(range),
                Err(message) => refuse(reader, &text, &message, help_for(key)),
            }
        }
        Some(all)
    };
    Some(TimeSpan {
        times,
        weekdays: ranges("weekdays", ranges::weekdays),
        days_of_month: ranges("days_of_month", ranges::days_of_month),
        months: ranges("months", ranges::months),
        years: ranges("years", ranges::years),
        location,
    })
}

fn help_for(key: &str) -> &'static str {
    match key {
        "weekdays" => "Write a day or a range: `saturday`, `monday:friday`. A week begins on Sunday.",
        "days_of_month" => "Write a day or a range, negative from the end of the month: `1`, `1:7`, `-3:-1`.",
        "months" => "Write a month or a range: `may`, `5`, `june:august`.",
        _ => "Write a year or a range: `2026`, `2026:2028`.",
    }
}

fn filled<'n>(fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
    fields.get(key).filter(|node| !node.is_null())
}

fn refuse(reader: &mut Reader<'_>, text: &Text, message: &str, help: &str) {
    let message = format!("{message}: Alertmanager refuses the file");
    reader.error(codes::INVALID_VALUE, text.whole(reader.file), message, help);
}

fn read_times(reader: &mut Reader<'_>, node: &Node) -> Option<(i64, i64)> {
    let fields = reader.mapping(node, "an entry of `times`", &["start_time", "end_time"])?;
    let mut read = |key: &str| {
        let text = fields.get(key).and_then(|n| reader.text(n, key))?;
        if text.as_str().is_empty() {
            return None;
        }
        let minutes = ranges::minutes(text.as_str());
        if let Err(message) = &minutes {
            refuse(
                reader,
                &text,
                message,
                "Write hours and minutes: `09:00`, `24:00`.",
            );
        }
        Some(minutes.ok())
    };
    let (start, end) = (read("start_time"), read("end_time"));
    let (Some(start), Some(end)) = (start, end) else {
        let message = "both start and end times must be provided: Alertmanager refuses the file";
        let help = "Write `{start_time: '09:00', end_time: '17:00'}`.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
        return None;
    };
    let (start, end) = (start?, end?);
    if start >= end {
        let message = "start time cannot be equal or greater than end time: Alertmanager refuses the file";
        let help = "Times over midnight are two entries: up to `24:00`, and from `00:00`.";
        reader.error(codes::INVALID_VALUE, node.place(), message, help);
        return None;
    }
    Some((start, end))
}

fn read_location(reader: &mut Reader<'_>, node: &Node) -> Option<TimeZone> {
    let text = reader.text(node, "location")?;
    let name = text.as_str();
    match name {
        // The place of the machine that Alertmanager runs on, which in its image is UTC.
        "" | "UTC" | "Local" => return Some(TimeZone::UTC),
        _ => {}
    }
    // Go knows no other spelling of names.
    let found = TimeZone::get(name).ok().filter(|tz| tz.iana_name() == Some(name));
    if found.is_none() {
        let message = format!("unknown time zone {name}");
        let help = "Write a name of the IANA database: `Europe/Berlin`, `UTC`.";
        refuse(reader, &text, &message, help);
    }
    found
}

#[cfg(test)]
mod tests;

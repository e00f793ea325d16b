//! Texts of times and ranges, with Alertmanager's words for what is wrong with them.

use std::ops::RangeInclusive;

const WEEKDAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

type Read = Result<RangeInclusive<i64>, String>;

/// Minutes since midnight of `HH:MM`.
pub(super) fn minutes(text: &str) -> Result<i64, String> {
    let bad = || format!("couldn't parse timestamp {text}, invalid format");
    let (hours, minutes) = text.split_once(':').ok_or_else(bad)?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return Err(bad());
    }
    let hours: i64 = hours.parse().map_err(|_| bad())?;
    let minutes: i64 = minutes.parse().map_err(|_| bad())?;
    match (hours, minutes) {
        (0..=23, 0..=59) | (24, 0) => Ok(hours * 60 + minutes),
        _ => Err(bad()),
    }
}

/// Days of the week.
pub(super) fn weekdays(text: &str) -> Read {
    let range = range(text, |day| {
        position(&WEEKDAYS, day).ok_or_else(|| format!("{day} is not a valid weekday"))
    })?;
    match range.start() > range.end() {
        true => Err("start day cannot be before end day".to_owned()),
        false => Ok(range),
    }
}

/// Days of the month.
pub(super) fn days_of_month(text: &str) -> Read {
    let range = range(text, number)?;
    let (begin, end) = (*range.start(), *range.end());
    for day in [begin, end] {
        if day == 0 || !(-31..=31).contains(&day) {
            return Err(format!("{day} is not a valid day of the month: out of range"));
        }
    }
    if begin < 0 && end > 0 {
        return Err("end day must be negative if start day is negative".to_owned());
    }
    // In the shortest month.
    let day = |n: i64| if n < 0 { 28 + n } else { n };
    if day(begin) > day(end) {
        return Err(format!("end day {end} is always before start day {begin}"));
    }
    Ok(range)
}

/// Months.
pub(super) fn months(text: &str) -> Read {
    let range = range(text, |month| match position(&MONTHS, month) {
        Some(number) => Ok(number + 1),
        None => number(month).map_err(|_| format!("{month} is not a valid month")),
    })?;
    if range.start() > range.end() {
        let name = |n: i64| {
            let index = usize::try_from(n - 1).ok();
            index.and_then(|i| MONTHS.get(i)).copied().unwrap_or_default()
        };
        let (begin, end) = (name(*range.start()), name(*range.end()));
        return Err(format!("end month {end} is before start month {begin}"));
    }
    Ok(range)
}

/// Years.
pub(super) fn years(text: &str) -> Read {
    let range = range(text, number)?;
    match range.start() > range.end() {
        true => Err(format!(
            "end year {} is before start year {}",
            range.end(),
            range.start()
        )),
        false => Ok(range),
    }
}

fn range(text: &str, member: impl Fn(&str) -> Result<i64, String>) -> Read {
    let text = text.to_lowercase();
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or_default();
    match (parts.next(), parts.next()) {
        (None, _) => member(first).map(|only| only..=only),
        (Some(second), None) => Ok(member(first)?..=member(second)?),
        _ => Err(format!("couldn't parse range {text}, invalid format")),
    }
}

fn position(names: &[&str], name: &str) -> Option<i64> {
    let index = names.iter().position(|n| *n == name)?;
    i64::try_from(index).ok()
}

fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|error: std::num::ParseIntError| {
        let reason = match error.kind() {
            std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        format!("strconv.Atoi: parsing {text:?}: {reason}")
    })
}

//! Go's `time.Time` and `time.Duration`, as far as templates can get at them. All times are in UTC, which is
//! what Prometheus hands out.

mod layout;
mod methods;

pub(crate) use methods::{DURATION, TIME};

use crate::types::Type;
use crate::value::Value;

pub(crate) const SECOND: i64 = 1_000_000_000;

/// Seconds from the year 1, where Go counts from, to 1970.
const UNIX_EPOCH: i64 = 62_135_596_800;

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time {
    /// Since 1970.
    seconds: i64,
    /// Always less than a second.
    nanos: i64,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// From 1.
    pub(crate) day: i64,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// A month's name by its number, or what Go prints for a number that is none.
fn month_name(month: i64) -> String {
    usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .map_or_else(|| format!("%!Month({month})"), |name| (*name).to_owned())
}

fn weekday_name(day: i64) -> String {
    usize::try_from(day)
        .ok()
        .and_then(|index| WEEKDAYS.get(index))
        .map_or_else(|| format!("%!Weekday({day})"), |name| (*name).to_owned())
}

/// Days since 1970 of a date; months outside of 1 to 12 count on into other years.
fn days_from_date(date: Date) -> i64 {
    let year = date.year + (date.month - 1).div_euclid(12);
    let month = (date.month - 1).rem_euclid(12) + 1;
    // Years begin in March here, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + date.day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn date_from_days(days: i64) -> Date {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = (shifted_month + 2) % 12 + 1;
    Date {
        year: era * 400 + year_of_era + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
    }
}

impl Time {
    pub(crate) fn from_millis(millis: i64) -> Self {
        Self {
            seconds: millis.div_euclid(1000),
            nanos: millis.rem_euclid(1000) * 1_000_000,
        }
    }

    fn days(self) -> i64 {
        self.seconds.div_euclid(86_400)
    }

    fn second_of_day(self) -> i64 {
        self.seconds.rem_euclid(86_400)
    }

    fn date(self) -> Date {
        date_from_days(self.days())
    }

    fn weekday(self) -> i64 {
        (self.days() + 4).rem_euclid(7)
    }

    /// From 1.
    fn day_of_year(self) -> i64 {
        let first = Date {
            month: 1,
            day: 1,
            ..self.date()
        };
        self.days() - days_from_date(first) + 1
    }

    fn add(self, nanos: i64) -> Self {
        let total = self.nanos + nanos % SECOND;
        Self {
            seconds: self
                .seconds
                .saturating_add(nanos / SECOND)
                .saturating_add(total.div_euclid(SECOND)),
            nanos: total.rem_euclid(SECOND),
        }
    }

    /// The nanoseconds from `earlier`, or the longest duration there is.
    fn since(self, earlier: Self) -> i64 {
        let nanos = i128::from(self.seconds - earlier.seconds) * i128::from(SECOND)
            + i128::from(self.nanos - earlier.nanos);
        nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
    }

    /// Nanoseconds since the year 1, in which rounding is counted.
    fn absolute_nanos(self) -> i128 {
        i128::from(self.seconds + UNIX_EPOCH) * i128::from(SECOND) + i128::from(self.nanos)
    }

    fn truncate(self, unit: i64) -> Self {
        if unit <= 0 {
            return self;
        }
        let rest = self.absolute_nanos().rem_euclid(i128::from(unit)) as i64;
        self.add(-rest)
    }

    fn round(self, unit: i64) -> Self {
        if unit <= 0 {
            return self;
        }
        let rest = self.absolute_nanos().rem_euclid(i128::from(unit)) as i64;
        if i128::from(rest) * 2 < i128::from(unit) {
            self.add(-rest)
        } else {
            self.add(unit - rest)
        }
    }

    /// What Go prints for the time.
    pub(crate) fn text(self) -> String {
        self.format("2006-01-02 15:04:05.999999999 -0700 MST")
    }

    /// The time as Go source, which `%#v` prints.
    pub(crate) fn go_string(self) -> String {
        let Date { year, month, day } = self.date();
        let second = self.second_of_day();
        format!(
            "time.Date({year}, time.{}, {day}, {}, {}, {}, {}, time.UTC)",
            month_name(month),
            second / 3600,
            second / 60 % 60,
            second % 60,
            self.nanos
        )
    }

    /// The fields of Go's struct, which verbs for numbers show.
    pub(crate) fn fields(self) -> [Value; 3] {
        [
            Value::Uint(Type::Uint64, self.nanos.unsigned_abs()),
            Value::Int(Type::Int64, self.seconds.saturating_add(UNIX_EPOCH)),
            Value::Ptr(&methods::LOCATION_TYPE, None),
        ]
    }
}

/// A duration in nanoseconds as Go prints it: `1h0m0.5s`, `1.5ms`.
pub(crate) fn duration_text(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let magnitude = nanos.unsigned_abs();
    if magnitude == 0 {
        return "0s".to_owned();
    }
    let (unit, name) = match magnitude {
        0..1000 => (1, "ns"),
        1000..1_000_000 => (1000, "µs"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        _ => (1_000_000_000, "s"),
    };
    let whole = magnitude / unit;
    let mut fraction = String::new();
    if !magnitude.is_multiple_of(unit) {
        let width = unit.ilog10() as usize;
        fraction = format!(".{:0width$}", magnitude % unit);
        fraction.truncate(fraction.trim_end_matches('0').len());
    }
    if unit < 1_000_000_000 {
        return format!("{sign}{whole}{fraction}{name}");
    }
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds}{fraction}s"),
        (0, _) => format!("{sign}{minutes}m{seconds}{fraction}s"),
        _ => format!("{sign}{hours}h{minutes}m{seconds}{fraction}s"),
    }
}

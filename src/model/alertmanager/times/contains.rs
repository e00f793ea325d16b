//! Whether a moment is in an interval.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{TimeInterval, TimeSpan};

impl TimeInterval {
    /// Whether it holds a moment, in milliseconds since the epoch.
    pub fn contains(&self, ms: i64) -> bool {
        // The clock of a replay stays far within the years that calendars have.
        let Ok(moment) = Timestamp::from_millisecond(ms) else {
            return false;
        };
        self.spans.iter().any(|span| span.contains(moment))
    }
}

impl TimeSpan {
    /// Whether all conditions are met.
    fn contains(&self, moment: Timestamp) -> bool {
        let zone = self.location.clone().unwrap_or(TimeZone::UTC);
        let at = zone.to_datetime(moment);
        let minute = i64::from(at.hour()) * 60 + i64::from(at.minute());
        let weekday = i64::from(at.weekday().to_sunday_zero_offset());
        let any = |ranges: &Option<Vec<RangeInclusive<i64>>>, value: i64| {
            ranges
                .as_ref()
                .is_none_or(|ranges| ranges.iter().any(|range| range.contains(&value)))
        };
        let in_times =
            |times: &Vec<(i64, i64)>| times.iter().any(|(start, end)| (*start..*end).contains(&minute));
        self.times.as_ref().is_none_or(in_times)
            && self
                .days_of_month
                .as_ref()
                .is_none_or(|ranges| ranges.iter().any(|range| holds_day(range, at)))
            && any(&self.months, i64::from(at.month()))
            && any(&self.weekdays, weekday)
            && any(&self.years, i64::from(at.year()))
    }
}

/// Whether a range of days of the month holds that of a time. What lies outside of the month counts as its edge, but
/// for ranges that begin behind its end, which are empty.
fn holds_day(range: &RangeInclusive<i64>, at: DateTime) -> bool {
    let last = i64::from(at.days_in_month());
    let day = |n: i64| if n < 0 { last + n + 1 } else { n };
    let (begin, end) = (day(*range.start()), day(*range.end()));
    begin <= last && (begin..=end.min(last)).contains(&i64::from(at.day()))
}

//! The proleptic Gregorian calendar in UTC, over Unix seconds.

/// A point in time as a calendar and a clock show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u32,
    /// 1 to 31.
    pub(crate) day: u32,
    /// 1 to 366.
    pub(crate) day_of_year: u32,
    /// Days since Sunday, 0 to 6.
    pub(crate) day_of_week: u32,
    /// 0 to 23.
    pub(crate) hour: u32,
    /// 0 to 59.
    pub(crate) minute: u32,
    /// 0 to 59.
    pub(crate) second: u32,
}

/// The calendar repeats after an era of 400 years.
const DAYS_PER_ERA: u64 = 146_097;
/// The year, negated, in which the count of absolute seconds begins; a whole number of eras before the year 0.
const FIRST_YEAR: i64 = 292_277_022_400;
/// Unix time 0 in absolute seconds: 719468 days after the 1st of March of the year 0.
const UNIX_EPOCH: u64 = (FIRST_YEAR as u64 / 400 * DAYS_PER_ERA + 719_468) * 86_400;

/// Calendar and clock at a number of seconds since the epoch.
pub(crate) fn civil(seconds: i64) -> Civil {
    // As in Go, seconds are counted without sign from a distant past, and the sum may overflow.
    let absolute = (seconds as u64).wrapping_add(UNIX_EPOCH);
    let second_of_day = (absolute % 86_400) as u32;
    let days = absolute / 86_400;
    let (era, day_of_era) = (days / DAYS_PER_ERA, days % DAYS_PER_ERA);
    // Years begin in March here, so that a leap day is the last day of its year.
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_from_march = (day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100)) as u32;
    let month_from_march = (5 * day_from_march + 2) / 153;
    let day = day_from_march - (153 * month_from_march + 2) / 5 + 1;
    let new_year = month_from_march >= 10;
    let year = (era * 400 + year_of_era) as i64 - FIRST_YEAR + i64::from(new_year);
    Civil {
        year,
        month: if new_year {
            month_from_march - 9
        } else {
            month_from_march + 3
        },
        day,
        day_of_year: if new_year {
            day_from_march - 305
        } else {
            day_from_march + 60 + u32::from(is_leap_year(year))
        },
        // The 1st of March of the year 0 was a Wednesday, and an era is a whole number of weeks.
        day_of_week: ((days + 3) % 7) as u32,
        hour: second_of_day / 3600,
        minute: second_of_day / 60 % 60,
        second: second_of_day % 60,
    }
}

impl Civil {
    /// 28 to 31.
    pub(crate) fn days_in_month(&self) -> u32 {
        match self.month {
            2 if is_leap_year(self.year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// `2006-01-02T15:04:05Z`.
pub(crate) fn rfc3339(seconds: i64) -> String {
    let at = civil(seconds);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year, at.month, at.day, at.hour, at.minute, at.second
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }

    #[test]
    fn days_within_year_week_and_month() {
        // Seconds; day of the year, day of the week, days in the month.
        for (seconds, want) in [
            (0, (1, 4, 31)),
            (951_782_399, (59, 1, 29)),
            (951_782_400, (60, 2, 29)),
            (951_868_800, (61, 3, 31)),
            (978_307_199, (366, 0, 31)),
            (4_107_542_399, (59, 0, 28)),
            (4_107_542_400, (60, 1, 31)),
            (-62_167_219_200, (1, 6, 31)),
            (-62_198_755_200, (1, 5, 31)),
        ] {
            let at = civil(seconds);
            assert_eq!(
                (at.day_of_year, at.day_of_week, at.days_in_month()),
                want,
                "{seconds}"
            );
        }
    }

    #[test]
    fn the_earliest_second_is_taken_for_the_far_end_of_time() {
        let want = Civil {
            year: 292_277_026_596,
            month: 12,
            day: 4,
            day_of_year: 339,
            day_of_week: 0,
            hour: 15,
            minute: 30,
            second: 8,
        };
        assert_eq!(civil(i64::MIN), want);
    }

    proptest::proptest! {
        #[test]
        fn a_day_later_is_the_next_date(seconds in -4_000_000_000_000i64..4_000_000_000_000) {
            let (a, b) = (civil(seconds), civil(seconds + 86_400));
            proptest::prop_assert_eq!((a.hour, a.minute, a.second), (b.hour, b.minute, b.second));
            proptest::prop_assert_eq!((a.day_of_week + 1) % 7, b.day_of_week);
            let next = if a.day < a.days_in_month() {
                (a.year, a.month, a.day + 1, a.day_of_year + 1)
            } else if a.month < 12 {
                (a.year, a.month + 1, 1, a.day_of_year + 1)
            } else {
                (a.year + 1, 1, 1, 1)
            };
            proptest::prop_assert_eq!(next, (b.year, b.month, b.day, b.day_of_year));
        }
    }
}

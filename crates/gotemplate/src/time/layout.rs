//! `Format`: Go's layouts, which show how a certain second of 2006 would be written.

use super::{Date, Time, month_name, weekday_name};

/// The parts that a layout can have, longest first where one begins with another.
const PARTS: [(&str, Part); 34] = [
    ("January", Part::MonthName),
    ("Jan", Part::MonthShort),
    ("Monday", Part::WeekdayName),
    ("Mon", Part::WeekdayShort),
    ("MST", Part::ZoneName),
    ("2006", Part::Year),
    ("__2", Part::SpacedYearDay),
    ("_2", Part::SpacedDay),
    ("002", Part::YearDay),
    ("01", Part::Month2),
    ("02", Part::Day2),
    ("03", Part::Hour12Of2),
    ("04", Part::Minute2),
    ("05", Part::Second2),
    ("06", Part::Year2),
    ("15", Part::Hour24),
    ("1", Part::Month),
    ("2", Part::Day),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
    ("PM", Part::Half),
    ("pm", Part::HalfLower),
    ("-07:00:00", Part::Offset("+00:00:00")),
    ("-070000", Part::Offset("+000000")),
    ("-07:00", Part::Offset("+00:00")),
    ("-0700", Part::Offset("+0000")),
    ("-07", Part::Offset("+00")),
    ("Z07:00:00", Part::Offset("Z")),
    ("Z070000", Part::Offset("Z")),
    ("Z07:00", Part::Offset("Z")),
    ("Z0700", Part::Offset("Z")),
    ("Z07", Part::Offset("Z")),
    ("_2006", Part::SpacedYear),
];

#[derive(Clone, Copy)]
enum Part {
    MonthName,
    MonthShort,
    Month,
    Month2,
    WeekdayName,
    WeekdayShort,
    ZoneName,
    Year,
    Year2,
    /// An underscore and the year: the underscore is no padding there.
    SpacedYear,
    Day,
    Day2,
    SpacedDay,
    YearDay,
    SpacedYearDay,
    Hour24,
    Hour12,
    Hour12Of2,
    Minute,
    Minute2,
    Second,
    Second2,
    Half,
    HalfLower,
    /// How UTC's offset looks.
    Offset(&'static str),
}

/// The part at the start of a layout, and its length.
fn part(layout: &str) -> Option<(Part, usize)> {
    if layout.starts_with("_2006") {
        return Some((Part::SpacedYear, 5));
    }
    let &(text, part) = PARTS.iter().find(|(text, _)| layout.starts_with(text))?;
    let rest = &layout[text.len()..];
    // "Jan" and "Mon" are parts only where no longer word begins with them.
    let short_name = matches!(part, Part::MonthShort | Part::WeekdayShort);
    if short_name && rest.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    Some((part, text.len()))
}

/// A fraction of a second: `.000`, `,999`. How many digits, and whether zeros at the end stay.
fn fraction(layout: &str) -> Option<(usize, bool)> {
    let digits = layout.strip_prefix(['.', ','])?;
    let digit = digits.chars().next().filter(|&c| c == '0' || c == '9')?;
    let count = digits.len() - digits.trim_start_matches(digit).len();
    let ends = !digits[count..].starts_with(|c: char| c.is_ascii_digit());
    ends.then_some((count, digit == '0'))
}

impl Time {
    /// The time in a layout.
    pub(crate) fn format(self, layout: &str) -> String {
        let mut out = String::new();
        let mut rest = layout;
        while let Some(c) = rest.chars().next() {
            if let Some((part, length)) = part(rest) {
                self.write(&mut out, part);
                rest = &rest[length..];
            } else if let Some((digits, keep_zeros)) = fraction(rest) {
                self.write_fraction(&mut out, c, digits, keep_zeros);
                rest = &rest[1 + digits..];
            } else {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        out
    }

    fn write(self, out: &mut String, part: Part) {
        let Date { year, month, day } = self.date();
        let second = self.second_of_day();
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
        let text = match part {
            Part::MonthName => month_name(month),
            Part::MonthShort => month_name(month)[..3].to_owned(),
            Part::Month => month.to_string(),
            Part::Month2 => format!("{month:02}"),
            Part::WeekdayName => weekday_name(self.weekday()),
            Part::WeekdayShort => weekday_name(self.weekday())[..3].to_owned(),
            Part::ZoneName => "UTC".to_owned(),
            Part::Year => full_year(year),
            Part::SpacedYear => format!("_{}", full_year(year)),
            Part::Year2 => format!("{:02}", year.rem_euclid(100)),
            Part::Day => day.to_string(),
            Part::Day2 => format!("{day:02}"),
            Part::SpacedDay => format!("{day:2}"),
            Part::YearDay => format!("{:03}", self.day_of_year()),
            Part::SpacedYearDay => format!("{:3}", self.day_of_year()),
            Part::Hour24 => format!("{hour:02}"),
            Part::Hour12 => hour12.to_string(),
            Part::Hour12Of2 => format!("{hour12:02}"),
            Part::Minute => minute.to_string(),
            Part::Minute2 => format!("{minute:02}"),
            Part::Second => second.to_string(),
            Part::Second2 => format!("{second:02}"),
            Part::Half => if hour >= 12 { "PM" } else { "AM" }.to_owned(),
            Part::HalfLower => if hour >= 12 { "pm" } else { "am" }.to_owned(),
            Part::Offset(utc) => utc.to_owned(),
        };
        out.push_str(&text);
    }

    fn write_fraction(self, out: &mut String, point: char, digits: usize, keep_zeros: bool) {
        let mut text = format!("{:09}", self.nanos);
        text.truncate(digits);
        if !keep_zeros {
            text.truncate(text.trim_end_matches('0').len());
            if text.is_empty() {
                return;
            }
        }
        out.push(point);
        out.push_str(&text);
        out.extend(std::iter::repeat_n(
            '0',
            if keep_zeros { digits.saturating_sub(9) } else { 0 },
        ));
    }
}

fn full_year(year: i64) -> String {
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}", year.abs())
}

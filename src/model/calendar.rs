//! Civil dates and accounting periods.

use std::fmt;

/// A civil date as days since 1970-01-01, the way Arrow, Parquet and polars hold it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// Wraps days since 1970-01-01.
    pub const fn from_days(days: i32) -> Self {
        Date(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The date of a year, month and day, or `None` where the calendar has no such day.
    /// Years 1900 to 2199 are accepted: anything else in a ledger is a sentinel or a typing error.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        let in_calendar = (1900..=2199).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        in_calendar.then(|| Date(days_from_civil(year, month, day)))
    }

    /// Year, month, day.
    pub fn ymd(self) -> (i32, u32, u32) {
        // Howard Hinnant's civil_from_days.
        let shifted = i64::from(self.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_index + 2) / 5 + 1) as u32;
        let month = if month_index < 10 { month_index + 3 } else { month_index - 9 } as u32;
        let year = (year_of_era + era * 400 + i64::from(month <= 2)) as i32;
        (year, month, day)
    }

    /// The date a number of days later (earlier where negative).
    pub const fn plus_days(self, days: i32) -> Date {
        Date(self.0 + days)
    }

    /// The month the date lies in.
    pub fn period(self) -> Period {
        let (year, month, _) = self.ymd();
        Period { year, month }
    }

    /// The format of [`Date::parse_iso`] as strftime writes it.
    pub const ISO_FORMAT: &str = "%Y-%m-%d";

    /// Reads `2026-10-31`.
    pub fn parse_iso(text: &str) -> Option<Date> {
        Date::parse_iso_bytes(text.as_bytes())
    }

    /// Reads `2026-10-31` from bytes: the form nearly every extract uses, so it has its own fast path.
    pub fn parse_iso_bytes(bytes: &[u8]) -> Option<Date> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return None };
        let mut digits = [0_u32; 8];
        for (slot, byte) in digits.iter_mut().zip([y1, y2, y3, y4, m1, m2, d1, d2]) {
            *slot = u32::from(byte.wrapping_sub(b'0'));
            if *slot > 9 {
                return None;
            }
        }
        let [y1, y2, y3, y4, m1, m2, d1, d2] = digits;
        Date::from_ymd((y1 * 1000 + y2 * 100 + y3 * 10 + y4) as i32, m1 * 10 + m2, d1 * 10 + d2)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Period {
    /// Calendar year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
}

/// The months in English.
const MONTH_NAMES: [&str; 12] = [
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
/// How many letters the short form of a month has.
const SHORT_NAME: usize = 3;

/// The month, from 1, that a text names in English, in full or by its first three letters, in any case.
pub fn month_of_name(text: &str) -> Option<u32> {
    let named = |name: &&str| name.eq_ignore_ascii_case(text) || name[..SHORT_NAME].eq_ignore_ascii_case(text);
    MONTH_NAMES.iter().position(named).map(|index| index as u32 + 1)
}

impl Period {
    /// The month in English, such as `October`.
    pub fn month_name(self) -> &'static str {
        MONTH_NAMES[(self.month as usize + 11) % 12]
    }

    /// Its short form, such as `Oct`.
    pub fn short_name(self) -> &'static str {
        &self.month_name()[..SHORT_NAME]
    }

    /// The first day.
    pub fn start(self) -> Date {
        Date(days_from_civil(self.year, self.month, 1))
    }

    /// The last day.
    pub fn end(self) -> Date {
        Date(days_from_civil(self.year, self.month, days_in_month(self.year, self.month)))
    }

    /// The month before.
    pub fn previous(self) -> Period {
        match self.month {
            1 => Period { year: self.year - 1, month: 12 },
            month => Period { year: self.year, month: month - 1 },
        }
    }

    /// The month after.
    pub fn next(self) -> Period {
        match self.month {
            12 => Period { year: self.year + 1, month: 1 },
            month => Period { year: self.year, month: month + 1 },
        }
    }

    /// Reads `2026-10`.
    pub fn parse(text: &str) -> Option<Period> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        let period = Period { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&period.month).then_some(period)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// How many days a month has.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date that exists (Howard Hinnant's days_from_civil).
fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let month_index = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_index + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_with_a_calendar_library() {
        let epoch = jiff::civil::date(1970, 1, 1);
        for days in (-25_000..80_000).step_by(17) {
            let expected = epoch + jiff::Span::new().days(days);
            let date = Date::from_days(days);
            assert_eq!(date.to_string(), expected.to_string());
            assert_eq!(Date::parse_iso(&expected.to_string()), Some(date));
        }
    }

    #[test]
    fn impossible_days_are_refused() {
        assert_eq!(Date::parse_iso("2026-02-29"), None);
        assert_eq!(Date::parse_iso("2024-02-29").map(|d| d.to_string()).as_deref(), Some("2024-02-29"));
        assert_eq!(Date::parse_iso("2026-13-01"), None);
        assert_eq!(Date::parse_iso("9999-12-31"), None);
        assert_eq!(Date::parse_iso("2026-1-01"), None);
    }

    #[test]
    fn periods_step_over_the_year() {
        let december = Period { year: 2026, month: 12 };
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.next().previous(), december);
        assert_eq!(december.end().to_string(), "2026-12-31");
    }
}

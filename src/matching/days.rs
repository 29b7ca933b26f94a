//! Business days: how far two dates lie apart when weekends and holidays do not count.

/// A calendar of business days. Saturdays, Sundays and the holidays of the list are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusinessDays {
    /// Holidays on weekdays, in days since 1970-01-01, sorted, each once.
    holidays: Vec<i32>,
}

impl BusinessDays {
    /// A calendar with holidays, in days since 1970-01-01.
    pub fn new(holidays: impl IntoIterator<Item = i32>) -> BusinessDays {
        let mut holidays: Vec<i32> = holidays.into_iter().filter(|day| weekday(*day) < 5).collect();
        holidays.sort_unstable();
        holidays.dedup();
        BusinessDays { holidays }
    }

    /// The number of a day in the row of business days. A day that is none has the number of the next one: what is
    /// entered on a Saturday is booked on Monday.
    pub fn number(&self, day: i32) -> i32 {
        // 1970-01-05 was a Monday.
        let since = day - 4;
        let (week, in_week) = (since.div_euclid(7), since.rem_euclid(7));
        let weekdays = week * 5 + in_week.min(5);
        weekdays - self.holidays.partition_point(|holiday| *holiday < day) as i32
    }
}

/// Monday is 0.
fn weekday(day: i32) -> i32 {
    (day - 4).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    fn day(text: &str) -> i32 {
        Date::parse_iso(text).expect("a date").days()
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let days = BusinessDays::new([day("2026-10-12"), day("2026-10-12"), day("2026-10-10")]);
        let apart = |from: &str, to: &str| days.number(day(to)) - days.number(day(from));
        assert_eq!(apart("2026-10-05", "2026-10-09"), 4);
        assert_eq!(apart("2026-10-02", "2026-10-05"), 1);
        assert_eq!(apart("2026-10-03", "2026-10-05"), 0);
        // Friday to Tuesday over a weekend and a holiday on Monday.
        assert_eq!(apart("2026-10-09", "2026-10-13"), 1);
        assert_eq!(apart("2026-10-12", "2026-10-13"), 0);
        assert_eq!(apart("1969-12-26", "1970-01-02"), 5);
    }
}

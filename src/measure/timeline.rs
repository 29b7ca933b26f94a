//! The months that are measured: thirteen up to the period end, with the one before them that opens the first.

use crate::model::{Date, Period};

/// How many months a trend shows.
pub const MONTHS_SHOWN: usize = 13;
/// Month ends at which balances are formed: those shown, and the opening of the first.
pub const ENDS: usize = MONTHS_SHOWN + 1;
/// How far back sales are told apart by month; what is older counts into the first of these months.
const MONTHS_KEPT: i32 = 240;

/// The months of a run.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The last month's number.
    last: i32,
    /// The first month's number.
    first: i32,
    /// The ends of the months at which balances are formed, in days; the last is the period end.
    pub ends: [i32; ENDS],
}

/// The number of a month in a row without gaps.
fn number(period: Period) -> i32 {
    period.year * 12 + period.month as i32 - 1
}

fn month(number: i32) -> Period {
    Period { year: number.div_euclid(12), month: number.rem_euclid(12) as u32 + 1 }
}

impl Timeline {
    /// The months up to a period end, from the month of the first document on.
    pub fn new(period_end: Date, first_day: Option<i32>) -> Timeline {
        let last = number(period_end.period());
        let earliest = first_day.map_or(last, |day| number(Date::from_days(day).period()));
        let first = earliest.clamp(last - MONTHS_KEPT, last - MONTHS_SHOWN as i32);
        let mut ends = [period_end.days(); ENDS];
        for (at, end) in ends.iter_mut().enumerate().take(ENDS - 1) {
            *end = month(last - MONTHS_SHOWN as i32 + at as i32).end().days();
        }
        Timeline { last, first, ends }
    }

    /// The day before the first one whose changes have to be known, for a period end.
    pub fn since(period_end: Date) -> Date {
        Date::from_days(Timeline::new(period_end, None).ends[0])
    }

    /// How many months of flows there are.
    pub fn len(&self) -> usize {
        (self.last - self.first + 1) as usize
    }

    /// Whether there is no month, which is never so.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The month of flows that a day lies in: what is older counts into the first.
    pub fn flow_of(&self, day: i32) -> usize {
        (number(Date::from_days(day).period()) - self.first).clamp(0, self.last - self.first) as usize
    }

    /// The month of flows that ends with a month end.
    pub fn flow_at(&self, end: usize) -> usize {
        self.len() - ENDS + end
    }

    /// The month of a flow.
    pub fn period(&self, flow: usize) -> Period {
        month(self.first + flow as i32)
    }

    /// The calendar days of a month of flows; the last one ends with the period.
    pub fn days(&self, flow: usize) -> i32 {
        let period = self.period(flow);
        let end = if flow + 1 == self.len() { self.ends[ENDS - 1] } else { period.end().days() };
        end - period.start().days() + 1
    }

    /// Whether a month of flows is a whole one.
    pub fn is_whole(&self, flow: usize) -> bool {
        let period = self.period(flow);
        self.days(flow) == period.end().days() - period.start().days() + 1
    }

    /// The first month end on or after a day; [`ENDS`] where there is none.
    pub fn first_end(&self, day: i32) -> usize {
        self.ends.partition_point(|end| *end < day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_month_ends_with_the_period() {
        let day = |text: &str| Date::parse_iso(text).expect("a date");
        let timeline = Timeline::new(day("2026-10-15"), Some(day("2025-12-03").days()));
        let ends: Vec<String> = timeline.ends.iter().map(|end| Date::from_days(*end).to_string()).collect();
        assert_eq!(
            (ends[0].as_str(), ends[12].as_str(), ends[13].as_str()),
            ("2025-09-30", "2026-09-30", "2026-10-15")
        );
        assert_eq!((timeline.len(), timeline.flow_at(13)), (14, 13));
        assert_eq!((timeline.days(13), timeline.days(12), timeline.is_whole(13)), (15, 30, false));
        assert_eq!(timeline.flow_of(day("2024-01-01").days()), 0);
        assert_eq!(timeline.first_end(day("2026-09-30").days()), 12);
        assert_eq!(timeline.first_end(day("2026-10-01").days()), 13);
        // Earlier documents make a longer row of months; balances are formed at fourteen ends all the same.
        let timeline = Timeline::new(day("2026-10-31"), Some(day("2024-10-31").days()));
        assert_eq!((timeline.len(), timeline.flow_at(13), timeline.flow_at(0)), (25, 24, 11));
        assert_eq!(timeline.period(timeline.flow_at(13)).to_string(), "2026-10");
        assert_eq!(Timeline::since(day("2026-10-31")), day("2025-09-30"));
    }
}

//! The date grammar: text to a civil date, or the reason why not.
//!
//! A declared format is law. Without one, forms that can only be read one way are read; `03/04/2026` is read only
//! when another value of the same column decides the order (bad-inputs 67 to 69).

use crate::model::Date;
use crate::model::calendar::month_of_name;

/// Which of day and month comes first in `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `31/10/2026`
    DayFirst,
    /// `10/31/2026`
    MonthFirst,
}

/// What one text says about its column's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Read the same either way.
    Neutral,
    /// Can only be read in this order.
    Decides(Order),
    /// Can be read either way, with different results.
    Ambiguous,
}

/// A text that could be read, and what it says about its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The date under the order that was asked for; `None` where the text contradicts that order.
    pub date: Option<Date>,
    /// What the text says.
    pub evidence: Evidence,
}

/// Reads a date without a declared format; `order` is used where day and month could change places.
/// `None` where the text is no date in any accepted form.
pub fn parse(text: &str, order: Order) -> Option<Parsed> {
    if let Some(date) = Date::parse_iso(text) {
        return Some(Parsed { date: Some(date), evidence: Evidence::Neutral });
    }
    let text = without_time(text.trim())?;
    if let Some(date) = unambiguous(text) {
        return Some(Parsed { date: Some(date), evidence: Evidence::Neutral });
    }
    let (first, second, year) = three_numbers(text)?;
    let year = year.parse().ok().filter(|_| year.len() == 4)?;
    let day_first = Date::from_ymd(year, second, first);
    let month_first = Date::from_ymd(year, first, second);
    let evidence = match (day_first, month_first) {
        (None, None) => return None,
        (Some(a), Some(b)) if a == b => Evidence::Neutral,
        (Some(_), Some(_)) => Evidence::Ambiguous,
        (Some(_), None) => Evidence::Decides(Order::DayFirst),
        (None, Some(_)) => Evidence::Decides(Order::MonthFirst),
    };
    let date = match order {
        Order::DayFirst => day_first,
        Order::MonthFirst => month_first,
    };
    Some(Parsed { date, evidence })
}

/// Reads a date under a declared strftime format. The format is law: nothing else is accepted.
pub fn parse_declared(text: &str, format: &str) -> Option<Date> {
    if format == "%Y-%m-%d" {
        return Date::parse_iso(text);
    }
    let parsed = jiff::fmt::strtime::parse(format, text).ok()?.to_date().ok()?;
    Date::from_ymd(i32::from(parsed.year()), parsed.month().unsigned_abs().into(), parsed.day().unsigned_abs().into())
}

/// Cuts off a time of day behind a blank or a `T`. A time zone is not accepted: which day it was would be a guess.
fn without_time(text: &str) -> Option<&str> {
    let Some(cut) = text.find([' ', 'T']).filter(|cut| text[*cut + 1..].contains(':')) else { return Some(text) };
    // "27 Jun 2025 10:00" has its time behind the last blank.
    let cut = text.rfind([' ', 'T']).unwrap_or(cut);
    let (date, time) = (&text[..cut], &text[cut + 1..]);
    let time = time.strip_suffix('Z').unwrap_or(time);
    let is_time = time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
    is_time.then_some(date.trim())
}

/// Forms that can be read one way only: `2026/10/31`, `20261031`, `31 Oct 2026`, `Oct 31, 2026`.
fn unambiguous(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return Date::from_ymd(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?);
    }
    let parts: Vec<&str> = text.split([' ', '-', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 2);
    let year = |part: &str| part.parse::<i32>().ok().filter(|_| part.len() == 4);
    if let (Some(year), Some(month), Some(day)) = (year(first), number(second).or(month_name(second)), number(third)) {
        return Date::from_ymd(year, month, day);
    }
    if let (Some(day), Some(month), Some(year)) = (number(first), month_name(second), year(third)) {
        return Date::from_ymd(year, month, day);
    }
    if let (Some(month), Some(day), Some(year)) = (month_name(first), number(second), year(third)) {
        return Date::from_ymd(year, month, day);
    }
    None
}

/// English month names and their usual short forms.
pub(super) fn month_name(text: &str) -> Option<u32> {
    if text.eq_ignore_ascii_case("sept") { Some(9) } else { month_of_name(text) }
}

fn three_numbers(text: &str) -> Option<(u32, u32, &str)> {
    let separator = text.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let mut parts = text.split(separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !(1..=2).contains(&first.len()) || !(1..=2).contains(&second.len()) {
        return None;
    }
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
    number(year)?;
    Some((number(first)?, number(second)?, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        parse(text, Order::DayFirst).and_then(|parsed| parsed.date).map(|date| date.to_string())
    }

    #[test]
    fn forms_with_one_reading() {
        for text in [
            "2026-10-31",
            "2026/10/31",
            "20261031",
            "31 Oct 2026",
            "31-Oct-2026",
            "Oct 31, 2026",
            "October 31 2026",
            "2026-10-31 00:00:00",
            "2026-10-31T10:15:00",
            "31 October 2026",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-10-31"), "{text}");
        }
    }

    #[test]
    fn n67_day_and_month_may_change_places() {
        assert_eq!(parse("03/04/2026", Order::DayFirst).map(|p| p.evidence), Some(Evidence::Ambiguous));
        assert_eq!(parse("04/04/2026", Order::DayFirst).map(|p| p.evidence), Some(Evidence::Neutral));
    }

    #[test]
    fn n68_a_value_can_decide() {
        let decided = |text| parse(text, Order::DayFirst).map(|p| (p.evidence, p.date.is_some()));
        assert_eq!(decided("13/04/2026"), Some((Evidence::Decides(Order::DayFirst), true)));
        assert_eq!(decided("04/13/2026"), Some((Evidence::Decides(Order::MonthFirst), false)));
    }

    #[test]
    fn n69_what_is_no_date() {
        for text in ["03/04/26", "1-Jan", "2026-02-29", "00000000", "9999-12-31", "31.02.2026", "x", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_declared_format_is_law() {
        let read = |text, format| parse_declared(text, format).map(|date| date.to_string());
        assert_eq!(read("31.10.2026", "%d.%m.%Y").as_deref(), Some("2026-10-31"));
        assert_eq!(read("10/31/26", "%m/%d/%y").as_deref(), Some("2026-10-31"));
        assert_eq!(read("2026-10-31", "%d.%m.%Y"), None);
    }
}

//! The date grammar: a day is printed and read again, and what a text proves is what it can be read as. The first line
//! of the input is a declared format, the rest the text.

use tieout::model::Date;
use tieout::normalise::date::{self, Evidence, Order};

/// Tries one format and text.
pub fn check(bytes: &[u8]) {
    let input = String::from_utf8_lossy(bytes);
    let (format, text) = input.split_once('\n').unwrap_or(("%d.%m.%Y", &input));
    let [day_first, month_first] = [Order::DayFirst, Order::MonthFirst].map(|order| date::parse(text, order));
    match (day_first, month_first) {
        (None, None) => {}
        (Some(one), Some(other)) => {
            assert_eq!(one.evidence, other.evidence, "{text:?}");
            proves(text, one.evidence, one.date, other.date);
        }
        _ => panic!("{text:?} is a date in one order alone"),
    }
    assert_eq!(Date::parse_iso(text), Date::parse_iso_bytes(text.as_bytes()));
    let days = [day_first, month_first].into_iter().flatten().filter_map(|parsed| parsed.date);
    days.chain(date::parse_declared(text, format)).for_each(|day| read_again(text, day));
}

fn proves(text: &str, evidence: Evidence, day_first: Option<Date>, month_first: Option<Date>) {
    let fits = match evidence {
        Evidence::Neutral => day_first.is_some() && day_first == month_first,
        Evidence::Decides(Order::DayFirst) => day_first.is_some() && month_first.is_none(),
        Evidence::Decides(Order::MonthFirst) => day_first.is_none() && month_first.is_some(),
        Evidence::Ambiguous => day_first.is_some() && month_first.is_some() && day_first != month_first,
    };
    assert!(fits, "{text:?}: {evidence:?}, {day_first:?}, {month_first:?}");
}

fn read_again(text: &str, day: Date) {
    let (year, month, of_month) = day.ymd();
    assert_eq!(Date::from_ymd(year, month, of_month), Some(day), "{text:?}");
    assert!(day.period().start() <= day && day <= day.period().end(), "{text:?}");
    let slashed = format!("{of_month:02}/{month:02}/{year:04}");
    assert_eq!(Date::parse_iso(&day.to_string()), Some(day), "{text:?}");
    assert_eq!(date::parse(&slashed, Order::DayFirst).and_then(|parsed| parsed.date), Some(day), "{text:?}");
    assert_eq!(date::parse_declared(&slashed, "%d/%m/%Y"), Some(day), "{text:?}");
}

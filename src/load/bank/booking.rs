//! One booking, and the texts, days and refusals that the formats have in common.

use crate::diag::{Place, Problem};
use crate::load::control::Exact;
use crate::model::Date;

/// One booking, money in positive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) line_id: String,
    pub(super) booking_date: Option<Date>,
    pub(super) value_date: Option<Date>,
    pub(super) amount: Exact,
    pub(super) type_code: String,
    pub(super) description: String,
    pub(super) reference: String,
    pub(super) end_to_end_id: String,
    pub(super) counterparty_name: String,
    pub(super) counterparty_account: String,
    /// The line of the file that it starts on.
    pub(super) line: u64,
}

/// A file or record whose structure cannot be read safely.
pub(super) fn unreadable(place: Place, message: impl Into<String>) -> Problem {
    Problem::input(
        "T1401",
        place,
        message,
        "nothing of the file is loaded; get it from the bank again, and ask the bank if it comes the same way",
    )
}

/// A file that ends inside a statement.
pub(super) fn cut_off(place: Place, message: impl Into<String>) -> Problem {
    Problem::input("T1402", place, message, "copy or download the file again; half a statement is never loaded")
}

/// A date, amount or side that cannot be told.
pub(super) fn bad_value(place: Place, message: impl Into<String>) -> Problem {
    Problem::input(
        "T1403",
        place,
        message,
        "nothing of the file is loaded; get it from the bank again, or correct the line if you know what it must say",
    )
}

/// Reads `YYMMDD` (80 to 99 are years of the last century) or `YYYYMMDD`.
pub(super) fn compact_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match text.len() {
        6 => {
            let year: i32 = text[..2].parse().ok()?;
            (if year >= 80 { 1900 + year } else { 2000 + year }, &text[2..])
        }
        8 => (text[..4].parse().ok()?, &text[4..]),
        _ => return None,
    };
    Date::from_ymd(year, rest[..2].parse().ok()?, rest[2..].parse().ok()?)
}

/// Reads the day of `2026-10-31`, also with a time or zone behind it.
pub(super) fn iso_day(text: &str) -> Option<Date> {
    Date::parse_iso(text.trim().get(..10)?)
}

/// A text on one line: blanks and control characters together are one blank.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Adds a piece of text behind a blank.
pub(super) fn append(text: &mut String, more: &str) {
    let more = more.trim();
    if !more.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(more);
    }
}

//! Bank statements: BAI2, MT940 and MT942, camt.052, 053 and 054, OFX 1 and 2, QIF. All of them come down to one shape:
//! statements of an account, each with lines and perhaps balances. What is taken from where stands in
//! docs/bank-files.md.
//!
//! A statement proves itself: its opening balance and its lines give its closing balance, and its own counts and sums
//! are compared with what it holds. What does not agree is told before anything is matched. What cannot be read safely
//! is refused with its line: half a statement is never loaded.

mod bai2;
mod camt;
mod desk;
mod lines;
mod mt940;
mod ofx;
mod qif;
mod statement;

pub use desk::TABLES;
pub use statement::Statement;

use super::control::Exact;
use super::parts::{PartOptions, Rows, Tail};
use super::raw::Limits;
use super::sniff::FileKind;
use crate::diag::{Place, Problem, Result};
use crate::model::Date;
use desk::Desk;
use std::io::Read;

/// The code of a file that gives no closing balances.
pub const NO_BALANCES: &str = "T1411";

/// One booking, money in positive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Line {
    line_id: String,
    booking_date: Option<Date>,
    value_date: Option<Date>,
    amount: Exact,
    type_code: String,
    description: String,
    reference: String,
    end_to_end_id: String,
    counterparty_name: String,
    counterparty_account: String,
    /// The line of the file that it starts on.
    line: u64,
}

/// The bank format that a file's first bytes, in lower case, are of.
pub fn kind_of(lower: &[u8]) -> Option<FileKind> {
    let text = String::from_utf8_lossy(lower);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    if camt::is_start(text) {
        return Some(FileKind::Camt);
    }
    if ofx::is_start(text) {
        return Some(FileKind::Ofx);
    }
    if qif::is_start(text) {
        return Some(FileKind::Qif);
    }
    if bai2::is_start(text) {
        return Some(FileKind::Bai2);
    }
    mt940::is_start(text).then_some(FileKind::Mt940)
}

/// Reads one table of a bank file.
///
/// # Errors
/// When the file cannot be read safely, is cut off, holds no statement, or is over a limit.
pub fn read(
    kind: FileKind,
    input: Box<dyn Read + Send>,
    place: Place,
    options: &PartOptions,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Tail> {
    let mut desk = Desk::new(place.clone(), &options.table, limits, rows);
    let encoding = options.encoding.as_deref();
    let encoding = match kind {
        FileKind::Bai2 => bai2::read(input, &place, encoding, limits, &mut desk)?,
        FileKind::Camt => camt::read(input, &place, encoding, limits, &mut desk)?,
        FileKind::Ofx => ofx::read(input, &place, encoding, limits, &mut desk)?,
        FileKind::Qif => qif::read(input, &place, encoding, limits, &mut desk)?,
        _ => mt940::read(input, &place, encoding, limits, &mut desk)?,
    };
    desk.finish(encoding)
}

/// A file or record whose structure cannot be read safely.
fn unreadable(place: Place, message: impl Into<String>) -> Problem {
    Problem::input(
        "T1401",
        place,
        message,
        "nothing of the file is loaded; get it from the bank again, and ask the bank if it comes the same way",
    )
}

/// A file that ends inside a statement.
fn cut_off(place: Place, message: impl Into<String>) -> Problem {
    Problem::input("T1402", place, message, "copy or download the file again; half a statement is never loaded")
}

/// A date, amount or side that cannot be told.
fn bad_value(place: Place, message: impl Into<String>) -> Problem {
    Problem::input(
        "T1403",
        place,
        message,
        "nothing of the file is loaded; get it from the bank again, or correct the line if you know what it must say",
    )
}

/// Reads `YYMMDD` (80 to 99 are years of the last century) or `YYYYMMDD`.
fn compact_date(text: &str) -> Option<Date> {
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
fn iso_day(text: &str) -> Option<Date> {
    Date::parse_iso(text.trim().get(..10)?)
}

/// A text on one line: blanks and control characters together are one blank.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Adds a piece of text behind a blank.
fn append(text: &mut String, more: &str) {
    let more = more.trim();
    if !more.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(more);
    }
}

#[cfg(test)]
mod tests;

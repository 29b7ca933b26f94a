//! The statement line `:61:`: `6!n[4!n]2a[1!a]15d1!a3!c16x[//16x][CRLF 34x]` (SWIFT Standards MT, MT940, field 61).

use super::{Field, amount};
use crate::diag::{Place, Result};
use crate::load::bank::booking::{Line, append, bad_value, compact_date, one_line};
use crate::load::control::Exact;
use crate::model::Date;

/// A line of a statement.
pub struct Entry {
    pub line: Line,
    /// Expected only (EC, ED): not booked yet.
    pub is_expected: bool,
}

/// Marks, longest first: what is booked, and whether it is money out.
const MARKS: [(&str, bool, bool); 6] = [
    ("RC", true, false),
    ("RD", false, false),
    ("EC", false, true),
    ("ED", true, true),
    ("C", false, false),
    ("D", true, false),
];

/// Reads a line.
pub fn read(field: &Field, place: Place) -> Result<Entry> {
    let value = field.first();
    let refused = |at: usize, what: &str| {
        let message = format!("position {} of the line \"{value}\" (:61:) is no {what}", at + 1);
        bad_value(place.clone(), message)
    };
    let date = value.get(..6).and_then(compact_date).ok_or_else(|| refused(0, "value date (YYMMDD)"))?;
    let mut at = 6;
    let mut booked = date;
    if let Some(entry) = value.get(6..10).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())) {
        booked = entry_date(entry, date).ok_or_else(|| refused(6, "entry date (MMDD)"))?;
        at = 10;
    }
    let rest = &value[at..];
    let (mark, is_out, is_expected) =
        *MARKS.iter().find(|(mark, ..)| rest.starts_with(mark)).ok_or_else(|| refused(at, "mark (C, D, RC, RD)"))?;
    at += mark.len();
    // The funds code is the last letter of the currency.
    at += usize::from(value.as_bytes().get(at).is_some_and(u8::is_ascii_uppercase));
    let rest = value.get(at..).ok_or_else(|| refused(at, "amount"))?;
    let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b',').count();
    let magnitude = amount(&rest[..length]).ok_or_else(|| refused(at, "amount with a decimal comma"))?;
    let amount = if is_out { Exact::ZERO - magnitude } else { magnitude };
    at += length;
    let rest = value.get(at..).unwrap_or_default();
    let code_length = rest.char_indices().nth(4).map_or(rest.len(), |(index, _)| index);
    let (code, references) = rest.split_at(code_length);
    if code.trim().is_empty() {
        return Err(refused(at, "transaction type"));
    }
    let (own, bank) = references.split_once("//").unwrap_or((references, ""));
    let given = |text: &str| {
        let text = one_line(text);
        if text.eq_ignore_ascii_case("NONREF") { String::new() } else { text }
    };
    let mut line = Line {
        line_id: given(bank),
        booking_date: Some(booked),
        value_date: Some(date),
        amount,
        type_code: code.trim().to_owned(),
        reference: given(own),
        line: field.line,
        ..Line::default()
    };
    if mark.starts_with('R') {
        line.description.push_str("REVERSAL");
    }
    field.lines.iter().skip(1).for_each(|more| append(&mut line.description, &one_line(more)));
    Ok(Entry { line, is_expected })
}

/// The entry date has no year: it is the one nearest to the value date.
fn entry_date(text: &str, value: Date) -> Option<Date> {
    let (month, day) = (text[..2].parse().ok()?, text[2..].parse().ok()?);
    let year = value.ymd().0;
    let dates = [year - 1, year, year + 1].into_iter().filter_map(|year| Date::from_ymd(year, month, day));
    dates.min_by_key(|date| (date.days() - value.days()).abs())
}

//! A workbook's cell as text: numbers without E-notation and float noise, dates by their number format.

use crate::load::raw::{RawBlock, RawKind};
use crate::model::Date;
use calamine::{CellErrorType, Data, DataRef, ExcelDateTime, ExcelDateTimeType};
use std::fmt::Write as _;

/// A date that the calendar does not have: serial 60 (29 February 1900), 0, negative or beyond the year 9999.
pub(in crate::load) const BAD_DATE: &str = "#BAD-DATE";
/// A formula that no program has calculated.
pub(super) const NOT_CALCULATED: &str = "#NOT-CALCULATED";

/// What a cell holds, whichever reader it came from.
pub(super) enum Value<'a> {
    Empty,
    Text(&'a str),
    Number(f64),
    Whole(i64),
    Truth(bool),
    Serial(ExcelDateTime),
    Iso(&'a str),
    Error(&'a CellErrorType),
    /// A formula whose error value the reader does not show.
    HiddenError,
    NotCalculated,
}

impl<'a> From<&'a DataRef<'_>> for Value<'a> {
    fn from(data: &'a DataRef<'_>) -> Value<'a> {
        match data {
            DataRef::Empty => Value::Empty,
            DataRef::String(text) | DataRef::DurationIso(text) => Value::Text(text),
            DataRef::SharedString(text) => Value::Text(text),
            DataRef::Float(number) => Value::Number(*number),
            DataRef::Int(number) => Value::Whole(*number),
            DataRef::Bool(flag) => Value::Truth(*flag),
            DataRef::DateTime(serial) => Value::Serial(*serial),
            DataRef::DateTimeIso(text) => Value::Iso(text),
            DataRef::Error(error) => Value::Error(error),
        }
    }
}

impl<'a> From<&'a Data> for Value<'a> {
    fn from(data: &'a Data) -> Value<'a> {
        match data {
            Data::Empty => Value::Empty,
            Data::String(text) | Data::DurationIso(text) => Value::Text(text),
            Data::Float(number) => Value::Number(*number),
            Data::Int(number) => Value::Whole(*number),
            Data::Bool(flag) => Value::Truth(*flag),
            Data::DateTime(serial) => Value::Serial(*serial),
            Data::DateTimeIso(text) => Value::Iso(text),
            Data::Error(error) => Value::Error(error),
        }
    }
}

impl Value<'_> {
    /// Whether there is nothing to read.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Value::Empty) || matches!(self, Value::Text(text) if text.is_empty())
    }

    /// Adds the cell to the row that is being built. `scratch` is memory that is used again.
    pub(super) fn push(&self, block: &mut RawBlock, scratch: &mut String) {
        scratch.clear();
        match self {
            Value::Empty => block.push_cell("", RawKind::Text),
            Value::Text(text) => block.push_cell(text, RawKind::Text),
            Value::Truth(flag) => block.push_cell(if *flag { "true" } else { "false" }, RawKind::Bool),
            Value::Error(error) => {
                // Writing to a string does not fail.
                let _ = write!(scratch, "{error}");
                block.push_cell(scratch, RawKind::Error);
            }
            Value::HiddenError => block.push_cell("#ERROR!", RawKind::Error),
            Value::NotCalculated => block.push_cell(NOT_CALCULATED, RawKind::Error),
            Value::Whole(number) => {
                write_whole(*number, scratch);
                block.push_cell(scratch, RawKind::Number);
            }
            Value::Number(number) => push_number(*number, block, scratch),
            Value::Serial(serial) if serial.is_duration() => push_number(serial.as_f64(), block, scratch),
            Value::Serial(serial) => {
                let written = write_serial(serial.as_f64(), is_1904(serial), scratch);
                let (text, kind) = if written { (scratch.as_str(), RawKind::Date) } else { (BAD_DATE, RawKind::Error) };
                block.push_cell(text, kind);
            }
            Value::Iso(text) => push_iso(text, block, scratch),
        }
    }
}

fn push_number(number: f64, block: &mut RawBlock, scratch: &mut String) {
    if number.is_finite() {
        write_number(number, scratch);
        block.push_cell(scratch, RawKind::Number);
    } else {
        block.push_cell("#NUM!", RawKind::Error);
    }
}

/// Writes the decimal number that a cell's float stands for, without E-notation.
///
/// A float within 10^-9 of a number with at most four decimals is that number: sums and products of a spreadsheet carry
/// such noise. In large numbers the noise of a few last bits is larger than that; there the 15 digits that spreadsheets
/// keep decide. Anything else keeps all its digits, for the grammar to judge.
pub(in crate::load) fn write_number(number: f64, out: &mut String) {
    const NOISE: f64 = 1e-9;
    const LAST_BITS: f64 = 4.0 * f64::EPSILON;
    if number == number.trunc() && number.abs() < 1e15 {
        write_whole(number as i64, out);
        return;
    }
    if write_cents(number, out) {
        return;
    }
    let start = out.len();
    let _ = write!(out, "{number}");
    let shortest = &out[start..];
    // More digits than a spreadsheet keeps, and more decimals than a cent, can be noise in a large number.
    if decimals(shortest) <= 2 || (decimals(shortest) <= 4 && digits_fit(shortest)) {
        return;
    }
    let rounded = without_zeros(format!("{number:.4}"));
    if digits_fit(&rounded) && within(number, &rounded, NOISE) {
        out.truncate(start);
        out.push_str(&rounded);
        return;
    }
    let whole_digits = number.abs().log10().floor() as i32 + 1;
    if (1..=15).contains(&whole_digits) {
        let kept = without_zeros(format!("{number:.*}", (15 - whole_digits) as usize));
        if decimals(&kept) <= 4 && within(number, &kept, number.abs() * LAST_BITS) {
            out.truncate(start);
            out.push_str(&kept);
        }
    }
}

/// Writes a number of at most two decimals and 15 digits, which nearly every amount is: the quotient of its cents is
/// the same float, and no other text of so few digits is. `false` where it is not such a number.
fn write_cents(number: f64, out: &mut String) -> bool {
    let cents = (number * 100.0).round();
    if cents.abs() >= 1e15 || cents / 100.0 != number {
        return false;
    }
    let cents = cents as i64;
    if cents < 0 {
        out.push('-');
    }
    write_whole((cents / 100).abs(), out);
    let (tens, ones) = ((cents / 10 % 10).unsigned_abs() as u8, (cents % 10).unsigned_abs() as u8);
    if (tens, ones) != (0, 0) {
        out.push('.');
        out.push(char::from(b'0' + tens));
    }
    if ones != 0 {
        out.push(char::from(b'0' + ones));
    }
    true
}

/// Writes a whole number; the formatting of the standard library takes several times as long.
fn write_whole(number: i64, out: &mut String) {
    const MOST_DIGITS: usize = 20;
    let (mut digits, mut at, mut rest) = ([b'0'; MOST_DIGITS], MOST_DIGITS, number.unsigned_abs());
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push('-');
    }
    digits[at..].iter().for_each(|digit| out.push(char::from(*digit)));
}

/// Whether a number has no more digits than spreadsheets keep.
fn digits_fit(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() <= 15
}

fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

fn within(number: f64, text: &str, distance: f64) -> bool {
    text.parse::<f64>().is_ok_and(|other| (number - other).abs() <= distance)
}

fn without_zeros(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    let short = text.trim_end_matches('0').trim_end_matches('.');
    // A negative number that rounds to nothing is plain zero.
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// The reader keeps the date system to itself, but compares it.
fn is_1904(serial: &ExcelDateTime) -> bool {
    let kind = if serial.is_datetime() { ExcelDateTimeType::DateTime } else { ExcelDateTimeType::TimeDelta };
    *serial == ExcelDateTime::new(serial.as_f64(), kind, true)
}

/// Writes a serial number as a date, with its time where it has one; `false` where the calendar has no such date.
fn write_serial(serial: f64, in_1904_system: bool, out: &mut String) -> bool {
    const DAY: i64 = 86_400;
    /// 31 December 9999 in the 1900 system.
    const LAST: f64 = 2_958_465.0;
    if !(1.0..LAST + 1.0).contains(&serial) {
        return false;
    }
    let seconds = (serial * DAY as f64).round() as i64;
    let (day, time) = (seconds.div_euclid(DAY) as i32, seconds.rem_euclid(DAY));
    // Days from each system's day 0 to 1970-01-01. The 1900 system counts a 29 February 1900 that never was.
    let days = match (in_1904_system, day) {
        (true, _) => day - 24_107,
        (false, 60) => return false,
        (false, ..60) => day - 25_568,
        (false, _) => day - 25_569,
    };
    let (year, month, day) = Date::from_days(days).ymd();
    if year > 9999 {
        return false;
    }
    let two = |out: &mut String, number: u32| {
        out.push(char::from(b'0' + (number / 10 % 10) as u8));
        out.push(char::from(b'0' + (number % 10) as u8));
    };
    // The year lies between 1899 and 9999.
    let year = year.unsigned_abs();
    two(out, year / 100);
    two(out, year % 100);
    out.push('-');
    two(out, month);
    out.push('-');
    two(out, day);
    if time != 0 {
        let _ = write!(out, " {:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60);
    }
    true
}

/// Dates that are written as text by the format itself (ods, and xlsx cells of type `d`).
fn push_iso(text: &str, block: &mut RawBlock, scratch: &mut String) {
    let text = text.trim();
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let shape_fits = date.len() == 10
        && date
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if !shape_fits {
        // A time without a date, or a form of its own: the grammar of the column judges it as text.
        block.push_cell(text, RawKind::Text);
        return;
    }
    scratch.push_str(date);
    let clock = time.trim_end_matches('Z').split('.').next().unwrap_or_default();
    if clock.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        scratch.push(' ');
        scratch.push_str(clock);
    }
    block.push_cell(scratch, RawKind::Date);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64) -> String {
        let mut text = String::new();
        write_number(value, &mut text);
        text
    }

    fn date(serial: f64, in_1904_system: bool) -> Option<String> {
        let mut text = String::new();
        write_serial(serial, in_1904_system, &mut text).then_some(text)
    }

    #[test]
    fn numbers_are_short_and_without_exponent() {
        assert_eq!(number(1234.5), "1234.5");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(1e21), "1000000000000000000000");
        assert_eq!(number(0.000_123_456_7), "0.0001234567");
        assert_eq!(number(999_999_999_999.99), "999999999999.99");
        assert_eq!(number(-9_007_199_254_740.99), "-9007199254740.99");
    }

    #[test]
    fn n37_float_noise() {
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(-(0.1 + 0.2)), "-0.3");
        assert_eq!(number("1234.5599999999999".parse().unwrap()), "1234.56");
        assert_eq!(number(5.684e-14), "0");
        assert_eq!(number(-5.684e-14), "0");
        // Just beyond the tolerance every digit is kept.
        assert_eq!(number(1_234.559_999_9), "1234.5599999");
        assert_eq!(number(12.345_678_9), "12.3456789");
        // More digits than a spreadsheet keeps: written by a program, and cents that are meant.
        assert_eq!(number(98_765_432_109_876.61), "98765432109876.61");
        // One bit beside 123456789012.34, where a bit is worth more than the tolerance.
        assert_eq!(number(f64::from_bits(123_456_789_012.34_f64.to_bits() - 1)), "123456789012.34");
    }

    #[test]
    fn n37_every_amount_survives_one_bit_of_noise() {
        for units in (1..10_i64.pow(15)).step_by(7_777_777_777_777) {
            let text = format!("{}.{:02}", units / 100, units % 100);
            let exact: f64 = text.parse().unwrap();
            for noisy in [exact, f64::from_bits(exact.to_bits() + 1), f64::from_bits(exact.to_bits() - 1)] {
                assert_eq!(number(noisy), without_zeros(text.clone()), "{noisy:?}");
            }
        }
    }

    #[test]
    fn short_ways_write_what_the_standard_library_writes() {
        for whole in [0, 7, -1, 10, 1_234_567_890_123, i64::MAX, i64::MIN] {
            let mut text = String::new();
            write_whole(whole, &mut text);
            assert_eq!(text, whole.to_string());
        }
        for value in [0.05, -0.5, -1234.5, 99_999_999_999_999.25, 1e15 + 0.5, 0.125, 1e-9, 12.34] {
            let mut text = String::new();
            if write_cents(value, &mut text) {
                assert_eq!(text, format!("{value}"));
            } else {
                assert!(text.is_empty());
            }
        }
        assert!(!write_cents(f64::NAN, &mut String::new()));
    }

    proptest::proptest! {
        #[test]
        fn cents_are_written_as_the_shortest_text(cents in -99_999_999_999_999_i64..99_999_999_999_999) {
            let value: f64 = format!("{}e-2", cents).parse().unwrap();
            let mut text = String::new();
            proptest::prop_assert!(write_cents(value, &mut text));
            proptest::prop_assert_eq!(text, format!("{}", value + 0.0));
        }

        #[test]
        fn any_number_stays_what_it_is(value in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
            let text = number(value);
            proptest::prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte)), "{text}");
            let distance = (text.parse::<f64>().unwrap() - value).abs();
            proptest::prop_assert!(distance <= f64::max(1e-9, value.abs() * 1e-15), "{value:?} became {text}");
        }

        #[test]
        fn any_amount_is_exact(units in -99_999_999_999_999_i64..99_999_999_999_999, noise in -2_i64..=2) {
            let text = format!("{}{}.{:02}", if units < 0 { "-" } else { "" }, units.abs() / 100, units.abs() % 100);
            let exact: f64 = text.parse().unwrap();
            let noisy = f64::from_bits((exact.to_bits() as i64 + if units == 0 { 0 } else { noise }) as u64);
            proptest::prop_assert_eq!(number(noisy), without_zeros(text));
        }
    }

    #[test]
    fn n39_long_numbers_keep_their_digits() {
        assert_eq!(number(4_111_111_111_111_111.0), "4111111111111111");
    }

    #[test]
    fn n34_days_that_never_were() {
        for serial in [60.0, 60.5, 0.0, 0.75, -1.0, 2_958_466.0, f64::NAN, 1e300] {
            assert_eq!(date(serial, false), None, "{serial}");
        }
        assert_eq!(date(59.0, false).as_deref(), Some("1900-02-28"));
        assert_eq!(date(61.0, false).as_deref(), Some("1900-03-01"));
        assert_eq!(date(1.0, false).as_deref(), Some("1900-01-01"));
        assert_eq!(date(2_958_465.0, false).as_deref(), Some("9999-12-31"));
    }

    #[test]
    fn n33_systems_are_1462_days_apart() {
        assert_eq!(date(46_326.0, false).as_deref(), Some("2026-10-31"));
        assert_eq!(date(46_326.0 - 1_462.0, true).as_deref(), Some("2026-10-31"));
        assert_eq!(date(60.0, true).as_deref(), Some("1904-03-01"));
    }

    #[test]
    fn times_are_kept_to_the_second() {
        assert_eq!(date(46_326.5, false).as_deref(), Some("2026-10-31 12:00:00"));
        assert_eq!(date(46_326.0 + 1.0 / 86_400.0, false).as_deref(), Some("2026-10-31 00:00:01"));
        assert_eq!(date(46_326.999_999_9, false).as_deref(), Some("2026-11-01"));
    }

    #[test]
    fn iso_dates_lose_an_empty_time() {
        let mut block = RawBlock::default();
        for text in ["2026-10-31", "2026-10-31T00:00:00", "2026-10-31T08:15:00.000Z", "PT5H"] {
            Value::Iso(text).push(&mut block, &mut String::new());
        }
        block.end_row(1);
        let cells: Vec<_> = block.row(0).cells().map(|cell| (cell.text, cell.kind)).collect();
        assert_eq!(cells[0], ("2026-10-31", RawKind::Date));
        assert_eq!(cells[1], ("2026-10-31", RawKind::Date));
        assert_eq!(cells[2], ("2026-10-31 08:15:00", RawKind::Date));
        assert_eq!(cells[3], ("PT5H", RawKind::Text));
    }
}

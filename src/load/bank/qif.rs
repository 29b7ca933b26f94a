//! QIF, the Quicken Interchange Format, for bank, cash and card accounts (Quicken's own specification).
//!
//! A record is lines with a letter each, up to `^`. The format has no balances, and neither its dates nor its amounts
//! say how they are written: they are handed on as text, and the column has to prove them.

use super::booking::{append, cut_off, one_line, unreadable};
use super::desk::Desk;
use super::lines::{Lines, TextLine};
use crate::diag::{Place, Result};
use crate::load::raw::Limits;
use crate::load::statement::Statement;
use std::io::Read;

/// The types of accounts that hold bookings of a bank.
const TYPES: [&str; 4] = ["bank", "cash", "ccard", "oth l"];

/// Whether a file's first text, in lower case, is that of a QIF file.
pub fn is_start(text: &str) -> bool {
    ["!type:", "!account", "!option:", "!clear:"].iter().any(|start| text.starts_with(start))
}

/// Reads a file.
pub fn read(
    input: Box<dyn Read + Send>,
    place: &Place,
    encoding: Option<&str>,
    limits: &Limits,
    desk: &mut Desk<'_, '_>,
) -> Result<String> {
    let mut lines = Lines::new(input, place, encoding, limits)?;
    let mut walk = Walk { desk, part: Part::Other, account: String::new(), record: Record::default(), bookings: 0 };
    while let Some(line) = lines.next_line()? {
        walk.line(&line)?;
    }
    if !walk.record.is_empty && walk.part == Part::Bookings {
        return Err(cut_off(walk.desk.at(lines.number()), "the last record has no end (^): the file was cut off"));
    }
    walk.desk.close(None, true)?;
    if walk.bookings == 0 {
        // Without a balance nothing tells an account without bookings from a file that was cut off.
        return Err(crate::load::raw::no_rows(
            &place.file,
            "",
            "the file holds no booking of a bank, cash or card account",
        ));
    }
    Ok(lines.encoding())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Account,
    Bookings,
    Other,
}

struct Record {
    is_empty: bool,
    line: u64,
    date: String,
    amount: String,
    number: String,
    payee: String,
    memo: String,
    rest: String,
}

impl Default for Record {
    fn default() -> Record {
        let blank = String::new;
        Record {
            is_empty: true,
            line: 0,
            date: blank(),
            amount: blank(),
            number: blank(),
            payee: blank(),
            memo: blank(),
            rest: blank(),
        }
    }
}

struct Walk<'d, 'a, 'r> {
    desk: &'d mut Desk<'a, 'r>,
    part: Part,
    account: String,
    record: Record,
    bookings: u64,
}

impl Walk<'_, '_, '_> {
    fn line(&mut self, line: &TextLine) -> Result<()> {
        let text = line.text.trim();
        if let Some(header) = text.strip_prefix('!') {
            return self.header(header, line.number);
        }
        let Some(letter) = text.chars().next() else { return Ok(()) };
        let value = text[letter.len_utf8()..].trim();
        if letter == '^' {
            let record = std::mem::take(&mut self.record);
            return if record.is_empty { Ok(()) } else { self.record_end(record) };
        }
        if self.record.is_empty {
            (self.record.is_empty, self.record.line) = (false, line.number);
        }
        match (self.part, letter) {
            (Part::Account, 'N') => self.account = one_line(value),
            (Part::Bookings, 'D') => self.record.date = year(value),
            (Part::Bookings, 'T') => value.clone_into(&mut self.record.amount),
            (Part::Bookings, 'U') if self.record.amount.is_empty() => value.clone_into(&mut self.record.amount),
            (Part::Bookings, 'N') => self.record.number = one_line(value),
            (Part::Bookings, 'P') => self.record.payee = one_line(value),
            (Part::Bookings, 'M') => append(&mut self.record.memo, &one_line(value)),
            (Part::Bookings, 'L' | 'S' | 'E' | '$' | '%' | 'A' | 'C' | 'U' | 'F' | 'I') => {
                // Categories, splits and addresses: the account holder's own marks, kept as they stand.
                append(&mut self.record.rest, &format!("{letter}:{}", one_line(value)));
            }
            (Part::Bookings, other) => {
                append(&mut self.record.rest, &format!("{other}:{}", one_line(value)));
                self.desk.unknown(&format!("the letter {other}"), line.number);
            }
            _ => {}
        }
        Ok(())
    }

    fn header(&mut self, header: &str, line: u64) -> Result<()> {
        if !self.record.is_empty && self.part == Part::Bookings {
            return Err(cut_off(self.desk.at(line), "a record has no end (^) before the next part of the file"));
        }
        self.record = Record::default();
        let lower = header.trim().to_lowercase();
        self.part = match lower.strip_prefix("type:").map(str::trim) {
            Some(kind) if TYPES.contains(&kind) => {
                self.desk.close(None, true)?;
                let statement = Statement { account: self.account.clone(), line, ..Statement::default() };
                self.desk.open(statement, None, false)?;
                Part::Bookings
            }
            Some(_) => Part::Other,
            None if lower == "account" => Part::Account,
            None => Part::Other,
        };
        if self.part == Part::Other && lower.starts_with("type:") {
            self.desk.unknown(&format!("!{}", header.trim()), line);
        }
        Ok(())
    }

    fn record_end(&mut self, record: Record) -> Result<()> {
        if self.part != Part::Bookings {
            return Ok(());
        }
        self.bookings += 1;
        // The first record of an account may be its opening balance: no booking of the bank.
        if record.payee.eq_ignore_ascii_case("opening balance") {
            self.desk.left_out("records of an opening balance", record.line);
            return Ok(());
        }
        if record.date.is_empty() || record.amount.is_empty() {
            let what = if record.date.is_empty() { "date (D)" } else { "amount (T)" };
            return Err(unreadable(self.desk.at(record.line), format!("a record has no {what}")));
        }
        let mut description = record.memo;
        append(&mut description, &record.rest);
        self.desk.written(&record.date, &record.amount, [&description, &record.number, &record.payee], record.line)
    }
}

/// `10/31'26` means 2026: the apostrophe is the century of 2000. Blanks stand for zeros.
fn year(text: &str) -> String {
    let text = text.replace(' ', "");
    match text.split_once('\'') {
        Some((day, year)) if year.len() <= 2 => format!("{day}/20{year:0>2}"),
        Some((day, year)) => format!("{day}/{year}"),
        None => text,
    }
}

#[cfg(test)]
mod tests;

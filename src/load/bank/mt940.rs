//! MT940 customer statement and MT942 interim report: SWIFT Standards MT, category 9, and the German banks' DFÜ
//! agreement, appendix 3, for what stands inside `:86:`.
//!
//! A message is a page: `:20:` to `:62F:` (the last page) or `:62M:` (more follow). Amounts have a decimal comma; the
//! mark C or D tells the side, and RC and RD reverse it: a reversed credit is money out.

mod details;
mod entry;
mod fields;

use super::booking::{Line, append, bad_value, compact_date, cut_off, one_line, unreadable};
use super::desk::{Balance, Desk};
use crate::diag::{Finding, Place, Result};
use crate::load::control::{Control, Exact};
use crate::load::raw::Limits;
use crate::load::statement::Statement;
use fields::{Field, FieldReader};
use std::io::Read;

/// Whether a file's first text, in lower case, has the first tags of a message.
pub fn is_start(text: &str) -> bool {
    let starts = |line: &str, tag: &str| line.trim_start().starts_with(tag) || line.contains(&format!("{{4:{tag}"));
    let has = |tags: &[&str]| text.lines().any(|line| tags.iter().any(|tag| starts(line, tag)));
    text.contains("{1:f01") || (has(&[":20:"]) && has(&[":25:", ":25p:", ":28:", ":28c:", ":60f:", ":60m:"]))
}

/// Reads a file.
pub fn read(
    input: Box<dyn Read + Send>,
    place: &Place,
    encoding: Option<&str>,
    limits: &Limits,
    desk: &mut Desk<'_, '_>,
) -> Result<String> {
    let mut fields = FieldReader::new(input, place, encoding, limits)?;
    let mut walk = Walk { desk, message: None };
    while let Some(field) = fields.next_field()? {
        walk.field(&field)?;
    }
    walk.end_message(fields.line())?;
    Ok(fields.encoding())
}

/// A line that waits for its details, and what other tags say of it.
#[derive(Default)]
struct Waiting {
    line: Line,
    details: Vec<String>,
    others: String,
}

/// A message that is being read.
#[derive(Default)]
struct Message {
    account: String,
    number: String,
    /// The page, behind the slash of `:28C:`.
    page: String,
    currency: String,
    line: u64,
    is_open: bool,
    is_closed: bool,
    /// An interim report: it has no balances.
    is_interim: bool,
    /// The line that waits for its details.
    waiting: Option<Waiting>,
    /// Count and sum of what went out and came in.
    held: [(u64, Exact); 2],
    /// How many expected entries were left out.
    expected: u64,
}

struct Walk<'d, 'a, 'r> {
    desk: &'d mut Desk<'a, 'r>,
    message: Option<Message>,
}

impl Walk<'_, '_, '_> {
    fn field(&mut self, field: &Field) -> Result<()> {
        let tag = field.tag.as_str();
        if tag == "20" {
            self.end_message(field.line)?;
            self.message = Some(Message { line: field.line, ..Message::default() });
            return Ok(());
        }
        let place = self.desk.at(field.line);
        let Some(message) = &mut self.message else {
            // Banks put tags of their own in front of the first message.
            self.desk.unknown(&format!(":{tag}:"), field.line);
            return Ok(());
        };
        let value = field.first();
        match tag {
            "25" | "25P" if message.is_open => {
                return Err(unreadable(place, "a second account (:25:) stands inside of a statement"));
            }
            "25" | "25P" => message.account = one_line(value),
            "28" | "28C" => {
                let (number, page) = value.trim().split_once('/').unwrap_or((value.trim(), ""));
                (message.number, message.page) = (number.to_owned(), page.to_owned());
            }
            "34F" => {
                message.is_interim = true;
                message.currency = value.trim().get(..3).unwrap_or_default().to_owned();
            }
            "13" | "13D" => message.is_interim = true,
            "60F" | "60M" => self.open(field)?,
            "61" => self.entry(field)?,
            // In front of the first line and behind the balance it is about the account, not about a booking.
            "86" => {
                let waiting = message.waiting.iter_mut();
                waiting.for_each(|waiting| waiting.details.extend(field.lines.iter().cloned()));
            }
            "62F" | "62M" => self.close(field)?,
            "90D" | "90C" => self.summary(field)?,
            "21" | "64" | "65" => self.flush()?,
            other => {
                if let Some(waiting) = &mut message.waiting {
                    let text = one_line(&field.lines.join(" "));
                    append(&mut waiting.others, &if other == "NS" { text } else { format!(":{other}: {text}") });
                }
                if other != "NS" {
                    self.desk.unknown(&format!(":{other}:"), field.line);
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, field: &Field) -> Result<()> {
        let place = self.desk.at(field.line);
        let Some(message) = &mut self.message else { return Ok(()) };
        if message.is_open {
            return Err(unreadable(place, "a second opening balance (:60:) stands inside of a statement"));
        }
        if message.account.is_empty() {
            return Err(unreadable(place, "the statement names no account (:25:)"));
        }
        let (balance, currency) = balance(field, place)?;
        message.currency = currency;
        message.is_open = true;
        let statement = Statement {
            account: message.account.clone(),
            currency: message.currency.clone(),
            number: message.number.clone(),
            line: message.line,
            ..Statement::default()
        };
        self.desk.open(statement, Some(balance), field.tag == "60M")
    }

    /// An interim report opens without a balance.
    fn open_interim(&mut self, line: u64) -> Result<()> {
        let place = self.desk.at(line);
        let Some(message) = &mut self.message else { return Ok(()) };
        if message.is_open {
            return Ok(());
        }
        if !message.is_interim {
            return Err(unreadable(place, "a line (:61:) stands before the opening balance (:60F: or :60M:)"));
        }
        if message.account.is_empty() {
            return Err(unreadable(place, "the report names no account (:25:)"));
        }
        message.is_open = true;
        let statement = Statement {
            account: message.account.clone(),
            currency: message.currency.clone(),
            number: message.number.clone(),
            line: message.line,
            ..Statement::default()
        };
        self.desk.open(statement, None, false)
    }

    fn entry(&mut self, field: &Field) -> Result<()> {
        self.flush()?;
        self.open_interim(field.line)?;
        let place = self.desk.at(field.line);
        let Some(message) = &mut self.message else { return Ok(()) };
        if message.is_closed {
            return Err(unreadable(place, "a line (:61:) stands behind the closing balance"));
        }
        let entry = entry::read(field, place)?;
        if entry.is_expected {
            message.expected += 1;
            self.desk.left_out("expected entries (EC, ED)", field.line);
            return Ok(());
        }
        let held = &mut message.held[usize::from(entry.line.amount > Exact::ZERO)];
        (held.0, held.1) = (held.0 + 1, held.1 + entry.line.amount);
        message.waiting = Some(Waiting { line: entry.line, ..Waiting::default() });
        Ok(())
    }

    /// Hands on the line that waited for its details.
    fn flush(&mut self) -> Result<()> {
        let waiting = self.message.as_mut().and_then(|message| message.waiting.take());
        match waiting {
            Some(Waiting { mut line, details, others }) => {
                details::apply(&mut line, &details);
                append(&mut line.description, &others);
                self.desk.line(&line)
            }
            None => Ok(()),
        }
    }

    fn close(&mut self, field: &Field) -> Result<()> {
        self.flush()?;
        let place = self.desk.at(field.line);
        let Some(message) = &mut self.message else { return Ok(()) };
        if !message.is_open || message.is_closed {
            return Err(unreadable(place, "a closing balance (:62:) stands without its opening balance (:60:)"));
        }
        message.is_closed = true;
        let (balance, currency) = balance(field, place.clone())?;
        if !currency.is_empty() && currency != message.currency {
            let message = format!("the statement opens in {} and closes in {currency}", message.currency);
            return Err(unreadable(place, message));
        }
        self.desk.close(Some(balance), field.tag == "62F")
    }

    /// `:90D:3EUR120,50`: how many debits, and what they add up to.
    fn summary(&mut self, field: &Field) -> Result<()> {
        self.flush()?;
        self.open_interim(field.line)?;
        let value = field.first().trim();
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        let count = &value[..digits];
        let sum = value.get(digits + 3..).unwrap_or_default();
        let place = self.desk.at(field.line);
        let Some(sum) = amount(sum) else {
            return Err(bad_value(place, format!("\"{value}\" is no count, currency and sum (:{}:)", field.tag)));
        };
        let Some(message) = &self.message else { return Ok(()) };
        let is_credit = field.tag == "90C";
        let (held, held_sum) = message.held[usize::from(is_credit)];
        let held_sum = if is_credit { held_sum } else { Exact::ZERO - held_sum };
        let what = if is_credit { "credits (:90C:)" } else { "debits (:90D:)" };
        let name = format!("{}, statement {}", message.account, message.number);
        if message.expected == 0 {
            self.desk.control(Control::count(format!("{name}: number of {what}"), count, held, field.line));
            let title = format!("{name}: sum of {what}");
            self.desk.control(Control::sum(title, &sum.to_string(), held_sum, field.line));
        }
        Ok(())
    }

    fn end_message(&mut self, line: u64) -> Result<()> {
        self.flush()?;
        let Some(message) = self.message.take() else { return Ok(()) };
        let place = self.desk.at(line);
        if message.is_open && message.is_interim && !message.is_closed {
            self.desk.note(interim(self.desk.at(message.line), &message.account));
            return self.desk.close(None, true);
        }
        if message.is_open && !message.is_closed {
            return Err(cut_off(place, "the statement has no closing balance (:62F: or :62M:): it was cut off"));
        }
        if !message.is_open && !message.is_interim {
            return Err(cut_off(place, "the message (:20:) has no balances: it was cut off, or is no statement"));
        }
        Ok(())
    }
}

/// What a person should know of an interim report.
pub(super) fn interim(place: Place, account: &str) -> Finding {
    Finding::warning(
        "T1412",
        place,
        format!("{account}: an interim report, without proof; its bookings come again in the statement of the day"),
        "give either the reports or the statements of a day, not both",
    )
}

/// `C261031EUR1234,56`: side, date, currency and amount of a balance.
fn balance(field: &Field, place: Place) -> Result<(Balance, String)> {
    let value = field.first().trim();
    let refused = || bad_value(place.clone(), format!("\"{value}\" is no balance (:{}:)", field.tag));
    let (sign, rest) = match value.as_bytes().first() {
        Some(b'C') => (false, &value[1..]),
        Some(b'D') => (true, &value[1..]),
        _ => return Err(refused()),
    };
    let date = rest.get(..6).and_then(compact_date).ok_or_else(refused)?;
    let rest = rest.get(6..).ok_or_else(refused)?;
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters != 3 && letters != 0 {
        return Err(refused());
    }
    let units = amount(&rest[letters..]).ok_or_else(refused)?;
    let amount = if sign { Exact::ZERO - units } else { units };
    Ok((Balance { amount, date: Some(date), line: field.line }, rest[..letters].to_owned()))
}

/// Reads digits with one decimal comma, as SWIFT writes amounts; a sum without decimals may end with it.
fn amount(text: &str) -> Option<Exact> {
    let text = text.trim();
    let (whole, fraction) = text.split_once(',')?;
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    Exact::parse(&format!("{whole}.{fraction}"))
}

#[cfg(test)]
mod tests;

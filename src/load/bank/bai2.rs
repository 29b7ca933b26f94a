//! BAI2: Cash Management Balance Reporting Specifications, Version 2 (BAI), and its successor ASC X9.121.
//!
//! 01 file, 02 group, 03 account, 16 transaction, 88 continuation, and trailers 49, 98 and 99 with control totals and
//! record counts. Amounts are whole minor units of the account's currency; the type code tells the side.

mod record;

use super::booking::{Line, append, bad_value, compact_date, cut_off, one_line, unreadable};
use super::desk::{Balance, Desk};
use crate::diag::{Place, Result};
use crate::load::control::{Control, Exact};
use crate::load::raw::Limits;
use crate::load::statement::Statement;
use crate::model::{Currency, Date};
use record::{Fields, Record, Records};
use std::io::Read;

/// How many distributions of one amount over days are read.
const DISTRIBUTIONS: u32 = 1_000;
/// Digits of an amount that can be read.
const AMOUNT_DIGITS: usize = 18;

/// Whether a file's first text, in lower case, is the header of a BAI file.
pub fn is_start(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    // The ninth field is the version.
    line.starts_with("01,")
        && line.split(',').nth(8).is_some_and(|version| version.trim_start().starts_with(['2', '3']))
}

/// Reads a file.
pub fn read(
    input: Box<dyn Read + Send>,
    place: &Place,
    encoding: Option<&str>,
    limits: &Limits,
    desk: &mut Desk<'_, '_>,
) -> Result<String> {
    let mut records = Records::new(input, place, encoding, limits)?;
    let mut walk = Walk { desk, file: Tally::default(), group: None, account: None, is_ended: false };
    while let Some(record) = records.next_record()? {
        walk.record(&record)?;
    }
    if !walk.is_ended {
        let what = if walk.account.is_some() { "inside an account" } else { "without its trailer (99)" };
        return Err(cut_off(walk.desk.at(records.line()), format!("the file ends {what}: it was cut off")));
    }
    if records.repaired > 0 {
        let message =
            format!("{} lines hold several records or broke one in two; they were put right", records.repaired);
        walk.desk.note(crate::diag::Finding::note("T1413", walk.desk.at(records.first_repaired), message));
    }
    Ok(records.encoding())
}

/// What a trailer is compared with.
#[derive(Default)]
struct Tally {
    total: i128,
    members: u64,
    records: u64,
}

struct Group {
    tally: Tally,
    date: Option<Date>,
    currency: String,
}

struct Account {
    tally: Tally,
    decimals: usize,
    closing: Option<Balance>,
    /// Total and count of credits and debits as the summary says them.
    declared: [Summary; 2],
    /// And as the transactions say them.
    held: [(i128, u64); 2],
}

#[derive(Clone, Default)]
struct Summary {
    amount: Option<i128>,
    count: String,
    line: u64,
}

struct Walk<'d, 'a, 'r> {
    desk: &'d mut Desk<'a, 'r>,
    file: Tally,
    group: Option<Group>,
    account: Option<Account>,
    is_ended: bool,
}

impl Walk<'_, '_, '_> {
    fn record(&mut self, record: &Record) -> Result<()> {
        let place = self.desk.at(record.line);
        if self.is_ended {
            // A second file may follow in the same one.
            if record.code != "01" {
                return Err(unreadable(place, format!("record {} stands behind the file's trailer (99)", record.code)));
            }
            (self.is_ended, self.file) = (false, Tally::default());
        }
        let is_started = self.file.records > 0;
        self.file.records += record.physical;
        if let Some(group) = &mut self.group {
            group.tally.records += record.physical;
        }
        if let Some(account) = &mut self.account {
            account.tally.records += record.physical;
        }
        match (record.code.as_str(), is_started, self.group.is_some(), self.account.is_some()) {
            ("01", false, ..) => Ok(()),
            ("02", true, false, false) => self.start_group(record),
            ("03", true, true, false) => self.start_account(record),
            ("16", true, true, true) => self.transaction(record),
            ("49", true, true, true) => self.end_account(record),
            ("98", true, true, false) => self.end_group(record),
            ("99", true, false, false) => self.end_file(record),
            (code, ..) => {
                let inside = match (&self.account, &self.group) {
                    (Some(_), _) => "inside an account (03 without 49)",
                    (None, Some(_)) => "inside a group (02 without 98)",
                    _ if is_started => "outside of a group",
                    _ => "before the file's header (01)",
                };
                let message = format!("record {code} stands {inside} (byte {})", record.offset);
                Err(unreadable(place, message))
            }
        }
    }

    fn start_group(&mut self, record: &Record) -> Result<()> {
        let mut fields = record.fields();
        let [_receiver, _originator, _status, date, _time, currency] = fields.take();
        let date = compact_date(&date).ok_or_else(|| {
            bad_value(self.desk.at(record.line), format!("the group's as-of date \"{date}\" is no date (YYMMDD)"))
        })?;
        let tally = Tally { records: record.physical, ..Tally::default() };
        self.group = Some(Group { tally, date: Some(date), currency });
        Ok(())
    }

    fn start_account(&mut self, record: &Record) -> Result<()> {
        let mut fields = record.fields();
        let [number, own_currency] = fields.take();
        let group = self.group.as_ref();
        let date = group.and_then(|group| group.date);
        let currency = match own_currency.as_str() {
            "" => group.map_or(String::new(), |group| group.currency.clone()),
            _ => own_currency,
        };
        if number.is_empty() {
            return Err(unreadable(self.desk.at(record.line), "the account (03) has no number"));
        }
        let decimals = match currency.as_str() {
            "" => 2,
            code => Currency::parse(code).map_or(2, |currency| currency.decimals() as usize),
        };
        let mut account = Account {
            tally: Tally { records: record.physical, ..Tally::default() },
            decimals,
            closing: None,
            declared: Default::default(),
            held: Default::default(),
        };
        let mut opening = None;
        while let Some(kind) = fields.next_field() {
            let place = self.desk.at(record.line);
            let amount = fields.next_field().unwrap_or_default();
            let count = fields.next_field().unwrap_or_default();
            availability(&mut fields, &place)?;
            if amount.is_empty() {
                continue;
            }
            let minor = minor_units(&amount, &place)?;
            account.tally.total += minor;
            let balance = Balance { amount: exact(minor, decimals), date, line: record.line };
            let summary = Summary { amount: Some(minor), count, line: record.line };
            match kind.as_str() {
                "010" => opening = Some(balance),
                "015" => account.closing = Some(balance),
                "100" => account.declared[0] = summary,
                "400" => account.declared[1] = summary,
                _ => {}
            }
        }
        let (first, last) = (date, date);
        let statement = Statement { account: number, currency, first, last, line: record.line, ..Statement::default() };
        // The opening balance is that of the day before.
        self.desk.open(statement, opening.map(|opening| Balance { date: None, ..opening }), false)?;
        self.account = Some(account);
        Ok(())
    }

    fn transaction(&mut self, record: &Record) -> Result<()> {
        let place = self.desk.at(record.line);
        let mut fields = record.fields();
        let [kind, amount] = fields.take();
        let funds = availability(&mut fields, &place)?;
        let [bank_reference, customer_reference] = fields.take();
        let text = one_line(&fields.rest());
        let Some(account) = &mut self.account else { return Ok(()) };
        if kind == "890" || (amount.is_empty() && kind.starts_with('8')) {
            self.desk.left_out("records without money (type 890)", record.line);
            return Ok(());
        }
        let minor = minor_units(&amount, &place)?;
        let Some(side) = side(&kind) else {
            let message = format!("type code {kind}: the format does not say whether it is a credit or a debit");
            return Err(bad_value(place, message));
        };
        account.tally.total += minor;
        account.held[usize::from(side < 0)].0 += minor;
        account.held[usize::from(side < 0)].1 += 1;
        let line = Line {
            line_id: bank_reference,
            booking_date: self.group.as_ref().and_then(|group| group.date),
            value_date: funds,
            amount: exact(minor * side, account.decimals),
            type_code: kind,
            end_to_end_id: labelled(record, "EREF"),
            counterparty_name: labelled(record, if side < 0 { "CRNM" } else { "DBNM" }),
            counterparty_account: labelled(record, if side < 0 { "CACT" } else { "DACT" }),
            description: text,
            reference: customer_reference,
            line: record.line,
        };
        self.desk.line(&line)
    }

    fn end_account(&mut self, record: &Record) -> Result<()> {
        let Some(account) = self.account.take() else { return Ok(()) };
        let name = self.desk.current().map_or(String::new(), Statement::name);
        for (side, (summary, (sum, count))) in
            ["credits", "debits"].iter().zip(account.declared.iter().zip(account.held))
        {
            let Some(amount) = summary.amount else { continue };
            let (amount, sum) = (exact(amount, account.decimals), exact(sum, account.decimals));
            let title = format!("{name}: total {side} of the summary = lines");
            self.desk.control(Control::sum(title, &amount.to_string(), sum, summary.line));
            let title = format!("{name}: number of {side} in the summary = lines");
            self.desk.control(Control::count(title, &summary.count, count, summary.line));
        }
        self.desk.close(account.closing, true)?;
        self.trailer(record, &format!("{name}: account trailer (49)"), &account.tally, account.decimals, false)?;
        if let Some(group) = &mut self.group {
            group.tally.members += 1;
            group.tally.total += trailer_total(record, account.tally.total);
        }
        Ok(())
    }

    fn end_group(&mut self, record: &Record) -> Result<()> {
        let Some(group) = self.group.take() else { return Ok(()) };
        let name = format!("group trailer (98), line {}", record.line);
        self.trailer(record, &name, &group.tally, 2, true)?;
        self.file.members += 1;
        self.file.total += trailer_total(record, group.tally.total);
        Ok(())
    }

    fn end_file(&mut self, record: &Record) -> Result<()> {
        self.is_ended = true;
        let tally = std::mem::take(&mut self.file);
        self.file.records = tally.records;
        self.trailer(record, "file trailer (99)", &tally, 2, true)
    }

    /// Compares a trailer with what stands before it.
    fn trailer(
        &mut self,
        record: &Record,
        name: &str,
        tally: &Tally,
        decimals: usize,
        has_members: bool,
    ) -> Result<()> {
        let place = self.desk.at(record.line);
        let mut fields = record.fields();
        let wanted = if has_members { 3 } else { 2 };
        if std::iter::from_fn(|| fields.next_field()).take(wanted).count() < wanted {
            let message = format!("the trailer ({}) does not have its {wanted} fields: it was cut off", record.code);
            return Err(cut_off(place, message));
        }
        let mut fields = record.fields();
        let [total] = fields.take();
        if !total.is_empty() {
            let declared = exact(minor_units(&total, &place)?, decimals).to_string();
            let held = exact(tally.total, decimals);
            self.desk.control(Control::sum(format!("{name}: control total"), &declared, held, record.line));
        }
        if has_members {
            let [members] = fields.take();
            self.desk.control(Control::count(format!("{name}: members"), &members, tally.members, record.line));
        }
        let [records] = fields.take();
        self.desk.control(Control::count(format!("{name}: records"), &records, tally.records, record.line));
        Ok(())
    }
}

/// What a trailer says its total is: the next level adds up trailers, so that one wrong total is told once.
fn trailer_total(record: &Record, held: i128) -> i128 {
    let [total] = record.fields().take();
    total.trim().parse().unwrap_or(held)
}

/// The side of a transaction by its type code: 1 credit, -1 debit.
fn side(kind: &str) -> Option<i128> {
    match kind.parse::<u32>().ok()? {
        100..=399 | 920..=959 => Some(1),
        400..=699 | 960..=999 => Some(-1),
        _ => None,
    }
}

/// Passes over the funds type and what belongs to it; the value date, where it gives one.
fn availability(fields: &mut Fields<'_>, place: &Place) -> Result<Option<Date>> {
    let kind = fields.next_field().unwrap_or_default();
    match kind.to_ascii_uppercase().as_str() {
        "" | "Z" | "0" | "1" | "2" => Ok(None),
        "V" => {
            let [date, _time] = fields.take();
            let bad = || bad_value(place.clone(), format!("the value date \"{date}\" is no date (YYMMDD)"));
            if date.is_empty() { Ok(None) } else { compact_date(&date).map(Some).ok_or_else(bad) }
        }
        "S" => {
            let [_, _, _] = fields.take();
            Ok(None)
        }
        "D" => {
            let [count] = fields.take();
            let count = count.parse::<u32>().ok().filter(|count| *count <= DISTRIBUTIONS);
            let bad = || unreadable(place.clone(), "funds type D does not say over how many days");
            for _ in 0..count.ok_or_else(bad)? {
                let [_, _] = fields.take();
            }
            Ok(None)
        }
        other => Err(unreadable(place.clone(), format!("\"{other}\" is no funds type (0, 1, 2, S, V, D, Z)"))),
    }
}

/// Reads whole minor units with an optional sign.
fn minor_units(text: &str, place: &Place) -> Result<i128> {
    let digits = text.trim().trim_start_matches(['+', '-']).trim_start_matches('0');
    let signs = text.trim().bytes().take_while(|byte| matches!(byte, b'+' | b'-')).count();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && signs <= 1 && text.trim().len() > signs;
    if !is_number || digits.len() > AMOUNT_DIGITS {
        let message = format!("\"{text}\" is no amount: BAI2 writes whole minor units, with a sign at most");
        return Err(bad_value(place.clone(), message));
    }
    let magnitude: i128 = format!("0{digits}").parse().unwrap_or(0);
    Ok(if text.trim().starts_with('-') { -magnitude } else { magnitude })
}

fn exact(minor: i128, decimals: usize) -> Exact {
    Exact::from_minor(minor, decimals)
}

/// What a bank writes behind a label on a continuation of its own (`88,EREF: 4711`).
fn labelled(record: &Record, label: &str) -> String {
    let mut found = String::new();
    for segment in record.segments.iter().skip(1) {
        let is_label = segment.trim().get(..label.len()) == Some(label);
        if let Some(rest) = segment.trim().get(label.len()..).filter(|_| is_label).and_then(|r| r.strip_prefix(':')) {
            append(&mut found, rest);
        }
    }
    found
}

#[cfg(test)]
mod tests;

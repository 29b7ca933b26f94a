//! BAI lockbox files (Bank Administration Institute, lockbox communication standards): records of 80 columns.
//!
//! 1 file, 2 service, 5 lockbox and day, 6 a check, 4 its invoices, 7 batch total, 8 lockbox total, 9 record count.
//! BAI2 has an invoice with its amount, deduction and reason in each record 4; the older BAI has only the numbers of
//! documents, ten columns each. A remittance row an invoice, a bank line a batch that was deposited.

use super::bytes::Bytes;
use super::fixed::{Record, Records};
use super::rows::{At, Row, SEND_AGAIN, Sink, day, implied, refused};
use crate::diag::{Finding, Place, Result};
use crate::load::control::Exact;

const WIDTH: usize = 80;
/// The most records 4 that a check may have: its rows wait for its total.
const MOST_OVERFLOWS: usize = 100_000;
/// The columns of a document's number where a record lists several.
const DOCUMENT: usize = 10;

/// What is added up over a batch, a lockbox and the file.
#[derive(Clone, Copy, Default)]
struct Sums {
    checks: u64,
    amount: Exact,
}

impl Sums {
    fn add(&mut self, amount: Exact) {
        self.checks += 1;
        self.amount += amount;
    }
}

/// A batch that is open.
struct Batch {
    number: String,
    sums: Sums,
    at: At,
}

/// A check with its invoices.
struct Check {
    at: At,
    number: String,
    payer: String,
    amount: Exact,
    amount_text: String,
    /// Invoices with amounts of their own (BAI2).
    invoices: Vec<Row>,
    /// Numbers of documents without amounts (BAI).
    documents: Vec<String>,
}

/// What came to one lockbox on one day.
struct Deposit {
    number: String,
    date: String,
    sums: Sums,
}

/// Reads a lockbox file.
pub(super) struct Lockbox {
    records: Records,
    is_open: bool,
    seen_any: bool,
    first: u64,
    count: u64,
    lockbox: Option<Deposit>,
    batch: Option<Batch>,
    check: Option<Check>,
    without: Sums,
}

impl Lockbox {
    /// A reader at the start of a file.
    pub(super) fn new(bytes: Bytes) -> Lockbox {
        Lockbox {
            records: Records::new(bytes, WIDTH),
            is_open: false,
            seen_any: false,
            first: 0,
            count: 0,
            lockbox: None,
            batch: None,
            check: None,
            without: Sums::default(),
        }
    }

    /// How the text is encoded, as far as it was read.
    pub(super) fn encoding(&self) -> &'static str {
        self.records.encoding()
    }

    /// Reads one record; false at the end of the file.
    ///
    /// # Errors
    /// When the structure cannot be read safely.
    pub(super) fn step(&mut self, sink: &mut Sink) -> Result<bool> {
        let Some(record) = self.records.next()? else {
            return self.ended(sink).map(|()| false);
        };
        self.count += 1;
        if record.kind() != '4' {
            self.close_check(sink)?;
        }
        if !self.is_open && record.kind() != '1' {
            let message =
                format!("a record {} stands outside of any file: the file header 1 is missing", record.kind());
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        match record.kind() {
            '1' => self.open_file(&record, sink)?,
            '2' => {}
            '5' => self.open_lockbox(&record, sink)?,
            '6' => self.open_check(&record, sink)?,
            '4' => self.overflow(&record, sink)?,
            '7' => self.batch_total(&record, sink)?,
            '8' => self.lockbox_total(&record, sink)?,
            '9' => self.close_file(&record, sink)?,
            other => {
                let message = format!("there is no record type \"{other}\" in a lockbox file");
                return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
            }
        }
        Ok(true)
    }

    fn ended(&mut self, sink: &mut Sink) -> Result<()> {
        if self.is_open || !self.seen_any {
            let what = if self.seen_any { "ends without its trailer 9" } else { "has no file header 1" };
            return Err(refused(&sink.shown, self.records.at(), format!("the file {what}"), SEND_AGAIN));
        }
        if sink.table == "remittances" && self.without.checks > 0 {
            let message = format!(
                "{} checks of {} together come without any invoice: they are in the batch totals and no remittances",
                self.without.checks, self.without.amount
            );
            sink.notes.push(Finding::note("T1703", Place::file(&sink.shown), message));
        }
        Ok(())
    }

    fn open_file(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        if self.is_open {
            let message = "a file header stands within another file: the trailer 9 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        (self.is_open, self.seen_any, self.first) = (true, true, self.count);
        Ok(())
    }

    /// Record 5: batch, item, lockbox, day of the deposit. Some banks write one for each batch.
    fn open_lockbox(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        self.close_batch(None, sink)?;
        let (number, date) = (record.text(8, 14), record.text(15, 20));
        let is_same = self.lockbox.as_ref().is_some_and(|open| open.number == number && open.date == date);
        if !is_same {
            self.lockbox = Some(Deposit { number, date, sums: Sums::default() });
        }
        Ok(())
    }

    /// Record 6: batch, item, amount, routing number, account, check number, then whatever the bank adds.
    fn open_check(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        let number = record.text(2, 4);
        if self.lockbox.is_none() {
            let message = "a check stands outside of any lockbox: the record 5 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        if self.batch.as_ref().is_some_and(|batch| batch.number != number) {
            self.close_batch(None, sink)?;
        }
        let amount_text = record.text(8, 17);
        let amount = implied(&amount_text, 2);
        let batch = self.batch.get_or_insert_with(|| Batch { number, sums: Sums::default(), at: record.at });
        batch.sums.add(amount.unwrap_or(Exact::ZERO));
        if let Some(lockbox) = &mut self.lockbox {
            lockbox.sums.add(amount.unwrap_or(Exact::ZERO));
        }
        let (check, rest) = check_number(record);
        let documents = documents(&rest);
        let payer = if documents.is_empty() { payer(&rest) } else { String::new() };
        self.check = Some(Check {
            at: record.at,
            number: check,
            payer,
            amount: amount.unwrap_or(Exact::ZERO),
            amount_text,
            invoices: Vec::new(),
            documents,
        });
        Ok(())
    }

    /// Record 4: BAI2 has one invoice (12-27), what is paid (28-37) and deducted (38-47), the reason (48-50).
    fn overflow(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        let Some(check) = &mut self.check else {
            let message = "an overflow record 4 stands behind no check: its record 6 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        };
        if check.invoices.len() + check.documents.len() > MOST_OVERFLOWS {
            let message = format!("the check {} has more than {MOST_OVERFLOWS} invoices", check.number);
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        let (paid, deducted) = (record.raw(28, 37), record.raw(38, 47));
        let digits = |text: &str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_numbers_only = record.raw(51, 51).starts_with(|c: char| c.is_ascii_digit());
        let is_bai2 = digits(&paid) && (digits(&deducted) || deducted.trim().is_empty()) && !is_numbers_only;
        if !is_bai2 {
            check.documents.extend(documents(&record.raw(12, 71)));
            return Ok(());
        }
        let mut row = Row::new(record.at);
        row.text("invoice_reference", &record.text(12, 27)).figure("amount", &paid, implied(&paid, 2));
        match implied(&deducted, 2).filter(|deducted| *deducted != Exact::ZERO) {
            Some(deducted) => row.number("discount", deducted),
            None => row.text("discount", ""),
        };
        row.text("reason_code", &record.text(48, 50));
        check.invoices.push(row);
        Ok(())
    }

    /// The check is complete: its invoices become rows and must come to its amount.
    fn close_check(&mut self, sink: &mut Sink) -> Result<()> {
        let Some(check) = self.check.take() else { return Ok(()) };
        if sink.table != "remittances" {
            return Ok(());
        }
        let date = self.lockbox.as_ref().map_or(String::new(), |lockbox| lockbox.date.clone());
        let (mut rows, has_amounts) = (check.invoices, check.documents.is_empty());
        if !check.documents.is_empty() {
            // Without amounts of their own the documents share the check's one.
            let mut row = Row::new(check.at);
            row.text("invoice_reference", &check.documents.join(" "));
            row.figure("amount", &check.amount_text, implied(&check.amount_text, 2));
            rows.insert(0, row);
        }
        if rows.is_empty() {
            self.without.add(check.amount);
            return Ok(());
        }
        let sum = rows.iter().filter_map(|row| row.exact("amount")).fold(Exact::ZERO, |sum, paid| sum + paid);
        for mut row in rows {
            row.text("payment_reference", &check.number).text("payer_name", &check.payer);
            row.day("remittance_date", &date);
            sink.push(&row)?;
        }
        if has_amounts {
            let what = format!("check {}", check.number);
            sink.proofs.sum("lockbox check and its invoices", &what, check.amount, sum, check.at);
        }
        Ok(())
    }

    /// Record 7: count (21-23) and amount (24-33) of the batch.
    fn batch_total(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        if self.batch.is_none() {
            let message = "a batch total 7 stands behind no check: records of its batch are missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        self.close_batch(Some(record), sink)
    }

    /// Closes the batch, with its total where the bank writes one, and adds its deposit.
    fn close_batch(&mut self, total: Option<&Record>, sink: &mut Sink) -> Result<()> {
        let Some(batch) = self.batch.take() else { return Ok(()) };
        let (number, date) =
            self.lockbox.as_ref().map_or(("", ""), |lockbox| (lockbox.number.as_str(), lockbox.date.as_str()));
        if let Some(record) = total {
            let what = format!("batch {} of lockbox {number}", batch.number);
            sink.proofs.count("lockbox batch: checks", &what, &record.text(21, 23), batch.sums.checks, record.at);
            let text = record.text(24, 33);
            let declared = (text.as_str(), implied(&text, 2));
            sink.proofs.declared_sum("lockbox batch: amounts", &what, declared, batch.sums.amount, record.at);
        }
        if sink.table != "bank_lines" {
            return Ok(());
        }
        let mut row = Row::new(total.map_or(batch.at, |record| record.at));
        row.text("line_id", &format!("{number}-{date}-{}", batch.number)).text("reference", number);
        row.day("booking_date", date).number("amount", batch.sums.amount).text("type_code", "lockbox");
        let text = format!("lockbox {number} batch {}, {} checks", batch.number, batch.sums.checks);
        row.text("description", &text);
        sink.push(&row)
    }

    /// Record 8: count (21-24) and amount (25-34) of the lockbox and day.
    fn lockbox_total(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        self.close_batch(None, sink)?;
        let Some(lockbox) = self.lockbox.take() else {
            let message = "a lockbox total 8 stands outside of any lockbox: the record 5 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        };
        let what = format!("lockbox {} of {}", lockbox.number, lockbox.date);
        sink.proofs.count("lockbox: checks", &what, &record.text(21, 24), lockbox.sums.checks, record.at);
        let text = record.text(25, 34);
        let declared = (text.as_str(), implied(&text, 2));
        sink.proofs.declared_sum("lockbox: amounts", &what, declared, lockbox.sums.amount, record.at);
        Ok(())
    }

    fn close_file(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        self.close_batch(None, sink)?;
        self.lockbox = None;
        self.is_open = false;
        let count = self.count - self.first + 1;
        sink.proofs.count("lockbox file: records", "the file", &record.text(2, 7), count, record.at);
        Ok(())
    }
}

/// The number of a check and what stands behind it. Some banks give it nine columns, some ten; with nine a date of
/// six digits may follow without a gap.
fn check_number(record: &Record) -> (String, String) {
    let is_digit = |column: usize| record.raw(column, column).starts_with(|c: char| c.is_ascii_digit());
    let nine = !is_digit(46) || (day(&record.raw(46, 51)).is_some() && !is_digit(52));
    let end = if nine { 45 } else { 46 };
    (record.text(37, end), record.raw(end + 1, WIDTH))
}

/// The numbers of documents that a text holds in cells of ten columns; none where it is anything else.
fn documents(text: &str) -> Vec<String> {
    let columns: Vec<char> = text.chars().collect();
    let cells: Vec<String> = columns.chunks(DOCUMENT).map(|cell| cell.iter().collect::<String>()).collect();
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    let is_number = |cell: &&str| cell.chars().any(|c| c.is_ascii_digit()) && !cell.contains(' ');
    let is_date = cells.first().is_some_and(|cell| day(cell).is_some());
    match cells.iter().all(is_number) && !is_date {
        true => cells.into_iter().filter(|cell| cell.bytes().any(|byte| byte != b'0')).map(str::to_owned).collect(),
        false => Vec::new(),
    }
}

/// The payer's name, where the text has letters: what stands behind a date.
fn payer(text: &str) -> String {
    let text = text.trim();
    let name = text.trim_start_matches(|c: char| c.is_ascii_digit()).trim();
    if name.chars().any(char::is_alphabetic) { name.to_owned() } else { String::new() }
}

#[cfg(test)]
#[path = "lockbox_tests.rs"]
mod tests;

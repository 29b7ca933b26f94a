//! NACHA ACH files (Nacha Operating Rules, appendix three): records of 94 columns.
//!
//! A bank line an entry that moves money, as seen by the account that the entry names: credits positive, debits
//! negative. A remittance row a document that the addenda (type 05) carry in segments of X12 820.

use super::ach_addenda::Addenda;
use super::bytes::Bytes;
use super::fixed::{Record, Records};
use super::rows::{At, Row, SEND_AGAIN, Sink, implied, refused};
use crate::diag::{Finding, Result};
use crate::load::control::Exact;

const WIDTH: usize = 94;
const BLOCK: u64 = 10;
/// Entries move dollars, international ones too: what they were or become abroad stands in addenda.
const CURRENCY: &str = "USD";
/// Entry hashes keep their last ten digits.
const HASH: u64 = 10_000_000_000;

/// What is added up over a batch or a file.
#[derive(Clone, Copy, Default)]
struct Sums {
    records: u64,
    hash: u64,
    debit: Exact,
    credit: Exact,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.records += other.records;
        self.hash = (self.hash + other.hash) % HASH;
        self.debit += other.debit;
        self.credit += other.credit;
    }
}

/// A batch that is open.
struct Batch {
    sums: Sums,
    number: String,
    company: String,
    company_id: String,
    class: String,
    description: String,
    date: String,
}

impl Batch {
    /// Accounting advices have wider amounts.
    fn is_advice(&self) -> bool {
        self.class == "ADV"
    }
}

/// An entry with what its addenda say.
pub(super) struct Entry {
    /// Where it stands.
    pub(super) at: At,
    /// Its trace number.
    pub(super) trace: String,
    /// Who sends it.
    pub(super) company: String,
    /// The day on which it takes effect.
    pub(super) date: String,
    /// Its amount, unsigned.
    pub(super) amount: Exact,
    row: Row,
    /// How many addenda it says that it has (CTX).
    announced: Option<u64>,
    /// Reason and original trace of a return (99) or a notification of change (98).
    reason: Option<(String, String)>,
    addenda: Addenda,
}

/// An open file.
#[derive(Default)]
struct Whole {
    sums: Sums,
    batches: u64,
    /// The line in front of its first record.
    first: u64,
}

/// Reads an ACH file.
pub(super) struct Ach {
    records: Records,
    file: Option<Whole>,
    batch: Option<Batch>,
    entry: Option<Entry>,
    /// The file control, once it was read: the block count needs the filler behind it.
    closed: Option<(Record, u64)>,
    lines: u64,
    seen_any: bool,
    without_money: u64,
    changes: u64,
}

impl Ach {
    /// A reader at the start of a file.
    pub(super) fn new(bytes: Bytes) -> Ach {
        Ach {
            records: Records::new(bytes, WIDTH),
            file: None,
            batch: None,
            entry: None,
            closed: None,
            lines: 0,
            seen_any: false,
            without_money: 0,
            changes: 0,
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
        self.lines += 1;
        if self.file.is_none() && record.is_filler() && self.closed.is_some() {
            return Ok(true);
        }
        if record.kind() != '7' {
            self.close_entry(sink)?;
        }
        match record.kind() {
            '1' => self.open_file(&record, sink)?,
            '5' => self.open_batch(&record, sink)?,
            '6' => self.open_entry(&record, sink)?,
            '7' => self.addenda(&record, sink)?,
            '8' => self.close_batch(&record, sink)?,
            '9' => self.close_file(record, sink)?,
            other => {
                let message = format!("there is no record type \"{other}\" in an ACH file");
                return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
            }
        }
        Ok(true)
    }

    fn ended(&mut self, sink: &mut Sink) -> Result<()> {
        let at = self.records.at();
        if self.batch.is_some() || self.file.is_some() {
            let what = match self.batch.is_some() {
                true => "the file ends within a batch: its control record 8 is missing",
                false => "the file ends without its file control record 9",
            };
            return Err(refused(&sink.shown, at, what, SEND_AGAIN));
        }
        if !self.seen_any {
            return Err(refused(&sink.shown, at, "the file has no file header record 1", SEND_AGAIN));
        }
        self.prove_blocks(self.lines, sink);
        let place = crate::diag::Place::file(&sink.shown);
        if sink.table == "bank_lines" && self.without_money > 0 {
            let message = format!(
                "{} entries move no money (prenotes, zero amounts, notifications of change: {}) and are no bank lines",
                self.without_money, self.changes
            );
            sink.notes.push(Finding::note("T1703", place, message));
        }
        Ok(())
    }

    fn open_file(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        if self.file.is_some() {
            let message = "a file header stands within another file: the file control record 9 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        self.prove_blocks(self.lines - 1, sink);
        self.seen_any = true;
        let (day, id) = (record.text(24, 33), record.text(34, 34));
        sink.once(format!("the ACH file {id} of {} of {day}", record.text(14, 23)), record.at);
        self.file = Some(Whole { first: self.lines - 1, ..Whole::default() });
        Ok(())
    }

    fn open_batch(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        if self.file.is_none() {
            let message = "a batch stands outside of any file: the file header record 1 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        if self.batch.is_some() {
            let message = "a batch starts within another one: its control record 8 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        let class = record.text(51, 53);
        // International batches have no company name: the addenda tell who sends.
        let company = if class == "IAT" { String::new() } else { record.text(5, 20) };
        self.batch = Some(Batch {
            sums: Sums::default(),
            number: record.text(88, 94),
            company,
            company_id: record.text(41, 50),
            description: record.text(54, 63),
            class,
            date: record.text(70, 75),
        });
        Ok(())
    }

    fn open_entry(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        let Some(batch) = &mut self.batch else {
            let message = "an entry stands outside of any batch: the batch header record 5 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        };
        let amount_text = if batch.is_advice() { record.text(28, 39) } else { record.text(30, 39) };
        let amount = implied(&amount_text, 2);
        let code = record.text(2, 3);
        batch.sums.records += 1;
        batch.sums.hash = (batch.sums.hash + record.text(4, 11).parse::<u64>().unwrap_or(0)) % HASH;
        let debit = is_debit(&code);
        match debit {
            true => batch.sums.debit += amount.unwrap_or(Exact::ZERO),
            false => batch.sums.credit += amount.unwrap_or(Exact::ZERO),
        }
        // Those of IAT entries say seven, whether more than the seven that must be there follow or not.
        let announced = if batch.class == "CTX" { record.text(55, 58) } else { String::new() };
        let trace = record.text(80, 94);
        let mut row = Row::new(record.at);
        row.figure("amount", &amount_text, amount.map(|amount| if debit { -amount } else { amount }));
        row.day("booking_date", &batch.date).day("value_date", &batch.date).text("line_id", &trace);
        let account = if batch.class == "IAT" { record.text(40, 74) } else { record.text(13, 29) };
        row.text("bank_account", &account).text("currency", CURRENCY);
        row.text("type_code", &format!("{} {code}", batch.class)).text("description", &batch.description);
        let reference = if batch.class == "IAT" { String::new() } else { record.text(40, 54) };
        row.text("reference", &reference).text("counterparty_name", &batch.company);
        row.text("counterparty_account", &batch.company_id);
        self.entry = Some(Entry {
            at: record.at,
            trace,
            company: batch.company.clone(),
            date: batch.date.clone(),
            amount: amount.unwrap_or(Exact::ZERO),
            row,
            reason: None,
            announced: announced.parse().ok(),
            addenda: Addenda::default(),
        });
        Ok(())
    }

    fn addenda(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        let (Some(batch), Some(entry)) = (&mut self.batch, &mut self.entry) else {
            let message = "an addenda record stands behind no entry: the entry record 6 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        };
        batch.sums.records += 1;
        match record.text(2, 3).as_str() {
            "05" | "17" if entry.addenda.is_full() => {
                let message = format!("the entry {} has more than {} addenda", entry.trace, super::ach_addenda::MOST);
                return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
            }
            "05" => entry.addenda.push(&record.raw(4, 83)),
            // International entries: who sends (11) and what for (17).
            "11" => {
                entry.company = record.text(4, 38);
                entry.row.text("counterparty_name", &entry.company);
            }
            "17" => {
                // There are two of them at most.
                if entry.addenda.count() < 2 {
                    let known = entry.row.get("reference").to_owned();
                    entry.row.text("reference", &format!("{known} {}", record.text(4, 83)));
                }
                entry.addenda.push(&record.raw(4, 83));
            }
            "98" | "99" => entry.reason = Some((record.text(4, 6), record.text(7, 21))),
            other => sink.unused(&format!("addenda 7{other}")),
        }
        Ok(())
    }

    /// The entry is complete: it becomes a bank line, or the remittance that it carries.
    fn close_entry(&mut self, sink: &mut Sink) -> Result<()> {
        let Some(mut entry) = self.entry.take() else { return Ok(()) };
        if let Some(announced) = entry.announced.filter(|_| entry.reason.is_none()) {
            let name = "ACH entry: addenda that it counts";
            sink.proofs.count(name, &entry.trace, &announced.to_string(), entry.addenda.count(), entry.at);
        }
        if sink.table == "remittances" {
            let addenda = std::mem::take(&mut entry.addenda);
            return addenda.remit(&entry, sink);
        }
        let is_change = entry.reason.as_ref().is_some_and(|(reason, _)| reason.starts_with('C'));
        let moves_none = entry.row.exact("amount") == Some(Exact::ZERO);
        if moves_none {
            self.without_money += 1;
            self.changes += u64::from(is_change);
            return Ok(());
        }
        if let Some((reason, original)) = &entry.reason {
            // The account of a return is that of the other side.
            let account = entry.row.get("bank_account").to_owned();
            let text = format!("return {reason} of {original}");
            entry.row.text("counterparty_account", &account).text("bank_account", "").text("description", &text);
            entry.row.text("type_code", &format!("{} {reason}", entry.row.get("type_code").to_owned()));
            entry.row.text("end_to_end_id", original);
        } else if !entry.addenda.is_empty() {
            entry.row.text("end_to_end_id", &entry.addenda.trace_reference());
        }
        sink.push(&entry.row)
    }

    fn close_batch(&mut self, record: &Record, sink: &mut Sink) -> Result<()> {
        let (Some(batch), Some(file)) = (self.batch.take(), &mut self.file) else {
            let message = "a batch control record stands behind no batch: the batch header record 5 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        };
        let (debit, credit) = match batch.is_advice() {
            true => (record.text(21, 40), record.text(41, 60)),
            false => (record.text(21, 32), record.text(33, 44)),
        };
        let what = format!("batch {}", batch.number);
        let texts = [record.text(5, 10), record.text(11, 20), debit, credit];
        prove(sink, &BATCH, &what, &texts, &batch.sums, record.at);
        let at = record.at;
        sink.proofs.same_reference("ACH batch: numbers", &what, &batch.number, &record.text(88, 94), at);
        file.sums.add(&batch.sums);
        file.batches += 1;
        Ok(())
    }

    fn close_file(&mut self, record: Record, sink: &mut Sink) -> Result<()> {
        if self.batch.is_some() {
            let message = "the file closes while a batch is open: its control record 8 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        }
        let Some(file) = self.file.take() else {
            let message = "a file control record stands outside of any file: the file header record 1 is missing";
            return Err(refused(&sink.shown, record.at, message, SEND_AGAIN));
        };
        // Files of accounting advices have wider amounts: 20 digits each, where others have blanks behind 12.
        let is_wide = !record.text(56, 71).is_empty();
        let (debit, credit) = match is_wide {
            true => (record.text(32, 51), record.text(52, 71)),
            false => (record.text(32, 43), record.text(44, 55)),
        };
        sink.proofs.count("ACH file: batches", "the file", &record.text(2, 7), file.batches, record.at);
        let texts = [record.text(14, 21), record.text(22, 31), debit, credit];
        prove(sink, &FILE, "the file", &texts, &file.sums, record.at);
        self.closed = Some((record, file.first));
        Ok(())
    }

    /// Blocks have ten records; the last one is filled up with nines, which some senders leave away.
    fn prove_blocks(&mut self, last: u64, sink: &mut Sink) {
        let Some((record, first)) = self.closed.take() else { return };
        let blocks = (last - first).div_ceil(BLOCK);
        sink.proofs.count("ACH file: blocks of ten records", "the file", &record.text(8, 13), blocks, record.at);
    }
}

const BATCH: [&str; 4] =
    ["ACH batch: entries and addenda", "ACH batch: entry hash", "ACH batch: debits", "ACH batch: credits"];
const FILE: [&str; 4] =
    ["ACH file: entries and addenda", "ACH file: entry hash", "ACH file: debits", "ACH file: credits"];

/// Count, hash, debits and credits of a control record beside what was added up.
fn prove(sink: &mut Sink, names: &[&'static str; 4], what: &str, texts: &[String; 4], sums: &Sums, at: At) {
    sink.proofs.count(names[0], what, &texts[0], sums.records, at);
    sink.proofs.count(names[1], what, &texts[1], sums.hash, at);
    let declared = |text: &'_ str| implied(text, 2);
    sink.proofs.declared_sum(names[2], what, (&texts[2], declared(&texts[2])), sums.debit, at);
    sink.proofs.declared_sum(names[3], what, (&texts[3], declared(&texts[3])), sums.credit, at);
}

/// Transaction codes: the second digit tells credits (0 to 4) from debits (5 to 9) of checking, savings, ledger and
/// loan accounts; of accounting advices (8x) the odd ones are credits originated, the even ones debits.
fn is_debit(code: &str) -> bool {
    let digits: Vec<u32> = code.chars().filter_map(|digit| digit.to_digit(10)).collect();
    match digits[..] {
        [8, second] => second % 2 == 0,
        [_, second] => second >= 5,
        _ => false,
    }
}

#[cfg(test)]
#[path = "ach_tests.rs"]
mod tests;

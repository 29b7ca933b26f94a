//! Cash: what payers sent along, what the bank booked, and the truth about both.
//!
//! ```text
//! slip ─▶ register (reference, payer, memo) and statement (bank_lines, bank_balances) and remittances
//! cases, short_pay, bank_side ─▶ stories whose label follows from the data alone, by the order of the tests
//! ```

mod bank_side;
mod cases;
mod planter;
mod short_pay;
pub mod slip;
pub mod statement;
#[cfg(test)]
mod tests;

pub use planter::plant;

use super::csv_file::CsvFile;
use super::csv_file::cents;
use super::episode::{Doc, Episode, Id, Kind};
use super::random::spread;
use super::world::{World, entity_code};
use crate::diag::Result;
use crate::model::Date;
use slip::Slip;
use statement::{BankLine, LINE_PREFIX, Statement};
use std::path::Path;

/// The tables that only a demo with cash has, in the order of `close.toml`.
pub const TABLES: [&str; 7] =
    ["bank_lines", "bank_balances", "remittances", "disputes", "invoice_lines", "prices", "exchange_rates"];

/// What is true of a receipt that the register shows as open, or as settled wrongly.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// The cause: C00 to C18, or C99.
    pub cause: &'static str,
    /// What was deducted, as S01 to S99; empty for none.
    pub code: &'static str,
    /// How much was deducted.
    pub short: i64,
}

impl Verdict {
    /// A cause without a deduction.
    pub fn of(cause: &'static str) -> Verdict {
        Verdict { cause, code: "", short: 0 }
    }
}

/// How a receipt came to the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deposit {
    /// By itself.
    Own,
    /// Not yet, or in a deposit of several.
    Elsewhere,
}

/// A receipt of an episode with all that is known and true of it.
#[derive(Clone, Debug)]
pub struct Paid {
    /// The receipt's position in the episode.
    pub at: usize,
    /// What came with it.
    pub slip: Slip,
    /// What is true of it; `None` where it is settled rightly.
    pub verdict: Option<Verdict>,
    /// What it should settle, besides what it has settled: debits by position, and amounts.
    pub answers: Vec<(usize, i64)>,
    /// How it came to the bank.
    pub deposit: Deposit,
}

impl Paid {
    /// A receipt that is settled rightly and came by itself.
    pub fn settled(at: usize, slip: Slip) -> Paid {
        Paid { at, slip, verdict: None, answers: Vec::new(), deposit: Deposit::Own }
    }

    /// A receipt with a cause and what it should settle.
    pub fn open(at: usize, slip: Slip, verdict: Verdict, answers: Vec<(usize, i64)>) -> Paid {
        Paid { verdict: Some(verdict), answers, ..Paid::settled(at, slip) }
    }

    /// A receipt of an ordinary story: settled, in part on top of what was due, or not applied at all.
    pub fn ordinary(episode: &Episode, at: usize) -> Paid {
        let doc = &episode.docs[at];
        let slip = slip::ordinary(episode, at);
        if doc.open == 0 {
            return Paid::settled(at, slip);
        }
        if episode.applications.iter().any(|application| application.from == at) {
            return Paid::open(at, slip, Verdict::of("C12"), Vec::new());
        }
        let due = |doc: &Doc| doc.open > 0 && matches!(doc.id.kind, Kind::Invoice | Kind::DebitMemo);
        let answers: Vec<(usize, i64)> = (0..episode.docs.len())
            .filter(|at| due(&episode.docs[*at]))
            .map(|at| (at, episode.docs[at].open))
            .collect();
        let ids: Vec<Id> = answers.iter().map(|(at, _)| episode.docs[*at].id).collect();
        let draw = spread(doc.id.serial ^ 0x0CA5);
        let (cause, text) = match (ids.as_slice(), draw % 4) {
            // Only spoilt formats: which numbers the demo gives later is not known yet.
            ([one], 2) => ("C04", slip::garbled(*one, u64::MAX, [0, 4, 5, 6, 7][(draw / 4 % 5) as usize])),
            ([_], 3) => ("C03", ["PAYMENT", "WIRE TRANSFER", ""][(draw / 4 % 3) as usize].to_owned()),
            ([_], _) => ("C00", slip::embedded(&ids, draw)),
            _ => ("C06", slip::embedded(&ids, draw)),
        };
        let mut slip = Slip::new(&doc.customer, doc.id, doc.date, text);
        if cause == "C06" && draw & 8 == 0 {
            slip = slip.with_advice(answers.iter().map(|(at, amount)| (&episode.docs[*at], *amount)));
        }
        Paid::open(at, slip, Verdict::of(cause), answers)
    }
}

/// One planted difference between books and bank, as it stands in `truth/breaks.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLabel {
    /// Whose account it is.
    pub entity: u32,
    /// Why: B01 to B11.
    pub cause: &'static str,
    /// The receipt, or the statement line where only the bank has it.
    pub document: String,
    /// The journal, where only the books have it.
    pub journal: Option<u64>,
    /// Its effect on books less bank, in cents.
    pub amount: i64,
}

/// The cash desk under way: the bank's files, the papers that explain payments, and the labels.
pub struct Till {
    active: bool,
    world: World,
    /// The bank statements.
    pub statement: Statement,
    remittances: CsvFile,
    receipts: CsvFile,
    /// Disputes about invoices.
    pub disputes: CsvFile,
    /// The lines of the invoices that a deduction refers to.
    pub invoice_lines: CsvFile,
    /// Agreed prices.
    pub prices: CsvFile,
    /// The labels of the bank side so far.
    pub labels: Vec<BankLabel>,
}

impl Till {
    /// An empty cash desk; one that is not active writes headings alone. Statements start with the day `first`.
    pub fn open(data: &Path, truth: &Path, world: World, first: Date, active: bool) -> Result<Till> {
        let remittances = [
            "payment_reference",
            "payer_name",
            "remittance_date",
            "invoice_reference",
            "amount",
            "discount",
            "reason_code",
        ];
        let disputes = ["case_id", "item_id", "opened_date", "amount", "reason_code", "status", "owner"];
        let lines =
            ["invoice_id", "line_no", "item_code", "description", "quantity", "unit_price", "net_amount", "tax_amount"];
        let prices = ["customer_id", "item_code", "valid_from", "currency", "unit_price"];
        let receipts = ["receipt_id", "cause", "short_pay_code", "short_amount"];
        Ok(Till {
            active,
            world,
            statement: Statement::open(data, &world, first)?,
            remittances: CsvFile::create(data, "remittances.csv", &remittances)?,
            receipts: CsvFile::create(truth, "receipts.csv", &receipts)?,
            disputes: CsvFile::create(data, "disputes.csv", &disputes)?,
            invoice_lines: CsvFile::create(data, "invoice_lines.csv", &lines)?,
            prices: CsvFile::create(data, "prices.csv", &prices)?,
            labels: Vec::new(),
        })
    }

    /// Whether the demo has cash at all.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// How many receipts are labelled.
    pub fn labelled(&self) -> u64 {
        self.receipts.rows()
    }

    /// Books a statement line, unless the demo has no cash.
    pub fn book(&mut self, line: &BankLine) -> Result<String> {
        if !self.active {
            return Ok(String::new());
        }
        self.statement.book(line).map(|number| format!("{LINE_PREFIX}{number:07}"))
    }

    /// Takes in a receipt: its deposit, its remittance advice, its label.
    pub fn receive(&mut self, doc: &Doc, paid: &Paid) -> Result<()> {
        if paid.deposit == Deposit::Own {
            self.deposit(doc, &paid.slip, -doc.functional)?;
        }
        self.advise(doc.date, &paid.slip)?;
        match paid.verdict {
            Some(verdict) => self.label(doc.id, verdict),
            None => Ok(()),
        }
    }

    /// Books the deposit of one receipt, a day or two later at the most. Returns the line's number.
    pub fn deposit(&mut self, doc: &Doc, slip: &Slip, amount: i64) -> Result<String> {
        let line = BankLine {
            entity: doc.customer.entity,
            date: self.bank_date(doc.date, [0, 0, 0, 1, 2][(spread(doc.id.serial ^ 0xDA7E) % 5) as usize]),
            amount,
            type_code: &slip.method.to_uppercase(),
            description: &slip.bank_text,
            reference: &slip.reference,
            counterparty_name: &slip.payer_name,
            counterparty_account: &slip.payer_account,
        };
        self.book(&line)
    }

    /// When the bank books what the books have on a day: never in another period, unless a break says so.
    pub fn bank_date(&self, date: Date, delay: i32) -> Date {
        let latest =
            if date < self.world.period_start { self.world.period_start.plus_days(-1) } else { self.world.period_end };
        self.world.workday(date.plus_days(delay), date, latest)
    }

    /// Writes the label of a receipt.
    pub fn label(&mut self, receipt: Id, verdict: Verdict) -> Result<()> {
        self.receipts.text(&receipt.text());
        self.receipts.text(verdict.cause);
        self.receipts.text(verdict.code);
        if verdict.short == 0 {
            self.receipts.blank()
        } else {
            self.receipts.cents(verdict.short)
        }
        self.receipts.end()
    }

    fn advise(&mut self, date: Date, slip: &Slip) -> Result<()> {
        let file = &mut self.remittances;
        for line in &slip.advice {
            file.text(&slip.reference);
            file.text(&slip.payer_name);
            file.date(date);
            file.text(&line.document);
            file.cents(line.amount);
            if line.discount == 0 {
                file.blank()
            } else {
                file.cents(line.discount)
            }
            file.text(line.reason);
            file.end()?;
        }
        Ok(())
    }

    /// Adds the labels of the bank side to `truth/breaks.csv`.
    pub fn write_labels(&self, file: &mut CsvFile) -> Result<()> {
        for label in &self.labels {
            file.text("bank");
            file.text(&entity_code(label.entity));
            file.text(label.cause);
            file.text(&label.document);
            match label.journal {
                Some(journal) => file.numbered("J", journal, 7),
                None => file.blank(),
            }
            file.cents(label.amount);
            file.end()?;
        }
        Ok(())
    }

    /// What books and bank of an entity differ by, as the labels say.
    pub fn explained(&self, entity: u32) -> i128 {
        self.labels.iter().filter(|label| label.entity == entity).map(|label| i128::from(label.amount)).sum()
    }

    /// Ends the files.
    pub fn close(self, data: &Path) -> Result<()> {
        self.statement.close(data)?;
        [self.remittances, self.receipts, self.disputes, self.invoice_lines, self.prices]
            .into_iter()
            .try_for_each(CsvFile::close)
    }
}

/// An amount within a text, as `1234.56`.
fn amount_text(amount: i64) -> String {
    cents(i128::from(amount))
}

//! The bank's side: statement lines, and the balances of each account day by day.

use crate::demo::csv_file::CsvFile;
use crate::demo::world::{World, bank_account};
use crate::diag::Result;
use crate::model::Date;
use std::collections::BTreeMap;
use std::path::Path;

/// One line of a statement.
#[derive(Clone, Copy, Debug)]
pub struct BankLine<'a> {
    /// Whose account it is.
    pub entity: u32,
    /// When the bank booked it.
    pub date: Date,
    /// Money in positive, in cents.
    pub amount: i64,
    /// What kind of line it is.
    pub type_code: &'a str,
    /// The text.
    pub description: &'a str,
    /// The bank's reference.
    pub reference: &'a str,
    /// Who paid or was paid.
    pub counterparty_name: &'a str,
    /// Their account.
    pub counterparty_account: &'a str,
}

/// The statements under way.
pub struct Statement {
    lines: CsvFile,
    days: BTreeMap<(u32, Date), i128>,
    openings: Vec<i128>,
    first: Date,
    last: Date,
}

impl Statement {
    /// Statements without a line, from a first day to the period end.
    pub fn open(data: &Path, world: &World, first: Date) -> Result<Statement> {
        let headings = [
            "bank_account",
            "line_id",
            "booking_date",
            "value_date",
            "currency",
            "amount",
            "type_code",
            "description",
            "reference",
            "counterparty_name",
            "counterparty_account",
        ];
        Ok(Statement {
            lines: CsvFile::create(data, "bank_lines.csv", &headings)?,
            days: BTreeMap::new(),
            openings: vec![0; world.entities as usize],
            first,
            last: world.period_end,
        })
    }

    /// Books a line and returns its number. What lies before the first day is carried in the opening balance.
    pub fn book(&mut self, line: &BankLine) -> Result<u64> {
        if line.date < self.first {
            self.openings[line.entity as usize] += i128::from(line.amount);
            return Ok(0);
        }
        *self.days.entry((line.entity, line.date)).or_default() += i128::from(line.amount);
        let number = self.lines.rows() + 1;
        let file = &mut self.lines;
        file.text(&bank_account(line.entity));
        file.numbered(LINE_PREFIX, number, 7);
        file.date(line.date);
        file.date(line.date);
        file.text("USD");
        file.cents(line.amount);
        file.text(line.type_code);
        file.text(line.description);
        file.text(line.reference);
        file.text(line.counterparty_name);
        file.text(line.counterparty_account);
        file.end()?;
        Ok(number)
    }

    /// The balance of an entity's account at the period end.
    pub fn closing(&self, entity: u32) -> i128 {
        let movements: i128 = self.days.range((entity, self.first)..=(entity, self.last)).map(|(_, sum)| *sum).sum();
        self.openings[entity as usize] + movements
    }

    /// How many lines there are.
    pub fn lines(&self) -> u64 {
        self.lines.rows()
    }

    /// Writes `bank_balances.csv`, a row for each day with a movement and for the last one, and ends the files.
    pub fn close(mut self, data: &Path) -> Result<()> {
        let headings = ["bank_account", "date", "opening_balance", "closing_balance", "currency"];
        let mut file = CsvFile::create(data, "bank_balances.csv", &headings)?;
        for entity in 0..self.openings.len() as u32 {
            self.days.entry((entity, self.last)).or_default();
            let mut balance = self.openings[entity as usize];
            for ((_, date), movement) in self.days.range((entity, self.first)..=(entity, self.last)) {
                file.text(&bank_account(entity));
                file.date(*date);
                file.wide_cents(balance);
                balance += movement;
                file.wide_cents(balance);
                file.text("USD");
                file.end()?;
            }
        }
        file.close()?;
        self.lines.close()
    }
}

/// What stands before the number of a statement line.
pub const LINE_PREFIX: &str = "BL-";

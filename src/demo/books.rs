//! The general ledger of the demo: writes journal lines and keeps the balances that the trial balance shows.

use super::Gl;
use super::csv_file::CsvFile;
use super::episode::Id;
use super::world::{ACCOUNTS, World, entity_code};
use crate::diag::{Problem, Result};
use crate::model::Date;
use std::path::Path;

/// The movement of one account of one entity, in cents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Balance {
    /// At the start of the period.
    pub opening: i128,
    /// Debits of the period.
    pub debit: i128,
    /// Credits of the period.
    pub credit: i128,
}

impl Balance {
    /// At the end of the period.
    pub fn ending(&self) -> i128 {
        self.opening + self.debit - self.credit
    }
}

/// What all lines of a journal share.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// In whose books it stands.
    pub entity: u32,
    /// Its number.
    pub journal: u64,
    /// When it was posted.
    pub date: Date,
    /// The document behind it.
    pub document: Option<Id>,
    /// The customer of that document.
    pub customer: Option<u64>,
    /// Where it comes from: AR, MANUAL, PAYROLL…
    pub source: &'a str,
    /// What it says.
    pub description: &'a str,
    /// Who entered it.
    pub created_by: &'a str,
}

/// The ledger under way.
pub struct Books {
    lines: CsvFile,
    codes: Vec<String>,
    balances: Vec<[Balance; ACCOUNTS.len()]>,
    journals: u64,
    world: World,
    detail: Gl,
}

impl Books {
    /// An empty ledger that is written to `folder/gl_lines.csv`.
    pub fn open(folder: &Path, world: World, detail: Gl) -> Result<Books> {
        let headings = [
            "entity",
            "account",
            "journal_id",
            "line_no",
            "posting_date",
            "document_id",
            "customer_id",
            "source",
            "description",
            "debit",
            "credit",
            "created_by",
        ];
        Ok(Books {
            lines: CsvFile::create(folder, "gl_lines.csv", &headings)?,
            codes: (0..world.entities).map(entity_code).collect(),
            balances: vec![<[Balance; ACCOUNTS.len()]>::default(); world.entities as usize],
            journals: 0,
            world,
            detail,
        })
    }

    /// The number of the next journal.
    pub fn next_journal(&mut self) -> u64 {
        self.journals += 1;
        self.journals
    }

    /// Posts a journal: accounts with amounts, debit positive. Lines of 0 are not written. It must balance.
    pub fn post(&mut self, head: &Head, lines: &[(usize, i64)]) -> Result<()> {
        if lines.iter().map(|(_, amount)| i128::from(*amount)).sum::<i128>() != 0 {
            return Err(Problem::internal(format!("journal {} of the demo does not balance", head.journal)));
        }
        let written = self.shows(head.date);
        for (number, (account, amount)) in lines.iter().filter(|(_, amount)| *amount != 0).enumerate() {
            self.carry(head, *account, *amount);
            if written {
                self.line(head, number as u64 + 1, *account, *amount)?;
            }
        }
        Ok(())
    }

    fn carry(&mut self, head: &Head, account: usize, amount: i64) {
        let balance = &mut self.balances[head.entity as usize][account];
        let amount = i128::from(amount);
        if head.date < self.world.period_start {
            balance.opening += amount;
        } else if head.date <= self.world.period_end {
            balance.debit += amount.max(0);
            balance.credit -= amount.min(0);
        }
    }

    fn line(&mut self, head: &Head, number: u64, account: usize, amount: i64) -> Result<()> {
        let lines = &mut self.lines;
        lines.text(&self.codes[head.entity as usize]);
        lines.text(ACCOUNTS[account].0);
        lines.numbered("J", head.journal, 7);
        lines.numbered("", number, 1);
        lines.date(head.date);
        match head.document {
            Some(id) => lines.numbered(id.kind.prefix(), id.serial, 7),
            None => lines.blank(),
        }
        match head.customer {
            Some(number) => lines.numbered("C", number, 5),
            None => lines.blank(),
        }
        lines.text(head.source);
        lines.text(head.description);
        if amount > 0 {
            lines.cents(amount);
            lines.blank();
        } else {
            lines.blank();
            lines.cents(-amount);
        }
        lines.text(head.created_by);
        lines.end()
    }

    /// Whether a line of a date is written, or only carried in the opening balance.
    pub fn shows(&self, date: Date) -> bool {
        self.detail == Gl::All || date >= self.world.period_start
    }

    /// The balances of an entity, in the order of [`ACCOUNTS`].
    pub fn balances(&self, entity: u32) -> &[Balance; ACCOUNTS.len()] {
        &self.balances[entity as usize]
    }

    /// How many lines were written.
    pub fn lines(&self) -> u64 {
        self.lines.rows()
    }

    /// Ends the file.
    pub fn close(self) -> Result<()> {
        self.lines.close()
    }
}

//! What a reader of one part of a file is given, and what it gives back: the shape that all of them share.

use super::control::Control;
use super::raw::{Debtors, Limits, RawBlock, RawKind, over_limit};
use super::statement::Statement;
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::Date;

/// How many bytes of text a block gets.
const BLOCK_BYTES: usize = 1024 * 1024;

/// What a reader is told about its file.
#[derive(Clone, Debug, Default)]
pub struct PartOptions {
    /// The table that is wanted.
    pub table: String,
    /// The encoding that the source declares.
    pub encoding: Option<String>,
    /// The account that debtors' own accounts add up to (DATEV).
    pub receivables_account: Option<String>,
}

/// What a reader knows once it has come to the end of its file.
#[derive(Clone, Debug, Default)]
pub struct Tail {
    /// The encoding that the file was read in.
    pub encoding: String,
    /// The file's own control totals beside what it holds.
    pub controls: Vec<Control>,
    /// What was noticed.
    pub notes: Vec<Finding>,
    /// The day of the balances, where the part is of balances.
    pub balances_at: Option<Date>,
    /// The statements of a bank file.
    pub statements: Vec<Statement>,
    /// Rows on debtors' own accounts whose account of the general ledger nobody has said yet (DATEV).
    pub debtors: Option<Debtors>,
}

/// Takes rows from a reader and hands them over in blocks.
pub struct Rows<'a> {
    block: RawBlock,
    rows: u64,
    limits: Limits,
    place: Place,
    hand_over: &'a mut dyn FnMut(RawBlock) -> bool,
}

impl<'a> Rows<'a> {
    /// Rows that are handed over to a function; it answers whether it wants more.
    pub fn new(place: Place, limits: &Limits, hand_over: &'a mut dyn FnMut(RawBlock) -> bool) -> Rows<'a> {
        Rows { block: RawBlock::default(), rows: 0, limits: limits.clone(), place, hand_over }
    }

    /// The headings, as the row of a line.
    ///
    /// # Errors
    /// When nobody wants more.
    pub fn headings(&mut self, headings: &[&str], line: u64) -> Result<()> {
        headings.iter().for_each(|heading| self.text(heading));
        self.end(line)
    }

    /// Adds a cell of text.
    pub fn text(&mut self, text: &str) {
        self.block.push_cell(text, RawKind::Text);
    }

    /// Adds a cell as its reader knows it.
    pub fn cell(&mut self, text: &str, kind: RawKind) {
        self.block.push_cell(text, kind);
    }

    /// Adds a cell with a number whose mark is a point by the definition of its format; anything else that stands there
    /// is left to the grammar to refuse.
    pub fn number(&mut self, text: &str) {
        let is_number = super::control::Exact::parse(text).is_some();
        self.block.push_cell(text.trim(), if is_number { RawKind::Number } else { RawKind::Text });
    }

    /// Adds a cell with the day of a date that may have a time behind it.
    pub fn day(&mut self, text: &str) {
        let text = text.trim();
        let day =
            text.get(..10).filter(|_| text.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b'+' | b'Z')));
        self.text(day.unwrap_or(text));
    }

    /// Ends the row that started on a line.
    ///
    /// # Errors
    /// Over the limit of rows, or when nobody wants more.
    pub fn end(&mut self, line: u64) -> Result<()> {
        self.rows += 1;
        if self.rows > self.limits.rows.saturating_add(1) {
            return Err(over_limit(self.place.clone(), "the number of rows", self.rows - 1, self.limits.rows, "rows"));
        }
        self.block.end_row(u32::try_from(line).unwrap_or(u32::MAX));
        if self.block.bytes() > BLOCK_BYTES { self.flush() } else { Ok(()) }
    }

    /// Hands over what is left.
    ///
    /// # Errors
    /// When nobody wants more.
    pub fn flush(&mut self) -> Result<()> {
        if self.block.is_empty() || (self.hand_over)(std::mem::take(&mut self.block)) {
            return Ok(());
        }
        // Nobody sees this: whoever would is the one who left.
        Err(Problem::internal("the rows of a source were not taken"))
    }
}

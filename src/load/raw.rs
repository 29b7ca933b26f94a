//! What every reader yields: blocks of raw cells, each row with its place.

use crate::diag::{Place, Problem, Result};

/// What a raw cell was in its source. Delimited text has only [`RawKind::Text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawKind {
    /// Text as written: every grammar may read it.
    Text,
    /// A workbook's number in its shortest exact decimal form, never in E-notation.
    Number,
    /// A workbook's date, already as `2026-10-31` (with ` hh:mm:ss` behind it where it has a time).
    Date,
    /// `true` or `false`.
    Bool,
    /// An error value such as `#REF!`, or a formula without a cached value (`#NOT-CALCULATED`).
    Error,
}

#[derive(Clone, Copy, Debug)]
struct RawCell {
    end: u32,
    kind: RawKind,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    /// Its text.
    pub text: &'a str,
    /// What it was in its source.
    pub kind: RawKind,
}

/// A run of rows. Cells lie one after the other in one string.
#[derive(Clone, Debug, Default)]
pub struct RawBlock {
    text: String,
    cells: Vec<RawCell>,
    /// For each row: its place, and where its cells end.
    rows: Vec<(u32, u32)>,
}

impl RawBlock {
    /// Adds a cell to the row that is being built.
    pub fn push_cell(&mut self, text: &str, kind: RawKind) {
        self.text.push_str(text);
        self.cells.push(RawCell { end: self.text.len() as u32, kind });
    }

    /// Ends the row that is being built; `row` is its line or row number, counted from 1.
    pub fn end_row(&mut self, row: u32) {
        self.rows.push((row, self.cells.len() as u32));
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many bytes of text the block holds: readers start a new block before it grows past a few MiB.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The row at an index.
    pub fn row(&self, index: usize) -> RawRow<'_> {
        let start = if index == 0 { 0 } else { self.rows[index - 1].1 as usize };
        RawRow { block: self, start, end: self.rows[index].1 as usize, place: self.rows[index].0 }
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = RawRow<'_>> {
        (0..self.len()).map(|index| self.row(index))
    }

    fn cell(&self, index: usize) -> Raw<'_> {
        let start = if index == 0 { 0 } else { self.cells[index - 1].end as usize };
        let cell = self.cells[index];
        Raw { text: &self.text[start..cell.end as usize], kind: cell.kind }
    }
}

/// One row of a block.
#[derive(Clone, Copy)]
pub struct RawRow<'a> {
    block: &'a RawBlock,
    start: usize,
    end: usize,
    /// The line or row number, counted from 1.
    pub place: u32,
}

impl<'a> RawRow<'a> {
    /// How many cells the row has.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether the row has no cell.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The cell of a column; blank beyond the row's end.
    pub fn cell(&self, column: usize) -> Raw<'a> {
        if self.start + column < self.end {
            self.block.cell(self.start + column)
        } else {
            Raw { text: "", kind: RawKind::Text }
        }
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = Raw<'a>> + use<'a> {
        let row = *self;
        (0..row.len()).map(move |column| row.cell(column))
    }

    /// Whether every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.cells().all(|cell| cell.text.trim().is_empty())
    }
}

/// Work that yields one block. Reading a file is sequential; what a block costs beyond that is in here,
/// so that several threads can share it.
pub type BlockWork = Box<dyn FnOnce() -> Result<RawBlock> + Send>;

/// A reader of one file or sheet.
pub trait RawSource: Send {
    /// The next piece of work, in the order of the rows; `None` at the end.
    ///
    /// # Errors
    /// When the source as a whole cannot be read on: the source is then refused.
    fn next_block(&mut self) -> Result<Option<BlockWork>>;

    /// What is known of the source, complete once the last block was handed out.
    fn facts(&self) -> SourceFacts;
}

/// What a reader knows of its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// The file as it was named in the configuration or on the command line.
    pub file: String,
    /// The sheet, blank for text files.
    pub sheet: String,
    /// `csv`, `xlsx`, `xlsb`, `xls`, `ods`, `parquet`, `arrow`, `x12`, `edifact`, `nacha`, `lockbox`.
    pub format: &'static str,
    /// `utf-8`, `utf-16le`, `windows-1252`… ; blank where the format has none.
    pub encoding: String,
    /// The delimiter, for delimited text.
    pub delimiter: Option<u8>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file as hexadecimal digits.
    pub sha256: String,
    /// What the reader noticed and went on from.
    pub notes: Vec<crate::diag::Finding>,
    /// The file's own control totals beside what it holds.
    pub controls: Vec<super::control::Control>,
}

/// Limits on what is read (bad-inputs, section 5). Raised in `[limits]`, never silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of a delimited file.
    pub text_bytes: u64,
    /// Size of a workbook that is streamed (xlsx, xlsb).
    pub workbook_bytes: u64,
    /// Size of a workbook that has to be read whole (xls, ods).
    pub whole_workbook_bytes: u64,
    /// Size of a workbook's parts together once inflated.
    pub inflated_bytes: u64,
    /// Inflated size over packed size.
    pub inflate_ratio: u64,
    /// Entries in a workbook's archive.
    pub zip_entries: usize,
    /// Sheets in a workbook.
    pub sheets: usize,
    /// Rows of a source.
    pub rows: u64,
    /// Columns of a source.
    pub columns: usize,
    /// Occupied cells of a workbook.
    pub cells: u64,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Rows that are searched for the header.
    pub header_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Limits {
            text_bytes: 16 * 1024 * MIB,
            workbook_bytes: 512 * MIB,
            whole_workbook_bytes: 100 * MIB,
            inflated_bytes: 2 * 1024 * MIB,
            inflate_ratio: 200,
            zip_entries: 2_000,
            sheets: 256,
            rows: 100_000_000,
            columns: 512,
            cells: 50_000_000,
            cell_bytes: MIB as usize,
            header_rows: 100,
        }
    }
}

/// The problem of a source that is over one of its limits.
pub fn over_limit(place: Place, what: &str, found: u64, limit: u64, key: &str) -> Problem {
    Problem::input(
        "T1101",
        place,
        format!("{what}: {found} is over the limit of {limit}"),
        format!("if the file is what you expect, raise `{key}` under [limits] in close.toml"),
    )
}

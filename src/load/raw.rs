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
    start: u32,
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

/// Cells of a sheet that are merged into one; its value stands in the first of them, the others are blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// First and last row, counted from 1.
    pub rows: (u32, u32),
    /// First and last column, counted from 0.
    pub columns: (u32, u32),
}

impl Merged {
    fn holds(&self, row: u32, column: usize) -> bool {
        let column = column as u64;
        (self.rows.0..=self.rows.1).contains(&row)
            && (u64::from(self.columns.0)..=u64::from(self.columns.1)).contains(&column)
    }
}

impl<'a> Raw<'a> {
    /// Its text without the blanks around it. Nearly every cell has none, which its two ends tell.
    pub fn trimmed(&self) -> &'a str {
        match self.text.as_bytes() {
            [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => self.text,
            _ => self.text.trim(),
        }
    }
}

/// Where the cells of rows lie in a text.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    cells: Vec<RawCell>,
    /// For each row: its place, and where its cells end.
    rows: Vec<(u32, u32)>,
}

impl Spans {
    /// Room for about so many cells.
    pub fn with_capacity(cells: usize) -> Spans {
        Spans { cells: Vec::with_capacity(cells), rows: Vec::new() }
    }

    /// Adds a text cell to the row that is being built.
    pub fn push(&mut self, start: usize, end: usize) {
        self.cells.push(RawCell { start: start as u32, end: end as u32, kind: RawKind::Text });
    }

    /// Ends the row that is being built.
    pub fn end_row(&mut self, row: u32) {
        self.rows.push((row, self.cells.len() as u32));
    }

    /// How many cells the row that is being built has so far.
    pub fn open_cells(&self) -> usize {
        self.cells.len() - self.rows.last().map_or(0, |(_, end)| *end as usize)
    }

    /// The block of these rows over the text that they lie in.
    pub fn over(self, text: String) -> RawBlock {
        RawBlock { merged: Vec::new(), text, spans: self }
    }
}

/// A run of rows. Cells are spans of one string.
#[derive(Clone, Debug, Default)]
pub struct RawBlock {
    /// Merged cells that reach into these rows.
    merged: Vec<Merged>,
    text: String,
    spans: Spans,
}

impl RawBlock {
    /// Adds a cell to the row that is being built.
    pub fn push_cell(&mut self, text: &str, kind: RawKind) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.spans.cells.push(RawCell { start, end: self.text.len() as u32, kind });
    }

    /// Ends the row that is being built; `row` is its line or row number, counted from 1.
    pub fn end_row(&mut self, row: u32) {
        self.spans.end_row(row);
    }

    /// Notes the merged cells that reach into these rows.
    pub fn set_merged(&mut self, merged: Vec<Merged>) {
        self.merged = merged;
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.spans.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.spans.rows.is_empty()
    }

    /// How many bytes of text the block holds: readers start a new block before it grows past a few MiB.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The row at an index.
    pub fn row(&self, index: usize) -> RawRow<'_> {
        let rows = &self.spans.rows;
        let start = if index == 0 { 0 } else { rows[index - 1].1 as usize };
        let (place, end) = rows[index];
        RawRow { text: &self.text, cells: &self.spans.cells[start..end as usize], merged: &self.merged, place }
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = RawRow<'_>> {
        (0..self.len()).map(|index| self.row(index))
    }
}

/// One row of a block.
#[derive(Clone, Copy)]
pub struct RawRow<'a> {
    text: &'a str,
    cells: &'a [RawCell],
    merged: &'a [Merged],
    /// The line or row number, counted from 1.
    pub place: u32,
}

impl<'a> RawRow<'a> {
    /// How many cells the row has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether the row has no cell.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cell of a column; blank beyond the row's end.
    pub fn cell(&self, column: usize) -> Raw<'a> {
        match self.cells.get(column) {
            Some(cell) => Raw { text: &self.text[cell.start as usize..cell.end as usize], kind: cell.kind },
            None => Raw { text: "", kind: RawKind::Text },
        }
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = Raw<'a>> + use<'a> {
        let row = *self;
        (0..row.len()).map(move |column| row.cell(column))
    }

    /// The row in which the value stands of a cell that is merged with one above it.
    pub fn merged_from_above(&self, column: usize) -> Option<u32> {
        let merged = self.merged.iter().find(|merged| merged.holds(self.place, column))?;
        (merged.rows.0 < self.place).then_some(merged.rows.0)
    }

    /// The column in which the value stands of a cell that is merged with one to its left in the same row.
    pub fn merged_from_left(&self, column: usize) -> Option<usize> {
        let merged = self.merged.iter().find(|merged| merged.holds(self.place, column))?;
        let first = merged.columns.0 as usize;
        (merged.rows.0 == self.place && first < column).then_some(first)
    }

    /// Whether every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.cells().all(|cell| cell.trimmed().is_empty())
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

/// Rows on debtors' own accounts, which add up to one account of the general ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Debtors {
    /// How many rows there are.
    pub rows: u64,
    /// The account that the chart of the header's name keeps for trade receivables.
    pub usual_account: Option<String>,
}

/// What a reader knows of its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// The file as it was named in the configuration or on the command line; for a query its host and database.
    pub file: String,
    /// The sheet of a workbook, or the table of a file that holds several; the query's name; blank for text files.
    pub sheet: String,
    /// `csv`, `xlsx`, `xlsb`, `xls`, `ods`, `parquet`, `arrow`, `bai2`, `mt940`, `camt`, `ofx`, `qif`, `saf-t`,
    /// `datev`, `iif`, `x12`, `edifact`, `nacha`, `lockbox`, `postgresql`, `sqlite`.
    pub format: &'static str,
    /// `utf-8`, `utf-16le`, `windows-1252`… ; blank where the format has none.
    pub encoding: String,
    /// The delimiter, for delimited text.
    pub delimiter: Option<u8>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file as hexadecimal digits; of a query's text and rows in their canonical form.
    pub sha256: String,
    /// Columns that hold whole numbers of which only the source can tell whether they count cents.
    pub whole_columns: Vec<usize>,
    /// What the reader noticed and went on from.
    pub notes: Vec<crate::diag::Finding>,
    /// The file's own control totals beside what it holds.
    pub controls: Vec<super::control::Control>,
    /// The day of the balances that the file gives, where it says one.
    pub balances_at: Option<crate::model::Date>,
    /// The statements of a bank file: what each says of itself.
    pub statements: Vec<super::statement::Statement>,
    /// Rows on debtors' own accounts whose account of the general ledger nobody has said yet (DATEV).
    pub debtors: Option<Debtors>,
    /// Whether every row below the headings is a record of its format, so that none is a total, a page head or a title.
    pub is_records: bool,
    /// Whether the file holds several tables, of which `sheet` names this one.
    pub is_part: bool,
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
    /// Cells of the rectangles around what is on the sheets of a workbook that has to be read whole.
    pub grid_cells: u64,
    /// Characters of all cells of such a workbook.
    pub grid_text: u64,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Shared texts of a workbook.
    pub shared_strings: u64,
    /// Elements of a workbook's styles.
    pub styles: u64,
    /// Merged ranges of a sheet.
    pub merged: usize,
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
            grid_cells: 10_000_000,
            grid_text: 200_000_000,
            cell_bytes: MIB as usize,
            shared_strings: 10_000_000,
            styles: 1_000_000,
            merged: 100_000,
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

/// The problem of a file that has no rows to load (bad-inputs 11).
pub fn no_rows(shown: &str, sheet: &str, what: &str) -> Problem {
    Problem::input(
        "T1010",
        Place { file: shown.to_owned(), sheet: sheet.to_owned(), ..Place::default() },
        format!("no data rows: {what}"),
        "check that the export ran with the right filter and period; an empty file is never taken for a clean one",
    )
}

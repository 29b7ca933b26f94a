//! Files that hold several tables: bank statements, payment files, SAF-T, DATEV and IIF. Each source takes one table of
//! its file, its part.
//!
//! The readers of these formats walk through their file and push rows; here the rows become blocks that are pulled, as
//! from any other source. The walk runs on a thread of its own and waits while nobody takes its blocks, so memory does
//! not grow with the file.

use super::control::Control;
use super::delimited::NOT_UTF8;
use super::digest::{PendingDigest, cannot_open};
use super::raw::{BlockWork, Limits, RawBlock, RawKind, RawSource, SourceFacts, over_limit};
use super::sniff::FileKind;
use super::{bank, datev, iif, payment, saft};
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::Date;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

/// How many bytes of text a block gets.
const BLOCK_BYTES: usize = 1024 * 1024;
/// How many blocks may wait to be taken.
const WAITING: usize = 4;

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
    pub statements: Vec<bank::Statement>,
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

/// The tables that a kind of file may hold, in the order in which they are shown.
pub fn possible(kind: FileKind) -> &'static [&'static str] {
    match kind {
        kind if kind.is_bank() => &bank::TABLES,
        kind if kind.is_payment() => payment::possible(kind),
        FileKind::Saft => &saft::TABLES,
        FileKind::Datev => &datev::TABLES,
        FileKind::Iif => &iif::TABLES,
        _ => &[],
    }
}

/// The tables that a file holds rows of, one at least.
///
/// # Errors
/// When the file cannot be read, or holds nothing for any table: what was read instead is said.
pub fn tables(path: &Path, shown: &str, kind: FileKind, limits: &Limits) -> Result<Vec<&'static str>> {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for table in possible(kind) {
        let count = |encoding: Option<&str>| -> Result<(usize, Vec<Finding>)> {
            let options = PartOptions {
                table: (*table).to_owned(),
                encoding: encoding.map(str::to_owned),
                ..PartOptions::default()
            };
            let file = File::open(path).map_err(|error| cannot_open(shown, &error))?;
            let mut rows = 0;
            let tail = read(kind, Box::new(file), shown, &options, limits, &mut |block| {
                rows += block.len();
                true
            })?;
            Ok((rows, tail.notes))
        };
        let rows = match count(None) {
            Err(problem) if problem.findings.iter().any(|finding| finding.code == NOT_UTF8) => {
                count(Some("windows-1252"))
            }
            other => other,
        };
        let (rows, said) = match rows {
            Err(problem) if problem.findings.iter().any(|finding| finding.code == bank::NO_BALANCES) => (0, Vec::new()),
            other => other?,
        };
        notes.extend(said.into_iter().filter(|_| found.is_empty()));
        // Headings alone are no table; but an account without a booking has a statement all the same.
        if rows > 1 || (rows == 1 && kind.is_bank()) {
            found.push(*table);
        }
    }
    if found.is_empty() {
        let what = format!("{} without any of {}", kind.title(), possible(kind).join(", "));
        let mut problem = super::no_rows(shown, "", &what);
        problem.findings.append(&mut notes);
        return Err(problem);
    }
    Ok(found)
}

/// Reads one part of a file of a kind from its bytes. It takes any bytes whatever and never panics.
///
/// # Errors
/// When the bytes are not of the kind, are damaged, or are over a limit.
pub fn read(
    kind: FileKind,
    input: Box<dyn Read + Send>,
    shown: &str,
    options: &PartOptions,
    limits: &Limits,
    hand_over: &mut dyn FnMut(RawBlock) -> bool,
) -> Result<Tail> {
    let place = Place { file: shown.to_owned(), sheet: options.table.clone(), ..Place::default() };
    if !possible(kind).contains(&options.table.as_str()) {
        return Err(no_such_part(&place, kind));
    }
    let mut rows = Rows::new(place.clone(), limits, hand_over);
    let tail = match kind {
        kind if kind.is_bank() => bank::read(kind, input, place, options, limits, &mut rows)?,
        kind if kind.is_payment() => payment::read(kind, input, place, options, limits, &mut rows)?,
        FileKind::Saft => saft::read(input, place, options, limits, &mut rows)?,
        FileKind::Datev => datev::read(input, place, options, limits, &mut rows)?,
        _ => iif::read(input, place, options, limits, &mut rows)?,
    };
    rows.flush()?;
    Ok(tail)
}

/// The rows of one part as `line cell|cell`, the headings left off: what the tests of the readers compare.
#[cfg(test)]
pub(super) fn rows_of(kind: FileKind, text: &[u8], options: &PartOptions) -> Result<(Vec<String>, Tail)> {
    let mut rows = Vec::new();
    let input = Box::new(std::io::Cursor::new(text.to_vec()));
    let tail = read(kind, input, "file", options, &Limits::default(), &mut |block| {
        rows.extend(block.rows().map(|row| {
            let cells: Vec<&str> = row.cells().map(|cell| cell.text).collect();
            format!("{} {}", row.place, cells.join("|"))
        }));
        true
    })?;
    Ok((rows.split_off(1), tail))
}

fn no_such_part(place: &Place, kind: FileKind) -> Problem {
    Problem::input(
        "T1303",
        Place::file(&place.file),
        format!("{} has no table {}", kind.title(), place.sheet),
        format!("it may hold {}: say one of them in table = \"…\"", possible(kind).join(", ")),
    )
}

/// Opens one part of a file.
///
/// # Errors
/// When the file cannot be opened or is over its size limit.
pub fn open(
    path: &Path,
    shown: &str,
    kind: FileKind,
    options: PartOptions,
    limits: &Limits,
) -> Result<Box<dyn RawSource>> {
    let file = File::open(path).map_err(|error| cannot_open(shown, &error))?;
    let bytes = file.metadata().map_err(|error| cannot_open(shown, &error))?.len();
    if bytes > limits.text_bytes {
        return Err(over_limit(Place::file(shown), "the file's size in bytes", bytes, limits.text_bytes, "text_bytes"));
    }
    let digest = super::digest::start(path, shown)?;
    let sheet = options.table.clone();
    let is_records = kind.has_records();
    let format = kind.format();
    let file_name = shown.to_owned();
    let facts =
        SourceFacts { file: file_name, sheet, format, bytes, is_records, is_part: true, ..SourceFacts::default() };
    let (send, blocks) = sync_channel(WAITING);
    let (limits, name) = (limits.clone(), shown.to_owned());
    let walk = move || {
        let mut hand_over = |block| send.send(block).is_ok();
        read(kind, Box::new(file), &name, &options, &limits, &mut hand_over)
    };
    let thread = std::thread::Builder::new()
        .name("part-reader".to_owned())
        .spawn(walk)
        .map_err(|error| Problem::machine("T1109", shown, &error))?;
    Ok(Box::new(Part { facts, blocks, thread: Some(thread), digest: Some(digest) }))
}

struct Part {
    facts: SourceFacts,
    blocks: Receiver<RawBlock>,
    thread: Option<JoinHandle<Result<Tail>>>,
    digest: Option<PendingDigest>,
}

impl RawSource for Part {
    fn next_block(&mut self) -> Result<Option<BlockWork>> {
        if let Ok(block) = self.blocks.recv() {
            return Ok(Some(Box::new(move || Ok(block))));
        }
        if let Some(thread) = self.thread.take() {
            let tail = thread.join().unwrap_or_else(|_| Err(Problem::internal("the reading thread stopped")))?;
            self.facts.encoding = tail.encoding;
            self.facts.controls = tail.controls;
            self.facts.notes.extend(tail.notes);
            self.facts.balances_at = tail.balances_at;
            self.facts.statements = tail.statements;
        }
        if let Some(digest) = self.digest.take() {
            self.facts.sha256 = digest.finish()?;
        }
        Ok(None)
    }

    fn facts(&self) -> SourceFacts {
        self.facts.clone()
    }
}

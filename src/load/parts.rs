//! Files that hold several tables: bank statements, payment files, SAF-T, DATEV and IIF. Each source takes one table of
//! its file, its part.
//!
//! The readers of these formats walk through their file and push rows; here the rows become blocks that are pulled, as
//! from any other source. The walk runs on a thread of its own and waits while nobody takes its blocks, so memory does
//! not grow with the file.

use super::delimited::NOT_UTF8;
use super::digest::{PendingDigest, cannot_open};
use super::kind::FileKind;
use super::part::{PartOptions, Rows, Tail};
use super::raw::{BlockWork, Limits, RawBlock, RawSource, SourceFacts, no_rows, over_limit};
use super::{bank, datev, iif, payment, saft};
use crate::diag::{Finding, Place, Problem, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

/// How many blocks may wait to be taken.
const WAITING: usize = 4;

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
            // Rows below the headings are enough to know that the table is there: the rest is read when it is wanted.
            let is_enough = |rows: usize| rows > 1 && !kind.is_bank();
            let walked = read(kind, Box::new(file), shown, &options, limits, &mut |block| {
                rows += block.len();
                !is_enough(rows)
            });
            if is_enough(rows) { Ok((rows, Vec::new())) } else { walked.map(|tail| (rows, tail.notes)) }
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
        let mut problem = no_rows(shown, "", &what);
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
            self.facts.debtors = tail.debtors;
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

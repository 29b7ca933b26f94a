//! Files of payments, remittances and invoices in the formats that banks and trading partners exchange: X12, EDIFACT,
//! NACHA ACH and BAI lockbox.
//!
//! Each reader takes one record after the other, writes rows under the canonical names of the table that is wanted, and
//! proves what the file says of itself: counts, totals and references of its envelope. What does not tie is a finding
//! and a failed check; what cannot be read safely is refused with its place.

mod ach;
mod ach_addenda;
mod bytes;
mod edi;
mod envelope;
mod fixed;
mod invoic;
mod invoice;
mod lockbox;
mod proofs;
mod recognise;
mod remadv;
mod rows;
mod x12_810;
mod x12_812;
mod x12_820;
mod x12_835;

use super::control::Control;
use super::digest::{self, PendingDigest};
use super::raw::{BlockWork, Limits, RawBlock, RawSource, SourceFacts, over_limit};
use super::sniff::FileKind;
use crate::diag::{Finding, Place, Problem, Result};
use bytes::Bytes;
use edi::{Family, Scanner};
pub(in crate::load) use recognise::recognise;
use rows::Sink;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

/// How many bytes of text, and how many rows, a block gets.
const BLOCK: (usize, usize) = (1024 * 1024, 64 * 1024);

/// The reader of one file.
enum Reader {
    Edi(Box<envelope::Interchanges>),
    Ach(Box<ach::Ach>),
    Lockbox(Box<lockbox::Lockbox>),
}

impl Reader {
    fn new(kind: FileKind, input: Box<dyn Read + Send>, shown: &str, limits: &Limits) -> Reader {
        let bytes = Bytes::new(input, shown, limits.cell_bytes);
        let edi =
            |bytes, family| Reader::Edi(Box::new(envelope::Interchanges::new(Scanner::new(bytes, family), family)));
        match kind {
            FileKind::Ach => Reader::Ach(Box::new(ach::Ach::new(bytes))),
            FileKind::Lockbox => Reader::Lockbox(Box::new(lockbox::Lockbox::new(bytes))),
            FileKind::Edifact => edi(bytes, Family::Edifact),
            _ => edi(bytes, Family::X12),
        }
    }

    fn step(&mut self, sink: &mut Sink) -> Result<bool> {
        match self {
            Reader::Edi(reader) => reader.step(sink),
            Reader::Ach(reader) => reader.step(sink),
            Reader::Lockbox(reader) => reader.step(sink),
        }
    }

    fn encoding(&self) -> &'static str {
        match self {
            Reader::Edi(reader) => reader.encoding(),
            Reader::Ach(reader) => reader.encoding(),
            Reader::Lockbox(reader) => reader.encoding(),
        }
    }
}

/// What the bytes of a payment file hold for one table.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// The rows, headings first.
    pub blocks: Vec<RawBlock>,
    /// What the file says of itself beside what it holds.
    pub controls: Vec<Control>,
    /// What does not tie, and what else is worth knowing.
    pub notes: Vec<Finding>,
}

impl Content {
    /// How many rows there are below the headings.
    pub fn rows(&self) -> usize {
        self.blocks.iter().map(RawBlock::len).sum::<usize>().saturating_sub(1)
    }
}

/// Reads one table from the bytes of a payment file of a kind. It takes any bytes whatever and never panics.
///
/// # Errors
/// When the kind has no such table, or the bytes cannot be read safely.
pub fn read(kind: FileKind, input: &[u8], table: &str, shown: &str, limits: &Limits) -> Result<Content> {
    read_from(kind, Box::new(Cursor::new(input.to_vec())), table, shown, limits)
}

fn read_from(
    kind: FileKind,
    input: Box<dyn Read + Send>,
    table: &str,
    shown: &str,
    limits: &Limits,
) -> Result<Content> {
    let mut sink = Sink::new(shown, table_of(kind, table, shown)?, without(kind), limits);
    let mut reader = Reader::new(kind, input, shown, limits);
    let mut content = Content::default();
    while let Some(block) = next_block(&mut reader, &mut sink)? {
        content.blocks.push(block);
    }
    (content.controls, content.notes) = finish(&mut sink);
    Ok(content)
}

/// The rows up to the next full block; `None` at the end of the file.
fn next_block(reader: &mut Reader, sink: &mut Sink) -> Result<Option<RawBlock>> {
    loop {
        let (bytes, rows) = sink.waiting();
        if bytes >= BLOCK.0 || rows >= BLOCK.1 {
            return Ok(Some(sink.take_block()));
        }
        if sink.has_ended {
            return Ok(None);
        }
        if !reader.step(sink)? {
            sink.has_ended = true;
            let block = sink.take_block();
            return Ok(Some(block).filter(|block| !block.is_empty()));
        }
    }
}

fn finish(sink: &mut Sink) -> (Vec<Control>, Vec<Finding>) {
    sink.finish();
    let (controls, mut findings) = sink.proofs.finish();
    findings.append(&mut sink.notes);
    (controls, findings)
}

/// The columns that a kind never has anything for: a lockbox file does not name the account of its deposits.
fn without(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::Lockbox => &[
            "bank_account",
            "value_date",
            "currency",
            "end_to_end_id",
            "counterparty_name",
            "counterparty_account",
            "invoice_amount",
            "adjustments",
        ],
        _ => &[],
    }
}

/// The tables that a kind of payment file may fill.
pub fn possible(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::X12 => &["remittances", "disputes", "ar_items", "invoice_lines"],
        FileKind::Edifact => &["remittances", "ar_items", "invoice_lines"],
        FileKind::Ach => &["bank_lines", "remittances"],
        FileKind::Lockbox => &["remittances", "bank_lines"],
        _ => &[],
    }
}

/// The tables that a file holds rows for, one at least.
///
/// # Errors
/// When the file cannot be read safely, or holds nothing for any table: what was read instead is said.
pub fn tables(path: &Path, shown: &str, kind: FileKind, limits: &Limits) -> Result<Vec<&'static str>> {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for table in possible(kind) {
        let file = File::open(path).map_err(|error| digest::cannot_open(shown, &error))?;
        let content = read_from(kind, Box::new(file), table, shown, limits)?;
        if content.rows() > 0 {
            found.push(*table);
        } else if notes.is_empty() {
            notes = content.notes;
        }
    }
    if found.is_empty() {
        let mut problem = super::no_rows(shown, "", "nothing in the file fills a table");
        problem.findings.append(&mut notes);
        return Err(problem);
    }
    Ok(found)
}

fn table_of(kind: FileKind, table: &str, shown: &str) -> Result<&'static str> {
    possible(kind).iter().copied().find(|known| *known == table).ok_or_else(|| {
        let message = format!("the file is {}, which holds nothing for the table {table}", kind.title());
        let remedy = format!("it may fill {}: say one of them in table = \"…\"", possible(kind).join(", "));
        Problem::input("T1606", Place::file(shown), message, remedy)
    })
}

/// Opens a payment file for one of its tables.
///
/// # Errors
/// When the file cannot be opened, is over its size limit, or its kind has no such table.
pub fn open(path: &Path, shown: &str, kind: FileKind, table: &str, limits: &Limits) -> Result<Box<dyn RawSource>> {
    let table = table_of(kind, table, shown)?;
    let file = File::open(path).map_err(|error| digest::cannot_open(shown, &error))?;
    let bytes = file.metadata().map_err(|error| digest::cannot_open(shown, &error))?.len();
    if bytes > limits.text_bytes {
        return Err(over_limit(Place::file(shown), "the file's size in bytes", bytes, limits.text_bytes, "text_bytes"));
    }
    let digest = Some(digest::start(path, shown)?);
    let facts = SourceFacts { file: shown.to_owned(), format: kind.format(), bytes, ..SourceFacts::default() };
    let reader = Reader::new(kind, Box::new(file), shown, limits);
    Ok(Box::new(PaymentFile { facts, reader, sink: Sink::new(shown, table, without(kind), limits), digest }))
}

/// A payment file that is being read.
struct PaymentFile {
    facts: SourceFacts,
    reader: Reader,
    sink: Sink,
    digest: Option<PendingDigest>,
}

impl RawSource for PaymentFile {
    fn next_block(&mut self) -> Result<Option<BlockWork>> {
        let Some(digest) = self.digest.take() else { return Ok(None) };
        if let Some(block) = next_block(&mut self.reader, &mut self.sink)? {
            self.digest = Some(digest);
            return Ok(Some(Box::new(move || Ok(block))));
        }
        self.facts.sha256 = digest.finish()?;
        self.facts.encoding = self.reader.encoding().to_owned();
        (self.facts.controls, self.facts.notes) = finish(&mut self.sink);
        Ok(None)
    }

    fn facts(&self) -> SourceFacts {
        self.facts.clone()
    }
}

#[cfg(test)]
#[path = "payment/tests.rs"]
mod tests;

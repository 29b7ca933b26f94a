//! Workbooks: xlsx and xlsb cell by cell, xls and ods whole (their format leaves no choice, so their size is capped).
//!
//! calamine's `worksheet_range` is used for neither of the first two: it allocates rows x columns, and two far cells in
//! a file of 2 KB would ask for half a terabyte. The reading happens on a thread of its own, because the cell reader
//! borrows the workbook; blocks come through a short queue, so memory stays flat however long the sheet is.

mod archive;
mod cell;
mod compound;
mod grid;
mod guard;
mod open_document;
mod scan;
mod sheet;

use self::archive::ArchiveFacts;
pub(super) use self::cell::{BAD_DATE, write_number};
use self::grid::Grid;
use super::digest::{PendingDigest, cannot_open};
use super::raw::{BlockWork, Limits, RawBlock, RawSource, SourceFacts, over_limit};
use super::sniff::{FileKind, locked, sniff};
use crate::diag::{Finding, Place, Problem, Result};
use calamine::{Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError};
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

/// Whether a sheet shows in its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// It has a tab.
    Visible,
    /// Hidden by the menu.
    Hidden,
    /// Hidden so that the menu cannot show it.
    VeryHidden,
}

/// What is known of a sheet without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetFacts {
    /// Its name.
    pub name: String,
    /// Whether it shows.
    pub visibility: Visibility,
    /// Whether it has cells: charts and macros stand on sheets of their own.
    pub has_cells: bool,
}

enum Book {
    Xlsx(Xlsx<BufReader<File>>),
    Xlsb(Xlsb<BufReader<File>>),
    Xls(Xls<BufReader<File>>),
    Ods(Ods<BufReader<File>>),
}

/// The sheets of a workbook, in the order of their tabs.
///
/// # Errors
/// When the file is no workbook (T1001), encrypted (T1104), over a limit (T1101) or damaged (T1109).
pub fn sheets(path: &Path, name_shown: &str, limits: &Limits) -> Result<Vec<SheetFacts>> {
    let kind = sniff(path, name_shown)?;
    let (book, _) = open_book(path, name_shown, kind, limits)?;
    list(&book, name_shown, limits)
}

/// Opens a sheet of a workbook: the one that is named, or the only visible one.
///
/// # Errors
/// When the file is no workbook (T1001), encrypted (T1104), over a limit (T1101) or damaged (T1109), and when the sheet
/// is missing or unclear (T1105). What is wrong with the sheet itself shows while its blocks are read.
pub fn open(path: &Path, name_shown: &str, sheet: Option<&str>, limits: &Limits) -> Result<Box<dyn RawSource>> {
    let kind = sniff(path, name_shown)?;
    let digest = super::digest::start(path, name_shown)?;
    let (book, mut archive) = open_book(path, name_shown, kind, limits)?;
    let chosen = choose(&list(&book, name_shown, limits)?, sheet, name_shown)?.clone();
    let bytes = std::fs::metadata(path).map_err(|error| cannot_open(name_shown, &error))?.len();
    let facts = SourceFacts {
        file: name_shown.to_owned(),
        sheet: chosen.name.clone(),
        format: kind.format(),
        bytes,
        notes: first_notes(&chosen, &archive, name_shown),
        ..SourceFacts::default()
    };
    let (sender, blocks) = sync_channel(2);
    let merged = archive.take_merged(&chosen.name);
    let (place, limits) = (place_of(name_shown, &chosen.name), limits.clone());
    let second = (kind == FileKind::Xlsb).then(|| path.to_owned());
    let reading = std::thread::Builder::new()
        .name("workbook-reader".to_owned())
        .spawn(move || {
            let mut sink = |block| sender.send(block).is_ok();
            let read = || {
                let grid = Grid::new(place.clone(), &limits, &mut sink).with_merged(merged);
                sheet::read(book, second.as_deref(), &place, &limits, grid)
            };
            catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(broke(&place.file, "reading its cells failed")))
        })
        .map_err(|error| Problem::machine("T1109", name_shown, &error))?;
    Ok(Box::new(SheetSource { facts, blocks, reading: Some(reading), digest: Some(digest) }))
}

/// A sheet that is being read on another thread.
struct SheetSource {
    facts: SourceFacts,
    blocks: Receiver<RawBlock>,
    reading: Option<JoinHandle<Result<Vec<Finding>>>>,
    digest: Option<PendingDigest>,
}

impl RawSource for SheetSource {
    fn next_block(&mut self) -> Result<Option<BlockWork>> {
        if let Ok(block) = self.blocks.recv() {
            return Ok(Some(Box::new(move || Ok(block))));
        }
        // The reader has let go of its end of the queue: it is done, or it broke off.
        if let Some(reading) = self.reading.take() {
            let notes = reading.join().map_err(|_| Problem::internal("the reading of a workbook broke off"))??;
            self.facts.notes.extend(notes);
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

/// The problem of a file that the reader cannot make sense of.
fn broke(name_shown: &str, how: &str) -> Problem {
    Problem::input(
        "T1109",
        Place::file(name_shown),
        format!("the file broke the reader: {how}"),
        "open it in its program, save it under a new name (xlsx or csv) and give that as the source",
    )
}

fn place_of(name_shown: &str, sheet: &str) -> Place {
    Place { sheet: sheet.to_owned(), ..Place::file(name_shown) }
}

/// An error of the library, once the errors that mean a password are told apart.
enum Failure {
    Locked,
    Other(String),
}

macro_rules! failure_from {
    ($($error:ident),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Failure {
                if matches!(error, $error::Password) { Failure::Locked } else { Failure::Other(error.to_string()) }
            }
        }
    )*};
}
failure_from!(XlsxError, XlsbError, XlsError, OdsError);

fn open_book(path: &Path, name_shown: &str, kind: FileKind, limits: &Limits) -> Result<(Book, ArchiveFacts)> {
    let unreadable = |error: std::io::Error| cannot_open(name_shown, &error);
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    let (limit, key) = match kind {
        FileKind::Xls | FileKind::Ods => (limits.whole_workbook_bytes, "whole_workbook_bytes"),
        _ => (limits.workbook_bytes, "workbook_bytes"),
    };
    if bytes > limit {
        return Err(over_limit(Place::file(name_shown), "bytes of the workbook", bytes, limit, key));
    }
    let archive = match kind {
        FileKind::Xlsx | FileKind::Xlsb | FileKind::Ods => archive::check(path, name_shown, limits)?,
        _ => ArchiveFacts::default(),
    };
    match kind {
        FileKind::Ods => open_document::check(path, name_shown, limits)?,
        FileKind::Xls => compound::check(path, name_shown, limits)?,
        _ => {}
    }
    let file = BufReader::new(File::open(path).map_err(unreadable)?);
    let opened = catch_unwind(AssertUnwindSafe(|| -> std::result::Result<Option<Book>, Failure> {
        Ok(match kind {
            FileKind::Xlsx => Some(Book::Xlsx(Xlsx::new(file)?)),
            FileKind::Xlsb => Some(Book::Xlsb(Xlsb::new(file)?)),
            FileKind::Xls => Some(Book::Xls(Xls::new(file)?)),
            FileKind::Ods => Some(Book::Ods(Ods::new(file)?)),
            _ => None,
        })
    }));
    match opened {
        Ok(Ok(Some(book))) => Ok((book, archive)),
        Ok(Ok(None)) => {
            let message = format!("the file is {}, not a workbook", kind.title());
            Err(Problem::input("T1001", Place::file(name_shown), message, "leave `sheet` out of the source"))
        }
        Ok(Err(Failure::Locked)) => Err(locked(name_shown)),
        Ok(Err(Failure::Other(how))) => Err(broke(name_shown, &how)),
        Err(_) => Err(broke(name_shown, "opening it failed")),
    }
}

fn list(book: &Book, name_shown: &str, limits: &Limits) -> Result<Vec<SheetFacts>> {
    let known = match book {
        Book::Xlsx(book) => book.sheets_metadata(),
        Book::Xlsb(book) => book.sheets_metadata(),
        Book::Xls(book) => book.sheets_metadata(),
        Book::Ods(book) => book.sheets_metadata(),
    };
    if known.len() > limits.sheets {
        let (found, limit) = (known.len() as u64, limits.sheets as u64);
        return Err(over_limit(Place::file(name_shown), "sheets", found, limit, "sheets"));
    }
    let facts = |sheet: &calamine::Sheet| SheetFacts {
        name: sheet.name.clone(),
        visibility: match sheet.visible {
            SheetVisible::Visible => Visibility::Visible,
            SheetVisible::Hidden => Visibility::Hidden,
            SheetVisible::VeryHidden => Visibility::VeryHidden,
        },
        has_cells: sheet.typ == SheetType::WorkSheet,
    };
    Ok(known.iter().map(facts).collect())
}

/// The sheet that is meant. Never the first one for want of a better.
fn choose<'a>(sheets: &'a [SheetFacts], wanted: Option<&str>, name_shown: &str) -> Result<&'a SheetFacts> {
    let visible: Vec<&SheetFacts> =
        sheets.iter().filter(|sheet| sheet.has_cells && sheet.visibility == Visibility::Visible).collect();
    let message = match (wanted, visible.as_slice()) {
        (None, [only]) => return Ok(only),
        (None, []) => "the workbook has no visible sheet with cells".to_owned(),
        (None, several) => format!("the workbook has {} visible sheets, and none is named", several.len()),
        (Some(name), _) => {
            // Spreadsheet programs do not tell sheets apart by case either.
            let same = |sheet: &&SheetFacts| sheet.name.trim().to_lowercase() == name.trim().to_lowercase();
            match sheets.iter().filter(same).find(|sheet| sheet.has_cells) {
                Some(sheet) => return Ok(sheet),
                None => format!("the workbook has no sheet \"{name}\" with cells"),
            }
        }
    };
    let names: Vec<String> = visible.iter().map(|sheet| format!("\"{}\"", sheet.name)).collect();
    let remedy = match names.is_empty() {
        true => "name the sheet: sheet = \"…\" in the source".to_owned(),
        false => format!("name one with sheet = \"…\" in the source: {}", names.join(", ")),
    };
    Err(Problem::input("T1105", Place::file(name_shown), message, remedy))
}

fn first_notes(sheet: &SheetFacts, archive: &ArchiveFacts, name_shown: &str) -> Vec<Finding> {
    let place = || place_of(name_shown, &sheet.name);
    let mut notes = Vec::new();
    if sheet.visibility != Visibility::Visible {
        notes.push(Finding::note("T1108", place(), "the sheet is hidden; it was named and is read"));
    }
    let hidden = archive.hidden(&sheet.name);
    if hidden.rows > 0 || hidden.columns > 0 {
        let parts = [(hidden.rows, "hidden row"), (hidden.columns, "group of hidden columns")];
        let said: Vec<String> = parts.iter().filter(|part| part.0 > 0).map(|part| plural(part.0, part.1)).collect();
        let message = format!("the sheet has {}; they are read like all others", said.join(" and "));
        notes.push(Finding::warning("T1108", place(), message, "check that they belong to the data"));
    }
    if archive.external_links {
        let message = "the workbook has links to other workbooks; its values may be stale";
        notes.push(Finding::warning(
            "T1112",
            place(),
            message,
            "update the links in Excel, or paste the values, and save",
        ));
    }
    notes
}

fn plural(count: u64, what: &str) -> String {
    match (count, what.split_once(" of ")) {
        (1, _) => format!("1 {what}"),
        (_, Some((head, rest))) => format!("{count} {head}s of {rest}"),
        (_, None) => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod xls_tests;
#[cfg(test)]
mod xlsb_tests;

//! Workbooks: xlsx and xlsb cell by cell, xls and ods whole (their format leaves no choice, so their size is capped,
//! and what the library will make room for is counted before it does).
//!
//! calamine's `worksheet_range` is used for neither of the first two: it allocates rows x columns, and two far cells in
//! a file of 2 KB would ask for half a terabyte. The reading happens on a thread of its own, because the cell reader
//! borrows the workbook; blocks come through a short queue, so memory stays flat however long the sheet is.

mod archive;
mod biff;
mod binary;
mod cell;
mod compound;
mod document;
mod gate;
mod grid;
mod guard;
mod scan;
mod sheet;

use self::archive::{ArchiveFacts, Checked, SheetCheck};
pub use self::cell::NOT_CALCULATED;
pub(super) use self::cell::{BAD_DATE, write_number};
use self::gate::Gated;
use self::grid::Grid;
use super::digest::{PendingDigest, cannot_open};
use super::kind::FileKind;
use super::raw::{BlockWork, Limits, Merged, RawBlock, RawSource, SourceFacts, over_limit};
use super::sniff::{locked, sniff};
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::words::counted;
use calamine::{Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError};
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
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
    Xlsx(Xlsx<BufReader<Gated>>),
    Xlsb(Xlsb<BufReader<File>>),
    Xls(Xls<Cursor<Vec<u8>>>),
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
    let (book, checked) = open_book(path, name_shown, kind, limits)?;
    let chosen = choose(&list(&book, name_shown, limits)?, sheet, name_shown)?.clone();
    let bytes = std::fs::metadata(path).map_err(|error| cannot_open(name_shown, &error))?.len();
    let facts = SourceFacts {
        file: name_shown.to_owned(),
        sheet: chosen.name.clone(),
        format: kind.format(),
        bytes,
        ..SourceFacts::default()
    };
    let (sender, blocks) = sync_channel(if checked.sheets.is_some() { WAITING_BESIDE_CHECK } else { WAITING });
    let (place, limits) = (place_of(name_shown, &chosen.name), limits.clone());
    let formulas = checked.formulas_of(&chosen.name);
    let second = (kind == FileKind::Xlsb).then(|| path.to_owned());
    let reading = std::thread::Builder::new()
        .name("workbook-reader".to_owned())
        .spawn(move || {
            let mut sink = |block| sender.send(block).is_ok();
            let read = || {
                let grid = Grid::new(place.clone(), &limits, &mut sink);
                sheet::read(book, second.as_deref(), formulas.as_deref(), &place, &limits, grid)
            };
            catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(broke(&place.file, "reading its cells failed")))
        })
        .map_err(|error| Problem::machine("T1109", name_shown, &error))?;
    let mut source = SheetSource {
        facts,
        chosen,
        check: None,
        merged: Vec::new(),
        blocks,
        reading: Some(reading),
        digest: Some(digest),
    };
    match checked.sheets {
        Some(check) => source.check = Some(check),
        None => source.take(checked.facts),
    }
    Ok(Box::new(source))
}

/// How many blocks may wait to be taken.
const WAITING: usize = 2;
/// How many may wait where nobody takes them until the check of a large sheet is through: as far as the reading of the
/// longest sheet gets meanwhile.
const WAITING_BESIDE_CHECK: usize = 32;

/// A sheet that is being read on another thread.
struct SheetSource {
    facts: SourceFacts,
    chosen: SheetFacts,
    /// The check of the sheet, until the first block is asked for.
    check: Option<SheetCheck>,
    /// Merged cells whose last row has not been handed out yet.
    merged: Vec<Merged>,
    blocks: Receiver<RawBlock>,
    reading: Option<JoinHandle<Result<Vec<Finding>>>>,
    digest: Option<PendingDigest>,
}

impl SheetSource {
    /// Takes over what the check has seen of the sheet.
    fn take(&mut self, mut archive: ArchiveFacts) {
        let first = first_notes(&self.chosen, &archive, &self.facts.file);
        self.facts.notes.splice(0..0, first);
        self.merged = archive.take_merged(&self.chosen.name);
    }

    /// Notes in a block which of its cells are merged.
    fn mark_merged(&mut self, block: &mut RawBlock) {
        if let (false, Some(last)) = (self.merged.is_empty(), block.len().checked_sub(1)) {
            let (first, last) = (block.row(0).place, block.row(last).place);
            self.merged.retain(|merged| merged.rows.1 >= first);
            block.set_merged(self.merged.iter().filter(|merged| merged.rows.0 <= last).copied().collect());
        }
    }
}

impl RawSource for SheetSource {
    fn next_block(&mut self) -> Result<Option<BlockWork>> {
        // What is wrong with the file is told by its check, also where the reader has stumbled over the same.
        if let Some(check) = self.check.take() {
            self.take(check.finish()?);
        }
        if let Ok(mut block) = self.blocks.recv() {
            self.mark_merged(&mut block);
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

fn open_book(path: &Path, name_shown: &str, kind: FileKind, limits: &Limits) -> Result<(Book, Checked)> {
    let unreadable = |error: std::io::Error| cannot_open(name_shown, &error);
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    let (limit, key) = match kind {
        FileKind::Xls | FileKind::Ods => (limits.whole_workbook_bytes, "whole_workbook_bytes"),
        _ => (limits.workbook_bytes, "workbook_bytes"),
    };
    if bytes > limit {
        return Err(over_limit(Place::file(name_shown), "bytes of the workbook", bytes, limit, key));
    }
    let mut checked = match kind {
        FileKind::Xlsx | FileKind::Xlsb | FileKind::Ods => archive::check(path, name_shown, limits)?,
        _ => Checked::default(),
    };
    let file = File::open(path).map_err(unreadable)?;
    let gate = checked.sheets.as_ref().map(|check| check.gate.clone());
    let old_workbook = match kind {
        FileKind::Xls => Some(checked_records(&file, name_shown, limits)?),
        _ => None,
    };
    let opened = catch_unwind(AssertUnwindSafe(|| -> std::result::Result<Option<Book>, Failure> {
        Ok(match kind {
            FileKind::Xlsx => Some(Book::Xlsx(Xlsx::new(BufReader::new(Gated::new(file, gate)))?)),
            FileKind::Xlsb => Some(Book::Xlsb(Xlsb::new(BufReader::new(file))?)),
            FileKind::Xls => Some(Book::Xls(Xls::new(Cursor::new(old_workbook.unwrap_or_default()))?)),
            FileKind::Ods => Some(Book::Ods(Ods::new(BufReader::new(file))?)),
            _ => None,
        })
    }));
    match opened {
        Ok(Ok(Some(book))) => {
            if let Book::Xls(book) = &book {
                note_merged(book, &mut checked.facts);
            }
            Ok((book, checked))
        }
        Ok(Ok(None)) => {
            let message = format!("the file is {}, not a workbook", kind.title());
            Err(Problem::input("T1001", Place::file(name_shown), message, "leave `sheet` out of the source"))
        }
        Ok(Err(Failure::Locked)) => Err(locked(name_shown)),
        Ok(Err(Failure::Other(how))) => {
            // What the check says is nearer to the cause.
            checked.sheets.take().map_or(Ok(()), |check| check.finish().map(|_| ()))?;
            Err(broke(name_shown, &how))
        }
        Err(_) => Err(broke(name_shown, "opening it failed")),
    }
}

/// The records of an xls workbook, looked at and put into a fresh file that holds nothing else.
fn checked_records(file: &File, name_shown: &str, limits: &Limits) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = limits.whole_workbook_bytes.saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(|error| cannot_open(name_shown, &error))?;
    let mut stream = compound::workbook_stream(&bytes).map_err(|how| broke(name_shown, &how))?;
    drop(bytes);
    biff::check(&mut stream.bytes, name_shown, limits)?;
    Ok(compound::around(&stream))
}

/// Of xls workbooks the library itself tells which cells are merged.
fn note_merged(book: &Xls<Cursor<Vec<u8>>>, facts: &mut ArchiveFacts) {
    for sheet in book.sheets_metadata() {
        let Ok(ranges) = book.merge_cells_by_sheet_name(&sheet.name) else { continue };
        let merged = ranges.iter().map(|range| Merged {
            rows: (range.start.0.saturating_add(1), range.end.0.saturating_add(1)),
            columns: (range.start.1, range.end.1),
        });
        facts.set_merged(&sheet.name, merged.collect());
    }
}

/// Refuses the first figure that is over its limit: what it counts, the figure, the limit, and its name.
fn all_within(name_shown: &str, figures: [(&str, u64, u64, &str); 3]) -> Result<()> {
    match figures.into_iter().find(|(_, found, limit, _)| found > limit) {
        Some((what, found, limit, key)) => Err(over_limit(Place::file(name_shown), what, found, limit, key)),
        None => Ok(()),
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
        let said: Vec<String> =
            parts.iter().filter(|part| part.0 > 0).map(|part| counted(part.0 as usize, part.1)).collect();
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

#[cfg(test)]
mod beside_tests;
#[cfg(test)]
mod ods_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod xls_tests;
#[cfg(test)]
mod xlsb_tests;

//! Looks through the content of an OpenDocument spreadsheet before its reader does. That reader waits for ever for the
//! end of a table or remark that has none, and repeats cells and blanks as often as the file tells it to.
//! Source of the names: OASIS Open Document Format 1.3, part 3, sections 9 (tables) and 6.1.3 (`text:s`).

use super::broke;
use crate::diag::{Place, Problem, Result};
use crate::load::digest::cannot_open;
use crate::load::raw::{Limits, over_limit};
use crate::load::xml::{Element, Tag, Xml};
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use zip::ZipArchive;

const CONTENT: &str = "content.xml";
const PIECE_BYTES: usize = 64 * 1024;
/// What a cell has that is not blank. A type without a value makes an empty text.
const FILLED: [&str; 7] =
    ["value", "string-value", "date-value", "time-value", "boolean-value", "value-type", "formula"];

/// Checks that the content is whole, and that what its reader would make of it is within the limits.
///
/// # Errors
/// T1109 where it is damaged or cut off, T1101 over a limit.
pub(super) fn check(path: &Path, name_shown: &str, limits: &Limits) -> Result<()> {
    let file = File::open(path).map_err(|error| cannot_open(name_shown, &error))?;
    // The archive as such was looked at before, and a missing part is the reader's to tell.
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else { return Ok(()) };
    let Ok(mut content) = archive.by_name(CONTENT) else { return Ok(()) };
    let (send, pieces) = sync_channel(2);
    let place = Place::file(name_shown);
    let walked = std::thread::scope(|scope| {
        let input = Box::new(Pieces { pieces, piece: Cursor::default() });
        let walk = scope.spawn(move || Walk::new(input, place, limits)?.document());
        loop {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            let read = content.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut piece);
            // A walk that is refused takes no more; an archive that breaks off was refused before.
            if read.is_err() || piece.is_empty() || send.send(piece).is_err() {
                break;
            }
        }
        drop(send);
        walk.join().unwrap_or_else(|_| Err(Problem::internal("the look through a workbook broke off")))
    });
    walked.map_err(|problem| refused(name_shown, problem))
}

/// Lines of the content mean nothing to whoever sees a spreadsheet: only what is wrong is told.
fn refused(name_shown: &str, mut problem: Problem) -> Problem {
    match problem.findings.first_mut() {
        Some(finding) if finding.code == "T1101" => finding.place.row = 0,
        Some(finding) => return broke(name_shown, &format!("its part {CONTENT} is damaged: {}", finding.message)),
        None => {}
    }
    problem
}

/// The pieces of a part, read one after the other.
struct Pieces {
    pieces: Receiver<Vec<u8>>,
    piece: Cursor<Vec<u8>>,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.piece.position() == self.piece.get_ref().len() as u64 {
            self.piece = Cursor::new(self.pieces.recv().unwrap_or_default());
        }
        self.piece.read(out)
    }
}

/// How far a table reaches.
#[derive(Default)]
struct Extent {
    /// Rows so far, and those up to the last that is not blank.
    rows: u64,
    tall: u64,
    /// Columns up to the last that is not blank.
    wide: u64,
}

/// What a row holds.
#[derive(Default)]
struct Row {
    columns: u64,
    filled: u64,
    bytes: u64,
}

struct Walk<'a> {
    xml: Xml,
    place: Place,
    limits: &'a Limits,
    /// Bytes of text, each cell as often as it is repeated.
    bytes: u64,
}

impl<'a> Walk<'a> {
    fn new(input: Box<dyn Read + Send>, place: Place, limits: &'a Limits) -> Result<Walk<'a>> {
        Ok(Walk { xml: Xml::new(input, place.clone(), None, limits)?, place, limits, bytes: 0 })
    }

    fn document(mut self) -> Result<()> {
        self.xml.root()?;
        self.inside()?;
        self.xml.finish()
    }

    fn inside(&mut self) -> Result<()> {
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "table" => self.rows(&mut Extent::default())?,
                _ => self.inside()?,
            }
        }
        Ok(())
    }

    /// The rows of a table, or of a group of rows in it.
    fn rows(&mut self, extent: &mut Extent) -> Result<()> {
        while let Some(tag) = self.xml.next_child()? {
            match tag.name.as_str() {
                "table-row" => self.row(&tag, extent)?,
                "table-row-group" | "table-header-rows" | "table-rows" => self.rows(extent)?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn row(&mut self, tag: &Tag, extent: &mut Extent) -> Result<()> {
        let times = repeats(tag, "number-rows-repeated");
        let mut row = Row::default();
        while let Some(tag) = self.xml.next_child()? {
            let cell = self.xml.element(tag)?;
            let times = repeats(&cell.tag, "number-columns-repeated");
            row.columns = row.columns.saturating_add(times);
            if is_filled(&cell) {
                row.filled = row.columns;
                row.bytes = row.bytes.saturating_add(text_bytes(&cell).saturating_mul(times));
            }
        }
        self.bytes = self.bytes.saturating_add(row.bytes.saturating_mul(times));
        extent.rows = extent.rows.saturating_add(times);
        if row.filled > 0 {
            extent.tall = extent.rows;
            extent.wide = extent.wide.max(row.filled);
        }
        let cells = extent.tall.saturating_mul(extent.wide);
        self.within(cells, self.limits.cells, "cells of a table, the repeated ones counted", "cells")?;
        self.within(self.bytes, self.limits.inflated_bytes, "bytes of text, repeated as told", "inflated_bytes")
    }

    fn within(&self, found: u64, limit: u64, what: &str, key: &str) -> Result<()> {
        match found > limit {
            true => Err(over_limit(self.place.clone(), what, found, limit, key)),
            false => Ok(()),
        }
    }
}

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// How often a row or cell is repeated; what is no number is the reader's to refuse.
fn repeats(tag: &Tag, name: &str) -> u64 {
    attribute(tag, name).and_then(|times| times.parse().ok()).unwrap_or(1)
}

fn is_filled(cell: &Element) -> bool {
    FILLED.iter().any(|name| attribute(&cell.tag, name).is_some())
}

/// How much text a cell has, blanks counted as often as they are told.
fn text_bytes(element: &Element) -> u64 {
    let own: usize = element.tag.attributes.iter().map(|(_, value)| value.len()).sum();
    let blanks = if element.tag.name == "s" { repeats(&element.tag, "c") } else { 0 };
    let within = element.children.iter().map(text_bytes).fold(0, u64::saturating_add);
    (own as u64 + element.text.len() as u64).saturating_add(blanks).saturating_add(within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    /// The code and message of an ods workbook with this inside its only table, or nothing where it is sound.
    fn checked(table: &str, limits: &Limits) -> Option<(&'static str, String)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.ods");
        let mut zip = zip::ZipWriter::new(File::create(&path).expect("a file"));
        let packed = zip::write::SimpleFileOptions::default();
        zip.start_file("mimetype", packed).expect("a part");
        zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet").expect("a part");
        zip.start_file("META-INF/manifest.xml", packed).expect("a part");
        zip.write_all(b"<manifest:manifest xmlns:manifest=\"m\"/>").expect("a part");
        zip.start_file(CONTENT, packed).expect("a part");
        let names = "xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"";
        let body = format!("<office:document-content {names}><table:table table:name=\"A\">{table}");
        zip.write_all(body.as_bytes()).expect("a part");
        zip.finish().expect("an archive");
        let problem = super::super::sheets(&path, "a.ods", limits).err()?;
        Some((problem.findings[0].code, problem.to_string()))
    }

    const END: &str = "</table:table></office:document-content>";

    fn cell(attributes: &str, inside: &str) -> String {
        format!("<table:table-row><table:table-cell {attributes}>{inside}</table:table-cell></table:table-row>")
    }

    #[test]
    fn a_table_without_an_end_is_refused_and_not_waited_for() {
        let whole = cell("office:value-type=\"float\" office:value=\"1\"", "");
        assert_eq!(checked(&format!("{whole}{END}"), &Limits::default()), None);
        let remark = "<table:table-row><table:table-cell office:value-type=\"string\"><office:annotation>";
        for text in ["", &whole, remark, "</office:document-content>", &format!("{remark}{END}")] {
            let (code, message) = checked(text, &Limits::default()).expect("a refusal");
            assert!(code == "T1109" && message.contains("content.xml is damaged"), "{message}");
        }
    }

    #[test]
    fn n27_n28_repeated_cells_and_blanks_are_counted() {
        let limits = Limits { cells: 100, inflated_bytes: 10_000, ..Limits::default() };
        let table = |columns: u32, rows: u32, text: &str| {
            let row = cell(&format!("office:value-type=\"string\" table:number-columns-repeated=\"{columns}\""), text);
            row.replacen("table-row", &format!("table-row table:number-rows-repeated=\"{rows}\""), 1) + END
        };
        assert_eq!(checked(&table(10, 10, ""), &limits), None);
        assert!(checked(&table(10, 11, ""), &limits).expect("a refusal").1.contains("110 is over the limit of 100"));
        let blanks = |count: &str| format!("<text:p><text:s text:c=\"{count}\"/></text:p>");
        assert_eq!(checked(&table(1, 1, &blanks("5000")), &limits), None);
        for (rows, count) in [(2, "5000"), (1, "99999999999")] {
            let (code, message) = checked(&table(1, rows, &blanks(count)), &limits).expect("a refusal");
            assert!(code == "T1101" && message.contains("inflated_bytes"), "{message}");
        }
        // Blank cells to the end of the sheet, which programs write for the style of whole columns, are none.
        let tail = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
                    table:number-columns-repeated=\"16384\"/></table:table-row>";
        assert_eq!(checked(&format!("{tail}{END}"), &limits), None);
    }
}

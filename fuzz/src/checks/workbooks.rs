//! Workbooks of every kind: whatever the bytes are, each sheet is read or refused; rows rise, and a cell is in the form
//! that its kind promises.

use super::files::{Rows, SHOWN, check_finding, check_problem, limits, same, with_file};
use std::io::{Cursor, Write};
use std::path::Path;
use tieout::diag::Result;
use tieout::load::raw::RawKind;
use tieout::load::workbook::{self, SheetFacts};
use tieout::model::Date;
use zip::write::SimpleFileOptions;

/// Rows of the largest sheet that a spreadsheet program knows.
const SHEET_ROWS: u64 = 1 << 20;
/// How many sheets of a workbook are read.
const SHEETS: usize = 3;

/// Tries one file.
pub fn check(bytes: &[u8]) {
    with_file(bytes, |path| match workbook::sheets(path, SHOWN, &limits()) {
        Err(problem) => check_problem(&problem, SHEET_ROWS),
        Ok(sheets) => sheets.iter().take(SHEETS).for_each(|sheet| check_sheet(path, sheet)),
    });
}

/// Tries the parts of a package: a part starts with a line `=== name`. Packed, a change of one byte would only break a
/// checksum.
pub fn check_parts(bytes: &[u8]) {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in split(bytes) {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        // A name that stands there twice, or is none, is left out.
        if zip.start_file(String::from_utf8_lossy(name), stored).is_ok() {
            zip.write_all(content).expect("room for a part");
        }
    }
    check(&zip.finish().expect("a package").into_inner());
}

const MARK: &[u8] = b"=== ";

/// Names and contents of the parts.
fn split(bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let starts_line = |at: usize| at == 0 || bytes[at - 1] == b'\n';
    let starts: Vec<usize> = (0..bytes.len()).filter(|at| starts_line(*at) && bytes[*at..].starts_with(MARK)).collect();
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([bytes.len()]);
    let part = |(start, end): (&usize, usize)| {
        let part = &bytes[start + MARK.len()..end.max(start + MARK.len())];
        let name = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        (&part[..name], part.get(name + 1..).unwrap_or_default())
    };
    starts.iter().zip(ends).map(part).collect()
}

fn check_sheet(path: &Path, sheet: &SheetFacts) {
    let once = read(path, &sheet.name);
    same(&once, &read(path, &sheet.name));
    match once {
        Err(problem) => check_problem(&problem, SHEET_ROWS),
        Ok(rows) => {
            rows.check_places(SHEET_ROWS, true);
            // Occupied columns far to the right stand behind the near ones, whether those are occupied or not.
            assert!(rows.cells.iter().all(|row| row.len() <= 2 * limits().columns));
            rows.cells.iter().flatten().for_each(|(text, kind)| check_cell(text, *kind));
        }
    }
}

fn read(path: &Path, sheet: &str) -> Result<Rows> {
    let mut source = workbook::open(path, SHOWN, Some(sheet), &limits())?;
    let rows = Rows::of(source.as_mut())?;
    source.facts().notes.iter().for_each(|note| check_finding(note, SHEET_ROWS));
    Ok(rows)
}

fn check_cell(text: &str, kind: RawKind) {
    let holds = match kind {
        RawKind::Text => true,
        RawKind::Number => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
            [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        }
        RawKind::Date => text.get(..10).is_some_and(|day| Date::parse_iso(day).is_some()),
        RawKind::Bool => ["true", "false"].contains(&text),
        RawKind::Error => text.starts_with('#'),
    };
    assert!(holds, "{text:?} is no {kind:?}");
}

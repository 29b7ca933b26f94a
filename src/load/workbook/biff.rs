//! Looks at the records of an xls workbook (MS-XLS 2.4) before the library does: what it says of itself asks for memory
//! there, and two far cells ask for all that lies between them.

use super::compound::{u16_at, u32_at};
use crate::diag::{Place, Result};
use crate::load::raw::{Limits, over_limit};

const CONTINUE: u16 = 0x003C;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const SHEET: u16 = 0x0085;
const TEXTS: u16 = 0x00FC;
const DIMENSIONS: u16 = 0x0200;
const FORMULA: u16 = 0x0006;
const TEXT_CELL: u16 = 0x00FD;
const NUMBERS: u16 = 0x00BD;
const MERGED: u16 = 0x00E5;
/// Cells of one value: number, label, rich label, truth or error, packed number, and the shared text.
const CELLS: [u16; 6] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, TEXT_CELL];

/// Looks at the records, and takes out what the sheets say of their own size, which the library would believe.
///
/// # Errors
/// T1101 over a limit, T1109 for texts that cannot be taken apart.
pub(super) fn check(stream: &mut [u8], name_shown: &str, limits: &Limits) -> Result<()> {
    let place = || Place::file(name_shown);
    let (mut sheets, mut texts) = (Vec::new(), Vec::new());
    for record in Records::new(stream, 0) {
        match record.kind {
            SHEET => sheets.push(u32_at(record.data, 0) as usize),
            TEXTS => {
                let found = text_lengths(&record)
                    .ok_or_else(|| super::broke(name_shown, "its list of shared texts cannot be taken apart"))?;
                texts = found;
            }
            END => break,
            _ => {}
        }
        if sheets.len() > limits.sheets {
            let (found, limit) = (sheets.len() as u64, limits.sheets as u64);
            return Err(over_limit(place(), "sheets", found, limit, "sheets"));
        }
    }
    let mut asked = Asked::default();
    let mut sizes = Vec::new();
    for start in sheets {
        let mut sheet = Sheet::default();
        sheet.read(stream, start, &texts, &mut sizes);
        asked.add(&sheet);
        asked.within(name_shown, limits)?;
    }
    for (at, length) in sizes {
        stream[at..at + length].fill(0);
    }
    Ok(())
}

/// What the sheets together ask of the library.
#[derive(Default)]
struct Asked {
    grid: u64,
    text: u64,
    merged: u64,
}

impl Asked {
    fn add(&mut self, sheet: &Sheet) {
        let grid = sheet.cells.size().saturating_add(sheet.formulas.size()).max(sheet.count);
        self.grid = self.grid.saturating_add(grid);
        self.text = self.text.saturating_add(sheet.text);
        self.merged = self.merged.saturating_add(sheet.merged);
    }

    fn within(&self, name_shown: &str, limits: &Limits) -> Result<()> {
        let merged = limits.merged as u64;
        let figures = [
            ("cells of the rectangles around what is on the sheets", self.grid, limits.grid_cells, "grid_cells"),
            ("characters of the sheets' texts", self.text, limits.grid_text, "grid_text"),
            ("merged ranges", self.merged, merged, "merged"),
        ];
        super::all_within(name_shown, figures)
    }
}

/// What one sheet holds.
#[derive(Default)]
struct Sheet {
    cells: Area,
    formulas: Area,
    count: u64,
    text: u64,
    merged: u64,
}

impl Sheet {
    /// Reads the records of the sheet that starts at a place, and notes where it speaks of its own size.
    fn read(&mut self, stream: &[u8], start: usize, texts: &[u32], sizes: &mut Vec<(usize, usize)>) {
        // Charts on the sheet have records of their own, between a beginning and an end.
        let (mut begun, mut inner) = (false, 0_u32);
        for record in Records::new(stream, start) {
            match record.kind {
                BEGIN if begun => inner += 1,
                BEGIN => begun = true,
                END if inner > 0 => inner -= 1,
                END => return,
                _ if inner > 0 => {}
                DIMENSIONS => sizes.push((record.at, record.data.len())),
                MERGED => self.merged += u64::from(u16_at(record.data, 0)),
                kind => self.cell(kind, record.data, texts),
            }
        }
    }

    fn cell(&mut self, kind: u16, data: &[u8], texts: &[u32]) {
        let (row, column) = (u16_at(data, 0), u16_at(data, 2));
        if kind == NUMBERS {
            let last = u16_at(data, data.len().saturating_sub(2));
            self.cells.hold(row, column);
            self.cells.hold(row, last);
            self.count += u64::from(last.saturating_sub(column)) + 1;
        } else if CELLS.contains(&kind) || kind == FORMULA {
            self.cells.hold(row, column);
            self.count += 1;
        }
        if kind == FORMULA {
            self.formulas.hold(row, column);
            self.count += 1;
        }
        if kind == TEXT_CELL {
            self.text += u64::from(texts.get(u32_at(data, 6) as usize).copied().unwrap_or(0));
        }
    }
}

/// The rectangle around cells.
#[derive(Default)]
struct Area {
    /// First and last row, first and last column.
    ends: Option<(u16, u16, u16, u16)>,
}

impl Area {
    fn hold(&mut self, row: u16, column: u16) {
        let (top, bottom, left, right) = self.ends.unwrap_or((row, row, column, column));
        self.ends = Some((top.min(row), bottom.max(row), left.min(column), right.max(column)));
    }

    fn size(&self) -> u64 {
        self.ends.map_or(0, |(top, bottom, left, right)| (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1))
    }
}

/// A record, and the records that continue it.
struct Record<'a> {
    kind: u16,
    /// Where its data starts.
    at: usize,
    data: &'a [u8],
    more: Vec<&'a [u8]>,
}

/// The records of a stream from a place on, up to one that is cut off.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn new(stream: &'a [u8], at: usize) -> Records<'a> {
        Records { stream, at }
    }

    fn one(&mut self) -> Option<(u16, usize, &'a [u8])> {
        let head = self.stream.get(self.at..self.at.checked_add(4)?)?;
        let start = self.at + 4;
        let data = self.stream.get(start..start + usize::from(u16_at(head, 2)))?;
        self.at = start + data.len();
        Some((u16_at(head, 0), start, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, at, data) = self.one()?;
        let mut more = Vec::new();
        while self.stream.get(self.at..self.at + 2).is_some_and(|next| u16_at(next, 0) == CONTINUE) {
            more.push(self.one()?.2);
        }
        Some(Record { kind, at, data, more })
    }
}

/// How many characters each shared text has (MS-XLS 2.4.265 and 2.5.293); `None` where the list is damaged.
fn text_lengths(record: &Record<'_>) -> Option<Vec<u32>> {
    let mut pieces = Pieces { data: record.data.get(8..)?, more: record.more.iter() };
    let mut lengths = Vec::new();
    while !pieces.data.is_empty() || pieces.go_on() {
        if pieces.data.is_empty() {
            lengths.push(0);
            continue;
        }
        let (length, flags) = (u16_at(pieces.data, 0), *pieces.data.get(2)?);
        pieces.data = &pieces.data[3..];
        let runs = if flags & 8 != 0 { usize::from(u16_at(pieces.within(2)?, 0)) } else { 0 };
        let extra = if flags & 4 != 0 { u32_at(pieces.within(4)?, 0) as usize } else { 0 };
        pieces.characters(usize::from(length), flags & 1 != 0)?;
        pieces.skip(runs * 4)?;
        pieces.skip(extra)?;
        lengths.push(u32::from(length));
    }
    Some(lengths)
}

/// The data of a record and of those that continue it.
struct Pieces<'a, 'm> {
    data: &'a [u8],
    more: std::slice::Iter<'m, &'a [u8]>,
}

impl<'a> Pieces<'a, '_> {
    fn go_on(&mut self) -> bool {
        match self.more.next() {
            Some(next) => {
                self.data = next;
                true
            }
            None => false,
        }
    }

    /// The next bytes, which lie in one piece.
    fn within(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.data.split_at_checked(count)?;
        self.data = rest;
        Some(bytes)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > self.data.len() {
            count -= self.data.len();
            if !self.go_on() {
                return None;
            }
        }
        self.within(count).map(|_| ())
    }

    /// Passes over characters of one or two bytes; each piece that continues them says anew which.
    fn characters(&mut self, mut count: usize, mut wide: bool) -> Option<()> {
        while count > 0 {
            let size = if wide { 2 } else { 1 };
            let here = (self.data.len() / size).min(count);
            self.data = &self.data[here * size..];
            count -= here;
            if count > 0 {
                if !self.go_on() {
                    return None;
                }
                wide = self.within(1)?[0] & 1 != 0;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn cell(kind: u16, row: u16, column: u16, rest: &[u8]) -> Vec<u8> {
        record(kind, &[&[row, column, 0].map(u16::to_le_bytes).concat()[..], rest].concat())
    }

    /// A workbook of sheets that all stand at the same place.
    fn stream(texts: &[Vec<u8>], sheets: usize, cells: &[Vec<u8>]) -> Vec<u8> {
        let begin = record(BEGIN, &[0, 6, 5, 0]);
        let length = begin.len() + texts.concat().len() + sheets * 12 + 4;
        let sheet = record(SHEET, &[&(length as u32).to_le_bytes()[..], &[0, 0, 0, 0]].concat());
        let globals = [begin, texts.concat(), sheet.repeat(sheets), record(END, &[])].concat();
        assert_eq!(globals.len(), length);
        [globals, record(BEGIN, &[0, 6, 16, 0]), cells.concat(), record(END, &[])].concat()
    }

    fn edge(key: &str, needed: u64, stream: &[u8], set: impl Fn(u64) -> Limits) {
        assert!(check(&mut stream.to_vec(), "a.xls", &set(needed)).is_ok(), "{key} at its edge");
        let problem = check(&mut stream.to_vec(), "a.xls", &set(needed - 1)).unwrap_err();
        assert_eq!(problem.findings[0].code, "T1101");
        assert!(problem.to_string().contains(&format!("`{key}`")), "{problem}");
    }

    #[test]
    fn n27_two_far_cells_are_a_rectangle() {
        let number = |row, column| cell(0x0203, row, column, &[0; 8]);
        let cells = [number(0, 0), number(99, 1), cell(FORMULA, 9, 3, &[0; 14]), cell(FORMULA, 4, 3, &[0; 14])];
        let one = stream(&[], 1, &cells);
        edge("grid_cells", 100 * 4 + 6, &one, |grid_cells| Limits { grid_cells, ..Limits::default() });
        // The same sheet under three names is read three times.
        let three = stream(&[], 3, &cells);
        edge("grid_cells", 3 * 406, &three, |grid_cells| Limits { grid_cells, ..Limits::default() });
        let packed = stream(&[], 1, &[record(NUMBERS, &[7, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9, 0])]);
        edge("grid_cells", 8, &packed, |grid_cells| Limits { grid_cells, ..Limits::default() });
        let far = stream(&[], 1, &[number(0, 0), number(65_535, 65_535)]);
        assert!(check(&mut far.clone(), "a.xls", &Limits::default()).is_err());
    }

    #[test]
    fn a_size_that_lies_is_taken_out() {
        let size = record(DIMENSIONS, &[0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0]);
        let mut lying = stream(&[], 1, &[size, cell(0x0203, 0, 0, &[0; 8])]);
        let length = lying.len();
        check(&mut lying, "a.xls", &Limits::default()).unwrap();
        assert_eq!(lying.len(), length);
        assert!(!lying.windows(4).any(|bytes| bytes == [0xFF; 4]));
    }

    #[test]
    fn texts_are_counted_across_seams() {
        // "abc" in one piece; 4 wide characters, the last two of them narrow in the next; one with runs and an extra.
        let first = [&[0; 8][..], &[3, 0, 0], b"abc", &[4, 0, 1, b'x', 0, b'y', 0]].concat();
        let next = [&[0_u8][..], b"zz", &[1, 0, 8 | 4, 1, 0, 2, 0, 0, 0], b"q", &[0; 4 + 2]].concat();
        let texts = [record(TEXTS, &first), record(CONTINUE, &next)];
        let text_cell = |at: u32| cell(TEXT_CELL, 0, at as u16, &at.to_le_bytes());
        let whole = stream(&texts, 1, &[text_cell(0), text_cell(1), text_cell(2), text_cell(3)]);
        edge("grid_text", 3 + 4 + 1, &whole, |grid_text| Limits { grid_text, ..Limits::default() });
        let cut = stream(&[record(TEXTS, &first)], 1, &[]);
        assert_eq!(check(&mut cut.clone(), "a.xls", &Limits::default()).unwrap_err().findings[0].code, "T1109");
    }

    #[test]
    fn sheets_and_merged_ranges_have_limits() {
        let merged = stream(&[], 1, &[record(MERGED, &[&[2, 0][..], &[0; 16]].concat()), record(MERGED, &[1, 0])]);
        edge("merged", 3, &merged, |merged| Limits { merged: merged as usize, ..Limits::default() });
        let sheets = stream(&[], 3, &[]);
        edge("sheets", 3, &sheets, |sheets| Limits { sheets: sheets as usize, ..Limits::default() });
    }
}

//! Looks at the records of an xlsb workbook (MS-XLSB 2.1.4) while a part is inflated for the first time: lengths that
//! lie, counts that no workbook has, and merged cells.

use super::compound::u32_at;
use crate::diag::{Place, Result};
use crate::load::raw::{Limits, Merged, over_limit};

/// How often a cell's own limit goes into a record: two bytes a character, and what stands beside the text.
const RECORD: u64 = 8;
const MERGED: u32 = 176;
const TEXT: u32 = 19;
const FORMAT: u32 = 47;
const SHEET: u32 = 156;
/// How much of a record is kept: a merged range, or the name of a sheet and its part.
const KEPT: usize = 2048;

/// Reads the records of a part, which arrives in pieces.
pub(super) struct BinaryScan<'a> {
    name: &'a str,
    name_shown: &'a str,
    limits: &'a Limits,
    state: State,
    /// The start of the data of the record that is being read.
    kept: Vec<u8>,
    texts: u64,
    formats: u64,
    pub(super) merged: Vec<Merged>,
    /// Name of each sheet, and what its part is called in the relations of the workbook.
    pub(super) sheets: Vec<(String, String)>,
}

#[derive(Clone, Copy)]
enum State {
    /// A record's kind of one or two bytes: what was read of it.
    Kind(Option<u8>),
    /// Its length of up to four bytes: what was read of it, and how many bytes that were.
    Length { kind: u32, so_far: u64, bytes: u32 },
    /// Its data: how much is still to come.
    Data { kind: u32, left: u64 },
}

impl<'a> BinaryScan<'a> {
    /// A scan of a part; `None` for what holds no records.
    pub(super) fn new(name: &'a str, name_shown: &'a str, limits: &'a Limits) -> Option<BinaryScan<'a>> {
        let lower = name.to_ascii_lowercase();
        let is_known = ["xl/workbook.bin", "xl/styles.bin", "xl/sharedstrings.bin"].contains(&lower.as_str());
        let is_sheet = lower.starts_with("xl/worksheets/") && lower.ends_with(".bin");
        (is_known || is_sheet).then(|| BinaryScan {
            name,
            name_shown,
            limits,
            state: State::Kind(None),
            kept: Vec::new(),
            texts: 0,
            formats: 0,
            merged: Vec::new(),
            sheets: Vec::new(),
        })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// T1101 over a limit.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<()> {
        while let Some((first, rest)) = bytes.split_first() {
            match self.state {
                State::Kind(None) if first & 0x80 != 0 => self.state = State::Kind(Some(*first)),
                State::Kind(low) => {
                    let kind = low.map_or(u32::from(*first), |low| u32::from(low & 0x7F) | u32::from(*first) << 7);
                    self.state = State::Length { kind, so_far: 0, bytes: 0 };
                }
                State::Length { kind, so_far, bytes } => {
                    let length = so_far | u64::from(first & 0x7F) << (7 * bytes);
                    match first & 0x80 != 0 && bytes < 3 {
                        true => self.state = State::Length { kind, so_far: length, bytes: bytes + 1 },
                        false => self.start(kind, length)?,
                    }
                }
                State::Data { kind, left } => {
                    bytes = self.data(kind, left, bytes)?;
                    continue;
                }
            }
            bytes = rest;
        }
        Ok(())
    }

    fn data<'b>(&mut self, kind: u32, left: u64, bytes: &'b [u8]) -> Result<&'b [u8]> {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let (here, rest) = bytes.split_at(count);
        let room = KEPT.saturating_sub(self.kept.len()).min(here.len());
        self.kept.extend_from_slice(&here[..room]);
        let left = left - count as u64;
        self.state = State::Data { kind, left };
        if left == 0 {
            self.end(kind)?;
        }
        Ok(rest)
    }

    fn start(&mut self, kind: u32, length: u64) -> Result<()> {
        let limit = RECORD.saturating_mul(self.limits.cell_bytes as u64);
        self.within(length, limit, "bytes of a record", "cell_bytes")?;
        match kind {
            TEXT => self.texts += 1,
            FORMAT => self.formats += 1,
            _ => {}
        }
        self.within(self.texts, self.limits.shared_strings, "shared texts", "shared_strings")?;
        self.within(self.formats, self.limits.styles, "formats of the workbook's styles", "styles")?;
        self.kept.clear();
        self.state = State::Data { kind, left: length };
        if length == 0 { self.end(kind) } else { Ok(()) }
    }

    fn end(&mut self, kind: u32) -> Result<()> {
        self.state = State::Kind(None);
        match kind {
            MERGED if self.kept.len() >= 16 => {
                let word = |at: usize| u32_at(&self.kept, 4 * at);
                let rows = (word(0).saturating_add(1), word(1).saturating_add(1));
                self.merged.push(Merged { rows, columns: (word(2), word(3)) });
                self.within(self.merged.len() as u64, self.limits.merged as u64, "merged ranges", "merged")
            }
            SHEET => {
                self.sheets.extend(sheet_of(&self.kept));
                let (found, limit) = (self.sheets.len() as u64, self.limits.sheets as u64);
                self.within(found, limit, "sheets", "sheets")
            }
            _ => Ok(()),
        }
    }

    fn within(&self, found: u64, limit: u64, what: &str, key: &str) -> Result<()> {
        match found > limit {
            true => {
                Err(over_limit(Place::file(self.name_shown), &format!("{what} in {}", self.name), found, limit, key))
            }
            false => Ok(()),
        }
    }
}

/// Name and part of a sheet: behind two numbers stand two texts, the part first (MS-XLSB 2.4.313).
fn sheet_of(data: &[u8]) -> Option<(String, String)> {
    let text = |at: usize| -> Option<(String, usize)> {
        let end = (at + 4).checked_add((u32_at(data.get(at..at + 4)?, 0) as usize).checked_mul(2)?)?;
        let units: Vec<u16> =
            data.get(at + 4..end)?.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
        Some((String::from_utf16(&units).ok()?, end))
    };
    let (part, next) = text(8)?;
    Some((text(next)?.0, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan<'a>(name: &'a str, bytes: &[u8], piece: usize, limits: &'a Limits) -> Result<BinaryScan<'a>> {
        let mut scan = BinaryScan::new(name, "a.xlsb", limits).expect("a part with records");
        bytes.chunks(piece).try_for_each(|bytes| scan.feed(bytes))?;
        Ok(scan)
    }

    fn edge(name: &str, bytes: &[u8], key: &str, needed: usize, set: impl Fn(usize) -> Limits) {
        for piece in [1, 3, 4096] {
            assert!(scan(name, bytes, piece, &set(needed)).is_ok(), "{key} = {needed}");
            let problem = scan(name, bytes, piece, &set(needed - 1)).err().expect("a refusal");
            assert!(problem.to_string().contains(&format!("`{key}`")), "{problem}");
        }
    }

    #[test]
    fn lengths_and_counts_have_limits_in_any_pieces() {
        // A record of kind 0x194 and 16 bytes that says so in four bytes of length.
        let long = [&[0x94, 0x03, 0x90, 0x80, 0x80, 0x00][..], &[0; 16]].concat();
        let cells = |cell_bytes| Limits { cell_bytes, ..Limits::default() };
        edge("xl/worksheets/sheet1.bin", &long, "cell_bytes", 2, cells);
        let lie = [0x07, 0xFF, 0xFF, 0xFF, 0x7F];
        let problem = scan("xl/sharedStrings.bin", &lie, 2, &Limits::default()).err().unwrap();
        assert!(problem.to_string().contains("268435455 is over the limit"), "{problem}");
        let texts = [[TEXT as u8, 1, 0], [TEXT as u8, 1, 0]].concat();
        let shared = |count| Limits { shared_strings: count as u64, ..Limits::default() };
        edge("xl/sharedStrings.bin", &texts, "shared_strings", 2, shared);
        let formats = [[FORMAT as u8, 0], [FORMAT as u8, 0], [FORMAT as u8, 0]].concat();
        edge("xl/styles.bin", &formats, "styles", 3, |count| Limits { styles: count as u64, ..Limits::default() });
        assert!(BinaryScan::new("xl/vbaProject.bin", "a.xlsb", &Limits::default()).is_none());
    }

    #[test]
    fn n46_merged_cells_of_xlsb_in_any_pieces() {
        let merged = [&[0xB0, 0x01, 16][..], &[4_u32, 6, 1, 1].map(u32::to_le_bytes).concat()].concat();
        let limits = Limits::default();
        for piece in 1..20 {
            let found = scan("xl/worksheets/sheet1.bin", &merged, piece, &limits).unwrap();
            assert_eq!(found.merged, [Merged { rows: (5, 7), columns: (1, 1) }]);
        }
        edge("xl/worksheets/sheet1.bin", &merged.repeat(2), "merged", 2, |merged| Limits {
            merged,
            ..Limits::default()
        });
    }
}

//! Looks through an Excel 97-2003 workbook before its reader does. That reader follows chains of sectors that run in a
//! circle without end, and makes room for as many cells as the file says that there are, or as far as one cell lies.
//! Sources: [MS-CFB] sections 2.2 to 2.6 (header, allocation tables, directory), [MS-XLS] sections 2.1.4 (records),
//! 2.4.28 (BoundSheet8), 2.4.90 (Dimensions) and 2.5.13 (Cell).

use super::broke;
use crate::diag::{Place, Result};
use crate::load::digest::cannot_open;
use crate::load::raw::{Limits, over_limit};
use std::path::Path;

const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// From here on numbers are marks and name no sector.
const FIRST_MARK: u32 = 0xFFFF_FFFA;
const MINI_SECTOR: usize = 64;
/// Streams below this length lie in mini sectors.
const MINI_BELOW: usize = 4096;
const ENTRY: usize = 128;
/// Records that start a substream and end it.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
/// Several cells of a row in one record, whose last number is the last column.
const MANY: u16 = 0x00BD;
/// Records that start with the row and column of a cell.
const CELLS: [u16; 8] = [0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD, MANY];

/// Checks that chains of sectors end and that the cells which the reader would make room for are within the limits.
/// Whatever else is wrong is the reader's to refuse.
///
/// # Errors
/// T1109 for a chain without an end, T1101 over a limit.
pub(super) fn check(path: &Path, name_shown: &str, limits: &Limits) -> Result<()> {
    let bytes = std::fs::read(path).map_err(|error| cannot_open(name_shown, &error))?;
    let endless = |_: Endless| broke(name_shown, "its sectors point to each other in a circle");
    let Some(file) = Container::new(&bytes).map_err(endless)? else { return Ok(()) };
    for name in ["workbook", "book"] {
        if let Some(stream) = file.stream(name).map_err(endless)? {
            check_sheets(&stream, name_shown, limits)?;
        }
    }
    Ok(())
}

/// A chain is longer than the file has sectors.
struct Endless;

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))
}

/// Sectors of one size and the table that says which follows which.
struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
    next: Vec<u32>,
}

impl<'a> Sectors<'a> {
    fn sector(&self, number: u32) -> &'a [u8] {
        let start = (number as usize).saturating_mul(self.size).min(self.bytes.len());
        &self.bytes[start..start.saturating_add(self.size).min(self.bytes.len())]
    }

    /// The bytes of a chain, up to a length; a chain that breaks off ends there.
    fn chain(&self, mut number: u32, length: usize) -> std::result::Result<Vec<u8>, Endless> {
        let (mut bytes, mut left) = (Vec::new(), self.bytes.len() / self.size + 2);
        while number != END_OF_CHAIN && bytes.len() < length {
            left = left.checked_sub(1).ok_or(Endless)?;
            let sector = self.sector(number);
            bytes.extend_from_slice(&sector[..sector.len().min(length - bytes.len())]);
            match self.next.get(number as usize) {
                Some(next) => number = *next,
                None => break,
            }
        }
        Ok(bytes)
    }
}

/// A compound file: streams in sectors.
struct Container<'a> {
    sectors: Sectors<'a>,
    directory: Vec<u8>,
    mini: Vec<u8>,
    mini_next: Vec<u32>,
}

impl<'a> Container<'a> {
    /// `None` where the header is none.
    fn new(bytes: &'a [u8]) -> std::result::Result<Option<Container<'a>>, Endless> {
        let size = match two(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Ok(None),
        };
        let field = |at: usize| four(bytes, at).unwrap_or(END_OF_CHAIN);
        let body = bytes.get(size..).unwrap_or_default();
        let mut sectors = Sectors { bytes: body, size, next: Vec::new() };
        let most = body.len() / size + 2;
        let mut tables: Vec<u32> = numbers(bytes.get(76..512).unwrap_or_default()).collect();
        let (mut more, mut left) = (field(68), most);
        while more < FIRST_MARK {
            left = left.checked_sub(1).ok_or(Endless)?;
            tables.extend(numbers(sectors.sector(more)));
            more = tables.pop().unwrap_or(END_OF_CHAIN);
        }
        tables.retain(|number| *number < FIRST_MARK);
        // A table that is listed again and again would be as large as the list is long.
        if tables.len() > most {
            return Err(Endless);
        }
        sectors.next = tables.into_iter().flat_map(|number| numbers(sectors.sector(number))).collect();
        let directory = sectors.chain(field(48), usize::MAX)?;
        let (mut mini, mut mini_next) = (Vec::new(), Vec::new());
        if let (Some((start, length)), true) = (place(&directory, size), field(64) > 0) {
            mini = sectors.chain(start, length)?;
            let length = (field(64) as usize).saturating_mul(size);
            mini_next = numbers(&sectors.chain(field(60), length)?).collect();
        }
        Ok(Some(Container { sectors, directory, mini, mini_next }))
    }

    /// The first stream of a name.
    fn stream(&self, name: &str) -> std::result::Result<Option<Vec<u8>>, Endless> {
        let wanted = |entry: &&[u8]| {
            let units = entry[..64].as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
            let found: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
            String::from_utf16_lossy(&found).eq_ignore_ascii_case(name)
        };
        let entry = self.directory.chunks_exact(ENTRY).find(wanted);
        let Some((start, length)) = entry.and_then(|entry| place(entry, self.sectors.size)) else { return Ok(None) };
        let mini = || Sectors { bytes: &self.mini, size: MINI_SECTOR, next: self.mini_next.clone() };
        match length < MINI_BELOW {
            true => mini().chain(start, length).map(Some),
            false => self.sectors.chain(start, length).map(Some),
        }
    }
}

/// Where the stream of a directory's first entry starts, and its length: half as wide in small sectors.
fn place(entry: &[u8], size: usize) -> Option<(u32, usize)> {
    let high = if size == 512 { 0 } else { u64::from(four(entry, 124)?) };
    let length = high << 32 | u64::from(four(entry, 120)?);
    Some((four(entry, 116)?, usize::try_from(length).ok()?))
}

/// Type and content of the records of a stream, until one is cut off.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (two(stream, 0)?, usize::from(two(stream, 2)?));
        let content = stream.get(4..4 + length)?;
        stream = &stream[4 + length..];
        Some((kind, content))
    })
}

fn check_sheets(stream: &[u8], name_shown: &str, limits: &Limits) -> Result<()> {
    let globals = records(stream).take_while(|(kind, _)| *kind != END);
    let mut cells = 0_u64;
    for at in globals.filter(|(kind, _)| *kind == SHEET).filter_map(|(_, content)| four(content, 0)) {
        cells = cells.saturating_add(room(stream.get(at as usize..).unwrap_or_default()));
        if cells > limits.cells {
            let what = "cells of the sheets, blank ones between others counted";
            return Err(over_limit(Place::file(name_shown), what, cells, limits.cells, "cells"));
        }
    }
    Ok(())
}

/// For how many cells the reader would make room in a sheet: as many as it says, or as its cells span.
fn room(sheet: &[u8]) -> u64 {
    let (mut told, mut spanned) = (0_u64, None::<[u64; 4]>);
    let (mut has_begun, mut inside) = (false, 0_u32);
    for (kind, content) in records(sheet) {
        match (kind, inside) {
            (BEGIN, 0) if !has_begun => has_begun = true,
            // Charts have sheets of their own inside, which are passed over.
            (BEGIN, _) => inside = inside.saturating_add(1),
            (END, 0) => break,
            (END, _) => inside -= 1,
            (DIMENSIONS, 0) => told = told.max(announced(content)),
            (kind, 0) if CELLS.contains(&kind) => {
                let Some((row, first)) = two(content, 0).zip(two(content, 2)) else { continue };
                let last = two(content, content.len().saturating_sub(2)).filter(|_| kind == MANY).unwrap_or(first);
                let [row, first, last] = [row, first, last.max(first)].map(u64::from);
                let [top, bottom, left, right] = spanned.unwrap_or([row, row, first, last]);
                spanned = Some([top.min(row), bottom.max(row), left.min(first), right.max(last)]);
            }
            _ => {}
        }
    }
    let span = spanned.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1));
    told.max(span)
}

/// The cells between the first and last row and column that a sheet announces: rows have two bytes in old files.
fn announced(content: &[u8]) -> u64 {
    let wide = |at: usize| four(content, at).map(u64::from);
    let narrow = |at: usize| two(content, at).map(u64::from);
    let ends = match content.len() {
        14.. => [wide(0), wide(4), narrow(8), narrow(10)],
        _ => [narrow(0), narrow(2), narrow(4), narrow(6)],
    };
    let [Some(top), Some(bottom), Some(left), Some(right)] = ends else { return 0 };
    // A first column that no sheet has is taken for the first by the reader too.
    let left = if left > 0xFF || right < left { 0 } else { left };
    bottom.saturating_sub(top).saturating_mul(right.saturating_sub(left))
}

//! Bank statements: BAI2, MT940 and MT942, camt.052, 053 and 054, OFX 1 and 2, QIF. All of them come down to one shape:
//! statements of an account, each with lines and perhaps balances. What is taken from where stands in
//! docs/bank-files.md.
//!
//! A statement proves itself: its opening balance and its lines give its closing balance, and its own counts and sums
//! are compared with what it holds. What does not agree is told before anything is matched. What cannot be read safely
//! is refused with its line: half a statement is never loaded.

mod bai2;
mod booking;
mod camt;
mod desk;
mod lines;
mod mt940;
mod ofx;
mod qif;

pub use desk::TABLES;

use super::kind::FileKind;
use super::part::{PartOptions, Rows, Tail};
use super::raw::Limits;
use crate::diag::{Place, Result};
use desk::Desk;
use std::io::Read;

/// The code of a file that gives no closing balances.
pub const NO_BALANCES: &str = "T1411";

/// The bank format that a file's first bytes, in lower case, are of.
pub fn kind_of(lower: &[u8]) -> Option<FileKind> {
    let text = String::from_utf8_lossy(lower);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    if camt::is_start(text) {
        return Some(FileKind::Camt);
    }
    if ofx::is_start(text) {
        return Some(FileKind::Ofx);
    }
    if qif::is_start(text) {
        return Some(FileKind::Qif);
    }
    if bai2::is_start(text) {
        return Some(FileKind::Bai2);
    }
    mt940::is_start(text).then_some(FileKind::Mt940)
}

/// Reads one table of a bank file.
///
/// # Errors
/// When the file cannot be read safely, is cut off, holds no statement, or is over a limit.
pub fn read(
    kind: FileKind,
    input: Box<dyn Read + Send>,
    place: Place,
    options: &PartOptions,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Tail> {
    let mut desk = Desk::new(place.clone(), &options.table, limits, rows);
    let encoding = options.encoding.as_deref();
    let encoding = match kind {
        FileKind::Bai2 => bai2::read(input, &place, encoding, limits, &mut desk)?,
        FileKind::Camt => camt::read(input, &place, encoding, limits, &mut desk)?,
        FileKind::Ofx => ofx::read(input, &place, encoding, limits, &mut desk)?,
        FileKind::Qif => qif::read(input, &place, encoding, limits, &mut desk)?,
        _ => mt940::read(input, &place, encoding, limits, &mut desk)?,
    };
    desk.finish(encoding)
}

#[cfg(test)]
mod tests;

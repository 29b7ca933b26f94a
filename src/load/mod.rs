//! Bytes to blocks of raw cells, each row with its place. Everything is text until the grammar has read it.

pub mod columnar;
pub mod control;
pub mod delimited;
pub mod digest;
pub mod payment;
pub mod raw;
pub mod sniff;
pub mod workbook;

use crate::diag::{Finding, Place, Problem, Result};
use delimited::TextOptions;
use raw::{Limits, RawSource};
use std::path::Path;

/// How a source is to be opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// For text: declared encoding and delimiter.
    pub text: TextOptions,
    /// For workbooks: the sheet. For files that hold several tables: which one, over `table`.
    pub sheet: Option<String>,
    /// The table that is to be filled: the part of a file that holds several.
    pub table: Option<&'static str>,
}

/// Opens a file as what its content says it is.
///
/// # Errors
/// When the file cannot be read, or is of a type that cannot be loaded.
pub fn open(path: &Path, shown: &str, options: &OpenOptions, limits: &Limits) -> Result<Box<dyn RawSource>> {
    let kind = sniff::sniff(path, shown)?;
    if kind.is_workbook() {
        return workbook::open(path, shown, options.sheet.as_deref(), limits);
    }
    if kind.is_columnar() {
        return columnar::open(path, shown, limits);
    }
    if kind.is_payment() {
        let table = options.sheet.as_deref().or(options.table).unwrap_or_default();
        return payment::open(path, shown, kind, table, limits);
    }
    Ok(Box::new(delimited::open(path, shown, &options.text, limits)?))
}

/// For a text file that turned out not to be UTF-8 and whose encoding nobody declared: how to open it instead, and
/// the warning to give.
///
/// # Errors
/// With the first problem when the file is not Windows-1252 either, or is too large to look through.
pub fn second_try(path: &Path, shown: &str, first: Problem) -> Result<(TextOptions, Finding)> {
    const LOOK_THROUGH_BYTES: u64 = 4 * 1024 * 1024 * 1024;
    let small = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() <= LOOK_THROUGH_BYTES);
    let bytes = match std::fs::read(path) {
        Ok(bytes) if small => bytes,
        _ => return Err(first),
    };
    let note = delimited::as_windows_1252(&bytes, shown)?;
    Ok((TextOptions { encoding: Some("windows-1252".to_owned()), delimiter: None }, note))
}

/// The problem of a file that has no rows to load (bad-inputs 11).
pub fn no_rows(shown: &str, sheet: &str, what: &str) -> Problem {
    Problem::input(
        "T1010",
        Place { file: shown.to_owned(), sheet: sheet.to_owned(), ..Place::default() },
        format!("no data rows: {what}"),
        "check that the export ran with the right filter and period; an empty file is never taken for a clean one",
    )
}

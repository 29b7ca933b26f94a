//! Bytes to blocks of raw cells, each row with its place. Everything is text until the grammar has read it.

pub mod bank;
pub mod columnar;
pub mod control;
pub mod database;
pub mod datev;
pub mod delimited;
pub mod digest;
pub mod iif;
mod input;
pub mod kind;
pub mod part;
pub mod parts;
pub mod payment;
pub mod raw;
pub mod saft;
pub mod sniff;
pub mod statement;
pub mod workbook;
pub mod xml;

use crate::diag::{Finding, Problem, Result};
use delimited::TextOptions;
use raw::{Limits, RawSource};
use std::path::{Path, PathBuf};

/// How a source is to be opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// For text: declared encoding and delimiter.
    pub text: TextOptions,
    /// For workbooks: the sheet. For files that hold several tables: which one, over `table`.
    pub sheet: Option<String>,
    /// The table that is to be filled: the part of a file that holds several.
    pub table: Option<&'static str>,
    /// For DATEV: the account that debtors' own accounts add up to.
    pub receivables_account: Option<String>,
}

/// Where the rows of a source come from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// A query to a database.
    Query(Box<database::Query>),
}

/// Opens a source, wherever it comes from.
///
/// # Errors
/// As for [`open`] and [`database::open`].
pub fn open_origin(origin: &Origin, shown: &str, options: &OpenOptions, limits: &Limits) -> Result<Box<dyn RawSource>> {
    match origin {
        Origin::File(path) => open(path, shown, options, limits),
        Origin::Query(query) => database::open(query, limits),
    }
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
    if kind.has_parts() {
        let table = options.sheet.as_deref().or(options.table).unwrap_or_default().to_owned();
        let part = part::PartOptions {
            table,
            encoding: options.text.encoding.clone(),
            receivables_account: options.receivables_account.clone(),
        };
        return parts::open(path, shown, kind, part, limits);
    }
    Ok(Box::new(delimited::open(path, shown, &options.text, limits)?))
}

/// For a text file that turned out not to be UTF-8 and whose encoding nobody declared: how to open it instead, and
/// the warning to give.
///
/// # Errors
/// With a problem when the file is not Windows-1252 either.
pub fn second_try(path: &Path, shown: &str, first: Problem) -> Result<(TextOptions, Finding)> {
    let Ok(file) = std::fs::File::open(path) else { return Err(first) };
    let note = delimited::as_windows_1252(file, shown)?;
    Ok((TextOptions { encoding: Some("windows-1252".to_owned()), delimiter: None }, note))
}

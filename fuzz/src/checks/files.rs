//! What the targets share: a file on disk for readers that need one, the rows of a source, and what holds for every
//! refusal.

use std::path::Path;
use tempfile::TempDir;
use tieout::diag::{Fault, Finding, Problem, Result, catalogue};
use tieout::load::raw::{Limits, RawBlock, RawKind, RawSource};

/// How the targets name their file.
pub const SHOWN: &str = "file";

thread_local! {
    static FOLDER: TempDir = tempfile::tempdir().expect("a folder for files");
}

/// Calls a function with the path of a file of these bytes. Its name has no ending: the content alone tells what it is.
pub fn with_file<R>(bytes: &[u8], then: impl FnOnce(&Path) -> R) -> R {
    FOLDER.with(|folder| {
        let path = folder.path().join(SHOWN);
        std::fs::write(&path, bytes).expect("a file");
        then(&path)
    })
}

/// The limits of a close, but for what makes one of millions of inputs slow: large sheets, and rows that are compared
/// with the headings of every profile.
pub fn limits() -> Limits {
    Limits { cells: 100_000, rows: 100_000, inflated_bytes: 16 * 1024 * 1024, header_rows: 6, ..Limits::default() }
}

/// Rows as they were read: their places and cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Lines or rows, counted from 1.
    pub places: Vec<u32>,
    /// Text and kind of each cell.
    pub cells: Vec<Vec<(String, RawKind)>>,
}

impl Rows {
    /// Takes the rows of the next block.
    pub fn take(&mut self, block: &RawBlock) {
        for row in block.rows() {
            self.places.push(row.place);
            self.cells.push(row.cells().map(|cell| (cell.text.to_owned(), cell.kind)).collect());
        }
    }

    /// Every row of a source.
    pub fn of(source: &mut dyn RawSource) -> Result<Rows> {
        let mut rows = Rows::default();
        while let Some(work) = source.next_block()? {
            rows.take(&work()?);
        }
        Ok(rows)
    }

    /// Every row has its place, and the places rise: strictly, unless several rows may stand on one line.
    pub fn check_places(&self, last: u64, strictly: bool) {
        assert_eq!(self.places.len(), self.cells.len());
        assert!(self.places.iter().all(|place| (1..=last).contains(&u64::from(*place))), "{:?} of {last}", self.places);
        let rise = |pair: &[u32]| pair[0] < pair[1] || (!strictly && pair[0] == pair[1]);
        assert!(self.places.windows(2).all(rise), "{:?}", self.places);
    }
}

/// How many lines a text has, the one behind its last line end counted too.
pub fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1
}

/// A refusal is the input's fault, never the program's; it has a code that the catalogue explains and names the file.
pub fn check_problem(problem: &Problem, last: u64) {
    assert_eq!(problem.fault, Fault::Input, "{problem}");
    assert!(!problem.findings.is_empty());
    problem.findings.iter().for_each(|finding| check_finding(finding, last));
}

/// What holds for every finding; `last` is the last line or row that there can be.
pub fn check_finding(finding: &Finding, last: u64) {
    assert!(catalogue::find(finding.code).is_some(), "{finding}");
    assert_eq!(finding.place.file, SHOWN, "{finding}");
    assert!(finding.place.row <= last, "beyond {last}: {finding}");
    assert!(!finding.message.is_empty());
}

/// Two readings of the same bytes come to the same: rows, or codes and places of what is wrong.
pub fn same<T: PartialEq + std::fmt::Debug>(one: &Result<T>, other: &Result<T>) {
    match (one, other) {
        (Ok(one), Ok(other)) => assert_eq!(one, other),
        (Err(one), Err(other)) => assert_eq!(one.findings, other.findings),
        (Ok(rows), Err(problem)) | (Err(problem), Ok(rows)) => panic!("read as {rows:?} and refused: {problem}"),
    }
}

//! Files of several tables (audit files, bank files): each table is read alike however the bytes arrive, every row has
//! its place and a cell for each heading, and the source that is loaded from it holds every row.

use super::files::{Rows, SHOWN, check_finding, check_problem, limits, lines, same, with_file};
use super::sources;
use std::io::{Cursor, Read};
use std::path::Path;
use tieout::diag::Result;
use tieout::load::bank::NO_BALANCES;
use tieout::load::control::Exact;
use tieout::load::kind::FileKind;
use tieout::load::part::{PartOptions, Tail};
use tieout::load::parts;
use tieout::load::sniff::sniff;
use tieout::normalise::tables;

/// How many bytes the slow reader hands out at a time.
const DRIP: usize = 61;

/// What was read of a table: its rows, headings first, and what stands behind them.
type Part = (Rows, Tail);

/// Tries one file of a kind.
pub fn check(kind: FileKind, bytes: &[u8]) {
    // Payment files are counted in segments or records, which need not stand on lines of their own.
    let last = if kind.is_payment() { bytes.len() as u64 + 1 } else { lines(bytes) };
    let read: Vec<Result<Part>> =
        parts::possible(kind).iter().map(|table| check_table(kind, table, bytes, last)).collect();
    if kind.is_bank() {
        both_tables_agree(&read);
    }
    with_file(bytes, |path| {
        if sniff(path, SHOWN).is_ok_and(|found| found == kind) {
            let loads = parts::possible(kind).iter().zip(&read);
            loads.for_each(|(table, part)| check_load(path, table, part.as_ref().ok(), last));
        }
    });
}

fn read(kind: FileKind, table: &str, input: Box<dyn Read + Send>, encoding: Option<&str>) -> Result<Part> {
    let encoding = encoding.map(str::to_owned);
    let options = PartOptions { table: table.to_owned(), encoding, ..PartOptions::default() };
    let mut rows = Rows::default();
    let tail = parts::read(kind, input, SHOWN, &options, &limits(), &mut |block| {
        rows.take(&block);
        true
    })?;
    Ok((rows, tail))
}

/// A reader that hands out few bytes at a time.
struct Drip(Cursor<Vec<u8>>);

impl Read for Drip {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let few = out.len().min(DRIP);
        self.0.read(&mut out[..few])
    }
}

fn check_table(kind: FileKind, table: &str, bytes: &[u8], last: u64) -> Result<Part> {
    let whole = || Cursor::new(bytes.to_vec());
    let rows_of = |part: Result<Part>| part.map(|(rows, _)| rows);
    let part = read(kind, table, Box::new(whole()), None);
    same(&rows_of(part.clone()), &rows_of(read(kind, table, Box::new(Drip(whole())), None)));
    match &part {
        Err(problem) => check_problem(problem, last),
        Ok((rows, tail)) => {
            rows.check_places(last, false);
            let width = rows.cells.first().map_or(0, Vec::len);
            assert!(rows.cells.iter().all(|row| row.len() == width), "{table}: {:?}", rows.cells);
            tail.notes.iter().for_each(|note| check_finding(note, last));
            assert!(tail.controls.iter().all(|control| control.line <= last && !control.name.is_empty()));
            let declared = read(kind, table, Box::new(whole()), Some(&tail.encoding));
            same(&rows_of(part.clone()), &rows_of(declared));
        }
    }
    part
}

/// Both tables of a bank file tell of the same statements, and the rows are those that the statements count.
fn both_tables_agree(read: &[Result<Part>]) {
    let [of_lines, of_balances] = read else { panic!("a bank file has two tables") };
    let (rows, tail) = match (of_lines, of_balances) {
        (Ok(part), Ok((balances, other))) => {
            assert_eq!((&part.1.statements, &part.1.controls), (&other.statements, &other.controls));
            assert!(balances.places.len() <= other.statements.len() + 1);
            part
        }
        (Ok(part), Err(problem)) => {
            assert_eq!(problem.findings[0].code, NO_BALANCES, "the lines are read: {problem}");
            part
        }
        (Err(lines), Err(balances)) => return assert_eq!(lines.findings, balances.findings),
        (Err(problem), Ok(_)) => panic!("the balances are read, the lines are not: {problem}"),
    };
    let counted: u64 = tail.statements.iter().map(|statement| statement.lines).sum();
    assert_eq!(rows.cells.len() as u64, counted + 1, "lines of the statements, and the headings");
    if tail.statements.iter().all(|statement| !statement.is_unread) {
        let at = rows.cells[0].iter().position(|(heading, _)| heading == "amount").expect("a column of amounts");
        let amounts = rows.cells[1..].iter().map(|row| Exact::parse(&row[at].0).expect("an exact amount"));
        let sums = tail.statements.iter().map(|statement| statement.sum);
        assert_eq!(amounts.fold(Exact::ZERO, |sum, more| sum + more), sums.fold(Exact::ZERO, |sum, more| sum + more));
    }
}

/// What is loaded of a table is what was read of it: each row with something in it is loaded, left out or rejected.
fn check_load(path: &Path, table: &str, part: Option<&Part>, last: u64) {
    let def = tables::find(table).expect("a table");
    match (sources::load(path, def, 1), part) {
        (Ok(loaded), Some((rows, _))) => {
            sources::conserved(&loaded, last);
            let is_filled = |row: &&Vec<(String, _)>| row.iter().any(|(text, _)| !text.trim().is_empty());
            let filled = rows.cells.iter().skip(1).filter(is_filled).count() as u64;
            assert_eq!(loaded.rows_read, filled, "{table}: rows with something in them");
        }
        // Bytes that are not UTF-8 are tried once more as Windows-1252.
        (Ok(loaded), None) => sources::conserved(&loaded, last),
        (Err(problem), _) => check_problem(&problem, last),
    }
}

//! CSV: exact decimals as text, quotes by need, and no text that a spreadsheet would run as a formula.

use super::{Hashing, Written};
use crate::model::table::{NO_DATE, NO_INT, NO_MONEY};
use crate::model::{Cell, Column, Date, TextColumn, money};
use crate::report::grid::Grid;
use rayon::prelude::*;
use std::borrow::Cow;
use std::io::{self, Write};

/// Rows that are formatted at a time by one thread.
const CHUNK: usize = 32_768;

/// Writes a grid as CSV: UTF-8, a heading line, LF, `decimals` digits for amounts (more only where an amount
/// has more). Text that begins with `=`, `+`, `-`, `@`, tab or CR (also after quotes or blanks) gets a `'`.
///
/// # Errors
/// When the writer fails.
pub fn write(grid: &Grid, decimals: usize, writer: impl Write) -> io::Result<Written> {
    let mut out = Hashing::new(writer);
    let mut heading = Vec::new();
    let mut guarded = 0;
    for (index, column) in grid.columns.iter().enumerate() {
        if index > 0 {
            heading.push(b',');
        }
        push_text(&mut heading, &column.name, &mut guarded);
    }
    heading.push(b'\n');
    out.write_all(&heading)?;
    let columns: Vec<Cow<'_, Column>> = (0..grid.columns.len()).map(|index| grid.column(index)).collect();
    let starts: Vec<usize> = (0..grid.len()).step_by(CHUNK).collect();
    // A few chunks at a time: formatted in parallel, written in order, so memory stays small.
    for batch in starts.chunks(rayon::current_num_threads() * 2) {
        let parts: Vec<(Vec<u8>, u64)> =
            batch.par_iter().map(|start| rows(&columns, *start..(start + CHUNK).min(grid.len()), decimals)).collect();
        for (bytes, count) in parts {
            out.write_all(&bytes)?;
            guarded += count;
        }
    }
    out.finish(grid.len() as u64, guarded)
}

/// The lines of some rows, and how many of their cells were guarded.
fn rows(columns: &[Cow<'_, Column>], range: std::ops::Range<usize>, decimals: usize) -> (Vec<u8>, u64) {
    let mut bytes = Vec::with_capacity(range.len() * columns.len() * 12);
    let mut guarded = 0;
    let mut scratch = String::new();
    for row in range {
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                bytes.push(b',');
            }
            push_cell(&mut bytes, column, row, decimals, &mut scratch, &mut guarded);
        }
        bytes.push(b'\n');
    }
    (bytes, guarded)
}

fn push_cell(
    bytes: &mut Vec<u8>,
    column: &Column,
    row: usize,
    decimals: usize,
    scratch: &mut String,
    guarded: &mut u64,
) {
    match column {
        Column::Text(TextColumn::Interned { codes, .. }) if codes[row] == 0 => {}
        Column::Text(cells) => push_text(bytes, cells.get(row), guarded),
        Column::Date(cells) if cells[row] == NO_DATE => {}
        Column::Date(cells) => push_date(bytes, Date::from_days(cells[row])),
        Column::Money(cells) if cells[row] == NO_MONEY => {}
        Column::Money(cells) => {
            scratch.clear();
            money::push_plain(scratch, i128::from(cells[row]), decimals);
            bytes.extend_from_slice(scratch.as_bytes());
        }
        Column::Int(cells) if cells[row] == NO_INT => {}
        // Writing to a Vec cannot fail; the rest are short, rare columns.
        Column::Int(cells) => drop(write!(bytes, "{}", cells[row])),
        Column::Decimal(_) | Column::Bool(_) => match column.cell(row) {
            Cell::Decimal(number) => drop(write!(bytes, "{number}")),
            Cell::Bool(flag) => bytes.extend_from_slice(if flag { b"true" } else { b"false" }),
            _ => {}
        },
    }
}

fn push_date(bytes: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.ymd();
    let digit = |number: u32| b'0' + (number % 10) as u8;
    let year = year.unsigned_abs();
    bytes.extend_from_slice(&[
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ]);
}

/// Appends a text cell: guarded where a spreadsheet would take it for a formula, quoted where it must be.
fn push_text(bytes: &mut Vec<u8>, text: &str, guarded: &mut u64) {
    let risky = looks_like_formula(text);
    let quoted = text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        || text.starts_with(' ')
        || text.ends_with(' ');
    if quoted {
        bytes.push(b'"');
    }
    if risky {
        *guarded += 1;
        bytes.push(b'\'');
    }
    if quoted {
        for byte in text.bytes() {
            if byte == b'"' {
                bytes.push(b'"');
            }
            bytes.push(byte);
        }
        bytes.push(b'"');
    } else {
        bytes.extend_from_slice(text.as_bytes());
    }
}

/// Whether a spreadsheet might run the text (bad-inputs 89): also behind blanks and quotes, and in full width.
fn looks_like_formula(text: &str) -> bool {
    let Some(first) = text.bytes().next() else { return false };
    if first.is_ascii_alphanumeric() {
        return false;
    }
    if matches!(first, b'\t' | b'\r' | 0) {
        return true;
    }
    let rest = text.trim_start_matches([' ', '"', '\'', '\u{a0}']);
    rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn text(values: &[&str]) -> Column {
        let mut column = Column::new(Kind::Text);
        values.iter().for_each(|value| column.push(Cell::text(value)));
        column
    }

    #[test]
    fn cells_are_quoted_by_need_and_formulas_are_guarded() {
        let amounts = Column::Money(vec![-12_345_600, NO_MONEY, 1, 0].into());
        let dates = Column::Date(vec![0, NO_DATE, 20_757, 1].into());
        let grid = Grid::of_columns(vec![
            ("name".into(), Kind::Text, text(&["=1+1", "a,\"b\"", "-5", " \"=x"])),
            ("amount".into(), Kind::Money, amounts),
            ("day".into(), Kind::Date, dates),
        ]);
        let mut bytes = Vec::new();
        let written = write(&grid, 2, &mut bytes).expect("memory does not fail");
        let expected = "name,amount,day\n'=1+1,-1234.56,1970-01-01\n\"a,\"\"b\"\"\",,\n'-5,0.0001,2026-10-31\n\
                        \"' \"\"=x\",0.00,1970-01-02\n";
        assert_eq!(String::from_utf8(bytes.clone()).expect("text"), expected);
        assert_eq!((written.rows, written.guarded, written.bytes), (4, 3, expected.len() as u64));
        assert_eq!(written.sha256, crate::write::sha256(&bytes));
    }

    #[test]
    fn many_chunks_keep_their_order() {
        let count = CHUNK * 5 + 17;
        let numbers = Column::Int((0..count as i64).collect());
        let grid = Grid::of_columns(vec![("n".into(), Kind::Int, numbers)]);
        let mut bytes = Vec::new();
        write(&grid, 2, &mut bytes).expect("memory does not fail");
        let lines: Vec<i64> =
            String::from_utf8(bytes).expect("text").lines().skip(1).map(|l| l.parse().expect("number")).collect();
        assert!(lines.iter().copied().eq(0..count as i64));
    }
}

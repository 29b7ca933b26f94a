//! A CSV file that is written cell by cell, without an allocation per row.

use crate::diag::{Problem, Result};
use crate::model::Date;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Bytes that are collected before they go to the file.
const BUFFER: usize = 1 << 18;

/// One file under way. Cells hold neither commas nor quotes nor line breaks: the demo writes none.
pub struct CsvFile {
    out: BufWriter<File>,
    name: String,
    row: Vec<u8>,
    rows: u64,
}

impl CsvFile {
    /// Creates `folder/name` with its row of headings.
    pub fn create(folder: &Path, name: &str, headings: &[&str]) -> Result<CsvFile> {
        let file = File::create(folder.join(name)).map_err(|error| machine(name, &error))?;
        let out = BufWriter::with_capacity(BUFFER, file);
        let mut csv = CsvFile { out, name: name.to_owned(), row: Vec::with_capacity(512), rows: 0 };
        for heading in headings {
            csv.text(heading);
        }
        csv.end()?;
        csv.rows = 0;
        Ok(csv)
    }

    /// A cell of text.
    pub fn text(&mut self, text: &str) {
        self.row.extend_from_slice(text.as_bytes());
        self.row.push(b',');
    }

    /// A cell with a name in pieces; a second and later bearer of it is told apart by a number.
    pub fn name(&mut self, (pieces, bearer): ([&str; 5], u64)) {
        for piece in pieces {
            self.row.extend_from_slice(piece.as_bytes());
        }
        match bearer {
            1 => self.row.push(b','),
            _ => self.numbered(" ", bearer, 1),
        }
    }

    /// An empty cell.
    pub fn blank(&mut self) {
        self.row.push(b',');
    }

    /// A cell such as `INV-0000042`: a prefix and a number of at least `width` digits.
    pub fn numbered(&mut self, prefix: &str, number: u64, width: usize) {
        self.row.extend_from_slice(prefix.as_bytes());
        self.digits(u128::from(number), width);
        self.row.push(b',');
    }

    /// An amount in cents, as `-1234.56`.
    pub fn cents(&mut self, cents: i64) {
        self.wide_cents(i128::from(cents));
    }

    /// An amount in cents that may be a sum of very many.
    pub fn wide_cents(&mut self, cents: i128) {
        if cents < 0 {
            self.row.push(b'-');
        }
        self.digits(cents.unsigned_abs() / 100, 1);
        self.row.push(b'.');
        self.digits(cents.unsigned_abs() % 100, 2);
        self.row.push(b',');
    }

    /// A rate in ten-thousandths, as `1.0850`.
    pub fn rate(&mut self, rate: i64) {
        self.digits(u128::from(rate.unsigned_abs() / 10_000), 1);
        self.row.push(b'.');
        self.digits(u128::from(rate.unsigned_abs() % 10_000), 4);
        self.row.push(b',');
    }

    /// A date, as `2026-10-31`.
    pub fn date(&mut self, date: Date) {
        let (year, month, day) = date.ymd();
        self.digits(year.unsigned_abs().into(), 4);
        self.row.push(b'-');
        self.digits(month.into(), 2);
        self.row.push(b'-');
        self.digits(day.into(), 2);
        self.row.push(b',');
    }

    /// A date, or an empty cell.
    pub fn optional_date(&mut self, date: Option<Date>) {
        match date {
            Some(date) => self.date(date),
            None => self.blank(),
        }
    }

    /// Ends the row and hands it to the file.
    pub fn end(&mut self) -> Result<()> {
        if let Some(last) = self.row.last_mut() {
            *last = b'\n';
        }
        let written = self.out.write_all(&self.row);
        self.row.clear();
        self.rows += 1;
        written.map_err(|error| machine(&self.name, &error))
    }

    /// How many rows there are below the headings.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes what is still held back.
    pub fn close(mut self) -> Result<()> {
        self.out.flush().map_err(|error| machine(&self.name, &error))
    }

    fn digits(&mut self, mut number: u128, width: usize) {
        let mut text = [b'0'; 40];
        let mut start = text.len();
        while number > 0 {
            start -= 1;
            text[start] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.row.extend_from_slice(&text[start.min(text.len() - width)..]);
    }
}

/// A file operation that the machine refused while the demo was written.
pub fn machine(name: &str, error: &std::io::Error) -> Problem {
    Problem::machine("T9301", name, error)
}

/// Cents as plain text.
pub fn cents(amount: i128) -> String {
    crate::model::money::plain(amount * 100, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_plain_text() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let mut csv = CsvFile::create(folder.path(), "x.csv", &["a", "b", "c", "d", "e", "f"])?;
        csv.cents(-5);
        csv.cents(123_456);
        csv.date(Date::parse_iso("2026-01-09").unwrap());
        csv.numbered("INV-", 42, 7);
        csv.rate(10_850);
        csv.optional_date(None);
        csv.end()?;
        assert_eq!(csv.rows(), 1);
        csv.close()?;
        let text = std::fs::read_to_string(folder.path().join("x.csv")).unwrap();
        assert_eq!(text, "a,b,c,d,e,f\n-0.05,1234.56,2026-01-09,INV-0000042,1.0850,\n");
        Ok(())
    }
}

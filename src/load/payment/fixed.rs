//! Records of fixed columns: a line each, or one behind the other without line ends.

use super::bytes::Bytes;
use super::rows::{At, SEND_AGAIN, refused};
use crate::diag::Result;

/// One record.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Where it stands.
    pub(super) at: At,
    columns: Vec<char>,
}

impl Record {
    /// The type that its first column gives.
    pub(super) fn kind(&self) -> char {
        self.columns.first().copied().unwrap_or(' ')
    }

    /// Columns from one to another, both counted from 1 as the standards do, with their blanks.
    pub(super) fn raw(&self, from: usize, to: usize) -> String {
        let end = to.min(self.columns.len());
        self.columns.get(from.saturating_sub(1)..end).map_or(String::new(), |columns| columns.iter().collect())
    }

    /// The same without the blanks around it.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.raw(from, to).trim().to_owned()
    }

    /// Whether every column is a nine: such records fill up a block.
    pub(super) fn is_filler(&self) -> bool {
        self.columns.iter().all(|column| *column == '9')
    }
}

/// Cuts a file into records.
pub(super) struct Records {
    bytes: Bytes,
    width: usize,
    /// Whether records end with a line; told by the first one.
    has_lines: Option<bool>,
    count: u64,
}

impl Records {
    /// The records of a file, so many columns wide.
    pub(super) fn new(bytes: Bytes, width: usize) -> Records {
        Records { bytes, width, has_lines: None, count: 0 }
    }

    /// How the text is encoded, as far as it was read.
    pub(super) fn encoding(&self) -> &'static str {
        self.bytes.encoding()
    }

    /// Where the next record stands.
    pub(super) fn at(&self) -> At {
        At { row: self.count + 1, byte: self.bytes.offset(), is_segment: false }
    }

    /// The next record; `None` at the end of the file. Blank lines are passed, and counted as lines.
    ///
    /// # Errors
    /// When a record is wider than the format.
    pub(super) fn next(&mut self) -> Result<Option<Record>> {
        loop {
            let at = self.at();
            if self.bytes.peek(1)?.is_empty() {
                return Ok(None);
            }
            let line = match self.has_lines()? {
                true => self.line()?,
                false => self.bytes.take(self.width)?,
            };
            self.count += 1;
            let text = self.bytes.text(&line, at.row)?;
            let text = text.trim_start_matches('\u{FEFF}').trim_end_matches(['\r', '\n', ' ', '\u{1A}']);
            if text.is_empty() {
                continue;
            }
            let columns: Vec<char> = text.chars().collect();
            if columns.len() > self.width {
                let message = format!("the record has {} columns where the format has {}", columns.len(), self.width);
                return Err(refused(self.bytes.shown(), at, message, SEND_AGAIN));
            }
            return Ok(Some(Record { at, columns }));
        }
    }

    /// A file whose first record has no line end behind it has none at all.
    fn has_lines(&mut self) -> Result<bool> {
        if let Some(known) = self.has_lines {
            return Ok(known);
        }
        // A character may take up to four bytes.
        let head = self.bytes.peek(self.width * 4 + 2)?;
        let is_short = head.len() <= self.width;
        let found = is_short || head.contains(&b'\n') || head.contains(&b'\r');
        self.has_lines = Some(found);
        Ok(found)
    }

    fn line(&mut self) -> Result<Vec<u8>> {
        let newline = self.bytes.find(b'\n', 0)?;
        // A carriage return alone ends a line too.
        let end = match newline {
            Some(end) => end + 1,
            None => self.bytes.rest()?,
        };
        let inner = self.bytes.peek(end)?;
        let lone = memchr::memchr(b'\r', inner).filter(|at| inner.get(at + 1).is_some_and(|next| *next != b'\n'));
        self.bytes.take(lone.map_or(end, |at| at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn records(text: &[u8]) -> Result<Vec<String>> {
        let mut records = Records::new(Bytes::new(Box::new(Cursor::new(text.to_vec())), "a.ach", 1024), 4);
        let mut found = Vec::new();
        while let Some(record) = records.next()? {
            found.push(format!("{}@{}:{}", record.text(1, 4), record.at.row, record.at.byte));
        }
        Ok(found)
    }

    #[test]
    fn lines_of_every_kind_and_none_at_all_give_the_same_records() {
        assert_eq!(records(b"1AB\n\n2CDE\n").unwrap(), ["1AB@1:0", "2CDE@3:5"]);
        assert_eq!(records(b"1AB\r\n2CDE").unwrap(), ["1AB@1:0", "2CDE@2:5"]);
        assert_eq!(records(b"1AB\r2CDE\r").unwrap(), ["1AB@1:0", "2CDE@2:4"]);
        assert_eq!(records(b"1ABC2CDE3EF4").unwrap(), ["1ABC@1:0", "2CDE@2:4", "3EF4@3:8"]);
        assert_eq!(records(b"").unwrap(), [""; 0]);
        assert_eq!(records("1äöü\n".as_bytes()).unwrap(), ["1äöü@1:0"]);
        assert_eq!(records(b"1\xE4\xF6\xFC\n").unwrap(), ["1äöü@1:0"]);
    }

    #[test]
    fn a_record_without_a_line_end_is_whole_where_the_bytes_that_were_read_end() {
        const WIDTH: usize = 94;
        let text: String = (0..2_000).map(|number| format!("6{number:0>93}")).collect();
        let mut records = Records::new(Bytes::new(Box::new(Cursor::new(text.into_bytes())), "a.ach", 1024), WIDTH);
        for number in 0..2_000 {
            let record = records.next().unwrap().expect("a record");
            assert_eq!(record.text(2, WIDTH), format!("{number:0>93}"));
        }
        assert!(records.next().unwrap().is_none());
    }

    #[test]
    fn a_record_that_is_too_wide_is_refused() {
        let problem = records(b"1ABC\n2CDEF\n").unwrap_err();
        assert!(problem.findings[0].message.contains("has 5 columns where the format has 4 (line 2, byte 5)"));
        assert_eq!(problem.findings[0].place.row, 2);
    }
}

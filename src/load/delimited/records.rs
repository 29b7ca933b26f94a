//! Delimited records one by one, for formats in which the meaning of a line depends on lines before it.

use super::{not_utf8, unclosed};
use crate::diag::{Place, Result};
use crate::load::input::Input;
use crate::load::raw::{Limits, over_limit};
use std::io::{BufRead, Read};

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The line it starts on.
    pub line: u64,
    /// Its fields, without the blanks around them.
    pub fields: Vec<String>,
}

impl Record {
    /// A field; blank beyond the record's end.
    pub fn field(&self, index: usize) -> &str {
        self.fields.get(index).map_or("", String::as_str)
    }

    /// Whether every field is blank.
    pub fn is_blank(&self) -> bool {
        self.fields.iter().all(String::is_empty)
    }
}

/// The records of a text, in UTF-8 or, where its start is not that, in Windows-1252.
pub struct Records {
    input: Input,
    delimiter: u8,
    place: Place,
    record_bytes: usize,
    columns: usize,
}

impl Records {
    /// Starts reading.
    ///
    /// # Errors
    /// When the first bytes are no text, or the declared encoding is not known.
    pub fn new(
        source: Box<dyn Read + Send>,
        place: Place,
        delimiter: u8,
        declared: Option<&str>,
        limits: &Limits,
    ) -> Result<Records> {
        let input = Input::new(source, &place.file, declared, Some("windows-1252"))?;
        Ok(Records { input, delimiter, place, record_bytes: limits.cell_bytes, columns: limits.columns })
    }

    /// The encoding's name.
    pub fn encoding(&self) -> String {
        self.input.encoding().to_owned()
    }

    /// The place of a line.
    pub fn at(&self, line: u64) -> Place {
        self.place.clone().row(line)
    }

    /// The next record that is not blank; `None` at the end.
    ///
    /// # Errors
    /// When bytes are no text, a quote is not closed, or a record is over a limit.
    pub fn next_record(&mut self) -> Result<Option<Record>> {
        loop {
            let line = self.input.line();
            let Some(bytes) = self.next_bytes(line)? else { return Ok(None) };
            let record = self.parse(&bytes, line)?;
            if !record.is_blank() {
                return Ok(Some(record));
            }
        }
    }

    /// The bytes of the next record with its line end: a newline inside quotes belongs to it.
    fn next_bytes(&mut self, line: u64) -> Result<Option<Vec<u8>>> {
        let mut record = Vec::new();
        let mut quoted = false;
        self.input.allow(self.record_bytes);
        loop {
            let ready = match self.input.fill_buf() {
                Ok(ready) => ready,
                Err(error) => return Err(self.refuse(&error, line)),
            };
            if ready.is_empty() {
                return match (quoted, record.is_empty()) {
                    (true, _) => Err(unclosed(&self.place.file, line)),
                    (false, true) => Ok(None),
                    (false, false) => Ok(Some(record)),
                };
            }
            let end = ready.iter().enumerate().find_map(|(at, byte)| {
                // A quote opens a field only at its start: elsewhere it is text, as in 12" pipe.
                let before = if at == 0 { record.last() } else { ready.get(at - 1) };
                let starts = before.is_none_or(|before| *before == self.delimiter);
                match byte {
                    b'"' if quoted || starts => quoted = !quoted,
                    // The second of two quotes inside quotes.
                    b'"' if before == Some(&b'"') => quoted = true,
                    b'\n' if !quoted => return Some(at + 1),
                    _ => {}
                }
                None
            });
            let taken = end.unwrap_or(ready.len());
            record.extend_from_slice(&ready[..taken]);
            self.input.consume(taken);
            if end.is_some() {
                return Ok(Some(record));
            }
        }
    }

    fn parse(&self, bytes: &[u8], line: u64) -> Result<Record> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(bytes.len().max(1))
            .from_reader(bytes);
        let mut fields = csv::StringRecord::new();
        if reader.read_record(&mut fields).is_err() {
            return Err(not_utf8(&self.place.file, line));
        }
        if fields.len() > self.columns {
            let (found, limit) = (fields.len() as u64, self.columns as u64);
            return Err(over_limit(self.at(line), "the number of columns", found, limit, "columns"));
        }
        Ok(Record { line, fields: fields.iter().map(|field| field.trim().to_owned()).collect() })
    }

    fn refuse(&self, error: &std::io::Error, line: u64) -> crate::diag::Problem {
        let limit = self.record_bytes as u64;
        self.input.refused(&self.place.file, error, || {
            over_limit(self.at(line), "the line's size in bytes", limit + 1, limit, "cell_bytes")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>> {
        let limits = Limits { cell_bytes: 100, columns: 4, ..Limits::default() };
        let source = Box::new(std::io::Cursor::new(bytes.to_vec()));
        let mut records = Records::new(source, Place::file("x"), b';', None, &limits)?;
        let mut found = Vec::new();
        while let Some(record) = records.next_record()? {
            found.push((record.line, record.fields));
        }
        Ok(found)
    }

    #[test]
    fn records_keep_their_lines_and_quotes() {
        let found = read(b"a;\"b\nc\"\r\n\r\n;;\n12\" pipe;\"say \"\"hi; \"\"\"\nM\xfcller").unwrap();
        let text = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        assert_eq!(found[0], (1, text(&["a", "b\nc"])));
        assert_eq!(found[1], (5, text(&["12\" pipe", "say \"hi; \""])));
        assert_eq!(found[2], (6, text(&["M\u{fc}ller"])));
    }

    #[test]
    fn what_cannot_be_read_is_refused_where_it_stands() {
        let code =
            |bytes: &[u8]| read(bytes).map_err(|problem| (problem.findings[0].code, problem.findings[0].place.row));
        assert_eq!(code(b"a\n\"b\nc"), Err(("T1202", 2)));
        assert_eq!(code(b"a\n1;2;3;4;5"), Err(("T1101", 2)));
        let endless = [b"a\n".to_vec(), vec![b'x'; 1 << 20]].concat();
        assert_eq!(code(&endless), Err(("T1101", 2)));
        assert_eq!(code(b"ab\0\0\0\0cd"), Err(("T1005", 1)));
    }
}

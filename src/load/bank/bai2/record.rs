//! Records out of lines: continuations joined, and the layouts that mail programs and editors leave behind put right.

use crate::diag::{Place, Result};
use crate::load::bank::lines::{Lines, TextLine};
use crate::load::raw::{Limits, over_limit};
use std::collections::VecDeque;
use std::io::Read;

/// A record with its continuations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub code: String,
    /// What stands behind the code, one segment a physical record.
    pub segments: Vec<String>,
    pub line: u64,
    pub offset: u64,
    /// How many physical records it takes.
    pub physical: u64,
    /// Whether its last physical record ended with its mark.
    is_ended: bool,
}

impl Record {
    pub fn fields(&self) -> Fields<'_> {
        Fields { segments: &self.segments, at: 0 }
    }
}

/// The fields of a record, one after the other.
pub struct Fields<'a> {
    segments: &'a [String],
    at: usize,
}

impl Fields<'_> {
    /// The next field without the blanks around it; `None` at the end.
    pub fn next_field(&mut self) -> Option<String> {
        let (first, others) = self.segments.split_first()?;
        let rest = &first[self.at..];
        match rest.split_once(',') {
            Some((field, _)) => {
                self.at += field.len() + 1;
                Some(field.trim().to_owned())
            }
            None => {
                (self.segments, self.at) = (others, 0);
                Some(rest.trim().to_owned())
            }
        }
    }

    /// The next fields; blank beyond the end.
    pub fn take<const N: usize>(&mut self) -> [String; N] {
        std::array::from_fn(|_| self.next_field().unwrap_or_default())
    }

    /// Everything that is left, as text.
    pub fn rest(&mut self) -> String {
        let mut text = String::new();
        while let Some((first, others)) = self.segments.split_first() {
            text.push_str(&first[self.at..]);
            text.push(' ');
            (self.segments, self.at) = (others, 0);
        }
        text
    }
}

/// Reads records.
pub struct Records {
    lines: Lines,
    place: Place,
    longest: usize,
    pieces: VecDeque<TextLine>,
    next: Option<Record>,
    /// Lines that were put right, and the first of them.
    pub repaired: u64,
    pub first_repaired: u64,
}

impl Records {
    pub fn new(
        source: Box<dyn Read + Send>,
        place: &Place,
        encoding: Option<&str>,
        limits: &Limits,
    ) -> Result<Records> {
        Ok(Records {
            lines: Lines::new(source, place, encoding, limits)?,
            place: Place::file(&place.file),
            longest: limits.cell_bytes,
            pieces: VecDeque::new(),
            next: None,
            repaired: 0,
            first_repaired: 0,
        })
    }

    pub fn encoding(&self) -> String {
        self.lines.encoding()
    }

    /// The line that was read last.
    pub fn line(&self) -> u64 {
        self.lines.number()
    }

    /// The next record with its continuations; `None` at the end of the file.
    pub fn next_record(&mut self) -> Result<Option<Record>> {
        let mut bytes = 0;
        while let Some(piece) = self.next_piece()? {
            bytes += piece.text.len();
            if bytes > self.longest {
                let (found, limit) = (bytes as u64, self.longest as u64);
                let place = self.place.clone().row(piece.number);
                return Err(over_limit(
                    place,
                    "one record with its continuations, in bytes",
                    found,
                    limit,
                    "cell_bytes",
                ));
            }
            let text = piece.text.trim();
            if text.is_empty() {
                continue;
            }
            let (body, is_ended) = text.strip_suffix('/').map_or((text, false), |body| (body, true));
            match (code_of(text), &mut self.next) {
                (Some("88"), Some(record)) => {
                    record.segments.push(body.get(3..).unwrap_or_default().to_owned());
                    (record.physical, record.is_ended) = (record.physical + 1, is_ended);
                }
                // A line that was broken in two: text goes on where no mark has ended its record.
                (None, Some(record)) if matches!(record.code.as_str(), "16" | "88") && !record.is_ended => {
                    let last = record.segments.last_mut();
                    last.into_iter().for_each(|last| {
                        last.push(' ');
                        last.push_str(body);
                    });
                    record.is_ended = is_ended;
                    self.repair(piece.number);
                }
                (Some(code), _) => {
                    let record = Record {
                        code: code.to_owned(),
                        segments: vec![body.get(3..).unwrap_or_default().to_owned()],
                        line: piece.number,
                        offset: piece.offset,
                        physical: 1,
                        is_ended,
                    };
                    if let Some(done) = self.next.replace(record) {
                        return Ok(Some(done));
                    }
                    bytes = 0;
                }
                (None, _) => {
                    let start: String = text.chars().take(20).collect();
                    let message = format!("\"{start}\" (byte {}) is no record of BAI2", piece.offset);
                    return Err(crate::load::bank::booking::unreadable(self.place.clone().row(piece.number), message));
                }
            }
        }
        Ok(self.next.take())
    }

    fn repair(&mut self, line: u64) {
        if self.repaired == 0 {
            self.first_repaired = line;
        }
        self.repaired += 1;
    }

    /// The next physical record: a line, or a part of one that holds several.
    fn next_piece(&mut self) -> Result<Option<TextLine>> {
        if let Some(piece) = self.pieces.pop_front() {
            return Ok(Some(piece));
        }
        let Some(line) = self.lines.next_line()? else { return Ok(None) };
        let mut from = 0;
        for (slash, _) in line.text.match_indices('/') {
            let rest = &line.text[slash + 1..];
            let start = rest.trim_start();
            let is_next = start.len() < rest.len() && starts_record(start);
            if is_next && slash >= from {
                self.pieces.push_back(TextLine { text: line.text[from..=slash].to_owned(), ..line.clone() });
                from = line.text.len() - start.len();
            }
        }
        if from == 0 {
            return Ok(Some(line));
        }
        self.repair(line.number);
        self.pieces.push_back(TextLine { text: line.text[from..].to_owned(), ..line });
        Ok(self.pieces.pop_front())
    }
}

/// The code of a record: two digits and a comma.
fn code_of(text: &str) -> Option<&str> {
    let code = text.get(..2).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))?;
    matches!(text.as_bytes().get(2), Some(b',' | b'/') | None).then_some(code)
}

/// Whether a text behind the end of a record can only be another record.
fn starts_record(text: &str) -> bool {
    let is_code = |code: &str| ["02", "03", "49", "88", "98", "99"].contains(&code);
    let digits = |from: usize| text.get(from..from + 3).is_some_and(|t| t.bytes().all(|byte| byte.is_ascii_digit()));
    let is_transaction = text.starts_with("16,") && digits(3) && text.as_bytes().get(6) == Some(&b',');
    is_transaction || (text.as_bytes().get(2) == Some(&b',') && text.get(..2).is_some_and(is_code))
}

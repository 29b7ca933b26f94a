//! The bytes of a payment file, read ahead as far as a record needs and no further.

use crate::diag::{Place, Problem, Result};
use crate::load::digest::cannot_open;
use crate::load::raw::over_limit;
use std::io::Read;

/// How many bytes are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A window over the bytes of a file.
pub(super) struct Bytes {
    input: Box<dyn Read + Send>,
    shown: String,
    window: Vec<u8>,
    /// Where in the window the bytes start that were not taken yet.
    start: usize,
    /// How many bytes were taken.
    offset: u64,
    ended: bool,
    /// The most bytes that one record may have.
    record_bytes: usize,
    /// Whether bytes were met that are not UTF-8 and were read as ISO 8859-1.
    is_latin: bool,
}

impl Bytes {
    /// The bytes of an input. `shown` is its name in messages.
    pub(super) fn new(input: Box<dyn Read + Send>, shown: &str, record_bytes: usize) -> Bytes {
        Bytes {
            input,
            shown: shown.to_owned(),
            window: Vec::new(),
            start: 0,
            offset: 0,
            ended: false,
            record_bytes,
            is_latin: false,
        }
    }

    /// The file's name in messages.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// How many bytes were taken.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// How the text is encoded, as far as it was read.
    pub(super) fn encoding(&self) -> &'static str {
        if self.is_latin { "iso-8859-1" } else { "utf-8" }
    }

    /// The next bytes, as many as asked for or as there are.
    pub(super) fn peek(&mut self, count: usize) -> Result<&[u8]> {
        while !self.ended && self.window.len() - self.start < count {
            self.read_more()?;
        }
        let end = (self.start + count).min(self.window.len());
        Ok(&self.window[self.start..end])
    }

    /// Takes the next bytes, as many as asked for or as there are.
    pub(super) fn take(&mut self, count: usize) -> Result<Vec<u8>> {
        let taken = self.peek(count)?.to_vec();
        self.offset += taken.len() as u64;
        self.start += taken.len();
        Ok(taken)
    }

    /// Where a byte stands next, at or behind `from`; `None` when the file ends before it.
    pub(super) fn find(&mut self, byte: u8, from: usize) -> Result<Option<usize>> {
        let mut searched = from;
        loop {
            let left = self.window.get(self.start + searched..).unwrap_or_default();
            if let Some(at) = memchr::memchr(byte, left) {
                return Ok(Some(searched + at));
            }
            searched += left.len();
            if searched > self.record_bytes {
                let place = Place::file(&self.shown);
                let (found, limit) = (searched as u64, self.record_bytes as u64);
                return Err(over_limit(place, "the size of a record in bytes", found, limit, "cell_bytes"));
            }
            if self.ended {
                return Ok(None);
            }
            self.read_more()?;
        }
    }

    /// Takes the bytes that a test holds for.
    pub(super) fn skip_while(&mut self, is_skipped: impl Fn(u8) -> bool) -> Result<()> {
        while let Some(byte) = self.peek(1)?.first().copied() {
            if !is_skipped(byte) {
                return Ok(());
            }
            self.take(1)?;
        }
        Ok(())
    }

    /// How many bytes are left in front of the file's end, once that is reached.
    pub(super) fn rest(&mut self) -> Result<usize> {
        while !self.ended {
            self.read_more()?;
            if self.window.len() - self.start > self.record_bytes {
                break;
            }
        }
        Ok(self.window.len() - self.start)
    }

    /// The text of a record: UTF-8, else ISO 8859-1, which has a character for every byte.
    ///
    /// # Errors
    /// T1005 when there is a zero byte in it.
    pub(super) fn text(&mut self, record: &[u8], row: u64) -> Result<String> {
        if record.contains(&0) {
            return Err(Problem::input(
                "T1005",
                Place::file(&self.shown).row(row),
                "there is a zero byte in the text",
                "the file is binary or damaged: ask for it again",
            ));
        }
        match std::str::from_utf8(record) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => {
                self.is_latin = true;
                Ok(record.iter().map(|byte| char::from(*byte)).collect())
            }
        }
    }

    fn read_more(&mut self) -> Result<()> {
        self.window.drain(..self.start);
        self.start = 0;
        let before = self.window.len();
        self.window.resize(before + CHUNK_BYTES, 0);
        let read = loop {
            match self.input.read(&mut self.window[before..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let count = read.map_err(|error| cannot_open(&self.shown, &error))?;
        self.window.truncate(before + count);
        self.ended = count == 0;
        Ok(())
    }
}

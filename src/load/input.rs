//! The bytes of a text file as UTF-8, streamed, with the line that is being read and an allowance for one piece.

use super::delimited::{Decoder, not_utf8};
use super::digest::cannot_open;
use crate::diag::{Problem, Result};
use std::io::{BufRead, Error, Read};

const CHUNK_BYTES: usize = 64 * 1024;
/// What may stand around a piece beside its own text.
const SLACK_BYTES: usize = 4 * 1024;

/// Why reading stopped.
pub enum Failure {
    /// One piece is longer than allowed.
    TooLong,
    /// Bytes on this line are no text in the file's encoding.
    NotText(u64),
}

/// Decoded text that is read piece by piece.
pub struct Input {
    source: Box<dyn Read + Send>,
    decoder: Decoder,
    encoding: String,
    /// Bytes that were read and not decoded yet: the head.
    head: Option<Vec<u8>>,
    text: Vec<u8>,
    /// How much of `text` is whole characters.
    whole: usize,
    at: usize,
    ended: bool,
    line: u64,
    allowance: usize,
    failure: Option<Failure>,
}

impl Input {
    /// Reads the head and decides on the encoding: the caller's, the byte order mark's, what an XML file's first line
    /// says, or `otherwise` where the head is not UTF-8.
    pub fn new(
        mut source: Box<dyn Read + Send>,
        shown: &str,
        declared: Option<&str>,
        otherwise: Option<&str>,
    ) -> Result<Input> {
        let mut head = Vec::new();
        source.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut head).map_err(|error| cannot_open(shown, &error))?;
        let own = declared_encoding(&head);
        // A character may be cut in two where the head ends: that is not a sign of another encoding.
        let foreign = std::str::from_utf8(&head).is_err_and(|error| error.error_len().is_some());
        let declared = declared.or(own.as_deref()).or(otherwise.filter(|_| foreign));
        let (decoder, encoding, _) = Decoder::choose(&head, shown, declared)?;
        Ok(Input {
            source,
            decoder,
            encoding,
            head: Some(head),
            text: Vec::new(),
            whole: 0,
            at: 0,
            ended: false,
            line: 1,
            allowance: usize::MAX,
            failure: None,
        })
    }

    /// The encoding's name.
    pub fn encoding(&self) -> &str {
        &self.encoding
    }

    /// The line that is being read, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Why reading stopped, if it did.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Why reading stopped, as a problem: a piece that is `too_long`, bytes that are no text, or the machine.
    pub fn refused(&self, file: &str, error: &Error, too_long: impl FnOnce() -> Problem) -> Problem {
        match self.failure() {
            Some(Failure::TooLong) => too_long(),
            Some(Failure::NotText(line)) => not_utf8(file, *line),
            None => cannot_open(file, error),
        }
    }

    /// Whether everything was read.
    pub fn at_end(&self) -> bool {
        self.ended && self.at == self.whole
    }

    /// Allows this many bytes, and the markup around them, until the next call.
    pub fn allow(&mut self, bytes: usize) {
        self.allowance = bytes.saturating_add(SLACK_BYTES);
    }

    fn fail(&mut self, failure: Failure) -> Error {
        self.failure = Some(failure);
        Error::other("reading stopped")
    }

    fn refill(&mut self) -> std::io::Result<()> {
        self.text.drain(..self.at);
        self.at = 0;
        let bytes = match self.head.take() {
            Some(head) => head,
            None => {
                let mut chunk = Vec::with_capacity(CHUNK_BYTES);
                self.source.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk)?;
                chunk
            }
        };
        self.ended = bytes.len() < CHUNK_BYTES;
        self.decoder.decode(&bytes, self.ended, &mut self.text);
        match std::str::from_utf8(&self.text) {
            Ok(_) => self.whole = self.text.len(),
            // A character may lie across two chunks, not across the file's end.
            Err(error) if error.error_len().is_none() && !self.ended => self.whole = error.valid_up_to(),
            Err(error) => {
                let good = &self.text[..error.valid_up_to()];
                let line = self.line + memchr::memchr_iter(b'\n', good).count() as u64;
                return Err(self.fail(Failure::NotText(line)));
            }
        }
        Ok(())
    }
}

impl Read for Input {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.allowance == 0 {
            return Err(self.fail(Failure::TooLong));
        }
        while self.at == self.whole && !self.ended {
            self.refill()?;
        }
        Ok(&self.text[self.at..self.whole])
    }

    fn consume(&mut self, count: usize) {
        let end = (self.at + count).min(self.whole);
        self.line += memchr::memchr_iter(b'\n', &self.text[self.at..end]).count() as u64;
        self.allowance = self.allowance.saturating_sub(end - self.at);
        self.at = end;
    }
}

/// The encoding that the first line (`<?xml … encoding="…"?>`) names, where the bytes can be of that encoding at all: a
/// line that can be read byte by byte is not in UTF-16, whatever it says.
fn declared_encoding(head: &[u8]) -> Option<String> {
    let line = &head[..head.len().min(256)];
    let end = memchr::memchr(b'>', line)?;
    let text = std::str::from_utf8(&line[..end]).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim_start().strip_prefix("<?xml")?;
    let value = text.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = value[1..].split_once(quote)?.0;
    (!name.to_ascii_lowercase().starts_with("utf-16")).then(|| name.to_owned())
}

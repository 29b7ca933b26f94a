//! Delimited text: any delimiter, UTF-8, UTF-16 or a declared encoding, streamed in blocks that end with a record.
//!
//! The reader hashes, decodes and cuts; parsing a block into cells is work that any thread can do.

mod cut;
mod encoding;
mod records;
mod split;

pub(super) use encoding::Decoder;
pub use encoding::as_windows_1252;
pub(super) use records::{Record, Records};

use super::digest::{self, FedDigest};
use super::raw::{BlockWork, Limits, RawBlock, RawKind, RawSource, SourceFacts, over_limit};
use crate::diag::{Finding, Place, Problem, Result};
use cut::Cutter;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// How many bytes are read at a time; also about the size of a block.
const CHUNK_BYTES: usize = 2 * 1024 * 1024;
/// The delimiters that are tried where none is declared.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the configuration says about a text file.
#[derive(Clone, Debug, Default)]
pub struct TextOptions {
    /// The declared encoding.
    pub encoding: Option<String>,
    /// The declared delimiter.
    pub delimiter: Option<u8>,
}

/// A delimited file that is being read.
pub struct Delimited {
    file: File,
    facts: SourceFacts,
    limits: Limits,
    digest: Option<FedDigest>,
    decoder: Decoder,
    cutter: Cutter,
    delimiter: u8,
    /// How many bytes are read at a time.
    chunk: usize,
    pending: Vec<u8>,
    ended: bool,
    next_line: u64,
    rows: u64,
    /// Whether a stray quote was said.
    stray_said: bool,
}

/// Opens a delimited file. `shown` is its name in messages and evidence.
///
/// # Errors
/// When the file cannot be opened, is over its size limit, or its bytes are no text.
pub fn open(path: &Path, shown: &str, options: &TextOptions, limits: &Limits) -> Result<Delimited> {
    open_in_chunks(path, shown, options, limits, CHUNK_BYTES)
}

/// Opens a delimited file that is read so many bytes at a time. Whoever declares encoding and delimiter gets the same
/// rows from chunks of any size: without, both are judged by the first chunk.
///
/// # Errors
/// As for [`open`].
pub fn open_in_chunks(
    path: &Path,
    shown: &str,
    options: &TextOptions,
    limits: &Limits,
    chunk: usize,
) -> Result<Delimited> {
    let mut file = File::open(path).map_err(|error| digest::cannot_open(shown, &error))?;
    let metadata = file.metadata().map_err(|error| digest::cannot_open(shown, &error))?;
    let bytes = metadata.len();
    if bytes > limits.text_bytes {
        return Err(over_limit(Place::file(shown), "the file's size in bytes", bytes, limits.text_bytes, "text_bytes"));
    }
    let digest = digest::start_fed(path, shown, metadata)?;
    let mut head = digest.buffer(chunk);
    let filled = fill(&mut file, &mut head).map_err(|error| digest::cannot_open(shown, &error))?;
    head.truncate(filled);
    let (mut decoder, encoding_name, note) = Decoder::choose(&head, shown, options.encoding.as_deref())?;
    let mut facts = SourceFacts {
        file: shown.to_owned(),
        format: "csv",
        encoding: encoding_name,
        bytes,
        notes: note.into_iter().collect(),
        ..SourceFacts::default()
    };
    let ended = filled < chunk;
    let mut pending = Vec::new();
    decoder.decode(&head, ended, &mut pending);
    digest.feed(head);
    let mut next_line = 1;
    let delimiter = match (separator_line(&pending), options.delimiter) {
        (Some((length, separator)), declared) => {
            pending.drain(..length);
            next_line = 2;
            declared.unwrap_or(separator)
        }
        (None, Some(declared)) => declared,
        (None, None) => likely_delimiter(&pending),
    };
    facts.delimiter = Some(delimiter);
    let cutter = Cutter::new(delimiter);
    Ok(Delimited {
        file,
        facts,
        limits: limits.clone(),
        digest: Some(digest),
        decoder,
        cutter,
        delimiter,
        chunk,
        pending,
        ended,
        next_line,
        rows: 0,
        stray_said: false,
    })
}

impl Delimited {
    fn read_more(&mut self) -> Result<()> {
        let Some(digest) = &self.digest else { return Ok(()) };
        let mut chunk = digest.buffer(self.chunk);
        let filled = fill(&mut self.file, &mut chunk).map_err(|error| digest::cannot_open(&self.facts.file, &error))?;
        chunk.truncate(filled);
        self.ended = filled < self.chunk;
        self.decoder.decode(&chunk, self.ended, &mut self.pending);
        digest.feed(chunk);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        if let Some(digest) = self.digest.take() {
            self.facts.sha256 = digest.finish()?;
        }
        Ok(())
    }

    /// Says the first quote that stands inside a text without being doubled.
    fn say_stray_quote(&mut self, end: usize) {
        let Some(at) = self.cutter.stray_quote().filter(|at| *at < end && !self.stray_said) else { return };
        self.stray_said = true;
        let line = self.next_line + lines_in(&self.pending[..at]);
        self.facts.notes.push(Finding::warning(
            "T1203",
            Place::file(self.facts.file.clone()).row(line),
            "a quote stands inside a text without being doubled; the text is taken as it is written",
            "check the text; if a delimiter in it was to be protected, export with quotes around the whole text",
        ));
    }

    /// The bytes up to the last complete record, once there are enough of them or the file has ended.
    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.cutter.last_record_end(&self.pending, self.ended) {
                self.say_stray_quote(end);
                let mut rest = Vec::with_capacity(self.pending.len() - end + self.chunk);
                rest.extend_from_slice(&self.pending[end..]);
                self.pending.truncate(end);
                return Ok(Some(std::mem::replace(&mut self.pending, rest)));
            }
            if self.ended {
                if let Some(opened) = self.cutter.open_quote(&self.pending) {
                    let line = self.next_line + lines_in(&self.pending[..opened]);
                    return Err(unclosed(&self.facts.file, line));
                }
                return Ok(None);
            }
            if self.pending.len() > self.limits.cell_bytes.saturating_add(CHUNK_BYTES) {
                if let Some(opened) = self.cutter.open_quote(&self.pending) {
                    let line = self.next_line + lines_in(&self.pending[..opened]);
                    return Err(unclosed(&self.facts.file, line));
                }
                let place = Place::file(self.facts.file.clone()).row(self.next_line);
                let (found, limit) = (self.pending.len() as u64, self.limits.cell_bytes as u64);
                return Err(over_limit(place, "the line's size in bytes", found, limit, "cell_bytes"));
            }
            self.read_more()?;
        }
    }
}

impl RawSource for Delimited {
    fn next_block(&mut self) -> Result<Option<BlockWork>> {
        let Some(bytes) = self.next_bytes()? else {
            self.finish()?;
            return Ok(None);
        };
        if !self.ended && self.pending.len() < self.chunk {
            self.read_more()?;
        }
        let first_line = self.next_line;
        let lines = lines_in(&bytes);
        self.next_line += lines;
        self.rows += lines;
        if self.rows > self.limits.rows {
            let place = Place::file(self.facts.file.clone());
            return Err(over_limit(place, "the number of rows", self.rows, self.limits.rows, "rows"));
        }
        let (delimiter, shown, limits) = (self.delimiter, self.facts.file.clone(), self.limits.clone());
        if let Some(at) = memchr::memchr(0, &bytes) {
            return Err(encoding::zero_byte(&shown, first_line + lines_in(&bytes[..at])));
        }
        Ok(Some(Box::new(move || parse_block(bytes, delimiter, first_line, &shown, &limits))))
    }

    fn facts(&self) -> SourceFacts {
        self.facts.clone()
    }
}

/// The rows of one block: split in place where the text is well-formed, else read by the csv crate.
fn parse_block(bytes: Vec<u8>, delimiter: u8, first_line: u64, shown: &str, limits: &Limits) -> Result<RawBlock> {
    let left = match String::from_utf8(bytes) {
        Ok(text) => match split::split(text, delimiter, first_line, limits) {
            Ok(block) => return Ok(block),
            Err(text) => text.into_bytes(),
        },
        Err(error) => error.into_bytes(),
    };
    parse_irregular(&left, delimiter, first_line, shown, limits)
}

/// Stands in front of a block, for its reader alone.
const LINE_END: &[u8] = b"\n";

/// Reads the records of one block, whatever is in them, or says what is wrong.
fn parse_irregular(bytes: &[u8], delimiter: u8, first_line: u64, shown: &str, limits: &Limits) -> Result<RawBlock> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(64 * 1024)
        // In front of a block that is not the first, what looks like a byte order mark is text: a line end before it
        // keeps the library from taking it off.
        .from_reader(LINE_END.chain(bytes));
    let mut record = csv::StringRecord::new();
    let mut block = RawBlock::default();
    let (mut line, mut counted) = (first_line, 0);
    // The library starts a record at the blank lines before it: its line is counted here.
    let mut line_at = |byte: Option<u64>| {
        let start =
            byte.and_then(|byte| usize::try_from(byte).ok()).map_or(counted, |at| at.saturating_sub(LINE_END.len()));
        let start = start.clamp(counted, bytes.len());
        let blank = bytes[start..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        line += lines_in(&bytes[counted..start + blank]);
        counted = start + blank;
        line
    };
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(block),
            Ok(true) => {}
            Err(error) => return Err(not_utf8(shown, line_at(error.position().map(csv::Position::byte)))),
        }
        let line = line_at(record.position().map(csv::Position::byte));
        if record.len() > limits.columns {
            let place = Place::file(shown).row(line);
            return Err(over_limit(
                place,
                "the number of columns",
                record.len() as u64,
                limits.columns as u64,
                "columns",
            ));
        }
        for field in &record {
            if field.len() > limits.cell_bytes {
                let place = Place::file(shown).row(line);
                let (found, limit) = (field.len() as u64, limits.cell_bytes as u64);
                return Err(over_limit(place, "the size of a cell in bytes", found, limit, "cell_bytes"));
            }
            block.push_cell(field, RawKind::Text);
        }
        block.end_row(u32::try_from(line).unwrap_or(u32::MAX));
    }
}

/// The code of a file whose bytes are not UTF-8: whoever opened it may try again as Windows-1252.
pub const NOT_UTF8: &str = "T1003";

pub(super) fn not_utf8(shown: &str, line: u64) -> Problem {
    Problem::input(
        NOT_UTF8,
        Place::file(shown).row(line),
        "the bytes are not valid UTF-8",
        "declare what the file is written in: options = { encoding = \"windows-1252\" }",
    )
}

fn unclosed(shown: &str, line: u64) -> Problem {
    Problem::input(
        "T1202",
        Place::file(shown).row(line),
        "a quote is opened on this line and never closed",
        "close the quote, or export the file again; nothing behind it could be told apart",
    )
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn lines_in(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Excel's `sep=;` first line: its length with the line end, and the delimiter it names.
fn separator_line(text: &[u8]) -> Option<(usize, u8)> {
    let line_end = memchr::memchr(b'\n', text)?;
    let line = text[..line_end].strip_suffix(b"\r").unwrap_or(&text[..line_end]);
    let line = line.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        // A quote cannot part cells, and half a character is none: such a line is left to the reader to judge.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter]
            if delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\r') =>
        {
            Some((line_end + 1, *delimiter))
        }
        _ => None,
    }
}

/// The delimiter that cuts the most lines into the same number of fields, more than one.
pub fn likely_delimiter(text: &[u8]) -> u8 {
    let sample: Vec<&[u8]> = text.split(|byte| *byte == b'\n').take(200).filter(|line| !line.is_empty()).collect();
    let score = |delimiter: u8| -> usize {
        let mut counts = std::collections::BTreeMap::new();
        for line in &sample {
            let mut quoted = false;
            let fields = line.iter().filter(|byte| {
                quoted ^= **byte == b'"';
                !quoted && **byte == delimiter
            });
            *counts.entry(fields.count()).or_insert(0_usize) += 1;
        }
        counts.iter().filter(|(fields, _)| **fields > 0).map(|(fields, lines)| lines * (fields + 4)).max().unwrap_or(0)
    };
    // The first of equals wins: the comma, then the semicolon.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// A note that a file was decoded from an encoding nobody declared.
fn decoded_note(shown: &str, line: u64, name: &str) -> Finding {
    Finding::warning(
        "T1002",
        Place::file(shown).row(line),
        format!("the file is not UTF-8 and was read as {name}; this is the first line that shows it"),
        format!("if that is right, declare it: options = {{ encoding = \"{name}\" }}"),
    )
}

#[cfg(test)]
mod tests;

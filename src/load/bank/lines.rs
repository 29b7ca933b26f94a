//! The lines of a text file, whatever ends them: LF, CRLF, CR, or a mixture.

use crate::diag::{Place, Problem, Result};
use crate::load::input::Input;
use crate::load::raw::{Limits, over_limit};
use std::io::{BufRead, Read};

/// One line, without its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextLine {
    /// Its text; control characters at its ends are gone.
    pub text: String,
    /// Its number, counted from 1.
    pub number: u64,
    /// Where it starts: bytes from the start of the file, as UTF-8.
    pub offset: u64,
}

/// Reads a file line by line.
pub struct Lines {
    input: Input,
    place: Place,
    longest: usize,
    number: u64,
    offset: u64,
    /// A CR ended the last line: an LF right behind it belongs to it.
    after_return: bool,
}

impl Lines {
    pub fn new(source: Box<dyn Read + Send>, place: &Place, encoding: Option<&str>, limits: &Limits) -> Result<Lines> {
        let input = Input::new(source, &place.file, encoding, None)?;
        let place = Place::file(&place.file);
        Ok(Lines { input, place, longest: limits.cell_bytes, number: 0, offset: 0, after_return: false })
    }

    pub fn encoding(&self) -> String {
        self.input.encoding().to_owned()
    }

    /// The line that was read last.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The next line; `None` at the end of the file.
    pub fn next_line(&mut self) -> Result<Option<TextLine>> {
        self.input.allow(self.longest);
        let mut bytes = Vec::new();
        let mut read = 0_u64;
        loop {
            let (taken, is_whole) = {
                let buffer = match self.input.fill_buf() {
                    Ok(buffer) => buffer,
                    Err(error) => return Err(self.refused(&error)),
                };
                if buffer.is_empty() {
                    break;
                }
                if self.after_return && buffer[0] == b'\n' {
                    (1, None)
                } else {
                    let end = memchr::memchr2(b'\n', b'\r', buffer);
                    bytes.extend_from_slice(&buffer[..end.unwrap_or(buffer.len())]);
                    (end.map_or(buffer.len(), |end| end + 1), Some(end.map(|end| buffer[end])))
                }
            };
            self.input.consume(taken);
            read += taken as u64;
            self.after_return = is_whole == Some(Some(b'\r'));
            if bytes.len() > self.longest {
                return Err(self.too_long());
            }
            if let Some(Some(_)) = is_whole {
                return Ok(Some(self.line(&bytes, read)));
            }
        }
        Ok((!bytes.is_empty()).then(|| self.line(&bytes, read)))
    }

    fn line(&mut self, bytes: &[u8], read: u64) -> TextLine {
        self.number += 1;
        let offset = self.offset;
        self.offset += read;
        // The input hands out whole characters only.
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_matches(|c: char| c.is_control() || c == '\u{feff}').to_owned();
        TextLine { text, number: self.number, offset }
    }

    fn refused(&self, error: &std::io::Error) -> Problem {
        self.input.refused(&self.place.file, error, || self.too_long())
    }

    fn too_long(&self) -> Problem {
        let place = self.place.clone().row(self.number + 1);
        over_limit(place, "one line, in bytes", self.longest as u64 + 1, self.longest as u64, "cell_bytes")
    }
}

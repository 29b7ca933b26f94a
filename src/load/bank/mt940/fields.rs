//! The tags of a message with their lines, out of whatever envelope the bank put around them.

use crate::diag::{Place, Result};
use crate::load::bank::lines::Lines;
use crate::load::raw::{Limits, over_limit};
use std::io::Read;

/// A tag and what stands behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The tag without its colons: `61`, `62F`, `NS`.
    pub tag: String,
    /// Its lines, the first one behind the tag.
    pub lines: Vec<String>,
    /// The line that it starts on.
    pub line: u64,
}

impl Field {
    /// The first line.
    pub fn first(&self) -> &str {
        self.lines.first().map_or("", String::as_str)
    }
}

/// Reads tags.
pub struct FieldReader {
    lines: Lines,
    place: Place,
    longest: usize,
    next: Option<Field>,
    bytes: usize,
    /// Whether the message that is read has its closing balance.
    is_closed: bool,
}

impl FieldReader {
    pub fn new(
        source: Box<dyn Read + Send>,
        place: &Place,
        encoding: Option<&str>,
        limits: &Limits,
    ) -> Result<FieldReader> {
        let lines = Lines::new(source, place, encoding, limits)?;
        let (place, longest) = (Place::file(&place.file), limits.cell_bytes);
        Ok(FieldReader { lines, place, longest, next: None, bytes: 0, is_closed: false })
    }

    pub fn encoding(&self) -> String {
        self.lines.encoding()
    }

    /// The line that was read last.
    pub fn line(&self) -> u64 {
        self.lines.number()
    }

    /// The next tag with all its lines; `None` at the end of the file.
    pub fn next_field(&mut self) -> Result<Option<Field>> {
        while let Some(line) = self.lines.next_line()? {
            let text = inside_envelope(&line.text);
            if let Some((tag, value)) = tag_of(text) {
                self.is_closed = match tag {
                    "20" => false,
                    "62F" | "62M" => true,
                    _ => self.is_closed,
                };
                self.bytes = value.len();
                let field = Field { tag: tag.to_owned(), lines: vec![value.to_owned()], line: line.number };
                if let Some(done) = self.next.replace(field) {
                    return Ok(Some(done));
                }
                continue;
            }
            // A dash alone ends a message; inside of a text it may be a text's line.
            let is_dash = text.trim_end() == "-" || text.starts_with("-}") || text.starts_with("{5:");
            if is_dash && (self.is_closed || text.len() > 1) {
                if let Some(done) = self.next.take() {
                    return Ok(Some(done));
                }
                continue;
            }
            if let (Some(field), false) = (&mut self.next, text.trim().is_empty()) {
                self.bytes += text.len();
                if self.bytes > self.longest {
                    let (found, limit) = (self.bytes as u64, self.longest as u64);
                    let place = self.place.clone().row(line.number);
                    return Err(over_limit(place, "one tag with its lines, in bytes", found, limit, "cell_bytes"));
                }
                field.lines.push(text.to_owned());
            }
        }
        Ok(self.next.take())
    }
}

/// The text behind `{1:…}{2:…}{4:`, the blocks around a message.
fn inside_envelope(text: &str) -> &str {
    match text.find("{4:") {
        Some(at) if text.starts_with('{') || text.starts_with("-}") => &text[at + 3..],
        _ if text.starts_with("{1:") || text.starts_with("{2:") => "-}",
        _ => text,
    }
}

/// The tag that a line starts with, and what stands behind it.
fn tag_of(text: &str) -> Option<(&str, &str)> {
    let (tag, value) = text.strip_prefix(':')?.split_once(':')?;
    let digits = tag.bytes().take_while(u8::is_ascii_digit).count();
    let letters = &tag[digits..];
    let is_tag = (2..=3).contains(&digits) && letters.len() <= 1 && letters.bytes().all(|b| b.is_ascii_uppercase());
    (is_tag || tag == "NS").then_some((tag, value))
}

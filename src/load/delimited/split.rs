//! Rows of well-formed text as spans of the text itself: nothing is copied, except a field with doubled quotes.
//!
//! What is not well-formed (text behind a closing quote, fields over a limit) is left to the csv crate, which gives the
//! same rows for everything that is split here.

use crate::load::raw::{Limits, RawBlock, Spans};

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// The rows of a text that starts at a record; the text itself where the csv crate has to read it.
pub fn split(mut text: String, delimiter: u8, first_line: u64, limits: &Limits) -> Result<RawBlock, String> {
    if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\n' | b'\r') || text.len() > u32::MAX as usize / 2 {
        return Err(text);
    }
    match spans(&text, delimiter, first_line, limits) {
        Some((spans, unquoted)) => {
            text.push_str(&unquoted);
            Ok(spans.over(text))
        }
        None => Err(text),
    }
}

/// The spans of all cells, and the fields that had doubled quotes, which lie behind the text.
fn spans(text: &str, delimiter: u8, first_line: u64, limits: &Limits) -> Option<(Spans, String)> {
    let bytes = text.as_bytes();
    let mut spans = Spans::with_capacity(bytes.len() / 6);
    let mut unquoted = String::new();
    let mut stops = Stops::new(bytes, delimiter);
    let (mut start, mut line) = (0, first_line);
    loop {
        while let Some(byte @ (b'\n' | b'\r')) = bytes.get(start) {
            line += u64::from(*byte == b'\n');
            start += 1;
        }
        if start == bytes.len() {
            return Some((spans, unquoted));
        }
        let row = u32::try_from(line).unwrap_or(u32::MAX);
        loop {
            let end = if bytes.get(start) == Some(&b'"') {
                let (close, doubled) = closing_quote(bytes, start + 1)?;
                let field = &text[start + 1..close];
                if doubled {
                    let from = bytes.len() + unquoted.len();
                    unquoted.push_str(&field.replace("\"\"", "\""));
                    spans.push(from, bytes.len() + unquoted.len());
                } else {
                    spans.push(start + 1, close);
                }
                line += super::lines_in(field.as_bytes());
                start += 1;
                close + 1
            } else {
                let end = stops.next_from(start);
                spans.push(start, end);
                end
            };
            if end - start > limits.cell_bytes {
                return None;
            }
            match bytes.get(end) {
                Some(byte) if *byte == delimiter => start = end + 1,
                None | Some(b'\n' | b'\r') => {
                    start = end;
                    break;
                }
                Some(_) => return None,
            }
        }
        if spans.open_cells() > limits.columns {
            return None;
        }
        spans.end_row(row);
    }
}

/// The quote that closes a field, and whether any were doubled before it.
fn closing_quote(bytes: &[u8], mut from: usize) -> Option<(usize, bool)> {
    let mut doubled = false;
    loop {
        let quote = memchr::memchr(b'"', &bytes[from..])? + from;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some((quote, doubled));
        }
        doubled = true;
        from = quote + 2;
    }
}

/// The delimiters and line ends of a text, found eight bytes at a time.
struct Stops<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    /// The delimiter in each of eight bytes.
    spread: u64,
    /// Where the word that was looked at starts.
    base: usize,
    /// The high bit of each byte of that word that may be a stop and was not given out yet.
    mask: u64,
}

impl<'a> Stops<'a> {
    fn new(bytes: &'a [u8], delimiter: u8) -> Stops<'a> {
        let spread = ONES * u64::from(delimiter);
        let mut stops = Stops { bytes, delimiter, spread, base: 0, mask: 0 };
        stops.look(0);
        stops
    }

    /// Looks at the word that starts at a place; what lies behind the text is no stop.
    fn look(&mut self, base: usize) {
        let word = match self.bytes.get(base..base + 8).and_then(|word| <[u8; 8]>::try_from(word).ok()) {
            Some(word) => u64::from_le_bytes(word),
            None => {
                let mut word = [b' '; 8];
                let rest = self.bytes.get(base..).unwrap_or_default();
                word[..rest.len()].copy_from_slice(rest);
                u64::from_le_bytes(word)
            }
        };
        let other = word ^ self.spread;
        // Zero bytes of the one, and bytes below 14 of the other. A carry may add the byte behind: each byte is asked
        // again before it counts as a stop.
        let delimiters = other.wrapping_sub(ONES) & !other;
        let line_ends = word.wrapping_sub(ONES * 14) & !word;
        self.base = base;
        self.mask = (delimiters | line_ends) & HIGHS;
    }

    /// The first stop at or behind a place, or the end of the text. Places only grow.
    fn next_from(&mut self, from: usize) -> usize {
        if from >= self.base + 8 {
            self.look(from);
        }
        loop {
            while self.mask != 0 {
                let at = self.base + (self.mask.trailing_zeros() / 8) as usize;
                let is_stop =
                    self.bytes.get(at).is_some_and(|byte| *byte == self.delimiter || matches!(byte, b'\n' | b'\r'));
                if is_stop && at >= from {
                    return at;
                }
                self.mask &= self.mask - 1;
            }
            if self.base + 8 >= self.bytes.len() {
                return self.bytes.len();
            }
            self.look(self.base + 8);
        }
    }
}

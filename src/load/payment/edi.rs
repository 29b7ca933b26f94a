//! Segments of X12 and EDIFACT, cut by the delimiters that the file itself declares.
//!
//! X12: the interchange header has a fixed length of 106 bytes; its separators are the delimiters (X12.5, ISA).
//! EDIFACT: the service string advice UNA declares them, else the defaults of ISO 9735 hold.
//! Line ends are no part of the data in either: files are wrapped at 80 columns or have a line a segment.

use super::bytes::Bytes;
use super::rows::{At, SEND_AGAIN, refused};
use crate::diag::{Problem, Result};

/// Which family a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// ANSI ASC X12.
    X12,
    /// UN/EDIFACT.
    Edifact,
}

/// The delimiters of an interchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiters {
    /// Between elements.
    pub(super) element: u8,
    /// Between the parts of an element.
    pub(super) component: u8,
    /// Takes its meaning from the next byte; EDIFACT alone has one.
    pub(super) release: Option<u8>,
    /// Behind a segment.
    pub(super) terminator: u8,
}

impl Delimiters {
    /// Those of ISO 9735 where no UNA declares others.
    const EDIFACT: Delimiters = Delimiters { element: b'+', component: b':', release: Some(b'?'), terminator: b'\'' };

    fn all(&self) -> [u8; 4] {
        [self.element, self.component, self.release.unwrap_or(self.terminator), self.terminator]
    }
}

/// One segment.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Its tag, such as `RMR`.
    pub(super) tag: String,
    /// Where it stands.
    pub(super) at: At,
    /// Whether the file ended before its terminator.
    pub(super) is_open: bool,
    elements: Vec<Vec<String>>,
    component: char,
}

impl Segment {
    /// An element by its number in the standard, counted from 1; blank where it is left out.
    pub(super) fn text(&self, number: usize) -> String {
        let parts = number.checked_sub(1).and_then(|index| self.elements.get(index));
        let joined = parts.map(|parts| parts.join(&String::from(self.component)));
        joined.map_or(String::new(), |text| text.trim().to_owned())
    }

    /// A part of an element, both counted from 1.
    pub(super) fn part(&self, number: usize, part: usize) -> &str {
        let element = number.checked_sub(1).and_then(|index| self.elements.get(index));
        let text = element.zip(part.checked_sub(1)).and_then(|(parts, index)| parts.get(index));
        text.map_or("", |text| text.trim())
    }
}

/// Cuts a file into segments.
pub(super) struct Scanner {
    bytes: Bytes,
    family: Family,
    delimiters: Option<Delimiters>,
    count: u64,
    /// The row that all segments stand in, where they are part of another record.
    row: Option<u64>,
}

impl Scanner {
    /// A scanner at the start of a file.
    pub(super) fn new(bytes: Bytes, family: Family) -> Scanner {
        Scanner { bytes, family, delimiters: None, count: 0, row: None }
    }

    /// A scanner of segments that stand in one record of another format, under delimiters that are known.
    pub(super) fn within(bytes: Bytes, delimiters: Option<Delimiters>, row: u64) -> Scanner {
        Scanner { bytes, family: Family::X12, delimiters, count: 0, row: Some(row) }
    }

    /// The file's name in messages.
    pub(super) fn shown(&self) -> &str {
        self.bytes.shown()
    }

    /// How the text is encoded, as far as it was read.
    pub(super) fn encoding(&self) -> &'static str {
        self.bytes.encoding()
    }

    /// Where the next segment stands.
    pub(super) fn at(&self) -> At {
        At { row: self.row.unwrap_or(self.count + 1), byte: self.bytes.offset(), is_segment: self.row.is_none() }
    }

    /// The next segment; `None` at the end of the file.
    ///
    /// # Errors
    /// When the delimiters cannot be told, or what follows is no segment under them.
    pub(super) fn next(&mut self) -> Result<Option<Segment>> {
        loop {
            self.bytes.skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF | 0x1A))?;
            if self.bytes.peek(1)?.is_empty() {
                return Ok(None);
            }
            let (at, head) = (self.at(), self.bytes.peek(3)?.to_vec());
            match (self.family, head.as_slice()) {
                (Family::X12, b"ISA") => self.delimiters = Some(self.interchange_header(at)?),
                (Family::Edifact, b"UNA") => {
                    self.delimiters = Some(self.service_string(at)?);
                    self.count += 1;
                    continue;
                }
                (Family::Edifact, b"UNB") if self.delimiters.is_none() => {
                    self.delimiters = Some(Delimiters::EDIFACT);
                }
                _ => {}
            }
            let Some(delimiters) = self.delimiters else { return Err(self.no_envelope(at, &head)) };
            let (record, is_open) = self.record(&delimiters)?;
            self.count += 1;
            if record.is_empty() {
                continue;
            }
            return self.segment(&record, &delimiters, at, is_open).map(Some);
        }
    }

    /// The delimiters of an X12 interchange: its header has elements of fixed length.
    fn interchange_header(&mut self, at: At) -> Result<Delimiters> {
        const LENGTH: usize = 106;
        const SEPARATORS: [usize; 16] = [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103];
        let shown = self.bytes.shown().to_owned();
        let header = self.bytes.peek(LENGTH)?;
        let element = header.get(3).copied().unwrap_or_default();
        let is_fixed = header.len() == LENGTH && SEPARATORS.iter().all(|index| header[*index] == element);
        if !is_fixed {
            let message = "the interchange header ISA does not have its 16 elements of fixed length";
            return Err(refused(&shown, at, message, SEND_AGAIN));
        }
        let delimiters = Delimiters { element, component: header[104], release: None, terminator: header[105] };
        check(&delimiters, &shown, at)?;
        Ok(delimiters)
    }

    /// The delimiters that UNA declares: component, element, decimal mark, release, reserved, terminator.
    fn service_string(&mut self, at: At) -> Result<Delimiters> {
        let shown = self.bytes.shown().to_owned();
        let advice = self.bytes.take(9)?;
        let [_, _, _, component, element, _, release, _, terminator] = advice[..] else {
            return Err(refused(&shown, at, "the file breaks off within its service string advice UNA", SEND_AGAIN));
        };
        let release = (release != b' ').then_some(release);
        let delimiters = Delimiters { element, component, release, terminator };
        check(&delimiters, &shown, at)?;
        Ok(delimiters)
    }

    /// The bytes up to the next terminator that no release character takes the meaning of, without line ends.
    fn record(&mut self, delimiters: &Delimiters) -> Result<(Vec<u8>, bool)> {
        let mut from = 0;
        let (end, is_open) = loop {
            let Some(end) = self.bytes.find(delimiters.terminator, from)? else { break (self.bytes.rest()?, true) };
            let before = self.bytes.peek(end)?;
            let released = delimiters.release.map_or(0, |release| {
                let text = before.iter().rev().filter(|byte| !matches!(byte, b'\r' | b'\n'));
                text.take_while(|byte| **byte == release).count()
            });
            if released.is_multiple_of(2) {
                break (end, false);
            }
            from = end + 1;
        };
        let mut record = self.bytes.take(end)?;
        if !is_open {
            self.bytes.take(1)?;
        }
        let is_delimiter = |byte: u8| delimiters.all().contains(&byte);
        record.retain(|byte| !matches!(byte, b'\r' | b'\n') || is_delimiter(*byte));
        Ok((record, is_open))
    }

    fn segment(&mut self, record: &[u8], delimiters: &Delimiters, at: At, is_open: bool) -> Result<Segment> {
        let mut elements: Vec<Vec<String>> = Vec::new();
        for element in split(record, delimiters.element, delimiters.release) {
            let mut parts = Vec::new();
            for part in split(element, delimiters.component, delimiters.release) {
                let plain = unreleased(part, delimiters.release);
                parts.push(self.bytes.text(&plain, at.row)?);
            }
            elements.push(parts);
        }
        let tag = elements.remove(0).concat();
        let is_tag = (2..=3).contains(&tag.len())
            && tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && tag.as_bytes()[0].is_ascii_uppercase();
        if !is_tag {
            let start: String = tag.chars().take(20).collect();
            let message = format!("\"{start}\" is no segment tag under the delimiters that the file declares");
            return Err(refused(self.bytes.shown(), at, message, SEND_AGAIN));
        }
        Ok(Segment { tag, at, is_open, elements, component: char::from(delimiters.component) })
    }

    fn no_envelope(&self, at: At, head: &[u8]) -> Problem {
        let (name, header) = match self.family {
            Family::X12 => ("X12", "ISA"),
            Family::Edifact => ("EDIFACT", "UNA or UNB"),
        };
        let seen: String = head.iter().map(|byte| char::from(*byte)).collect();
        let message = format!("the {name} file has no envelope: it starts with \"{seen}\", not with {header}");
        let remedy = "ask for the whole interchange: without its header the delimiters are a guess";
        refused(self.bytes.shown(), at, message, remedy)
    }
}

/// Refuses delimiters that are letters, digits or blanks, or that stand for two things.
fn check(delimiters: &Delimiters, shown: &str, at: At) -> Result<()> {
    let mut all = delimiters.all().to_vec();
    if delimiters.release.is_none() {
        all.remove(2);
    }
    let is_text = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b' ' || !byte.is_ascii();
    let twice = (1..all.len()).any(|index| all[..index].contains(&all[index]));
    if twice || all.iter().any(is_text) {
        let seen: Vec<String> = all.iter().map(|byte| byte.escape_ascii().to_string()).collect();
        let message = format!("the file declares delimiters that cannot be told apart from text: {}", seen.join(" "));
        return Err(refused(shown, at, message, SEND_AGAIN));
    }
    Ok(())
}

/// Cuts at a delimiter, except where the release character stands in front of it.
fn split(text: &[u8], delimiter: u8, release: Option<u8>) -> Vec<&[u8]> {
    let (mut pieces, mut start, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        if Some(text[at]) == release {
            at += 2;
            continue;
        }
        if text[at] == delimiter {
            pieces.push(&text[start..at]);
            start = at + 1;
        }
        at += 1;
    }
    pieces.push(&text[start..]);
    pieces
}

/// The text without its release characters.
fn unreleased(text: &[u8], release: Option<u8>) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        if Some(*byte) == release {
            plain.extend(bytes.next());
        } else {
            plain.push(*byte);
        }
    }
    plain
}

#[cfg(test)]
#[path = "edi_tests.rs"]
mod tests;

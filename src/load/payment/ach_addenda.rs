//! The payment related information of ACH addenda: segments of an X12 820, with its envelope (CTX) or bare (CCD, IAT).

use super::ach::Entry;
use super::bytes::Bytes;
use super::edi::{Delimiters, Family, Scanner};
use super::envelope::{Interchanges, Message};
use super::rows::Sink;
use super::x12_820::Remittance;
use crate::diag::{Finding, Result};
use std::io::Cursor;

/// The most addenda that an entry may have.
pub(super) const MOST: usize = 9_999;
/// The most bytes that they may have: 80 columns each, some of several bytes.
const MOST_BYTES: usize = 4 * MOST * 80;

/// The addenda of one entry, one behind the other.
#[derive(Default)]
pub(super) struct Addenda {
    text: String,
    count: usize,
}

impl Addenda {
    /// Adds the 80 columns of one, with their blanks: a text may run on in the next.
    pub(super) fn push(&mut self, columns: &str) {
        let missing = 80_usize.saturating_sub(columns.chars().count());
        self.count += 1;
        self.text.push_str(columns);
        self.text.extend(std::iter::repeat_n(' ', missing));
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.count as u64
    }

    /// Whether there may be no more.
    pub(super) fn is_full(&self) -> bool {
        self.count >= MOST
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The reference that a trace segment gives; blank where there is none.
    pub(super) fn trace_reference(&self) -> String {
        let Some(mut scanner) = self.scanner("", 0) else { return String::new() };
        while let Ok(Some(segment)) = scanner.next() {
            if segment.tag == "TRN" {
                return segment.text(2);
            }
        }
        String::new()
    }

    /// Writes the documents that the addenda name.
    ///
    /// # Errors
    /// Over the limit of rows.
    pub(super) fn remit(&self, entry: &Entry, sink: &mut Sink) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let before = (sink.rows(), sink.amounts);
        let shown = sink.shown.clone();
        let Some(scanner) = self.scanner(&shown, entry.at.row) else {
            sink.unused("addenda without remittance segments");
            return Ok(());
        };
        let read = match self.text.trim_start().starts_with("ISA") {
            true => whole(scanner, sink),
            false => bare(scanner, entry, sink),
        };
        if let Err(problem) = read {
            // A limit stops the run; a text that is no 820 does not.
            let finding = problem.findings.first().filter(|finding| finding.code == "T1701").cloned();
            let Some(finding) = finding else { return Err(problem) };
            let message = format!("the addenda of the entry {} cannot be read: {}", entry.trace, finding.message);
            let place = sink.place(entry.at);
            let remedy = "the entry itself is a bank line as ever: ask the payer for the remittance";
            sink.notes.push(Finding::warning("T1702", place, message, remedy));
        }
        if sink.rows() > before.0 {
            let sum = sink.amounts - before.1;
            let sum = if sum < crate::load::control::Exact::ZERO { -sum } else { sum };
            let what = format!("entry {}", entry.trace);
            sink.proofs.sum("ACH entry and its remittance", &what, entry.amount, sum, entry.at);
        }
        Ok(())
    }

    /// A scanner of the segments; `None` where the text has none.
    fn scanner(&self, shown: &str, row: u64) -> Option<Scanner> {
        let text = self.text.trim();
        let bytes = Bytes::new(Box::new(Cursor::new(text.as_bytes().to_vec())), shown, MOST_BYTES);
        if text.starts_with("ISA") {
            return Some(Scanner::within(bytes, None, row));
        }
        // Bare segments follow the banking conventions: an asterisk, and a backslash or a tilde behind each.
        const FIRST: [&str; 6] = ["RMR*", "ADX*", "ST*820", "BPR*", "TRN*", "DTM*"];
        let is_segments = FIRST.iter().any(|start| text.starts_with(start));
        let terminator = if text.contains('\\') { b'\\' } else { b'~' };
        let delimiters = Delimiters { element: b'*', component: b'>', release: None, terminator };
        is_segments.then(|| Scanner::within(bytes, Some(delimiters), row))
    }
}

/// A whole interchange.
fn whole(scanner: Scanner, sink: &mut Sink) -> Result<()> {
    let mut interchanges = Interchanges::new(scanner, Family::X12);
    while interchanges.step(sink)? {}
    Ok(())
}

/// Segments without an envelope: what the set does not say is taken from the entry.
fn bare(mut scanner: Scanner, entry: &Entry, sink: &mut Sink) -> Result<()> {
    let mut set = Remittance::within(entry.at, &entry.trace, &entry.company, &entry.date);
    while let Some(segment) = scanner.next()? {
        if !set.segment(&segment, sink) && !matches!(segment.tag.as_str(), "ST" | "SE") {
            sink.unused(&segment.tag);
        }
    }
    set.end(sink)
}

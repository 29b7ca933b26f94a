//! The three levels of an EDI file, interchange, group and message: each trailer must count what it closes and repeat
//! the reference of its header.

use super::edi::{Family, Scanner, Segment};
use super::rows::{At, SEND_AGAIN, Sink, refused};
use super::{invoic, remadv, x12_810, x12_812, x12_820, x12_835};
use crate::diag::Result;

/// The most segments that a message may have: its rows wait for its total.
const MOST_SEGMENTS: u64 = 2_000_000;

/// One message (X12: transaction set): takes its segments one by one.
pub(super) trait Message: Send {
    /// Takes a segment; whether it was of use.
    fn segment(&mut self, segment: &Segment, sink: &mut Sink) -> bool;

    /// The message is complete: rows are written, its totals proved.
    ///
    /// # Errors
    /// Over the limit of rows.
    fn end(&mut self, sink: &mut Sink) -> Result<()>;
}

/// A level of the envelope (X12.6 section 3; ISO 9735 section 6).
struct Level {
    header: &'static str,
    trailer: &'static str,
    /// The element of the header that the second one of the trailer repeats.
    reference: usize,
    /// What the first element of the trailer counts.
    counts: &'static str,
    references: &'static str,
    name: &'static str,
}

const X12: [Level; 3] = [
    Level {
        header: "ISA",
        trailer: "IEA",
        reference: 13,
        counts: "groups that IEA counts",
        references: "control numbers of IEA",
        name: "interchange",
    },
    Level {
        header: "GS",
        trailer: "GE",
        reference: 6,
        counts: "sets that GE counts",
        references: "control numbers of GE",
        name: "group",
    },
    Level {
        header: "ST",
        trailer: "SE",
        reference: 2,
        counts: "segments that SE counts",
        references: "control numbers of SE",
        name: "set",
    },
];

const EDIFACT: [Level; 3] = [
    Level {
        header: "UNB",
        trailer: "UNZ",
        reference: 5,
        counts: "messages or groups that UNZ counts",
        references: "references of UNZ",
        name: "interchange",
    },
    Level {
        header: "UNG",
        trailer: "UNE",
        reference: 5,
        counts: "messages that UNE counts",
        references: "references of UNE",
        name: "group",
    },
    Level {
        header: "UNH",
        trailer: "UNT",
        reference: 1,
        counts: "segments that UNT counts",
        references: "references of UNT",
        name: "message",
    },
];

/// A level that is open.
struct Open {
    reference: String,
    /// Groups, messages or segments within.
    children: u64,
}

/// Reads an EDI file.
pub(super) struct Interchanges {
    scanner: Scanner,
    family: Family,
    open: [Option<Open>; 3],
    message: Option<Box<dyn Message>>,
    seen_any: bool,
}

impl Interchanges {
    /// A reader at the start of a file.
    pub(super) fn new(scanner: Scanner, family: Family) -> Interchanges {
        Interchanges { scanner, family, open: [None, None, None], message: None, seen_any: false }
    }

    /// How the text is encoded, as far as it was read.
    pub(super) fn encoding(&self) -> &'static str {
        self.scanner.encoding()
    }

    /// Reads one segment; false at the end of the file.
    ///
    /// # Errors
    /// When the structure cannot be read safely.
    pub(super) fn step(&mut self, sink: &mut Sink) -> Result<bool> {
        let Some(segment) = self.scanner.next()? else {
            return self.ended().map(|()| false);
        };
        let levels = self.levels();
        if segment.is_open && segment.tag != levels[0].trailer {
            let message = format!("the file breaks off within the segment {}", segment.tag);
            return Err(refused(&sink.shown, segment.at, message, SEND_AGAIN));
        }
        if let Some(level) = levels.iter().position(|level| level.header == segment.tag) {
            self.header(level, &segment, sink)?;
        } else if let Some(level) = levels.iter().position(|level| level.trailer == segment.tag) {
            self.trailer(level, &segment, sink)?;
        } else {
            self.content(&segment, sink)?;
        }
        Ok(true)
    }

    fn levels(&self) -> &'static [Level; 3] {
        match self.family {
            Family::X12 => &X12,
            Family::Edifact => &EDIFACT,
        }
    }

    fn ended(&self) -> Result<()> {
        let (levels, at) = (self.levels(), self.scanner.at());
        if let Some(level) = self.open.iter().rposition(Option::is_some) {
            let Level { name, trailer, .. } = &levels[level];
            let reference = self.open[level].as_ref().map_or("", |open| open.reference.as_str());
            let message = format!("the file ends within the {name} {reference}: its trailer {trailer} is missing");
            return Err(refused(self.scanner.shown(), at, message, SEND_AGAIN));
        }
        if !self.seen_any {
            return Err(refused(self.scanner.shown(), at, "the file has no interchange", SEND_AGAIN));
        }
        Ok(())
    }

    fn header(&mut self, level: usize, segment: &Segment, sink: &mut Sink) -> Result<()> {
        let levels = self.levels();
        if let Some(inner) = (level..3).rev().find(|inner| self.open[*inner].is_some()) {
            let message = format!(
                "{} starts while a {} is open: {} is missing",
                segment.tag, levels[inner].name, levels[inner].trailer
            );
            return Err(refused(&sink.shown, segment.at, message, SEND_AGAIN));
        }
        // EDIFACT may do without groups.
        let parent = match (level, self.family) {
            (0, _) => None,
            (2, Family::Edifact) if self.open[1].is_none() => Some(0),
            _ => Some(level - 1),
        };
        if let Some(parent) = parent {
            let Some(open) = &mut self.open[parent] else {
                let message = format!("{} stands outside of any {}", segment.tag, levels[parent].name);
                return Err(refused(&sink.shown, segment.at, message, SEND_AGAIN));
            };
            open.children += 1;
        }
        self.seen_any = true;
        let reference = segment.part(levels[level].reference, 1).to_owned();
        // Within the entries of another format the numbers are not those of a sender's system.
        if level == 0 && segment.at.is_segment {
            let sender = if self.family == Family::X12 { segment.text(6) } else { segment.text(2) };
            sink.once(format!("the interchange {reference} of {sender}"), segment.at);
        }
        self.open[level] = Some(Open { reference, children: u64::from(level == 2) });
        if level == 2 {
            let code = match self.family {
                Family::X12 => segment.part(1, 1),
                Family::Edifact => segment.part(2, 1),
            };
            self.message = message(code, sink.table, segment.at);
            if self.message.is_none() {
                sink.pass_over(format!("{} {code}", levels[2].name));
            }
        }
        Ok(())
    }

    fn trailer(&mut self, level: usize, segment: &Segment, sink: &mut Sink) -> Result<()> {
        let levels = self.levels();
        if let Some(inner) = (level + 1..3).rev().find(|inner| self.open[*inner].is_some()) {
            let message = format!(
                "{} closes while a {} is open: {} is missing",
                segment.tag, levels[inner].name, levels[inner].trailer
            );
            return Err(refused(&sink.shown, segment.at, message, SEND_AGAIN));
        }
        let Some(open) = self.open[level].take() else {
            let message = format!("{} closes a {} that was not opened", segment.tag, levels[level].name);
            return Err(refused(&sink.shown, segment.at, message, SEND_AGAIN));
        };
        // The trailer of a message counts itself.
        let children = open.children + u64::from(level == 2);
        if let Some(mut message) = self.message.take() {
            message.end(sink)?;
        }
        let what = format!("{} {}", levels[level].name, open.reference);
        sink.proofs.count(levels[level].counts, &what, segment.part(1, 1), children, segment.at);
        let names = (levels[level].references, what.as_str());
        sink.proofs.same_reference(names.0, names.1, &open.reference, segment.part(2, 1), segment.at);
        Ok(())
    }

    fn content(&mut self, segment: &Segment, sink: &mut Sink) -> Result<()> {
        let Some(open) = &mut self.open[2] else {
            // Acknowledgements may stand between the headers.
            if self.open[0].is_some() && matches!(segment.tag.as_str(), "TA1" | "TA3" | "ISB" | "ISE" | "UCI") {
                sink.unused(&segment.tag);
                return Ok(());
            }
            let message = format!("the segment {} stands outside of any {}", segment.tag, self.levels()[2].name);
            return Err(refused(&sink.shown, segment.at, message, SEND_AGAIN));
        };
        open.children += 1;
        if open.children > MOST_SEGMENTS {
            let message = format!("a {} has more than {MOST_SEGMENTS} segments", self.levels()[2].name);
            return Err(refused(&sink.shown, segment.at, message, "ask the sender for several smaller ones"));
        }
        if let Some(message) = &mut self.message
            && !message.segment(segment, sink)
        {
            sink.unused(&segment.tag);
        }
        Ok(())
    }
}

/// The reader of a message for a table; `None` where the message has nothing for it.
fn message(code: &str, table: &str, at: At) -> Option<Box<dyn Message>> {
    match (code, table) {
        ("820", "remittances") => Some(Box::new(x12_820::Remittance::new(at))),
        ("835", "remittances") => Some(Box::new(x12_835::Claims::new(at))),
        ("812", "disputes") => Some(Box::new(x12_812::Adjustments::new(at))),
        ("810", "ar_items" | "invoice_lines") => Some(Box::new(x12_810::Invoice::new(at))),
        ("REMADV", "remittances") => Some(Box::new(remadv::Remittance::new(at))),
        ("INVOIC", "ar_items" | "invoice_lines") => Some(Box::new(invoic::Invoice::new(at))),
        _ => None,
    }
}

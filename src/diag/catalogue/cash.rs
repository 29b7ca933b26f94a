//! The findings of cash application, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T3601",
        "A decision does not fit any more",
        "An answer that somebody accepted (memory.toml, or the sheet \"Unapplied cash\") names documents that are \
         closed or not in the register. A decision never goes against the books: the receipt was researched as if \
         there were none. Example: INV-7 was accepted for RC-1 and has been paid by another receipt since.",
        "Delete the entry from memory.toml, or decide again.",
    ),
    (
        "T3602",
        "Remittance advices list documents that are not there",
        "A line of an advice leads to no document of the register, so the advice as a whole answers nothing. \
         Example: an advice lists INV-99, which the register does not have.",
        "Look the numbers up: they may be of another entity, or written in the payer's own way.",
    ),
    (
        "T3603",
        "memory.toml cannot be understood",
        "The file with people's decisions is plain text in TOML: entries [[alias]] and [[decision]]. Something in it \
         is not. Example: decision = \"maybe\". Nothing was written.",
        "Mend the line that the message names, or move the file away.",
    ),
    (
        "T3604",
        "A typed decision is not understood",
        "In the sheet \"Unapplied cash\" the column Decision takes Accepted or Refused. What was typed is kept as it \
         is and has no effect.",
        "Type Accepted or Refused.",
    ),
    (
        "T3605",
        "A typed decision has nothing to decide about",
        "Accepted or Refused speaks of the documents that the row proposes, and the row proposes none. Accepted \
         beside an answer that was refused takes the refusal back. Example: Accepted beside a receipt without an \
         answer.",
        "Say in memory.toml which documents the receipt is for: [[decision]] with receipt, invoices and decision.",
    ),
];

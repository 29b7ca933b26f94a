//! Files of payments, remittances and invoices in the formats that banks and trading partners exchange: X12, EDIFACT,
//! NACHA ACH and BAI lockbox.
//!
//! Each reader takes one record after the other, writes rows under the canonical names of the table that is wanted, and
//! proves what the file says of itself: counts, totals and references of its envelope. What does not tie is a finding
//! and a failed check; what cannot be read safely is refused with its place.

mod ach;
mod ach_addenda;
mod bytes;
mod edi;
mod envelope;
mod fixed;
mod invoic;
mod invoice;
mod lockbox;
mod proofs;
mod recognise;
mod remadv;
mod rows;
mod x12_810;
mod x12_812;
mod x12_820;
mod x12_835;

use super::kind::FileKind;
use super::part::{PartOptions, Rows, Tail};
use super::raw::Limits;
use crate::diag::{Place, Result};
use bytes::Bytes;
use edi::{Family, Scanner};
pub(in crate::load) use recognise::recognise;
use rows::Sink;
use std::io::Read;

/// Reads one table of a payment file.
///
/// # Errors
/// When the structure cannot be read safely, or the file is over a limit.
pub fn read(
    kind: FileKind,
    input: Box<dyn Read + Send>,
    place: Place,
    options: &PartOptions,
    limits: &Limits,
    rows: &mut Rows<'_>,
) -> Result<Tail> {
    let shown = place.file;
    let table = possible(kind).iter().copied().find(|table| *table == options.table).unwrap_or_default();
    let bytes = Bytes::new(input, &shown, limits.cell_bytes);
    let mut sink = Sink::new(&shown, table, without(kind), rows)?;
    let encoding = match kind {
        FileKind::Ach => {
            let mut reader = ach::Ach::new(bytes);
            while reader.step(&mut sink)? {}
            reader.encoding()
        }
        FileKind::Lockbox => {
            let mut reader = lockbox::Lockbox::new(bytes);
            while reader.step(&mut sink)? {}
            reader.encoding()
        }
        _ => {
            let family = if kind == FileKind::Edifact { Family::Edifact } else { Family::X12 };
            let mut reader = envelope::Interchanges::new(Scanner::new(bytes, family), family);
            while reader.step(&mut sink)? {}
            reader.encoding()
        }
    };
    let (controls, notes) = sink.finish();
    Ok(Tail { encoding: encoding.to_owned(), controls, notes, ..Tail::default() })
}

/// The columns that a kind never has anything for: a lockbox file does not name the account of its deposits.
fn without(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::Lockbox => &[
            "bank_account",
            "value_date",
            "currency",
            "end_to_end_id",
            "counterparty_name",
            "counterparty_account",
            "invoice_amount",
            "adjustments",
        ],
        _ => &[],
    }
}

/// The tables that a kind of payment file may fill.
pub fn possible(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::X12 => &["remittances", "disputes", "ar_items", "invoice_lines"],
        FileKind::Edifact => &["remittances", "ar_items", "invoice_lines"],
        FileKind::Ach => &["bank_lines", "remittances"],
        FileKind::Lockbox => &["remittances", "bank_lines"],
        _ => &[],
    }
}

#[cfg(test)]
#[path = "payment/tests.rs"]
mod tests;

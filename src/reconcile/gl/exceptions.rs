//! The documents whose sides differ, each with its rows: what no equal row on the other side accounts for.

use super::carry::Carried;
use super::figures::Scope;
use super::sides::{Doc, Sides, line_amounts};
use crate::matching::keys::NO_KEY;
use crate::matching::pairs::leftovers;
use crate::model::{Table, TextColumn};
use crate::reconcile::causes::Cause;
use crate::reconcile::subledger::Subledger;
use hashbrown::HashMap;

/// Stands for the discounts and write-offs of a document among its rows.
const SETTLEMENT: u32 = u32::MAX;

/// The lines of one journal on one document: they stand and fall together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// The journal's id.
    pub id: String,
    /// Net amount on the control account.
    pub amount: i64,
    /// Its lines, as rows of `gl_lines`; none for a posting of an earlier period that only the prior run tells of.
    pub lines: Vec<u32>,
    /// For such a posting, what the prior run found it to be.
    pub known: Vec<Cause>,
}

/// A document whose sides differ, or a journal without a document.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The reconciliation.
    pub rec: u16,
    /// The number of the document's key; [`NO_KEY`] for a journal without one.
    pub key: u32,
    /// The document, where it has one.
    pub doc: Option<Doc>,
    /// Subledger rows that no journal of the same amount accounts for.
    pub items: Vec<u32>,
    /// Journals that no subledger row of the same amount accounts for.
    pub journals: Vec<Journal>,
    /// All subledger rows of the document in scope.
    pub all_items: Vec<u32>,
    /// Subledger rows of the document before the scope: they are in the opening balance.
    pub earlier_items: Vec<u32>,
    /// All its journals.
    pub all_journals: Vec<Journal>,
    /// What the leftover subledger rows add up to, discounts included.
    pub subledger: i64,
    /// What the prior run had of the same document, where it is part of this.
    pub carried: Option<Carried>,
    /// Whether what the GL posted may be the first posting, late, of a document of an earlier period: the opening
    /// balances differ by more than its other half, so nothing tells it from a second one.
    pub maybe_late: bool,
    /// What the subledger side holds of differences of rates.
    pub exchange: i64,
    /// What the applications of a document that the register no longer holds say it was for; zero for any other.
    pub applied: i64,
}

impl Exception {
    /// What the leftover journals add up to.
    pub fn gl(&self) -> i64 {
        self.journals.iter().map(|journal| journal.amount).sum()
    }
}

/// Gathers every exception, in the order of reconciliation and key text.
pub fn gather(
    sides: &Sides,
    subledger: &Subledger,
    lines: &Table,
    line_rec: &[u16],
    scopes: &[Scope],
    differs: &(dyn Fn(&Doc) -> bool + Sync),
) -> Vec<Exception> {
    let wanted: Vec<bool> = sides.docs.iter().map(differs).collect();
    let mut items_of: HashMap<u32, Vec<u32>> = HashMap::new();
    for (row, doc) in sides.doc_of_item.iter().enumerate() {
        if wanted.get(*doc as usize) == Some(&true) {
            items_of.entry(*doc).or_default().push(row as u32);
        }
    }
    let mut lines_of: HashMap<u32, Vec<u32>> = HashMap::new();
    for (row, doc) in sides.doc_of_line.iter().enumerate() {
        if wanted.get(*doc as usize) == Some(&true) {
            lines_of.entry(*doc).or_default().push(row as u32);
        }
    }
    let journal_ids = lines.text("journal_id");
    let mut exceptions = Vec::new();
    for number in (0..sides.docs.len()).filter(|number| wanted[*number]) {
        let doc = sides.docs[number];
        let items = items_of.remove(&(number as u32)).unwrap_or_default();
        let journals = journals(lines, journal_ids, lines_of.get(&(number as u32)).map_or(&[], Vec::as_slice));
        let start = scopes[doc.rec as usize].start;
        let told = |amounts: &HashMap<u32, i64>| amounts.get(&(number as u32)).copied().unwrap_or(0);
        let told = (told(&sides.exchange), told(&sides.past));
        exceptions.push(of_document(doc, items, journals, subledger, start, told));
    }
    exceptions.extend(without_document(sides, lines, line_rec));
    exceptions
}

/// A document with what is left once equal amounts are set against each other.
fn of_document(
    doc: Doc,
    items: Vec<u32>,
    journals: Vec<Journal>,
    subledger: &Subledger,
    start: i32,
    (exchange, applied): (i64, i64),
) -> Exception {
    // Rows before the scope are in the opening balance.
    let (scope_items, earlier_items): (Vec<u32>, Vec<u32>) =
        items.into_iter().partition(|row| subledger.posting[*row as usize] >= start);
    let posted: i64 = scope_items.iter().map(|row| subledger.amount[*row as usize]).sum();
    let settled = doc.subledger - posted;
    let mut left: Vec<(i64, u32)> = scope_items.iter().map(|row| (subledger.amount[*row as usize], *row)).collect();
    place_settlement(&mut left, settled, &journals);
    // No row holds it any more: its applications speak for it.
    left.extend((applied != 0).then_some((settled, SETTLEMENT)));
    let right: Vec<(i64, u32)> =
        journals.iter().enumerate().map(|(index, journal)| (journal.amount, index as u32)).collect();
    let (left, right) = leftovers(&left, &right);
    Exception {
        rec: doc.rec,
        key: doc.key,
        doc: Some(doc),
        subledger: match scope_items.is_empty() && applied == 0 {
            true => settled,
            false => left.iter().map(|(amount, _)| amount).sum(),
        },
        items: left.into_iter().map(|(_, row)| row).filter(|row| *row != SETTLEMENT).collect(),
        journals: right.into_iter().map(|(_, index)| journals[index as usize].clone()).collect(),
        all_items: scope_items,
        earlier_items,
        all_journals: journals,
        carried: None,
        maybe_late: false,
        exchange,
        applied,
    }
}

/// Puts a document's discounts and write-offs where the GL has them: in a journal of their own, or in one with the
/// document that was applied (the receipt, where several documents bear the number).
fn place_settlement(left: &mut Vec<(i64, u32)>, settled: i64, journals: &[Journal]) {
    if settled == 0 || left.is_empty() {
        return;
    }
    let posted = |amount: i64| journals.iter().any(|journal| journal.amount == amount);
    if posted(settled) {
        left.push((settled, SETTLEMENT));
        return;
    }
    let with_journal = left.iter().position(|(amount, _)| posted(amount + settled));
    match with_journal.or_else(|| left.iter().position(|(amount, _)| amount.signum() == settled.signum())) {
        Some(at) => left[at].0 += settled,
        // The document that was applied is not held under this number.
        None => left.push((settled, SETTLEMENT)),
    }
}

/// Control account lines without a document, one exception a journal.
fn without_document(sides: &Sides, lines: &Table, line_rec: &[u16]) -> Vec<Exception> {
    let journal_ids = lines.text("journal_id");
    let mut by_rec: HashMap<u16, Vec<u32>> = HashMap::new();
    for row in &sides.keyless {
        by_rec.entry(line_rec[*row as usize]).or_default().push(*row);
    }
    let mut recs: Vec<_> = by_rec.into_iter().collect();
    recs.sort_unstable_by_key(|(rec, _)| *rec);
    let of_journal = |rec: u16, journal: Journal| Exception {
        rec,
        key: NO_KEY,
        doc: None,
        items: Vec::new(),
        all_items: Vec::new(),
        earlier_items: Vec::new(),
        all_journals: vec![journal.clone()],
        journals: vec![journal],
        subledger: 0,
        carried: None,
        maybe_late: false,
        exchange: 0,
        applied: 0,
    };
    recs.into_iter()
        .flat_map(|(rec, rows)| {
            let journals = journals(lines, journal_ids, &rows);
            journals.into_iter().filter(|journal| journal.amount != 0).map(move |journal| of_journal(rec, journal))
        })
        .collect()
}

/// Groups lines by journal, in the order of the journals' ids.
fn journals(lines: &Table, ids: &TextColumn, rows: &[u32]) -> Vec<Journal> {
    let amount_of = line_amounts(lines);
    let mut journals: Vec<Journal> = Vec::new();
    let mut at: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let id = ids.get(*row as usize);
        let index = *at.entry(id).or_insert_with(|| {
            journals.push(Journal { id: id.to_owned(), amount: 0, lines: Vec::new(), known: Vec::new() });
            journals.len() - 1
        });
        journals[index].amount += amount_of(*row as usize);
        journals[index].lines.push(*row);
    }
    journals.sort_by(|a, b| (&a.id, a.amount).cmp(&(&b.id, b.amount)));
    journals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settlement_stands_where_the_ledger_posted_it() {
        let journal = |amount: i64| Journal { id: String::new(), amount, lines: Vec::new(), known: Vec::new() };
        let placed = |items: &[i64], settled: i64, journals: &[i64]| {
            let mut left: Vec<(i64, u32)> = items.iter().copied().zip(0..).collect();
            let journals: Vec<Journal> = journals.iter().copied().map(journal).collect();
            place_settlement(&mut left, settled, &journals);
            left
        };
        // In one journal with its receipt, also where an invoice bears the same number.
        assert_eq!(placed(&[-98], -2, &[-100]), [(-100, 0)]);
        assert_eq!(placed(&[500, -98], -2, &[-100]), [(500, 0), (-100, 1)]);
        assert_eq!(placed(&[500, -98], -2, &[]), [(500, 0), (-100, 1)]);
        // In a journal of its own.
        assert_eq!(placed(&[100], -2, &[100, 100, -2]), [(100, 0), (-2, SETTLEMENT)]);
        assert_eq!(placed(&[], -2, &[-2]), []);
        // With a receipt that the register does not hold.
        assert_eq!(placed(&[500], -2, &[500, -100]), [(500, 0), (-2, SETTLEMENT)]);
    }
}
